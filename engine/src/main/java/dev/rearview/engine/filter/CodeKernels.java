package dev.rearview.engine.filter;

import dev.rearview.model.Column;
import dev.rearview.model.Selection;

/// Tests of the codes of a column. Where its dictionary tells the outcome for all rows the codes
/// are not looked at, and so not even unpacked.
final class CodeKernels {
    private CodeKernels() {}

    /// Keeps rows whose code is accepted.
    static void retain(Column column, boolean[] accepted, int size, Selection rows) {
        boolean any = false;
        boolean all = true;
        for (boolean a : accepted) {
            any |= a;
            all &= a;
        }
        if (!any) {
            rows.clear();
        } else if (!all) {
            column.codes().retain(accepted, size, rows);
        }
    }

    /// Keeps rows whose code is at least `from` and below `to`.
    static void retain(Column column, int from, int to, int size, Selection rows) {
        if (from >= to) {
            rows.clear();
        } else if (from > 0 || to < column.dictionarySize()) {
            column.codes().retain(from, to, size, rows);
        }
    }
}
