package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.RecordWords;
import dev.rearview.store.FlowStore;
import dev.rearview.store.Flows;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What our writer makes, read by ourselves and by two other engines.
class ParquetTest {
    private static final int ROWS = 100_000;

    @TempDir Path directory;

    private final List<FlowRecord> flows = new ArrayList<>();

    private Path write(ParquetWriter.Codec codec) throws IOException {
        Random random = new Random(7);
        Path path = directory.resolve(codec + ".parquet");
        try (ParquetWriter out =
                new ParquetWriter(Files.newOutputStream(path), codec, Map.of("sensor", "S0"))) {
            FlowBatch batch = FlowBatch.allocate(FlowBatch.MAX_ROWS);
            for (int i = 0; i < ROWS; i++) {
                FlowRecord r = Flows.random(random);
                flows.add(r);
                batch.add(r);
                if (batch.isFull() || i == ROWS - 1) {
                    out.write(batch);
                    batch.reset();
                }
            }
            out.finish();
        }
        return path;
    }

    private static long[] words(FlowRecord r) {
        long[] out = new long[RecordWords.COUNT];
        RecordWords.pack(r, out, 0);
        return out;
    }

    /// The value that a column of any Parquet reader shows, as text.
    private static String expected(Field field, FlowRecord r) {
        FlowBatch one = FlowBatch.allocate(1);
        one.add(r);
        if (field.isAddress()) {
            byte[] octets = Flows.octets(one.addresses(field).hi(0), one.addresses(field).lo(0));
            return java.util.HexFormat.of().formatHex(octets);
        }
        return Long.toUnsignedString(one.longs(field).get(0));
    }

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void everyFieldComesBack(ParquetWriter.Codec codec) throws IOException {
        Path path = write(codec);
        int at = 0;
        FlowRecord r = new FlowRecord();
        try (ParquetReader in = ParquetReader.open(path, path.toString())) {
            assertThat(in.rows()).isEqualTo(ROWS);
            assertThat(in.metadata()).containsEntry("sensor", "S0");
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                assertThat(b.size()).isLessThanOrEqualTo(65_536);
                for (int i = 0; i < b.size(); i++) {
                    r.clear();
                    b.get(i, r);
                    assertThat(words(r)).as("row " + at).isEqualTo(words(flows.get(at++)));
                }
            }
        }
        assertThat(at).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void duckdbReadsTheSameValues(ParquetWriter.Codec codec) throws Exception {
        Path path = write(codec);
        StringBuilder columns = new StringBuilder();
        for (Field f : FlowStore.columns()) {
            String name = f.parquetColumn().orElseThrow();
            if (!columns.isEmpty()) {
                columns.append(", ");
            }
            columns.append(
                    switch (f.kind()) {
                        case ADDRESS -> "lower(hex(" + name + "))";
                        case TIME -> "epoch_us(" + name + ") + " + name + "_us";
                        default -> f.isMicroseconds() ? name + " * 1000 + " + name + "_us" : name;
                    });
        }
        int at = 0;
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = db.createStatement();
                ResultSet rows =
                        s.executeQuery(
                                "select " + columns + " from read_parquet('" + path + "')")) {
            while (rows.next()) {
                for (int c = 0; c < FlowStore.columns().size(); c++) {
                    Field f = FlowStore.columns().get(c);
                    assertThat(rows.getString(c + 1))
                            .as(f + " of row " + at)
                            .isEqualTo(expected(f, flows.get(at)));
                }
                at++;
            }
        }
        assertThat(at).isEqualTo(ROWS);
    }

    @Test
    void duckdbFindsAnAddressThroughOurStatisticsAndBloomFilters() throws Exception {
        Path path = write(ParquetWriter.Codec.ZSTD);
        FlowRecord wanted = flows.get(ROWS / 2);
        String hex = expected(Field.SIP, wanted);
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = db.createStatement();
                ResultSet rows =
                        s.executeQuery(
                                "select count(*) from read_parquet('"
                                        + path
                                        + "') where sip = unhex('"
                                        + hex
                                        + "')")) {
            assertThat(rows.next()).isTrue();
            long count =
                    flows.stream()
                            .filter(r -> r.sipHi == wanted.sipHi && r.sipLo == wanted.sipLo)
                            .count();
            assertThat(rows.getLong(1)).isEqualTo(count);
        }
    }

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void hardwoodReadsTheSameValues(ParquetWriter.Codec codec) throws Exception {
        Path path = write(codec);
        int at = 0;
        try (ParquetFileReader file = ParquetFileReader.open(InputFile.of(path));
                RowReader rows = file.rowReader()) {
            while (rows.hasNext()) {
                rows.next();
                for (int c = 0; c < FlowStore.columns().size(); c++) {
                    Field f = FlowStore.columns().get(c);
                    Object raw = rows.getRawValue(c);
                    int rest = Layout.SECOND.microseconds(f);
                    raw = rest == 0 ? raw : (long) raw * 1000 + (int) rows.getRawValue(rest);
                    assertThat(text(f, raw))
                            .as(f + " of row " + at)
                            .isEqualTo(expected(f, flows.get(at)));
                }
                at++;
            }
        }
        assertThat(at).isEqualTo(ROWS);
    }

    private static String text(Field field, Object raw) {
        return switch (raw) {
            case byte[] octets -> java.util.HexFormat.of().formatHex(octets);
            case Integer i -> Integer.toUnsignedString(i);
            case Long l -> Long.toUnsignedString(l);
            case BigInteger b -> b.toString();
            default -> throw new AssertionError(field + ": " + raw.getClass());
        };
    }

    /// One address in all rows, of either family, is a run without codes.
    @Test
    void columnsOfOneAddressComeBack() throws IOException {
        Path path = directory.resolve("one.parquet");
        FlowRecord r = new FlowRecord();
        r.setIpv6(true);
        r.sipHi = 0x20010db8_00000000L;
        r.sipLo = 1;
        r.setDipV4(7);
        try (ParquetSink out =
                new ParquetSink(Files.newOutputStream(path), ParquetWriter.Codec.UNCOMPRESSED)) {
            for (int i = 0; i < 1_000; i++) {
                out.write(r);
            }
        }
        try (ParquetReader in = ParquetReader.open(path, "one")) {
            FlowBatch b = java.util.Objects.requireNonNull(in.next());
            FlowRecord got = new FlowRecord();
            for (int i = 0; i < 1_000; i++) {
                b.get(i, got);
                assertThat(words(got)).isEqualTo(words(r));
            }
        }
    }

    /// More than a process may have descriptors: each is read all the same, and by whoever reads
    /// one again.
    @Test
    void manyFilesMayBeOpenAtOnce() throws IOException {
        Path path = write(ParquetWriter.Codec.UNCOMPRESSED);
        assertThat(Files.size(path)).as("one that is mapped").isGreaterThan(1 << 20);
        long before = descriptors();
        List<ParquetReader> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(ParquetReader.open(path, "file " + i));
        }
        assertThat(descriptors() - before).isLessThan(100);
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < all.size(); i += 13) {
            for (ParquetReader in :
                    List.of(all.get(i).again("first"), all.get(i).again("second"))) {
                FlowBatch b = java.util.Objects.requireNonNull(in.next());
                r.clear();
                b.get(7, r);
                assertThat(words(r)).isEqualTo(words(flows.get(7)));
                in.close();
            }
        }
        for (ParquetReader in : all) {
            in.close();
        }
        assertThat(descriptors() - before).isLessThan(16);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void aFlippedBitIsFoundByTheChecksum() throws IOException {
        Path path = write(ParquetWriter.Codec.ZSTD);
        byte[] bytes = Files.readAllBytes(path);
        bytes[2_000] ^= 4;
        Files.write(path, bytes);
        assertThatThrownBy(
                        () -> {
                            try (ParquetReader in = ParquetReader.open(path, "damaged")) {
                                FlowRecord r = new FlowRecord();
                                for (FlowBatch b = in.next(); b != null; b = in.next()) {
                                    b.get(0, r);
                                }
                            }
                        })
                .rootCause()
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        Path path = write(ParquetWriter.Codec.ZSTD);
        byte[] bytes = Files.readAllBytes(path);
        for (int cut : new int[] {0, 3, 12, 1_000, bytes.length - 1}) {
            Path part = directory.resolve("cut");
            Files.write(part, java.util.Arrays.copyOf(bytes, cut));
            assertThatThrownBy(() -> ParquetReader.open(part, "cut").close())
                    .isInstanceOf(MalformedInputException.class);
        }
    }
}
