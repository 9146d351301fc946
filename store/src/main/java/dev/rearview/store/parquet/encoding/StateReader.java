package dev.rearview.store.parquet.encoding;

/// A table of finite state entropy as [StateTable] writes it, and any compressor does.
final class StateReader {
    private static final int MIN_LOG = 5;
    private static final int MAX_LOG = 9;

    /// Of each state its symbol, how many bits lead to the next one and, from bit 16 on, what is
    /// added to them.
    final int[] states = new int[1 << MAX_LOG];

    /// There are `1 << log` of them.
    int log;

    /// Reads the table.
    ///
    /// @param mode as it stands before the sequences
    /// @return where it ends
    /// @throws RuntimeException if it is damaged or of another kind
    int read(byte[] in, int at, int mode) {
        if (mode == StateTable.ONE_SYMBOL) {
            log = 0;
            states[0] = in[at] & 0xFF;
            return at + 1;
        }
        log = MIN_LOG + (in[at] & 15);
        if (mode != StateTable.COUNTS || log > MAX_LOG) {
            throw new IllegalStateException("table of kind " + mode + ", 2^" + log + " states");
        }
        int[] share = new int[StateTable.SYMBOLS];
        int bit = 4;
        int left = (1 << log) + 1;
        int limit = 1 << log;
        int width = log + 1;
        for (int s = 0; left > 1; ) {
            int small = 2 * limit - 1 - left;
            int told = bits(in, at, bit, width - 1);
            if (told < small) {
                bit += width - 1;
            } else {
                told = bits(in, at, bit, width);
                bit += width;
                told -= told >= limit ? small : 0;
            }
            int count = told - 1;
            left -= Math.abs(count);
            share[s++] = count;
            if (count == 0) {
                int run;
                do {
                    run = bits(in, at, bit, 2);
                    bit += 2;
                    s += run;
                } while (run == 3);
            }
            while (left < limit) {
                width--;
                limit >>= 1;
            }
        }
        if (left != 1) {
            throw new IllegalStateException("counts of a table are wrong");
        }
        spread(share);
        return at + (bit + 7 >> 3);
    }

    private static int bits(byte[] in, int at, int bit, int width) {
        int i = at + (bit >> 3);
        int octets = in[i] & 0xFF | (in[i + 1] & 0xFF) << 8 | (in[i + 2] & 0xFF) << 16;
        return octets >>> (bit & 7) & (1 << width) - 1;
    }

    private void spread(int[] share) {
        int size = 1 << log;
        int top = size;
        int[] next = new int[share.length];
        for (int s = 0; s < share.length; s++) {
            next[s] = Math.abs(share[s]);
            if (share[s] < 0) {
                states[--top] = s;
            }
        }
        int step = (size >> 1) + (size >> 3) + 3;
        int at = 0;
        for (int s = 0; s < share.length; s++) {
            for (int i = 0; i < share[s]; i++) {
                states[at] = s;
                do {
                    at = at + step & size - 1;
                } while (at >= top);
            }
        }
        for (int i = 0; i < size; i++) {
            int s = states[i];
            int n = next[s]++;
            int width = log - (31 - Integer.numberOfLeadingZeros(n));
            states[i] = s | width << 8 | (n << width) - size << 16;
        }
    }
}
