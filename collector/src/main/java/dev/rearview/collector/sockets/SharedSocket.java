package dev.rearview.collector.sockets;

import dev.rearview.ingest.ListenAddress;
import java.io.IOException;
import java.util.List;

/// Sockets of several threads at one place, between which the kernel divides senders.
record SharedSocket(List<UdpSocket> sockets) implements UdpSocket {
    @Override
    public ListenAddress address() {
        return sockets.getFirst().address();
    }

    @Override
    public int bufferOctets() {
        return sockets.getFirst().bufferOctets();
    }

    @Override
    public long newDrops() {
        return sockets.stream().mapToLong(UdpSocket::newDrops).sum();
    }

    @Override
    public long newTruncated() {
        return sockets.stream().mapToLong(UdpSocket::newTruncated).sum();
    }

    @Override
    public void close() throws IOException {
        for (UdpSocket socket : sockets) {
            socket.close();
        }
    }
}
