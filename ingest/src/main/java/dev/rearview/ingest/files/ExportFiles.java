package dev.rearview.ingest.files;

import dev.rearview.ingest.Decoder;
import dev.rearview.ingest.Exporters;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkReader;
import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.site.Site;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.ipfix.MessageFile;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow5.PduFile;
import dev.rearview.wire.pcap.CaptureReport;
import dev.rearview.wire.pcap.Captures;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// Reads files of exports: NetFlow v5 PDU files, IPFIX files, SiLK files, and captures that hold
/// exports. What exporters announce in one file of a probe serves its next ones. Used by one
/// thread.
public final class ExportFiles implements AutoCloseable {
    /// What became of a file.
    public enum Outcome {
        PROCESSED,
        /// Not all of it could be read; what could is handed out.
        DAMAGED,
        /// It gave nothing.
        INVALID
    }

    /// @param reason what is wrong with the file, empty if nothing is
    /// @param records data records that were found; empty if the file could not be opened
    public record Result(Outcome outcome, String reason, OptionalLong records) {}

    /// Takes flows of a file.
    @FunctionalInterface
    public interface Sink {
        /// @param receivedUs when the flow was received, or the file is read, microseconds since
        ///   1970
        void accept(FlowRecord record, Counters counters, long receivedUs);
    }

    /// An exporter; the address is 0 in files that do not tell it.
    private record Sender(String probe, long hi, long lo) {}

    /// Parts of a file that were passed over.
    private static final class PassedOver {
        private long first;
        private long count;

        void add(long offset) {
            first = count == 0 ? offset : first;
            count++;
        }
    }

    private final Notices notices;
    private final TimeWindow window;
    private final BooleanSupplier goOn;
    private final Function<Probe, Decoder> newDecoder;
    private final Map<String, Decoder> decoders = new HashMap<>();
    private final Exporters<Sender> exporters;
    // Of the file in hand: what was found wrong first, and at what a decoder failed first.
    private String damage = "";
    private Optional<String> failure = Optional.empty();

    /// @param window time stamps of captures that are believed
    /// @param goOn asked now and then; if not, the file in hand ends where it is
    public ExportFiles(
            StateBudget budget,
            Ledger ledger,
            TimeWindow window,
            BooleanSupplier goOn,
            Notices notices) {
        this(budget, ledger, window, goOn, notices, Decoder::new);
    }

    /// @param newDecoder makes a probe's decoder
    ExportFiles(
            StateBudget budget,
            Ledger ledger,
            TimeWindow window,
            BooleanSupplier goOn,
            Notices notices,
            Function<Probe, Decoder> newDecoder) {
        this.newDecoder = newDecoder;
        this.notices = notices;
        this.window = window;
        this.goOn = goOn;
        this.exporters = new Exporters<>(budget, from -> ledger.of(from.probe, Ledger.NONE));
    }

    /// Forgets what probes had that are no more or have changed.
    public void use(List<Probe> probes) {
        decoders.values().removeIf(d -> !probes.contains(d.probe()));
        exporters.removeIf(from -> !decoders.containsKey(from.probe));
    }

    /// Forgets templates of long ago, and gives up data that has waited for too long.
    public void expire() {
        exporters.expire(Ticks.ms());
    }

    /// Reads one file; exporters in a capture are told apart by address. A file is valid if it has
    /// a record or a template, or nothing at all in a form that is right.
    ///
    /// @param counters those of exporters whose address is not known
    public Result read(Path file, Probe probe, Counters counters, Site site, Sink out) {
        damage = "";
        failure = Optional.empty();
        if (probe.type() == Probe.Type.SILK) {
            return silk(file, counters, site, out);
        }
        long recordsBefore = counters.total(Total.RECORDS);
        long before = worth(counters);
        long unusedBefore = unused(counters);
        try {
            try (InputStream in = BoundedInput.open(file, goOn)) {
                in.mark(4);
                byte[] head = in.readNBytes(4);
                in.reset();
                if (Captures.isCapture(head)) {
                    capture(in, file, probe, counters, out);
                } else if (holdsPdus(probe, head)) {
                    pdus(in, file, probe, counters, out);
                } else {
                    messages(in, file, probe, counters, out);
                }
            }
        } catch (IOException e) {
            damaged(file, e, counters);
        }
        failure.ifPresent(f -> failed(file, f));
        long records = counters.total(Total.RECORDS) - recordsBefore;
        boolean hasWorth = worth(counters) > before;
        if (!hasWorth && damage.isEmpty() && unused(counters) > unusedBefore) {
            damage = "nothing in it can be used";
        }
        return result(hasWorth, OptionalLong.of(records));
    }

    /// Whether a file that is no capture is one of NetFlow v5 datagrams; if not it is one of IPFIX
    /// messages, as no other format has files of its own.
    private static boolean holdsPdus(Probe probe, byte[] head) {
        return probe.type() == Probe.Type.NETFLOW_V5
                || (probe.type().takes(ExportFormat.NETFLOW_V5)
                        && ExportFormat.version(ByteBuffer.wrap(head)) == NetFlow5.VERSION);
    }

    private Result result(boolean hasWorth, OptionalLong records) {
        Outcome damaged = hasWorth ? Outcome.DAMAGED : Outcome.INVALID;
        return new Result(damage.isEmpty() ? Outcome.PROCESSED : damaged, damage, records);
    }

    private static long worth(Counters c) {
        return c.total(Total.RECORDS) + c.total(Total.OPTION_RECORDS) + c.total(Total.TEMPLATES);
    }

