package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.sort.FlowSorter;
import dev.rearview.engine.sort.TopRows;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Grouping, sorting, binning and filtering against plain collections, in memory and spilled.
class GroupAndSortTest {
    private static final int FLOWS = 60_000;
    private static final long BIN_MS = 60_000;

    @TempDir Path directory;
    private final Random random = new Random(17);
    private final List<FlowRecord> flows = new ArrayList<>();
    private final List<FlowBatch> batches = new ArrayList<>();

    GroupAndSortTest() {
        FlowBatch batch = FlowBatch.allocate(7_000);
        for (int i = 0; i < FLOWS; i++) {
            FlowRecord r = new FlowRecord();
            r.setSipV4(0x0A00_0000 + random.nextInt(20_000));
            r.setDipV4(0xC000_0200 + random.nextInt(100));
            r.dport = random.nextInt(5);
            r.protocol = random.nextInt(3);
            r.packets = 1L + random.nextInt(10);
            r.bytes = r.packets * 40 + i % 7;
            r.stime = 1_704_067_200_000_000L + random.nextInt(3_600_000) * 1000L;
            r.duration = random.nextInt(100_000) * 1000L;
            flows.add(r);
            batch.add(r);
            if (batch.isFull()) {
                batches.add(batch);
                batch = FlowBatch.allocate(7_000);
            }
        }
        batches.add(batch);
    }

    private static final class Expected {
        long count;
        long bytes;
        long least = Long.MAX_VALUE;
        long most;
        final Set<Long> destinations = new HashSet<>();
    }

