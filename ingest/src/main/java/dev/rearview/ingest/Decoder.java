package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.SetDecoder;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.sflow.SFlow;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Decodes what comes to one probe, from all its exporters, on one thread. What they announce is in
/// their [Exporter]s.
///
/// A message at which the reader of its format fails is lost, and nothing else: it is counted as
/// [Drop#MALFORMED], and [#failure] says what happened.
public final class Decoder {
    /// Reads messages of one format.
    interface Reader {
        /// @return whether header and length are those of the format
        boolean decode(
                Cursor in, Exporter from, Arrival arrival, Counters counters, FlowConsumer out);
    }

    private final Probe probe;
    private final Map<ExportFormat, Reader> readers;
    private final Map<ExportFormat, SetDecoder> late = new EnumMap<>(ExportFormat.class);
    private final FlowConsumer handOn = new HandingOn();
    // Of the message in hand.
    private FlowConsumer consumer = (r, c) -> {};
    private boolean isHandingOn;
    private Optional<String> failure = Optional.empty();
    private boolean otherVersion;

    public Decoder(Probe probe) {
        this(probe, readers(probe));
    }

    /// @param readers at least those of the formats that the probe takes
    Decoder(Probe probe, Map<ExportFormat, Reader> readers) {
        this.probe = probe;
        this.readers = readers;
    }

    private static Map<ExportFormat, Reader> readers(Probe probe) {
        ProbeOptions options = options(probe);
        Map<ExportFormat, Reader> out = new EnumMap<>(ExportFormat.class);
        out.put(ExportFormat.NETFLOW_V5, new NetFlow5()::decode);
        out.put(ExportFormat.SFLOW, new SFlow(options)::decode);
        if (probe.type().hasTemplates()) {
            // These have slots for all elements that flows are made of.
            out.put(ExportFormat.NETFLOW_V9, new NetFlow9(options)::decode);
            out.put(ExportFormat.IPFIX, new Ipfix(options)::decode);
        }
        return out;
    }

    private static ProbeOptions options(Probe probe) {
        return ProbeOptions.of(probe.vlanInterfaces(), probe.quirks());
    }

    public Probe probe() {
        return probe;
    }

    /// Decodes one datagram or message, by its version where the probe takes several. One of a
    /// format that it does not take is counted as [Drop#VERSION].
    ///
    /// @param from who sent it
    /// @param arrival how it came
    /// @return whether its header and length are those of its protocol, and it could be read
    public boolean decode(
            ByteBuffer bytes, Exporter from, Arrival arrival, Counters counters, FlowConsumer out) {
        long otherVersions = counters.dropped(Drop.VERSION);
        boolean valid = read(bytes, from, arrival, counters, out);
        otherVersion = counters.dropped(Drop.VERSION) > otherVersions;
        return valid;
    }

    private boolean read(
            ByteBuffer bytes, Exporter from, Arrival arrival, Counters counters, FlowConsumer out) {
        failure = Optional.empty();
        Cursor in = new Cursor(bytes);
        counters.add(Total.DATAGRAMS, 1);
        Probe.Type type = probe.type();
        Optional<ExportFormat> arrived = ExportFormat.of(ExportFormat.version(bytes));
        boolean taken = arrived.filter(type::takes).isPresent();
        if (!taken && arrived.isPresent() && arrived.get() != ExportFormat.SFLOW) {
            counters.drop(Drop.VERSION, 1);
            return false;
        }
        // What is of no format, or begins with zeros, goes to a reader that the probe has, which
        // says what is wrong.
        ExportFormat format = taken ? arrived.get() : type.formats().getLast();
        Reader reader = Objects.requireNonNull(readers.get(format));
        long unfinished = unfinished(counters);
        consumer = out;
        isHandingOn = false;
        try {
            return reader.decode(in, from, arrival, counters, handOn);
        } catch (RuntimeException e) {
            if (isHandingOn) {
                // It is not the message that is at fault.
                throw e;
            }
            failure = Optional.of(describe(e));
            counters.drop(Drop.MALFORMED, 1);
            counters.drop(Drop.BAD_RECORD, unfinished(counters) - unfinished);
            return false;
        }
    }

    /// Decodes data whose template came late. What fails is counted as [Drop#MALFORMED].
    ///
    /// @param from who sent it
    /// @param nowMs now, by a clock that nobody sets
    public void decode(
            Exporter.Late data, Exporter from, long nowMs, Counters counters, FlowConsumer out) {
        ExportFormat format = data.isNetFlow9() ? ExportFormat.NETFLOW_V9 : ExportFormat.IPFIX;
        SetDecoder sets =
                late.computeIfAbsent(
                        format,
                        f ->
                                new SetDecoder(
                                        options(probe), data.isNetFlow9(), SetDecoder.Log.NONE));
        long unfinished = unfinished(counters);
        consumer = out;
        isHandingOn = false;
        try {
            sets.late(data, from, nowMs, counters, handOn);
        } catch (RuntimeException e) {
            if (isHandingOn) {
                throw e;
            }
            counters.drop(Drop.MALFORMED, 1);
            counters.drop(Drop.BAD_RECORD, unfinished(counters) - unfinished);
        }
    }

    private final class HandingOn implements FlowConsumer {
        @Override
        public void accept(FlowRecord r, Counters counters) {
            isHandingOn = true;
            consumer.accept(r, counters);
            isHandingOn = false;
        }

        @Override
        public void accept(MessageFlows flows, Counters counters) {
            isHandingOn = true;
            consumer.accept(flows, counters);
            isHandingOn = false;
        }
    }

    /// Records that are counted as neither flow nor loss yet.
    private static long unfinished(Counters c) {
        return c.total(Total.RECORDS)
                - c.total(Total.FLOWS)
                - c.dropped(Drop.IGNORED)
                - c.dropped(Drop.BAD_RECORD);
    }

    /// An exception and where it comes from, for those who mend it.
    private static String describe(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? e.toString() : e + " at " + trace[0];
    }

    /// At what reading the last message failed, empty where it did not.
    public Optional<String> failure() {
        return failure;
    }

    /// Whether the last message was dropped because of its version.
    public boolean wasOtherVersion() {
        return otherVersion;
    }
}
