package dev.rearview.engine.sort;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.RecordWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What rows are sorted by: bits of the flow's own words where it has them, and words behind those
/// for keys that are computed.
final class SortKeys {
    private final List<Key> computed = new ArrayList<>();
    private final Part[] parts;
    private final int stride;

    /// A key that is put into words of its own.
    ///
    /// @param at the first of them
    private record Key(Evaluator of, int at) {}

    /// Bits of a word of a row.
    ///
    /// @param low bits below them
    /// @param bits how many they are
    record Part(int word, int low, int bits) {
        private static Part whole(int word) {
            return new Part(word, 0, Long.SIZE);
        }

        private long mask() {
            return -1L >>> Long.SIZE - bits;
        }

        /// In which of the bits rows differ, by that of their whole word.
        long differ(long ofWord) {
            return ofWord & mask() << low;
        }

        /// The bits of a row, which compare as an unsigned number.
        long of(long[] row, int at) {
            return row[at + word] >>> low & mask();
        }
    }

    SortKeys(List<Evaluator> keys) {
        List<Part> all = new ArrayList<>();
        int next = RecordWords.COUNT;
        for (Evaluator key : keys) {
            Optional<Field> stored = key.stored();
            if (stored.isPresent()) {
                add(stored.get(), all);
                continue;
            }
            computed.add(new Key(key, next));
            for (int i = 0; i < key.words(); i++) {
                all.add(Part.whole(next++));
            }
        }
        this.parts = all.toArray(new Part[0]);
        this.stride = next;
    }

    private static void add(Field field, List<Part> all) {
        int word = RecordWords.word(field);
        if (field.isAddress()) {
            all.add(Part.whole(word));
            all.add(Part.whole(word + 1));
        } else {
            all.add(new Part(word, RecordWords.shift(field), RecordWords.bits(field)));
        }
    }

    /// Words of a row: those of the flow, then those that are computed.
    int stride() {
        return stride;
    }

    /// The bits by which rows are sorted, the most significant first.
    Part[] parts() {
        return parts;
    }

    /// Computes the words behind those of the flow.
    ///
    /// @param columns gets them, an array for each word of a row
    void compute(FlowBatch batch, long[][] columns) {
        for (int w = RecordWords.COUNT; w < stride; w++) {
            if (columns[w] == null || columns[w].length < batch.size()) {
                columns[w] = new long[batch.size()];
            }
        }
        for (Key key : computed) {
            key.of.evaluate(batch, columns, key.at);
        }
    }
}
