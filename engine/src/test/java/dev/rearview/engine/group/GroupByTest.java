package dev.rearview.engine.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Aggregate.Kind;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.store.parquet.RowGroupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Groups of a few flows against a map, by every kind of key, of plain columns and of coded ones.
class GroupByTest {
    private static final Compiler COMPILER = new Compiler(References.NONE);
    private static final List<Integer> UNTYPED = List.of(FlowRecord.NO_FLOWTYPE);

    /// An expression, and its words of one flow.
    private record Words(Expr expr, Function<FlowRecord, long[]> of) {
        static Words number(Field field, Function<FlowRecord, Long> of) {
            return new Words(Expr.of(field), r -> new long[] {of.apply(r)});
        }
    }

    private static final Words PROTOCOL = Words.number(Field.PROTOCOL, r -> (long) r.protocol);
    private static final Words SENSOR = Words.number(Field.SENSOR, r -> (long) r.sensor);
    private static final Words DPORT = Words.number(Field.DPORT, r -> (long) r.dport);
    private static final Words BYTES = Words.number(Field.BYTES, r -> r.bytes);
    private static final Words PACKETS = Words.number(Field.PACKETS, r -> r.packets);
    private static final Words STIME = Words.number(Field.STIME, r -> r.stime);
    private static final Words SIP =
            new Words(Expr.of(Field.SIP), r -> new long[] {r.sipHi, r.sipLo});
    private static final Words DIP =
            new Words(Expr.of(Field.DIP), r -> new long[] {r.dipHi, r.dipLo});
    private static final Words SIDE =
            new Words(new Expr.Side(UNTYPED, List.of()), r -> new long[] {r.sipHi, r.sipLo});
    private static final Words OTHER_SIDE =
            new Words(new Expr.Side(List.of(), UNTYPED), r -> new long[] {r.dipHi, r.dipLo});
    private static final Words COMPUTED =
            new Words(
                    Expr.of(Field.DPORT).minus(Expr.of(Field.PROTOCOL)),
                    r -> new long[] {r.dport - r.protocol});

    private static final List<List<Words>> KEYS =
            List.of(
                    List.of(),
                    List.of(PROTOCOL),
                    List.of(SENSOR),
                    List.of(DPORT),
                    List.of(BYTES),
                    List.of(SIP),
                    List.of(SIDE),
                    List.of(COMPUTED),
                    List.of(SIP, DPORT),
                    List.of(PROTOCOL, BYTES, DPORT),
                    List.of(SIDE, PROTOCOL, DIP, SENSOR),
                    List.of(DPORT, PROTOCOL, PACKETS, SENSOR));

    private record Value(Kind kind, Words words) {}

    private static final Value COUNT = new Value(Kind.COUNT, BYTES);
    private static final Value SUM = new Value(Kind.SUM, BYTES);
    private static final Value LEAST = new Value(Kind.MIN, PACKETS);
    private static final Value MOST = new Value(Kind.MAX, PACKETS);
    private static final List<List<Value>> VALUES =
            List.of(
                    List.of(COUNT),
                    List.of(COUNT, SUM, LEAST, MOST),
                    List.of(new Value(Kind.SUM, PACKETS), SUM, COUNT),
                    List.of(new Value(Kind.SUM, COMPUTED), COUNT),
                    List.of(new Value(Kind.DISTINCT, DIP), SUM, new Value(Kind.DISTINCT, DPORT)),
                    List.of(COUNT, new Value(Kind.DISTINCT, OTHER_SIDE), MOST));

    @TempDir Path directory;

    private GroupBy groups(List<Words> keys, List<Value> values, long memory) throws IOException {
        Context context = new Context(Machine.ofProcess(), directory, Map.of());
        return new GroupBy(
                COMPILER,
                keys.stream().map(Words::expr).toList(),
                values.stream().map(v -> new Aggregate(v.kind, v.words.expr)).toList(),
                context.room(memory, directory));
    }

