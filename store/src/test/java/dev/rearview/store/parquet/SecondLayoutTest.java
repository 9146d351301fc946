package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.LongColumn;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What layout 2 does to times and volumes: everything comes back, at the ends of the numbers, too.
class SecondLayoutTest {
    private static final long NOW = 1_700_006_400_000_000L;

    /// Starts and durations that are easily got wrong: before 1970, at the ends, between two
    /// milliseconds.
    private static final long[] ODD = {
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -1_000_001,
        -1_000,
        -999,
        -1,
        0,
        1,
        999,
        1_000,
        1_001,
        NOW + 999,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE
    };

    @TempDir Path directory;

    private Path write(ParquetWriter.Codec codec, List<FlowRecord> flows) throws IOException {
        Path path = directory.resolve(codec + ".parquet");
        try (ParquetSink out = new ParquetSink(Files.newOutputStream(path), codec)) {
            for (FlowRecord r : flows) {
                out.write(r);
            }
        }
        FileCheck.deep(path);
        return path;
    }

    private static List<FlowRecord> flows(int rows, BiConsumer<FlowRecord, Integer> fill) {
        List<FlowRecord> out = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            FlowRecord r = new FlowRecord();
            r.packets = 1;
            r.bytes = 40;
            fill.accept(r, i);
            out.add(r);
        }
        return out;
    }

    private static void assertTimes(Path path, List<FlowRecord> flows) throws IOException {
        try (ParquetReader in = ParquetReader.open(path, "file")) {
            FlowBatch b = Objects.requireNonNull(in.next());
            for (Field field : List.of(Field.STIME, Field.DURATION)) {
                LongUnaryOperator wanted =
                        i -> {
                            FlowRecord r = flows.get((int) i);
                            return field == Field.STIME ? r.stime : r.duration;
                        };
                long[] expected = new long[flows.size()];
                Arrays.setAll(expected, wanted::applyAsLong);
                LongColumn column = b.longs(field);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(column.get(i)).as(field + " of " + i).isEqualTo(expected[i]);
                }
                assertThat(Arrays.copyOf(column.values(), expected.length)).isEqualTo(expected);
                // Statistics are those of the whole value.
                Arrays.sort(expected);
                assertThat(in.stats(0).min(field)).isEqualTo(expected[0]);
                assertThat(in.stats(0).max(field)).isEqualTo(expected[expected.length - 1]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void oddTimesComeBack(ParquetWriter.Codec codec) throws IOException {
        // One of all, each alone, and so many that deltas and values as they are come about.
        for (int rows : new int[] {ODD.length, 20_000}) {
            List<FlowRecord> flows =
                    flows(
                            rows,
                            (r, i) -> {
                                r.stime = ODD[i % ODD.length] + i / ODD.length;
                                r.duration = ODD[(i + 5) % ODD.length] - i / ODD.length;
                            });
            assertTimes(write(codec, flows), flows);
        }
        for (long odd : ODD) {
            List<FlowRecord> flows =
                    flows(
                            3,
                            (r, i) -> {
                                r.stime = odd;
                                r.duration = odd;
                            });
            assertTimes(write(codec, flows), flows);
        }
    }

    /// Of whole milliseconds nothing but those is read, and a dictionary stays one.
    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void wholeMillisecondsStayCoded(ParquetWriter.Codec codec) throws IOException {
        List<FlowRecord> flows =
                flows(
                        5_000,
                        (r, i) -> {
                            r.stime = NOW + i * 17_000L;
                            r.duration = i * 7919 % 1_000 * 1_000_000L;
                        });
        Path path = write(codec, flows);
        assertTimes(path, flows);
        try (ParquetReader in = ParquetReader.open(path, "file")) {
            FlowBatch b = Objects.requireNonNull(in.next());
            LongColumn durations = b.longs(Field.DURATION);
            if (codec == ParquetWriter.Codec.ZSTD) {
                // Packed, the deltas of these are smaller.
                assertThat(durations.isCoded()).isFalse();
                return;
            }
            assertThat(durations.isCoded()).isTrue();
            assertThat(durations.lowerBound(Field.DURATION, 5_000_000)).isEqualTo(5);
            assertThat(durations.upperBound(Field.DURATION, 5_000_000)).isEqualTo(6);
            assertThat(durations.lowerBound(Field.DURATION, 4_999_999)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void volumesAreClipped(ParquetWriter.Codec codec) throws Exception {
        List<FlowRecord> flows =
                flows(
                        1_000,
                        (r, i) -> {
                            r.packets = i == 3 ? -1 : 1;
                            r.bytes = i == 5 ? Long.MIN_VALUE : i;
                        });
        Path path = write(codec, flows);
        try (ParquetReader in = ParquetReader.open(path, "file")) {
            FlowBatch b = Objects.requireNonNull(in.next());
            assertThat(b.values(Field.PACKETS)[3]).isEqualTo(Long.MAX_VALUE);
            assertThat(b.values(Field.PACKETS)[4]).isEqualTo(1);
            assertThat(b.values(Field.BYTES)[5]).isEqualTo(Long.MAX_VALUE);
            assertThat(b.values(Field.BYTES)[6]).isEqualTo(6);
            assertThat(in.stats(0).max(Field.BYTES)).isEqualTo(Long.MAX_VALUE);
            assertThat(in.stats(0).packets())
                    .isEqualTo(b.longs(Field.PACKETS).sum(Selection.all(b.size())));
        }
        assertThat(
                        ask(
                                "select max(bytes), min(bytes), count(*) filter (where bytes > 999)"
                                        + " from read_parquet('"
                                        + path
                                        + "')"))
                .isEqualTo(Long.MAX_VALUE + " 0 1");
    }

    /// Other engines see times of milliseconds in UTC, and numbers with a sign.
    @Test
    void duckdbSeesTheTypes() throws Exception {
        Path path = write(ParquetWriter.Codec.ZSTD, flows(3, (r, i) -> r.stime = NOW + 1_999));
        String from = " from read_parquet('" + path + "')";
        assertThat(
                        ask(
                                "select any_value(typeof(packets)), any_value(typeof(bytes)),"
                                        + " any_value(typeof(duration)), any_value(typeof(stime)),"
                                        + " any_value(typeof(stime_us)), max(epoch_us(stime)),"
                                        + " max(stime_us)"
                                        + from))
                .isEqualTo(
                        "BIGINT BIGINT BIGINT TIMESTAMP WITH TIME ZONE INTEGER "
                                + (NOW + 1_000)
                                + " 999");
    }

    private static String ask(String query) throws Exception {
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = db.createStatement();
                ResultSet rows = s.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            List<String> out = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                out.add(rows.getString(i));
            }
            return String.join(" ", out);
        }
    }
}
