package dev.rearview.engine.sort;

import java.util.List;

/// Rows of words that are packed alike, in blocks of 4096, of which only the last may have fewer.
final class PackedRows {
    static final int BITS = 12;
    static final int BLOCK = 1 << BITS;

    /// Rows that are fetched before they are copied.
    private static final int AHEAD = 32;

    private final RowLayout layout;
    private final int width;
    private final long[][] blocks;

    /// What was fetched, so that fetching is not left out. Several threads may write it, and none
    /// reads it.
    @SuppressWarnings("UnusedVariable")
    private long touched;

    PackedRows(RowLayout layout, List<long[]> blocks) {
        this.layout = layout;
        this.width = layout.width();
        this.blocks = blocks.toArray(new long[0][]);
    }

    RowLayout layout() {
        return layout;
    }

    /// Where a packed row is.
    long[] block(int row) {
        return blocks[row >>> BITS];
    }

    /// Where it is in its block.
    int at(int row) {
        return (row & BLOCK - 1) * width;
    }

    /// A word of a packed row.
    ///
    /// @param place which of the packed words
    long packed(int row, int place) {
        return block(row)[at(row) + place];
    }

    /// Copies a row.
    void get(int row, long[] into, int to) {
        layout.unpack(block(row), at(row), into, to);
    }

    /// Copies packed rows, which may lie anywhere.
    ///
    /// @param order numbers of rows, of which those at `from` to `from + count - 1` are meant
    void gather(int[] order, int from, int count, long[] into) {
        int to = 0;
        for (int at = from, end; at < from + count; at = end) {
            end = Math.min(from + count, at + AHEAD);
            touched ^= touch(order, at, end);
            for (int i = at; i < end; i++) {
                long[] block = block(order[i]);
                int row = at(order[i]);
                for (int w = 0; w < width; w++) {
                    into[to++] = block[row + w];
                }
            }
        }
    }

    /// Reads something of rows, so that they come into the cache, many at a time: copying them one
    /// after the other waits for each.
    private long touch(int[] order, int from, int to) {
        long all = 0;
        for (int i = from; i < to; i++) {
            long[] block = block(order[i]);
            int row = at(order[i]);
            all ^= block[row] ^ block[row + width - 1];
        }
        return all;
    }
}
