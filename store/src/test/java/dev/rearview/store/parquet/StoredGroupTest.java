package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.Flows;
import dev.rearview.store.parquet.ParquetWriter.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredGroupTest {
    private static final Map<String, String> METADATA = Map.of("sensor", "S0");

    @TempDir Path directory;

    /// A file with a row group of anything, one of IPv4 addresses in the order of time, and one
    /// whose columns are constant.
    private Path write(String name, Codec codec) throws IOException {
        Random random = new Random(11);
        Path path = directory.resolve(name);
        try (ParquetWriter out = new ParquetWriter(Files.newOutputStream(path), codec, METADATA)) {
            FlowBatch batch = FlowBatch.allocate(FlowBatch.MAX_ROWS);
            for (int i = 0; i < 40_000; i++) {
                batch.add(Flows.random(random));
            }
            out.write(batch);
            batch.reset();
            for (int i = 0; i < FlowBatch.MAX_ROWS; i++) {
                FlowRecord r = Flows.at(1_700_000_000_000_000L + i * 1000L, i);
                r.setSipV4(random.nextInt(1 << 20));
                r.setDipV4(random.nextInt());
                batch.add(r);
            }
            out.write(batch);
            batch.reset();
            for (int i = 0; i < 100; i++) {
                batch.add(Flows.at(1_700_000_000_000_000L, 1));
            }
            out.write(batch);
            out.finish();
        }
        return path;
    }

    private boolean copy(Path from, Path to, Codec codec) throws IOException {
        boolean isAll = true;
        try (ParquetReader in = ParquetReader.open(from, "in");
                ParquetWriter out = new ParquetWriter(Files.newOutputStream(to), codec, METADATA)) {
            int group = 0;
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                isAll &= out.copy(in, group++, b);
            }
            assertThat(group).isEqualTo(3);
            out.finish();
        }
        return isAll;
    }

    @Test
    void aFileOfCopiesIsTheSameFile() throws IOException {
        Path from = write("from", Codec.UNCOMPRESSED);
        Path to = directory.resolve("to");
        assertThat(copy(from, to, Codec.UNCOMPRESSED)).isTrue();
        assertThat(to).hasSameBinaryContentAs(from);
        assertThat(FileCheck.deep(to)).isEqualTo(40_000 + FlowBatch.MAX_ROWS + 100);
    }

    @Test
    void groupsOfAnotherFormAreNotCopied() throws IOException {
        Path hot = write("hot", Codec.UNCOMPRESSED);
        Path sealed = write("sealed", Codec.ZSTD);
        Path to = directory.resolve("to");
        assertThat(copy(sealed, to, Codec.UNCOMPRESSED)).isFalse();
        assertThat(FileCheck.deep(to)).isZero();
        assertThat(copy(hot, to, Codec.ZSTD)).isFalse();
        assertThat(FileCheck.deep(to)).isZero();
    }

    @Test
    void damageIsNotCopied() throws IOException {
        Path from = write("from", Codec.UNCOMPRESSED);
        byte[] octets = Files.readAllBytes(from);
        Random random = new Random(5);
        for (int i = 0; i < 20; i++) {
            // Pages are most of the file, and begin it.
            int at = 1000 + random.nextInt(octets.length / 2);
            octets[at] ^= 0x10;
            Path damaged = Files.write(directory.resolve("damaged"), octets);
            octets[at] ^= 0x10;
            try (ParquetReader in = ParquetReader.open(damaged, "in")) {
                int group = at < in.index().dataAt(1, 0) ? 0 : 1;
                assertThatThrownBy(() -> new StoredGroup(in, group).chunks())
                        .as("octet " + at)
                        .isInstanceOf(MalformedInputException.class)
                        .hasMessageContaining("checksum");
            }
        }
    }
}
