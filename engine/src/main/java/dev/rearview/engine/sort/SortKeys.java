package dev.rearview.engine.sort;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What rows are sorted by: the flow's own words where it has them, and words behind those for keys
/// that are computed.
final class SortKeys {
    private final List<Key> computed = new ArrayList<>();
    private final int[] words;
    private final int stride;

    /// A key that is put into words of its own.
    ///
    /// @param at the first of them
    private record Key(Evaluator of, int at) {}

    SortKeys(List<Evaluator> keys) {
        List<Integer> all = new ArrayList<>();
        int next = FlowWords.COUNT;
        for (Evaluator key : keys) {
            Optional<Field> stored = key.stored();
            int first = next;
            int count = key.words();
            if (stored.isPresent()) {
                first = FlowWords.first(stored.get());
                count = FlowWords.count(stored.get());
            } else if (key.milliseconds().isPresent()) {
                first = FlowWords.first(key.milliseconds().get());
            } else {
                computed.add(new Key(key, next));
                next += count;
            }
            for (int i = 0; i < count; i++) {
                all.add(first + i);
            }
        }
        this.words = all.stream().mapToInt(Integer::intValue).toArray();
        this.stride = next;
    }

    /// Words of a row: those of the flow, then those that are computed.
    int stride() {
        return stride;
    }

    /// The words by which rows are sorted, as unsigned numbers, the most significant first.
    int[] words() {
        return words;
    }

    /// Makes the words of flows.
    ///
    /// @param columns gets an array for each word of a row, see [FlowWords#columns]
    void columns(FlowBatch batch, long[][] columns) {
        FlowWords.columns(batch, columns);
        for (int w = FlowWords.COUNT; w < stride; w++) {
            if (columns[w].length < batch.size()) {
                columns[w] = new long[batch.size()];
            }
        }
        for (Key key : computed) {
            key.of.evaluate(batch, columns, key.at);
        }
    }
}
