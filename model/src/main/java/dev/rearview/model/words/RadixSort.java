package dev.rearview.model.words;

import java.util.Arrays;

/// Sorts words, or the numbers of rows of words from the last word to the first, digit by digit,
/// leaving out digits that are the same everywhere. Fewer than some hundred are compared instead.
public final class RadixSort {
    private static final int FEW_WORDS = 512;
    private static final int FEW_ROWS = 4096;

    /// From so many words on longer digits pay.
    private static final int MANY_WORDS = 1 << 14;

    private static final int MOST_BITS = 11;

    private RadixSort() {}

    /// Sorts the first `n` words as unsigned numbers.
    ///
    /// @param scratch at least `n` words that are overwritten
    public static void unsigned(long[] words, long[] scratch, int n) {
        if (n < FEW_WORDS) {
            if (isAnyNegative(words, n)) {
                unsigned(words, scratch, n, 0);
            } else {
                Arrays.sort(words, 0, n);
            }
            return;
        }
        unsigned(words, scratch, n, 0);
    }

    private static boolean isAnyNegative(long[] words, int n) {
        long any = 0;
        for (int i = 0; i < n; i++) {
            any |= words[i];
        }
        return any < 0;
    }

    /// Sorts the first `n` words by their upper bits alone, as unsigned numbers; words that are the
    /// same there keep their order.
    ///
    /// @param scratch at least `n` words that are overwritten
    /// @param low lowest bit that counts, 0 to 63
    public static void unsigned(long[] words, long[] scratch, int n, int low) {
        long differ = 0;
        for (int i = 1; i < n; i++) {
            differ |= words[i] ^ words[0];
        }
        int bits = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(differ) - low);
        // Digits of as many bits as take the fewest passes.
        int most = n < MANY_WORDS ? Byte.SIZE : MOST_BITS;
        int passes = (bits + most - 1) / most;
        int width = passes == 0 ? 0 : (bits + passes - 1) / passes;
        int size = 1 << width;
        int[] places = new int[passes * size];
        count(words, n, low, width, places);
        long[] from = words;
        long[] to = scratch;
        boolean inScratch = false;
        for (int pass = 0; pass < passes; pass++) {
            int shift = low + pass * width;
            int mask = size - 1;
            if ((differ >>> shift & mask) == 0) {
                continue;
            }
            int first = pass * size;
            toPlaces(places, first, size);
            for (int i = 0; i < n; i++) {
                long v = from[i];
                to[places[first + ((int) (v >>> shift) & mask)]++] = v;
            }
            long[] swap = from;
            from = to;
            to = swap;
            inScratch = !inScratch;
        }
        if (inScratch) {
            System.arraycopy(scratch, 0, words, 0, n);
        }
    }

    /// Counts how often each digit comes, of all places in one look at the words.
    private static void count(long[] words, int n, int low, int width, int[] counts) {
        int size = 1 << width;
        int mask = size - 1;
        switch (counts.length >> width) {
            case 2 -> {
                for (int i = 0; i < n; i++) {
                    long v = words[i] >>> low;
                    counts[(int) v & mask]++;
                    counts[size + ((int) (v >>> width) & mask)]++;
                }
            }
            case 3 -> {
                for (int i = 0; i < n; i++) {
                    long v = words[i] >>> low;
                    counts[(int) v & mask]++;
                    counts[size + ((int) (v >>> width) & mask)]++;
                    counts[2 * size + ((int) (v >>> 2 * width) & mask)]++;
                }
            }
            default -> {
                for (int first = 0, shift = low; first < counts.length; first += size) {
                    for (int i = 0; i < n; i++) {
                        counts[first + ((int) (words[i] >>> shift) & mask)]++;
                    }
                    shift += width;
                }
            }
        }
    }

    /// Turns how often each digit comes into where the first of each goes.
    private static void toPlaces(int[] counts, int first, int size) {
        int sum = 0;
        for (int i = first; i < first + size; i++) {
            int count = counts[i];
            counts[i] = sum;
            sum += count;
        }
    }

    /// Where the words of rows are.
    @FunctionalInterface
    public interface Keys {
        /// @param word from 0 on
        long word(int row, int word);
    }

    /// Row numbers in ascending order; equal rows keep theirs.
    ///
    /// @param keyWords words that count, compared as unsigned numbers
    public static int[] order(Keys keys, int keyWords, int rows) {
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        if (rows < FEW_ROWS) {
            WordRows.sort(order, rows, (a, b) -> compare(keys, a, b, keyWords));
            return order;
        }
        long[] words = new long[rows];
        PairSort pairs = new PairSort(words, order, new long[rows], new int[rows], 0);
        for (int k = keyWords - 1; k >= 0; k--) {
            for (int i = 0; i < rows; i++) {
                words[i] = keys.word(order[i], k);
            }
            pairs.sort(0, rows);
        }
        return order;
    }

    private static int compare(Keys keys, int a, int b, int keyWords) {
        for (int k = 0; k < keyWords; k++) {
            int c = Long.compareUnsigned(keys.word(a, k), keys.word(b, k));
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }
}
