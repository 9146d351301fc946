package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.FlowRecord;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.journal.Envelope;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.store.state.Replacement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Hours are made once more of kept datagrams. A datagram here is the number of a flow.
class RepackTest extends DatagramFixture {
    private static final int EACH = DATAGRAMS / 3;
    private static final Repack.Hours ALL =
            new Repack.Hours(Flows.DAY / 1000, Flows.DAY / 1000 + HOURS * 3_600_000L);
    private static final KeptIndex.Window WINDOW = new KeptIndex.Window(7, 8);

    /// Flows with odd numbers go to another type.
    private static void oddOut(FlowRecord r) {
        r.flowtype = r.packets % 2 == 1 ? 1 : 0;
    }

    private static void asItWas(FlowRecord r) {
        r.flowtype = 0;
    }

    private FlowStore keeping() throws IOException {
        FlowStore store = opened();
        store.writer().keep(new KeptJournals.Limits(Long.MAX_VALUE, 1 << 20, WINDOW));
        return store;
    }

    /// Takes three journals and stores their flows.
    @BeforeEach
    void threeJournals() throws IOException {
        try (FlowStore store = keeping()) {
            for (int i = 0; i < 3; i++) {
                next(store, i * EACH, (i + 1) * EACH);
            }
        }
    }

    private void next(FlowStore store, int from, int to) throws IOException {
        take(store, from, to);
        store.datagrams().rotate();
        write(store, decoded(store, begun.getLast(), 0));
    }

