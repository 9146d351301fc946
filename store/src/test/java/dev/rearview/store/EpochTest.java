package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.SilkConf;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.journal.Envelope;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Epochs that stop, fail, hold what no hour can hold, or come from elsewhere.
class EpochTest extends RepositoryFixture {
    /// Year -2210: what an IPFIX duration of eight octets made of a start.
    private static final long LONG_AGO = -131_906_000_000_000_000L;

    private void restart() throws IOException {
        try (FlowStore store = open()) {
            store.writer().recover();
        }
    }

    private Path journals() {
        return root.resolve(".rearview/journal");
    }

    @Test
    void aFlowWithoutADateIsRefusedAlone() throws IOException {
        long end = 253_402_300_800_000_000L;
        try (FlowStore store = open()) {
            assertThat(store.intake().append(Flows.at(LONG_AGO, 7)))
                    .isEqualTo(FlowIntake.Taken.NO_DATE);
            assertThat(store.intake().append(Flows.at(-1, 7))).isEqualTo(FlowIntake.Taken.NO_DATE);
            assertThat(store.intake().append(Flows.at(end, 7))).isEqualTo(FlowIntake.Taken.NO_DATE);
            assertThat(store.intake().append(Flows.at(Long.MAX_VALUE, 7)))
                    .isEqualTo(FlowIntake.Taken.NO_DATE);
            assertThat(store.intake().append(Flows.at(0, 0))).isEqualTo(FlowIntake.Taken.YES);
            assertThat(store.intake().append(Flows.at(end - 1, 1))).isEqualTo(FlowIntake.Taken.YES);
            assertThat(store.flush())
                    .containsOnlyKeys(
                            "in/1970/01/01/in-S0_19700101.00", "in/9999/12/31/in-S0_99991231.23");
        }
        assertThat(stored(root)).isEqualTo(numbers(2));
    }

