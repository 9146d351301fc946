package dev.rearview.engine.run;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.match.CombineCounts;
import dev.rearview.engine.match.FlowCombiner;
import dev.rearview.engine.scan.Batches;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.sort.FlowSorter;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.List;

/// Flows of which those that a timeout cut are one again. What is no part goes on at once; parts
/// are sorted, so that those of one flow follow each other.
public final class CombinedFlows implements FlowStream {
    private final FlowStream of;
    private final List<Evaluator> keys;
    private final FlowCombiner combiner;
    private final Attendant attendant;

    /// @param keys what the parts of a flow agree in, and their time
    CombinedFlows(FlowStream of, List<Evaluator> keys, FlowCombiner combiner, Attendant attendant) {
        this.of = of;
        this.keys = keys;
        this.combiner = combiner;
        this.attendant = attendant;
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        try (FlowSorter sorter = new FlowSorter(keys, false, false, attendant.room(1))) {
            boolean[] wanted = {true};
            boolean good =
                    of.inOrder((batch, rows) -> {
                        wanted[0] = divide(batch, rows, sorter, consumer);
                        return wanted[0];
                    });
            sorter.endInput();
            if (wanted[0]) {
                // Also behind an input that failed: what was read has its place in the output.
                Batches out = new Batches(consumer);
                FlowRecord part = new FlowRecord();
                sorter.drain((batch, rows) -> {
                    for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                        batch.get(i, part);
                        combiner.part(part, out::add);
                    }
                    return out.isWanted();
                });
                combiner.end(out::add);
                out.flush();
            }
            return good;
        }
    }

    private boolean divide(FlowBatch batch, Selection rows, FlowSorter sorter, RowConsumer consumer)
            throws IOException {
        batch.load(Field.all());
        long[] attributes = batch.values(Field.ATTRIBUTES);
        Selection parts = rows.copy();
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (FlowCombiner.isPart(attributes[i])) {
                rows.remove(i);
            } else {
                parts.remove(i);
            }
        }
        sorter.add(batch, parts);
        combiner.whole(rows.count());
        return rows.isEmpty() || consumer.accept(batch, rows);
    }

    /// What became of the flows; complete once they have been read.
    public CombineCounts counts() {
        return combiner.counts();
    }

    @Override
    public List<String> explain() {
        CombineCounts counts = combiner.counts();
        return List.of("combines " + counts.parts() + " parts of " + counts.read() + " flows");
    }
}
