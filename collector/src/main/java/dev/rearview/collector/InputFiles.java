package dev.rearview.collector;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkReader;
import dev.rearview.site.Probe;
import dev.rearview.site.Site;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
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

    /// What became of a file.
    enum Outcome {
        PROCESSED,
        INVALID
    }

    private InputFiles() {}

    static Outcome read(
            Path file, Probe probe, Decoder decoder, Site site, FlowConsumer out, Log log) {
        long before = decoder.counters().total(Total.RECORDS);
        try {
            if (probe.type() == Probe.Type.SILK) {
                return silk(file, site, out, log);
            }
            byte[] bytes;
            try (InputStream in = SilkFile.gunzip(Files.newInputStream(file))) {
                bytes = in.readAllBytes();
            }
            if (Captures.isCapture(bytes)) {
                Captures.payloads(
                        bytes,
                        file.toString(),
                        (payload, tuple, us) -> decoder.decode(payload, us, out));
            } else if (probe.type() == Probe.Type.NETFLOW_V5) {
                pdus(bytes, decoder, out);
            } else {
                messages(bytes, file, decoder, out, log);
            }
        } catch (IOException e) {
            log.warning(file + ": " + e.getMessage());
        }
        long records = decoder.counters().total(Total.RECORDS) - before;
        log.info("Processed file " + file + ", " + records + " records.");
        return records > 0 ? Outcome.PROCESSED : Outcome.INVALID;
    }

    private static Outcome silk(Path file, Site site, FlowConsumer out, Log log) {
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
                log.warning(String.valueOf(e.getMessage()));
            }
        } catch (IOException e) {
            log.warning(String.valueOf(e.getMessage()));
            return Outcome.INVALID;
        }
        log.info(file + ": Recs " + String.format(java.util.Locale.ROOT, "%10d", n));
        return Outcome.PROCESSED;
    }

    private static void pdus(byte[] bytes, Decoder decoder, FlowConsumer out) {
        for (int at = 0; at < bytes.length; at += PDU) {
            int size = Math.min(PDU, bytes.length - at);
            decoder.decode(ByteBuffer.wrap(bytes, at, size).slice(), 0, out);
        }
    }

    private static void messages(
            byte[] bytes, Path file, Decoder decoder, FlowConsumer out, Log log) {
        int at = 0;
        ByteBuffer b = ByteBuffer.wrap(bytes);
        while (at + Ipfix.HEADER <= bytes.length) {
            int length = b.getShort(at + 2) & 0xFFFF;
            if ((b.getShort(at) & 0xFFFF) != Ipfix.VERSION
                    || length < Ipfix.HEADER
                    || length > bytes.length - at) {
                log.warning(file + ": offset " + at + ": no IPFIX message");
                return;
            }
            decoder.decode(b.slice(at, length), 0, out);
            at += length;
        }
    }
}
