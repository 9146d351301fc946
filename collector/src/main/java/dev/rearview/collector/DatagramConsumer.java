package dev.rearview.collector;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Takes a datagram, or a message of a session, which must not be kept.
@FunctionalInterface
interface DatagramConsumer {
    /// @param to where the collector listens
    void accept(UdpSocket.Address to, ByteBuffer bytes, InetSocketAddress from);
}
