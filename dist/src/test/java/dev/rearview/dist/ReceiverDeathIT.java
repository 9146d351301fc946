package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A collector that can receive no more says so and ends, so that whoever supervises it starts it
/// again.
class ReceiverDeathIT {
    /// Room for the memory of system calls, 128 of the longest datagrams, for the sessions' buffer,
    /// and for a batch of the journal, but not for a load of datagrams.
    private static final String NO_ROOM = "-XX:MaxDirectMemorySize=9749k";

    @TempDir Path directory;
    private CollectorProcess collector;

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    @Timeout(120)
    void aReceiverThatDiesEndsTheDaemonWithStatusOne() throws Exception {
        collector = new CollectorProcess(directory, 1, Map.of("JDK_JAVA_OPTIONS", NO_ROOM));
        int port = Ports.free();
        collector.listenForNetFlow5(port);
        collector.start();
        try (DatagramSocket s = new DatagramSocket()) {
            s.send(new DatagramPacket(new byte[24], 24, InetAddress.getLoopbackAddress(), port));
        }
        assertThat(collector.awaitEnd(60)).isEqualTo(1);
        assertThat(collector.log())
                .contains("Receiving ends: java.lang.OutOfMemoryError: ")
                .contains("Finished shutting down.")
                .doesNotContain("Exception in thread");
    }
}
