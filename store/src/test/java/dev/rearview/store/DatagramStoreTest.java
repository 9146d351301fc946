package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.store.journal.Envelope;
import dev.rearview.store.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What datagrams of a journal become is stored once, whatever happens on the way and by whatever
/// configuration they are decoded then. A datagram here is the number of a flow.
class DatagramStoreTest extends DatagramFixture {
    /// Hours after those of the first configuration.
    private static final int OTHER = 10;

    /// Opens what a crash left, and decodes what is to be decoded by another configuration.
    private void recover(Path crash) throws IOException {
        try (FlowStore store = FlowStore.open(crash, site, notices::add)) {
            for (RawJournal raw : store.rawLeftovers()) {
                write(store, decoded(store, raw, OTHER));
            }
            store.writer().recover();
        }
    }

    /// Hours that have files, by their numbers.
    private static List<Integer> hours(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(p -> p.getFileName().toString())
                    .filter(n -> n.endsWith(".manifest"))
                    .map(n -> Integer.parseInt(n.replaceAll(".*\\.(\\d\\d)\\.manifest", "$1")))
                    .sorted()
                    .toList();
        }
    }

    private void assertStoredOnce(Path at, String what) throws IOException {
        assertThat(stored(at)).as(what).isEqualTo(numbers(DATAGRAMS));
        assertThat(below(at.resolve(".rearview/journal"))).as(what).isEmpty();
        assertThat(below(at.resolve(".rearview/segments"))).as(what).isEmpty();
        assertThat(below(at.resolve(".rearview/exporters"))).as(what).hasSize(1);
        assertThat(below(at.resolve(".rearview/quarantine"))).as(what).isEmpty();
    }

    @Test
    void datagramsBecomeFlowsOfTheirHours() throws IOException {
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
            assertThat(store.journalOctets()).isPositive();
            store.datagrams().rotate();
            assertThat(begun).hasSize(1);
            write(store, decoded(store, begun.getFirst(), 0));
            assertThat(store.journalOctets()).isZero();
            assertThat(store.writer().recovered()).isZero();
            assertThat(store.stateBefore(Long.MAX_VALUE).orElseThrow().number())
                    .isEqualTo(begun.getFirst().number());
        }
        assertStoredOnce(root, "");
        assertThat(hours(root)).containsExactly(0, 1, 2, 3);
    }

    /// A process is killed before each hour, and between all that is not asked whether to go on.
    @Test
    void killedBetweenAnyTwoStepsItStoresEachFlowOnce() throws IOException {
        Map<Path, String> crashes = new LinkedHashMap<>();
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
            crashes.put(crashed(), "journal");
            store.datagrams().rotate();
            DecodedJournal d = decoded(store, begun.getFirst(), 0);
            Optional<Epoch> committed =
                    store.writer().commit(d, () -> crashes.put(crashedNow(), "segments") == null);
            int before = crashes.size();
            crashes.put(crashed(), "commit");
            Epoch epoch = committed.orElseThrow();
            store.writer().write(epoch, () -> crashes.put(crashedNow(), "places") == null);
            assertThat(epoch.isDone()).isTrue();
            assertThat(crashes).hasSizeGreaterThan(before + HOURS);
            crashes.put(crashed(), "done");
        }
        int others = 0;
        for (Map.Entry<Path, String> e : crashes.entrySet()) {
            recover(e.getKey());
            assertStoredOnce(e.getKey(), e.getValue());
            boolean isOther = hours(e.getKey()).contains(OTHER);
            assertThat(hours(e.getKey())).hasSize(HOURS);
            // From the commit on it stays what it is.
            boolean committed = !e.getValue().equals("journal") && !e.getValue().equals("segments");
            assertThat(isOther).as(e.getValue()).isEqualTo(!committed);
            others += isOther ? 1 : 0;
        }
        assertThat(others).isGreaterThan(HOURS);
        assertThat(notices).isEmpty();
    }

    private Path crashedNow() {
        try {
            return crashed();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Steps that nobody is asked before: what they leave is made by hand.
    @Test
    void killedWithinAStepItStoresEachFlowOnce() throws IOException {
        Path raw;
        Path committed;
        Path done;
        byte[] journal;
        byte[] commit;
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
            store.datagrams().rotate();
            raw = below(root.resolve(".rearview/journal")).getFirst();
            journal = Files.readAllBytes(raw);
            DecodedJournal d = decoded(store, begun.getFirst(), 0);
            Epoch epoch = store.writer().commit(d, () -> true).orElseThrow();
            committed = crashed();
            commit = Files.readAllBytes(root.resolve(".rearview/journal").resolve(name()));
            store.writer().write(epoch, () -> true);
            done = crashed();
        }
        // The commit is written and not in place; what it names is.
        Path crash = copy(committed);
        Path journals = crash.resolve(".rearview/journal");
        Files.move(journals.resolve(name()), journals.resolve("." + name() + ".tmp"));
        recover(crash);
        assertStoredOnce(crash, "no commit");
        assertThat(hours(crash)).contains(OTHER);
        // The datagrams are gone, or everything is done but for the journals' end.
        crash = copy(committed);
        Files.delete(crash.resolve(".rearview/journal").resolve(raw.getFileName()));
        recover(crash);
        assertStoredOnce(crash, "no datagrams");
        crash = copy(done);
        Files.write(crash.resolve(".rearview/journal").resolve(name()), commit);
        Files.write(crash.resolve(".rearview/journal").resolve(raw.getFileName()), journal);
        recover(crash);
        assertStoredOnce(crash, "all is done");
        // A segment is in its place, and no manifest names it.
        crash = copy(done);
        Files.write(crash.resolve(".rearview/journal").resolve(name()), commit);
        try (Stream<Path> all = Files.walk(crash)) {
            for (Path p : all.filter(p -> p.toString().endsWith(".manifest")).toList()) {
                Files.delete(p);
            }
        }
        recover(crash);
        assertThat(stored(crash)).isEqualTo(numbers(DATAGRAMS));
    }

    /// A copy that was made while flows went from place to place.
    @Test
    void segmentsWithoutJournalAreAdoptedUnlessTheirHoursHaveThem() throws IOException {
        Path committed;
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
            store.datagrams().rotate();
            Epoch epoch =
                    store.writer()
                            .commit(decoded(store, begun.getFirst(), 0), () -> true)
                            .orElseThrow();
            committed = crashed();
            store.writer().write(epoch, () -> true);
        }
        for (Path from : List.of(committed, root)) {
            Path crash = copy(from);
            for (Path p : below(crash.resolve(".rearview/journal"))) {
                Files.delete(p);
            }
            Path segments = committed.resolve(".rearview/segments");
            for (Path p : below(segments)) {
                Path to = crash.resolve(".rearview/segments").resolve(p.getFileName());
                Files.copy(p, to, StandardCopyOption.REPLACE_EXISTING);
            }
            recover(crash);
            assertStoredOnce(crash, from.toString());
        }
        assertThat(notices)
                .hasSize(2 * below(committed.resolve(".rearview/segments")).size())
                .allMatch(n -> n.endsWith("no journal explains it, adopted"));
    }

    private String name() {
        return Journal.name(begun.getFirst().number());
    }

    @Test
    void hoursThatCannotBeWrittenAreInTheCommit() throws IOException {
        Path state = root.resolve(".rearview");
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
            store.datagrams().rotate();
            // No segment can be written.
            Path segments = Files.createDirectories(state).resolve("segments");
            Files.writeString(segments, "in the way");
            DecodedJournal d = decoded(store, begun.getFirst(), 0);
            try {
                store.writer().commit(d, () -> true);
            } catch (IOException expected) {
                assertThat(expected).hasMessageContaining("segments");
            }
            Files.delete(segments);
            Epoch epoch = store.writer().commit(d, () -> true).orElseThrow();
            Path crash = crashed();
            store.writer().write(epoch, () -> true);
            recover(crash);
            assertStoredOnce(crash, "rest");
            assertThat(hours(crash)).containsExactly(0, 1, 2, 3);
        }
        assertStoredOnce(root, "rest");
    }

    @Test
    void aDamagedJournalIsKeptAndItsGoodDatagramsAreStored() throws IOException {
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
        }
        Path raw = below(root.resolve(".rearview/journal")).getFirst();
        flip(raw, Envelope.OCTETS + 20);
        byte[] damaged = Files.readAllBytes(raw);
        try (FlowStore store = open()) {
            write(store, decoded(store, store.rawLeftovers().getFirst(), 0));
            // The first batch has the first datagram.
            assertThat(store.writer().lostDatagrams()).isEqualTo(1);
            assertThat(store.writer().recovered()).isEqualTo(DATAGRAMS - 1);
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS).subList(1, DATAGRAMS));
        Path kept = root.resolve(".rearview/quarantine").resolve(quarantined("journal").getFirst());
        assertThat(Files.readAllBytes(kept)).isEqualTo(damaged);
        assertThat(notices).singleElement().asString().contains("1 batches lost with 1 datagrams");
    }

    /// A journal that is gone counts no more, though nobody knows yet whether its end is safe.
    @Test
    void whatIsRemovedCountsNoMoreWhereItsDirectoryCannotBeForced() throws IOException {
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
        }
        Path journals = root.resolve(".rearview/journal");
        Path away = temporary.resolve("away");
        flip(below(journals).getFirst(), Envelope.OCTETS + 20);
        // Once the journal is in quarantine, its directory cannot be opened for a while.
        try (FlowStore store =
                FlowStore.open(root, site, notice -> movedOnce(journals, away, notice))) {
            DecodedJournal d = decoded(store, store.rawLeftovers().getFirst(), 0);
            Epoch epoch = store.writer().commit(d, () -> true).orElseThrow();
            long commit = Files.size(journals.resolve(Journal.name(d.number())));
            long segments =
                    below(root.resolve(".rearview/segments")).stream()
                            .mapToLong(p -> p.toFile().length())
                            .sum();
            assertThatThrownBy(() -> store.writer().write(epoch, () -> true))
                    .isInstanceOf(IOException.class);
            assertThat(store.journalOctets()).isEqualTo(commit + segments);
            Files.delete(journals);
            Files.move(away, journals);
            store.writer().write(epoch, () -> true);
            assertThat(epoch.isDone()).isTrue();
            assertThat(store.journalOctets()).isZero();
            assertThat(store.writer().lostDatagrams()).isEqualTo(1);
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS).subList(1, DATAGRAMS));
    }

    private void movedOnce(Path from, Path to, String notice) {
        notices.add(notice);
        try {
            if (!Files.exists(to) && notices.size() == 1) {
                Files.move(from, to);
                Files.createSymbolicLink(from, from);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSegmentThatIsDamagedBeforeItIsInItsPlaceIsToldAndKept() throws IOException {
        try (FlowStore store = opened()) {
            take(store, 0, DATAGRAMS);
            store.datagrams().rotate();
            store.writer().commit(decoded(store, begun.getFirst(), 0), () -> true);
        }
        flip(files(root.resolve(".rearview/segments"), "-0.parquet").getFirst(), 40);
        try (FlowStore store = open()) {
            assertThat(store.rawLeftovers()).isEmpty();
            store.writer().recover();
            assertThat(store.writer().lostFlows()).isPositive();
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(stored(root)).hasSizeBetween(DATAGRAMS / 2, DATAGRAMS - 1);
        assertThat(quarantined("parquet")).hasSize(1);
        assertThat(notices).singleElement().asString().contains("-0.parquet");
    }

    @Test
    void whatNoDatagramMakesLeavesNothing() throws IOException {
        try (FlowStore store = opened()) {
            take(store, 0, 3);
            store.datagrams().rotate();
            DecodedJournal d = store.decode(begun.getFirst());
            d.end(new DecodedJournal.Ending(new byte[3], 5, 0, ""));
            assertThat(store.writer().commit(d, () -> true)).isEmpty();
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(below(root.resolve(".rearview/journal"))).isEmpty();
        assertThat(below(root.resolve(".rearview/exporters"))).hasSize(1);
    }

    @Test
    void oneStateIsKeptForEachThatMayBeWanted() throws IOException {
        try (FlowStore store = opened()) {
            for (int i = 0; i < 3; i++) {
                take(store, i * 20, (i + 1) * 20);
                store.datagrams().rotate();
            }
            write(store, decoded(store, begun.get(0), 0));
            write(store, decoded(store, begun.get(2), 0));
            assertThat(below(root.resolve(".rearview/exporters"))).hasSize(2);
            long second = begun.get(1).number();
            assertThat(store.stateBefore(second).orElseThrow().number())
                    .isEqualTo(begun.get(0).number());
            // A state that is damaged is none.
            Path first = files(root.resolve(".rearview/exporters"), ".state").getFirst();
            flip(first, -1);
            assertThat(store.stateBefore(second)).isEmpty();
            assertThat(quarantined("state")).hasSize(1);
            write(store, decoded(store, begun.get(1), 0));
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(files(root.resolve(".rearview/exporters"), ".state"))
                .singleElement()
                .asString()
                .contains(Long.toHexString(begun.get(2).number()));
    }

    /// Whoever is killed while it writes leaves nothing for good.
    @Test
    void halfAStateGoesAtTheNextStart() throws IOException {
        Path states = Files.createDirectories(root.resolve(".rearview/exporters"));
        Path half = Files.writeString(states.resolve(".0000000000000007.state.tmp"), "half");
        Path other = Files.writeString(states.resolve(".notes.tmp"), "");
        open().close();
        assertThat(half).doesNotExist();
        assertThat(other).exists();
        assertThat(notices).isEmpty();
    }

    /// What cannot be written is kept, goes elsewhere at the end and comes back.
    @Test
    void datagramsThatNoJournalTakesGoElsewhere() throws IOException {
        Path elsewhere = temporary.resolve("elsewhere");
        Path journals = root.resolve(".rearview/journal");
        try (FlowStore store = opened()) {
            Files.move(journals, temporary.resolve("away"));
            for (int n = 0; n < DATAGRAMS; n++) {
                ByteBuffer bytes = ByteBuffer.allocate(4).putInt(n).flip();
                assertThat(store.datagrams().add("P", FROM, 0, Flows.DAY, 0, bytes)).isTrue();
            }
            try {
                store.datagrams().commit();
            } catch (IOException expected) {
                assertThat(expected).hasMessageContaining("journal");
            }
            assertThat(store.datagrams().uncommittedCount()).isEqualTo(DATAGRAMS);
            assertThat(store.datagrams().spill(elsewhere)).isEqualTo(DATAGRAMS);
            assertThat(store.datagrams().spill(elsewhere)).isZero();
            Files.move(temporary.resolve("away"), journals);
        }
        try (FlowStore store = open()) {
            assertThat(store.intake().adopt(elsewhere)).isZero();
            assertThat(store.datagrams().adopt(elsewhere)).isEqualTo(DATAGRAMS);
            assertThat(store.datagrams().adopt(elsewhere)).isZero();
            write(store, decoded(store, store.rawLeftovers().getFirst(), 0));
        }
        assertThat(below(elsewhere)).isEmpty();
        assertStoredOnce(root, "elsewhere");
    }
}