    /// A journal of an earlier version that took such flows: none of them makes a path.
    @ParameterizedTest
    @ValueSource(strings = {"%x", "%Y/%x", "%T/%Y/%m/%d/%x", "%C/%F/%N/%f/%n/%H/%d-%m-%Y/%x"})
    void flowsWithoutADateInAJournalGoToQuarantine(String format) throws IOException {
        Path conf = temporary.resolve("silk.conf");
        Files.writeString(conf, Files.readString(conf) + "path-format \"" + format + "\"\n");
        site = SilkConf.read(conf);
        open().close();
        long[] starts = {Flows.DAY, LONG_AGO, Flows.DAY, Long.MIN_VALUE, Long.MAX_VALUE, -1};
        long[] words = new long[starts.length * RecordWords.COUNT];
        for (int i = 0; i < starts.length; i++) {
            FlowRecord r = Flows.at(starts[i], starts[i] == Flows.DAY ? i / 2 : 99);
            // A sensor and a type that the site does not know.
            r.sensor = i == 2 ? 65_535 : 0;
            r.flowtype = i == 2 ? 255 : 0;
            RecordWords.pack(r, words, i * RecordWords.COUNT);
        }
        Path journal = journals().resolve(Journal.name(5));
        try (Journal j = Journal.create(journal, 5, ByteBuffer.allocate(0))) {
            j.append(words, starts.length);
        }
        restart();
        assertThat(stored(root)).isEqualTo(numbers(2));
        assertThat(journal).doesNotExist();
        assertThat(quarantined("journal")).hasSize(1);
        assertThat(notices).singleElement().asString().contains("4 flows have no date");
        try (Stream<Path> all = Files.list(temporary)) {
            assertThat(all.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("root", "silk.conf");
        }
    }

    @Test
    void anEpochWithManyHoursIsFullAndKeepsLittleInMemory() throws IOException {
        int hours = 5_000;
        try (FlowStore store = open()) {
            for (int n = 0; n < hours; n++) {
                store.intake().append(Flows.at(Flows.DAY + n % 40 * HOUR, n));
                if (n == 100) {
                    store.intake().commit();
                    assertThat(store.intake().isFull()).isFalse();
                }
            }
            store.intake().commit();
            assertThat(store.intake().isFull()).isFalse();
            store.flush();
            for (int n = hours; n < 2 * hours; n++) {
                store.intake().append(Flows.at((n - hours) * HOUR, n));
                if (n == hours + FlowIntake.MAX_OPEN_HOURS) {
                    store.intake().commit();
                    assertThat(store.intake().isFull()).isTrue();
                }
            }
            store.intake().commit();
            Epoch epoch = store.intake().rotate().orElseThrow();
            assertThat(store.intake().isFull()).isFalse();
            // So many are read back from the journal; a few of them are enough here.
            AtomicInteger more = new AtomicInteger(60);
            assertThat(store.writer().write(epoch, () -> more.getAndDecrement() > 0)).hasSize(60);
            assertThat(epoch.isDone()).isFalse();
        }
        assertThat(stored(root)).hasSize(hours + 60);
    }

    @Test
    void writingStopsBetweenHoursAndGoesOn() throws IOException {
        try (FlowStore store = open()) {
            for (int n = 0; n < 60; n++) {
                store.intake().append(Flows.at(Flows.DAY + n % 20 * HOUR, n));
            }
            Epoch epoch = store.intake().rotate().orElseThrow();
            long octets = store.journalOctets();
            assertThat(octets).isPositive();
            for (int round = 0; !epoch.isDone(); round++) {
                AtomicInteger asked = new AtomicInteger();
                Map<String, Integer> written =
                        store.writer().write(epoch, () -> asked.getAndIncrement() < 14);
                assertThat(written.values()).hasSizeLessThanOrEqualTo(14).containsOnly(3);
                if (round == 1) {
                    epoch.release();
                }
                if (!epoch.isDone()) {
                    assertThat(store.journalOctets()).isEqualTo(octets);
                    Path crash = crashed();
                    FlowStore.open(crash, site).close();
                    assertThat(stored(crash)).isEqualTo(numbers(60));
                }
                assertThat(round).isLessThan(20);
            }
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(stored(root)).isEqualTo(numbers(60));
        assertThat(quarantined("")).isEmpty();
    }

    @Test
    void closingWritesNoSegmentsAndLosesNothing() throws IOException {
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            store.intake().commit();
            store.intake().append(Flows.at(Flows.DAY, 1));
        }
        assertThat(root.resolve("in")).doesNotExist();
        try (FlowStore store = open()) {
            assertThat(root.resolve("in")).doesNotExist();
            assertThat(store.journalOctets()).isPositive();
            List<Epoch> left = store.writer().leftovers();
            assertThat(left).hasSize(1);
            assertThat(store.writer().leftovers()).isEmpty();
            // What comes in meanwhile has an epoch of its own.
            store.intake().append(Flows.at(Flows.DAY, 2));
            store.intake().commit();
            store.writer().write(left.getFirst(), () -> true);
            assertThat(store.writer().recovered()).isEqualTo(2);
            store.flush();
        }
        assertThat(stored(root)).isEqualTo(numbers(3));
    }

    @Test
    void aDamagedJournalIsKeptAndItsGoodFlowsAreStoredOnce() throws IOException {
        try (FlowStore store = open()) {
            for (int b = 0; b < 3; b++) {
                for (int n = 0; n < 1_000; n++) {
                    store.intake().append(Flows.at(Flows.DAY, b * 1_000 + n));
                }
                store.intake().commit();
            }
        }
        Path journal = files(journals(), ".journal").getFirst();
        byte[] whole = Files.readAllBytes(journal);
        flip(journal, Envelope.OCTETS + 12);
        byte[] damaged = Files.readAllBytes(journal);
        try (FlowStore store = open()) {
            Epoch epoch = store.writer().leftovers().getFirst();
            assertThat(store.writer().lostFlows()).isZero();
            assertThat(store.writer().write(epoch, () -> true).values()).containsExactly(2_000);
            assertThat(store.writer().lostFlows()).isEqualTo(1_000);
        }
        assertThat(stored(root)).isEqualTo(numbers(3_000).subList(1_000, 3_000));
        assertThat(notices)
                .singleElement()
                .asString()
                .contains("1 batches lost with 1000 flows", "2000 flows recovered", "quarantine");
        Path kept = root.resolve(".rearview/quarantine").resolve(quarantined("journal").getFirst());
        assertThat(Files.readAllBytes(kept)).isEqualTo(damaged);
        assertThat(journal).doesNotExist();
        // It comes back once more: nothing is stored twice, it is put aside again.
        Files.write(journal, damaged);
        restart();
        assertThat(stored(root)).hasSize(2_000);
        assertThat(quarantined("journal")).hasSize(2);
        // All of it is damaged.
        notices.clear();
        Path zeros = journals().resolve(Journal.name(77));
        byte[] noise = whole.clone();
        for (int i = 0; i < noise.length; i++) {
            noise[i] ^= 0x55;
        }
        Files.write(zeros, noise);
        restart();
        assertThat(notices).singleElement().asString().contains("0 flows recovered");
        assertThat(quarantined("journal")).hasSize(3);
    }

    /// Rows that stayed behind would go to the next epoch, and those of the journal once more.
    @Test
    void aJournalThatCannotBeClosedIsStoredOnce() throws IOException {
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            store.flush();
        }
        Quarantine quarantine = new Quarantine(root, notices::add);
        try (RepositoryLock lock = RepositoryLock.own(root)) {
            JournalDirectory journals = new JournalDirectory(root, quarantine);
            OpenEpochs epochs = new OpenEpochs(lock, quarantine);
            epochs.start(List.of(), List.of());
            FlowWriter writer = new FlowWriter(root, site, lock, quarantine, epochs);
            FlowIntake intake = new FlowIntake(this::unclosable, journals, epochs);
            for (int n = 1; n < 4; n++) {
                intake.append(Flows.at(Flows.DAY, n));
                intake.commit();
                Optional<FlowIntake.Sync> sync = intake.sync();
                assertThat(sync).isPresent();
                sync.get().run();
                Epoch epoch = intake.rotate().orElseThrow();
                assertThat(intake.pendingCount()).isZero();
                // It is not closed, and somebody is told.
                assertThatThrownBy(() -> intake.sync().orElseThrow().run())
                        .hasMessageEndingWith("of the test");
                assertThat(writer.write(epoch, () -> true).values()).containsExactly(1);
            }
            assertThat(epochs.octets()).isZero();
        }
        assertThat(journals()).isEmptyDirectory();
        restart();
        assertThat(stored(root)).isEqualTo(numbers(4));
    }

