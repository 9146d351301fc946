package dev.rearview.engine.filter;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;

/// A test of flows, applied to a whole batch.
@FunctionalInterface
public interface Predicate {
    /// Drops from `rows` those that fail.
    void retain(FlowBatch batch, Selection rows);
}
