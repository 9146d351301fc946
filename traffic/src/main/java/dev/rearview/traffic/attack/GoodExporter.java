package dev.rearview.traffic.attack;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;

/// An exporter that does everything right, beside an attack. Each of its flows has a number of its
/// own, which is in its source address: 10.0.0.0 and so many on. What is missing afterwards, or
/// there twice, can be named.
///
/// Templates are announced once, at the beginning: whoever forgets them loses what follows.
public final class GoodExporter implements Closeable {
    /// What it speaks.
    public enum Protocol {
        NETFLOW5,
        NETFLOW9,
        IPFIX,
        IPFIX_TCP
    }

    /// Flows of a datagram.
    public static final int FLOWS = 30;

    /// Flows that have numbers.
    public static final long MOST = 1 << 24;

    private static final int FIRST_SOURCE = 0x0A00_0000;
    private static final int TEMPLATE = 256;
    private static final long DOMAIN = 1;
    private static final int NO_END_S = 3600;

    private final Protocol protocol;
    private final int destination;
    private final long skewS;
    private final int port;
    private final ByteChannel channel;
    private final Pace pace;
    private long number;
    private long datagrams;
    private boolean announced;

    /// How one exporter differs from another.
    ///
    /// @param from last octet of its address, which is 127.0.0.`from`
    /// @param destination address of its flows, such as 0xC0000201 for 192.0.2.1
    /// @param first number of its first flow
    /// @param perSecond datagrams a second at most
    /// @param skewS how many seconds its clock is ahead
    public record Settings(int from, int destination, long first, int perSecond, long skewS) {}

    /// @param port of the collector on loopback
    public GoodExporter(Protocol protocol, int port, Settings settings) throws IOException {
        this.protocol = protocol;
        this.destination = settings.destination();
        this.skewS = settings.skewS();
        this.port = port;
        this.number = settings.first();
        this.pace = new Pace(port, settings.perSecond(), NO_END_S);
        InetSocketAddress own = new InetSocketAddress(Sources.loopback(settings.from()), 0);
        InetSocketAddress to = new InetSocketAddress(Sources.loopback(1), port);
        this.channel =
                protocol == Protocol.IPFIX_TCP
                        ? SocketChannel.open().bind(own)
                        : DatagramChannel.open().bind(own);
        if (channel instanceof SocketChannel session) {
            session.connect(to);
        } else if (channel instanceof DatagramChannel datagram) {
            datagram.connect(to);
        }
    }

    /// Sends one datagram or message of 30 flows.
    public void send() throws IOException {
        ByteBuffer bytes = next().done();
        int size = bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        number += FLOWS;
        datagrams++;
        if (!pace.sent(size)) {
            throw new IOException("port " + port + " takes nothing any more");
        }
    }

    /// Numbers of flows that were sent end before this one.
    public long number() {
        return number;
    }

    public long datagrams() {
        return datagrams;
    }

    private Message next() {
        long nowS = Message.nowS() + skewS;
        if (protocol == Protocol.NETFLOW5) {
            Message m = Message.netflow5(FLOWS, nowS, number);
            for (int i = 0; i < FLOWS; i++) {
                m.record5(FIRST_SOURCE + (int) (number + i), destination);
            }
            return m;
        }
        boolean netflow9 = protocol == Protocol.NETFLOW9;
        Message m =
                netflow9
                        ? Message.netflow9(FLOWS, nowS, datagrams, DOMAIN)
                        : Message.ipfix(nowS, number, DOMAIN);
        if (!announced) {
            announced = true;
            m.set(netflow9 ? 0 : 2).template(TEMPLATE, fields(netflow9));
        }
        m.set(TEMPLATE);
        for (int i = 0; i < FLOWS; i++) {
            m.u32(FIRST_SOURCE + number + i).u32(destination).u32(40).u32(1).u8(6).u8(2);
            if (netflow9) {
                m.u32(3_599_000).u32(3_600_000);
            } else {
                m.u64((nowS - 1) * 1000).u64(nowS * 1000);
            }
            m.u16(0);
        }
        return m;
    }

    private static int[] fields(boolean netflow9) {
        int[] out = {
            TimeAttacks.SOURCE,
            4,
            TimeAttacks.DESTINATION,
            4,
            TimeAttacks.BYTES,
            4,
            TimeAttacks.PACKETS,
            4,
            TimeAttacks.PROTOCOL,
            1,
            6,
            1,
            netflow9 ? TimeAttacks.FIRST_SWITCHED : TimeAttacks.START_MS,
            netflow9 ? 4 : 8,
            netflow9 ? TimeAttacks.LAST_SWITCHED : TimeAttacks.END_MS,
            netflow9 ? 4 : 8,
            // Padding, so that a set of 30 ends at a multiple of four.
            210,
            2
        };
        return out;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// As an attack of its own: an exporter whose clock is two days slow.
    static long slowClock(AttackOptions options) throws IOException {
        long lastNs = System.nanoTime() + options.seconds() * 1_000_000_000L;
        try (GoodExporter exporter =
                new GoodExporter(
                        Protocol.IPFIX,
                        options.port(),
                        // 192.0.2.3, two days slow.
                        new Settings(3, 0xC0000203, 0, options.perSecond(), -2 * 24 * 3600))) {
            while (exporter.datagrams() < options.count()
                    && exporter.number() < MOST - FLOWS
                    && System.nanoTime() < lastNs) {
                exporter.send();
            }
            return exporter.datagrams();
        }
    }
}
