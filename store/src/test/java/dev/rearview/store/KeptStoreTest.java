package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.store.journal.Envelope;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Journals of datagrams are kept when their flows are stored, until they are too old or too many.
class KeptStoreTest extends DatagramFixture {
    private static final KeptIndex.Window WINDOW = new KeptIndex.Window(7, 8);
    private static final long AGE = 3_600_000;
    private static final int EACH = DATAGRAMS / 3;
    private Path kept;

    @BeforeEach
    void directory() {
        kept = root.resolve(".rearview/kept");
    }

    private FlowStore keeping(long ageMs, long octets) throws IOException {
        FlowStore store = opened();
        store.writer().keep(new KeptJournals.Limits(ageMs, octets, WINDOW));
        return store;
    }

    /// Takes three journals and stores their flows.
    private void takeThree(FlowStore store) throws IOException {
        for (int i = 0; i < 3; i++) {
            take(store, i * EACH, (i + 1) * EACH);
            store.datagrams().rotate();
            write(store, decoded(store, begun.getLast(), 0));
        }
    }

    private List<KeptJournals.Kept> kept() throws IOException {
        return KeptJournals.list(kept);
    }

    @Test
    void whatIsStoredIsKeptAsItCame() throws IOException {
        byte[] first;
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            take(store, 0, EACH);
            Path raw = below(root.resolve(".rearview/journal")).getFirst();
            store.datagrams().rotate();
            first = Files.readAllBytes(raw);
            write(store, decoded(store, begun.getFirst(), 0));
            assertThat(store.journalOctets()).isZero();
            for (int i = 1; i < 3; i++) {
                take(store, i * EACH, (i + 1) * EACH);
                store.datagrams().rotate();
                write(store, decoded(store, begun.getLast(), 0));
            }
            assertThat(store.writer().letGo()).isEqualTo(KeptJournals.LetGo.NOTHING);
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(kept()).hasSize(3);
        KeptJournals.Kept one = kept().getFirst();
        KeptJournals.Kept two = kept().get(1);
        KeptJournals.Kept three = kept().getLast();
        assertThat(one.number()).isEqualTo(begun.getFirst().number());
        assertThat(Files.readAllBytes(one.journal())).isEqualTo(first);
        KeptIndex index = one.index().orElseThrow();
        assertThat(index.after()).isEqualTo(-1);
        assertThat(index.received()).isEqualTo(new KeptIndex.Received(Flows.DAY, Flows.DAY, EACH));
        assertThat(index.given().flows()).isEqualTo(EACH);
        assertThat(index.given().firstHourUs()).isEqualTo(Flows.DAY);
        assertThat(index.given().lastHourUs()).isEqualTo(Flows.DAY + (HOURS - 1) * HOUR);
        assertThat(index.given().epochs().contains(one.number())).isTrue();
        assertThat(index.window()).isEqualTo(WINDOW);
        // What exporters had announced is that of the end of the one before.
        assertThat(one.state()).isEmpty();
        assertThat(two.index().orElseThrow().after()).isEqualTo(one.number());
        // One of a minute.
        assertThat(two.state()).isPresent();
        assertThat(three.state()).isEmpty();
        KeptJournals.Status status = KeptJournals.status(root);
        assertThat(status.journals()).isEqualTo(3);
        assertThat(status.fromMs()).isEqualTo(Flows.DAY / 1000);
        assertThat(status.octets())
                .isEqualTo(files(kept, "").stream().mapToLong(p -> p.toFile().length()).sum());
    }

