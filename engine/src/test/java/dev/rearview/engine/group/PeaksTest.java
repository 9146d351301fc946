package dev.rearview.engine.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeaksTest {
    private static final Compiler COMPILER = new Compiler(References.NONE);
    private static final long NOON_MS = 1_709_121_600_000L;

    @TempDir Path directory;

    private static FlowRecord flow(int host, long startMs, long durationMs, long bytes) {
        FlowRecord r = new FlowRecord();
        r.setSipV4(0x0A00_0000 + host);
        r.stime = startMs * 1000 + 999;
        r.duration = durationMs * 1000;
        r.bytes = bytes;
        r.packets = 3;
        return r;
    }

    private Map<Integer, double[]> peaks(List<FlowRecord> flows, long binMs, long memory, int batch)
            throws IOException {
        List<Aggregate> aggregates =
                List.of(
                        new Aggregate(Kind.PEAK, Expr.of(Field.BYTES), binMs),
                        new Aggregate(Kind.COUNT, Expr.of(Field.BYTES)),
                        new Aggregate(Kind.PEAK, new Expr.Constant(1), binMs));
        Context context = new Context(Machine.ofProcess(), directory, Map.of());
        Map<Integer, double[]> out = new TreeMap<>();
        try (GroupBy groups =
                new GroupBy(
                        COMPILER,
                        List.of(Expr.of(Field.SIP)),
                        aggregates,
                        context.room(memory, directory))) {
            List<RowConsumer> shares = List.of(groups.consumer(), groups.consumer());
            for (int from = 0; from < flows.size(); from += batch) {
                List<FlowRecord> part = flows.subList(from, Math.min(flows.size(), from + batch));
                FlowBatch b = FlowBatch.allocate(part.size());
                part.forEach(b::add);
                shares.get(from / batch % 2).accept(b, Selection.all(part.size()));
            }
            groups.drain(
                    true,
                    w ->
                            out.put(
                                    (int) w[1] - 0x0A00_0000,
                                    new double[] {
                                        Double.longBitsToDouble(w[2]),
                                        w[3],
                                        Double.longBitsToDouble(w[4])
                                    }));
        }
        assertThat(directory).as("temporary files left").isEmptyDirectory();
        return out;
    }

    /// The busiest bin of each host, by looking at every bin of every flow.
    private static Map<Integer, double[]> expected(List<FlowRecord> flows, long binMs) {
        Map<Integer, Map<Long, BigDecimal[]>> all = new HashMap<>();
        for (FlowRecord r : flows) {
            long start = Math.floorDiv(r.stime, 1000L);
            long end = start + r.duration / 1000;
            Map<Long, BigDecimal[]> bins =
                    all.computeIfAbsent((int) r.sipLo - 0x0A00_0000, k -> new HashMap<>());
            for (long b = Math.floorDiv(start, binMs); b <= Math.floorDiv(end, binMs); b++) {
                long from = Math.max(start, b * binMs);
                long to = Math.min(end + 1, (b + 1) * binMs);
                BigDecimal share =
                        BigDecimal.valueOf(to - from)
                                .divide(BigDecimal.valueOf(end - start + 1), MathContext.DECIMAL64);
                BigDecimal[] sums =
                        bins.computeIfAbsent(
                                b, k -> new BigDecimal[] {BigDecimal.ZERO, BigDecimal.ZERO});
                sums[0] = sums[0].add(share.multiply(BigDecimal.valueOf(r.bytes)));
                sums[1] = sums[1].add(share);
            }
        }
        Map<Integer, double[]> out = new TreeMap<>();
        all.forEach((host, bins) -> {
            double[] most = new double[2];
            for (BigDecimal[] sums : bins.values()) {
                most[0] = Math.max(most[0], sums[0].doubleValue());
                most[1] = Math.max(most[1], sums[1].doubleValue());
            }
            out.put(host, most);
        });
        return out;
    }

    @ParameterizedTest
    @CsvSource({"60000,1073741824", "1000,1073741824", "7001,1073741824", "60000,400000"})
    void theBusiestBinIsThatOfALookAtAll(long binMs, long memory) throws IOException {
        Random random = new Random(binMs);
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            long start = NOON_MS + random.nextInt(3_600_000);
            long duration = random.nextInt(1 << random.nextInt(1, 22));
            long bytes = random.nextInt(1 << random.nextInt(1, 31));
            flows.add(flow(random.nextInt(300), start, duration, bytes));
        }
        Map<Integer, double[]> wanted = expected(flows, binMs);
        Map<Integer, double[]> got = peaks(flows, binMs, memory, 500);
        assertThat(got.keySet()).isEqualTo(wanted.keySet());
        got.forEach((host, values) -> {
            double[] w = Objects.requireNonNull(wanted.get(host));
            assertThat(values[0]).isCloseTo(w[0], within(1e-4));
            assertThat(values[2]).isCloseTo(w[1], within(1e-6));
        });
        // Who took which flow, and what went to disk, does not show in a single bit.
        Map<Integer, double[]> other = peaks(flows.reversed(), binMs, 1L << 30, 999);
        got.forEach((host, values) -> assertThat(values).containsExactly(other.get(host)));
    }

    /// A line of 49 days in bins of a millisecond is three rows.
    @Test
    void longFlowsCostNoMoreThanShortOnes() throws IOException {
        long days = 49L * 86_400_000;
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            flows.add(flow(1, -NOON_MS / 1000 + i, days, Long.MAX_VALUE));
        }
        double perBin = (double) Long.MAX_VALUE / (days + 1) * 1000;
        double[] peak = Objects.requireNonNull(peaks(flows, 1, 1L << 24, 100).get(1));
        assertThat(peak[0]).isCloseTo(perBin, within(perBin * 1e-9));
    }

    @Test
    void sumsOverLongFlowsMislead() throws IOException {
        List<FlowRecord> flows =
                List.of(
                        flow(1, NOON_MS, 3_599_999, 3_600_000),
                        flow(2, NOON_MS + 90_000, 1_000, 100_000),
                        flow(2, NOON_MS + 119_999, 1, 50_000));
        Map<Integer, double[]> got = peaks(flows, 60_000, 1L << 30, 10);
        assertThat(got.get(1)).containsExactly(60_000, 1, 1 / 60.0 - ulp(1 / 60.0));
        assertThat(got.get(2)).containsExactly(125_000, 2, 1.5);
    }

    /// How far a share is rounded down to units of 2^-31.
    private static double ulp(double share) {
        double unit = 1.0 / (1L << 31);
        return share - Math.floor(share / unit) * unit;
    }
}
