package dev.rearview.descriptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UdpDescriptorTest {
    private final DatagramArea area = new DatagramArea(Arena.ofAuto(), 8);

    private static UdpDescriptor bound(String host, int port) throws IOException {
        UdpDescriptor out = UdpDescriptor.open();
        out.bind(new InetSocketAddress(InetAddress.ofLiteral(host), port));
        return out;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket s = new DatagramSocket()) {
            return s.getLocalPort();
        }
    }

    private static void send(DatagramSocket from, String host, int port, int length)
            throws IOException {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) i;
        }
        from.send(new DatagramPacket(octets, length, InetAddress.ofLiteral(host), port));
    }

    /// On loopback a datagram waits at its socket as soon as it has been sent.
    @Test
    void datagramsComeByBatches() throws IOException {
        assertThat(UdpDescriptor.isSupported()).isTrue();
        int port = freePort();
        try (UdpDescriptor socket = bound("127.0.0.1", port);
                DatagramSocket sender = new DatagramSocket()) {
            assertThat(area.receive(socket)).isZero();
            for (int i = 0; i < 11; i++) {
                send(sender, "127.0.0.1", port, i);
            }
            assertThat(area.receive(socket)).isEqualTo(area.most());
            MemorySegment to = MemorySegment.ofArray(new byte[20]);
            area.copy(7, to, 3);
            assertThat(to.toArray(ValueLayout.JAVA_BYTE)).startsWith(0, 0, 0, 0, 1, 2, 3, 4, 5, 6);
            assertThat(area.receive(socket)).isEqualTo(3);
            assertThat(area.length(2)).isEqualTo(10);
            assertThat(area.isTruncated(2)).isFalse();
            assertThat(area.receive(socket)).isZero();
            assertThat(socket.dropped()).isZero();
        }
    }

    /// Whoever may not pass the system's limit gets as much as that.
    @Test
    void aBufferIsAsLargeAsTheKernelLetsItBe() throws IOException {
        int limit;
        try (InputStream in = Files.newInputStream(Path.of("/proc/sys/net/core/rmem_max"))) {
            // The file gives all at once, or nothing.
            limit =
                    Integer.parseInt(
                            new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip());
        }
        try (UdpDescriptor socket = UdpDescriptor.open()) {
            assertThat(socket.growBuffer(limit / 2)).isEqualTo(limit / 2);
            assertThat(socket.growBuffer(limit * 2)).isIn(limit, limit * 2);
        }
    }

    @Test
    void sendersThatComeAgainAreTheSameObjects() throws IOException {
        int port = freePort();
        Senders senders = new Senders();
        Map<Integer, InetSocketAddress> known = new HashMap<>();
        try (UdpDescriptor socket = bound("::", port);
                DatagramSocket one = new DatagramSocket();
                DatagramSocket other = new DatagramSocket()) {
            for (String host : List.of("127.0.0.1", "::1", "127.0.0.1", "::1")) {
                send(one, host, port, 1);
                send(other, host, port, 1);
                assertThat(area.receive(socket)).isEqualTo(2);
                for (int i = 0; i < 2; i++) {
                    InetSocketAddress sender = senders.of(area, i);
                    int from = (i == 0 ? one : other).getLocalPort();
                    assertThat(sender)
                            .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral(host), from));
                    InetSocketAddress before = known.putIfAbsent(key(host, i), sender);
                    assertThat(sender).isSameAs(before == null ? sender : before);
                }
            }
        }
    }

    private static int key(String host, int i) {
        return host.length() * 2 + i;
    }

    /// However many there are, each is told apart from whoever had its place before.
    @Test
    void moreSendersThanPlaces() throws IOException {
        int port = freePort();
        Senders senders = new Senders();
        Set<InetSocketAddress> told = new HashSet<>();
        int many = 3000;
        try (UdpDescriptor socket = bound("127.0.0.1", port)) {
            for (int i = 0; i < many; i++) {
                InetAddress host =
                        InetAddress.getByAddress(
                                new byte[] {127, 1, (byte) (i >> 8), (byte) (i & 0xFF)});
                try (DatagramSocket sender = new DatagramSocket(0, host)) {
                    send(sender, "127.0.0.1", port, 1);
                    assertThat(area.receive(socket)).isEqualTo(1);
                    assertThat(senders.of(area, 0)).isEqualTo(sender.getLocalSocketAddress());
                    told.add(senders.of(area, 0));
                }
            }
        }
        assertThat(told).hasSize(many);
    }

    @Test
    void aPlaceIsSharedOnlyWithThoseThatShare() throws IOException {
        int port = freePort();
        try (UdpDescriptor first = bound("127.0.0.1", port);
                UdpDescriptor second = UdpDescriptor.open()) {
            InetSocketAddress place = new InetSocketAddress("127.0.0.1", port);
            second.share();
            assertThatThrownBy(() -> second.bind(place))
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("in use");
            first.share();
            second.bind(place);
            try (UdpDescriptor third = UdpDescriptor.open()) {
                assertThatThrownBy(() -> third.bind(place)).hasMessageContaining("in use");
            }
        }
    }

    @Test
    void aClosedSocketGivesNothing() throws IOException {
        UdpDescriptor socket = bound("127.0.0.1", freePort());
        socket.close();
        assertThatThrownBy(() -> area.receive(socket)).isInstanceOf(SystemCallException.class);
        assertThat(socket.descriptor().isOpen()).isFalse();
    }
}
