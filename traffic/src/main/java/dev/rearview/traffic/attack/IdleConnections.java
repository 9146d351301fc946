package dev.rearview.traffic.attack;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// TCP connections that say nothing, half of something, nonsense, or an octet a second.
public final class IdleConnections implements Closeable {
    private static final long TRICKLE_NS = 1_000_000_000;
    private static final int KINDS = 4;
    private static final int TRICKLES = 3;
    private static final int CONNECT_TIMEOUT_MS = 5000;

    private final List<SocketChannel> open = new ArrayList<>();
    private final byte[] slow;
    private int trickled;

    /// Opens connections, from one address each or from one for all.
    ///
    /// @param options port, number and time
    /// @param oneHost whether all come from one address
    public IdleConnections(AttackOptions options, boolean oneHost) throws IOException {
        Message m = Message.ipfix(Message.nowS(), 0, 1).set(2).template(256, TimeAttacks.SOURCE, 4);
        slow = m.bytes();
        long lastNs = System.nanoTime() + options.seconds() * 1_000_000_000L;
        for (int i = 0; i < options.count() && System.nanoTime() < lastNs; i++) {
            connect(i, oneHost ? 0 : i, options.port());
        }
    }

    private void connect(int i, long source, int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(Sources.address(source), 0));
            channel.socket()
                    .connect(new InetSocketAddress(Sources.loopback(1), port), CONNECT_TIMEOUT_MS);
            switch (i % KINDS) {
                case 1 -> channel.write(ByteBuffer.wrap(slow, 0, slow.length / 2));
                case 2 ->
                        channel.write(
                                ByteBuffer.wrap(
                                        "GET / HTTP/1.0\r\n\r\n"
                                                .getBytes(StandardCharsets.US_ASCII)));
                default -> {
                    // Says nothing, or nothing yet.
                }
            }
            open.add(channel);
        } catch (IOException e) {
            // Turned away, which is what an attacker reckons with.
            channel.close();
        }
    }

    /// Connections that could be made.
    public int count() {
        return open.size();
    }

    /// Sends one octet more on those that trickle.
    public void trickle() {
        for (int i = TRICKLES; i < open.size(); i += KINDS) {
            try {
                open.get(i).write(ByteBuffer.wrap(slow, trickled % slow.length, 1));
            } catch (IOException e) {
                // Closed by the other side; the others go on.
            }
        }
        trickled++;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    /// The attack: makes connections and holds them until the time is over.
    static long hold(AttackOptions options) throws IOException {
        long lastNs = System.nanoTime() + options.seconds() * 1_000_000_000L;
        try (IdleConnections all = new IdleConnections(options, false)) {
            while (System.nanoTime() < lastNs) {
                all.trickle();
                LockSupport.parkNanos(TRICKLE_NS);
            }
            return all.count();
        }
    }
}