    /// What a file held that did not serve.
    private static long unused(Counters c) {
        return c.unreadable() + c.dropped(Drop.CAPTURE) + c.total(Total.AWAITED_SETS);
    }

    /// Tells of parts of a file that were passed over, in one line.
    private void tell(Path file, PassedOver parts, String what) {
        if (parts.count > 0) {
            String more = parts.count == 1 ? "" : " (" + parts.count + " in the file)";
            damage = "offset " + parts.first + ": " + what + more;
            notices.warning(file + ": " + damage);
        }
    }

    private void failed(Path file, String what) {
        damage = damage.isEmpty() ? "its decoder failed" : damage;
        notices.warning(file + ": its decoder failed: " + what + "; please report that");
    }

    /// Counts what ends a file early; what came before it is kept.
    private void damaged(Path file, IOException e, Counters counters) {
        if (!goOn.getAsBoolean()) {
            // It is this that ends, not the file.
            return;
        }
        counters.drop(Drop.MALFORMED, 1);
        boolean named = e instanceof MalformedInputException;
        String text = named ? String.valueOf(e.getMessage()) : file + ": " + reason(e);
        damage = text.startsWith(file + ": ") ? text.substring((file + ": ").length()) : text;
        notices.warning(text);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            case EOFException f when f.getMessage() == null -> "ends too early";
            default -> String.valueOf(e.getMessage());
        };
    }

    private Decoder decoder(Probe probe) {
        return decoders.computeIfAbsent(probe.name(), k -> newDecoder.apply(probe));
    }

    private void capture(InputStream in, Path file, Probe probe, Counters counters, Sink out)
            throws IOException {
        Decoder decoder = decoder(probe);
        CaptureReport report = new CaptureReport();
        try {
            Captures.payloads(
                    in,
                    file.toString(),
                    report,
                    (payload, tuple, us) -> {
                        long receivedUs = receipt(us);
                        decode(
                                new Sender(probe.name(), tuple.sipHi, tuple.sipLo),
                                decoder,
                                payload,
                                new Arrival(tuple.sport, receivedUs, Ticks.ms()),
                                (r, c) -> out.accept(r, c, receivedUs));
                    });
        } finally {
            counters.drop(Drop.CAPTURE, report.lost());
            if (report.lost() > 0) {
                notices.warning(file + ": " + report.losses());
            }
        }
    }

    private void decode(
            Sender from, Decoder decoder, ByteBuffer bytes, Arrival arrival, FlowConsumer out) {
        exporters.decode(from, decoder, bytes, arrival, out);
        failure = failure.or(decoder::failure);
    }

    private static long nowUs() {
        return System.currentTimeMillis() * 1000;
    }

    /// A packet's time stamp where it is believed, and now where it is not.
    private long receipt(long stampUs) {
        long now = nowUs();
        return window.holds(stampUs, now) ? stampUs : now;
    }

    /// Decodes a message of a file.
    ///
    /// @return whether it is one of its protocol
    private boolean message(Probe probe, ByteBuffer bytes, Counters counters, Sink out) {
        long before = counters.unreadable();
        long now = nowUs();
        decode(
                new Sender(probe.name(), 0, 0),
                decoder(probe),
                bytes,
                new Arrival(0, now, Ticks.ms()),
                (r, c) -> out.accept(r, c, now));
        return counters.unreadable() == before;
    }

    private Result silk(Path file, Counters counters, Site site, Sink out) {
        long n = 0;
        FlowRecord r = new FlowRecord();
        String name = file.toString();
        try (SilkReader reader =
                SilkReader.of(SilkFile.open(silkInput(file), name, false), site, true)) {
            try {
                for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                    long now = nowUs();
                    for (int i = 0; i < b.size(); i++) {
                        b.get(i, r);
                        out.accept(r, counters, now);
                        n++;
                    }
                }
            } catch (IOException e) {
                damaged(file, e, counters);
            }
        } catch (IOException e) {
            damaged(file, e, counters);
            return result(false, OptionalLong.empty());
        }
        counters.add(Total.RECORDS, n);
        counters.add(Total.FLOWS, n);
        return result(n > 0, OptionalLong.of(n));
    }

    /// The file's octets; as in SiLK a file is unpacked that is named so.
    private InputStream silkInput(Path file) throws IOException {
        return SilkFile.mayBeGzip(file.toString())
                ? BoundedInput.open(file, goOn)
                : Files.newInputStream(file);
    }

    private void pdus(InputStream in, Path file, Probe probe, Counters counters, Sink out)
            throws IOException {
        PduFile pdus = new PduFile(in);
        PassedOver broken = new PassedOver();
        try {
            for (ByteBuffer pdu = pdus.next(); pdu != null; pdu = pdus.next()) {
                boolean isCut = pdu.remaining() < PduFile.PDU;
                if (!message(probe, pdu, counters, out) || isCut) {
                    broken.add(pdus.offset());
                }
            }
        } finally {
            tell(file, broken, "not a NetFlow v5 datagram of " + PduFile.PDU + " octets");
        }
    }

    private void messages(InputStream in, Path file, Probe probe, Counters counters, Sink out)
            throws IOException {
        MessageFile messages = new MessageFile(in, file.toString());
        PassedOver broken = new PassedOver();
        try {
            for (ByteBuffer m = messages.next(); m != null; m = messages.next()) {
                if (!message(probe, m, counters, out)) {
                    broken.add(messages.offset());
                }
            }
        } finally {
            tell(file, broken, "an IPFIX message that is malformed");
        }
    }

    @Override
    public void close() {
        exporters.close();
    }
}
