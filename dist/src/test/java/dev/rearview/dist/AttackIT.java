package dev.rearview.dist;

import static dev.rearview.traffic.attack.GoodExporter.Protocol.IPFIX;
import static dev.rearview.traffic.attack.GoodExporter.Protocol.IPFIX_TCP;
import static dev.rearview.traffic.attack.GoodExporter.Protocol.NETFLOW5;
import static dev.rearview.traffic.attack.GoodExporter.Protocol.NETFLOW9;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.dist.AttackedCollector.Listener;
import dev.rearview.traffic.attack.AttackOptions;
import dev.rearview.traffic.attack.GoodExporter;
import dev.rearview.traffic.attack.HostileFiles;
import dev.rearview.traffic.attack.IdleConnections;
import dev.rearview.traffic.attack.ReceiveQueue;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The attacks of `bench/attack` in their short form, each with a good exporter beside it, of which
/// nothing may be lost. `-Drearview.attack.scale=50` makes them long.
class AttackIT {
    /// Inodes of a repository with a handful of sensors and types and an hour or two.
    private static final int FEW_INODES = 500;

    /// A month of hours, which is what times may tell.
    private static final int MONTH_INODES = 12_000;

    /// Lines of log of a run of some seconds, which tells statistics every second: some for each
    /// reason of losses, and 256 a minute for hosts.
    private static final int FEW_LINES = 900;

    @TempDir Path directory;
    private AttackedCollector collector;

    @BeforeEach
    void configuration() throws IOException {
        collector = new AttackedCollector(directory);
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    /// Attacks a listener beside a good exporter of NetFlow v5 and one of IPFIX, and looks at what
    /// is left.
    private void attackBeside(String attack, long count, int maxInodes, Listener... at)
            throws Exception {
        collector.start();
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic ten = collector.good(IPFIX, Listener.MIXED, 2)) {
            for (Listener l : at) {
                collector.attack(attack, l, count);
            }
            assertGood(maxInodes, five.stop(), ten.stop());
        }
    }

    private void assertGood(int maxInodes, long five, long ten) throws Exception {
        collector.end(maxInodes, FEW_LINES);
        Map<String, long[]> stored = collector.stored();
        collector.assertStored(stored, 1, five);
        collector.assertStored(stored, 2, ten);
        collector.assertAccounted(stored);
    }

    @Test
    void timesOfAllYears() throws Exception {
        attackBeside("random-times", 3000, MONTH_INODES, Listener.NETFLOW5, Listener.MIXED);
        assertThat(collector.counted("times_replaced")).isGreaterThan(1000);
        // Whatever is stored lies below the root, in directories of years with four digits.
        assertThat(collector.process().shell().run("ls").out())
                .matches("((data|polled|log\\d+|stdout|stderr)\n)*");
        assertThat(collector.process().shell().run("ls data/in data/ext2ext 2>/dev/null").out())
                .matches("(data/\\w+:|20\\d\\d|\\s)*");
    }

    @Test
    void manySources() throws Exception {
        attackBeside("many-sources", 20_000, FEW_INODES, Listener.MIXED, Listener.NETFLOW5);
    }

    @Test
    void templatesOverAllDomains() throws Exception {
        attackBeside("template-flood", 8000, FEW_INODES, Listener.MIXED);
    }

    @Test
    void dataForTemplatesThatNeverCome() throws Exception {
        attackBeside("unknown-data", 20_000, FEW_INODES, Listener.MIXED);
        assertThat(collector.counted("lost:unknown-template")).isPositive();
    }

    @Test
    void fieldsWithoutOctets() throws Exception {
        attackBeside("zero-length", 200, FEW_INODES, Listener.MIXED);
    }

    @Test
    void messagesThatLie() throws Exception {
        attackBeside("lies", 4000, FEW_INODES, Listener.MIXED, Listener.NETFLOW5);
    }

    @Test
    void samplesThatLie() throws Exception {
        collector.start();
        collector.attack("lies", Listener.SFLOW, 4000);
        collector.end(FEW_INODES, FEW_LINES);
        assertThat(collector.counted("datagrams")).isEqualTo(AttackedCollector.scaled(4000));
    }

