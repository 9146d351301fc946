package dev.rearview.model.words;

/// Sorts pairs of a key and the number of a row by the key, unsigned; equal keys keep their order.
/// Pairs are parted by the highest bits in which they differ until few are left, which are
/// inserted.
public final class PairSort {
    private static final int FEW = 32;

    /// Bits by which pairs are parted at most: as many places are written at a time as stay in the
    /// cache.
    private static final int BITS = 8;

    private final long[] keys;
    private final int[] rows;
    private final long[] otherKeys;
    private final int[] otherRows;

    /// Where in the other arrays the place of a pair is.
    private final int away;

    /// @param keys sorted in place, as are the rows
    /// @param otherKeys scratch, as is `otherRows`
    /// @param away added to where a pair is, it gives its place in the scratch
    public PairSort(long[] keys, int[] rows, long[] otherKeys, int[] otherRows, int away) {
        this.keys = keys;
        this.rows = rows;
        this.otherKeys = otherKeys;
        this.otherRows = otherRows;
        this.away = away;
    }

    /// The same pairs with the two sets of arrays changed over.
    private PairSort turned() {
        return new PairSort(otherKeys, otherRows, keys, rows, -away);
    }

    /// Sorts the pairs `from` to `to - 1`. Threads may sort different ones at a time if they have
    /// scratch of their own for them.
    public void sort(int from, int to) {
        if (to - from <= FEW) {
            insert(from, to);
            return;
        }
        long differ = 0;
        long first = keys[from];
        for (int i = from + 1; i < to; i++) {
            differ |= keys[i] ^ first;
        }
        if (differ == 0) {
            return;
        }
        int bits = Math.min(BITS, 31 - Integer.numberOfLeadingZeros(to - from));
        part(from, to, Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(differ) - bits), bits);
    }

    private void insert(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            long key = keys[i];
            int row = rows[i];
            int j = i - 1;
            while (j >= from && Long.compareUnsigned(keys[j], key) > 0) {
                keys[j + 1] = keys[j];
                rows[j + 1] = rows[j];
                j--;
            }
            keys[j + 1] = key;
            rows[j + 1] = row;
        }
    }

    /// Parts pairs by some bits of their keys and sorts each part.
    ///
    /// @param shift bits below those
    private void part(int from, int to, int shift, int bits) {
        int[] ends = starts(from, to, shift, bits);
        move(from, to, shift, ends);
        PairSort parts = turned();
        int start = from;
        for (int end : ends) {
            if (end - start > 1) {
                parts.sort(start + away, end + away);
            }
            start = end;
        }
        System.arraycopy(otherKeys, from + away, keys, from, to - from);
        System.arraycopy(otherRows, from + away, rows, from, to - from);
    }

    /// Where the part of each value of the bits starts.
    private int[] starts(int from, int to, int shift, int bits) {
        int[] starts = new int[1 << bits];
        int mask = starts.length - 1;
        for (int i = from; i < to; i++) {
            starts[(int) (keys[i] >>> shift) & mask]++;
        }
        int sum = from;
        for (int i = 0; i < starts.length; i++) {
            int count = starts[i];
            starts[i] = sum;
            sum += count;
        }
        return starts;
    }

    /// Copies pairs to the scratch.
    ///
    /// @param at where the next pair of each part goes, but for what it is away; moved on
    private void move(int from, int to, int shift, int[] at) {
        int mask = at.length - 1;
        for (int i = from; i < to; i++) {
            long key = keys[i];
            int place = at[(int) (key >>> shift) & mask]++ + away;
            otherKeys[place] = key;
            otherRows[place] = rows[i];
        }
    }
}
