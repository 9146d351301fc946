package dev.rearview.collector.sockets;

import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/// A UDP socket that probes share, with the largest receive buffer that the kernel grants.
final class UdpSocket implements Closeable {
    private static final int WANTED_BUFFER = 64 << 20;

    private final DatagramChannel channel;
    private final ListenAddress address;
    private long seenDrops;

    UdpSocket(ListenAddress address, Selector selector, Notices notices) throws IOException {
        this.address = address;
        int port = address.port();
        this.channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            int granted = grow();
            if (granted < WANTED_BUFFER) {
                notices.warning(
                        "UDP port "
                                + port
                                + ": the kernel granted a receive buffer of "
                                + granted
                                + " octets instead of "
                                + WANTED_BUFFER
                                + "; raise it with sysctl -w net.core.rmem_max="
                                + WANTED_BUFFER);
            }
            channel.bind(address.place());
            channel.register(selector, SelectionKey.OP_READ, this);
            seenDrops = KernelDrops.ofPort(port);
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen on UDP port " + port + ": " + e.getMessage(), e);
        }
    }

    private int grow() throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, WANTED_BUFFER);
        // Linux tells twice what can be used.
        return channel.getOption(StandardSocketOptions.SO_RCVBUF);
    }

    ListenAddress address() {
        return address;
    }

    /// Receives one datagram into what remains of a buffer.
    ///
    /// @return its sender, null if none waits
    @Nullable InetSocketAddress receive(ByteBuffer into) throws IOException {
        return (InetSocketAddress) channel.receive(into);
    }

    /// Datagrams that the kernel dropped at this port, whatever the address, since the last call.
    long newDrops() {
        long drops = KernelDrops.ofPort(address.port());
        long fresh = Math.max(0, drops - seenDrops);
        seenDrops = drops;
        return fresh;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
