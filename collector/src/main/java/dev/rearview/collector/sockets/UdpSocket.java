package dev.rearview.collector.sockets;

import dev.rearview.ingest.ListenAddress;
import java.io.Closeable;
import java.io.IOException;

/// A UDP socket that probes share, with the largest receive buffer that the kernel grants.
interface UdpSocket extends Closeable {
    ListenAddress address();

    /// Octets of datagrams that may wait.
    int bufferOctets();

    /// Datagrams that the kernel dropped for want of room since the last call.
    long newDrops();

    /// Datagrams since the last call of which the end is missing, and which were not handed on.
    long newTruncated();

    @Override
    void close() throws IOException;
}
