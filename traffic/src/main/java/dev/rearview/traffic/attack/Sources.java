package dev.rearview.traffic.attack;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/// Sends datagrams from addresses of 127.0.0.0/8, none of which is 127.0.0.1.
final class Sources implements Closeable {
    /// Addresses that [#address] tells apart.
    static final int COUNT = 120 << 16;

    private final InetSocketAddress to;
    private @Nullable DatagramChannel channel;
    private long bound = -1;

    Sources(int port) throws IOException {
        this.to = new InetSocketAddress(loopback(1), port);
    }

    /// 127.0.0.`last`.
    static InetAddress loopback(int last) throws IOException {
        return loopback(0, 0, last);
    }

    private static InetAddress loopback(int b, int c, int d) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, (byte) b, (byte) c, (byte) d});
    }

    /// The address of source `n`, from 127.1.0.1 on.
    static InetAddress address(long n) throws IOException {
        int i = (int) Math.floorMod(n, (long) COUNT);
        // The last octet has no 0 and no 255, as hosts have none.
        int host = i % 254;
        int network = i / 254;
        return loopback(1 + (network >>> 8) % 126, network & 0xFF, 1 + host);
    }

    /// Sends from source `n` and a port that the system chooses anew when the source changes.
    ///
    /// @return octets sent
    int send(long n, ByteBuffer bytes) throws IOException {
        DatagramChannel from = channel;
        if (from == null || bound != n) {
            close();
            from = DatagramChannel.open();
            channel = from;
            from.bind(new InetSocketAddress(address(n), 0));
            bound = n;
        }
        return from.send(bytes, to);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
