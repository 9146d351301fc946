package dev.rearview.ingest;

import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.sflow.SFlow;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decodes what comes to one probe, from all its exporters, on one thread. What they announce is in
/// their [Exporter]s.
public final class Decoder {
    private final Probe probe;
    private final NetFlow5 netflow5 = new NetFlow5();
    // Slots for all elements that flows are made of, where the probe's formats have such.
    private final @Nullable NetFlow9 netflow9;
    private final @Nullable Ipfix ipfix;
    private final SFlow sflow;

    public Decoder(Probe probe) {
        this.probe = probe;
        ProbeOptions options = ProbeOptions.of(probe.vlanInterfaces(), probe.quirks());
        boolean templates = probe.type().hasTemplates();
        this.netflow9 = templates ? new NetFlow9(options) : null;
        this.ipfix = templates ? new Ipfix(options) : null;
        this.sflow = new SFlow(options);
    }

    public Probe probe() {
        return probe;
    }

    /// Decodes one datagram or message, by its version where the probe takes several. One of a
    /// format that it does not take is counted as [Drop#VERSION].
    ///
    /// @param from who sent it
    /// @param arrival how it came
    /// @return whether its header and length are those of its protocol
    public boolean decode(
            ByteBuffer bytes, Exporter from, Arrival arrival, Counters counters, FlowConsumer out) {
        Cursor in = new Cursor(bytes);
        counters.add(Counters.Total.DATAGRAMS, 1);
        Probe.Type type = probe.type();
        Optional<ExportFormat> arrived = ExportFormat.of(ExportFormat.version(bytes));
        boolean taken = arrived.filter(type::takes).isPresent();
        if (!taken && arrived.isPresent() && arrived.get() != ExportFormat.SFLOW) {
            counters.drop(Drop.VERSION, 1);
            return false;
        }
        // What is of no format, or begins with zeros, goes to a decoder that the probe has, which
        // says what is wrong.
        return switch (taken ? arrived.get() : type.formats().getLast()) {
            case NETFLOW_V5 -> netflow5.decode(in, from, arrival, counters, out);
            case SFLOW -> sflow.decode(in, from, arrival, counters, out);
            case NETFLOW_V9 ->
                    Objects.requireNonNull(netflow9).decode(in, from, arrival, counters, out);
            case IPFIX -> Objects.requireNonNull(ipfix).decode(in, from, arrival, counters, out);
        };
    }
}
