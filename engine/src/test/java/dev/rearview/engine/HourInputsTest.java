package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.scan.FlowFiles;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.HourInputs;
import dev.rearview.engine.scan.Repository;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.store.Inventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Hours whose files are merged or deleted while they are being read: no flow twice, none missing,
/// or a message.
class HourInputsTest {
    private static final long HOUR_MS = 1_700_006_400_000L;

    @TempDir Path temporary;
    private Path root = Path.of("");
    private Site site = Site.NONE;
    private long lastHourMs = HOUR_MS + 3_600_000;
    private boolean withMissing = true;
    private final List<String> problems = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    @BeforeEach
    void segments() throws IOException {
        root = temporary.resolve("root");
        site = OneSensor.in(temporary);
        for (long epoch = 0; epoch < 3; epoch++) {
            add(epoch * 100, HOUR_MS);
        }
        add(300, HOUR_MS + 3_600_000);
    }

    /// Stores a hundred flows, numbered by their packets, as a segment of their own.
    private void add(long first, long startMs) throws IOException {
        try (FlowStore store = FlowStore.open(root, site)) {
            FlowRecord r = new FlowRecord();
            for (long n = first; n < first + 100; n++) {
                r.clear();
                r.sipLo = Ip.mapped((int) n);
                r.dipLo = Ip.mapped(7);
                r.sensor = 0;
                r.flowtype = 0;
                r.nhipLo = Ip.MAPPED;
                r.packets = n + 1;
                r.bytes = 40;
                r.stime = startMs * 1000 + n;
                store.intake().append(r);
            }
            store.intake().commit();
            store.writer().write(store.intake().rotate().orElseThrow(), () -> true);
        }
    }

    /// What happens before a file is opened for the n-th time.
    private interface Event {
        void before(int opening) throws IOException;
    }