    /// All that fills memory at once.
    @Test
    void everythingAtOnce() throws Exception {
        collector.start();
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic ten = collector.good(IPFIX, Listener.MIXED, 2);
                GoodTraffic nine = collector.good(NETFLOW9, Listener.MIXED, 4)) {
            CompletableFuture<?>[] attacks = {
                background("many-sources", 30_000),
                background("template-flood", 2000),
                background("unknown-data", 20_000)
            };
            CompletableFuture.allOf(attacks).get();
            long flows = nine.stop();
            assertGood(FEW_INODES, five.stop(), ten.stop());
            collector.assertStored(collector.stored(), 4, flows);
        }
    }

    private CompletableFuture<Void> background(String attack, long count) {
        return CompletableFuture.runAsync(() -> {
            try {
                collector.attack(attack, Listener.MIXED, count);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// Templates of an exporter whose clock is two days slow are as young as any.
    @Test
    void slowClock() throws Exception {
        collector.start();
        // Ageing is done when statistics are told, which is every second.
        collector.attack("slow-clock", Listener.MIXED, 120, 40);
        collector.end(FEW_INODES, FEW_LINES);
        Map<String, long[]> stored = collector.stored();
        collector.assertStored(stored, 3, AttackedCollector.scaled(120) * GoodExporter.FLOWS);
        collector.assertAccounted(stored);
        assertThat(collector.counted("lost:unknown-template")).isZero();
    }

    @Test
    void connectionsThatSayNothing() throws Exception {
        collector.start();
        AttackOptions many = AttackOptions.defaults().to(collector.port(Listener.TCP)).times(1100);
        try (IdleConnections idle = new IdleConnections(many, false);
                GoodTraffic udp = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic tcp = collector.good(IPFIX_TCP, Listener.TCP, 2)) {
            for (int i = 0; i < 20; i++) {
                idle.trickle();
                Thread.sleep(10);
            }
            long five = udp.stop();
            long ten = tcp.stop();
            collector.awaitCounted("flows", five + ten);
            assertGood(FEW_INODES, five, ten);
        }
    }

    @Test
    void addressesThatNoProbeAccepts() throws Exception {
        collector.start();
        try (GoodTraffic good = collector.good(NETFLOW5, Listener.CHOOSY, 1)) {
            collector.attack("disallowed", Listener.CHOOSY, 5000);
            long flows = good.stop();
            collector.end(FEW_INODES, FEW_LINES);
            Map<String, long[]> stored = collector.stored();
            collector.assertStored(stored, 1, flows);
            collector.assertAccounted(stored);
            assertThat(collector.counted("lost:disallowed-host"))
                    .isEqualTo(AttackedCollector.scaled(5000));
        }
    }

    @Test
    void sequenceNumbersThatJump() throws Exception {
        attackBeside("sequence", 3000, FEW_INODES, Listener.MIXED, Listener.NETFLOW5);
        // A jump is taken for a loss where it is one that can be, and never for the many.
        assertThat(collector.counted("lost:sequence-gap"))
                .isLessThan(AttackedCollector.scaled(4_000_000));
    }

    @Test
    void hostileFiles() throws Exception {
        collector.start("--polling-interval=1", "--post-archive-command=cat %s");
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic ten = collector.good(IPFIX, Listener.MIXED, 2)) {
            HostileFiles files = files();
            files.bomb("bomb.gz", 16);
            files.names();
            files.damaged();
            files.links();
            collector.count(files.messages());
            collector.process().awaitLog("bomb.gz");
            collector.process().awaitLog("options, 0 records");
            collector.process().awaitLog("noise.gz");
            assertGood(FEW_INODES, five.stop(), ten.stop());
        }
        assertThat(Files.exists(directory.resolve("x"))).isFalse();
    }

    /// Names of archived files are words of the command, never part of it.
    @Test
    void namesThatAShellWouldRun() throws Exception {
        Path archive = directory.resolve("archive");
        collector.start(
                "--polling-interval=1",
                "--flat-archive",
                "--archive-directory=" + archive,
                "--error-directory=" + directory.resolve("bad"),
                "--post-archive-command=sh -c 'touch \"$1.seen\"' sh %s");
        files().names();
        Path last = archive.resolve("a;touch x;b.seen");
        for (int i = 0; i < 600 && !Files.exists(last); i++) {
            Thread.sleep(50);
        }
        collector.end(FEW_INODES, FEW_LINES);
        assertThat(last).exists();
        try (var all = Files.walk(directory)) {
            assertThat(all.map(p -> p.getFileName().toString())).doesNotContain("x");
        }
    }

    private HostileFiles files() {
        return new HostileFiles(AttackOptions.defaults().into(collector.polled()));
    }

    @Test
    void aHundredReloadsOfGoodAndBadConfigurations() throws Exception {
        collector.start();
        Path sensors = collector.process().root().resolve("sensor.conf");
        String good = collector.configuration();
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic ten = collector.good(IPFIX, Listener.MIXED, 2)) {
            for (int i = 0; i < 100; i++) {
                configure(sensors, i % 3 == 1 ? good : i % 3 == 0 ? "probe \0\0 {{{" : "end probe");
                collector.process().hangUp();
            }
            configure(sensors, good);
            collector.process().hangUp();
            collector.process().awaitLog("Kept the old configuration");
            assertGood(FEW_INODES, five.stop(), ten.stop());
        }
    }

    /// Replaces a file at once: one that is half written may be a valid one.
    private void configure(Path sensors, String text) throws IOException {
        Path next = Files.writeString(directory.resolve("stdout.conf"), text);
        Files.move(next, sensors, StandardCopyOption.ATOMIC_MOVE);
    }

    /// What does not fit into the kernel's buffer while the collector stands still is counted.
    @Test
    void stoppedForAWhile() throws Exception {
        collector.start();
        // More than any buffer that the collector asks for holds.
        int datagrams = 100_000;
        Shell shell = collector.process().shell();
        String signal = " " + collector.process().pid();
        shell.run("kill -STOP" + signal);
        byte[] bytes = new byte[1400];
        bytes[1] = 5;
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < datagrams; i++) {
                socket.send(
                        new DatagramPacket(
                                bytes,
                                bytes.length,
                                InetAddress.getLoopbackAddress(),
                                collector.port(Listener.NETFLOW5)));
            }
        }
        collector.count(datagrams);
        shell.run("kill -CONT" + signal);
        for (int i = 0;
                i < 600 && ReceiveQueue.octets(collector.port(Listener.NETFLOW5)) > 0;
                i++) {
            Thread.sleep(50);
        }
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1)) {
            long flows = five.stop();
            collector.end(FEW_INODES, FEW_LINES);
            Map<String, long[]> stored = collector.stored();
            collector.assertStored(stored, 1, flows);
            collector.assertAccounted(stored);
            assertThat(collector.counted("lost:kernel-drop")).isPositive();
        }
    }

    /// Without descriptors for connections and files what is received by UDP still is stored.
    @Test
    void connectionsThatTakeAllDescriptors() throws Exception {
        collector.start();
        String limit = "prlimit --pid=" + collector.process().pid() + " --nofile=";
        assertThat(collector.process().shell().run(limit + "120:20000").exit()).isZero();
        AttackOptions many = AttackOptions.defaults().to(collector.port(Listener.TCP)).times(300);
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic ten = collector.good(IPFIX, Listener.MIXED, 2)) {
            try (IdleConnections idle = new IdleConnections(many, true)) {
                idle.trickle();
                collector.awaitCounted("flows", 1000);
            }
            assertThat(collector.process().shell().run(limit + "20000:20000").exit()).isZero();
            assertGood(FEW_INODES, five.stop(), ten.stop());
        }
    }

    @Test
    void whatIsNoFileInAPolledDirectory() throws Exception {
        Shell shell = collector.process().shell();
        String polled = collector.polled().toString();
        collector.start("--polling-interval=1");
        assertThat(shell.run("mkfifo " + polled + "/pipe").exit()).isZero();
        files().links();
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic ten = collector.good(IPFIX, Listener.MIXED, 2)) {
            HostileFiles files = files();
            files.names();
            collector.count(files.messages());
            for (int i = 0; i < 600 && collector.hasFilesToPoll(); i++) {
                Thread.sleep(50);
            }
            // The directory itself becomes a link that leads to itself.
            shell.run("mv " + polled + " " + polled + ".old; ln -s " + polled + " " + polled);
            collector.process().awaitLog("Cannot read directory");
            assertGood(FEW_INODES, five.stop(), ten.stop());
        }
    }

    @Test
    void aSecondCollectorOnOneRepository() throws Exception {
        collector.start();
        try (GoodTraffic five = collector.good(NETFLOW5, Listener.NETFLOW5, 1);
                GoodTraffic ten = collector.good(IPFIX, Listener.MIXED, 2)) {
            Path other =
                    Files.writeString(
                            directory.resolve("other.conf"),
                            """
                            probe A netflow-v5
                                listen-on-port %d
                                protocol udp
                            end probe
                            sensor S0
                                netflow-v5-probes A
                                internal-ipblocks 192.0.2.0/24
                            end sensor
                            """
                                    .formatted(Ports.free()));
            Shell.Result second =
                    collector
                            .process()
                            .shell()
                            .run(
                                    "rwflowpack --no-daemon --log-destination=stderr"
                                            + " --root-directory=data --site-config-file=data/silk.conf"
                                            + " --sensor-configuration="
                                            + other);
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err()).doesNotContain("\tat ");
            assertGood(FEW_INODES, five.stop(), ten.stop());
        }
    }
}
