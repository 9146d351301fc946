package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.traffic.attack.AttackOptions;
import dev.rearview.traffic.attack.Attacks;
import dev.rearview.traffic.attack.GoodExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// A collector with a heap of 512 MiB that is attacked, and what must hold afterwards whatever
/// came.
///
/// It listens on 127.0.0.1 only. Good flows go to 192.0.2.1 and those after it; attackers' flows,
/// as far as they are any, to other addresses.
final class AttackedCollector implements AutoCloseable {
    /// Where it listens: each a probe and a sensor of its own.
    enum Listener {
        NETFLOW5("netflow-v5", "udp", ""),
        MIXED("ipfix", "udp", ""),
        TCP("ipfix", "tcp", ""),
        SFLOW("sflow", "udp", ""),
        /// Takes the good exporter's address only.
        CHOOSY("netflow-v5", "udp", "    accept-from-host 127.0.0.1\n");

        private final String type;
        private final String protocol;
        private final String more;

        Listener(String type, String protocol, String more) {
            this.type = type;
            this.protocol = protocol;
            this.more = more;
        }
    }

    /// Destination of good flows: 192.0.2.0 and the number of the exporter.
    static final int GOOD_NETWORK = 0xC000_0200;

    /// The heap, and as much again for the virtual machine, its code and buffers of 64 MiB.
    private static final long MAX_MEMORY_KIB = 1 << 20;

