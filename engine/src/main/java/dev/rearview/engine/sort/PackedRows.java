package dev.rearview.engine.sort;

import dev.rearview.engine.sort.RowPacker.Block;
import java.io.IOException;
import java.util.Deque;
import java.util.List;

/// Rows of words that are packed alike, in blocks of at most 4096. A row's number is that of its
/// block and, in the low 12 bits, its place there.
final class PackedRows {
    static final int BITS = 12;
    static final int BLOCK = 1 << BITS;

    /// Rows that are fetched before they are copied.
    private static final int AHEAD = 32;

    private final KnownLayout.Rows known;
    private final RowLayout layout;
    private final int width;

    /// Where the rows of each block are, from which of the words on.
    private final long[][] blocks;

    private final int[] places;
    private final int[] rooms;

    /// Rows before each block, and all at last.
    private final int[] starts;

    /// What was fetched, so that fetching is not left out. Several threads may write it, and none
    /// reads it.
    @SuppressWarnings("UnusedVariable")
    private long touched;

    PackedRows(KnownLayout.Rows known, List<Block> blocks) {
        this.known = known;
        this.layout = known.layout();
        this.width = layout.width();
        this.blocks = new long[blocks.size()][];
        this.places = new int[blocks.size()];
        this.rooms = new int[blocks.size()];
        this.starts = new int[blocks.size() + 1];
        for (int i = 0; i < blocks.size(); i++) {
            this.blocks[i] = blocks.get(i).words();
            this.places[i] = blocks.get(i).at();
            this.rooms[i] = blocks.get(i).room();
            this.starts[i + 1] = starts[i] + blocks.get(i).rows();
        }
    }

    /// Rows in other blocks, packed like these.
    PackedRows of(List<Block> others) {
        return new PackedRows(known, others);
    }

    RowLayout layout() {
        return layout;
    }

    /// In which bits of a word any two rows differ.
    long differ(int word) {
        return known.differ()[word];
    }

    /// How many rows there are.
    int count() {
        return starts[blocks.length];
    }

    /// How many blocks they are in.
    int blocks() {
        return blocks.length;
    }

    /// How many rows are in the blocks before one.
    int before(int block) {
        return starts[block];
    }

    /// How many rows a block has.
    int rows(int block) {
        return starts[block + 1] - starts[block];
    }

    /// Where the packed rows of a block are.
    long[] words(int block) {
        return blocks[block];
    }

    /// From which word on they are there.
    int place(int block) {
        return places[block];
    }

    /// A word of a packed row.
    ///
    /// @param place which of the packed words
    long packed(int row, int place) {
        return blocks[row >>> BITS][at(row) + place];
    }

    /// Where a row is in the words of its block.
    private int at(int row) {
        return places[row >>> BITS] + (row & BLOCK - 1) * width;
    }

    /// Adds a row to a run that has their layout.
    void copy(int row, SortedRun to) throws IOException {
        to.add(blocks[row >>> BITS], at(row));
    }

    /// Adds the memory of a block whose rows are not wanted any more to what is free, where it has
    /// room for as many rows as a block has.
    void free(int block, Deque<Slabs.Piece> free) {
        if (rooms[block] >= BLOCK) {
            free.add(new Slabs.Piece(blocks[block], places[block]));
        }
    }

    /// Copies packed rows, which may lie anywhere.
    ///
    /// @param order numbers of rows, of which those at `from` to `from + count - 1` are meant
    /// @param into gets them from `at` on
    void gather(int[] order, int from, int count, Slabs.Piece into) {
        long[] words = into.words();
        int to = into.at();
        for (int at = from, end; at < from + count; at = end) {
            end = Math.min(from + count, at + AHEAD);
            touched ^= touch(order, at, end);
            for (int i = at; i < end; i++) {
                long[] block = blocks[order[i] >>> BITS];
                int row = at(order[i]);
                for (int w = 0; w < width; w++) {
                    words[to++] = block[row + w];
                }
            }
        }
    }

    /// Reads something of rows, so that they come into the cache, many at a time: copying them one
    /// after the other waits for each.
    private long touch(int[] order, int from, int to) {
        long all = 0;
        for (int i = from; i < to; i++) {
            long[] block = blocks[order[i] >>> BITS];
            int row = at(order[i]);
            all ^= block[row] ^ block[row + width - 1];
        }
        return all;
    }
}
