package dev.rearview.engine.sort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of words, in blocks of 4096, packed: growing copies nothing. Rows come as columns and are
/// kept row by row, so that each is found in one place.
final class RowBlocks {
    static final int BITS = 12;
    static final int BLOCK = 1 << BITS;

    private final int stride;
    private final long[][] open;
    private final List<Block> blocks = new ArrayList<>();
    private @Nullable RowLayout layout;

    /// A row, and in which bits any others differ from it.
    private final long[] first;

    private final long[] differ;

    private int rows;
    private int filled;
    private long octets;

    record Block(RowLayout layout, long[] packed) {
        long word(int row, int word) {
            return layout.word(packed, row * layout.width(), word);
        }

        /// Something of a row, so that the others come into the cache.
        long touch(int row) {
            return packed[row * layout.width()];
        }

        /// Copies a row.
        void get(int row, long[] into, int at) {
            layout.unpack(packed, row * layout.width(), into, at);
        }

        /// Copies the first words of a row.
        ///
        /// @param into an array for each of them
        void get(int row, long[][] into, int at) {
            layout.unpack(packed, row * layout.width(), into, at);
        }
    }

    /// @param stride words of a row
    RowBlocks(int stride) {
        this.stride = stride;
        this.open = new long[stride][BLOCK];
        this.first = new long[stride];
        this.differ = new long[stride];
    }

    int rows() {
        return rows;
    }

    /// Memory of the rows, less the last thousands.
    long octets() {
        return octets;
    }

    /// How many rows can be put into the columns of [#open] until [#added] is told.
    int space() {
        return BLOCK - filled;
    }

    /// The columns that rows are put into, from [#openAt] on.
    long[][] open() {
        return open;
    }

    int openAt() {
        return filled;
    }

    void added(int more) {
        rows += more;
        filled += more;
        if (filled == BLOCK) {
            close();
        }
    }

    private void close() {
        long[] row = new long[stride];
        long[] among = new long[stride];
        for (int w = 0; w < stride; w++) {
            row[w] = open[w][0];
            among[w] = differ(open[w], filled);
            first[w] = blocks.isEmpty() ? row[w] : first[w];
            differ[w] |= among[w] | row[w] ^ first[w];
        }
        RowLayout all = RowLayout.of(layout, row, among);
        layout = all;
        Block b = new Block(all, all.pack(open, filled));
        octets += b.packed.length * 8L;
        blocks.add(b);
        filled = 0;
    }

    private static long differ(long[] column, int n) {
        long first = column[0];
        long differ = 0;
        for (int i = 1; i < n; i++) {
            differ |= column[i] ^ first;
        }
        return differ;
    }

    /// All rows, a block after the other; only the last may have fewer than others, and no row
    /// comes behind it.
    Block[] blocks() {
        if (filled > 0) {
            close();
        }
        return blocks.toArray(new Block[0]);
    }

    /// In which bits of a word any two rows of [#blocks] differ.
    long differ(int word) {
        return differ[word];
    }

    void clear() {
        blocks.clear();
        layout = null;
        rows = 0;
        Arrays.fill(differ, 0);
        filled = 0;
        octets = 0;
    }
}
