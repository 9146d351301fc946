package dev.rearview.engine.sort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Rows of words as they come: growing copies nothing. Rows come as columns, which are open until
/// there are 4096 of them; then they are packed and kept row by row, so that each is found in one
/// place.
final class RowBlocks {
    private final int stride;
    private final long[][] open;
    private final List<long[]> blocks = new ArrayList<>();

    /// How each block is packed: the last like all that come behind it, others perhaps in less.
    private final List<RowLayout> layouts = new ArrayList<>();

    /// A row, and in which bits any others differ from it.
    private final long[] first;

    private final long[] differ;

    private int packedRows;
    private int openRows;

    /// @param stride words of a row
    RowBlocks(int stride) {
        this.stride = stride;
        this.open = new long[stride][PackedRows.BLOCK];
        this.first = new long[stride];
        this.differ = new long[stride];
    }

    /// Rows that are packed.
    int packedRows() {
        return packedRows;
    }

    int openRows() {
        return openRows;
    }

    /// How many rows can be put into the columns of [#open] until [#added] is told.
    int space() {
        return PackedRows.BLOCK - openRows;
    }

    /// The columns that rows are put into, from [#openRows] on.
    long[][] open() {
        return open;
    }

    void added(int more) {
        openRows += more;
    }

    private @Nullable RowLayout last() {
        return layouts.isEmpty() ? null : layouts.getLast();
    }

    private static long differ(long[] column, int from, int n) {
        long first = column[from];
        long differ = 0;
        for (int i = from; i < from + n; i++) {
            differ |= column[i] ^ first;
        }
        return differ;
    }

    /// Rows as columns that are to be packed.
    ///
    /// @param columns a column for each word, in which the rows are from `from` on
    /// @param layout of these and all that were packed before
    record Unpacked(
            long[][] columns, int from, int rows, long[] row, long[] differ, RowLayout layout) {}

    /// The rows that are open, at least one.
    Unpacked unpacked() {
        return unpacked(open, 0, openRows);
    }

    /// Rows that come next, as many as are packed at a time, when none are open.
    Unpacked unpacked(long[][] columns, int from) {
        return unpacked(columns, from, PackedRows.BLOCK);
    }

    private Unpacked unpacked(long[][] columns, int from, int rows) {
        long[] row = new long[stride];
        long[] among = new long[stride];
        for (int w = 0; w < stride; w++) {
            row[w] = columns[w][from];
            among[w] = differ(columns[w], from, rows);
        }
        return new Unpacked(columns, from, rows, row, among, RowLayout.of(last(), row, among));
    }

    /// Memory of all rows once more are packed, and all others like them.
    long octets(Unpacked more) {
        return (packedRows + (long) more.rows) * more.layout.width() * Long.BYTES;
    }

    /// Packs rows; those that were open are so no more. Behind fewer than 4096 none may come.
    void pack(Unpacked more) {
        for (int w = 0; w < stride; w++) {
            first[w] = blocks.isEmpty() ? more.row[w] : first[w];
            differ[w] |= more.differ[w] | more.row[w] ^ first[w];
        }
        // Not that of `more`, if what was packed before it has gone since.
        RowLayout all = RowLayout.of(last(), more.row, more.differ);
        blocks.add(all.pack(more.columns, more.from, more.rows));
        layouts.add(all);
        packedRows += more.rows;
        openRows = 0;
    }

    /// All rows that are packed, at least one, one block after the other. To be asked when no row
    /// is open.
    PackedRows packed() {
        RowLayout all = Objects.requireNonNull(last());
        for (int i = 0; i < blocks.size(); i++) {
            RowLayout was = layouts.get(i);
            if (was != all) {
                long[] packed = blocks.get(i);
                int rows = packed.length / was.width();
                for (int w = 0; w < stride; w++) {
                    was.column(packed, rows, w, open[w]);
                }
                blocks.set(i, all.pack(open, 0, rows));
                layouts.set(i, all);
            }
        }
        return new PackedRows(all, blocks);
    }

    /// In which bits of a word any two packed rows differ.
    long differ(int word) {
        return differ[word];
    }

    /// Forgets the rows that are packed.
    void clear() {
        blocks.clear();
        layouts.clear();
        packedRows = 0;
        Arrays.fill(differ, 0);
    }
}