    /// TERM is obeyed within five seconds; the rest is for a busy machine.
    private static final int TERM_S = 15;

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT);

    /// Attackers are told to send this many datagrams a second at most.
    private static final int RATE = 50_000;

    /// No attack of the short form takes longer; those that do are not handled fast enough.
    private static final int MAX_S = 60;

    /// How much longer the long form is: `-Drearview.attack.scale=50`.
    private static final int SCALE = Integer.getInteger("rearview.attack.scale", 1);

    private final Path directory;
    private final CollectorProcess process;
    private final Map<Listener, Integer> ports = new HashMap<>();
    private Map<String, Long> ledger = Map.of();
    private long peakKib;
    private long sent;

    AttackedCollector(Path directory) throws IOException {
        this.directory = directory;
        this.process =
                new CollectorProcess(
                        directory,
                        Listener.values().length + 1,
                        Map.of("JDK_JAVA_OPTIONS", "-Xmx512m"));
        for (Listener l : Listener.values()) {
            ports.put(l, Ports.free());
        }
        Files.createDirectories(polled());
        process.configure(configuration());
    }

    /// The sensor configuration of all listeners and of the polled directory.
    String configuration() {
        StringBuilder out = new StringBuilder();
        for (Listener l : Listener.values()) {
            probe(
                    l.name(),
                    l.ordinal(),
                    l.type,
                    "    listen-on-port %d\n    protocol %s\n    listen-as-host 127.0.0.1\n%s"
                            .formatted(port(l), l.protocol, l.more),
                    out);
        }
        String poll = "    poll-directory " + polled() + "\n";
        probe("FILES", Listener.values().length, "ipfix", poll, out);
        return out.toString();
    }

    private static void probe(
            String name, int sensor, String type, String more, StringBuilder out) {
        out.append("probe ").append(name).append(' ').append(type).append('\n');
        out.append(more).append("end probe\n");
        out.append("sensor S").append(sensor).append('\n');
        out.append("    ").append(type).append("-probes ").append(name).append('\n');
        out.append("    internal-ipblocks 192.0.2.0/24\n    external-ipblocks remainder\n");
        out.append("end sensor\n");
    }

    int port(Listener l) {
        return ports.get(l);
    }

    Path polled() {
        return directory.resolve("polled");
    }

    /// Whether files wait in the polled directory; pipes and links stay there.
    boolean hasFilesToPoll() throws IOException {
        try (Stream<Path> all = Files.list(polled())) {
            return all.anyMatch(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS));
        }
    }

    CollectorProcess process() {
        return process;
    }

    void start(String... more) throws Exception {
        // What is the default, and not what other tests of the process take.
        process.start(
                Stream.concat(Stream.of("--time-window=30d,1d"), Stream.of(more))
                        .toArray(String[]::new));
    }

    /// Attacks a listener; the long form sends `count` times its scale.
    void attack(String name, Listener at, long count) throws IOException {
        attack(name, at, count, RATE);
    }

    /// @param perSecond datagrams a second at most
    void attack(String name, Listener at, long count, int perSecond) throws IOException {
        AttackOptions options =
                AttackOptions.defaults()
                        .to(port(at))
                        .times(count * SCALE)
                        .atMost(perSecond, MAX_S * SCALE);
        long n = Attacks.named(name).run(options);
        count(n);
        assertThat(n).as("datagrams of " + name + " taken in time").isEqualTo(count * SCALE);
    }

    /// How many the long form makes of so many.
    static long scaled(long count) {
        return count * SCALE;
    }

    /// Datagrams that somebody sent.
    synchronized void count(long datagrams) {
        sent += datagrams;
    }

    /// A good exporter beside the attack, which sends until it is stopped.
    GoodTraffic good(GoodExporter.Protocol protocol, Listener to, int number) throws IOException {
        return new GoodTraffic(protocol, port(to), number, this::count);
    }

    /// Ends the collector with TERM, and what must hold of the process.
    ///
    /// @param maxInodes of the repository
    /// @param maxLines of the log
    void end(int maxInodes, int maxLines) throws Exception {
        assertThat(process.isAlive()).as(process.log()).isTrue();
        peakKib = peakKib();
        process.terminate(0, TERM_S);
        assertThat(peakKib).as("peak memory in KiB").isLessThan(MAX_MEMORY_KIB);
        try (Stream<Path> all = Files.walk(process.root())) {
            assertThat(all.count()).as("inodes").isLessThan(maxInodes);
        }
        assertThat(process.log().lines().count()).as("lines of log").isLessThan(maxLines);
        assertThat(process.log())
                .doesNotContain("Exception in thread", "OutOfMemoryError", "\tat ");
        process.settle();
        // What was not decoded before the end was counted by the next start.
        ledger = readLedger();
    }

    private long peakKib() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private Map<String, Long> readLedger() throws IOException {
        Map<String, Long> out = new HashMap<>();
        for (String line : Files.readAllLines(process.root().resolve(".rearview/ledger.tsv"))) {
            String[] columns = line.split("\t", -1);
            if (columns.length == 4 && !line.startsWith("#")) {
                out.merge(columns[2], Long.parseLong(columns[3]), Long::sum);
            }
        }
        return out;
    }

    /// A count of the ledger over all exporters.
    long counted(String what) {
        return ledger.getOrDefault(what, 0L);
    }

    /// Waits until the ledger on disk counts so many.
    void awaitCounted(String what, long atLeast) throws Exception {
        Path path = process.root().resolve(".rearview/ledger.tsv");
        for (int i = 0; i < 600; i++) {
            if (Files.exists(path) && readLedger().getOrDefault(what, 0L) >= atLeast) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no " + atLeast + " " + what + " in " + readLedger());
    }

    /// Flows by destination, from the last 40 days to tomorrow, and how many sources they have.
    Map<String, long[]> stored() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Shell.Result all =
                process.shell()
                        .run(
                                "rwfilter --type=all --start-date="
                                        + today.minusDays(40).format(DAY)
                                        + " --end-date="
                                        + today.plusDays(2).format(DAY)
                                        + " --proto=0- --pass=stdout"
                                        + " | rwuniq --fields=dip --values=flows,distinct:sip"
                                        + " --no-titles --delimited=,");
        assertThat(all.err()).isEmpty();
        Map<String, long[]> out = new HashMap<>();
        for (String line : all.out().lines().toList()) {
            String[] columns = line.split(",", -1);
            long[] counts = {Long.parseLong(columns[1]), Long.parseLong(columns[2])};
            out.put(columns[0], counts);
        }
        return out;
    }

    /// Every flow of a good exporter is stored, and once.
    void assertStored(Map<String, long[]> stored, int number, long flows) {
        assertThat(stored.getOrDefault("192.0.2." + number, new long[2]))
                .as("flows and sources of good exporter " + number + ", ledger " + ledger)
                .containsExactly(flows, flows);
    }

    /// Whatever was sent has become something that the ledger tells: datagrams are received, turned
    /// away or dropped by the kernel; records are flows or counted losses; flows are stored or
    /// counted losses.
    void assertAccounted(Map<String, long[]> stored) {
        assertThat(
                        counted("datagrams")
                                + counted("lost:disallowed-host")
                                + counted("lost:kernel-drop"))
                .as("datagrams in " + ledger)
                .isEqualTo(sent);
        assertThat(counted("flows") + counted("lost:ignored") + counted("lost:bad-record"))
                .as("records in " + ledger)
                .isEqualTo(counted("records"));
        long flows = stored.values().stream().mapToLong(counts -> counts[0]).sum();
        assertThat(flows + counted("lost:uncategorized") + counted("lost:disk-full"))
                .as("flows in " + ledger)
                .isEqualTo(counted("flows"));
    }

    @Override
    public void close() {
        process.close();
    }
}