    private Repack decoded(Repack.Hours hours, Consumer<FlowRecord> change) throws IOException {
        Repack repack = Repack.open(root, site, hours, notices::add);
        for (RepackSource s : repack.sources()) {
            repack.begin(s);
            JournalReader.Report report;
            try (var in =
                    s.follow(d -> {
                        FlowRecord r = flow(d, 0);
                        change.accept(r);
                        try {
                            repack.append(r);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })) {
                report = in.finish();
            }
            boolean isBad = report.isDamaged();
            repack.end(isBad ? report.text("datagrams") : "", isBad);
        }
        return repack;
    }

    private List<Repack.Hour> repack(Consumer<FlowRecord> change) throws IOException {
        try (Repack repack = decoded(ALL, change)) {
            return repack.finish(false);
        }
    }

    /// Paths of hours that have files, and of those the flows.
    private List<String> hours() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(p -> p.toString().endsWith(".manifest"))
                    .filter(p -> !isEmpty(p))
                    .map(p -> p.getFileName().toString().replaceAll("_.*\\.(\\d\\d)\\.m.*", ".$1"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isEmpty(Path manifest) {
        try {
            Path hour = Path.of(manifest.toString().replace(".manifest", ""));
            return HourFiles.read(hour).files().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> waiting() throws IOException {
        return below(root.resolve(".rearview/repack")).stream()
                .filter(p -> !p.endsWith("settle"))
                .toList();
    }

    private static boolean isWhole(List<Repack.Hour> done) {
        return !done.isEmpty() && done.stream().allMatch(h -> h.missing().isEmpty());
    }

    private List<String> hour(int hour) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            Path manifest =
                    all.filter(p -> p.toString().endsWith(".0" + hour + ".manifest"))
                            .filter(p -> p.getFileName().toString().startsWith("in"))
                            .findFirst()
                            .orElseThrow();
            return HourFiles.read(Path.of(manifest.toString().replace(".manifest", ""))).files();
        }
    }

    @Test
    void theSameConfigurationGivesTheSame() throws IOException {
        List<Repack.Hour> done = repack(RepackTest::asItWas);
        assertThat(isWhole(done)).as(done.toString()).isTrue();
        assertThat(done).hasSize(HOURS).allMatch(h -> h.before() == h.after());
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(hours()).containsExactly("in-S0.00", "in-S0.01", "in-S0.02", "in-S0.03");
        assertThat(hour(0)).singleElement().asString().contains(".sealed.");
        assertThat(waiting()).isEmpty();
        assertThat(notices).isEmpty();
    }

    @Test
    void flowsGoToOtherHoursAndBackAgain() throws IOException {
        List<Repack.Hour> done = repack(RepackTest::oddOut);
        assertThat(isWhole(done)).as(done.toString()).isTrue();
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        // Numbers are those of datagrams and 1, hours those modulo 4.
        assertThat(hours()).containsExactly("in-S0.01", "in-S0.03", "out-S0.00", "out-S0.02");
        assertThat(isWhole(repack(RepackTest::asItWas))).isTrue();
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(hours()).containsExactly("in-S0.00", "in-S0.01", "in-S0.02", "in-S0.03");
    }

    @Test
    void aDryRunChangesNothing() throws IOException {
        List<String> before = hour(0);
        try (Repack repack = decoded(ALL, RepackTest::oddOut)) {
            List<Repack.Hour> done = repack.finish(true);
            assertThat(isWhole(done)).isTrue();
            assertThat(done.stream().mapToLong(Repack.Hour::before).sum()).isEqualTo(DATAGRAMS);
            assertThat(done.stream().mapToLong(Repack.Hour::after).sum()).isEqualTo(DATAGRAMS);
        }
        assertThat(hour(0)).isEqualTo(before);
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(waiting()).isEmpty();
    }

    @Test
    void onlyTheHoursThatAreWantedAreReplaced() throws IOException {
        Repack.Hours first = new Repack.Hours(ALL.fromMs(), ALL.fromMs() + 3_600_000L);
        try (Repack repack = decoded(first, RepackTest::oddOut)) {
            assertThat(repack.finish(false)).hasSize(2);
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(hours()).containsExactly("in-S0.01", "in-S0.02", "in-S0.03", "out-S0.00");
    }

    /// Flows of a file that was read stay, where they are in a file of their own, and keep an hour
    /// as it is where they are not.
    @Test
    void whatCameOtherwiseIsNotLost() throws Exception {
        try (FlowStore store = keeping()) {
            store(store, Flows.DAY, DATAGRAMS, DATAGRAMS + 5);
        }
        assertThat(isWhole(repack(RepackTest::oddOut))).isTrue();
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS + 5));
        assertThat(hours())
                .containsExactly("in-S0.00", "in-S0.01", "in-S0.03", "out-S0.00", "out-S0.02");
        // Merged they cannot be told apart.
        assertThat(isWhole(repack(RepackTest::asItWas))).isTrue();
        try (FlowStore store = open()) {
            sealAll(store);
        }
        List<Repack.Hour> done = repack(RepackTest::oddOut);
        assertThat(done)
                .filteredOn(h -> !h.missing().isEmpty())
                .isNotEmpty()
                .allMatch(h -> h.path().endsWith(".00"))
                .allMatch(h -> h.missing().getFirst().contains("1 epochs, too"));
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS + 5));
        assertThat(hours()).containsExactly("in-S0.00", "in-S0.01", "in-S0.03", "out-S0.02");
    }

    @Test
    void whatWasLetGoKeepsItsHoursAsTheyAre() throws IOException {
        KeptJournals.Kept first = KeptJournals.list(root.resolve(".rearview/kept")).getFirst();
        Files.delete(first.journal());
        List<Repack.Hour> done = repack(RepackTest::oddOut);
        assertThat(done).isNotEmpty().noneMatch(h -> h.missing().isEmpty());
        assertThat(done.getFirst().missing().toString())
                .contains("journals before that of")
                .contains("are not kept");
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(hours()).containsExactly("in-S0.00", "in-S0.01", "in-S0.02", "in-S0.03");
    }

    @Test
    void aGapAndDamageKeepHoursAsTheyAre() throws IOException {
        Path kept = root.resolve(".rearview/kept");
        Path second = KeptJournals.list(kept).get(1).journal();
        byte[] whole = Files.readAllBytes(second);
        flip(second, Envelope.OCTETS + 20);
        List<Repack.Hour> done = repack(RepackTest::oddOut);
        assertThat(done).isNotEmpty().noneMatch(h -> h.missing().isEmpty());
        assertThat(done.getFirst().missing().toString()).contains("damaged");
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        Files.delete(second);
        done = repack(RepackTest::oddOut);
        assertThat(done).isNotEmpty().noneMatch(h -> h.missing().isEmpty());
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        Files.write(second, whole);
        assertThat(isWhole(repack(RepackTest::oddOut))).isTrue();
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
    }

