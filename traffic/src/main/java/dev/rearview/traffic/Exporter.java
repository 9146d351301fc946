package dev.rearview.traffic;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.List;

/// Encodes flows as the datagrams of one exporter. Keeps the exporter's sequence numbers.
public interface Exporter {
    /// The most flows that one datagram takes.
    int capacity();

    /// Encodes up to [#capacity] flows.
    ///
    /// @param exportMs export time, milliseconds since 1970
    ByteBuffer encode(List<FlowRecord> flows, long exportMs);

    /// NetFlow v5: IPv4 only, 30 flows a datagram.
    static Exporter netflow5() {
        return new NetFlow5Exporter();
    }

    /// NetFlow v9 with its template in every datagram.
    static Exporter netflow9(int sourceId) {
        return new TemplateExporter(9, sourceId);
    }

    /// IPFIX with its templates in every message, IPv4 and IPv6.
    static Exporter ipfix(int domain) {
        return new TemplateExporter(10, domain);
    }

    /// sFlow: every flow is one sampled packet.
    static Exporter sflow(int samplingRate) {
        return new SFlowExporter(samplingRate);
    }
}