    /// The smaller memory makes dozens of runs on disk.
    @ParameterizedTest
    @ValueSource(longs = {1L << 30, 1L << 16})
    void groupsAgreeWithAMap(long memory) throws IOException {
        Map<String, Expected> expected = new TreeMap<>();
        for (FlowRecord r : flows) {
            Expected e =
                    expected.computeIfAbsent(
                            String.format("%016x %d", r.sipLo, r.dport), k -> new Expected());
            e.count++;
            e.bytes += r.bytes;
            e.least = Math.min(e.least, r.packets);
            e.most = Math.max(e.most, r.packets);
            e.destinations.add(r.dipLo);
        }
        List<String> got = new ArrayList<>();
        try (GroupBy groups =
                new GroupBy(
                        Keys.COMPILER,
                        List.of(Keys.derived(Field.SIP), Keys.stored(Field.DPORT)),
                        List.of(
                                new Aggregate(Aggregate.Kind.COUNT, Keys.stored(Field.BYTES)),
                                new Aggregate(Aggregate.Kind.SUM, Keys.stored(Field.BYTES)),
                                new Aggregate(Aggregate.Kind.MIN, Keys.stored(Field.PACKETS)),
                                new Aggregate(Aggregate.Kind.MAX, Keys.stored(Field.PACKETS)),
                                new Aggregate(Aggregate.Kind.DISTINCT, Keys.derived(Field.DIP))),
                        Runs.room(memory, directory))) {
            // Two threads' shares, put together in the end.
            List<RowConsumer> shares = List.of(groups.consumer(), groups.consumer());
            for (int i = 0; i < batches.size(); i++) {
                FlowBatch b = batches.get(i);
                shares.get(i % 2).accept(b, Selection.all(b.size()));
            }
            groups.drain(
                    true,
                    w ->
                            got.add(
                                    String.format(
                                            "%016x %d %d %d %d %d %d",
                                            w[1], w[2], w[3], w[4], w[5], w[6], w[7])));
        }
        List<String> wanted = new ArrayList<>();
        expected.forEach((key, e) ->
                wanted.add(
                        key
                                + String.format(
                                        " %d %d %d %d %d",
                                        e.count, e.bytes, e.least, e.most, e.destinations.size())));
        assertThat(got).isEqualTo(wanted);
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 30, 1})
    void sortingIsStableInMemoryAndSpilled(long memory) throws IOException {
        List<FlowRecord> wanted = new ArrayList<>(flows);
        wanted.sort(
                Comparator.comparingInt((FlowRecord r) -> r.dport).thenComparingLong(r -> r.dipLo));
        List<Long> got = new ArrayList<>();
        try (FlowSorter sorter =
                new FlowSorter(
                        Keys.evaluators(Keys.stored(Field.DPORT), Keys.derived(Field.DIP)),
                        false,
                        false,
                        Runs.room(memory, directory))) {
            for (FlowBatch b : batches) {
                sorter.add(b, Selection.all(b.size()));
            }
            sorter.drain(each(r -> got.add(r.stime * 31 + r.sipLo)));
        }
        assertThat(got).isEqualTo(wanted.stream().map(r -> r.stime * 31 + r.sipLo).toList());
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    private static RowConsumer each(Consumer<FlowRecord> flows) {
        FlowRecord record = new FlowRecord();
        return (batch, rows) -> {
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                batch.get(i, record);
                flows.accept(record);
            }
            return true;
        };
    }

    /// The first of what a sort of everything gives, with the order of equal flows.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFirstRowsAreThoseOfASort(boolean reverse) throws IOException {
        for (List<Evaluator> keys :
                List.of(
                        Keys.evaluators(Keys.stored(Field.BYTES)),
                        Keys.evaluators(Keys.stored(Field.DPORT), Keys.stored(Field.PACKETS)),
                        Keys.evaluators(Keys.derived(Field.DIP), Keys.stored(Field.DPORT)))) {
            TopRows top = new TopRows(keys, reverse, 77);
            List<Long> wanted = new ArrayList<>();
            List<Long> got = new ArrayList<>();
            try (FlowSorter sorter =
                    new FlowSorter(keys, reverse, false, Runs.room(1L << 30, directory))) {
                for (FlowBatch b : batches) {
                    sorter.add(b, Selection.all(b.size()));
                    top.add(b, Selection.all(b.size()));
                }
                sorter.drain(each(r -> wanted.add(r.stime * 31 + r.sipLo)));
            }
            top.drain(r -> got.add(r.stime * 31 + r.sipLo));
            assertThat(got).isEqualTo(wanted.subList(0, 77));
        }
    }

    /// Every bin has what the scheme gives it of each flow.
    @ParameterizedTest
    @EnumSource(TimeBins.LoadScheme.class)
    void binsHoldTheirShares(TimeBins.LoadScheme scheme) {
        TimeBins bins =
                new TimeBins(
                        scheme, BIN_MS, TimeBins.FROM_FIRST_FLOW, Long.MIN_VALUE, Long.MAX_VALUE);
        List<TimeBins.Share> shares = List.of(bins.share(), bins.share());
        for (int i = 0; i < batches.size(); i++) {
            FlowBatch b = batches.get(i);
            shares.get(i % 2).add(b, Selection.all(b.size()));
        }
        TreeMap<Long, double[]> got = new TreeMap<>();
        bins.forEach(
                false,
                (start, bin) ->
                        got.put(start, new double[] {bin.records(), bin.bytes(), bin.packets()}));
        TreeMap<Long, double[]> wanted = sharedOut(scheme);
        assertThat(got.keySet()).isEqualTo(wanted.keySet());
        wanted.forEach((start, sums) -> {
            double[] found = Objects.requireNonNull(got.get(start));
            for (int i = 0; i < sums.length; i++) {
                assertThat(found[i])
                        .as("%s, bin %d, sum %d", scheme, start, i)
                        .isCloseTo(sums[i], within(1e-5));
            }
        });
    }

    /// Records, octets and packets by the start of their bin.
    private TreeMap<Long, double[]> sharedOut(TimeBins.LoadScheme scheme) {
        TreeMap<Long, double[]> out = new TreeMap<>();
        for (FlowRecord r : flows) {
            long start = r.stime / 1000;
            long end = start + r.duration / 1000;
            long firstBin = start - start % BIN_MS;
            long lastBin = end - end % BIN_MS;
            boolean whole = firstBin == lastBin;
            long middle = (start + end) / 2;
            for (long bin = firstBin; bin <= lastBin; bin += BIN_MS) {
                long milliseconds = Math.min(end, bin + BIN_MS - 1) - Math.max(start, bin) + 1;
                double share =
                        switch (scheme) {
                            case START_SPIKE -> bin == firstBin ? 1 : 0;
                            case END_SPIKE -> bin == lastBin ? 1 : 0;
                            case MIDDLE_SPIKE -> bin == middle - middle % BIN_MS ? 1 : 0;
                            case BIN_UNIFORM -> 1.0 / ((lastBin - firstBin) / BIN_MS + 1);
                            case TIME_PROPORTIONAL -> milliseconds / (end - start + 1.0);
                            case MAXIMUM_VOLUME -> 1;
                            case MINIMUM_VOLUME -> whole ? 1 : 0;
                        };
                boolean counts = scheme == TimeBins.LoadScheme.MINIMUM_VOLUME || share > 0;
                if (counts) {
                    double[] sums = out.computeIfAbsent(bin, k -> new double[3]);
                    sums[0] += scheme == TimeBins.LoadScheme.MINIMUM_VOLUME ? 1 : share;
                    sums[1] += r.bytes * share;
                    sums[2] += r.packets * share;
                }
            }
        }
        // Bins without volume are not shown at the ends.
        while (out.firstEntry().getValue()[1] == 0) {
            out.pollFirstEntry();
        }
        while (out.lastEntry().getValue()[1] == 0) {
            out.pollLastEntry();
        }
        return out;
    }

    private static org.assertj.core.data.Offset<Double> within(double d) {
        return org.assertj.core.data.Offset.offset(d);
    }

    @Test
    void predicatesCombineLikeLogic() throws IOException {
        Predicate web = Predicate.is(Field.DPORT, 3);
        Predicate udp = Predicate.is(Field.PROTOCOL, 1);
        Predicate near = Predicate.range(Expr.of(Field.DIP).bits(0, 1), 0, 0);
        Filter mixed =
                Keys.COMPILER.filter(
                        Predicate.all(
                                List.of(
                                        Predicate.any(List.of(web, udp)),
                                        Predicate.not(near),
                                        Predicate.ALWAYS)));
        int at = 0;
        for (FlowBatch b : batches) {
            Selection s = Selection.all(b.size());
            mixed.retain(b, s);
            for (int i = 0; i < b.size(); i++) {
                FlowRecord r = flows.get(at++);
                boolean wanted = (r.dport == 3 || r.protocol == 1) && (r.dipLo & 1) != 0;
                assertThat(s.contains(i)).isEqualTo(wanted);
            }
        }
        assertThat(at).isEqualTo(FLOWS);
    }
}
