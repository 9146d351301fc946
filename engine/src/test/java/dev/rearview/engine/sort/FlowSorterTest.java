package dev.rearview.engine.sort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.filter.References;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import dev.rearview.model.words.WordRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Flows come out whole and in the order of their keys, whatever these are, on one thread or
/// several, in memory or beyond it.
class FlowSorterTest {
    private static final List<List<Expr>> KEYS =
            List.of(
                    List.of(
                            FlowFields.SIP.value(),
                            FlowFields.DIP.value(),
                            FlowFields.STIME.value()),
                    List.of(
                            FlowFields.PROTOCOL.value(),
                            FlowFields.SPORT.value(),
                            FlowFields.DPORT.value(),
                            FlowFields.PACKETS.value(),
                            FlowFields.SENSOR.value(),
                            FlowFields.NHIP.value()),
                    List.of(FlowFields.INPUT.value(), FlowFields.SAMPLING.value()),
                    List.of(
                            FlowFields.APPLICATION.value(),
                            FlowFields.ETIME.value(),
                            FlowFields.FLAGS.value(),
                            FlowFields.DURATION.value()),
                    List.of(Expr.of(Field.STIME), Expr.of(Field.FLAGS), Expr.of(Field.DURATION)));

    @TempDir Path directory;

    /// Flows of which many agree in many fields.
    private static List<FlowBatch> flows(int n, boolean mixed) {
        Random random = new Random(n);
        List<FlowBatch> out = new ArrayList<>();
        FlowRecord r = new FlowRecord();
        FlowBatch open = FlowBatch.allocate(5000);
        for (int i = 0; i < n; i++) {
            r.clear();
            boolean isIpv6 = mixed && i > n / 2 && random.nextBoolean();
            r.setIpv6(isIpv6);
            r.sipHi = isIpv6 ? 0x2001_0db8_0000_0000L | random.nextInt(3) : 0;
            r.sipLo = isIpv6 ? random.nextLong() : Ip.mapped(random.nextInt(50) << 24);
            r.setDipV4(0x0A00_0000 | random.nextInt(300));
            r.nhipLo = Ip.mapped(random.nextInt(2));
            r.protocol = random.nextInt(3);
            r.sport = random.nextInt(2) * 40_000;
            r.dport = random.nextInt(70);
            r.application = random.nextInt(2);
            r.flags = random.nextInt(4);
            r.packets = 1L + random.nextInt(5);
            r.bytes = i;
            // Before and after 1970.
            r.stime = (500 - random.nextInt(1000)) * 1000L + random.nextInt(2);
            r.duration = random.nextInt(3) * 1_000_000L;
            r.sensor = random.nextInt(3);
            r.sampling = random.nextInt(2);
            open.add(r);
            if (open.isFull() || i == n - 1) {
                out.add(open);
                open = FlowBatch.allocate(5000);
            }
        }
        return out;
    }

    private static List<long[]> sorted(
            List<FlowBatch> batches, List<Evaluator> keys, boolean reverse) {
        return sorted(batches, keys, reverse, false);
    }

    /// @param distinct whether only the first of rows with equal keys is wanted
    private static List<long[]> sorted(
            List<FlowBatch> batches, List<Evaluator> keys, boolean reverse, boolean distinct) {
        int words = keys.stream().mapToInt(Evaluator::words).sum();
        List<long[]> rows = new ArrayList<>();
        FlowRecord r = new FlowRecord();
        for (FlowBatch b : batches) {
            long[][] columns = new long[words][b.size()];
            int at = 0;
            for (Evaluator key : keys) {
                key.evaluate(b, columns, at);
                at += key.words();
            }
            for (int i = 0; i < b.size(); i++) {
                long[] row = new long[words + RecordWords.COUNT];
                for (int w = 0; w < words; w++) {
                    row[w] = columns[w][i];
                }
                b.get(i, r);
                RecordWords.pack(r, row, words);
                rows.add(row);
            }
        }
        rows.sort((a, b) -> (reverse ? -1 : 1) * WordRows.compare(a, 0, b, 0, words));
        if (distinct) {
            List<long[]> all = List.copyOf(rows);
            rows.clear();
            for (int i = 0; i < all.size(); i++) {
                if (i == 0 || WordRows.compare(all.get(i), 0, all.get(i - 1), 0, words) != 0) {
                    rows.add(all.get(i));
                }
            }
        }
        return rows.stream().map(row -> Arrays.copyOfRange(row, words, row.length)).toList();
    }

