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
        count(words, n, 0, digits);
        long[] from = words;
        long[] to = scratch;
        boolean inScratch = false;
        for (int pass = 0; pass < digits.passes; pass++) {
            if ((differ >>> pass * digits.width & digits.mask()) == 0) {
                continue;
            }
            pass(from, to, n, 0, digits, pass);
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
    ///
    /// @param places for each pass and digit how often it comes, then where the next word with it
    ///   goes
    private record Digits(int passes, int width, int[] places) {
        static Digits of(int bits, int n) {
            int most = n < MANY_WORDS ? Byte.SIZE : MOST_BITS;
            int passes = (bits + most - 1) / most;
            int width = passes == 0 ? 0 : (bits + passes - 1) / passes;
            return new Digits(passes, width, new int[passes << width]);
        }

        int size() {
            return 1 << width;
        }

        int mask() {
            return size() - 1;
        }
    }

    /// Puts words to where those of their digit go.
    ///
    /// @param low the bit at which the first digit begins
    private static void pass(long[] from, long[] to, int n, int low, Digits digits, int pass) {
        int shift = low + pass * digits.width;
        int first = pass * digits.size();
        int mask = digits.mask();
        int[] places = digits.places;
        toPlaces(places, first, digits.size());
        for (int i = 0; i < n; i++) {
            long v = from[i];
            to[places[first + ((int) (v >>> shift) & mask)]++] = v;
        }
    }

    /// Whether no value is less than the one before, as numbers with a sign.
    public static boolean isAscending(long[] values, int n) {
        int i = 1;
        while (i < n && values[i] >= values[i - 1]) {
            i++;
        }
        return i >= n;
    }

    /// How far apart values are.
    ///
    /// @param bits of the greatest value less the least
    public record Range(long least, int bits) {
        /// @param flip turns values into numbers whose order with a sign is theirs: 0, or the
        ///   highest bit for numbers without one
        public static Range of(long[] values, int n, long flip) {
            long least = Long.MAX_VALUE;
            long greatest = Long.MIN_VALUE;
            for (int i = 0; i < n; i++) {
                long v = values[i] ^ flip;
                least = Math.min(least, v);
                greatest = Math.max(greatest, v);
            }
            int bits = Long.SIZE - Long.numberOfLeadingZeros(greatest - least);
            return new Range(least ^ flip, bits);
        }
    }

    /// Sorts the numbers of rows by value: words of a value less the least, and below it the number
    /// of its row. Rows of the same value keep their order.
    ///
    /// @param range that of the values
    /// @param rowBits of the number of a row, at most 64 less those of the range
    /// @param one room for `n` words
    /// @param other room for `n` words; may be the values themselves, which are lost then
    /// @return which of both has the words
    public static long[] rows(
            long[] values, int n, Range range, int rowBits, long[] one, long[] other) {
        long least = range.least;
        Digits digits = Digits.of(Math.max(1, range.bits), n);
        int mask = digits.mask();
        count(values, n, least, digits);
        int[] places = digits.places;
        toPlaces(places, 0, digits.size());
        // The first pass makes the words, so that they are not written and read for that alone.
        for (int i = 0; i < n; i++) {
            long above = values[i] - least;
            one[places[(int) above & mask]++] = above << rowBits | i;
        }
        long[] from = one;
        long[] to = other;
        for (int pass = 1; pass < digits.passes; pass++) {
            pass(from, to, n, rowBits, digits, pass);
            long[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    /// Counts how often each digit of words less the least comes, of all places in one look at the
    /// words.
    private static void count(long[] words, int n, long least, Digits digits) {
        int size = digits.size();
        int mask = digits.mask();
        int width = digits.width;
        int[] counts = digits.places;
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
