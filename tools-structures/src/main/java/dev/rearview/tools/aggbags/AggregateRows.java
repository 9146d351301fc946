package dev.rearview.tools.aggbags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.kit.command.Env;
import dev.rearview.sets.AggregateLayout;

/// The rows of aggregate bags.
final class AggregateRows {
    private AggregateRows() {}

    /// Sorts rows and adds up the counters of equal keys.
    ///
    /// @param bags how many there are at the same time
    static RowCombiner combiner(AggregateLayout layout, Env env, int bags) {
        return new RowCombiner(
                layout.keyWords(), layout.counters().size(), AggregateRows::sum, env.room(bags));
    }

    /// A sum that stays at 2^64-1.
    static long sum(long a, long b) {
        return Long.compareUnsigned(a, -1L - b) > 0 ? -1L : a + b;
    }
}