    private List<long[]> drained(FlowSorter sorter) throws IOException {
        List<long[]> got = new ArrayList<>();
        FlowRecord r = new FlowRecord();
        sorter.drain((batch, rows) -> {
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                batch.get(i, r);
                long[] row = new long[RecordWords.COUNT];
                RecordWords.pack(r, row, 0);
                got.add(row);
            }
            return true;
        });
        return got;
    }

    private void assertSorted(int n, boolean mixed, List<Expr> by, boolean reverse, long memory)
            throws IOException {
        assertSorted(flows(n, mixed), by, reverse, false, memory);
    }

    private void assertFirst(int n, List<Expr> by, boolean reverse, long memory)
            throws IOException {
        assertSorted(flows(n, true), by, reverse, true, memory);
    }

    private void assertSorted(
            List<FlowBatch> batches, List<Expr> by, boolean reverse, boolean distinct, long memory)
            throws IOException {
        Context run = new Context(Machine.ofProcess(), directory, Map.of());
        List<Evaluator> keys = new Compiler(References.NONE).evaluators(by);
        try (FlowSorter sorter =
                new FlowSorter(keys, reverse, false, run.room(memory, directory))) {
            if (distinct) {
                sorter.keepFirst();
            }
            for (FlowBatch b : batches) {
                sorter.add(b, Selection.all(b.size()));
            }
            assertThat(drained(sorter).toArray(long[][]::new))
                    .isDeepEqualTo(sorted(batches, keys, reverse, distinct).toArray(long[][]::new));
        }
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void byKeysOfEveryKind(int which) throws IOException {
        for (boolean reverse : new boolean[] {false, true}) {
            assertSorted(9_000, true, KEYS.get(which), reverse, 1L << 30);
            assertSorted(9_000, true, KEYS.get(which), reverse, 1);
        }
    }

    @Test
    void onSeveralThreads() throws IOException {
        assertSorted(80_000, false, KEYS.getFirst(), false, 1L << 30);
        assertSorted(80_000, true, KEYS.get(1), true, 1L << 30);
    }

    @Test
    void moreRunsThanAreMergedAtATime() throws IOException {
        assertSorted(70 * PackedRows.BLOCK, false, KEYS.get(1), false, 1);
    }

    @Test
    void whereAllAreEqualTheyStayInTheirOrder() throws IOException {
        assertSorted(0, false, KEYS.getFirst(), false, 1L << 30);
        assertSorted(1, false, KEYS.getFirst(), false, 1);
        List<Expr> none = List.of(Expr.of(Field.MEMO));
        assertSorted(10_000, true, none, false, 1L << 30);
        assertSorted(10_000, true, none, true, 1);
    }

    /// More than are moved to where they are in order.
    @Test
    void manyWithTheSameKey() throws IOException {
        assertSorted(300_000, false, KEYS.get(2), false, 1L << 30);
        assertFirst(300_000, KEYS.get(2), false, 1L << 30);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 30})
    void onlyTheFirstOfThoseWithEqualKeys(long memory) throws IOException {
        for (List<Expr> by : KEYS) {
            assertFirst(9_000, by, true, memory);
        }
        assertFirst(70 * PackedRows.BLOCK, KEYS.get(1), false, memory);
        assertFirst(10_000, List.of(Expr.of(Field.MEMO)), false, memory);
        assertFirst(1, KEYS.getFirst(), false, memory);
    }

    /// Rows that a filter left, many or few of a batch.
    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    void onlyRowsThatAreSelected(int every) throws IOException {
        Context run = new Context(Machine.ofProcess(), directory, Map.of());
        List<Evaluator> keys = new Compiler(References.NONE).evaluators(KEYS.get(1));
        List<FlowBatch> left = new ArrayList<>();
        try (FlowSorter sorter =
                new FlowSorter(keys, false, false, run.room(1L << 30, directory))) {
            FlowRecord r = new FlowRecord();
            for (FlowBatch b : flows(30_000, true)) {
                Selection some = Selection.none(b.size());
                FlowBatch chosen = FlowBatch.allocate(b.size());
                for (int i = 1; i < b.size(); i += every) {
                    some.add(i);
                    b.get(i, r);
                    chosen.add(r);
                }
                left.add(chosen);
                sorter.add(b, some);
            }
            assertThat(drained(sorter).toArray(long[][]::new))
                    .isDeepEqualTo(sorted(left, keys, false).toArray(long[][]::new));
        }
    }

    /// Flows that others prepare: taken in their order, whoever is done first, in blocks of any
    /// length.
    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 30})
    void preparedByOthers(long memory) throws Exception {
        Context run = new Context(Machine.ofProcess(), directory, Map.of());
        List<Evaluator> keys = new Compiler(References.NONE).evaluators(KEYS.get(1));
        List<FlowBatch> batches = flows(60_000, true);
        try (FlowSorter sorter = new FlowSorter(keys, false, false, run.room(memory, directory));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<RowPacker.Flows>> prepared = new ArrayList<>();
            for (FlowBatch b : batches) {
                var preparer = sorter.preparer();
                Callable<RowPacker.Flows> preparing =
                        () -> preparer.prepare(b, Selection.all(b.size()));
                prepared.add(threads.submit(preparing));
            }
            for (Future<RowPacker.Flows> flows : prepared) {
                assertThat(sorter.accept(flows.get())).isTrue();
            }
            assertThat(drained(sorter).toArray(long[][]::new))
                    .isDeepEqualTo(sorted(batches, keys, false).toArray(long[][]::new));
        }
    }

    @Test
    void whoWantsNoMoreGetsNoMore() throws IOException {
        Context run = new Context(Machine.ofProcess(), directory, Map.of());
        List<Evaluator> keys = new Compiler(References.NONE).evaluators(KEYS.getFirst());
        try (FlowSorter sorter =
                new FlowSorter(keys, false, false, run.room(1L << 30, directory))) {
            for (FlowBatch b : flows(30_000, false)) {
                sorter.add(b, Selection.all(b.size()));
            }
            int[] batches = {0};
            sorter.drain((batch, rows) -> ++batches[0] < 2);
            assertThat(batches[0]).isEqualTo(2);
        }
    }
}
