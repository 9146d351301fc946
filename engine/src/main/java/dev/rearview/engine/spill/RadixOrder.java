package dev.rearview.engine.spill;

import java.util.Arrays;

/// Sorts rows of words by their first words, octet by octet from the last to the first, leaving out
/// octets that are the same everywhere. Equal rows keep their order.
public final class RadixOrder {
    private static final int SMALL = 4096;

    private RadixOrder() {}

    /// Where the words of rows are.
    @FunctionalInterface
    public interface Keys {
        long word(int row, int word);
    }

    /// Row numbers in order.
    ///
    /// @param keyWords words that count, compared as unsigned numbers
    /// @param reverse from high to low
    public static int[] of(Keys keys, int keyWords, int rows, boolean reverse) {
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        if (rows < SMALL) {
            WordRows.sort(
                    order,
                    rows,
                    (a, b) -> {
                        int c = compare(keys, a, b, keyWords);
                        return reverse ? -c : c;
                    });
            return order;
        }
        Pass pass = new Pass(order, reverse ? -1L : 0);
        for (int k = keyWords - 1; k >= 0; k--) {
            pass.byWord(keys, k);
        }
        return pass.order;
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

    /// Two sets of arrays, of which each step moves one into the other.
    private static final class Pass {
        private final long flip;
        private int[] order;
        private int[] nextOrder;
        private long[] keys;
        private long[] nextKeys;

        /// @param flip all ones to sort from high to low
        Pass(int[] order, long flip) {
            this.order = order;
            this.flip = flip;
            this.nextOrder = new int[order.length];
            this.keys = new long[order.length];
            this.nextKeys = new long[order.length];
        }

        void byWord(Keys words, int word) {
            long differ = 0;
            for (int i = 0; i < order.length; i++) {
                keys[i] = words.word(order[i], word) ^ flip;
                differ |= keys[i] ^ keys[0];
            }
            for (int shift = 0; shift < Long.SIZE; shift += 8) {
                if ((differ >>> shift & 0xFF) != 0) {
                    byOctet(shift);
                }
            }
        }

        private void byOctet(int shift) {
            int[] at = new int[256];
            for (long key : keys) {
                at[(int) (key >>> shift) & 0xFF]++;
            }
            int sum = 0;
            for (int i = 0; i < at.length; i++) {
                int count = at[i];
                at[i] = sum;
                sum += count;
            }
            move(keys, order, nextKeys, nextOrder, shift, at);
            long[] k = keys;
            keys = nextKeys;
            nextKeys = k;
            int[] o = order;
            order = nextOrder;
            nextOrder = o;
        }

        private static void move(
                long[] keys, int[] order, long[] toKeys, int[] toOrder, int shift, int[] at) {
            for (int i = 0; i < keys.length; i++) {
                long key = keys[i];
                int place = at[(int) (key >>> shift) & 0xFF]++;
                toKeys[place] = key;
                toOrder[place] = order[i];
            }
        }
    }

    /// Row numbers as they are.
    public static int[] unsorted(int rows) {
        int[] order = new int[rows];
        Arrays.setAll(order, i -> i);
        return order;
    }
}
