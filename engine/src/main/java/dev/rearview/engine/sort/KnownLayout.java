package dev.rearview.engine.sort;

import org.jspecify.annotations.Nullable;

/// The layout for all rows that are known so far, which several threads get to know.
final class KnownLayout {
    /// One of the rows, and in which bits any others differ from it.
    private final long[] row;

    private final long[] differ;
    private @Nullable RowLayout layout;

    /// @param stride words of a row
    KnownLayout(int stride) {
        this.row = new long[stride];
        this.differ = new long[stride];
    }

    /// A layout for all rows that are known and for more.
    ///
    /// @param more a column for each word, in which the rows are from `from` on
    synchronized RowLayout with(long[][] more, int from, long[] differAmong) {
        for (int w = 0; w < row.length; w++) {
            long value = more[w][from];
            if (layout == null) {
                row[w] = value;
            }
            differ[w] |= differAmong[w] | value ^ row[w];
        }
        RowLayout all = RowLayout.of(layout, row, differ);
        layout = all;
        return all;
    }

    /// A layout, and in which bits of each word any two rows differ.
    record Rows(RowLayout layout, long[] differ) {}

    /// What is known now, of at least one row.
    synchronized Rows rows() {
        if (layout == null) {
            throw new IllegalStateException("no rows");
        }
        return new Rows(layout, differ.clone());
    }
}
