package dev.rearview.engine.sort;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How rows of words are kept in fewer: of each word the bits in which any two rows differ, several
/// words in one where they fit. What is the same in all rows is kept once.
final class RowLayout {
    /// Bits by which a word that did not suffice is widened further, where that costs nothing.
    private static final int[] SLACKS = {16, 8, 4};

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
        int[] bits = new int[n];
        for (int w = 0; w < n; w++) {
            if (differ[w] == 0) {
                base[w] = row[w];
                continue;
            }
            low[w] = Long.numberOfTrailingZeros(differ[w]);
            bits[w] = Long.SIZE - Long.numberOfLeadingZeros(differ[w]) - low[w];
            mask[w] = -1L >>> Long.SIZE - bits[w];
            base[w] = row[w] & ~(mask[w] << low[w]);
        }
        this.width = arrange(bits);
    }

    /// Finds places for words, for those of many bits first.
    ///
    /// @return how many packed words they take, at least one
    private int arrange(int[] bits) {
        int[] used = new int[bits.length + 1];
        int places = 1;
        for (int size = Long.SIZE; size > 0; size--) {
            for (int w = 0; w < bits.length; w++) {
                if (bits[w] == size) {
                    int to = 0;
                    while (used[to] + size > Long.SIZE) {
                        to++;
                    }
                    place[w] = to;
                    shift[w] = used[to];
                    used[to] += size;
                    places = Math.max(places, to + 1);
                }
            }
        }
        return places;
    }

    /// A layout for more rows: the one known if it does.
    ///
    /// @param row one of all rows
    /// @param differ in which bits any others differ from it
    static RowLayout of(@Nullable RowLayout known, long[] row, long[] differ) {
        if (known == null) {
            return new RowLayout(row, differ);
        }
        boolean fits = true;
        for (int w = 0; w < row.length; w++) {
            fits &= known.fits(w, differ[w]);
        }
        return fits ? known : known.wider(row, differ);
    }

    private boolean fits(int word, long differ) {
        return (differ & ~(mask[word] << low[word])) == 0;
    }

    /// A layout in which words that did not suffice can grow, as times do; each change of the
    /// layout has all rows packed anew.
    private RowLayout wider(long[] row, long[] differ) {
        RowLayout tight = new RowLayout(row, differ);
        for (boolean keep : new boolean[] {true, false}) {
            for (int slack : SLACKS) {
                RowLayout roomy = new RowLayout(row, roomy(differ, slack, keep));
                if (roomy.width == tight.width) {
                    return roomy;
                }
            }
        }
        return tight;
    }

    /// Bits for what differs and may come to differ.
    ///
    /// @param keep whether words that suffice keep the room that they have
    private long[] roomy(long[] differ, int slack, boolean keep) {
        long[] wide = differ.clone();
        for (int w = 0; w < wide.length; w++) {
            if (!fits(w, differ[w])) {
                wide[w] |= differ[w] << slack & -Long.highestOneBit(differ[w]);
            } else if (keep) {
                wide[w] |= mask[w] << low[w];
            }
        }
        return wide;
    }

    /// Words of a packed row.
    int width() {
        return width;
    }

    /// Packs rows.
    ///
    /// @param columns a column for each word, in which the rows are from `from` on
    /// @param packed gets them from `to` on, where there are zeros
    void pack(long[][] columns, int from, int rows, long[] packed, int to) {
        for (int w = 0; w < columns.length; w++) {
            if (mask[w] != 0) {
                pack(columns[w], from, rows, w, packed, to + place[w]);
            }
        }
    }

    private void pack(long[] column, int from, int rows, int word, long[] packed, int to) {
        int drop = low[word];
        long bits = mask[word];
        int raise = shift[word];
        int at = to;
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
    /// @param from where the first of them is
    /// @param rows how many
    /// @param into gets the word of row `i` at `i`; one that all rows have everywhere
    void column(long[] packed, int from, int rows, int word, long[] into) {
        long bits = mask[word];
        long all = base[word];
        if (bits == 0) {
            Arrays.fill(into, all);
            return;
        }
        int drop = shift[word];
        int raise = low[word];
        int at = from + place[word];
        for (int i = 0; i < rows; i++) {
            into[i] = (packed[at] >>> drop & bits) << raise | all;
            at += width;
        }
    }

    /// Packs a row.
    ///
    /// @param packed gets it, whatever was there
    void pack(long[] row, long[] packed) {
        Arrays.fill(packed, 0, width, 0);
        for (int w = 0; w < row.length; w++) {
            packed[place[w]] |= (row[w] >>> low[w] & mask[w]) << shift[w];
        }
    }

    /// Unpacks a row.
    ///
    /// @param at where it is in the packed rows
    void unpack(long[] packed, int at, long[] into) {
        for (int w = 0; w < into.length; w++) {
            into[w] = (packed[at + place[w]] >>> shift[w] & mask[w]) << low[w] | base[w];
        }
    }
}
