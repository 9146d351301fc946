package dev.rearview.collector.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.log.Log;
import dev.rearview.ingest.ListenAddress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UdpReceiverTest {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final Log log =
            Log.to("test", Log.Level.ERR, new PrintStream(text, true, StandardCharsets.UTF_8));

    private static int freePort() throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            return s.getLocalPort();
        }
    }

    private static void send(int port, int datagrams) throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < datagrams; i++) {
                byte[] octets = {(byte) i};
                s.send(new DatagramPacket(octets, 1, InetAddress.getLoopbackAddress(), port));
            }
        }
    }

    @Test
    @Timeout(60)
    void datagramsComeWholeAndInOrder() throws Exception {
        int port = freePort();
        StringBuilder came = new StringBuilder();
        try (UdpReceiver receiver = new UdpReceiver(log, () -> {});
                UdpSocket socket =
                        receiver.open(new ListenAddress(port, Optional.of("127.0.0.1")))) {
            send(port, 9);
            while (came.length() < 9) {
                receiver.take((to, bytes, from) -> {
                    assertThat(to).isEqualTo(socket.address());
                    assertThat(bytes.remaining()).isEqualTo(1);
                    came.append(bytes.get(bytes.position()));
                });
            }
            assertThat(receiver.isRunning()).isTrue();
        }
        assertThat(came).hasToString("012345678");
        assertThat(text.size()).isZero();
    }

    @Test
    @Timeout(60)
    void aThreadThatDiesIsToldAndRunsNoMore() throws Exception {
        int port = freePort();
        Runnable dies =
                () -> {
                    throw new IllegalStateException("no room");
                };
        try (UdpReceiver receiver = new UdpReceiver(log, dies);
                UdpSocket _ = receiver.open(new ListenAddress(port, Optional.of("127.0.0.1")))) {
            send(port, 1);
            while (receiver.isRunning()) {
                Thread.onSpinWait();
            }
        }
        assertThat(text.toString(StandardCharsets.UTF_8))
                .endsWith("Receiving ends: java.lang.IllegalStateException: no room\n");
    }
}
