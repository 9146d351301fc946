package dev.rearview.engine.sort;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import java.util.ArrayList;
import java.util.List;

/// Packs flows of batches, one batch after the other; others may do the same meanwhile.
final class RowPacker {
    /// Of fewer rows than one in so many, whole columns are not decoded.
    private static final int SPARSE = 8;

    /// Fewer rows wait for others before they are packed.
    private static final int FEW = PackedRows.BLOCK / SPARSE;

    private final SortKeys keys;
    private final int stride;
    private final KnownLayout known;
    private final Slabs slabs;
    private final long[][] columns;

    /// Selected rows of the columns.
    private final long[][] selected;

    private final FlowRecord record = new FlowRecord();

    RowPacker(SortKeys keys, KnownLayout known, Slabs slabs) {
        this.keys = keys;
        this.stride = keys.stride();
        this.known = known;
        this.slabs = slabs;
        this.columns = new long[stride][0];
        this.selected = new long[stride][0];
    }

    /// Rows that are packed alike.
    ///
    /// @param words in which they are, from `at` on
    /// @param room rows for which there is room
    record Block(RowLayout layout, long[] words, int at, int rows, int room) {}

    /// Flows of a batch: those that are packed, and then some that are too few for that.
    ///
    /// @param few a column for each word
    record Flows(List<Block> blocks, long[][] few, int fewRows) {
        static final Flows NONE = new Flows(List.of(), new long[0][], 0);
    }

    Flows pack(FlowBatch batch, Selection rows) {
        int n = rows.count();
        if (n == 0) {
            return Flows.NONE;
        }
        if (n <= Math.max(FEW, batch.size() / SPARSE)) {
            return new Flows(List.of(), few(batch, rows, n), n);
        }
        batch.loadAll();
        keys.columns(batch, columns);
        long[][] all = n == batch.size() ? columns : selected(rows, n);
        List<Block> blocks = new ArrayList<>();
        for (int from = 0; from < n; from += PackedRows.BLOCK) {
            blocks.add(pack(all, from, Math.min(n - from, PackedRows.BLOCK)));
        }
        return new Flows(blocks, new long[0][], 0);
    }

    private long[][] few(FlowBatch batch, Selection rows, int n) {
        FlowBatch few = FlowBatch.allocate(n);
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            few.add(record);
        }
        long[][] words = new long[stride][0];
        keys.columns(few, words);
        return words;
    }

    private long[][] selected(Selection rows, int n) {
        int[] which = new int[n];
        int at = 0;
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            which[at++] = i;
        }
        for (int w = 0; w < stride; w++) {
            if (selected[w].length < n) {
                selected[w] = new long[n];
            }
            pick(columns[w], which, selected[w]);
        }
        return selected;
    }

    private static void pick(long[] column, int[] which, long[] into) {
        for (int i = 0; i < which.length; i++) {
            into[i] = column[which[i]];
        }
    }

    /// Packs rows.
    ///
    /// @param from the first of them in their columns, one for each word
    Block pack(long[][] rows, int from, int count) {
        long[] differ = new long[stride];
        for (int w = 0; w < stride; w++) {
            differ[w] = differ(rows[w], from, count);
        }
        RowLayout layout = known.with(rows, from, differ);
        Slabs.Piece piece = slabs.take(count * layout.width());
        layout.pack(rows, from, count, piece.words(), piece.at());
        return new Block(layout, piece.words(), piece.at(), count, count);
    }

    private static long differ(long[] column, int from, int n) {
        long first = column[from];
        long differ = 0;
        for (int i = from; i < from + n; i++) {
            differ |= column[i] ^ first;
        }
        return differ;
    }
}
