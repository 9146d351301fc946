package dev.rearview.engine.filter;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.store.parquet.RowGroupStats;

/// A predicate that runs. Any number of threads may use it.
public interface Filter {
    /// Drops from `rows` those that fail.
    void retain(FlowBatch batch, Selection rows);

    /// How many rows of a group pass, by what is known before they are read.
    Outcome ask(RowGroupStats stats);

    /// Whether any row of a group may pass.
    default boolean mayPass(RowGroupStats stats) {
        return ask(stats) != Outcome.NONE;
    }
}
