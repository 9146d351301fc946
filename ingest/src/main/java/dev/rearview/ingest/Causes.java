package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.site.Probe;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/// Told why something is lost or changed, each time; says it to people as seldom as it likes. Safe
/// for several threads.
public interface Causes {
    /// A datagram or message is of a version that its probe does not take.
    void version(Probe probe, InetAddress from, ByteBuffer bytes);

    /// A decoder failed at a datagram or message, which is lost.
    ///
    /// @param failure what happened, for those who mend it
    void failure(Probe probe, InetAddress from, String failure);

    /// A datagram came from a host that no probe accepts.
    void host(InetAddress from, ListenAddress to);

    /// A session was opened by a host that no probe accepts.
    void sessionHost(InetAddress from, ListenAddress to);

    /// A flow has no sensor or type.
    ///
    /// @param exporter as the [Ledger] has it
    void sensor(Configuration configuration, Probe probe, String exporter, FlowRecord record);

    /// A flow's times are not believed.
    ///
    /// @param exporter as the [Ledger] has it
    /// @param startUs as the exporter sent it, microseconds since 1970
    void times(Probe probe, String exporter, long startUs);
}
