package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.parquet.ParquetWriter.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compressed files have no Bloom filter where a dictionary is searched in its place.
class SearchedDictionaryTest {
    private static final int SIP = Schema.column(Field.SIP);

    @TempDir Path directory;

    private Path write(Codec codec, int flows, IntUnaryOperator source) throws IOException {
        Path path = directory.resolve(codec + "-" + flows + ".parquet");
        FlowRecord r = new FlowRecord();
        try (ParquetSink out = new ParquetSink(Files.newOutputStream(path), codec)) {
            for (int i = 0; i < flows; i++) {
                r.setSipV4(source.applyAsInt(i));
                r.setDipV4(i);
                out.write(r);
            }
        }
        FileCheck.deep(path);
        return path;
    }

    @Test
    void manyAddressesAreSearchedExactly() throws Exception {
        Path path = write(Codec.ZSTD, 3000, i -> 0x0A000000 + i % 1500 * 2);
        try (ParquetReader in = ParquetReader.open(path, "file")) {
            assertThat(in.index().bloomLength(0, SIP)).isZero();
            for (int i = -10; i < 3010; i++) {
                boolean isThere = i >= 0 && i < 3000 && i % 2 == 0;
                assertThat(in.stats(0).mayHold(Field.SIP, 0, Ip.mapped(0x0A000000 + i)))
                        .isEqualTo(isThere);
            }
            assertThat(in.stats(0).mayHold(Field.SIP, 1, 0)).isFalse();
        }
    }

    @Test
    void fewAddressesAndHotFilesHaveBloomFilters() throws Exception {
        for (Path path :
                new Path[] {
                    write(Codec.ZSTD, 1023, i -> i), write(Codec.UNCOMPRESSED, 3000, i -> i)
                }) {
            try (ParquetReader in = ParquetReader.open(path, "file")) {
                assertThat(in.index().bloomLength(0, SIP)).isPositive();
            }
        }
    }

    @Test
    void aDamagedDictionaryHidesNothingAndIsTold() throws Exception {
        Path path = write(Codec.ZSTD, 3000, i -> i);
        byte[] bytes = Files.readAllBytes(path);
        try (ParquetReader in = ParquetReader.open(path, "file")) {
            bytes[(int) in.index().dictionaryAt(0, SIP) + 50] ^= 1;
        }
        Files.write(path, bytes);
        try (ParquetReader in = ParquetReader.open(path, "file")) {
            assertThat(in.stats(0).mayHold(Field.SIP, 0, Ip.mapped(77))).isTrue();
            assertThat(in.stats(0).mayHold(Field.SIP, 0, Ip.mapped(0x0B000000))).isTrue();
        }
        assertThatThrownBy(() -> FileCheck.deep(path)).isInstanceOf(MalformedInputException.class);
    }
}
