package dev.rearview.engine.sort;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How rows of words are kept in fewer: of each word the bits in which any two rows differ, several
/// words in one where they fit. What is the same in all rows is kept once.
final class RowLayout {
    /// Bits by which a word that did not suffice is widened further, if that costs nothing.
    private static final int SLACK = 4;

    /// The bits that all rows have.
    private final long[] base;

    /// Where the bits that differ are in their word: how many are below them, and as many ones as
    /// they are.
    private final int[] low;

    private final long[] mask;

    /// Where they are kept: in which word of a packed row, above how many bits.
    private final int[] place;

    private final int[] shift;
    private final int width;

    /// @param row one of the rows
    /// @param differ in which bits others may differ from it
    RowLayout(long[] row, long[] differ) {
        int n = row.length;
        this.base = new long[n];
        this.low = new int[n];
        this.mask = new long[n];
        this.place = new int[n];
        this.shift = new int[n];
        int[] used = new int[n + 1];
        int places = 1;
        for (int w = 0; w < n; w++) {
            if (differ[w] == 0) {
                base[w] = row[w];
                continue;
            }
            low[w] = Long.numberOfTrailingZeros(differ[w]);
            int bits = Long.SIZE - Long.numberOfLeadingZeros(differ[w]) - low[w];
            mask[w] = bits == Long.SIZE ? -1L : (1L << bits) - 1;
            base[w] = row[w] & ~(mask[w] << low[w]);
            int to = 0;
            while (used[to] + bits > Long.SIZE) {
                to++;
            }
            place[w] = to;
            shift[w] = used[to];
            used[to] += bits;
            places = Math.max(places, to + 1);
        }
        this.width = places;
    }

    /// A layout for more rows as well: this one if it does.
    ///
    /// @param row one of them
    /// @param differ in which bits others of them differ from it
    static RowLayout of(@Nullable RowLayout known, long[] row, long[] differ) {
        if (known == null) {
            return new RowLayout(row, differ);
        }
        long[] all = new long[row.length];
        long[] roomy = new long[row.length];
        boolean fits = true;
        for (int w = 0; w < row.length; w++) {
            long there = known.mask[w] << known.low[w];
            long more = (differ[w] | row[w] ^ known.base[w]) & ~there;
            fits &= more == 0;
            all[w] = there | more;
            // What grows goes on growing, as times do.
            roomy[w] = more == 0 ? there : all[w] | (all[w] << SLACK & -Long.highestOneBit(all[w]));
        }
        if (fits) {
            return known;
        }
        RowLayout wide = new RowLayout(row, roomy);
        RowLayout tight = new RowLayout(row, all);
        return wide.width > tight.width ? tight : wide;
    }

    /// Words of a packed row.
    int width() {
        return width;
    }

    /// Packs rows.
    ///
    /// @param columns a column for each word, in which the rows are from `from` on
    long[] pack(long[][] columns, int from, int rows) {
        long[] packed = new long[rows * width];
        for (int w = 0; w < columns.length; w++) {
            if (mask[w] != 0) {
                pack(columns[w], from, rows, w, packed);
            }
        }
        return packed;
    }

    private void pack(long[] column, int from, int rows, int word, long[] packed) {
        int drop = low[word];
        long bits = mask[word];
        int raise = shift[word];
        int at = place[word];
        for (int i = from; i < from + rows; i++) {
            packed[at] |= (column[i] >>> drop & bits) << raise;
            at += width;
        }
    }

    /// In which of the words of a packed row a word's bits are.
    int place(int word) {
        return place[word];
    }

    /// Whether all rows have the same word.
    boolean isConstant(int word) {
        return mask[word] == 0;
    }

    /// How far a bit of a word that is kept lies above where it is in the word, perhaps below 0.
    int raise(int word) {
        return shift[word] - low[word];
    }

    /// Takes a word of packed rows.
    ///
    /// @param rows how many, from the first on
    /// @param into gets the word of row `i` at `i`; one that all rows have everywhere
    void column(long[] packed, int rows, int word, long[] into) {
        long bits = mask[word];
        long all = base[word];
        if (bits == 0) {
            Arrays.fill(into, all);
            return;
        }
        int drop = shift[word];
        int raise = low[word];
        int at = place[word];
        for (int i = 0; i < rows; i++) {
            into[i] = (packed[at] >>> drop & bits) << raise | all;
            at += width;
        }
    }

    /// Unpacks a row.
    void unpack(long[] packed, int at, long[] into, int to) {
        for (int w = 0; w < base.length; w++) {
            into[to + w] = (packed[at + place[w]] >>> shift[w] & mask[w]) << low[w] | base[w];
        }
    }
}
