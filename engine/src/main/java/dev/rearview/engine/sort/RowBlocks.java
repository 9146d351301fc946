package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Parallel;
import dev.rearview.engine.sort.RowPacker.Block;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows of words as they come, packed in blocks: growing copies nothing. Rows that come a few at a
/// time are columns, which are open until they are enough for a block.
final class RowBlocks {
    private final int stride;
    private final RowPacker packer;
    private final KnownLayout known;
    private final long[][] open;
    private final List<Block> blocks = new ArrayList<>();
    private int packedRows;
    private int openRows;

    /// @param stride words of a row
    /// @param known what those who pack the rows know of them
    /// @param packer for rows that are open
    RowBlocks(int stride, KnownLayout known, RowPacker packer) {
        this.stride = stride;
        this.known = known;
        this.packer = packer;
        this.open = new long[stride][PackedRows.BLOCK];
    }

    boolean isEmpty() {
        return packedRows + openRows == 0;
    }

    /// Rows that are packed.
    int packedRows() {
        return packedRows;
    }

    /// Blocks that are packed.
    int count() {
        return blocks.size();
    }

    /// Memory of all rows once more are added, and all others are packed like them.
    long octets(Block more) {
        return ((long) packedRows + more.rows()) * more.layout().width() * Long.BYTES;
    }

    /// Adds packed rows behind all others, of which none is open.
    void add(Block more) {
        blocks.add(more);
        packedRows += more.rows();
    }

    /// Adds rows to those that are open.
    ///
    /// @param from the first of them in their columns
    /// @return how many had room
    int open(long[][] columns, int from, int count) {
        int take = Math.min(count, PackedRows.BLOCK - openRows);
        for (int w = 0; w < stride; w++) {
            System.arraycopy(columns[w], from, open[w], openRows, take);
        }
        openRows += take;
        return take;
    }

    boolean hasOpen() {
        return openRows > 0;
    }

    /// Whether as many are open as a block has at most.
    boolean isFull() {
        return openRows == PackedRows.BLOCK;
    }

    /// Packs the rows that are open, at least one, which are so no more.
    Block packOpen() {
        Block packed = packer.pack(open, 0, openRows);
        openRows = 0;
        return packed;
    }

    /// All rows that are packed, at least one.
    PackedRows packed(Parallel parallel) throws IOException {
        KnownLayout.Rows all = known.rows();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).layout() != all.layout()) {
                others.add(i);
            }
        }
        parallel.forEach(
                others,
                parallel.threads(),
                () -> {
                    long[][] columns = new long[stride][PackedRows.BLOCK];
                    return i -> blocks.set(i, packed(blocks.get(i), all.layout(), columns));
                });
        return new PackedRows(all, blocks);
    }

    /// Packs a block anew, where it is if that has room.
    private static Block packed(Block block, RowLayout layout, long[][] columns) {
        int rows = block.rows();
        for (int w = 0; w < columns.length; w++) {
            block.layout().column(block.words(), block.at(), rows, w, columns[w]);
        }
        int size = rows * layout.width();
        long[] words = block.words();
        int at = block.at();
        int room = block.room();
        if (block.layout().width() == layout.width()) {
            Arrays.fill(words, at, at + size, 0);
        } else {
            words = new long[size];
            at = 0;
            room = rows;
        }
        layout.pack(columns, 0, rows, words, at);
        return new Block(layout, words, at, rows, room);
    }

    /// Forgets the rows that are packed.
    void clear() {
        blocks.clear();
        packedRows = 0;
    }
}
