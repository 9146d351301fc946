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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
import org.junit.jupiter.params.provider.CsvSource;

/// Counts of different values where some groups have very many and others few.
class LargeGroupsTest {
    private static final Compiler COMPILER = new Compiler(References.NONE);
    private static final int BATCH = 60_000;

    /// What is counted: one of IPv4 and IPv6, one that is narrow or wide, one of 16 bits.
    private static final List<Field> COUNTED = List.of(Field.DIP, Field.BYTES, Field.SPORT);

    @TempDir Path directory;

    private static long[] values(FlowRecord r) {
        return new long[] {r.dipHi * 31 + r.dipLo, r.bytes, r.sport};
    }

    /// Two protocols have nearly all flows, and the other ones a few each.
    private static List<FlowRecord> flows(int count, int v6, int seed) {
        Random random = new Random(seed);
        List<FlowRecord> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FlowRecord r = new FlowRecord();
            int which = random.nextInt(20);
            r.protocol = which == 0 ? random.nextInt(200) : which < 18 ? 200 : 201;
            r.setSipV4(0x0A00_0000 + r.protocol / 100);
            r.setDipV4(random.nextInt(2) == 0 ? random.nextInt() : random.nextInt(200_000));
            if (v6 > 0 && random.nextInt(v6) == 0) {
                r.setIpv6(true);
                r.sipHi = 0x2001_0DB8_0000_0000L;
                r.sipLo = r.protocol / 100;
                r.dipHi = 0x2001_0DB8_0000_0000L;
                r.dipLo = random.nextInt(200_000);
            }
            r.sport = random.nextInt(65_536);
            r.bytes = random.nextInt(3) == 0 ? random.nextLong() >>> 1 : random.nextInt(1 << 30);
            out.add(r);
        }
        return out;
    }

    private static FlowBatch batch(List<FlowRecord> flows) {
        FlowBatch batch = FlowBatch.allocate(flows.size());
        flows.forEach(batch::add);
        return batch;
    }

    private TreeMap<List<Long>, List<Long>> expected(
            List<FlowRecord> flows, Function<FlowRecord, List<Long>> key) {
        Map<List<Long>, List<Set<Long>>> sets = new HashMap<>();
        for (FlowRecord r : flows) {
            List<Set<Long>> of =
                    sets.computeIfAbsent(
                            key.apply(r),
                            k ->
                                    COUNTED.stream()
                                            .map(f -> (Set<Long>) new HashSet<Long>())
                                            .toList());
            long[] values = values(r);
            for (int i = 0; i < values.length; i++) {
                of.get(i).add(values[i]);
            }
        }
        TreeMap<List<Long>, List<Long>> out = new TreeMap<>(LargeGroupsTest::compare);
        sets.forEach((k, of) -> out.put(k, of.stream().map(s -> (long) s.size()).toList()));
        return out;
    }

    private static int compare(List<Long> a, List<Long> b) {
        return Arrays.compare(a.toArray(Long[]::new), b.toArray(Long[]::new));
    }

    /// With much memory and with little, so that sets and rows go to disk.
    @ParameterizedTest
    @CsvSource({"0, 30", "3, 30", "5, 20"})
    void countsAreThoseOfSets(int v6, int memoryBits) throws IOException {
        List<FlowRecord> flows = flows(12 * BATCH, v6, memoryBits);
        List<Expr> protocol = List.of(Expr.of(Field.PROTOCOL));
        List<Expr> sip = List.of(Expr.of(Field.SIP));
        long memory = 1L << memoryBits;
        assertThat(counts(List.of(), flows, memory)).isEqualTo(expected(flows, r -> List.of()));
        assertThat(counts(protocol, flows, memory))
                .isEqualTo(expected(flows, r -> List.of((long) r.protocol)));
        if (v6 > 0) {
            assertThat(counts(sip, flows, memory))
                    .isEqualTo(expected(flows, r -> List.of(r.sipHi, r.sipLo)));
        }
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    private TreeMap<List<Long>, List<Long>> counts(
            List<Expr> keys, List<FlowRecord> flows, long memory) throws IOException {
        TreeMap<List<Long>, List<Long>> out = new TreeMap<>(LargeGroupsTest::compare);
        try (Context context = new Context(Machine.ofProcess(), directory, Map.of());
                GroupBy groups =
                        new GroupBy(
                                COMPILER,
                                keys,
                                COUNTED.stream()
                                        .map(f -> new Aggregate(Kind.DISTINCT, Expr.of(f)))
                                        .toList(),
                                context.room(memory, directory))) {
            List<FlowBatch> batches = new ArrayList<>();
            for (int at = 0; at < flows.size(); at += BATCH) {
                batches.add(batch(flows.subList(at, at + BATCH)));
            }
            RowConsumer many = groups.consumer();
            RowConsumer few = groups.consumer();
            context.parallel()
                    .run(
                            List.of(
                                    () -> feed(many, batches.subList(2, 12)),
                                    () -> feed(few, batches.subList(0, 2))),
                            () -> {});
            assertThat(groups.largeGroups(false, 0).isEmpty()).isFalse();
            for (int times = 0; times < 2; times++) {
                out.clear();
                groups.drain(
                        times == 1,
                        words -> {
                            List<Long> row = Arrays.stream(words).boxed().toList();
                            int n = groups.keyWords();
                            assertThat(
                                            out.put(
                                                    List.copyOf(row.subList(0, n)),
                                                    List.copyOf(row.subList(n, row.size()))))
                                    .isNull();
                        });
            }
        }
        return out;
    }

    private static void feed(RowConsumer consumer, List<FlowBatch> batches) throws IOException {
        for (FlowBatch b : batches) {
            consumer.accept(b, Selection.all(b.size()));
        }
    }

    /// Values of a large group that all threads have are held once.
    @Test
    void holdsLittle() throws IOException {
        try (Context context = new Context(Machine.ofProcess(), directory, Map.of());
                GroupBy groups =
                        new GroupBy(
                                COMPILER,
                                List.of(Expr.of(Field.PROTOCOL)),
                                List.of(new Aggregate(Kind.DISTINCT, Expr.of(Field.DIP))),
                                context.room(1L << 30, directory))) {
            List<RowConsumer> threads = List.of(groups.consumer(), groups.consumer());
            for (int times = 0; times < 3; times++) {
                for (int i = 0; i < 20; i++) {
                    List<FlowRecord> flows = new ArrayList<>();
                    for (int k = 0; k < BATCH; k++) {
                        FlowRecord r = new FlowRecord();
                        r.protocol = 6;
                        r.setDipV4((i * BATCH + k) * 0x85EB_CA6B);
                        flows.add(r);
                    }
                    for (RowConsumer c : threads) {
                        c.accept(batch(flows), Selection.all(BATCH));
                    }
                }
            }
            assertThat(groups.largeBytes()).isPositive().isLessThan(20L * 20 * BATCH);
            List<Long> row = new ArrayList<>();
            groups.drain(true, words -> Arrays.stream(words).forEach(row::add));
            assertThat(row).containsExactly(6L, 20L * BATCH);
        }
    }
}