    private List<Long> read(Event event) throws IOException {
        Repository repository =
                new Repository(
                        temporary,
                        "root",
                        site,
                        List.of(site.flowtype("all", "in").orElseThrow()),
                        List.of());
        FlowFiles files = new FlowFiles(site, false);
        int[] openings = {0};
        HourInputs inputs =
                new HourInputs(
                        repository.cursor(HOUR_MS, lastHourMs, withMissing),
                        f -> {
                            event.before(++openings[0]);
                            return files.open(f.path(), f.name());
                        },
                        file -> {},
                        f -> missing.add(f.name()));
        FlowScan scan =
                new FlowScan(
                        Runs.context(temporary),
                        inputs,
                        stats -> true,
                        e -> {
                            problems.add(String.valueOf(e.getMessage()));
                            return true;
                        });
        List<Long> out = new ArrayList<>();
        scan.inOrder((batch, rows) -> {
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                out.add(batch.values(Field.PACKETS)[i]);
            }
            return true;
        });
        return out.stream().sorted().toList();
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private List<Path> parquet() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(p -> p.toString().endsWith(".parquet")).sorted().toList();
        }
    }

    /// Seals all hours, and removes what that left behind as if the time for readers were over.
    private void sealAndForget() throws IOException {
        List<Path> before = parquet();
        try (FlowStore store = FlowStore.open(root, site)) {
            store.writer().seal(System.currentTimeMillis() + 1000, () -> true);
        }
        for (Path p : before) {
            Files.deleteIfExists(p);
        }
        assertThat(parquet()).hasSize(2);
    }

    @Test
    void filesThatStayAreRead() throws IOException {
        assertThat(parquet()).hasSize(4);
        assertThat(read(n -> {})).isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
        assertThat(missing).isEmpty();
    }

    /// It is told once, not for each of its hours, and the next day is read.
    @ParameterizedTest
    @ValueSource(strings = {"file", "fifo", "month"})
    @Timeout(60)
    void aDayThatIsNoDirectoryIsTold(String what) throws Exception {
        lastHourMs = HOUR_MS + 86_400_000;
        add(400, lastHourMs);
        Path day = Objects.requireNonNull(parquet().getFirst().getParent());
        boolean isDay = !what.equals("month");
        Path at = isDay ? day : Objects.requireNonNull(day.getParent());
        Files.move(at, temporary.resolve("away"));
        if (what.equals("fifo")) {
            fifo(at);
        } else {
            Files.writeString(at, "no directory");
        }
        assertThat(read(n -> {})).isEqualTo(isDay ? numbers(401, 500) : List.of());
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains(at.toString());
    }

    private static void fifo(Path at) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", at.toString()).start().waitFor()).isZero();
    }

    /// Opening it would wait for ever.
    @ParameterizedTest
    @ValueSource(strings = {"", ".gz", ".manifest", ".parquet"})
    @Timeout(60)
    void anHourThatIsAFifoIsTold(String suffix) throws Exception {
        withMissing = suffix.isEmpty();
        String hour = parquet().getFirst().toString().replaceFirst("(_\\d{8}\\.\\d\\d).*", "$1");
        for (Path p : parquet()) {
            if (p.toString().startsWith(hour)) {
                Files.delete(p);
            }
        }
        Files.delete(Path.of(hour + ".manifest"));
        fifo(Path.of(hour + suffix));
        assertThat(read(n -> {})).isEqualTo(numbers(301, 400));
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains(hour + suffix, "no regular file");
    }

    @Test
    @Timeout(60)
    void aNamedFileThatIsAFifoIsTold() throws Exception {
        Path file = parquet().getFirst();
        Files.delete(file);
        fifo(file);
        assertThat(read(n -> {})).isEqualTo(numbers(101, 400));
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains(file.toString(), "no regular file");
    }

    @Test
    void linksToFilesAreRead() throws IOException {
        for (Path p : parquet()) {
            Path elsewhere = temporary.resolve(String.valueOf(p.getFileName()));
            Files.move(p, elsewhere);
            Files.createSymbolicLink(p, elsewhere);
        }
        assertThat(read(n -> {})).isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
    }

    @Test
    void aDayThatDoesNotExistHasHoursWithoutFiles() throws IOException {
        lastHourMs = HOUR_MS + 86_400_000;
        assertThat(read(n -> {})).isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
        assertThat(missing).hasSize(23);
        missing.clear();
        withMissing = false;
        assertThat(read(n -> {})).isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
        assertThat(missing).isEmpty();
    }

    @Test
    void filesThatAreMergedMeanwhileAreReadOnce() throws IOException {
        withMissing = false;
        for (int moment : new int[] {1, 2, 3, 4}) {
            Path copy = temporary.resolve("copy" + moment);
            List<Long> got =
                    read(n -> {
                        if (n == moment) {
                            sealAndForget();
                        }
                    });
            assertThat(got).as("before opening " + moment).isEqualTo(numbers(1, 400));
            assertThat(problems).isEmpty();
            Files.move(root, copy);
            segments();
        }
    }

    @Test
    void anHourThatIsDeletedMeanwhileIsTold() throws IOException {
        withMissing = false;
        List<Long> got =
                read(n -> {
                    if (n == 2) {
                        try (Stream<Path> all = Files.walk(root)) {
                            for (Path p :
                                    all.filter(p -> p.toString().contains("_20231115.00"))
                                            .toList()) {
                                Files.delete(p);
                            }
                        }
                    }
                });
        assertThat(got).isEqualTo(numbers(301, 400));
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst())
                .startsWith("root/in/2023/11/15/in-S0_20231115.00.")
                .endsWith(".parquet: the hour was deleted before it could be read");
    }

    /// Expires the hours from one to another, in milliseconds, as `store expire` does.
    private void expire(long fromMs, long toMs) throws IOException {
        Inventory inventory = Inventory.of(root, site);
        for (Inventory.Hour h : inventory.hours()) {
            if (h.key().hourMs() >= fromMs && h.key().hourMs() <= toMs) {
                assertThat(inventory.delete(h).files()).isPositive();
            }
        }
    }

    @Test
    void anHourThatIsExpiredBeforeItIsListedIsTold() throws IOException {
        withMissing = false;
        lastHourMs = HOUR_MS + 86_400_000;
        add(400, lastHourMs);
        List<Long> got =
                read(n -> {
                    if (n == 3) {
                        expire(HOUR_MS + 3_600_000, HOUR_MS + 3_600_000);
                    }
                });
        List<Long> there = new ArrayList<>(numbers(1, 300));
        there.addAll(numbers(401, 500));
        assertThat(got).isEqualTo(there);
        assertThat(problems)
                .containsExactly(
                        "root: hours were expired while this was read,"
                                + " what is missing is not known");
        // Whoever begins now misses nothing that was there.
        problems.clear();
        assertThat(read(n -> {})).isEqualTo(there);
        assertThat(problems).isEmpty();
    }

    @Test
    void hoursOutsideOfTheRangeMayBeExpired() throws IOException {
        add(400, HOUR_MS - 86_400_000);
        add(500, HOUR_MS - 3_600_000);
        expire(HOUR_MS - 86_400_000, HOUR_MS - 86_400_000);
        assertThat(
                        read(n -> {
                            if (n == 1) {
                                expire(HOUR_MS - 3_600_000, HOUR_MS - 3_600_000);
                            }
                        }))
                .isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
    }

    /// One stamp is gone or damaged: what was deleted since is not known, so it is told.
    @ParameterizedTest
    @ValueSource(strings = {"gone", "damaged"})
    void aStampThatTellsNothingIsAChange(String what) throws IOException {
        add(400, HOUR_MS - 3_600_000);
        expire(HOUR_MS - 3_600_000, HOUR_MS - 3_600_000);
        Path stamp = root.resolve(".rearview/expired");
        List<Long> got =
                read(n -> {
                    if (n == 1 && what.equals("gone")) {
                        Files.delete(stamp);
                    } else if (n == 1) {
                        Files.writeString(stamp, "nonsense");
                    }
                });
        assertThat(got).isEqualTo(numbers(1, 400));
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains("hours were expired");
    }

    /// Before, while or after hours are listed a repack may be between its first and its last one.
    @Test
    void hoursThatAreBeingReplacedMeanwhileAreTold() throws IOException {
        Path commit = Files.createDirectories(root.resolve(".rearview/repack")).resolve("commit");
        assertThat(read(n -> {})).isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
        assertThat(
                        read(n -> {
                            if (n == 3) {
                                Files.writeString(commit, "moves");
                            }
                        }))
                .isEqualTo(numbers(1, 400));
        assertThat(problems).singleElement().asString().contains("a repack was replacing hours");
        problems.clear();
        assertThat(
                        read(n -> {
                            if (n == 3) {
                                Files.delete(commit);
                            }
                        }))
                .isEqualTo(numbers(1, 400));
        assertThat(problems).singleElement().asString().contains("a repack was replacing hours");
        problems.clear();
        assertThat(read(n -> {})).isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
    }

    @Test
    void whatBeginsWhileHoursAreReplacedWaitsForTheirEnd() throws Exception {
        Path commit = Files.createDirectories(root.resolve(".rearview/repack")).resolve("commit");
        Files.writeString(commit, "moves");
        Thread ends =
                Thread.ofPlatform()
                        .start(() -> {
                            LockSupport.parkNanos(50_000_000);
                            commit.toFile().delete();
                        });
        assertThat(read(n -> {})).isEqualTo(numbers(1, 400));
        assertThat(problems).isEmpty();
        ends.join();
    }

    @Test
    void aFileThatIsMissingIsToldAndTheOthersAreRead() throws IOException {
        Path gone = parquet().getFirst();
        Files.delete(gone);
        List<Long> got = read(n -> {});
        assertThat(got).hasSize(300);
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains(gone.getFileName().toString());
    }

    @Test
    void aDamagedManifestIsToldAndTheOtherHoursAreRead() throws IOException {
        withMissing = false;
        try (Stream<Path> all = Files.walk(root)) {
            for (Path p : all.filter(p -> p.toString().endsWith("15.00.manifest")).toList()) {
                Files.writeString(p, "rearview-manifest 1\nfile x\nepoch nonsense\n");
            }
        }
        assertThat(read(n -> {})).isEqualTo(numbers(301, 400));
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains("in-S0_20231115.00.manifest");
    }

    @Test
    void anHourWhoseManifestIsGoneIsTold() throws IOException {
        withMissing = false;
        try (Stream<Path> all = Files.walk(root)) {
            for (Path p : all.filter(p -> p.toString().endsWith("15.00.manifest")).toList()) {
                Files.delete(p);
            }
        }
        assertThat(read(n -> {})).isEqualTo(numbers(301, 400));
        assertThat(problems)
                .containsExactly(
                        "root/in/2023/11/15/in-S0_20231115.00: manifest: is gone;"
                                + " 3 files are not read");
    }

    @Test
    void anHourWithoutFilesIsNoProblem() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path p : all.filter(p -> p.toString().contains("_20231115.01")).toList()) {
                Files.delete(p);
            }
        }
        assertThat(read(n -> {})).isEqualTo(numbers(1, 300));
        assertThat(problems).isEmpty();
        assertThat(missing).containsExactly("root/in/2023/11/15/in-S0_20231115.01");
    }
}
