package dev.rearview.engine.match;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Tells of flows that follow each other which belong together: those in which some values are
/// equal and others nearly so.
public final class NearKeys {
    private final List<Evaluator> same;
    private final List<Evaluator> near;
    private final long[] most;
    private final boolean toFirst;

    /// What has to be equal in the flow before those of the batch.
    private final long[] last;

    /// What others are compared with.
    private final long[] base;

    /// In which bits what has to be equal differs between a flow of the batch and the one before.
    private long[] differ = {};

    /// The values of the batch, a column for each word: the batch's own where that has it.
    private final long[][] columns;

    private long[][] computed;
    private boolean any;

    /// @param same what has to be equal
    /// @param near what may differ
    /// @param most by how much each of them may; of an address how many of its last bits do not
    ///   count
    /// @param toFirst whether flows are compared with the first of those that they belong to, not
    ///   with the one before
    public NearKeys(List<Evaluator> same, List<Evaluator> near, long[] most, boolean toFirst) {
        this.same = List.copyOf(same);
        this.near = List.copyOf(near);
        this.most = most.clone();
        this.toFirst = toFirst;
        this.last = new long[Evaluator.words(same)];
        this.base = new long[Evaluator.words(near)];
        this.columns = new long[last.length + base.length][];
        this.computed = new long[columns.length][0];
    }

    /// Reads the values of rows of a batch, which are then asked for in order.
    public void read(FlowBatch batch, Selection rows) {
        if (differ.length < batch.size()) {
            differ = new long[batch.size()];
            computed = new long[columns.length][batch.size()];
        }
        int at = 0;
        for (Evaluator e : same) {
            read(e, batch, at);
            at += e.words();
        }
        for (Evaluator e : near) {
            compute(e, batch, at);
            at += e.words();
        }
        Arrays.fill(differ, 0, batch.size(), 0);
        boolean isAll = rows.count() == batch.size();
        for (int k = 0; k < last.length; k++) {
            if (isAll) {
                differAll(k, batch.size());
            } else {
                differ(k, rows);
            }
        }
    }

    /// Compares a word of each flow with that of the one before.
    private void differAll(int word, int size) {
        long[] column = columns[word];
        differ[0] |= column[0] ^ last[word];
        for (int i = 1; i < size; i++) {
            differ[i] |= column[i] ^ column[i - 1];
        }
        last[word] = column[size - 1];
    }

    private void differ(int word, Selection rows) {
        long[] column = columns[word];
        long before = last[word];
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            differ[i] |= column[i] ^ before;
            before = column[i];
        }
        last[word] = before;
    }

    /// Of what has to be equal the order does not matter.
    private void read(Evaluator e, FlowBatch batch, int at) {
        Optional<Field> stored = e.stored();
        if (stored.isEmpty()) {
            compute(e, batch, at);
        } else if (stored.get().isAddress()) {
            columns[at] = batch.addresses(stored.get()).hi();
            columns[at + 1] = batch.addresses(stored.get()).lo();
        } else {
            columns[at] = batch.values(stored.get());
        }
    }

    private void compute(Evaluator e, FlowBatch batch, int at) {
        e.evaluate(batch, computed, at);
        System.arraycopy(computed, at, columns, at, e.words());
    }

    /// Whether a flow belongs to those before it, all of which have in common what has to be equal.
    public boolean joins(int row) {
        boolean joins = any && differ[row] == 0 && isNear(row);
        if (!joins || !toFirst) {
            for (int k = 0; k < base.length; k++) {
                base[k] = columns[last.length + k][row];
            }
            any = true;
        }
        return joins;
    }

    private boolean isNear(int row) {
        int at = 0;
        for (int i = 0; i < most.length; i++) {
            int words = near.get(i).words();
            long hi = columns[last.length + at][row];
            boolean is =
                    words == 1
                            ? isNear(hi, base[at], most[i])
                            : isNear(
                                    hi ^ base[at],
                                    columns[last.length + at + 1][row] ^ base[at + 1],
                                    (int) Math.min(most[i], 128));
            if (!is) {
                return false;
            }
            at += words;
        }
        return true;
    }

    private static boolean isNear(long a, long b, long most) {
        long difference = Long.compareUnsigned(a, b) < 0 ? b - a : a - b;
        return Long.compareUnsigned(difference, most) <= 0;
    }

    /// Whether two addresses are equal but for their last bits.
    ///
    /// @param hi bits in which they differ
    private static boolean isNear(long hi, long lo, int bits) {
        return bits < 64 ? hi == 0 && lo >>> bits == 0 : bits == 128 || hi >>> bits - 64 == 0;
    }
}
