package dev.rearview.tools.aggbags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.structure.AggregateBagFile;
import java.io.IOException;
import java.util.List;

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

    /// Opens an aggregate bag.
    ///
    /// @param inherited entries of its header that come from the inputs
    static AggregateBagFile.Writer writer(
            String path,
            AggregateLayout layout,
            HeaderOptions header,
            List<SilkHeader.Entry> inherited)
            throws IOException {
        return new AggregateBagFile.Writer(
                header.open(path), layout, header.settings(path, inherited), header.own());
    }

    /// A sum that stays at 2^64-1.
    static long sum(long a, long b) {
        return Long.compareUnsigned(a, -1L - b) > 0 ? -1L : a + b;
    }
}
