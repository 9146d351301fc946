package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.RecordWords;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.hour.EpochSet;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.store.parquet.encoding.Bloom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fuzz targets for the files of the store, and bounded runs of mutations that always run: either
/// exactly what was written comes out, or the reader says what is damaged.
class FileFuzzTest {
    private static final Path HOUR = Path.of("day", "in-S0_20240101.00");

    @TempDir Path directory;

    private static byte[] mutate(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] = 0;
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 40), (byte) -1);
                default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return bytes;
    }

    // Manifests -----------------------------------------------------------------------------------

    private static final HourFiles MANIFEST =
            new HourFiles(
                    List.of("in-S0_20240101.00.18c.parquet", "in-S0_20240101.00.18d.parquet"),
                    List.of("in-S0_20240101.00.sealed.18b-0.parquet"),
                    List.of(396L, 397L));

    @Test
    void mutatedManifestsAreWholeOrRefused() {
        Random random = new Random(1);
        byte[] whole = MANIFEST.bytes();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = mutate(whole, random);
            try {
                assertThat(HourFiles.parse(HOUR, bytes)).isEqualTo(MANIFEST);
                assertThat(bytes).isEqualTo(whole);
            } catch (MalformedInputException expected) {
                assertThat(expected).hasMessageContaining("in-S0_20240101.00.manifest");
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void manifestTarget(byte[] bytes) {
        try {
            for (String name : HourFiles.parse(HOUR, bytes).files()) {
                assertThat(HOUR.resolveSibling(name).normalize().getParent())
                        .isEqualTo(HOUR.getParent());
            }
        } catch (MalformedInputException expected) {
            assertThat(expected).hasMessageContaining("manifest");
        }
    }

    // Epochs --------------------------------------------------------------------------------------

    @Test
    void epochsComeBackFromTheirText() {
        Random random = new Random(2);
        for (int round = 0; round < 2_000; round++) {
            List<EpochSet> sets = new ArrayList<>();
            long at = random.nextLong(1L << 50);
            for (int i = random.nextInt(30); i >= 0; i--) {
                at += random.nextInt(3) == 0 ? 1 + random.nextInt(1_000) : 1;
                sets.add(EpochSet.of(at));
            }
            EpochSet all = EpochSet.union(sets);
            EpochSet back = EpochSet.parse(all.toString());
            assertThat(back.size()).isEqualTo(sets.size());
            assertThat(back.containsAll(all) && all.containsAll(back)).isTrue();
        }
    }

    @FuzzTest(maxDuration = "1m")
    void epochsTarget(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        FileOrigin origin = FileOrigin.of(HOUR, "x", Map.of(FileOrigin.EPOCHS, text));
        assertThat(origin.epochs().size()).isLessThanOrEqualTo(1 << 17);
    }

    @Test
    void hostileEpochsAreRefusedWithoutMuchMemory() {
        for (String text :
                List.of("1+7fffffffffffffff", "-1", "7fffffffffffffff,1", "1,0", "1,,2", "1+-1")) {
            FileOrigin origin = FileOrigin.of(HOUR, "x", Map.of(FileOrigin.EPOCHS, text));
            assertThat(origin.isComplete()).as(text).isFalse();
            assertThat(origin.epochs().size()).isZero();
        }
    }

    // Catalogs ------------------------------------------------------------------------------------

    @FuzzTest(maxDuration = "1m")
    void catalogTarget(byte[] bytes) throws IOException {
        catalog(bytes);
    }

    private void catalog(byte[] bytes) throws IOException {
        Path day = Files.createDirectories(directory.resolve("day"));
        Path path = directory.resolve(".rearview/catalog/day.catalog");
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
        DirectoryCatalog.find(directory, day);
        try {
            DirectoryCatalog.check(directory, day);
        } catch (MalformedInputException expected) {
            assertThat(expected).hasMessageContaining("day.catalog");
        }
    }

    @Test
    void randomCatalogsWithRightChecksumsEndInAMessage() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[32 + random.nextInt(300)];
            random.nextBytes(bytes);
            int entries = random.nextInt(bytes.length - 31);
            ByteBuffer b = ByteBuffer.wrap(bytes).putLong(0, 0x4C54_4143_5745_5632L);
            b.putInt(16, random.nextInt(4)).putInt(20, entries);
            b.putInt(24, Checksum.of(ByteBuffer.wrap(bytes, 32, entries)));
            b.putInt(28, Checksum.of(ByteBuffer.wrap(bytes, 0, 28)));
            catalog(bytes);
        }
    }

    // Bloom filters -------------------------------------------------------------------------------

    @FuzzTest(maxDuration = "1m")
    void bloomTarget(byte[] bytes) {
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length % 32 == 0) {
            Bloom.mayContain(b, 1, 2);
        }
    }

    // Parquet files -------------------------------------------------------------------------------

    private final List<long[]> rows = new ArrayList<>();

    private byte[] parquet(ParquetWriter.Codec codec) throws IOException {
        Random random = new Random(4);
        Path path = directory.resolve("whole.parquet");
        rows.clear();
        try (ParquetSink out = new ParquetSink(Files.newOutputStream(path), codec)) {
            for (int i = 0; i < 300; i++) {
                FlowRecord r = Flows.random(random);
                rows.add(words(r));
                out.write(r);
            }
        }
        return Files.readAllBytes(path);
    }

    private static long[] words(FlowRecord r) {
        long[] out = new long[RecordWords.COUNT];
        RecordWords.pack(r, out, 0);
        return out;
    }

    /// Reads a file whose octets may be anything.
    ///
    /// @return its rows, empty if it was refused
    private List<long[]> read(byte[] bytes) throws IOException {
        Path path = directory.resolve("any.parquet");
        Files.write(path, bytes);
        List<long[]> out = new ArrayList<>();
        try (ParquetReader in = ParquetReader.open(path, "any")) {
            for (int g = 0; g < in.groups(); g++) {
                in.stats(g).mayHold(Field.SIP, 0, 1);
            }
            FlowRecord r = new FlowRecord();
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                for (int i = 0; i < b.size(); i++) {
                    r.clear();
                    b.get(i, r);
                    out.add(words(r));
                }
            }
        } catch (MalformedInputException expected) {
            out.clear();
        } catch (UncheckedIOException expected) {
            assertThat(expected).hasCauseInstanceOf(MalformedInputException.class);
            out.clear();
        }
        return out;
    }

    @Test
    void mutatedParquetFilesGiveTheirRowsOrAreRefused() throws IOException {
        Random random = new Random(5);
        int refused = 0;
        for (ParquetWriter.Codec codec : ParquetWriter.Codec.values()) {
            byte[] whole = parquet(codec);
            for (int i = 0; i < 2_000; i++) {
                List<long[]> found = read(mutate(whole, random));
                if (found.isEmpty()) {
                    refused++;
                } else {
                    assertThat(Arrays.deepEquals(found.toArray(), rows.toArray())).isTrue();
                }
            }
        }
        assertThat(refused).isGreaterThan(2_000);
    }

    @FuzzTest(maxDuration = "1m")
    void parquetTarget(byte[] bytes) throws IOException {
        assertThat(read(bytes)).isEmpty();
    }
}