    /// Flows of some hosts and ports.
    private static List<FlowRecord> flows(int count, int ports, boolean v6, long seed) {
        Random random = new Random(seed);
        List<FlowRecord> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FlowRecord r = new FlowRecord();
            r.setSipV4(0x0A00_0000 + random.nextInt(40));
            r.setDipV4(0xC000_0200 + random.nextInt(9));
            if (v6 && random.nextInt(3) == 0) {
                r.setIpv6(true);
                r.sipHi = 0x2001_0DB8_0000_0000L + random.nextInt(3);
                r.sipLo = random.nextInt(9);
                r.dipHi = 0x2001_0DB8_0000_0000L + random.nextInt(3);
                r.dipLo = random.nextInt(2);
            }
            r.dport = 65_535 - random.nextInt(ports);
            r.protocol = 253 + random.nextInt(3);
            r.sensor = 7;
            r.packets = 100L + random.nextInt(1000);
            r.bytes = random.nextLong() >>> 1 + random.nextInt(40);
            r.stime = 1_704_067_200_000_000L + i;
            out.add(r);
        }
        return out;
    }

    private static FlowBatch plain(List<FlowRecord> flows) {
        FlowBatch batch = FlowBatch.allocate(flows.size());
        flows.forEach(batch::add);
        return batch;
    }

    private FlowBatch coded(List<FlowRecord> flows) throws IOException {
        Path file = Files.createTempFile(directory, "flows", ".parquet");
        try (ParquetSink sink =
                new ParquetSink(Files.newOutputStream(file), ParquetWriter.Codec.UNCOMPRESSED)) {
            for (FlowRecord r : flows) {
                sink.write(r);
            }
        }
        try (ParquetReader reader = ParquetReader.open(file, "flows")) {
            FlowBatch batch = new RowGroupReader().read(reader, 0);
            batch.load(Field.all());
            return batch;
        } finally {
            Files.delete(file);
        }
    }

    private static final class Expected {
        final List<FlowRecord> flows = new ArrayList<>();

        List<Long> row(List<Words> keys, List<Value> values) {
            List<Long> out = key(keys, flows.getFirst());
            for (Value v : values) {
                Set<List<Long>> distinct = new HashSet<>();
                long sum = 0;
                long least = Long.MAX_VALUE;
                long most = Long.MIN_VALUE;
                for (FlowRecord r : flows) {
                    long[] words = v.words.of.apply(r);
                    distinct.add(Arrays.stream(words).boxed().toList());
                    sum += words[0];
                    least = Math.min(least, words[0]);
                    most = Math.max(most, words[0]);
                }
                out.add(
                        switch (v.kind) {
                            case COUNT -> (long) flows.size();
                            case SUM -> sum;
                            case MIN -> least;
                            case MAX -> most;
                            case DISTINCT -> (long) distinct.size();
                            // PeaksTest looks for those.
                            case PEAK -> throw new AssertionError(v);
                        });
            }
            return out;
        }
    }

    private static List<Long> key(List<Words> keys, FlowRecord r) {
        List<Long> out = new ArrayList<>();
        keys.forEach(k -> Arrays.stream(k.of.apply(r)).forEach(out::add));
        return out;
    }

    private static int compare(List<Long> a, List<Long> b) {
        for (int i = 0; i < a.size(); i++) {
            int c = Long.compareUnsigned(a.get(i), b.get(i));
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }

    private static List<List<Long>> expected(
            List<Words> keys, List<Value> values, List<FlowRecord> flows) {
        TreeMap<List<Long>, Expected> groups = new TreeMap<>(GroupByTest::compare);
        for (FlowRecord r : flows) {
            groups.computeIfAbsent(key(keys, r), k -> new Expected()).flows.add(r);
        }
        return groups.values().stream().map(e -> e.row(keys, values)).toList();
    }

    private static List<Long> row(long[] words) {
        return Arrays.stream(words).boxed().toList();
    }

    /// The rows of a batch that are taken: all, every other one, or none.
    private static Selection some(int size, int step) {
        Selection out = Selection.none(size);
        for (int i = step - 1; i < size && step < 3; i += step) {
            out.add(i);
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void groupsAreThoseOfAMap(boolean v6) throws IOException {
        List<List<FlowRecord>> sets =
                List.of(flows(700, 300, v6, 1), flows(60, 5, v6, 2), flows(200, 40, false, 3));
        for (boolean isCoded : new boolean[] {false, true}) {
            List<FlowBatch> batches = new ArrayList<>();
            for (List<FlowRecord> set : sets) {
                batches.add(isCoded ? coded(set) : plain(set));
            }
            for (List<Words> keys : KEYS) {
                for (List<Value> values : VALUES) {
                    for (int step = 1; step <= 3; step++) {
                        check(keys, values, sets, batches, step);
                    }
                }
            }
        }
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    private void check(
            List<Words> keys,
            List<Value> values,
            List<List<FlowRecord>> sets,
            List<FlowBatch> batches,
            int step)
            throws IOException {
        List<FlowRecord> taken = new ArrayList<>();
        for (List<FlowRecord> set : sets) {
            for (int i = step - 1; i < set.size() && step < 3; i += step) {
                taken.add(set.get(i));
            }
        }
        List<List<Long>> wanted = expected(keys, values, taken);
        List<List<Long>> got = Collections.synchronizedList(new ArrayList<>());
        try (GroupBy groups = groups(keys, values, 1L << 30)) {
            List<RowConsumer> shares = List.of(groups.consumer(), groups.consumer());
            for (int i = 0; i < batches.size(); i++) {
                FlowBatch b = batches.get(i);
                assertThat(shares.get(i / 2).accept(b, some(b.size(), step))).isTrue();
            }
            assertThat(groups.keyWords())
                    .isEqualTo(keys.stream().mapToInt(k -> k.expr.words()).sum());
            if (step == 1) {
                groups.drain(true, w -> got.add(row(w)));
            } else {
                groups.drain(() -> w -> got.add(row(w)));
                got.sort(GroupByTest::compare);
            }
        }
        assertThat(got).as("%s %s", keys, values).isEqualTo(wanted);
    }

    /// More groups than a thread's table holds, each of them twice: those that left the table meet
    /// those that never were in it, on disk or not.
    @ParameterizedTest
    @ValueSource(longs = {1L << 30, 1L << 20})
    void groupsThatLeaveTheTableMeetAgain(long memory) throws IOException {
        int n = 50_000;
        List<FlowRecord> flows = flows(n, 9, false, 4);
        FlowBatch batch = plain(flows);
        List<Value> values = List.of(COUNT, SUM, LEAST, MOST, COUNT, SUM, LEAST);
        for (boolean sorted : new boolean[] {true, false}) {
            List<List<Long>> got = Collections.synchronizedList(new ArrayList<>());
            try (GroupBy groups = groups(List.of(STIME), values, memory)) {
                List<RowConsumer> shares = List.of(groups.consumer(), groups.consumer());
                shares.get(0).accept(batch, Selection.all(n));
                shares.get(0).accept(batch, Selection.all(n));
                shares.get(1).accept(batch, some(n, 2));
                if (sorted) {
                    groups.drain(true, w -> got.add(row(w)));
                } else {
                    groups.drain(() -> w -> got.add(row(w)));
                    got.sort(GroupByTest::compare);
                }
            }
            assertThat(got).hasSize(n);
            for (int i = 0; i < n; i++) {
                FlowRecord r = flows.get(i);
                long times = i % 2 == 0 ? 2 : 3;
                assertThat(got.get(i))
                        .containsExactly(
                                r.stime,
                                times,
                                times * r.bytes,
                                r.packets,
                                r.packets,
                                times,
                                times * r.bytes,
                                r.packets);
            }
        }
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    /// Runs of equal keys are numbered across batches, and apart where another comes in between.
    @Test
    void runsAreGroupsOfTheirOwn() throws IOException {
        List<Long> got = new ArrayList<>();
        Context context = new Context(Machine.ofProcess(), directory, Map.of());
        try (GroupBy groups =
                GroupBy.ofRuns(
                        COMPILER,
                        List.of(Expr.of(Field.DPORT), Expr.of(Field.PROTOCOL)),
                        List.of(new Aggregate(Kind.COUNT, Expr.of(Field.BYTES))),
                        context.room(1L << 30, directory))) {
            RowConsumer consumer = groups.consumer();
            for (int[] ports : new int[][] {{0, 0, 80, 80, 80, 53}, {53, 53, 80, 0}}) {
                List<FlowRecord> flows = new ArrayList<>();
                for (int port : ports) {
                    FlowRecord r = new FlowRecord();
                    r.dport = port;
                    flows.add(r);
                }
                consumer.accept(plain(flows), Selection.all(ports.length));
            }
            groups.drain(true, w -> got.addAll(row(w)));
        }
        assertThat(got)
                .containsExactly(
                        1L, 0L, 0L, 2L, 2L, 80L, 0L, 3L, 3L, 53L, 0L, 3L, 4L, 80L, 0L, 1L, 5L, 0L,
                        0L, 1L);
    }
}
