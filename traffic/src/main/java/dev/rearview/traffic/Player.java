package dev.rearview.traffic;

import dev.rearview.model.FlowRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Sends an exporter's datagrams to a port on loopback at a bounded rate.
public final class Player {
    private static final int BURST = 16;

    private Player() {}

    /// Sends flows in order, each datagram exported shortly after its last flow ended.
    ///
    /// @param datagramsPerSecond pace; the kernel drops what a receiver cannot take
    /// @return datagrams sent
    public static int play(
            Exporter exporter, List<FlowRecord> flows, int port, int datagramsPerSecond)
            throws IOException {
        InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        long start = System.nanoTime();
        int sent = 0;
        try (DatagramChannel channel = DatagramChannel.open()) {
            for (int from = 0; from < flows.size(); from += exporter.capacity()) {
                List<FlowRecord> part =
                        flows.subList(from, Math.min(flows.size(), from + exporter.capacity()));
                long exportMs = 0;
                for (FlowRecord r : part) {
                    exportMs = Math.max(exportMs, r.stimeMs() + r.durationMs() + 1000);
                }
                channel.send(exporter.encode(part, exportMs), to);
                if (++sent % BURST == 0) {
                    pace(start, sent, datagramsPerSecond);
                }
            }
        }
        return sent;
    }

    private static void pace(long start, int sent, int perSecond) {
        long due = start + sent * 1_000_000_000L / perSecond;
        long wait = due - System.nanoTime();
        if (wait > 0) {
            LockSupport.parkNanos(wait);
        }
    }
}
