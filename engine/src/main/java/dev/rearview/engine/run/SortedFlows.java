package dev.rearview.engine.run;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.Batches;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.engine.sort.FlowSorter;
import dev.rearview.engine.sort.TopRows;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Flows in order, perhaps only the first of equal ones. Where only the first are wanted, the
/// others are not sorted.
public final class SortedFlows implements FlowStream {
    /// More than these are sorted like all.
    private static final long MOST_KEPT = 100_000;

    /// Opens the inputs, each alone where they are only merged.
    interface Inputs {
        /// @param pruning which row groups are read
        List<FlowStream> open(FlowScan.Pruning pruning) throws IOException;
    }

    private final Inputs inputs;
    private final List<Evaluator> keys;
    private final boolean reverse;
    private final boolean presorted;
    private final boolean distinct;
    private final Attendant attendant;
    private long limit = Long.MAX_VALUE;

    /// @param distinct whether flows with the same keys as one before are left out
    SortedFlows(
            Inputs inputs,
            List<Evaluator> keys,
            FlowPlan.Sort plan,
            boolean distinct,
            Attendant attendant) {
        this.inputs = inputs;
        this.keys = keys;
        this.reverse = plan.reverse();
        this.presorted = plan.presorted();
        this.distinct = distinct;
        this.attendant = attendant;
    }

    @Override
    public void limit(long rows) {
        limit = rows;
    }

    @Override
    public Optional<ScanCounts> estimate() throws IOException {
        List<FlowStream> streams = inputs.open(stats -> true);
        boolean isScan = streams.size() == 1 && streams.getFirst() instanceof ScannedFlows;
        return isScan ? streams.getFirst().estimate() : Optional.empty();
    }

    private boolean keepsFirst() {
        return limit > 0 && limit <= MOST_KEPT && !presorted && !distinct;
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        return keepsFirst() ? first(consumer) : all(sorter -> sorter.drain(consumer));
    }

    @Override
    public <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
        return keepsFirst()
                ? FlowStream.super.inOrder(consumer)
                : all(sorter -> sorter.drain(consumer));
    }

    /// What becomes of all flows, once they are sorted.
    private interface End {
        void drain(FlowSorter sorter) throws IOException;
    }

    private boolean all(End end) throws IOException {
        try (FlowSorter sorter = new FlowSorter(keys, reverse, presorted, attendant.room(1))) {
            if (distinct) {
                sorter.keepFirst();
            }
            if (!fill(sorter)) {
                return false;
            }
            end.drain(sorter);
            return true;
        }
    }

    private boolean fill(FlowSorter sorter) throws IOException {
        for (FlowStream input : inputs.open(stats -> true)) {
            boolean good = input.inOrder(sorter);
            sorter.endInput();
            if (!good) {
                return false;
            }
        }
        return true;
    }

    private boolean first(RowConsumer consumer) throws IOException {
        Batches out = new Batches(consumer);
        TopRows top = new TopRows(keys, reverse, (int) limit);
        for (FlowStream input : inputs.open(top::mayMatter)) {
            boolean good =
                    input.inOrder((batch, rows) -> {
                        top.add(batch, rows);
                        return true;
                    });
            if (!good) {
                return false;
            }
        }
        top.drain(out::add);
        out.flush();
        return true;
    }

    @Override
    public List<String> explain() {
        return List.of(
                keepsFirst()
                        ? String.format(Locale.ROOT, "keeps the first %d in order", limit)
                        : "sorts all flows");
    }
}