    /// The journal tells what its index does not, but not which one came before.
    @Test
    void anIndexThatIsDamagedIsMadeOfItsJournal() throws IOException {
        Path kept = root.resolve(".rearview/kept");
        flip(files(kept, ".index").getFirst(), 20);
        try (Repack repack = decoded(ALL, RepackTest::oddOut)) {
            // Where to begin is not known.
            assertThat(repack.sources()).hasSize(2);
            assertThat(repack.finish(false)).noneMatch(h -> h.missing().isEmpty());
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
    }

    /// Hours behind a link are not seen by whoever walks: their flows would be there twice.
    @Test
    void whereADirectoryIsALinkNothingIsReplaced() throws IOException {
        Path in = root.resolve("in");
        Files.move(in, temporary.resolve("elsewhere"));
        Files.createSymbolicLink(in, temporary.resolve("elsewhere"));
        assertThatThrownBy(() -> repack(RepackTest::oddOut))
                .hasMessageContaining("in: a link to a directory");
        Files.delete(in);
        Files.move(temporary.resolve("elsewhere"), in);
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(isWhole(repack(RepackTest::oddOut))).isTrue();
    }

    // A collector at the same time ----------------------------------------------------------------

    @Test
    void whatACollectorWritesMeanwhileStays() throws IOException {
        try (FlowStore store = keeping();
                Repack repack = decoded(ALL, RepackTest::oddOut)) {
            next(store, DATAGRAMS, DATAGRAMS + 8);
            store(store, Flows.DAY, DATAGRAMS + 8, DATAGRAMS + 10);
            assertThat(isWhole(repack.finish(false))).isTrue();
            next(store, DATAGRAMS + 9, DATAGRAMS + 12);
        }
        assertThat(stored(root)).containsAll(numbers(DATAGRAMS + 12));
        assertThat(stored(root)).hasSize(DATAGRAMS + 13);
        // Now the kept ones explain all but what was no datagram.
        assertThat(repack(RepackTest::oddOut)).isNotEmpty().allMatch(h -> h.missing().isEmpty());
        assertThat(stored(root)).hasSize(DATAGRAMS + 13);
    }

    @Test
    void whatACollectorSealsMeanwhileIsReplaced() throws Exception {
        try (FlowStore store = keeping();
                Repack repack = decoded(ALL, RepackTest::oddOut)) {
            sealAll(store);
            assertThat(isWhole(repack.finish(false))).isTrue();
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(hours()).containsExactly("in-S0.01", "in-S0.03", "out-S0.00", "out-S0.02");
    }

    @Test
    void whatACollectorMergesWithLaterFlowsStaysWhole() throws Exception {
        try (FlowStore store = keeping();
                Repack repack = decoded(ALL, RepackTest::oddOut)) {
            next(store, DATAGRAMS, DATAGRAMS + 2);
            store.writer().seal(Long.MAX_VALUE, () -> true);
            List<Repack.Hour> done = repack.finish(false);
            assertThat(done)
                    .filteredOn(h -> h.path().endsWith(".00") || h.path().endsWith(".01"))
                    .isNotEmpty()
                    .allMatch(h -> h.missing().toString().contains("epochs, too"));
            assertThat(done).anyMatch(h -> h.missing().isEmpty());
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS + 2));
        assertThat(hours()).containsExactly("in-S0.00", "in-S0.01", "in-S0.03", "out-S0.02");
    }

    /// What is committed to and not in its hour would come there a second time.
    @Test
    void aJournalThatIsNotInItsHoursIsNotDecoded() throws IOException {
        try (FlowStore store = keeping()) {
            take(store, DATAGRAMS, DATAGRAMS + 8);
            store.datagrams().rotate();
            Epoch epoch =
                    store.writer()
                            .commit(decoded(store, begun.getLast(), 0), () -> true)
                            .orElseThrow();
            store.writer().write(epoch, () -> false);
            assertThat(KeptJournals.list(root.resolve(".rearview/kept"))).hasSize(4);
            try (Repack repack = decoded(ALL, RepackTest::oddOut)) {
                assertThat(repack.sources()).hasSize(3);
                assertThat(isWhole(repack.finish(false))).isTrue();
            }
            store.writer().write(epoch, () -> true);
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS + 8));
    }