    @Test
    void anotherProcessGoesOnKeepingWithAStateOfItsOwn() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (FlowStore store = keeping(AGE, 1 << 20)) {
                take(store, i * EACH, (i + 1) * EACH);
                store.datagrams().rotate();
                write(store, decoded(store, begun.getLast(), 0));
            }
        }
        List<KeptJournals.Kept> all = kept();
        assertThat(all).hasSize(3);
        assertThat(all.get(0).state()).isEmpty();
        for (int i = 1; i < 3; i++) {
            long before = all.get(i - 1).number();
            assertThat(all.get(i).index().orElseThrow().after()).isEqualTo(before);
            assertThat(text(all.get(i).state().orElseThrow())).endsWith("after " + before);
        }
    }

    /// Nothing is in a journal whose first batch cannot be written.
    @Test
    void aJournalThatNothingCameToIsNotKept() throws IOException {
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            ByteBuffer bytes = ByteBuffer.allocate(4).putInt(0).flip();
            assertThat(store.datagrams().add("P", FROM, 0, Flows.DAY, 0, bytes)).isTrue();
            // What is written by a thread that is interrupted is not written.
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> store.datagrams().commit()).isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();
            store.datagrams().rotate();
            take(store, 1, EACH);
            store.datagrams().rotate();
            store.datagrams().sync().orElseThrow().run();
            assertThat(below(root.resolve(".rearview/journal"))).hasSize(1);
            for (RawJournal raw : begun) {
                write(store, decoded(store, raw, 0));
            }
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(stored(root)).isEqualTo(numbers(EACH));
        assertThat(kept())
                .extracting(KeptJournals.Kept::number)
                .containsExactly(begun.getLast().number());
        assertThat(begun).hasSize(1);
    }

    /// Where the process ends before anything comes to it.
    @Test
    void aJournalThatNothingCameToIsNotLeft() throws IOException {
        FlowStore store = opened();
        ByteBuffer bytes = ByteBuffer.allocate(4).putInt(0).flip();
        assertThat(store.datagrams().add("P", FROM, 0, Flows.DAY, 0, bytes)).isTrue();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.datagrams().commit()).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.datagrams().spill(temporary.resolve("elsewhere"))).isEqualTo(1);
        store.close();
        assertThat(below(root.resolve(".rearview/journal"))).isEmpty();
    }

    @Test
    void theOldestGoWhereTheyAreTooManyOctets() throws IOException {
        long each;
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            takeThree(store);
            each = kept().getFirst().octets();
        }
        try (FlowStore store = keeping(AGE, 2 * each + each / 2)) {
            store.writer().seal(0, () -> true);
            assertThat(kept()).hasSize(2);
            assertThat(store.writer().letGo()).isEqualTo(new KeptJournals.LetGo(1, each, EACH));
        }
        assertThat(kept().getFirst().number()).isEqualTo(begun.get(1).number());
        assertThat(files(kept, Long.toHexString(begun.getFirst().number()))).isEmpty();
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
    }

    @Test
    void theOldestGoWhereTheyAreTooOld() throws IOException {
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            takeThree(store);
        }
        FileTime old = FileTime.from(Instant.now().minusMillis(AGE + 1000));
        Files.setLastModifiedTime(kept().getFirst().journal(), old);
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            store.writer().seal(0, () -> true);
        }
        assertThat(kept())
                .extracting(KeptJournals.Kept::number)
                .containsExactly(begun.get(1).number(), begun.get(2).number());
        // Whoever keeps none leaves those of others.
        try (FlowStore store = open()) {
            store.writer().seal(0, () -> true);
        }
        assertThat(kept()).hasSize(2);
    }

    /// Whoever seals in the collector's place keeps what that would have kept.
    @Test
    void whoeverStandsInKeepsAsTheCollectorDid() throws IOException {
        assertThat(KeptJournals.asBefore(root)).isEmpty();
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            take(store, 0, EACH);
            store.datagrams().rotate();
            write(store, decoded(store, begun.getLast(), 0));
            take(store, EACH, DATAGRAMS);
            store.datagrams().rotate();
            assertThat(store.writer().commit(decoded(store, begun.getLast(), 0), () -> true))
                    .isPresent();
        }
        try (FlowStore store = open()) {
            store.writer().keep(KeptJournals.asBefore(root).orElseThrow());
            store.writer().recover();
        }
        assertThat(kept()).hasSize(2);
        assertThat(kept().getLast().index().orElseThrow().after())
                .isEqualTo(begun.getFirst().number());
    }

    @Test
    void nothingGoesThatIsNotStored() throws IOException {
        try (FlowStore store = keeping(0, 0)) {
            take(store, 0, DATAGRAMS);
            store.datagrams().rotate();
            store.writer().seal(0, () -> true);
            assertThat(files(root.resolve(".rearview/journal"), ".raw")).hasSize(1);
            write(store, decoded(store, begun.getFirst(), 0));
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        try (FlowStore store = keeping(0, 0)) {
            store.writer().seal(0, () -> true);
        }
        assertThat(files(kept, "")).isEmpty();
    }

    @Test
    void whatIsDamagedGoesToQuarantineAndBreaksTheChain() throws IOException {
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            take(store, 0, EACH);
            store.datagrams().rotate();
            write(store, decoded(store, begun.getFirst(), 0));
            take(store, EACH, 2 * EACH);
            Path raw = below(root.resolve(".rearview/journal")).getFirst();
            flip(raw, Envelope.OCTETS + 20);
            store.datagrams().rotate();
            write(store, decoded(store, begun.get(1), 0));
            take(store, 2 * EACH, DATAGRAMS);
            store.datagrams().rotate();
            write(store, decoded(store, begun.get(2), 0));
        }
        assertThat(quarantined("journal")).hasSize(1);
        assertThat(kept()).hasSize(2);
        assertThat(kept().getLast().index().orElseThrow().after()).isEqualTo(begun.get(1).number());
        // Behind a gap who decodes begins anew.
        assertThat(text(kept().getLast().state().orElseThrow()))
                .endsWith("after " + begun.get(1).number());
    }

    /// Killed at any moment, a journal is where it was or kept.
    @Test
    void killedWhileItKeepsAJournalItKeepsItOnce() throws IOException {
        Map<String, Path> crashes = new LinkedHashMap<>();
        Path crash;
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            take(store, 0, DATAGRAMS);
            store.datagrams().rotate();
            Epoch epoch =
                    store.writer()
                            .commit(decoded(store, begun.getFirst(), 0), () -> true)
                            .orElseThrow();
            crash = crashed();
            crashes.put("committed", crash);
            store.writer().write(epoch, () -> true);
        }
        String number = String.format(Locale.ROOT, "%016x", begun.getFirst().number());
        Path index = kept.resolve(number + ".index");
        Path half = copy(crash);
        Files.createDirectories(half.resolve(".rearview/kept"));
        Files.copy(index, half.resolve(".rearview/kept").resolve(number + ".index"));
        Files.writeString(half.resolve(".rearview/kept/." + number + ".state.tmp"), "half");
        crashes.put("index", half);
        Path moved = copy(crash);
        Files.createDirectories(moved.resolve(".rearview/kept"));
        Files.copy(index, moved.resolve(".rearview/kept").resolve(number + ".index"));
        Files.move(
                moved.resolve(".rearview/journal").resolve(number + ".raw"),
                moved.resolve(".rearview/kept").resolve(number + ".kept"));
        crashes.put("moved", moved);
        for (Map.Entry<String, Path> e : crashes.entrySet()) {
            try (FlowStore store = FlowStore.open(e.getValue(), site, notices::add)) {
                store.writer().keep(new KeptJournals.Limits(AGE, 1 << 20, WINDOW));
                store.writer().recover();
                assertThat(store.rawLeftovers()).as(e.getKey()).isEmpty();
            }
            assertThat(stored(e.getValue())).as(e.getKey()).isEqualTo(numbers(DATAGRAMS));
            List<KeptJournals.Kept> all = KeptJournals.list(e.getValue().resolve(".rearview/kept"));
            assertThat(all).as(e.getKey()).hasSize(1);
            assertThat(all.getFirst().index()).as(e.getKey()).isPresent();
            assertThat(below(e.getValue().resolve(".rearview/kept"))).hasSize(2);
            assertThat(below(e.getValue().resolve(".rearview/journal"))).isEmpty();
        }
        assertThat(notices).isEmpty();
    }

    @Test
    void whatCannotBeKeptIsToldAndGoes() throws IOException {
        Files.createDirectories(root.resolve(".rearview"));
        Files.writeString(kept, "in the way");
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            take(store, 0, DATAGRAMS);
            store.datagrams().rotate();
            write(store, decoded(store, begun.getFirst(), 0));
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(stored(root)).isEqualTo(numbers(DATAGRAMS));
        assertThat(notices).singleElement().asString().contains("cannot be kept");
        assertThat(below(root.resolve(".rearview/journal"))).isEmpty();
    }

    /// What was put beside a journal that then stays where it is goes again.
    @Test
    void whatCannotBeKeptLeavesNothing() throws IOException {
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            for (int i = 0; i < 3; i++) {
                take(store, i * EACH, (i + 1) * EACH);
                store.datagrams().rotate();
                if (i == 1) {
                    String number = String.format(Locale.ROOT, "%016x", begun.getLast().number());
                    Files.createDirectories(kept.resolve(number + ".kept/full"));
                }
                write(store, decoded(store, begun.getLast(), 0));
            }
        }
        assertThat(notices).singleElement().asString().contains("cannot be kept, and goes");
        assertThat(kept()).hasSize(2);
        String second = String.format(Locale.ROOT, "%016x", begun.get(1).number());
        assertThat(files(kept, second)).containsExactly(kept.resolve(second + ".kept"));
        // Behind a gap who decodes begins anew.
        assertThat(kept().getLast().state()).isPresent();
    }

    /// Something that cannot be removed, where a file of the oldest journal would be.
    @Test
    void oneThatCannotGoHoldsUpNoOther() throws IOException {
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            takeThree(store);
        }
        String first = String.format(Locale.ROOT, "%016x", begun.getFirst().number());
        Files.createDirectories(kept.resolve(first + ".state/full"));
        try (FlowStore store = keeping(AGE, 0)) {
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isEqualTo(HOURS);
            assertThat(store.writer().letGo().journals()).isEqualTo(3);
            assertThat(store.writer().letGo().datagrams()).isEqualTo(DATAGRAMS);
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isZero();
        }
        assertThat(files(kept, "")).containsExactly(kept.resolve(first + ".state"));
        assertThat(notices).hasSize(2).allMatch(n -> n.contains(first + ".state"));
    }

    @Test
    void hoursAreSealedWhereNothingCanBeLetGo() throws IOException {
        try (FlowStore store = opened()) {
            takeThree(store);
        }
        Files.writeString(kept, "in the way");
        try (FlowStore store = keeping(AGE, 0)) {
            assertThatThrownBy(() -> store.writer().seal(Long.MAX_VALUE, () -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("kept journals cannot be let go");
        }
        try (FlowStore store = open()) {
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isZero();
        }
    }

    @Test
    void anIndexThatIsDamagedIsVoid() throws IOException {
        try (FlowStore store = keeping(AGE, 1 << 20)) {
            takeThree(store);
        }
        Path index = files(kept, ".index").getFirst();
        byte[] whole = Files.readAllBytes(index);
        for (int i = 0; i < whole.length; i++) {
            byte[] other = whole.clone();
            other[i] ^= 0x01;
            Files.write(index, other);
            assertThat(kept().getFirst().index()).as("octet %d", i).isEmpty();
            Files.write(index, Arrays.copyOf(whole, i));
            assertThat(kept().getFirst().index()).as("cut to %d", i).isEmpty();
        }
        Files.write(index, whole);
        assertThat(kept().getFirst().index()).isNotEqualTo(Optional.empty());
        assertThat(kept().get(1).index()).isPresent();
        // Another journal's is not this one's.
        Files.copy(files(kept, ".index").get(1), root.resolve("other"));
        Files.write(index, Files.readAllBytes(root.resolve("other")));
        assertThat(kept().getFirst().index()).isEmpty();
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
