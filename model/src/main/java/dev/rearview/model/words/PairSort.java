package dev.rearview.model.words;

import java.util.Arrays;

/// Sorts pairs of a key and the number of a row by the key, unsigned; equal keys keep their order.
/// Many pairs are first parted by their highest octet that differs, so that what is then sorted
/// octet by octet from the last one on fits the cache; few are inserted.
public final class PairSort {
    private static final int FEW = 32;
    private static final int CACHED = 1 << 15;

    /// Values of an octet.
    private static final int OCTETS = 256;

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
        if (to - from > CACHED) {
            part(from, to, 63 - Long.numberOfLeadingZeros(differ) & ~7);
        } else {
            byOctets(from, to, differ);
        }
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

    private void part(int from, int to, int shift) {
        int[] at = places(from, to, shift);
        int[] starts = Arrays.copyOf(at, OCTETS + 1);
        starts[OCTETS] = to;
        move(from, to, shift, at);
        PairSort parts = turned();
        for (int i = 0; i < OCTETS; i++) {
            if (starts[i + 1] - starts[i] > 1) {
                parts.sort(starts[i] + away, starts[i + 1] + away);
            }
        }
        fetch(from, to);
    }

    /// Copies pairs back from the scratch.
    private void fetch(int from, int to) {
        System.arraycopy(otherKeys, from + away, keys, from, to - from);
        System.arraycopy(otherRows, from + away, rows, from, to - from);
    }

    private void byOctets(int from, int to, long differ) {
        PairSort turned = turned();
        boolean isTurned = false;
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            if ((differ >>> shift & 0xFF) == 0) {
                continue;
            }
            if (isTurned) {
                turned.move(from + away, to + away, shift);
            } else {
                move(from, to, shift);
            }
            isTurned = !isTurned;
        }
        if (isTurned) {
            fetch(from, to);
        }
    }

    private void move(int from, int to, int shift) {
        move(from, to, shift, places(from, to, shift));
    }

    /// Where the first pair of each octet goes.
    private int[] places(int from, int to, int shift) {
        int[] counts = new int[OCTETS];
        for (int i = from; i < to; i++) {
            counts[(int) (keys[i] >>> shift) & 0xFF]++;
        }
        int sum = from;
        for (int i = 0; i < OCTETS; i++) {
            int count = counts[i];
            counts[i] = sum;
            sum += count;
        }
        return counts;
    }

    /// Copies pairs to the scratch.
    ///
    /// @param at where the next pair of each octet goes, but for what it is away; moved on
    private void move(int from, int to, int shift, int[] at) {
        for (int i = from; i < to; i++) {
            long key = keys[i];
            int place = at[(int) (key >>> shift) & 0xFF]++ + away;
            otherKeys[place] = key;
            otherRows[place] = rows[i];
        }
    }
}
