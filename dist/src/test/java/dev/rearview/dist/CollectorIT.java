package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The collector as a process: real datagrams over loopback, signals, and the tools that read what
/// it stored.
class CollectorIT {
    private static final int PER_DATAGRAM = 30;
    private static final long HOUR_S = 1_704_067_200L; // 2024-01-01T00:00:00Z

    @TempDir Path directory;
    private Path root;
    private Shell shell;
    private int port;
    private int port6;
    private Process collector;
    private int sequence;
    private int lostOnTheWay;

    @BeforeEach
    void configuration() throws IOException {
        root = Files.createDirectories(directory.resolve("data"));
        port = freePort();
        port6 = freePort();
        Files.writeString(
                root.resolve("silk.conf"),
                """
                version 2
                sensor 0 S0
                sensor 1 S1
                class all
                    sensors S0 S1
                    type 0 in in
                    type 1 out out
                    type 2 inweb iw
                    type 3 outweb ow
                    type 4 innull innull
                    type 5 outnull outnull
                    type 6 int2int int2int
                    type 7 ext2ext ext2ext
                    type 8 inicmp inicmp
                    type 9 outicmp outicmp
                    type 10 other other
                    default-types in inweb
                end class
                default-class all
                packing-logic "packlogic-twoway.so"
                """);
        sensors(true);
        shell =
                new Shell(
                        directory,
                        Map.of(
                                "SILK_DATA_ROOTDIR",
                                root.toString(),
                                "SILK_CONFIG_FILE",
                                root.resolve("silk.conf").toString()));
    }

    private void sensors(boolean both) throws IOException {
        String second =
                """
                probe P1 netflow-v5
                    listen-on-port %d
                    protocol udp
                    listen-as-host ::1
                end probe
                sensor S1
                    netflow-v5-probes P1
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """
                        .formatted(port6);
        Files.writeString(
                root.resolve("sensor.conf"),
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
                                .formatted(port)
                        + (both ? second : ""));
    }

