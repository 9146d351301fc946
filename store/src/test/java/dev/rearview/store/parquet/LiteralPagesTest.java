package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.store.parquet.ParquetWriter.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Data pages of compressed files are frames of literals alone where that is shorter.
class LiteralPagesTest {
    private static final long START = 1_700_006_400_000_000L;
    private static final int FLOWS = 40_000;

    @TempDir Path directory;

    private static List<FlowRecord> flows() {
        Random random = new Random(5);
        List<FlowRecord> out = new ArrayList<>();
        long start = START;
        for (int i = 0; i < FLOWS; i++) {
            FlowRecord r = new FlowRecord();
            start += 1000 * (long) (-6 * Math.log(1 - random.nextDouble()));
            r.stime = start;
            r.packets = 1 + (long) Math.exp(7 * Math.pow(random.nextDouble(), 3));
            r.bytes = 40L + random.nextInt(1 << 24);
            out.add(r);
        }
        return out;
    }

    private Path write(List<FlowRecord> flows) throws IOException {
        Path path = directory.resolve("sealed.parquet");
        try (ParquetSink out = new ParquetSink(Files.newOutputStream(path), Codec.ZSTD)) {
            for (FlowRecord r : flows) {
                out.write(r);
            }
        }
        FileCheck.deep(path);
        return path;
    }

    /// Octets of a column's data for each flow.
    private static double length(ParquetReader in, Field field) {
        return (double) in.index().data(0, Schema.column(field)).bodyLength() / FLOWS;
    }

    @Test
    void codesAndStartsTakeLittleMoreThanTheirEntropy() throws Exception {
        List<FlowRecord> flows = flows();
        try (ParquetReader in = ParquetReader.open(write(flows), "file")) {
            // The compressor makes 0.84 and 0.57 of them.
            assertThat(length(in, Field.PACKETS)).isLessThan(0.73);
            assertThat(length(in, Field.STIME)).isLessThan(0.55);
            // It leaves these as they are, and so they stay.
            int bytes = Schema.column(Field.BYTES);
            int plain = in.index().data(0, bytes).plainLength();
            assertThat(in.index().data(0, bytes).bodyLength()).isGreaterThanOrEqualTo(plain);
            FlowBatch b = Objects.requireNonNull(in.next());
            for (int i = 0; i < FLOWS; i++) {
                FlowRecord r = flows.get(i);
                assertThat(b.longs(Field.PACKETS).get(i)).isEqualTo(r.packets);
                assertThat(b.longs(Field.STIME).get(i)).isEqualTo(r.stime);
                assertThat(b.longs(Field.BYTES).get(i)).isEqualTo(r.bytes);
            }
        }
    }

    @Test
    void duckDbReadsThem() throws Exception {
        List<FlowRecord> flows = flows();
        Path path = write(flows);
        long packets = 0;
        long starts = 0;
        for (FlowRecord r : flows) {
            packets += r.packets;
            starts += (r.stime - START) / 1000;
        }
        String sums =
                "select sum(packets), sum(epoch_ms(stime) - %d) from read_parquet('%s')"
                        .formatted(START / 1000, path);
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sums)) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(packets);
            assertThat(row.getLong(2)).isEqualTo(starts);
        }
    }
}
