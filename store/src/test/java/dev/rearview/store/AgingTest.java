package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.hour.FileForm;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Old hours are written for size, with every flow that they had.
class AgingTest extends RepositoryFixture {
    private Path hour = Path.of("");
    private Path day = Path.of("");

    @BeforeEach
    void hour() {
        day = root.resolve("in/2024/01/01");
        hour = day.resolve("in-S0_20240101.00");
    }

    private void seal(int from, int to) throws IOException {
        try (FlowStore store = open()) {
            store(store, Flows.DAY, from, to);
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
    }

    private boolean age() throws IOException {
        try (Aging aging = Aging.of(root)) {
            return aging.age(hour);
        }
    }

    private List<String> current() throws IOException {
        return HourFiles.read(hour).files();
    }

    @Test
    void aSealedHourBecomesCold() throws IOException {
        seal(0, 5_000);
        String sealed = current().getFirst();
        assertThat(age()).isTrue();
        assertThat(current()).singleElement().asString().contains(".cold.");
        assertThat(HourFiles.read(hour).retired()).contains(sealed);
        assertThat(stored(root)).isEqualTo(numbers(5_000));
        FileCheck.deep(day.resolve(current().getFirst()));
        assertThat(Inventory.of(root, site).hours())
                .singleElement()
                .matches(h -> h.cold() && h.sealed());
        // Nothing is left to do, for whoever seals neither.
        String cold = current().getFirst();
        assertThat(age()).isFalse();
        try (FlowStore store = open()) {
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        assertThat(current()).containsExactly(cold);
        assertThat(notices).isEmpty();
    }

    @Test
    void anHourThatIsNotSealedStaysAsItIs() throws IOException {
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 10);
        }
        List<String> before = current();
        assertThat(age()).isFalse();
        assertThat(current()).isEqualTo(before);
    }

    @Test
    void whatComesLateIsSealedWithTheOthersAndAgesAgain() throws IOException {
        seal(0, 100);
        assertThat(age()).isTrue();
        seal(100, 150);
        assertThat(current()).singleElement().asString().contains(".sealed.");
        assertThat(stored(root)).isEqualTo(numbers(150));
        assertThat(age()).isTrue();
        assertThat(current()).singleElement().asString().contains(".cold.");
        assertThat(stored(root)).isEqualTo(numbers(150));
    }

    /// A collector has the repository open, and takes in flows for the hour.
    @Test
    void anHourAgesBesideACollector() throws IOException {
        seal(0, 100);
        try (FlowStore store = open()) {
            assertThat(age()).isTrue();
            store(store, Flows.DAY, 100, 150);
            assertThat(current()).hasSize(2);
            assertThat(age()).isFalse();
            store.writer().seal(Long.MAX_VALUE, () -> true);
            assertThat(age()).isTrue();
        }
        assertThat(current()).singleElement().asString().contains(".cold.");
        assertThat(stored(root)).isEqualTo(numbers(150));
    }

    @Test
    void whatWasReplacedStaysForItsReadersAndThenGoes() throws IOException {
        seal(0, 100);
        assertThat(age()).isTrue();
        List<String> retired = HourFiles.read(hour).retired();
        assertThat(retired).isNotEmpty();
        age();
        assertThat(retired).allMatch(f -> Files.exists(day.resolve(f)));
        for (String f : retired) {
            Files.setLastModifiedTime(day.resolve(f), FileTime.fromMillis(0));
        }
        assertThat(age()).isFalse();
        assertThat(retired).noneMatch(f -> Files.exists(day.resolve(f)));
        assertThat(stored(root)).isEqualTo(numbers(100));
    }

    /// A collector that runs deletes it, when its readers have had their time.
    @Test
    void whatWasReplacedGoesWithWhoeverSeals() throws IOException {
        seal(0, 100);
        try (FlowStore store = open()) {
            store.writer().seal(Long.MAX_VALUE, () -> true);
            assertThat(age()).isTrue();
            List<String> retired = HourFiles.read(hour).retired();
            store.writer().seal(Long.MAX_VALUE, () -> true);
            assertThat(root.resolve(".rearview/repack")).isEmptyDirectory();
            assertThat(retired).isNotEmpty().allMatch(f -> Files.exists(day.resolve(f)));
            // It would look again after five minutes.
            assertThat(age()).isFalse();
            for (String f : retired) {
                Files.setLastModifiedTime(day.resolve(f), FileTime.fromMillis(0));
            }
            store.writer().seal(Long.MAX_VALUE, () -> true);
            assertThat(retired).noneMatch(f -> Files.exists(day.resolve(f)));
            assertThat(HourFiles.read(hour).retired()).isEmpty();
        }
        assertThat(stored(root)).isEqualTo(numbers(100));
    }

