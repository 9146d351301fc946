package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What those read who look after a collector: its log as SiLK's monitors parse it, messages of one
/// that cannot start, and `rearview status`.
class LogLinesIT {
    private static final int PER_DATAGRAM = 30;
    private static final long HOUR_S = 1_704_067_200L; // 2024-01-01T00:00:00Z

    @TempDir Path directory;
    private CollectorProcess collector;
    private int port;
    private int port9;
    private Path polled;
    private int sequence;

    @BeforeEach
    void configuration() throws IOException {
        collector = new CollectorProcess(directory, 1);
        port = Ports.free();
        port9 = Ports.free();
        polled = Files.createDirectory(directory.resolve("polled"));
        collector.configure(
                """
                probe P0 netflow-v5
                    listen-on-port %d
                    protocol udp
                    listen-as-host 127.0.0.1
                end probe
                probe P1 silk
                    poll-directory %s
                end probe
                probe P2 netflow-v9
                    listen-on-port %d
                    protocol udp
                    listen-as-host 127.0.0.1
                end probe
                sensor S0
                    netflow-v5-probes P0
                    silk-probes P1
                    netflow-v9-probes P2
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """
                        .formatted(port, polled, port9));
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private void send(int to, long exportSecond) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(24 + 48 * PER_DATAGRAM);
        b.putShort((short) 5).putShort((short) PER_DATAGRAM);
        b.putInt(3_600_000).putInt((int) exportSecond).putInt(0).putInt(sequence).putInt(0);
        for (int i = 0; i < PER_DATAGRAM; i++) {
            b.putInt(0x0A00_0000 + sequence++).putInt(0xC000_0201).putInt(0);
            b.putShort((short) 1).putShort((short) 2);
            b.putInt(1).putInt(40).putInt(3_599_000).putInt(3_599_500);
            b.putShort((short) 1024).putShort((short) 25);
            b.put((byte) 0).put((byte) 2).put((byte) 6).put((byte) 0);
            b.putInt(0).putShort((short) 0).putShort((short) 0);
        }
        try (DatagramSocket s = new DatagramSocket()) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            s.send(new DatagramPacket(b.array(), b.capacity(), loopback, to));
        }
    }

    /// The log without what stands before the text of each line.
    private List<String> lines() throws IOException {
        return collector
                .log()
                .lines()
                .map(l -> l.replaceFirst("^.*rwflowpack\\[\\d+]: ", ""))
                .toList();
    }

    private void awaitLedger(String line) throws Exception {
        Path ledger = collector.root().resolve(".rearview/ledger.tsv");
        for (int i = 0; i < 600; i++) {
            if (Files.exists(ledger) && Files.readString(ledger).contains(line)) {
                return;
            }
            Thread.sleep(50);
        }
        assertThat(ledger).content().contains(line);
    }

    @Test
    void theLinesThatMonitorsParseAreSilks() throws Exception {
        Shell.Result made =
                collector
                        .shell()
                        .run(
                                "echo 10.0.0.9,192.0.2.9,6,1,40,2024/01/01T05:00:00 | rwtuc"
                                        + " --fields=sip,dip,proto,packets,bytes,stime"
                                        + " --column-separator=, --output-path="
                                        + polled.resolve("good"));
        assertThat(made.exit()).as(made.err()).isZero();
        Files.writeString(polled.resolve("nonsense"), "no flows at all, only words");
        collector.start("--flush-timeout=3600", "--polling-interval=1", "--segment-timeout=0.5");
        for (int i = 0; i < 6; i++) {
            send(i < 3 ? port : port9, HOUR_S + 3600);
        }
        awaitLedger("P0\t127.0.0.1\tflows\t90\n");
        awaitLedger("P2\t127.0.0.1\tlost:unsupported-version\t3\n");
        awaitLedger("P1\t-\tflows\t1\n");
        collector.awaitLog("does not appear to be");
        collector.awaitLog("20240101.05'");
        collector.awaitLog("20240101.00'");
        collector.terminate();
        String hours = collector.root() + "/in/2024/01/01/in-S0_20240101.";
        assertThat(lines())
                .containsSubsequence(
                        "Using packing logic from packlogic-twoway.so",
                        "Creating stream cache",
                        "Creating PDU Reader for probe 'P0' on [127.0.0.1]:" + port,
                        "Creating Directory Reader poller for silk probe P1 on '" + polled + "'",
                        "Creating NetFlowV9 Reader for probe 'P2' on [127.0.0.1]:" + port9,
                        "Starting flush timer",
                        "'P1': Directory Reader processing silk file 'good'",
                        "good: Recs          1",
                        "'P1': Directory Reader processing silk file 'nonsense'",
                        "File '"
                                + polled.resolve("nonsense")
                                + "' does not appear to be a valid silk file",
                        "Shutting down due to SIGTERM signal",
                        "Begin shutting down...",
                        "'P0': Pkts 3/3, Recs 90, MissRecs 0, BadRecs 0",
                        "'P2': forward 0, reverse 0, ignored 0, nf9: missing-pkts 0",
                        "Stopping processors...",
                        "Waiting for record handlers...",
                        "Stopped processors.",
                        "Closing all files...",
                        hours + "00: 90 recs",
                        hours + "05: 1 recs",
                        "Finished shutting down.",
                        "Stopped logging.");
        assertThat(lines().getFirst())
                .matches("Started logging at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ");
        assertThat(lines().get(1))
                .startsWith("'rwflowpack' '--no-daemon' '--sensor-configuration=");
        assertThat(lines())
                .containsOnlyOnce("Opening new repository file '" + hours + "00'")
                .containsOnlyOnce("Opening new repository file '" + hours + "05'")
                .containsOnlyOnce(
                        "NetFlow v5 arrived on netflow-v9 probe 'P2' from 127.0.0.1 and is dropped:"
                                + " give the probe that type, or set the exporter to it")
                .noneMatch(l -> l.startsWith("'P1': Recs") || l.startsWith("'P1': forward"));
    }

    @Test
    void aFlushTellsOfProbesAlsoWithZerosAndThenOfHours() throws Exception {
        collector.start("--flush-timeout=1", "--segment-timeout=3600");
        send(port, HOUR_S + 3600);
        String hour = collector.root() + "/in/2024/01/01/in-S0_20240101.00: 30 recs";
        collector.awaitLog(hour);
        collector.awaitLog("Flushing files after 1 seconds.", 3);
        collector.terminate();
        assertThat(lines())
                .containsSubsequence(
                        "Flushing files after 1 seconds.",
                        "'P0': Pkts 1/1, Recs 30, MissRecs 0, BadRecs 0",
                        "'P2': forward 0, reverse 0, ignored 0, nf9: missing-pkts 0",
                        hour,
                        "Flushing files after 1 seconds.",
                        "'P0': Pkts 0/0, Recs 0, MissRecs 0, BadRecs 0")
                .containsOnlyOnce(hour);
    }

    @Test
    void hangUpOpensALogAnewThatWasRenamed() throws Exception {
        Path log = directory.resolve("flow.log");
        collector.start("--log-pathname=" + log);
        Files.move(log, directory.resolve("flow.log.1"));
        collector.hangUp();
        collector.awaitLog("Reloaded the configuration");
        collector.terminate();
        assertThat(Files.readString(log)).contains("Stopped logging.");
        assertThat(directory.resolve("flow.log.1"))
                .content()
                .contains("Started logging at")
                .doesNotContain("Stopped logging.");
    }

    /// Such as softflowd -r without -a makes them.
    @Test
    void timesWeeksAheadAreCountedAndNamedOnce() throws Exception {
        collector.start("--time-window=30d,1d");
        long ahead = System.currentTimeMillis() / 1000 + 21 * 86_400;
        send(port, ahead);
        send(port, ahead);
        awaitLedger("P0\t127.0.0.1\ttimes_replaced\t60\n");
        collector.terminate();
        assertThat(lines().stream().filter(l -> l.contains("too far from now")))
                .singleElement()
                .asString()
                .startsWith("'P0': flows from 127.0.0.1 start too far from now (")
                .contains("softflowd -r needs -a");
    }

    private Shell.Result start(String more) throws Exception {
        return collector
                .shell()
                .run(
                        "rwflowpack --no-daemon --sensor-configuration=data/sensor.conf"
                                + " --log-destination=none "
                                + more);
    }

    @Test
    void whatCannotStartSaysWhyInOneLine() throws Exception {
        collector.start();
        Files.createDirectory(directory.resolve("other"));
        assertThat(start("--root-directory=other"))
                .isEqualTo(
                        new Shell.Result(
                                1,
                                "",
                                "rwflowpack: cannot listen on UDP port "
                                        + port
                                        + ": Address already in use\n"));
        collector.terminate();
        assertThat(start("--root-directory=other --pidfile=/nonexistent/pid"))
                .isEqualTo(
                        new Shell.Result(
                                1,
                                "",
                                "rwflowpack: --pidfile /nonexistent/pid cannot be written: there is"
                                        + " no such directory\n"));
    }

    private Shell.Result status(String more) throws Exception {
        return collector.shell().run("rearview status --no-columns --no-titles " + more);
    }

    @Test
    void statusTellsOfARunningCollectorAndOfOneThatEnded() throws Exception {
        collector.start("--segment-timeout=0.5");
        send(port, HOUR_S + 3600);
        awaitLedger("P0\t127.0.0.1\tflows\t30\n");
        collector.awaitLog("20240101.00: 30 recs");
        Shell.Result fine = status("--silence=1h");
        String root = collector.root().toString();
        assertThat(fine.out().lines())
                .contains(
                        "collector|" + root + "|process|" + collector.pid() + "|ok|",
                        "exporter|P0 127.0.0.1|datagrams|1|ok|",
                        "exporter|P0 127.0.0.1|flows|30|ok|",
                        "store|" + root + "|hours|1|ok|",
                        "store|" + root + "|unsealed-files|1|ok|",
                        "store|" + root + "|first-hour|2024/01/01T00:00:00|ok|",
                        "store|" + root + "|quarantine|0|ok|");
        assertThat(fine.err()).isEmpty();
        assertThat(fine.exit()).isZero();
        send(port9, HOUR_S + 3600);
        awaitLedger("P2\t127.0.0.1\tlost:unsupported-version\t1\n");
        Shell.Result lost = status("--no-store");
        assertThat(lost.exit()).isEqualTo(2);
        assertThat(lost.out())
                .contains("exporter|P2 127.0.0.1|lost:unsupported-version|1|warning|")
                .doesNotContain("|hours|");
        assertThat(status("--no-store --losses=0s").exit()).isZero();
        assertThat(status("--no-store --losses=0s --silence=0s").exit()).isEqualTo(2);
        collector.terminate();
        Shell.Result ended = status("--losses=0s");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.out()).contains("collector|" + root + "|process|none|warning|");
    }
}
