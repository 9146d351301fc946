package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.store.RawJournal;
import dev.rearview.store.journal.DatagramFollower;
import dev.rearview.traffic.attack.ReceiveQueue;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The collector as a process: real datagrams over loopback, signals, and the tools that read what
/// it stored.
class CollectorIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PER_DATAGRAM = 30;

    /// Octets that may wait in the kernel, a few datagrams.
    private static final long MAX_QUEUE = 1 << 14;

    private static final long HOUR_S = 1_704_067_200L; // 2024-01-01T00:00:00Z

    @TempDir Path directory;
    private CollectorProcess collector;
    private int port;
    private int port6;
    private int sequence;
    private int lostOnTheWay;

    @BeforeEach
    void configuration() throws IOException {
        collector = new CollectorProcess(directory, 2);
        port = Ports.free();
        port6 = Ports.free();
        sensors(true);
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private void sensors(boolean both) throws IOException {
        sensors(both, "");
    }

    /// @param first more of the first probe
    private void sensors(boolean both, String first) throws IOException {
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
        collector.configure(
                """
                probe P0 netflow-v5
                    listen-on-port %d
                    protocol udp
                    listen-as-host 127.0.0.1
                %s
                end probe
                sensor S0
                    netflow-v5-probes P0
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """
                                .formatted(port, first)
                        + (both ? second : ""));
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

    /// Sends at the receiver's pace: the kernel drops nothing, however busy the machine is.
    private void send(int datagrams, String host, int to) throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < datagrams; i++) {
                byte[] bytes = datagram();
                s.send(new DatagramPacket(bytes, bytes.length, new InetSocketAddress(host, to)));
                if (i == 0) {
                    sequence += lostOnTheWay;
                }
                for (int wait = 0; wait < 6_000 && ReceiveQueue.octets(to) > MAX_QUEUE; wait++) {
                    Thread.sleep(5);
                }
            }
        }
    }

    /// Flows stored, and how many different ones they are.
    private void assertStored(int flows) throws Exception {
        Shell.Result all =
                collector
                        .shell()
                        .run(
                                "rwfilter --type=all --start-date=2024/01/01 --end-date=2024/01/01"
                                        + " --proto=0- --pass=stdout"
                                        + " | rwuniq --fields=dip --values=flows,distinct:sip"
                                        + " --no-titles --delimited=,");
        assertThat(all.exit()).as(all.err()).isZero();
        assertThat(all.out()).isEqualTo("192.0.2.1," + flows + "," + flows + "\n");
    }

    /// Flows of each sensor by name.
    private String bySensor() throws Exception {
        return collector
                .shell()
                .run(
                        "rwfilter --type=in --start-date=2024/01/01 --proto=6 --pass=stdout"
                                + " | rwuniq --fields=sensor --sort-output --no-titles --delimited")
                .out();
    }

    /// Killed with all flows in the journal alone, and while segments are made of them.
    @Test
    void afterKillAndRestartEveryFlowIsThereOnce() throws Exception {
        String[] journalOnly = {"--segment-timeout=3600", "--flush-timeout=3600"};
        String[] segments = {"--segment-timeout=0.3"};
        int datagrams = 200;
        int each = datagrams * PER_DATAGRAM;
        for (int round = 0; round < 2; round++) {
            collector.start(journalOnly);
            send(datagrams, "127.0.0.1", port);
            awaitJournal(each);
            collector.kill();
            collector.start(segments);
            collector.awaitLog("Recovered " + each + " flows from the journal");
            long before = flows();
            send(datagrams, "127.0.0.1", port);
            awaitFlows(before + each);
            // Read again after what was counted is in the journal.
            collector.hangUp();
            collector.awaitLog("Reloaded the configuration");
            collector.kill();
            collector.start(segments);
            collector.terminate();
        }
        collector.start();
        long before = flows();
        send(50, "127.0.0.1", port);
        awaitFlows(before + 50 * PER_DATAGRAM);
        collector.terminate();
        assertStored(4 * each + 50 * PER_DATAGRAM);
    }

    /// Waits until the journals hold the datagrams of so many flows.
    private void awaitJournal(long flows) throws Exception {
        AtomicLong found = new AtomicLong();
        for (int i = 0; i < 600 && found.get() < flows; i++) {
            Thread.sleep(50);
            found.set(0);
            Path copy = Files.createTempDirectory(directory, "journals");
            ReadersMachine.copy(
                    collector.root().resolve(".rearview/journal"),
                    Files.createDirectory(copy.resolve(".rearview")).resolve("journal"));
            Site site = SilkConf.read(collector.root().resolve("silk.conf"));
            try (FlowStore store = FlowStore.open(copy, site)) {
                for (RawJournal raw : store.rawLeftovers()) {
                    try (DatagramFollower f = raw.follow(d -> found.addAndGet(PER_DATAGRAM))) {
                        f.finish();
                    }
                }
            }
        }
        assertThat(found).hasValue(flows);
    }

    private long flows() throws IOException {
        return PagesIT.flows(collector.root().resolve(".rearview/ledger.tsv"));
    }

    /// Waits until the ledger has so many flows.
    private void awaitFlows(long flows) throws Exception {
        for (int i = 0; i < 600 && flows() < flows; i++) {
            Thread.sleep(50);
        }
        assertThat(flows()).isEqualTo(flows);
    }

    @Test
    void terminationFlushesAndExitsWithZero() throws Exception {
        collector.start("--flush-timeout=3600");
        send(100, "127.0.0.1", port);
        send(100, "::1", port6);
        Thread.sleep(1_000);
        collector.terminate();
        assertStored(200 * PER_DATAGRAM);
        Shell.Result bySensor =
                collector
                        .shell()
                        .run(
                                "rwfilter --type=in --sensors=S1 --start-date=2024/01/01 --proto=6"
                                        + " --pass=stdout | rwuniq --fields=sensor --no-titles --delimited");
        assertThat(bySensor.out()).isEqualTo("S1|" + 100 * PER_DATAGRAM + "\n");
    }

    @Test
    void hangUpReloadsTheConfigurationWithoutLosingADatagram() throws Exception {
        sensors(false);
        collector.start();
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
            collector.hangUp();
            Thread.sleep(50);
        }
        sender.join();
        Thread.sleep(1_000);
        send(10, "::1", port6);
        Thread.sleep(1_000);
        collector.terminate();
        assertStored(610 * PER_DATAGRAM);
    }

    @Test
    void aSensorAddedByAReloadIsStoredUnderItsName() throws Exception {
        sensors(false);
        collector.start();
        send(5, "127.0.0.1", port);
        // What is not decoded yet is the new configuration's.
        Path ledger = collector.root().resolve(".rearview/ledger.tsv");
        String decoded = "P0\t127.0.0.1\tflows\t" + 5 * PER_DATAGRAM + "\n";
        for (int i = 0; i < 600 && !(Files.exists(ledger) && ledger().contains(decoded)); i++) {
            Thread.sleep(50);
        }
        Path site = collector.root().resolve("silk.conf");
        Files.writeString(
                site,
                Files.readString(site)
                        .replace("sensor 1 S1\n", "sensor 1 S1\nsensor 7 branch\n")
                        .replace(" S0 S1\n", " S0 S1 branch\n"));
        collector.configure(
                Files.readString(collector.root().resolve("sensor.conf"))
                        .replace("sensor S0", "sensor branch"));
        collector.hangUp();
        collector.awaitLog("Reloaded the configuration");
        send(5, "127.0.0.1", port);
        Thread.sleep(1_000);
        collector.terminate();
        assertStored(10 * PER_DATAGRAM);
        assertThat(bySensor())
                .isEqualTo("S0|" + 5 * PER_DATAGRAM + "\nbranch|" + 5 * PER_DATAGRAM + "\n");
    }

    /// A port that another process holds makes the new configuration fail as a whole.
    @Test
    void aConfigurationThatCannotBeAppliedChangesNothing() throws Exception {
        sensors(false);
        collector.start();
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress("::1", port6))) {
            sensors(true);
            collector.hangUp();
            collector.awaitLog("Kept the old configuration");
            assertThat(taken.isClosed()).isFalse();
        }
        send(5, "127.0.0.1", port);
        collector.hangUp();
        collector.awaitLog("Reloaded the configuration");
        send(5, "::1", port6);
        Thread.sleep(1_000);
        collector.terminate();
        assertStored(10 * PER_DATAGRAM);
    }

    @Test
    void probesOnOnePortAreToldApartByTheirAddress() throws Exception {
        port6 = port;
        sensors(true);
        collector.start();
        send(5, "127.0.0.1", port);
        send(7, "::1", port);
        Thread.sleep(1_000);
        collector.terminate();
        assertThat(bySensor())
                .isEqualTo("S0|" + 5 * PER_DATAGRAM + "\nS1|" + 7 * PER_DATAGRAM + "\n");
    }

    @Test
    void aProbeThatAReloadChangesDecodesAnew() throws Exception {
        collector.configure(oneProbe("sflow"));
        collector.start();
        try (DatagramSocket exporter = new DatagramSocket()) {
            InetSocketAddress to = new InetSocketAddress(LOOPBACK, port);
            byte[] first = datagram();
            exporter.send(new DatagramPacket(first, first.length, to));
            Thread.sleep(500);
            collector.configure(oneProbe("netflow-v5"));
            collector.hangUp();
            collector.awaitLog("Reloaded the configuration");
            byte[] second = datagram();
            exporter.send(new DatagramPacket(second, second.length, to));
        }
        Thread.sleep(1_000);
        collector.terminate();
        assertStored(PER_DATAGRAM);
        assertThat(ledger()).contains("P0\t127.0.0.1\tlost:unsupported-version\t1\n");
    }

    private String oneProbe(String type) {
        return """
        probe P0 %1$s
            listen-on-port %2$d
            protocol udp
            listen-as-host 127.0.0.1
        end probe
        sensor S0
            %1$s-probes P0
            internal-ipblocks 192.0.2.0/24
            external-ipblocks remainder
        end sensor
        """
                .formatted(type, port);
    }

    @Test
    void aTcpSessionThatIsNoneIsClosedAndCounted() throws Exception {
        collector.configure(oneProbe("ipfix").replace("protocol udp", "protocol tcp"));
        collector.start();
        for (String text : new String[] {"GET / HTTP/1.0\r\n\r\n", "\0\n\0@cut"}) {
            try (Socket session = new Socket(LOOPBACK, port)) {
                session.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                session.shutdownOutput();
                assertThat(session.getInputStream().read()).isEqualTo(-1);
            }
        }
        collector.awaitLog("no IPFIX message: version 18245");
        collector.terminate();
        // One line for each host and minute.
        assertThat(collector.log())
                .doesNotContain("ends in the middle of a message")
                .contains("1 more warnings about hosts");
        assertThat(ledger()).contains("P0\t127.0.0.1\tlost:malformed\t2\n");
    }

    @Test
    void aGapInTheSequenceReachesTheLedger() throws Exception {
        collector.start();
        lostOnTheWay = 77;
        send(5, "127.0.0.1", port);
        Thread.sleep(1_000);
        collector.terminate();
        assertThat(ledger())
                .contains("P0")
                .contains("127.0.0.1")
                .contains("P0\t127.0.0.1\tlost:sequence-gap\t77\n");
    }

    @Test
    void theLedgerGoesOnAfterARestart() throws Exception {
        for (int i = 0; i < 2; i++) {
            collector.start();
            send(3, "127.0.0.1", port);
            Thread.sleep(1_000);
            collector.terminate();
        }
        assertThat(ledger()).contains("P0\t127.0.0.1\tflows\t" + 6 * PER_DATAGRAM + "\n");
        assertThat(collector.log()).contains("Pkts 3/3, Recs 90").doesNotContain("Pkts 6/6");
    }

    @Test
    void aDamagedFileGivesWhatIsGoodAndIsCounted() throws Exception {
        Path in = Files.createDirectory(directory.resolve("in"));
        collector.configure(
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
                        .formatted(in));
        byte[] whole = datagram();
        Files.write(in.resolve("v5"), Arrays.copyOf(whole, whole.length + 10));
        collector.start("--polling-interval=1", "--error-directory=" + directory.resolve("bad"));
        collector.awaitLog("Processed file " + in.resolve("v5"));
        // The same name once more, after the first file has been put away.
        for (int i = 0; i < 600 && Files.exists(in.resolve("v5")); i++) {
            Thread.sleep(50);
        }
        Files.write(in.resolve("v5"), datagram());
        collector.awaitLog("Processed file " + in.resolve("v5") + ", 30 records", 2);
        collector.terminate();
        assertStored(2 * PER_DATAGRAM);
        assertThat(ledger()).contains("P0\t-\tlost:malformed\t1\n");
        // What is behind the damage is kept.
        assertThat(directory.resolve("bad/v5")).hasSize(whole.length + 10);
        assertThat(collector.log())
                .contains(in.resolve("v5") + ": offset 1464: not a NetFlow v5 datagram")
                .contains("moved to " + directory.resolve("bad/v5"));
    }

    /// The hours of these flows ended long ago, so that only their last segment counts.
    @Test
    void anHourThatEndedIsSealed() throws Exception {
        collector.start("--segment-timeout=0.3", "--seal-after=1");
        for (int i = 0; i < 3; i++) {
            send(5, "127.0.0.1", port);
            Thread.sleep(500);
        }
        Thread.sleep(1_500);
        collector.awaitLog("Sealed 1 hours");
        assertStored(15 * PER_DATAGRAM);
        // What was merged stays some minutes for those who read it.
        assertThat(collector.shell().run("grep ^file data/in/2024/01/01/*.manifest").out())
                .matches("file in-S0_20240101.00.sealed.*parquet\n");
        send(5, "127.0.0.1", port);
        collector.terminate();
        assertStored(20 * PER_DATAGRAM);
        // What one run leaves the next one finds.
        collector.start("--segment-timeout=0.3", "--seal-after=1");
        collector.awaitLog("Sealed 1 hours");
        collector.terminate();
        assertStored(20 * PER_DATAGRAM);
    }

    /// A limit on the size of files stands for a full disk.
    @Test
    void whatAFullDiskRefusesIsStoredWhenThereIsRoomAgain() throws Exception {
        collector.start("--segment-timeout=3600");
        Shell shell = collector.shell();
        String limit = "prlimit --pid=" + collector.pid() + " --fsize=";
        assertThat(shell.run(limit + "40000:unlimited").exit()).isZero();
        send(200, "127.0.0.1", port);
        collector.awaitLog("Cannot write to the journal");
        assertThat(shell.run(limit + "unlimited:unlimited").exit()).isZero();
        send(10, "127.0.0.1", port);
        collector.awaitLog("The journal takes flows again");
        collector.terminate();
        assertStored(210 * PER_DATAGRAM);
    }

    @Test
    void segmentsThatCannotBeWrittenAreTriedAgain() throws Exception {
        Path inTheWay = Files.writeString(collector.root().resolve("in"), "not a directory");
        collector.start("--segment-timeout=1");
        send(20, "127.0.0.1", port);
        collector.awaitLog("Cannot write segments");
        Files.delete(inTheWay);
        collector.awaitLog("recs");
        collector.terminate();
        assertStored(20 * PER_DATAGRAM);
    }

    @Test
    void everyLossHasItsReasonInTheLedger() throws Exception {
        sensors(true, "    accept-from-host 192.0.2.77\n");
        collector.start();
        send(3, "127.0.0.1", port);
        send(1, "::1", port6);
        try (DatagramSocket s = new DatagramSocket()) {
            byte[] noise = "not a flow export".getBytes(StandardCharsets.US_ASCII);
            s.send(new DatagramPacket(noise, noise.length, new InetSocketAddress("::1", port6)));
        }
        Thread.sleep(1_000);
        collector.terminate();
        assertThat(ledger())
                .contains("-\t127.0.0.1\tlost:disallowed-host\t3\n")
                .contains("P1\t0:0:0:0:0:0:0:1\tflows\t30\n")
                .contains("P1\t0:0:0:0:0:0:0:1\tlost:malformed\t1\n")
                .containsOnlyOnce("P1\t0:0:0:0:0:0:0:1\tlost:");
    }

    private String ledger() throws IOException {
        return Files.readString(collector.root().resolve(".rearview/ledger.tsv"));
    }

    @Test
    void classicFilesOfTheSameHourAreReadTogetherWithOurs() throws Exception {
        collector.start();
        send(10, "127.0.0.1", port);
        Thread.sleep(1_000);
        collector.terminate();
        Shell.Result both =
                collector
                        .shell()
                        .run(
                                "rwfilter --type=in --start-date=2024/01/01 --proto=6 --pass=stdout"
                                        + " | rwcat --byte-order=big --compression-method=zlib"
                                        + " --output-path=classic && mv classic"
                                        + " data/in/2024/01/01/in-S0_20240101.00"
                                        + " && rwfilter --type=in --start-date=2024/01/01 --proto=6"
                                        + " --pass=stdout | rwuniq --fields=dip"
                                        + " --values=flows,distinct:sip --no-titles --delimited");
        assertThat(both.err()).isEmpty();
        int n = 10 * PER_DATAGRAM;
        assertThat(both.out()).isEqualTo("192.0.2.1|" + 2 * n + "|" + n + "\n");
    }

    private static final String LOSING =
            """
            probe P0 netflow-v5
                listen-on-port %d
                protocol udp
                accept-from-host no-such-host.invalid
            end probe
            probe P1 sflow
                listen-on-port %d
                protocol udp
            end probe
            sensor S0
                netflow-v5-probes P0
                sflow-probes xx
                internal-ipblocks 192.0.2.0/24
            end sensor
            """;

    private static final String[] LOSSES = {
        ":1: probe 'P0': host 'no-such-host.invalid' of accept-from-host has no address",
        ":6: no sensor names probe 'P1', all of whose flows would be lost; add 'sflow-probes P1'",
        ":12: probe 'xx' is not defined; defined: P0, P1"
    };

    private static final String RWFLOWPACK =
            "rwflowpack --site-config-file=data/silk.conf --sensor-configuration=data/sensor.conf"
                    + " --root-directory=data --log-destination=stderr --no-daemon ";

    /// In the check, at the start and at a reload alike.
    @Test
    void aConfigurationThatLosesFlowsIsRefused() throws Exception {
        sensors(false);
        collector.start();
        Path conf = collector.root().resolve("sensor.conf");
        collector.configure(LOSING.formatted(port, port6));
        for (String how : new String[] {"--verify-sensor-config", ""}) {
            Shell.Result r = collector.shell().run(RWFLOWPACK + how);
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.out()).isEmpty();
            assertThat(r.err().lines()).hasSize(1 + LOSSES.length);
            for (String loss : LOSSES) {
                assertThat(r.err()).contains("\ndata/sensor.conf" + loss);
            }
        }
        collector.hangUp();
        for (String loss : LOSSES) {
            collector.awaitLog("Kept the old configuration: " + conf + loss);
        }
        send(5, "127.0.0.1", port);
        Thread.sleep(1_000);
        collector.terminate();
        assertStored(5 * PER_DATAGRAM);
    }

    @Test
    void aLenientCollectorWarnsOfWhatItLoses() throws Exception {
        collector.configure(LOSING.formatted(port, port6));
        Shell.Result r = collector.shell().run(RWFLOWPACK + "--verify-sensor-config=1 --lenient");
        assertThat(r.exit()).isZero();
        assertThat(r.out())
                .isEqualTo(
                        "probe P0 netflow-v5 port %d/udp sensors S0\nprobe P1 sflow port %d/udp sensors\n"
                                .formatted(port, port6));
        for (String loss : LOSSES) {
            assertThat(r.err()).contains("rwflowpack: warning: data/sensor.conf" + loss);
        }
        collector.start("--lenient");
        for (String loss : LOSSES) {
            collector.awaitLog(collector.root().resolve("sensor.conf") + loss);
        }
        collector.terminate();
    }

    /// Probes that are strict each take what they are meant for.
    @Test
    void probesOnOnePortAreToldApartByTheVersion() throws Exception {
        collector.configure(
                """
                probe P0 netflow-v5
                    listen-on-port %1$d
                    protocol udp
                end probe
                probe P1 sflow
                    listen-on-port %1$d
                    protocol udp
                end probe
                sensor S0
                    netflow-v5-probes P0
                    internal-ipblocks 192.0.2.0/24
                end sensor
                sensor S1
                    sflow-probes P1
                    internal-ipblocks 192.0.2.0/24
                end sensor
                """
                        .formatted(port));
        collector.start();
        send(5, "127.0.0.1", port);
        try (DatagramSocket s = new DatagramSocket()) {
            byte[] noSamples = new byte[28];
            noSamples[3] = 5;
            noSamples[7] = 1;
            InetSocketAddress to = new InetSocketAddress(LOOPBACK, port);
            s.send(new DatagramPacket(noSamples, noSamples.length, to));
            byte[] ipfix = {0, 10, 0, 16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
            s.send(new DatagramPacket(ipfix, ipfix.length, to));
        }
        Thread.sleep(1_000);
        collector.terminate();
        assertThat(bySensor()).isEqualTo("S0|" + 5 * PER_DATAGRAM + "\n");
        // What none of them takes is the first one's.
        assertThat(ledger())
                .contains("P0\t127.0.0.1\tlost:unsupported-version\t1\n")
                .contains("P1\t127.0.0.1\tdatagrams\t1\n")
                .doesNotContain("P1\t127.0.0.1\tlost:");
    }

    /// The site lies elsewhere, and has one class and no default: queries need no more.
    @Test
    void aRootWithoutSiteGetsTheCollectors() throws Exception {
        Path site = directory.resolve("elsewhere.conf");
        Files.move(collector.root().resolve("silk.conf"), site);
        Files.writeString(
                site, Files.readString(site).replaceAll("(?m)^(default-class|packing).*\n", ""));
        collector.start("--site-config-file=" + site);
        collector.awaitLog("Copied " + site + " to " + collector.root().resolve("silk.conf"));
        send(5, "127.0.0.1", port);
        Thread.sleep(1_000);
        collector.terminate();
        Shell.Result r =
                new Shell(directory, Map.of("SILK_DATA_ROOTDIR", "data"))
                        .run(
                                "rwfilter --type=in --start-date=2024/01/01"
                                        + " --proto=6 --pass=stdout | rwuniq --fields=class,sensor"
                                        + " --no-titles --delimited");
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).isEqualTo("all|S0|" + 5 * PER_DATAGRAM + "\n");
    }

    @Test
    void aRootThatIsMissingSaysHowToCreateIt() throws Exception {
        Shell.Result r =
                collector.shell().run(RWFLOWPACK.replace("directory=data", "directory='a b/data'"));
        assertThat(r)
                .isEqualTo(
                        new Shell.Result(
                                1,
                                "",
                                "rwflowpack: root directory a b/data does not exist; create it with:"
                                        + " mkdir -p 'a b/data'\n"));
    }
}