    @Test
    void catalogsAreMadeOfWhatIsThere() throws Exception {
        seal(0, 100);
        try (Aging aging = Aging.of(root)) {
            assertThat(aging.age(hour)).isTrue();
            // Somebody else has to seal first.
            assertThat(aging.catalog(List.of(day.resolve("in-S0_20240101.01")))).isTrue();
            assertThat(DirectoryCatalog.find(root, day)).isEmpty();
        }
        assertThat(age()).isFalse();
        try (Aging aging = Aging.of(root)) {
            aging.age(hour);
            for (int i = 0; i < 40 && !aging.catalog(List.of()); i++) {
                Thread.sleep(100);
            }
        }
        assertThat(DirectoryCatalog.find(root, day)).isPresent();
    }

    @Test
    void aDamagedHourStaysAsItIs() throws IOException {
        seal(0, 1_000);
        String sealed = current().getFirst();
        flip(day.resolve(sealed), 200);
        assertThatThrownBy(this::age).isInstanceOf(Exception.class).hasMessageContaining(sealed);
        assertThat(current()).containsExactly(sealed);
        assertThat(files(day, ".cold.")).isEmpty();
    }

    /// Both forms of one hour, with flows before 1970 and volumes at the ends: cold is the other
    /// order of the same rows, with all that is alike side by side.
    @Test
    void coldRowsAreTheSameInAnotherOrder() throws IOException {
        Path sealed = temporary.resolve("sealed.parquet");
        int rows = SegmentWriter.MAX_FLOWS + 70_000;
        try (ParquetSink out =
                new ParquetSink(Files.newOutputStream(sealed), ParquetWriter.Codec.ZSTD)) {
            FlowRecord r = new FlowRecord();
            for (int i = 0; i < rows; i++) {
                r.stime = (i - 1_000L) * 3_000;
                r.packets = i % 100_003 == 0 ? Long.MAX_VALUE : i % 7;
                r.bytes = r.packets == 1 ? i % 11 : 40;
                r.protocol = i % 3 == 0 ? 17 : 6;
                r.application = i % 5 == 0 ? 53 : 0;
                r.sipLo = scattered(i);
                out.write(r);
            }
        }
        Path cold = temporary.resolve("cold.parquet");
        try (ParquetReader from = ParquetReader.open(sealed, "sealed")) {
            new SegmentWriter().copy(cold, from, FileForm.COLD, Map.of());
        }
        FileCheck.deep(cold);
        List<Long> runs = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        try (ParquetReader in = ParquetReader.open(cold, "cold")) {
            assertThat(in.rows()).isEqualTo(rows);
            FlowRecord r = new FlowRecord();
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                for (int i = 0; i < b.size(); i++) {
                    b.get(i, r);
                    long number = r.stime / 3_000 + 1_000;
                    assertThat(r.sipLo).isEqualTo(scattered(number));
                    assertThat(r.protocol).isEqualTo(number % 3 == 0 ? 17 : 6);
                    seen.add(number);
                    long kind = r.protocol * 100L + r.application;
                    if (runs.isEmpty() || runs.getLast() != kind) {
                        runs.add(kind);
                    }
                }
            }
        }
        assertThat(seen).hasSize(rows);
        // Two parts of four kinds each.
        assertThat(runs).containsExactly(600L, 653L, 1700L, 1753L, 600L, 653L, 1700L, 1753L);
    }

    private static long scattered(long number) {
        return number * 0x9E37_79B1L & 0xFFFF_FFFFL;
    }

    /// Addresses that ascend with time take more room in any other order.
    @Test
    void whereAnotherOrderDoesNotPayRowsStaySortedByStart() throws IOException {
        try (FlowStore store = open()) {
            Random random = new Random(1);
            FlowRecord r = Flows.at(Flows.DAY, 0);
            for (int n = 0; n < 20_000; n++) {
                r.stime = Flows.DAY + n * 1_000L;
                r.sipLo = n;
                r.dipLo = n;
                r.sport = n;
                r.input = n;
                r.output = n;
                r.bytes = 40L + random.nextInt(2);
                store.intake().append(r);
            }
            store.flush();
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        long sealed = Files.size(day.resolve(current().getFirst()));
        assertThat(age()).isTrue();
        Path cold = day.resolve(current().getFirst());
        assertThat(cold.toString()).contains(".cold.");
        assertThat(Files.size(cold)).isLessThanOrEqualTo(sealed + 1_000);
        try (ParquetReader in = ParquetReader.open(cold, "cold")) {
            FlowBatch b = Objects.requireNonNull(in.next());
            assertThat(Arrays.copyOf(b.values(Field.STIME), b.size())).isSorted();
        }
        assertThat(age()).isFalse();
    }
}
