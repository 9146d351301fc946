package dev.rearview.model.words;

import java.util.Arrays;

/// Sorts words octet by octet, skipping the octets that are the same everywhere.
public final class RadixSort {
    private static final int SMALL = 512;

    private RadixSort() {}

    /// Sorts the first `n` words as unsigned numbers.
    ///
    /// @param scratch at least `n` words that are overwritten
    public static void unsigned(long[] words, long[] scratch, int n) {
        long differ = 0;
        for (int i = 1; i < n; i++) {
            differ |= words[i] ^ words[0];
        }
        if (n < SMALL && differ >= 0) {
            Arrays.sort(words, 0, n);
            return;
        }
        long[] from = words;
        long[] to = scratch;
        boolean inScratch = false;
        int[] at = new int[256];
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            if ((differ >>> shift & 0xFF) == 0) {
                continue;
            }
            Arrays.fill(at, 0);
            for (int i = 0; i < n; i++) {
                at[(int) (from[i] >>> shift) & 0xFF]++;
            }
            int sum = 0;
            for (int i = 0; i < 256; i++) {
                int count = at[i];
                at[i] = sum;
                sum += count;
            }
            for (int i = 0; i < n; i++) {
                long v = from[i];
                to[at[(int) (v >>> shift) & 0xFF]++] = v;
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
}
