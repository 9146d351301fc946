package dev.rearview.engine.match;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.List;
import java.util.Optional;

/// Tells of flows that follow each other which belong together: those in which some values are
/// equal and others nearly so.
public final class NearKeys {
    private final List<Evaluator> same;
    private final List<Evaluator> near;
    private final long[] most;
    private final boolean toFirst;
    private final int sameWords;

    /// What flows are compared with.
    private final long[] base;

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
        this.sameWords = Evaluator.words(same);
        this.base = new long[sameWords + Evaluator.words(near)];
        this.columns = new long[base.length][];
        this.computed = new long[base.length][0];
    }

    /// Reads the values of a batch, whose rows are then asked for in order.
    public void read(FlowBatch batch) {
        if (base.length > 0 && computed[0].length < batch.size()) {
            computed = new long[base.length][batch.size()];
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

    /// Whether a flow belongs to those before it.
    public boolean joins(int row) {
        boolean joins = any && isSame(row) && isNear(row);
        if (!joins || !toFirst) {
            for (int k = 0; k < base.length; k++) {
                base[k] = columns[k][row];
            }
            any = true;
        }
        return joins;
    }

    private boolean isSame(int row) {
        for (int k = 0; k < sameWords; k++) {
            if (columns[k][row] != base[k]) {
                return false;
            }
        }
        return true;
    }

    private boolean isNear(int row) {
        int at = sameWords;
        for (int i = 0; i < most.length; i++) {
            int words = near.get(i).words();
            boolean is =
                    words == 1
                            ? isNear(columns[at][row], base[at], most[i])
                            : isNear(
                                    columns[at][row] ^ base[at],
                                    columns[at + 1][row] ^ base[at + 1],
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
