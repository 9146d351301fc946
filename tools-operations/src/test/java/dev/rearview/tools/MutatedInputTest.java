package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.testkit.Workbench;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files with octets changed at random. Of a Parquet file, where everything that an answer comes
/// from has a checksum, the answer is right or the status is 1 and a message names the file; a SiLK
/// file has none, and is read or refused.
class MutatedInputTest {
    private static final int MUTATIONS = 200;
    private static final String QUERY =
            "rwfilter --proto=0-255 --pass=- %s | rwuniq --fields=sip,dport --values=flows,bytes"
                    + " --sort-output";

    @TempDir Path directory;

    private Workbench.Result run(String pipeline) {
        return new Workbench(directory, Tools::create).fused(pipeline);
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] b = whole.clone();
        if (random.nextInt(8) == 0) {
            return Arrays.copyOf(b, random.nextInt(b.length));
        }
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(b.length);
            b[at] =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> (byte) 0xFF;
                        case 2 -> (byte) (b[at] ^ 1 << random.nextInt(8));
                        default -> (byte) random.nextInt();
                    };
        }
        return b;
    }

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void aParquetFileGivesTheRightAnswerOrNone(ParquetWriter.Codec codec) throws IOException {
        byte[] whole = ParquetDamage.file(ParquetDamage.groups(3, 200), codec);
        Path file = directory.resolve("f.parquet");
        Files.write(file, whole);
        Workbench.Result right = run(String.format(QUERY, "f.parquet"));
        assertThat(right.status()).isZero();
        assertThat(right.out().lines()).hasSizeGreaterThan(100);
        Random random = new Random(31);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Files.write(file, mutated(whole, random));
            Workbench.Result got = run(String.format(QUERY, "f.parquet"));
            if (got.err().isEmpty()) {
                assertThat(got).as("mutation " + i).isEqualTo(right);
            } else {
                refused++;
                assertThat(got.status()).as("mutation " + i).isEqualTo(1);
                assertThat(got.err()).as("mutation " + i).startsWith("rwfilter: f.parquet: ");
                assertThat(got.err().lines()).hasSizeLessThanOrEqualTo(3);
            }
        }
        assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aSilkFileIsReadOrRefused(Compression compression) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SilkWriter writer =
                new SilkWriter(
                        out, new SilkWriter.Options(false, false, compression, 0), List.of())) {
            for (FlowBatch b : ParquetDamage.groups(1, 200)) {
                writer.write(b, Selection.all(b.size()));
            }
        }
        byte[] whole = out.toByteArray();
        Random random = new Random(32);
        for (int i = 0; i < MUTATIONS; i++) {
            Files.write(directory.resolve("f.rw"), mutated(whole, random));
            Workbench.Result got = run(String.format(QUERY, "f.rw"));
            assertThat(got.status()).as("mutation " + i).isEqualTo(got.err().isEmpty() ? 0 : 1);
            if (!got.err().isEmpty()) {
                assertThat(got.err()).as("mutation " + i).startsWith("rwfilter: f.rw: ");
                assertThat(got.err().lines()).as("mutation " + i).hasSize(1);
            }
        }
    }

    /// Every command on what is left of a file: a message and status 1, or an answer.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwcut f.rw",
                "rwcut --fields=1-30 f.rw",
                "rwuniq --fields=stime,dur --values=flows,bytes,distinct:sip f.rw",
                "rwstats --fields=sip,dip --bytes --count=5 f.rw",
                "rwstats --overall-stats f.rw",
                "rwtotal --sport --skip-zeroes f.rw",
                "rwaddrcount --print-recs f.rw",
                "rwset --any-file=- f.rw | rwsetcat --network-structure",
                "rwbag --bag-file=stime,records,- f.rw | rwbagcat",
                "rwsort --fields=bytes,stime f.rw | rwcut",
                "rwcat f.rw | rwnetmask --4sip-prefix=8 | rwcut",
                "rwfileinfo f.rw",
            })
    void noCommandEndsInAStackTrace(String pipeline) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SilkWriter writer =
                new SilkWriter(
                        out,
                        new SilkWriter.Options(false, false, Compression.NONE, 0),
                        List.of())) {
            for (FlowBatch b : ParquetDamage.groups(1, 50)) {
                writer.write(b, Selection.all(b.size()));
            }
        }
        Random random = new Random(33);
        for (int i = 0; i < MUTATIONS; i++) {
            Files.write(directory.resolve("f.rw"), mutated(out.toByteArray(), random));
            Workbench.Result got = run(pipeline);
            assertThat(got.status()).as("mutation " + i + " " + got.err()).isBetween(0, 1);
            assertThat(got.err()).as("mutation " + i).doesNotContain("\tat ");
        }
    }
}
