package dev.rearview.model;

import java.util.Arrays;

/// The rows of a batch that are still in, as a bitmap: row i is bit `i mod 64` of word `i / 64`.
public final class Selection {
    private final long[] words;
    private final int rows;

    private Selection(int rows) {
        this.rows = rows;
        this.words = new long[(rows + 63) >>> 6];
    }

    /// All rows of a batch of `rows`.
    public static Selection all(int rows) {
        Selection selection = new Selection(rows);
        selection.fill();
        return selection;
    }

    public static Selection none(int rows) {
        return new Selection(rows);
    }

    private void fill() {
        Arrays.fill(words, -1L);
        if ((rows & 63) != 0) {
            words[words.length - 1] = (1L << (rows & 63)) - 1;
        }
    }

    public int rows() {
        return rows;
    }

    /// The bitmap itself; bits at and above `rows` are 0 and must stay so.
    public long[] words() {
        return words;
    }

    public void clear() {
        Arrays.fill(words, 0);
    }

    public boolean contains(int row) {
        return (words[row >>> 6] >>> row & 1) != 0;
    }

    public void add(int row) {
        words[row >>> 6] |= 1L << row;
    }

    public void remove(int row) {
        words[row >>> 6] &= ~(1L << row);
    }

    public Selection copy() {
        Selection copy = new Selection(rows);
        System.arraycopy(words, 0, copy.words, 0, words.length);
        return copy;
    }

    /// Keeps the rows that are also in `other`.
    public void retain(Selection other) {
        for (int i = 0; i < words.length; i++) {
            words[i] &= other.words[i];
        }
    }

    /// Drops the rows that are in `other`.
    public void removeAll(Selection other) {
        for (int i = 0; i < words.length; i++) {
            words[i] &= ~other.words[i];
        }
    }

    public void addAll(Selection other) {
        for (int i = 0; i < words.length; i++) {
            words[i] |= other.words[i];
        }
    }

    public boolean isEmpty() {
        for (long word : words) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    public int count() {
        int n = 0;
        for (long word : words) {
            n += Long.bitCount(word);
        }
        return n;
    }

    /// The first selected row at or after `from`, or -1.
    public int next(int from) {
        if (from >= rows) {
            return -1;
        }
        int index = from >>> 6;
        long word = words[index] & (-1L << from);
        while (word == 0) {
            if (++index == words.length) {
                return -1;
            }
            word = words[index];
        }
        return (index << 6) + Long.numberOfTrailingZeros(word);
    }
}
