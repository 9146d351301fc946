package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.traffic.attack.Damage;
import dev.rearview.traffic.attack.GoodExporter;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A collector that is killed under load, and the numbers of the flows that it was sent.
final class CrashedCollector implements AutoCloseable {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT);
    private static final Pattern RECORDS = Pattern.compile("Pkts \\d+/\\d+, Recs (\\d+)");

    /// Datagrams a second, of 30 flows each.
    private static final int RATE = 300;

    private static final int FIRST_SOURCE = 0x0A00_0000;

    /// System calls at which the process is killed.
    private static final List<String> CALLS =
            List.of(
                    "write",
                    "pwrite64",
                    "fsync",
                    "fdatasync",
                    "rename",
                    "unlink",
                    "openat",
                    "close");

    /// The flows of one run.
    ///
    /// @param taken flows after the first that the log told of
    private record Run(long first, long end, long taken) {}

    /// One damage.
    ///
    /// @param what kind, file and place
    /// @param name of the file without its directory
    /// @param held numbers of the flows that may be missing for it
    /// @param journal whether the file is one, of which only those who follow it know what it holds
    /// @param silent whether it may look as if a crash had done it
    record Damaged(String what, String name, BitSet held, boolean journal, boolean silent) {
        @Override
        public String toString() {
            return what;
        }
    }

    private final Path directory;
    private final CollectorProcess process;
    private final Random random;
    private final int port;
    private final List<Run> runs = new ArrayList<>();
    private final StringBuilder logs = new StringBuilder();
    private final BitSet seen = new BitSet();
    private long next;

    CrashedCollector(Path directory, Random random) throws IOException {
        this.directory = directory;
        this.random = random;
        this.process = new CollectorProcess(directory, 1);
        this.port = Ports.free();
        process.listenForNetFlow5(port);
    }

    Path root() {
        return process.root();
    }

    private void start() throws Exception {
        process.start("--segment-timeout=0.3", "--seal-after=1");
    }

    /// Starts it, sends, and kills it.
    ///
    /// @param atCall whether at a system call, where strace is there to do it, or after some time
    void runAndKill(boolean atCall) throws Exception {
        start();
        long first = next;
        Process tracer = atCall ? trace() : null;
        long lastNs =
                System.nanoTime()
                        + TimeUnit.MILLISECONDS.toNanos(
                                tracer == null ? 200 + random.nextInt(1500) : 3000);
        // Hours that ended are sealed while more flows come for them.
        long skewS = -3600L * random.nextInt(6);
        try (GoodExporter exporter =
                new GoodExporter(
                        GoodExporter.Protocol.NETFLOW5,
                        port,
                        new GoodExporter.Settings(
                                1, AttackedCollector.GOOD_NETWORK + 1, first, RATE, skewS))) {
            send(exporter, lastNs);
            next = exporter.number();
        }
        process.kill();
        if (tracer != null) {
            tracer.destroyForcibly().waitFor();
        }
        String log = process.log();
        long taken = 0;
        Matcher m = RECORDS.matcher(log);
        while (m.find()) {
            taken += Long.parseLong(m.group(1));
        }
        logs.append(log);
        runs.add(new Run(first, next, taken));
    }

    private void send(GoodExporter exporter, long lastNs) throws IOException {
        try {
            while (process.isAlive() && System.nanoTime() < lastNs) {
                exporter.send();
            }
        } catch (PortUnreachableException e) {
            // It was killed in between two datagrams.
            return;
        }
    }

    private Process trace() throws IOException {
        String call = CALLS.get(random.nextInt(CALLS.size()));
        String inject = call + ":signal=KILL:when=" + (1 + random.nextInt(120));
        try {
            return new ProcessBuilder(
                            "strace",
                            "-f",
                            "-qq",
                            "-e",
                            "trace=" + call,
                            "-e",
                            "inject=" + inject,
                            "-p",
                            String.valueOf(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // No strace here: time has to do.
            return null;
        }
    }

    /// Runs it until nothing is left in journals of earlier runs, and what has lost its manifest
    /// has one again.
    ///
    /// @param mayMiss flows that need not come back
    void recover(BitSet mayMiss) throws Exception {
        start();
        for (int i = 0; i < 200; i++) {
            BitSet back = numbers(query().out());
            back.or(mayMiss);
            BitSet gone = (BitSet) seen.clone();
            gone.andNot(back);
            if (gone.isEmpty() && process.journals() <= 1) {
                break;
            }
            Thread.sleep(100);
        }
        process.terminate();
        logs.append(process.log());
    }

    /// Names of all files below a directory of the root.
    List<String> everythingBelow(String name) throws IOException {
        try (Stream<Path> all = Files.walk(root().resolve(name))) {
            return all.map(Path::toString).toList();
        }
    }

    // Asking --------------------------------------------------------------------------------------

    /// The source addresses of all flows; exit status and messages are rwfilter's.
    Shell.Result query() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return process.shell()
                .run(
                        "rwfilter --type=all --start-date="
                                + today.minusDays(2).format(DAY)
                                + " --end-date="
                                + today.plusDays(1).format(DAY)
                                + " --proto=0- --pass=flows.rw; status=$?; rwcut --fields=sip"
                                + " --no-titles --no-columns --delimited flows.rw; rm -f flows.rw;"
                                + " exit $status");
    }

    private static int number(String address) {
        int ip = 0;
        for (String part : address.strip().replace("|", "").split("\\.", -1)) {
            ip = ip << 8 | Integer.parseInt(part);
        }
        return ip - FIRST_SOURCE;
    }

    private static BitSet numbers(String addresses) {
        BitSet out = new BitSet();
        addresses.lines().forEach(a -> out.set(number(a)));
        return out;
    }

    /// What a query gives.
    ///
    /// @param flows different ones
    /// @param sent to all runs
    record Shown(int flows, long sent, int exit, String err) {
        boolean isWhole() {
            return flows == sent;
        }
    }

    Shown shown() throws Exception {
        Shell.Result all = query();
        return new Shown(numbers(all.out()).cardinality(), next, all.exit(), all.err());
    }

    /// Looks what is stored now: it has to be there at the end.
    BitSet look() throws Exception {
        BitSet now = numbers(query().out());
        seen.or(now);
        return now;
    }

    /// Every flow is there once, but for those that the process had not taken when it was killed,
    /// which are the last ones of their run, and those that may be missing.
    void assertStored(BitSet mayMiss, String what) throws Exception {
        Shell.Result all = query();
        BitSet there = new BitSet();
        List<Integer> doubled = new ArrayList<>();
        all.out()
                .lines()
                .mapToInt(CrashedCollector::number)
                .forEach(n -> {
                    if (there.get(n)) {
                        doubled.add(n);
                    }
                    there.set(n);
                });
        assertThat(doubled.stream().limit(10)).as(doubled.size() + " doubled, " + what).isEmpty();
        assertThat(there.length()).as("highest number, " + what).isLessThanOrEqualTo((int) next);
        BitSet gone = (BitSet) seen.clone();
        gone.andNot(there);
        gone.andNot(mayMiss);
        assertThat(gone.cardinality())
                .as(
                        "flows that were stored are gone, from %d, %s; rwfilter ended with %d:"
                                + " %s%s",
                        gone.nextSetBit(0), what, all.exit(), all.err(), process.log())
                .isZero();
        for (Run run : runs) {
            BitSet missing = new BitSet();
            missing.set((int) run.first, (int) run.end);
            missing.andNot(there);
            missing.andNot(mayMiss);
            if (missing.isEmpty()) {
                continue;
            }
            int from = missing.nextSetBit(0);
            String where =
                    what + ", " + run + ", missing from " + from + ", " + missing.cardinality();
            assertThat(from - run.first)
                    .as("taken flows are missing: " + where)
                    .isGreaterThanOrEqualTo(run.taken);
            BitSet after = there.get(from, (int) run.end);
            assertThat(after.cardinality()).as("flows after them are there: " + where).isZero();
        }
    }

    // Damage --------------------------------------------------------------------------------------

    /// Damages something of the repository, of which nobody runs now.
    Damaged damage() throws Exception {
        BitSet before = look();
        List<Path> files = new ArrayList<>(Damage.files(root()));
        files.removeIf(f -> f.toString().contains("quarantine") || f.toString().endsWith(".conf"));
        String suffix =
                switch (random.nextInt(6)) {
                    case 0 -> ".journal";
                    case 1 -> ".raw";
                    case 2, 3 -> ".parquet";
                    case 4 -> ".manifest";
                    default -> "";
                };
        List<Path> fit = files.stream().filter(f -> f.toString().endsWith(suffix)).toList();
        Path file = pick(fit.isEmpty() ? files : fit);
        String name = root().relativize(file).toString();
        BitSet held = held(name, before);
        long size = Files.size(file);
        int kind = name.endsWith(".manifest") ? random.nextInt(5) : random.nextInt(3);
        boolean cut = false;
        String what;
        switch (kind) {
            case 0 -> {
                long bit = random.nextLong(Math.max(1, size * 8));
                if (size > 0) {
                    Damage.flip(file, bit);
                }
                what = "flip bit " + bit;
            }
            case 1 -> {
                long from = random.nextLong(Math.max(1, size));
                Damage.zero(file, from, 4096);
                what = "zero 4096 from " + from;
            }
            case 2 -> {
                long to = random.nextLong(Math.max(1, size));
                Damage.cut(file, to);
                cut = true;
                what = "cut to " + to;
            }
            case 3 -> {
                int lines = Files.readAllLines(file).size();
                int line = random.nextInt(lines);
                Damage.dropLine(file, line);
                what = "drop line " + line;
            }
            default -> {
                Files.delete(file);
                what = "remove";
            }
        }
        boolean journal = isJournal(name);
        // What follows the last whole batch is what a crash leaves.
        return new Damaged(
                what + " of " + name + " (" + size + ")",
                file.getFileName().toString(),
                held,
                journal,
                journal && cut);
    }

    private Path pick(List<Path> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static boolean isJournal(String name) {
        return name.endsWith(".journal") || name.endsWith(".raw");
    }

    /// The numbers that a file holds alone.
    ///
    /// @param stored what is in Parquet files; the rest is in journals
    private BitSet held(String name, BitSet stored) throws Exception {
        BitSet out = new BitSet();
        if (name.endsWith(".parquet")) {
            Shell.Result all =
                    process.shell()
                            .run(
                                    "rwcut --fields=sip --no-titles --no-columns --delimited data/"
                                            + name);
            out.or(numbers(all.out()));
        } else if (isJournal(name)) {
            out.set(0, (int) next);
            out.andNot(stored);
        }
        return out;
    }

    /// Whoever asks, or looks after the collector, learns of each damage that cost flows.
    ///
    /// @param damages in the order in which they were done
    void assertNamed(List<Damaged> damages) throws Exception {
        Shell.Result all = query();
        BitSet there = numbers(all.out());
        for (int i = 0; i < damages.size(); i++) {
            Damaged damaged = damages.get(i);
            BitSet missing = (BitSet) damaged.held.clone();
            missing.andNot(there);
            // What a file still had when it was damaged itself, no damage before had cost. A
            // journal
            // that was cut before anybody read it has nothing left to tell of damage before.
            damages.subList(i + 1, damages.size()).stream()
                    .filter(later ->
                            !later.journal || later.silent && later.name.equals(damaged.name))
                    .forEach(later -> missing.andNot(later.held));
            assertNamed(damaged, missing, all, "of " + damages);
        }
    }

    /// @param of which it is one
    private void assertNamed(Damaged damaged, BitSet missing, Shell.Result all, String of)
            throws IOException {
        for (Run run : runs) {
            // The last ones of a run may never have come that far.
            int last = (int) run.end - 1;
            while (last >= run.first + run.taken && missing.get(last)) {
                missing.clear(last--);
            }
        }
        if (missing.isEmpty() || damaged.silent) {
            return;
        }
        boolean named =
                logs.indexOf(damaged.name) >= 0
                        || all.exit() != 0 && all.err().contains(damaged.name)
                        || everythingBelow(".rearview").stream()
                                .anyMatch(
                                        f -> f.contains("quarantine") && f.endsWith(damaged.name));
        assertThat(named)
                .as(
                        missing.cardinality()
                                + " flows are missing for "
                                + damaged
                                + ", and nobody says so, from "
                                + missing.nextSetBit(0)
                                + " to "
                                + (missing.length() - 1)
                                + " of "
                                + runs
                                + ", "
                                + of
                                + "; "
                                + directory)
                .isTrue();
    }

    @Override
    public void close() {
        process.close();
    }
}
