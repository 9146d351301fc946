package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Parallel;
import java.io.IOException;
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
    /// @param differ in which bits they differ from their first one
    record Unpacked(long[][] columns, int from, int rows, long[] differ) {}

    /// The rows that are open, at least one.
    Unpacked unpacked() {
        return unpacked(open, 0, openRows);
    }

    /// Rows that come next, as many as are packed at a time, when none are open.
    Unpacked unpacked(long[][] columns, int from) {
        return unpacked(columns, from, PackedRows.BLOCK);
    }

    private Unpacked unpacked(long[][] columns, int from, int rows) {
        long[] among = new long[stride];
        for (int w = 0; w < stride; w++) {
            among[w] = differ(columns[w], from, rows);
        }
        return new Unpacked(columns, from, rows, among);
    }

    /// A layout for all that is packed and more.
    private RowLayout layout(Unpacked more) {
        long[] row = first.clone();
        long[] all = differ.clone();
        spread(more, row, all);
        return RowLayout.of(last(), row, all);
    }

    /// Adds rows to what is known of those that are packed.
    private void spread(Unpacked more, long[] row, long[] all) {
        for (int w = 0; w < stride; w++) {
            long value = more.columns[w][more.from];
            row[w] = blocks.isEmpty() ? value : row[w];
            all[w] |= more.differ[w] | value ^ row[w];
        }
    }

    /// Memory of all rows once more are packed, and all others like them.
    long octets(Unpacked more) {
        return (packedRows + (long) more.rows) * layout(more).width() * Long.BYTES;
    }

    /// Packs rows; those that were open are so no more. Behind fewer than 4096 none may come.
    void pack(Unpacked more) {
        spread(more, first, differ);
        RowLayout all = RowLayout.of(last(), first, differ);
        long[] packed = new long[more.rows * all.width()];
        all.pack(more.columns, more.from, more.rows, packed);
        blocks.add(packed);
        layouts.add(all);
        packedRows += more.rows;
        openRows = 0;
    }

    /// All rows that are packed, at least one, one block after the other. To be asked when no row
    /// is open.
    PackedRows packed(Parallel parallel) throws IOException {
        RowLayout all = Objects.requireNonNull(last());
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            if (layouts.get(i) != all) {
                others.add(i);
            }
        }
        parallel.forEach(
                others,
                parallel.threads(),
                () -> {
                    long[][] columns = new long[stride][PackedRows.BLOCK];
                    return block -> pack(block, all, columns);
                });
        return new PackedRows(all, blocks);
    }

    /// Packs a block anew, where it is if that has room.
    private void pack(int block, RowLayout layout, long[][] columns) {
        RowLayout was = layouts.get(block);
        long[] packed = blocks.get(block);
        int rows = packed.length / was.width();
        for (int w = 0; w < stride; w++) {
            was.column(packed, rows, w, columns[w]);
        }
        if (was.width() == layout.width()) {
            Arrays.fill(packed, 0);
        } else {
            packed = new long[rows * layout.width()];
            blocks.set(block, packed);
        }
        layout.pack(columns, 0, rows, packed);
        layouts.set(block, layout);
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
