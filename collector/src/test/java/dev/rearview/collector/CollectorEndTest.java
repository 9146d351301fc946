package dev.rearview.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.collector.log.Log;
import dev.rearview.collector.polling.Polling;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.store.ledger.LedgerPeriod;
import dev.rearview.store.ledger.LedgerSeries;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CollectorEndTest {
    @TempDir Path directory;

    private Configuration configuration(int port) throws Exception {
        return TestConfiguration.of(
                directory,
                """
                probe P0 netflow-v5
                    listen-on-port %d
                    protocol udp
                    listen-as-host 127.0.0.1
                end probe
                sensor S0
                    netflow-v5-probes P0
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """
                        .formatted(port));
    }

    /// The datagrams are of another version, so that they cost little and leave no flows.
    private static void flood(int port, AtomicBoolean goOn) throws Exception {
        byte[] noise = ByteBuffer.allocate(1464).putShort((short) 6).array();
        try (DatagramSocket s = new DatagramSocket()) {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            while (goOn.get()) {
                s.send(new DatagramPacket(noise, noise.length, to));
            }
        }
    }

    /// A flood that goes on keeps nobody waiting, and where no flow is left nothing is said of it.
    @Test
    @Timeout(60)
    void aFloodDoesNotHoldUpTheEnd() throws Exception {
        int port;
        try (DatagramSocket s = new DatagramSocket()) {
            port = s.getLocalPort();
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Log log =
                Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
        Settings settings = settings();
        AtomicBoolean goOn = new AtomicBoolean(true);
        try (Collector collector = new Collector(settings, configuration(port), log)) {
            CompletableFuture<Void> running = started(() -> collector.run(() -> {}));
            CompletableFuture<Void> flood = started(() -> flood(port, goOn));
            while (collector.ledger().entries().isEmpty()) {
                Thread.onSpinWait();
            }
            collector.stop();
            running.get(10, TimeUnit.SECONDS);
            goOn.set(false);
            flood.get(10, TimeUnit.SECONDS);
        } finally {
            goOn.set(false);
        }
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("Finished shutting down.")
                .doesNotContain("Not all segments are written");
        // The last part of a minute is told, too.
        List<LedgerPeriod> told = new ArrayList<>();
        LedgerSeries.of(directory.resolve("data")).read(0, Long.MAX_VALUE, told::add);
        assertThat(told).anyMatch(LedgerPeriod::isRunning).anyMatch(p -> !p.sensors().isEmpty());
    }

    private Settings settings() {
        return new Settings(
                directory.resolve("data"),
                new Settings.Times(5000, 120_000, 60_000, TimeWindow.DEFAULT),
                new Polling(20, Optional.empty(), Optional.empty(), Optional.empty(), false, false),
                new Settings.Bounds(1 << 20, 1 << 30, Optional.empty(), Optional.empty()));
    }

    /// Whatever the threads that were started already are just doing.
    @Test
    void aPortInUseIsOneMessageAndNoThreadDies() throws Exception {
        Queue<Throwable> died = new ConcurrentLinkedQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> died.add(e));
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Log log = Log.to("test", Log.Level.ERR, null);
            for (int i = 0; i < 50; i++) {
                assertThatThrownBy(() ->
                                new Collector(settings(), configuration(taken.getLocalPort()), log))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("cannot listen on UDP port " + taken.getLocalPort())
                        .hasMessageContaining("in use");
            }
            // The receivers of all have ended.
            while (Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(t -> t.getName().equals("udp-receiver"))) {
                Thread.onSpinWait();
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(died).isEmpty();
    }

    /// A thread that reads files receives, too: whoever supervises the daemon shall start it again.
    @Test
    @Timeout(60)
    void aReaderOfFilesThatDiesEndsIt() throws Exception {
        Path incoming = Files.createDirectory(directory.resolve("incoming"));
        Files.writeString(incoming.resolve("a"), "some file");
        Configuration polling =
                TestConfiguration.of(
                        directory,
                        """
                        probe P0 netflow-v5
                            poll-directory %s
                        end probe
                        sensor S0
                            netflow-v5-probes P0
                            internal-ipblocks 192.0.2.0/24
                            external-ipblocks remainder
                        end sensor
                        """
                                .formatted(incoming));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Log log =
                Log.to(
                        "test",
                        Log.Level.INFO,
                        new PrintStream(new Failing(text), true, StandardCharsets.UTF_8));
        try (Collector collector = new Collector(settings(), polling, log)) {
            assertThat(collector.run(() -> {})).isFalse();
        }
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("Reading files ends: java.lang.IllegalStateException: of the log")
                .contains("Finished shutting down.");
    }

    /// Fails once, where the log tells that a file is read.
    private static final class Failing extends FilterOutputStream {
        private boolean hasFailed;

        private Failing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] octets, int at, int length) throws IOException {
            String line = new String(octets, at, length, StandardCharsets.UTF_8);
            if (!hasFailed && line.contains("processing")) {
                hasFailed = true;
                throw new IllegalStateException("of the log");
            }
            out.write(octets, at, length);
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> started(Task task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        task.run();
                        done.complete(null);
                    } catch (Exception e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }
}