    private static int freePort() throws IOException {
        try (DatagramSocket s = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }

    private void startCollector(String... more) throws Exception {
        String[] fixed = {
            Shell.ROOT.resolve("bin/rwflowpack").toString(),
            "--no-daemon",
            "--sensor-configuration=" + root.resolve("sensor.conf"),
            "--site-config-file=" + root.resolve("silk.conf"),
            "--root-directory=" + root,
            "--log-destination=stderr",
            "--flush-timeout=1"
        };
        String[] command =
                java.util.stream.Stream.concat(
                                java.util.Arrays.stream(fixed), java.util.Arrays.stream(more))
                        .toArray(String[]::new);
        Shell own = new Shell(Files.createTempDirectory(directory, "log"), shell.environment());
        collector = own.start(command);
        Path log = own.directory().resolve("stderr");
        for (int i = 0; i < 300; i++) {
            if (Files.readString(log).contains("Listening")) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("the collector did not start: " + Files.readString(log));
    }

    @AfterEach
    void stop() {
        if (collector != null) {
            collector.destroyForcibly();
        }
    }

    private void terminate() throws InterruptedException {
        collector.destroy();
        assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(collector.exitValue()).isZero();
    }

    /// One NetFlow v5 datagram of flows into 192.0.2.1; each flow has a number of its own, which
    /// its source address holds.
    private byte[] datagram() {
        ByteBuffer b = ByteBuffer.allocate(24 + 48 * PER_DATAGRAM);
        b.putShort((short) 5).putShort((short) PER_DATAGRAM);
        b.putInt(3_600_000).putInt((int) HOUR_S + 3_600).putInt(0).putInt(sequence).putInt(0);
        for (int i = 0; i < PER_DATAGRAM; i++) {
            b.putInt(0x0A00_0000 + sequence++).putInt(0xC000_0201).putInt(0);
            b.putShort((short) 1).putShort((short) 2);
            b.putInt(1).putInt(40).putInt(sequence % 3_000_000).putInt(sequence % 3_000_000);
            b.putShort((short) 1024).putShort((short) 25);
            b.put((byte) 0).put((byte) 2).put((byte) 6).put((byte) 0);
            b.putInt(0).putShort((short) 0).putShort((short) 0);
        }
        return b.array();
    }

    private void send(int datagrams, String host, int to) throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < datagrams; i++) {
                byte[] bytes = datagram();
                s.send(new DatagramPacket(bytes, bytes.length, new InetSocketAddress(host, to)));
                // A cold collector has to keep up with what a small socket buffer holds.
                if (i == 0) {
                    sequence += lostOnTheWay;
                    Thread.sleep(200);
                } else if (i % 4 == 3) {
                    Thread.sleep(4);
                }
            }
        }
    }

    /// Flows stored, and how many different ones they are.
    private void assertStored(int flows) throws Exception {
        Shell.Result all =
                shell.run(
                        "rwfilter --type=all --start-date=2024/01/01 --end-date=2024/01/01"
                                + " --proto=0- --pass=stdout"
                                + " | rwuniq --fields=dip --values=flows,distinct:sip"
                                + " --no-titles --delimited=,");
        assertThat(all.exit()).as(all.err()).isZero();
        assertThat(all.out()).isEqualTo("192.0.2.1," + flows + "," + flows + "\n");
    }

    @Test
    void afterKillAndRestartEveryFlowIsThereOnce() throws Exception {
        startCollector();
        for (int round = 0; round < 4; round++) {
            send(200, "127.0.0.1", port);
            // What the kernel has handed over is in the journal at once; the pause lets it do so.
            Thread.sleep(800 + 300L * round);
            collector.destroyForcibly().waitFor();
            startCollector();
        }
        send(50, "127.0.0.1", port);
        Thread.sleep(1_000);
        terminate();
        assertStored((4 * 200 + 50) * PER_DATAGRAM);
    }

    @Test
    void terminationFlushesAndExitsWithZero() throws Exception {
        startCollector("--flush-timeout=3600");
        send(100, "127.0.0.1", port);
        send(100, "::1", port6);
        Thread.sleep(1_000);
        terminate();
        assertStored(200 * PER_DATAGRAM);
        Shell.Result bySensor =
                shell.run(
                        "rwfilter --type=in --sensors=S1 --start-date=2024/01/01 --proto=6"
                                + " --pass=stdout | rwuniq --fields=sensor --no-titles --delimited");
        assertThat(bySensor.out()).isEqualTo("S1|" + 100 * PER_DATAGRAM + "\n");
    }

    @Test
    void hangUpReloadsTheConfigurationWithoutLosingADatagram() throws Exception {
        sensors(false);
        startCollector();
        Thread sender =
                new Thread(() -> {
                    try {
                        send(600, "127.0.0.1", port);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        sender.start();
        sensors(true);
        for (int i = 0; i < 5; i++) {
            assertThat(shell.run("kill -HUP " + collector.pid()).exit()).isZero();
            Thread.sleep(50);
        }
        sender.join();
        Thread.sleep(1_000);
        send(10, "::1", port6);
        Thread.sleep(1_000);
        terminate();
        assertStored(610 * PER_DATAGRAM);
    }

    @Test
    void aGapInTheSequenceReachesTheLedger() throws Exception {
        startCollector();
        lostOnTheWay = 77;
        send(5, "127.0.0.1", port);
        Thread.sleep(1_000);
        terminate();
        String ledger;
        try (var files = Files.walk(root)) {
            Path path = files.filter(p -> p.endsWith("ledger.tsv")).findFirst().orElseThrow();
            ledger = Files.readString(path);
        }
        assertThat(ledger)
                .contains("P0")
                .contains("127.0.0.1")
                .contains("P0\t127.0.0.1\tlost:sequence-gap\t77\n");
    }
}
