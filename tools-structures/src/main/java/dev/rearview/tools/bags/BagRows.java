package dev.rearview.tools.bags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.kit.command.Env;
import java.io.IOException;
import java.util.function.LongBinaryOperator;

/// Bags as rows of three words: the upper and lower word of the key in the mapped 128-bit space,
/// and the counter.
final class BagRows {
    static final int KEY_WORDS = 2;
    static final int WORDS = 3;

    private BagRows() {}

    /// Takes what is in a bag.
    @FunctionalInterface
    interface Entries {
        void accept(long hi, long lo, long counter) throws IOException;
    }

    /// Sorts entries and puts together those of one key.
    ///
    /// @param bags how many there are at the same time
    static RowCombiner combiner(Env env, int bags, LongBinaryOperator combine) {
        return combiner(env, bags, KEY_WORDS, combine);
    }

    /// @param keyWords how many of the three words rows are sorted by
    static RowCombiner combiner(Env env, int bags, int keyWords, LongBinaryOperator combine) {
        return new RowCombiner(keyWords, WORDS - keyWords, combine, env.room(bags));
    }

    static void addAll(RowSource from, RowCombiner to) throws IOException {
        long[] row = new long[WORDS];
        while (from.next(row)) {
            to.add(row);
        }
    }

    static void forEach(RowSource rows, Entries out) throws IOException {
        long[] row = new long[WORDS];
        while (rows.next(row)) {
            out.accept(row[0], row[1], row[2]);
        }
    }
}
