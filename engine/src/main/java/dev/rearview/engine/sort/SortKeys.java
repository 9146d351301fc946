package dev.rearview.engine.sort;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.RecordWords;
import java.util.ArrayList;
import java.util.List;

/// What rows are sorted by: words of the flow itself where it has them, and words behind those for
/// keys that are computed or share a word with others. Small ones that follow each other share a
/// word again, the more significant in the upper bits.
final class SortKeys {
    private final List<Key> computed = new ArrayList<>();
    private final int[] words;
    private final int stride;
    private final int most;
    private long[][] scratch;

    /// A key that is put into a word of its own, or into the lower bits of one.
    ///
    /// @param at word of the row
    /// @param bits that make room in the word for it, 0 where it is the first there
    private record Key(Evaluator of, int at, int bits) {}

    SortKeys(List<Evaluator> keys) {
        List<Integer> order = new ArrayList<>();
        int next = RecordWords.COUNT;
        int used = Long.SIZE;
        for (Evaluator key : keys) {
            int own = key.stored().map(SortKeys::ownWord).orElse(-1);
            int bits = own < 0 ? key.stored().map(SortKeys::bits).orElse(Long.SIZE) : Long.SIZE;
            if (own >= 0) {
                used = Long.SIZE;
            } else if (used + bits <= Long.SIZE) {
                computed.add(new Key(key, next - 1, bits));
                used += bits;
                continue;
            } else {
                computed.add(new Key(key, next, 0));
                own = next;
                next += key.words();
                used = bits;
            }
            for (int i = 0; i < key.words(); i++) {
                order.add(own + i);
            }
        }
        this.words = order.stream().mapToInt(i -> i).toArray();
        this.stride = next;
        this.most = keys.stream().mapToInt(Evaluator::words).max().orElse(1);
        this.scratch = new long[most][0];
    }

    private static int ownWord(Field field) {
        return field.isSigned() ? -1 : RecordWords.wordOf(field);
    }

    private static int bits(Field field) {
        return switch (field.kind()) {
            case UINT8 -> 8;
            case UINT16 -> 16;
            case UINT32 -> 32;
            default -> Long.SIZE;
        };
    }

    /// Words of a row: those of the flow, then those that are computed.
    int stride() {
        return stride;
    }

    /// The words by which rows are sorted, the most significant first.
    int[] words() {
        return words;
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
            if (key.bits == 0) {
                key.of.evaluate(batch, columns, key.at);
            } else {
                append(key, batch, columns[key.at]);
            }
        }
    }

    private void append(Key key, FlowBatch batch, long[] column) {
        if (scratch[0].length < batch.size()) {
            scratch = new long[most][batch.size()];
        }
        key.of.evaluate(batch, scratch, 0);
        long[] values = scratch[0];
        for (int i = 0; i < batch.size(); i++) {
            column[i] = column[i] << key.bits | values[i];
        }
    }
}