    /// A number that the next process might give, too, would pass for one that is stored.
    @Test
    void numbersThatCannotBeReservedAreNotGiven() throws IOException {
        try (RepositoryLock lock = RepositoryLock.own(root)) {
            // Told between reading the number and writing the next one.
            Quarantine quarantine = new Quarantine(root, notice -> close(lock));
            OpenEpochs epochs = new OpenEpochs(lock, quarantine);
            epochs.start(List.of(), List.of());
            long first = epochs.newNumber();
            for (int n = 1; n < 1000; n++) {
                assertThat(epochs.newNumber()).isEqualTo(first + n);
            }
            Files.write(lock.file(), "no number...".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(epochs::newNumber).isInstanceOf(ClosedChannelException.class);
            }
        }
    }

    private static void close(RepositoryLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Journal unclosable(long epoch, ByteBuffer buffer) throws IOException {
        Path path = journals().resolve(Journal.name(epoch));
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return Journal.on(new UnclosableChannel(file), path, epoch, buffer);
    }

    @Test
    void foreignFilesInTheJournalDirectoryPreventNoStart() throws IOException {
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 0));
        }
        Path note = Files.createFile(journals().resolve("README"));
        Path directory = Files.createDirectory(journals().resolve("0000000000000001.journal"));
        Path odd = Files.createFile(journals().resolve("xyz.journal"));
        Path huge = Files.createFile(journals().resolve("ffffffffffffffff.journal"));
        Path empty = Files.createFile(journals().resolve("0000000000000009.journal"));
        restart();
        assertThat(stored(root)).isEqualTo(numbers(1));
        assertThat(note).exists();
        assertThat(directory).exists();
        assertThat(odd).doesNotExist();
        assertThat(huge).doesNotExist();
        assertThat(empty).doesNotExist();
        assertThat(quarantined("journal")).hasSize(2);
        assertThat(notices.stream().filter(n -> n.contains("left alone"))).hasSize(2);
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 1, 2);
        }
        assertThat(stored(root)).isEqualTo(numbers(2));
    }

    @Test
    void spilledFlowsComeBackOnce() throws IOException {
        Path emergency = temporary.resolve("emergency");
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 5);
            for (int n = 5; n < 25; n++) {
                store.intake().append(Flows.at(Flows.DAY + n % 3 * HOUR, n));
            }
            assertThat(store.intake().spill(emergency)).isEqualTo(20);
            assertThat(store.intake().uncommittedCount()).isZero();
            assertThat(store.intake().spill(emergency)).isZero();
        }
        assertThat(stored(root)).isEqualTo(numbers(5));
        Path spilled = files(emergency, ".journal").getFirst();
        byte[] bytes = Files.readAllBytes(spilled);
        // Another repository's are left alone.
        try (FlowStore other = FlowStore.open(temporary.resolve("other"), site)) {
            assertThat(other.intake().adopt(emergency)).isZero();
        }
        assertThat(spilled).exists();
        try (FlowStore store = open()) {
            assertThat(store.intake().adopt(emergency)).isEqualTo(20);
            assertThat(spilled).doesNotExist();
            assertThat(store.intake().adopt(emergency)).isZero();
            // Killed between the copy and the removal of the original.
            Files.write(spilled, bytes);
            assertThat(store.intake().adopt(emergency)).isZero();
            assertThat(spilled).doesNotExist();
            store.writer().recover();
        }
        assertThat(stored(root)).isEqualTo(numbers(25));
        // The same, found only after its flows were stored.
        Files.write(spilled, bytes);
        try (FlowStore store = open()) {
            store.intake().adopt(emergency);
            store.writer().recover();
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        assertThat(stored(root)).isEqualTo(numbers(25));
        Files.write(spilled, bytes);
        try (FlowStore store = open()) {
            store.intake().adopt(emergency);
            store.writer().recover();
        }
        assertThat(stored(root)).isEqualTo(numbers(25));
    }

    @Test
    void flowsThatCannotBeSpilledStillWait() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            assertThatThrownBy(() -> store.intake().spill(file.resolve("below")))
                    .isInstanceOf(IOException.class);
            assertThat(store.intake().uncommittedCount()).isEqualTo(1);
            store.flush();
        }
        assertThat(stored(root)).isEqualTo(numbers(1));
    }

    /// An epoch that could not be written for long must still be known when it is tried again.
    @Test
    void anOldEpochThatStillHasItsJournalIsNotForgotten() throws IOException {
        Path hour = root.resolve("in/2024/01/01/in-S0_20240101.00");
        open().close();
        try (Journal j =
                Journal.create(journals().resolve(Journal.name(3)), 3, ByteBuffer.allocate(0))) {
            long[] words = new long[2 * RecordWords.COUNT];
            RecordWords.pack(Flows.at(Flows.DAY, 0), words, 0);
            RecordWords.pack(Flows.at(Flows.DAY + HOUR, 1), words, RecordWords.COUNT);
            j.append(words, 2);
        }
        Path blocked = root.resolve("in/2024/01/01/in-S0_20240101.01.manifest");
        Files.createDirectories(blocked);
        try (FlowStore store = open()) {
            Epoch old = store.writer().leftovers().getFirst();
            assertThatThrownBy(() -> store.writer().write(old, () -> true))
                    .isInstanceOf(IOException.class);
            for (int n = 2; n < 70; n++) {
                store(store, Flows.DAY, n, n + 1);
            }
            assertThat(HourFiles.read(hour).epochs()).contains(3L);
            Files.delete(blocked);
            old.release();
            store.writer().write(old, () -> true);
            assertThat(old.isDone()).isTrue();
        }
        assertThat(stored(root)).isEqualTo(numbers(70));
    }

    @Test
    void twoSensorsOfOneNameShareTheirFile() throws IOException {
        Path conf = temporary.resolve("silk.conf");
        Files.writeString(
                conf, Files.readString(conf).replace("sensor 0 S0", "sensor 0 S0\nsensor 1 S7"));
        site = SilkConf.read(conf);
        List<FlowRecord> flows = new ArrayList<>();
        try (FlowStore store = open()) {
            for (int n = 0; n < 4; n++) {
                FlowRecord r = Flows.at(Flows.DAY, n);
                r.sensor = n % 2 == 0 ? 1 : 7;
                flows.add(r);
                store.intake().append(r);
            }
            assertThat(store.flush()).containsOnlyKeys("in/2024/01/01/in-S7_20240101.00");
        }
        assertThat(stored(root)).hasSize(flows.size()).isEqualTo(numbers(4));
    }
}
