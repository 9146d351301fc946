package dev.rearview.collector;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkReader;
import dev.rearview.site.Probe;
import dev.rearview.site.Site;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.pcap.CaptureReport;
import dev.rearview.wire.pcap.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads files of exports: NetFlow v5 PDU files, IPFIX files, SiLK files, and captures that hold
/// exports.
final class InputFiles {
    /// Octets of a NetFlow v5 datagram in a PDU file, whatever its record count.
    static final int PDU = NetFlow5.HEADER + NetFlow5.MAX_RECORDS * NetFlow5.RECORD;

    /// What the exporters of one file may announce, octets.
    private static final long FILE_OCTETS = 32L << 20;

    /// What became of a file.
    enum Outcome {
        PROCESSED,
        INVALID
    }

    private InputFiles() {}

    /// Reads one file; exporters in a capture are told apart by address.
    static Outcome read(
            Path file, Probe probe, Counters counters, Site site, FlowConsumer out, Log log) {
        long before = counters.total(Total.RECORDS);
        try {
            if (probe.type() == Probe.Type.SILK) {
                return silk(file, counters, site, out, log);
            }
            try (InputStream in = SilkFile.gunzip(Files.newInputStream(file))) {
                in.mark(4);
                byte[] head = in.readNBytes(4);
                in.reset();
                if (Captures.isCapture(head)) {
                    capture(in, file, probe, counters, out, log);
                } else if (probe.type() == Probe.Type.NETFLOW_V5) {
                    pdus(in, new Session(probe, counters, out));
                } else {
                    messages(in, file, new Session(probe, counters, out));
                }
            }
        } catch (IOException e) {
            damaged(file, e, counters, log);
        }
        long records = counters.total(Total.RECORDS) - before;
        log.info("Processed file " + file + ", " + records + " records.");
        return records > 0 ? Outcome.PROCESSED : Outcome.INVALID;
    }

    /// Counts what ends a file early; what came before it is kept.
    private static void damaged(Path file, IOException e, Counters counters, Log log) {
        counters.drop(Drop.MALFORMED, 1);
        boolean named = e instanceof MalformedInputException;
        log.warning(named ? String.valueOf(e.getMessage()) : file + ": " + e);
    }

    private record Address(long hi, long lo) {}

    private static void capture(
            InputStream in, Path file, Probe probe, Counters counters, FlowConsumer out, Log log)
            throws IOException {
        CaptureReport report = new CaptureReport();
        try {
            capture(in, file, probe, counters, out, report);
        } finally {
            counters.drop(Drop.CAPTURE, report.lost());
            if (report.lost() > 0) {
                log.warning(file + ": " + report.losses());
            }
        }
    }

    private static void capture(
            InputStream in,
            Path file,
            Probe probe,
            Counters counters,
            FlowConsumer out,
            CaptureReport report)
            throws IOException {
        Decoder decoder = new Decoder(probe);
        try (Exporters<Address> exporters =
                new Exporters<>(new StateBudget(FILE_OCTETS), from -> counters)) {
            Captures.payloads(
                    in,
                    file.toString(),
                    report,
                    (payload, tuple, us) -> {
                        Address from = new Address(tuple.sipHi, tuple.sipLo);
                        exporters.decode(
                                from,
                                tuple.sport,
                                decoder,
                                payload,
                                us,
                                0,
                                (r, c) -> out.accept(r));
                    });
        }
    }

    /// What one file tells of its exporter, for as long as it is read.
    private static final class Session implements AutoCloseable {
        private final Decoder decoder;
        private final Exporter exporter = new Exporter(new StateBudget(FILE_OCTETS));
        private final Counters counters;
        private final FlowConsumer out;

        private Session(Probe probe, Counters counters, FlowConsumer out) {
            this.decoder = new Decoder(probe);
            this.counters = counters;
            this.out = out;
        }

        private void decode(ByteBuffer message) {
            decoder.decode(message, exporter, 0, 0, 0, counters, out);
        }

        @Override
        public void close() {
            exporter.close(counters);
        }
    }

    private static Outcome silk(
            Path file, Counters counters, Site site, FlowConsumer out, Log log) {
        long n = 0;
        FlowRecord r = new FlowRecord();
        String name = file.toString();
        try (SilkReader reader =
                SilkReader.of(
                        SilkFile.open(Files.newInputStream(file), name, SilkFile.mayBeGzip(name)),
                        site,
                        true)) {
            try {
                for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                    for (int i = 0; i < b.size(); i++) {
                        b.get(i, r);
                        out.accept(r);
                        n++;
                    }
                }
            } catch (IOException e) {
                damaged(file, e, counters, log);
            }
        } catch (IOException e) {
            damaged(file, e, counters, log);
            return Outcome.INVALID;
        }
        counters.add(Total.RECORDS, n);
        counters.add(Total.FLOWS, n);
        log.info(file + ": Recs " + String.format(java.util.Locale.ROOT, "%10d", n));
        return Outcome.PROCESSED;
    }

    private static void pdus(InputStream in, Session session) throws IOException {
        try (session) {
            for (byte[] pdu = in.readNBytes(PDU); pdu.length > 0; pdu = in.readNBytes(PDU)) {
                session.decode(ByteBuffer.wrap(pdu));
            }
        }
    }

    private static void messages(InputStream in, Path file, Session session) throws IOException {
        try (session) {
            readMessages(in, file, session);
        }
    }

    private static void readMessages(InputStream in, Path file, Session session)
            throws IOException {
        long at = 0;
        while (true) {
            byte[] head = in.readNBytes(4);
            if (head.length == 0) {
                return;
            }
            int version = head.length < 4 ? 0 : ByteBuffer.wrap(head).getShort(0) & 0xFFFF;
            int length = head.length < 4 ? 0 : ByteBuffer.wrap(head).getShort(2) & 0xFFFF;
            byte[] rest =
                    version == Ipfix.VERSION && length >= Ipfix.HEADER
                            ? in.readNBytes(length - 4)
                            : new byte[0];
            if (rest.length < Math.max(length, Ipfix.HEADER) - 4) {
                throw new MalformedInputException(file.toString(), at, "", "no IPFIX message");
            }
            ByteBuffer message = ByteBuffer.allocate(length);
            session.decode(message.put(head).put(rest).flip());
            at += length;
        }
    }
}
