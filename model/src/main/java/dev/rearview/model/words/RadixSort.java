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
        if (n < FEW_WORDS && !isAnyNegative(words, n)) {
            Arrays.sort(words, 0, n);
            return;
        }
        long differ = 0;
        for (int i = 1; i < n; i++) {
            differ |= words[i] ^ words[0];
        }
        Digits digits = Digits.of(Long.SIZE - Long.numberOfLeadingZeros(differ), n);
        int[] places = count(words, n, 0, digits);
        long[] from = words;
        long[] to = scratch;
        boolean inScratch = false;
        for (int pass = 0; pass < digits.passes; pass++) {
            if ((differ >>> pass * digits.width & digits.mask()) == 0) {
                continue;
            }
            pass(from, to, n, pass * digits.width, digits, pass, places);
            long[] swap = from;
            from = to;
            to = swap;
            inScratch = !inScratch;
        }
        if (inScratch) {
            System.arraycopy(scratch, 0, words, 0, n);
        }
    }

    private static boolean isAnyNegative(long[] words, int n) {
        long any = 0;
        for (int i = 0; i < n; i++) {
            any |= words[i];
        }
        return any < 0;
    }

    /// Digits of as many bits as take the fewest passes.
    private record Digits(int passes, int width) {
        static Digits of(int bits, int n) {
            int most = n < MANY_WORDS ? Byte.SIZE : MOST_BITS;
            int passes = (bits + most - 1) / most;
            return new Digits(passes, passes == 0 ? 0 : (bits + passes - 1) / passes);
        }

        int size() {
            return 1 << width;
        }

        int mask() {
            return size() - 1;
        }
    }

    /// Puts words to where those of their digit go.
    private static void pass(
            long[] from, long[] to, int n, int shift, Digits digits, int pass, int[] places) {
        int first = pass * digits.size();
        int mask = digits.mask();
        toPlaces(places, first, digits.size());
        for (int i = 0; i < n; i++) {
            long v = from[i];
            to[places[first + ((int) (v >>> shift) & mask)]++] = v;
        }
    }

    /// Sorts the numbers of rows by value: words of a value less the least, and below it the number
    /// of its row. Rows of the same value keep their order.
    ///
    /// @param least the least value
    /// @param bits of the greatest value less the least
    /// @param rowBits of the number of a row, at most 64 less `bits`
    /// @param one room for `n` words
    /// @param other room for `n` words; may be the values themselves, which are lost then
    /// @return which of both has the words
    public static long[] rows(
            long[] values, int n, long least, int bits, int rowBits, long[] one, long[] other) {
        Digits digits = Digits.of(Math.max(1, bits), n);
        int mask = digits.mask();
        int[] places = count(values, n, least, digits);
        toPlaces(places, 0, digits.size());
        // The first pass makes the words, so that they are not written and read for that alone.
        for (int i = 0; i < n; i++) {
            long above = values[i] - least;
            one[places[(int) above & mask]++] = above << rowBits | i;
        }
        long[] from = one;
        long[] to = other;
        for (int pass = 1; pass < digits.passes; pass++) {
            pass(from, to, n, rowBits + pass * digits.width, digits, pass, places);
            long[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    /// Counts how often each digit of words less the least comes, of all places in one look at the
    /// words.
    private static int[] count(long[] words, int n, long least, Digits digits) {
        int size = digits.size();
        int mask = digits.mask();
        int width = digits.width;
        int[] counts = new int[digits.passes * size];
        switch (digits.passes) {
            case 2 -> {
                for (int i = 0; i < n; i++) {
                    long v = words[i] - least;
                    counts[(int) v & mask]++;
                    counts[size + ((int) (v >>> width) & mask)]++;
                }
            }
            case 3 -> {
                for (int i = 0; i < n; i++) {
                    long v = words[i] - least;
                    counts[(int) v & mask]++;
                    counts[size + ((int) (v >>> width) & mask)]++;
                    counts[2 * size + ((int) (v >>> 2 * width) & mask)]++;
                }
            }
            default -> {
                for (int pass = 0; pass < digits.passes; pass++) {
                    int shift = pass * width;
                    for (int i = 0; i < n; i++) {
                        counts[pass * size + ((int) (words[i] - least >>> shift) & mask)]++;
                    }
                }
            }
        }
        return counts;
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
