package dev.rearview.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.RecordWords;
import dev.rearview.store.Flows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A journal of some batches that is damaged in every way: what comes out are its own flows, each
/// at most once, and the report tells whether any are missing.
class JournalTest {
    private static final long EPOCH = 0x18c_0000_0000L;
    private static final int BATCHES = 5;
    private static final int EACH = 20;

    @TempDir Path directory;
    private Path path;
    private byte[] whole = {};

    /// Where batch i starts, and the end of the last one.
    private final List<Integer> starts = new ArrayList<>();

    @BeforeEach
    void journal() throws IOException {
        path = directory.resolve(Journal.name(EPOCH));
        write(path, EPOCH);
        whole = Files.readAllBytes(path);
    }

    private void write(Path to, long epoch) throws IOException {
        starts.clear();
        try (Journal j = Journal.create(to, epoch, ByteBuffer.allocate(0))) {
            long[] words = new long[EACH * RecordWords.COUNT];
            for (int b = 0; b < BATCHES; b++) {
                for (int i = 0; i < EACH; i++) {
                    RecordWords.pack(
                            Flows.at(Flows.DAY, b * EACH + i), words, i * RecordWords.COUNT);
                }
                starts.add((int) j.octets());
                j.append(words, EACH);
            }
            starts.add((int) j.octets());
        }
    }

    private final List<Long> found = new ArrayList<>();

    private JournalReader.Report read(byte[] bytes) throws IOException {
        Files.write(path, bytes);
        found.clear();
        return JournalReader.read(
                path,
                EPOCH,
                (words, count) -> {
                    for (int i = 0; i < count; i++) {
                        found.add(words[i * RecordWords.COUNT + 8]);
                    }
                });
    }

    /// Numbers of the flows of all batches but some.
    private static List<Long> without(Integer... batches) {
        List<Long> out = new ArrayList<>();
        for (int n = 0; n < BATCHES * EACH; n++) {
            if (!List.of(batches).contains(n / EACH)) {
                out.add(n + 1L);
            }
        }
        return out;
    }

    @Test
    void aWholeJournalComesBack() throws IOException {
        JournalReader.Report report = read(whole);
        assertThat(found).isEqualTo(without());
        assertThat(report)
                .isEqualTo(
                        new JournalReader.Report(
                                BATCHES * EACH, BATCHES, new JournalReader.Lost(0, 0, 0), 0, 0));
        assertThat(report.isDamaged()).isFalse();
    }

    @Test
    void aFlippedBitAnywhereInAHeaderCostsThatBatchAlone() throws IOException {
        for (int b = 0; b < BATCHES; b++) {
            for (int bit = 0; bit < Envelope.OCTETS * 8; bit++) {
                byte[] bytes = whole.clone();
                bytes[starts.get(b) + bit / 8] ^= (byte) (1 << bit % 8);
                JournalReader.Report report = read(bytes);
                assertThat(found).as("bit %d of batch %d", bit, b).isEqualTo(without(b));
                assertThat(report.lost().batches()).isEqualTo(1);
                assertThat(report.damagedOctets()).isEqualTo(starts.get(b + 1) - starts.get(b));
                assertThat(report.isDamaged()).isTrue();
                assertThat(report.lostFlows()).isZero();
                assertThat(report.lost().unknown()).isEqualTo(1);
                assertThat(report)
                        .asString()
                        .contains("1 batches lost with an unknown number of flows");
            }
        }
    }

