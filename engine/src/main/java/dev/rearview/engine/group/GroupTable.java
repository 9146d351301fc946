package dev.rearview.engine.group;

import java.util.Arrays;

/// A hash table whose keys are rows of words; each row has room for values behind its key. Rows are
/// numbered in order of arrival.
final class GroupTable {
    private static final int FIRST_SLOTS = 1024;
    private static final long MULTIPLIER = 0xFF51_AFD7_ED55_8CCDL;

    private final int keyWords;
    private final int stride;
    private int[] slots;
    private long[] words;
    private int size;

    GroupTable(int keyWords, int valueWords) {
        this(keyWords, valueWords, FIRST_SLOTS / 2);
    }

    /// @param expected rows that fit before the table grows
    GroupTable(int keyWords, int valueWords, int expected) {
        this.keyWords = keyWords;
        this.stride = keyWords + valueWords;
        int n = FIRST_SLOTS;
        while (n < expected * 2L && n < 1 << 30) {
            n <<= 1;
        }
        this.slots = new int[n];
        this.words = new long[Math.max(1, stride) * n / 2];
    }

    int size() {
        return size;
    }

    int stride() {
        return stride;
    }

    /// Row i starts at `i * stride()`. Replaced when the table grows.
    long[] words() {
        return words;
    }

    long bytes() {
        return words.length * 8L + slots.length * 4L;
    }

    /// Forgets all rows, keeping the memory.
    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
    }

    /// A hash of some words, of which all bits are good.
    static long hash(long[] key, int at, int count) {
        return hash(key, at, count, -1L);
    }

    /// @param lastMask what counts of the last word
    static long hash(long[] key, int at, int count, long lastMask) {
        long h = 0x9E37_79B9_7F4A_7C15L;
        for (int i = 0; i < count - 1; i++) {
            h = mix(h, key[at + i]);
        }
        return (count > 0 ? mix(h, key[at + count - 1] & lastMask) : h) * MULTIPLIER;
    }

    private static long mix(long hash, long word) {
        long h = (hash ^ word) * MULTIPLIER;
        return h ^ h >>> 32;
    }

    /// The row of the key at `key[at]`, added with zero values if it is new, which shows in
    /// [#size].
    ///
    /// @param hash as [#hash] gives for the whole key
    int find(long[] key, int at, long hash) {
        int mask = slots.length - 1;
        int slot = (int) (hash >>> 20) & mask;
        while (true) {
            int row = slots[slot] - 1;
            if (row < 0) {
                return add(key, at, slot);
            }
            if (matches(row * stride, key, at)) {
                return row;
            }
            slot = slot + 1 & mask;
        }
    }

    /// The row of a key, -1 if there is none. Several threads may ask at a time.
    ///
    /// @param hash as [#hash] gives for the whole key
    int get(long[] key, int at, long hash) {
        int mask = slots.length - 1;
        int slot = (int) (hash >>> 20) & mask;
        int row = slots[slot] - 1;
        while (row >= 0 && !matches(row * stride, key, at)) {
            slot = slot + 1 & mask;
            row = slots[slot] - 1;
        }
        return row;
    }

    private boolean matches(int row, long[] key, int at) {
        for (int i = 0; i < keyWords; i++) {
            if (words[row + i] != key[at + i]) {
                return false;
            }
        }
        return true;
    }

    private int add(long[] key, int at, int slot) {
        if ((size + 1) * stride > words.length) {
            words = Arrays.copyOf(words, Math.max(words.length * 2, stride));
        }
        int row = size * stride;
        System.arraycopy(key, at, words, row, keyWords);
        Arrays.fill(words, row + keyWords, row + stride, 0);
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            grow();
        }
        return size - 1;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int row = 0; row < size; row++) {
            int slot = (int) (hash(words, row * stride, keyWords) >>> 20) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = row + 1;
        }
    }
}
