package dev.rearview.engine.sort;

import org.jspecify.annotations.Nullable;

/// How rows of words are kept in fewer: of each word the bits in which any two rows differ, several
/// words in one where they fit. What is the same in all rows is kept once.
final class RowLayout {
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
        boolean fits = true;
        for (int w = 0; w < row.length; w++) {
            long there = known.mask[w] << known.low[w];
            long more = (differ[w] | row[w] ^ known.base[w]) & ~there;
            fits &= more == 0;
            all[w] = there | more;
        }
        return fits ? known : new RowLayout(row, all);
    }

    /// Words of a packed row.
    int width() {
        return width;
    }

    /// Packs rows.
    ///
    /// @param columns a column for each word
    long[] pack(long[][] columns, int rows) {
        long[] packed = new long[rows * width];
        for (int w = 0; w < columns.length; w++) {
            if (mask[w] != 0) {
                pack(columns[w], rows, w, packed);
            }
        }
        return packed;
    }

    private void pack(long[] column, int rows, int word, long[] packed) {
        int drop = low[word];
        long bits = mask[word];
        int raise = shift[word];
        int at = place[word];
        for (int i = 0; i < rows; i++) {
            packed[at] |= (column[i] >>> drop & bits) << raise;
            at += width;
        }
    }

    /// A word of a packed row.
    ///
    /// @param at where the row is
    long word(long[] packed, int at, int word) {
        return (packed[at + place[word]] >>> shift[word] & mask[word]) << low[word] | base[word];
    }

    /// Unpacks the first words of a row.
    ///
    /// @param into an array for each of them, whose entry at `to` is set
    void unpack(long[] packed, int at, long[][] into, int to) {
        for (int w = 0; w < into.length; w++) {
            into[w][to] = word(packed, at, w);
        }
    }

    /// Unpacks a row.
    void unpack(long[] packed, int at, long[] into, int to) {
        for (int w = 0; w < base.length; w++) {
            into[to + w] = word(packed, at, w);
        }
    }
}
