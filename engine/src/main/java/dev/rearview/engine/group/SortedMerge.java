package dev.rearview.engine.group;

import dev.rearview.engine.exec.Ahead;
import dev.rearview.model.words.WordRows;
import java.io.IOException;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Puts sorted groups of several partitions into one order, block by block, so that the next block
/// is made while one is printed.
final class SortedMerge implements Ahead.Source<SortedMerge.Block> {
    private static final int ROWS = 1 << 12;

    /// Some rows, one behind the other.
    static final class Block {
        private final long[] words;
        private int rows;

        private Block(int stride) {
            this.words = new long[ROWS * stride];
        }

        long[] words() {
            return words;
        }

        int rows() {
            return rows;
        }
    }

    private final int stride;
    private final int keyWords;
    private final PriorityQueue<SortedGroups> heads;

    /// One is used while the other one is made.
    private final Block[] blocks;

    private int made;

    /// @param keyWords of a row, those that decide on the order
    SortedMerge(List<SortedGroups> sorted, int stride, int keyWords) throws IOException {
        this.stride = stride;
        this.keyWords = keyWords;
        this.heads = new PriorityQueue<>((a, b) -> compare(a, b));
        this.blocks = new Block[] {new Block(stride), new Block(stride)};
        for (SortedGroups g : sorted) {
            if (g.advance()) {
                heads.add(g);
            }
        }
    }

    private int compare(SortedGroups a, SortedGroups b) {
        return WordRows.compare(a.row(), 0, b.row(), 0, keyWords);
    }

    @Override
    public @Nullable Block next() throws IOException {
        Block block = blocks[made++ & 1];
        block.rows = 0;
        while (block.rows < ROWS) {
            SortedGroups g = heads.poll();
            if (g == null) {
                return block.rows == 0 ? null : block;
            }
            take(g, block);
            if (!g.isAtEnd()) {
                heads.add(g);
            }
        }
        return block;
    }

    /// Takes rows as long as they come before all others.
    private void take(SortedGroups g, Block block) throws IOException {
        SortedGroups other = heads.peek();
        do {
            System.arraycopy(g.row(), 0, block.words, block.rows++ * stride, stride);
        } while (g.advance() && block.rows < ROWS && (other == null || compare(g, other) < 0));
    }
}
