package dev.rearview.engine.group;

import java.util.Arrays;

/// A hash table whose keys are rows of words; each row has room for values behind its key. Rows are
/// numbered in order of arrival.
final class WordTable {
    private final int keyWords;
    private final int stride;
    private int[] slots = new int[1024];
    private long[] words;
    private int size;

    WordTable(int keyWords, int valueWords) {
        this.keyWords = keyWords;
        this.stride = keyWords + valueWords;
        this.words = new long[Math.max(1, stride) * 256];
    }

    int size() {
        return size;
    }

    int keyWords() {
        return keyWords;
    }

    /// Row i starts at `i * (keyWords + valueWords)`. Replaced when the table grows.
    long[] words() {
        return words;
    }

    long bytes() {
        return words.length * 8L + slots.length * 4L;
    }

    /// The row of `key`, added with zero values if it is new.
    int find(long[] key) {
        int mask = slots.length - 1;
        int slot = hash(key) & mask;
        while (slots[slot] != 0) {
            int row = slots[slot] - 1;
            if (matches(row * stride, key)) {
                return row;
            }
            slot = (slot + 1) & mask;
        }
        if ((size + 1) * stride > words.length) {
            words = Arrays.copyOf(words, Math.max(words.length * 2, stride));
        }
        System.arraycopy(key, 0, words, size * stride, keyWords);
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            grow();
        }
        return size - 1;
    }

    private boolean matches(int at, long[] key) {
        for (int i = 0; i < keyWords; i++) {
            if (words[at + i] != key[i]) {
                return false;
            }
        }
        return true;
    }

    private int hash(long[] key) {
        long h = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < keyWords; i++) {
            h = (h ^ key[i]) * 0xFF51AFD7ED558CCDL;
            h ^= h >>> 32;
        }
        return (int) h;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        long[] key = new long[keyWords];
        for (int row = 0; row < size; row++) {
            System.arraycopy(words, row * stride, key, 0, keyWords);
            int slot = hash(key) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = row + 1;
        }
    }
}
