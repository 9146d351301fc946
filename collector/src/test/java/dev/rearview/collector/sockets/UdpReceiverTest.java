package dev.rearview.collector.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.collector.log.Log;
import dev.rearview.descriptors.DatagramArea;
import dev.rearview.ingest.ListenAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// With the calls of the JDK, with the system's own, and with several threads of these.
@Timeout(60)
class UdpReceiverTest {
    private static final int THREADS = 3;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final Log log =
            Log.to("test", Log.Level.ERR, new PrintStream(text, true, StandardCharsets.UTF_8));

    enum How {
        CHANNEL,
        SYSTEM,
        SEVERAL;

        private UdpReceiver receiver(Log log, Runnable arrived) throws IOException {
            List<Reading> readings = new ArrayList<>();
            for (int i = 0; i < (this == SEVERAL ? THREADS : 1); i++) {
                readings.add(this == CHANNEL ? new ChannelReading(log) : new SystemReading(log));
            }
            return new UdpReceiver(log, arrived, readings);
        }
    }

    private static int freePort() throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            return s.getLocalPort();
        }
    }

    private static ListenAddress at(int port) {
        return new ListenAddress(port, Optional.of("127.0.0.1"));
    }

    private static void send(DatagramSocket from, int port, byte[] octets) throws IOException {
        from.send(
                new DatagramPacket(octets, octets.length, InetAddress.getLoopbackAddress(), port));
    }

    private static void send(int port, int datagrams) throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < datagrams; i++) {
                send(s, port, new byte[] {(byte) i});
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void datagramsComeWholeAndInOrder(How how) throws Exception {
        int port = freePort();
        StringBuilder came = new StringBuilder();
        try (UdpReceiver receiver = how.receiver(log, () -> {});
                UdpSocket socket = receiver.open(at(port))) {
            send(port, 9);
            while (came.length() < 9) {
                receiver.take((to, bytes, from) -> {
                    assertThat(to).isEqualTo(socket.address());
                    assertThat(bytes.remaining()).isEqualTo(1);
                    came.append(bytes.get(bytes.position()));
                });
            }
            assertThat(receiver.isRunning()).isTrue();
            assertThat(socket.newDrops()).isZero();
            assertThat(socket.newTruncated()).isZero();
        }
        assertThat(came).hasToString("012345678");
        assertThat(text.size()).isZero();
    }

    /// Each of many senders stays in its order, and is told apart from the others.
    @ParameterizedTest
    @EnumSource
    void manySendersKeepTheirOrder(How how) throws Exception {
        int port = freePort();
        int senders = 40;
        int rounds = 50;
        List<DatagramSocket> sockets = new ArrayList<>();
        Map<InetSocketAddress, Integer> next = new HashMap<>();
        int[] count = new int[1];
        try (UdpReceiver receiver = how.receiver(log, () -> {});
                UdpSocket _ = receiver.open(at(port))) {
            for (int i = 0; i < senders; i++) {
                sockets.add(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            }
            for (int round = 0; round < rounds; round++) {
                for (DatagramSocket s : sockets) {
                    send(s, port, new byte[] {(byte) round});
                }
            }
            while (count[0] < senders * rounds) {
                receiver.take((to, bytes, from) -> {
                    int expected = next.merge(from, 1, Integer::sum) - 1;
                    assertThat(bytes.get(bytes.position())).isEqualTo((byte) expected);
                    count[0]++;
                });
            }
        }
        assertThat(next).hasSize(senders).containsOnlyKeys(places(sockets));
        sockets.forEach(DatagramSocket::close);
    }

    private static List<InetSocketAddress> places(List<DatagramSocket> sockets) {
        return sockets.stream()
                .map(s -> new InetSocketAddress(InetAddress.getLoopbackAddress(), s.getLocalPort()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void theLongestDatagramComesWhole(How how) throws Exception {
        int port = freePort();
        byte[] longest = new byte[65_507];
        for (int i = 0; i < longest.length; i++) {
            longest[i] = (byte) (i * 31);
        }
        List<byte[]> came = new ArrayList<>();
        int rounds = 9;
        try (UdpReceiver receiver = how.receiver(log, () -> {});
                UdpSocket _ = receiver.open(at(port));
                DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < rounds; i++) {
                send(s, port, longest);
                send(s, port, new byte[0]);
            }
            while (came.size() < 2 * rounds) {
                receiver.take((to, bytes, from) -> {
                    byte[] copy = new byte[bytes.remaining()];
                    bytes.get(copy);
                    came.add(copy);
                });
            }
        }
        for (int i = 0; i < rounds; i++) {
            assertThat(came.get(2 * i)).isEqualTo(longest);
            assertThat(came.get(2 * i + 1)).isEmpty();
        }
    }

    /// What came and what the kernel dropped are all that was sent, those that it dropped last
    /// included.
    @ParameterizedTest
    @EnumSource
    void whatTheKernelDropsIsCountedExactly(How how) throws Exception {
        int port = freePort();
        CountDownLatch goOn = new CountDownLatch(1);
        int sent = 4000;
        int[] came = new int[1];
        try (UdpReceiver receiver = how.receiver(log, () -> await(goOn));
                UdpSocket socket = receiver.open(at(port));
                DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < sent; i++) {
                send(s, port, new byte[60_000]);
            }
            goOn.countDown();
            long drops = socket.newDrops();
            assertThat(drops).isPositive();
            while (came[0] + drops < sent) {
                receiver.take((to, bytes, from) -> came[0]++);
            }
            assertThat(came[0] + drops).isEqualTo(sent);
            assertThat(socket.newDrops()).isZero();
            assertThat(receiver.hasWaiting()).isFalse();
        }
        assertThat(text.size()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A second socket begins at 0, whatever the first one has lost.
    @Test
    void socketsCountForThemselves() throws Exception {
        int port = freePort();
        try (UdpReceiver receiver = How.SYSTEM.receiver(log, () -> {});
                DatagramSocket other =
                        new DatagramSocket(port, InetAddress.ofLiteral("127.0.0.2"));
                DatagramSocket s = new DatagramSocket()) {
            other.setReceiveBufferSize(1);
            for (int i = 0; i < 100; i++) {
                s.send(new DatagramPacket(new byte[1000], 1000, other.getLocalSocketAddress()));
            }
            try (UdpSocket socket = receiver.open(at(port))) {
                assertThat(KernelDrops.ofPort(port)).isPositive();
                assertThat(socket.newDrops()).isZero();
            }
        }
    }

    /// What does not fit is counted, and nobody takes its beginning for a datagram.
    @Test
    void aDatagramWithoutItsEndIsCounted() throws Exception {
        int port = freePort();
        List<Integer> lengths = new ArrayList<>();
        SystemReading reading = new SystemReading(log, new DatagramArea(Arena.ofAuto(), 4, 100));
        try (UdpReceiver receiver = new UdpReceiver(log, () -> {}, List.of(reading));
                UdpSocket socket = receiver.open(at(port));
                DatagramSocket s = new DatagramSocket()) {
            for (int length : new int[] {99, 101, 100, 5000, 7}) {
                send(s, port, new byte[length]);
            }
            while (lengths.size() < 3) {
                receiver.take((to, bytes, from) -> lengths.add(bytes.remaining()));
            }
            assertThat(lengths).containsExactly(99, 100, 7);
            assertThat(socket.newTruncated()).isEqualTo(2);
            assertThat(socket.newTruncated()).isZero();
        }
    }

    /// Loads get full while the decoder is busy, so that all their room is for datagrams.
    @ParameterizedTest
    @EnumSource(names = {"CHANNEL", "SYSTEM"})
    void waitingDatagramsGatherInFewLoads(How how) throws Exception {
        int port = freePort();
        int sent = 5000;
        int[] takes = new int[1];
        int[] came = new int[1];
        try (UdpReceiver receiver = how.receiver(log, () -> {});
                UdpSocket _ = receiver.open(at(port));
                DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < sent; i++) {
                send(s, port, new byte[1]);
                if (i % 100 == 0) {
                    Thread.sleep(2);
                }
            }
            while (came[0] < sent) {
                takes[0] += receiver.hasWaiting() ? 1 : 0;
                receiver.take((to, bytes, from) -> came[0]++);
            }
        }
        // 2,048 each, and one that was handed over with the first datagram.
        assertThat(takes[0]).isLessThanOrEqualTo(5);
    }

    /// Nothing else comes that would push out what came while the receiver practised.
    @ParameterizedTest
    @EnumSource
    void whatComesAtTheStartIsHandedOver(How how) throws Exception {
        int port = freePort();
        int[] came = new int[1];
        try (UdpReceiver receiver = how.receiver(log, () -> {});
                UdpSocket _ = receiver.open(at(port))) {
            send(port, 1);
            while (!receiver.hasWaiting()) {
                Thread.onSpinWait();
            }
            send(port, 4);
            Thread.sleep(500);
            while (came[0] < 5) {
                receiver.take((to, bytes, from) -> came[0]++);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPlaceWhereSomebodyListensIsRefused(How how) throws Exception {
        int port = freePort();
        try (UdpReceiver first = how.receiver(log, () -> {});
                UdpReceiver second = how.receiver(log, () -> {})) {
            try (UdpSocket _ = first.open(at(port))) {
                assertThatThrownBy(() -> second.open(at(port)))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("cannot listen on UDP port " + port + ": ")
                        .hasMessageContaining("in use");
            }
            assertThat(second.isRunning()).isTrue();
        }
        assertThat(text.size()).isZero();
    }

    /// What came before a socket is closed is not lost, and the place is free then.
    @ParameterizedTest
    @EnumSource
    void socketsComeAndGo(How how) throws Exception {
        int port = freePort();
        int[] came = new int[1];
        try (UdpReceiver receiver = how.receiver(log, () -> {})) {
            for (int round = 1; round <= 5; round++) {
                try (UdpSocket _ = reopened(receiver, port)) {
                    send(port, 10);
                    while (came[0] < 10 * round) {
                        receiver.take((to, bytes, from) -> came[0]++);
                    }
                }
            }
            assertThat(receiver.isRunning()).isTrue();
        }
        assertThat(text.size()).isZero();
    }

    /// The thread that waits at a socket gives it up a moment after it was closed.
    private static UdpSocket reopened(UdpReceiver receiver, int port) throws Exception {
        while (true) {
            try {
                return receiver.open(at(port));
            } catch (IOException e) {
                Thread.sleep(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheSocketsHoldIsReadBeforeTheEnd(How how) throws Exception {
        int port = freePort();
        CountDownLatch goOn = new CountDownLatch(1);
        int[] came = new int[1];
        try (UdpReceiver receiver = how.receiver(log, () -> await(goOn));
                UdpSocket _ = receiver.open(at(port))) {
            send(port, 100);
            receiver.stop();
            goOn.countDown();
            while (receiver.isRunning() || receiver.hasWaiting()) {
                receiver.take((to, bytes, from) -> came[0]++);
            }
            assertThat(came[0]).isEqualTo(100);
        }
        assertThat(text.size()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatDiesIsToldAndRunsNoMore(How how) throws Exception {
        int port = freePort();
        Runnable dies =
                () -> {
                    throw new IllegalStateException("no room");
                };
        try (UdpReceiver receiver = how.receiver(log, dies);
                UdpSocket _ = receiver.open(at(port))) {
            send(port, 1);
            while (receiver.isRunning()) {
                Thread.onSpinWait();
            }
        }
        assertThat(text.toString(StandardCharsets.UTF_8))
                .endsWith("Receiving ends: java.lang.IllegalStateException: no room\n");
    }

    @ParameterizedTest
    @EnumSource
    void bothFamiliesComeToAPlaceWithoutHost(How how) throws Exception {
        int port = freePort();
        List<String> senders = new ArrayList<>();
        try (UdpReceiver receiver = how.receiver(log, () -> {});
                UdpSocket _ = receiver.open(new ListenAddress(port, Optional.empty()));
                DatagramSocket s = new DatagramSocket()) {
            List<String> hosts =
                    IntStream.range(0, 2).mapToObj(i -> i == 0 ? "127.0.0.1" : "::1").toList();
            for (String host : hosts) {
                s.send(new DatagramPacket(new byte[1], 1, InetAddress.ofLiteral(host), port));
                while (senders.size() <= hosts.indexOf(host)) {
                    receiver.take(
                            (to, bytes, from) -> senders.add(from.getAddress().getHostAddress()));
                }
            }
        }
        assertThat(senders).containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
    }
}