    @Test
    void aFlippedBitInABodyCostsThatBatchAlone() throws IOException {
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            int b = random.nextInt(BATCHES);
            int first = starts.get(b) + Envelope.OCTETS;
            byte[] bytes = whole.clone();
            bytes[first + random.nextInt(starts.get(b + 1) - first)] ^=
                    (byte) (1 << random.nextInt(8));
            JournalReader.Report report = read(bytes);
            assertThat(found).isEqualTo(without(b));
            assertThat(report.lost().batches()).isEqualTo(1);
            assertThat(report.damagedOctets()).isEqualTo(starts.get(b + 1) - starts.get(b));
            assertThat(report.lostFlows()).isEqualTo(EACH);
            assertThat(report.lost().unknown()).isZero();
            assertThat(report).asString().contains("1 batches lost with " + EACH + " flows,");
        }
    }

    @Test
    void flowsOfAllDamagedBodiesAreCountedWhereverTheyAre() throws IOException {
        for (int set = 1; set < 1 << BATCHES; set++) {
            byte[] bytes = whole.clone();
            for (int b = 0; b < BATCHES; b++) {
                if ((set >> b & 1) != 0) {
                    bytes[starts.get(b) + Envelope.OCTETS + 5] ^= 4;
                }
            }
            JournalReader.Report report = read(bytes);
            assertThat(report.lost().batches()).as("set %d", set).isEqualTo(Integer.bitCount(set));
            assertThat(report.lostFlows()).isEqualTo((long) Integer.bitCount(set) * EACH);
            assertThat(report.flows() + report.lostFlows()).isEqualTo(BATCHES * EACH);
            assertThat(report.lost().unknown()).isZero();
        }
    }

    @Test
    void ofADamagedHeaderAndADamagedBodyAtLeastTheOneIsKnown() throws IOException {
        for (int b = 0; b + 1 < BATCHES; b++) {
            byte[] bytes = whole.clone();
            bytes[starts.get(b) + 20] ^= 1;
            bytes[starts.get(b + 2) - 1] ^= 1;
            JournalReader.Report report = read(bytes);
            assertThat(found).isEqualTo(without(b, b + 1));
            assertThat(report.lostFlows()).isEqualTo(EACH);
            assertThat(report.lost().batches()).isEqualTo(2);
            assertThat(report.lost().unknown()).isEqualTo(1);
            assertThat(report).asString().contains("2 batches lost with at least " + EACH);
        }
    }

    @Test
    void aDamagedBodyBeforeABatchThatWasCutOffIsCounted() throws IOException {
        byte[] bytes = Arrays.copyOf(whole, whole.length - 1);
        bytes[starts.get(BATCHES - 1) - 1] ^= 1;
        JournalReader.Report report = read(bytes);
        assertThat(found).isEqualTo(without(BATCHES - 2, BATCHES - 1));
        assertThat(report.lost().batches()).isEqualTo(1);
        assertThat(report.lostFlows()).isEqualTo(EACH);
        assertThat(report.tornOctets()).isPositive();
    }

    @Test
    void aBatchThatWasCutOffIsNoDamage() throws IOException {
        for (int length = 0; length <= whole.length; length++) {
            JournalReader.Report report = read(Arrays.copyOf(whole, length));
            int at = length;
            int batches = (int) starts.stream().filter(s -> s <= at).count() - 1;
            assertThat(found).isEqualTo(without().subList(0, batches * EACH));
            assertThat(report.isDamaged()).as("cut at %d", length).isFalse();
            assertThat(report.tornOctets()).isEqualTo(length - starts.get(batches));
        }
    }

    @Test
    void zerosBehindTheLastBatchAreNoDamage() throws IOException {
        JournalReader.Report report = read(Arrays.copyOf(whole, whole.length + 5_000));
        assertThat(found).isEqualTo(without());
        assertThat(report.isDamaged()).isFalse();
        assertThat(report.tornOctets()).isEqualTo(5_000);
    }

    @Test
    void zerosInTheMiddleCostWhatTheyCover() throws IOException {
        byte[] bytes = whole.clone();
        Arrays.fill(bytes, starts.get(1) + 30, starts.get(3) + 10, (byte) 0);
        JournalReader.Report report = read(bytes);
        assertThat(found).isEqualTo(without(1, 2, 3));
        assertThat(report.lost().batches()).isEqualTo(3);
        assertThat(report.damagedOctets()).isEqualTo(starts.get(4) - starts.get(1));
    }

    @Test
    void whatIsMissingInTheMiddleIsCounted() throws IOException {
        byte[] bytes = new byte[whole.length - 100];
        int cut = starts.get(2) + 200;
        System.arraycopy(whole, 0, bytes, 0, cut);
        System.arraycopy(whole, cut + 100, bytes, cut, bytes.length - cut);
        JournalReader.Report report = read(bytes);
        assertThat(found).isEqualTo(without(2));
        assertThat(report.lost().batches()).isEqualTo(1);
        byte[] gone = new byte[whole.length - (starts.get(2) - starts.get(1))];
        System.arraycopy(whole, 0, gone, 0, starts.get(1));
        System.arraycopy(whole, starts.get(2), gone, starts.get(1), whole.length - starts.get(2));
        report = read(gone);
        assertThat(found).isEqualTo(without(1));
        assertThat(report.lost().batches()).isEqualTo(1);
        assertThat(report.damagedOctets()).isZero();
        assertThat(report.isDamaged()).isTrue();
    }

    @Test
    void garbageAtTheEndIsDamageAndHidesNothing() throws IOException {
        byte[] garbage = new byte[1_000];
        new Random(2).nextBytes(garbage);
        byte[] bytes = Arrays.copyOf(whole, whole.length + garbage.length);
        System.arraycopy(garbage, 0, bytes, whole.length, garbage.length);
        JournalReader.Report report = read(bytes);
        assertThat(found).isEqualTo(without());
        assertThat(report.damagedOctets()).isEqualTo(1_000);
    }

    @Test
    void batchesOfItselfOrOfOthersAreNotTakenAgain() throws IOException {
        byte[] twice = Arrays.copyOf(whole, whole.length * 2);
        System.arraycopy(whole, 0, twice, whole.length, whole.length);
        assertThat(read(twice).damagedOctets()).isEqualTo(whole.length);
        assertThat(found).isEqualTo(without());
        // Another journal of the same number has another salt, one of another number another epoch.
        for (long epoch : new long[] {EPOCH, EPOCH + 1}) {
            Path other = directory.resolve("other" + epoch);
            write(other, epoch);
            byte[] bytes = Arrays.copyOf(whole, whole.length * 2);
            System.arraycopy(Files.readAllBytes(other), 0, bytes, whole.length, whole.length);
            JournalReader.Report report = read(bytes);
            assertThat(found).isEqualTo(without());
            assertThat(report.damagedOctets()).isEqualTo(whole.length);
        }
    }

    /// Whoever sends flows may choose what stands in a body, but not the salt.
    @Test
    void aBatchMadeUpInsideABodyIsNotBelieved() throws IOException {
        byte[] bytes = whole.clone();
        int at = starts.get(1) + Envelope.OCTETS + 8;
        ByteBuffer forged = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        Envelope.Place place = new Envelope.Place(1, EPOCH, 0);
        new Envelope(Envelope.RECORDS, 1, place, 0, Journal.RECORD, 0).put(forged);
        System.arraycopy(forged.array(), 0, bytes, at, Envelope.OCTETS);
        JournalReader.Report report = read(bytes);
        assertThat(found).isEqualTo(without(1));
        assertThat(report.lost().batches()).isEqualTo(1);
    }

    @Test
    void batchesOfAnotherKindAreToldAndSkipped() throws IOException {
        byte[] bytes = whole.clone();
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = starts.get(2);
        Envelope e = java.util.Objects.requireNonNull(Envelope.get(b, at));
        new Envelope(Envelope.RECORDS + 1, e.count(), e.place(), e.shape(), e.length(), e.bodyCrc())
                .put(b.slice(at, Envelope.OCTETS).order(ByteOrder.LITTLE_ENDIAN));
        JournalReader.Report report = read(bytes);
        assertThat(found).isEqualTo(without(2));
        assertThat(report.lost().batches()).isEqualTo(1);
    }

    /// Wrong checksums and any number of changes: only own flows come out, each once, and if one is
    /// missing the report says so.
    @Test
    void mutatedJournalsGiveNoWrongFlow() throws IOException {
        Random random = new Random(20_240_101);
        for (int round = 0; round < 1_500; round++) {
            byte[] bytes = whole.clone();
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(4)) {
                    case 0 -> bytes[at] = (byte) random.nextInt();
                    case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                    default ->
                            System.arraycopy(
                                    whole, 0, bytes, at, Math.min(whole.length, bytes.length - at));
                }
            }
            check(bytes);
        }
    }

    private void check(byte[] bytes) throws IOException {
        JournalReader.Report report = read(bytes);
        Set<Long> distinct = new HashSet<>(found);
        assertThat(distinct).hasSameSizeAs(found);
        assertThat(without()).containsAll(distinct);
        assertThat(report.flows()).isEqualTo(found.size());
        if (found.size() < BATCHES * EACH) {
            assertThat(report.isDamaged() || bytes.length < whole.length).isTrue();
        }
    }

    @com.code_intelligence.jazzer.junit.FuzzTest(maxDuration = "1m")
    void journalTarget(byte[] bytes) throws IOException {
        JournalReader.Report report = read(bytes);
        assertThat(report.flows()).isEqualTo(found.size());
    }

    /// A journal of the version before: magic, count, CRC of the body, varying words.
    @Test
    void aJournalOfTheFirstVersionIsRead() throws IOException {
        byte[] old = firstVersion();
        JournalReader.Report report = read(old);
        assertThat(found).containsExactly(1L, 2L, 3L);
        assertThat(report.isDamaged()).isFalse();
        old[old.length - 1] ^= 1;
        report = read(old);
        assertThat(found).containsExactly(1L, 2L);
        assertThat(report.isDamaged()).isTrue();
    }

    /// One flow and a count that was flipped gave 527,289 flows.
    @Test
    void aFlippedCountOfTheFirstVersionMakesNoFlows() throws IOException {
        byte[] old = firstVersion();
        old[6] ^= 8;
        JournalReader.Report report = read(old);
        assertThat(found).isEmpty();
        assertThat(report.isDamaged()).isTrue();
        assertThat(report.damagedOctets()).isEqualTo(old.length);
    }

    private static byte[] firstVersion() {
        ByteBuffer b = ByteBuffer.allocate(3 * (16 + 120)).order(ByteOrder.LITTLE_ENDIAN);
        for (int n = 0; n < 3; n++) {
            long[] words = new long[RecordWords.COUNT];
            RecordWords.pack(Flows.at(Flows.DAY, n), words, 0);
            ByteBuffer body = ByteBuffer.allocate(120).order(ByteOrder.LITTLE_ENDIAN);
            body.asLongBuffer().put(words);
            CRC32 crc = new CRC32();
            crc.update(body.array());
            b.putInt(0x4B565752).putInt(1).putInt((int) crc.getValue()).putInt(0);
            b.put(body.array());
        }
        return b.array();
    }
}