    @Test
    void journalsThatWaitForACollectorAreNotPassedOver() throws IOException {
        try (FlowStore store = keeping()) {
            take(store, DATAGRAMS, DATAGRAMS + 8);
        }
        assertThatThrownBy(() -> decoded(ALL, RepackTest::oddOut))
                .hasMessageContaining("1 journals wait to be written and no collector runs");
    }

    @Test
    void twoAtOnceAreRefused() throws IOException {
        try (Repack repack = decoded(ALL, RepackTest::oddOut)) {
            assertThatThrownBy(() -> decoded(ALL, RepackTest::oddOut))
                    .hasMessageContaining("another process is replacing hours");
            assertThat(repack.sources()).hasSize(3);
        }
    }

    /// The old files go when no reader needs them, although another process replaced them.
    @Test
    void whoeverSealsLearnsOfIt() throws Exception {
        try (FlowStore store = keeping()) {
            store.writer().seal(0, () -> true);
            assertThat(isWhole(repack(RepackTest::oddOut))).isTrue();
            assertThat(Replacement.isSettling(root)).isTrue();
            store.writer().seal(Long.MAX_VALUE, () -> true);
            assertThat(Replacement.isSettling(root)).isFalse();
            assertThat(files(root.resolve(".rearview/repack"), "")).isEmpty();
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
    }

    /// Killed between any two steps of the change, the next one who may make one comes to its end.
    @Test
    void killedBetweenAnyTwoStepsItIsBeforeOrAfter() throws IOException {
        Path before = crashed();
        assertThat(isWhole(repack(RepackTest::oddOut))).isTrue();
        List<String> after = hours();
        Path done = crashed();
        // What the change did, taken back step by step.
        List<Replacement.Move> moves = moves(before, done);
        for (int i = 0; i <= moves.size(); i++) {
            Path crash = copy(before);
            Path waiting = Files.createDirectories(crash.resolve(".rearview/repack"));
            Replacement.commit(crash, moves);
            for (int k = 0; k < moves.size(); k++) {
                Path from = done.resolve(moves.get(k).place());
                Path place = crash.resolve(moves.get(k).place());
                Path to = k < i ? place : waiting.resolve(moves.get(k).name());
                Files.createDirectories(to.getParent());
                Files.deleteIfExists(to);
                Files.copy(from, to);
            }
            root = crash;
            FlowStore.open(root, site, notices::add).close();
            assertThat(hours()).as("step %d", i).isEqualTo(after);
            assertThat(stored(root)).as("step %d", i).isEqualTo(numbers(DATAGRAMS));
            assertThat(waiting()).as("step %d", i).isEmpty();
        }
        // Before it is said what is to be done nothing is.
        root = copy(before);
        Path waiting = Files.createDirectories(root.resolve(".rearview/repack"));
        Files.writeString(waiting.resolve("0.parquet"), "half");
        Files.writeString(waiting.resolve(".commit.tmp"), "half");
        FlowStore.open(root, site, notices::add).close();
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(isWhole(repack(RepackTest::oddOut))).isTrue();
        assertThat(hours()).isEqualTo(after);
        assertThat(waiting()).isEmpty();
        assertThat(notices).isEmpty();
    }

    private static List<Replacement.Move> moves(Path before, Path after) throws IOException {
        try (Stream<Path> all = Files.walk(after)) {
            List<Path> changed =
                    all.filter(p -> p.toString().matches(".*\\.(parquet|manifest)"))
                            .filter(p -> !p.toString().contains(".rearview"))
                            .filter(p -> isOther(p, before.resolve(after.relativize(p).toString())))
                            .sorted()
                            .toList()
                            .reversed();
            return LongStream.range(0, changed.size())
                    .mapToObj(i -> {
                        String place = after.relativize(changed.get((int) i)).toString();
                        String name = i + place.substring(place.lastIndexOf('.'));
                        return new Replacement.Move(name, place);
                    })
                    .toList();
        }
    }

    private static boolean isOther(Path a, Path b) {
        try {
            return !Files.exists(b) || Files.mismatch(a, b) >= 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
