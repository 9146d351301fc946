package dev.rearview.collector.sockets;

import dev.rearview.ingest.ListenAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Takes a datagram, or a message of a session, which must not be kept.
@FunctionalInterface
public interface DatagramConsumer {
    /// @param to where the collector listens
    void accept(ListenAddress to, ByteBuffer bytes, InetSocketAddress from);
}
