package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.text.NumberRange;
import java.util.List;

/// The test of a stored number that changes while a query runs, such as the worst value that still
/// counts.
public final class NumberFilter {
    private NumberFilter() {}

    /// Drops rows whose value lies outside a range.
    public static void retain(Field field, long low, long high, FlowBatch batch, Selection rows) {
        NumberKernels.retain(field, List.of(new NumberRange.Integers(low, high)), batch, rows);
    }
}
