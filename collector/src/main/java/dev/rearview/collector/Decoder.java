package dev.rearview.collector;

import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.sflow.SFlow;
import java.nio.ByteBuffer;

/// Decodes what one exporter sends to one probe. Templates live here, so there is one for each
/// source address and port.
final class Decoder {
    private final Probe probe;
    private final Counters counters;
    private final NetFlow5 netflow5;
    private final NetFlow9 netflow9;
    private final Ipfix ipfix;
    private final SFlow sflow;

    Decoder(Probe probe, Counters counters) {
        this.probe = probe;
        this.counters = counters;
        ProbeOptions options = ProbeOptions.of(probe.vlanInterfaces(), probe.quirks());
        this.netflow5 = new NetFlow5();
        this.netflow9 = new NetFlow9(options);
        this.ipfix = new Ipfix(options);
        this.sflow = new SFlow(options);
    }

    Probe probe() {
        return probe;
    }

    Counters counters() {
        return counters;
    }

    /// Decodes one datagram or message. The probes for NetFlow v9 and IPFIX take either, because
    /// exporters are often set to one where the other was meant.
    void decode(ByteBuffer bytes, long receivedUs, FlowConsumer out) {
        Cursor in = new Cursor(bytes);
        counters.add(Counters.Total.DATAGRAMS, 1);
        int version = bytes.remaining() >= 2 ? bytes.getShort(bytes.position()) : 0;
        switch (probe.type()) {
            case NETFLOW_V5 -> netflow5.decode(in, counters, out);
            case SFLOW -> sflow.decode(in, receivedUs, counters, out);
            case NETFLOW_V9, IPFIX -> {
                if (version == NetFlow9.VERSION) {
                    netflow9.decode(in, counters, out);
                } else {
                    ipfix.decode(in, counters, out);
                }
            }
            case SILK -> throw new IllegalStateException("silk probes receive no datagrams");
        }
    }

    void expire(long nowUs, long ageUs) {
        netflow9.expire(nowUs, ageUs);
        ipfix.expire(nowUs, ageUs);
    }
}
