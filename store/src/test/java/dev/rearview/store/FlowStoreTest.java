package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.store.catalog.CatalogWriter;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.parquet.RowGroupStats;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FlowStoreTest extends RepositoryFixture {
    @Test
    void whatWasCommittedSurvivesACrashAtAnyStep() throws IOException {
        Random random = new Random(3);
        List<Path> crashes = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        int n = 0;
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int step = 0; step < 40; step++) {
                for (int i = random.nextInt(50); i >= 0; i--) {
                    store.intake().append(Flows.at(Flows.DAY + random.nextInt(3) * HOUR, n++));
                }
                store.intake().commit();
                switch (random.nextInt(4)) {
                    case 0 -> store.flush();
                    case 1 -> store.writer().seal(Long.MAX_VALUE, () -> true);
                    default -> {}
                }
                crashes.add(crashed());
                counts.add(n);
            }
            store.flush();
        }
        assertThat(stored(root)).isEqualTo(numbers(n));
        for (int i = 0; i < crashes.size(); i++) {
            FlowStore.open(crashes.get(i), site).close();
            assertThat(stored(crashes.get(i))).as("crash " + i).isEqualTo(numbers(counts.get(i)));
        }
    }

    @Test
    void aJournalIsNotAppliedTwiceWhenTheCrashComesBetweenManifestAndTrim() throws IOException {
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int i = 0; i < 100; i++) {
                store.intake().append(Flows.at(Flows.DAY, i));
            }
            store.intake().commit();
            Path before = crashed();
            store.flush();
            Path after = crashed();
            // The journal as it was before the flush, with the segments that came from it.
            Path journals = after.resolve(".rearview/journal");
            try (Stream<Path> all = Files.list(before.resolve(".rearview/journal"))) {
                for (Path p : all.toList()) {
                    Files.copy(p, journals.resolve(p.getFileName().toString()));
                }
            }
            FlowStore.open(after, site).close();
            assertThat(stored(after)).isEqualTo(numbers(100));
        }
    }

    @Test
    void aTornRecordAtTheEndOfTheJournalIsDropped() throws IOException {
        try (FlowStore store = FlowStore.open(root, site)) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            store.intake().commit();
            store.intake().append(Flows.at(Flows.DAY, 1));
            store.intake().commit();
            Path crash = crashed();
            try (Stream<Path> all = Files.list(crash.resolve(".rearview/journal"))) {
                Path journal = all.findFirst().orElseThrow();
                try (var channel =
                        java.nio.channels.FileChannel.open(journal, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() - 5);
                }
            }
            FlowStore.open(crash, site).close();
            assertThat(stored(crash)).isEqualTo(numbers(1));
        }
    }

    @Test
    void lateFlowsReachASealedHour() throws IOException {
        try (FlowStore store = FlowStore.open(root, site)) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            store.flush();
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isEqualTo(1);
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isZero();
            store.intake().append(Flows.at(Flows.DAY + 5_000_000, 1));
            store.flush();
            assertThat(stored(root)).isEqualTo(numbers(2));
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isEqualTo(1);
            assertThat(stored(root)).isEqualTo(numbers(2));
        }
    }

    @Test
    void aCatalogTellsWhatADirectoryHoldsUntilItChanges() throws Exception {
        Path day = root.resolve("in/2024/01/01");
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int i = 0; i < 100; i++) {
                store.intake().append(Flows.at(Flows.DAY, i));
            }
            store.flush();
            assertThat(DirectoryCatalog.find(root, day)).isEmpty();
            sealAll(store);
            DirectoryCatalog catalog = DirectoryCatalog.find(root, day).orElseThrow();
            assertThat(catalog.files("in-S0_20240101.01")).isEmpty();
            DirectoryCatalog.Entry file = catalog.files("in-S0_20240101.00").getFirst();
            assertThat(day.resolve(file.name())).exists();
            RowGroupStats stats = file.summary().orElseThrow();
            assertThat(stats.rows()).isEqualTo(100);
            assertThat(stats.packets()).isEqualTo(5_050);
            assertThat(stats.max(Field.STIME)).isEqualTo(Flows.DAY);
            assertThat(stats.mayHold(Field.SIP, 0, Ip.mapped(0xC0000200 + 99))).isTrue();
            assertThat(stats.mayHold(Field.DIP, 0, Ip.mapped(0xC6336400))).isTrue();
            int wrong = 0;
            for (int i = 0; i < 1_000; i++) {
                wrong += stats.mayHold(Field.SIP, 0, Ip.mapped(0x0A000000 + i)) ? 1 : 0;
            }
            assertThat(wrong).isLessThan(100);
            Files.createFile(day.resolve("in-S0_20240101.05"));
            assertThat(DirectoryCatalog.find(root, day)).isEmpty();
            Thread.sleep(1_100);
            assertThat(CatalogWriter.make(root, day)).isTrue();
            catalog = DirectoryCatalog.find(root, day).orElseThrow();
            assertThat(catalog.files("in-S0_20240101.05").getFirst().summary()).isEmpty();
            assertThat(catalog.files("in-S0_20240101.00")).hasSize(1);
        }
    }

    @Test
    void theInventoryListsHoursAndDeletesThem() throws Exception {
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int hour = 0; hour < 3; hour++) {
                store.intake().append(Flows.at(Flows.DAY + hour * 3_600_000_000L, hour));
            }
            store.flush();
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        Inventory inventory = Inventory.of(root, site);
        assertThat(inventory.hours()).hasSize(3).allMatch(Inventory.Hour::sealed);
        for (Inventory.Hour h : inventory.hours()) {
            assertThat(h.files()).hasSize(1);
            assertThat(h.retired()).hasSize(1);
            assertThat(Inventory.verify(h.files().getFirst())).isEqualTo(1);
        }
        // Flows that come after the list was made stay.
        Inventory.Hour first = inventory.hours().getFirst();
        try (FlowStore store = FlowStore.open(root, site)) {
            store.intake().append(Flows.at(Flows.DAY, 9));
            store.flush();
        }
        inventory.delete(first);
        assertThat(stored(root)).containsExactly(2L, 3L, 10L);
        inventory.delete(inventory.hours().get(1));
        assertThat(stored(root)).containsExactly(3L, 10L);
        assertThat(Inventory.of(root, site).hours()).hasSize(2);
    }

    @Test
    void mergedSegmentsStayForTheirReaders() throws IOException {
        Path hour = root.resolve("in/2024/01/01/in-S0_20240101.00");
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int i = 0; i < 130; i++) {
                store.intake().append(Flows.at(Flows.DAY, i));
                store.flush();
            }
            // Two merges, and all that they read is there still.
            List<String> retired = HourFiles.read(hour).retired();
            assertThat(retired).hasSizeGreaterThan(120);
            assertThat(retired).allMatch(f -> Files.exists(hour.resolveSibling(f)));
            for (String f : retired) {
                Files.setLastModifiedTime(hour.resolveSibling(f), FileTime.fromMillis(0));
            }
            for (int i = 130; i < 200; i++) {
                store.intake().append(Flows.at(Flows.DAY, i));
                store.flush();
            }
            assertThat(retired).noneMatch(f -> Files.exists(hour.resolveSibling(f)));
        }
        assertThat(stored(root)).isEqualTo(numbers(200));
    }

    @Test
    void whatAProcessDidNotFinishIsRemoved() throws IOException {
        Path day = Files.createDirectories(root.resolve("in/2024/01/01"));
        List<Path> leftovers =
                List.of(
                        day.resolve(".in-S0_20240101.00.18c.parquet.tmp"),
                        day.resolve(".in-S0_20240101.00.manifest.tmp"));
        List<Path> others =
                List.of(
                        day.resolve("in-S0_20240101.00.parquet"),
                        day.resolve("notes.sealed.parquet"),
                        day.resolve("notes_20240101.00.parquet"),
                        day.resolve(".notes.tmp"));
        for (Path p : leftovers) {
            Files.createFile(p);
        }
        for (Path p : others) {
            Files.createFile(p);
        }
        try (FlowStore store = FlowStore.open(root, site)) {
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isZero();
        }
        assertThat(leftovers).noneMatch(Files::exists);
        assertThat(others).allMatch(Files::exists);
    }

    /// The number in the lock file stands for a clock that was set back since.
    @Test
    void numbersOfEpochsRiseWhateverTheClockDoes() throws IOException {
        Path hour = root.resolve("in/2024/01/01/in-S0_20240101.00");
        long future = System.currentTimeMillis() + 1_000_000_000L;
        FlowStore.open(root, site).close();
        Files.write(
                root.resolve(".rearview/lock"),
                ByteBuffer.allocate(Long.BYTES).putLong(future).array());
        for (int i = 0; i < 3; i++) {
            try (FlowStore store = FlowStore.open(root, site)) {
                store.intake().append(Flows.at(Flows.DAY, i));
                store.flush();
            }
        }
        assertThat(HourFiles.read(hour).epochs())
                .containsExactly(future, future + 1000, future + 2000);
        assertThat(stored(root)).isEqualTo(numbers(3));
    }

    @Test
    void oneWriterOwnsTheRepository() throws IOException {
        try (FlowStore store = FlowStore.open(root, site)) {
            assertThat(store.intake().pendingCount()).isZero();
            assertThatThrownBy(() -> FlowStore.open(root, site))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");
        }
    }

    @Test
    void mergedFilesHaveALimitAndLoseNothing() throws IOException {
        int each = SegmentWriter.MAX_FLOWS * 2 / 5;
        Path hour = root.resolve("in/2024/01/01/in-S0_20240101.00");
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int n = 0; n < 3 * each; n++) {
                store.intake().append(Flows.at(Flows.DAY, n));
                if (n % 100_000 == 0) {
                    store.intake().commit();
                }
                if ((n + 1) % each == 0) {
                    store.flush();
                }
            }
            assertThat(HourFiles.read(hour).files()).hasSize(3);
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isEqualTo(1);
            assertThat(HourFiles.read(hour).files()).hasSize(2);
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isZero();
        }
        assertThat(stored(root)).isEqualTo(numbers(3 * each));
    }

    @Test
    void withoutCommitsOnlySoManyFlowsAreTaken() throws IOException {
        try (FlowStore store = FlowStore.open(root, site)) {
            int taken = 0;
            while (store.intake().append(Flows.at(Flows.DAY, taken)) == FlowIntake.Taken.YES) {
                taken++;
            }
            assertThat(taken).isEqualTo(1 << 18);
            store.intake().commit();
            assertThat(store.intake().append(Flows.at(Flows.DAY, taken)))
                    .isEqualTo(FlowIntake.Taken.YES);
            store.flush();
        }
        assertThat(stored(root)).hasSize((1 << 18) + 1);
    }
}
