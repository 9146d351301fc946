package dev.rearview.store.parquet.encoding;

/// How often each of a few symbols comes, and by that the bits that tell them: the finite state
/// entropy of ZSTD's sequences. Written backwards, read forwards.
final class StateTable {
    /// Symbols are below this.
    static final int SYMBOLS = 64;

    private static final int MIN_LOG = 5;
    private static final int MAX_LOG = 8;

    /// How a table stands before the sequences: as its only symbol, or as counts.
    static final int ONE_SYMBOL = 1;

    static final int COUNTS = 2;

    /// The only symbol, -1 if there are more.
    private final int only;

    private final int log;

    /// Of the states each symbol has so many; together they are `1 << log`.
    private final int[] share;

    /// The states of the symbols, those of each one behind those of the one before.
    private final int[] states;

    /// Where the states of each symbol begin.
    private final int[] first = new int[SYMBOLS];

    /// The state that what was written last leads to.
    private int state;

    /// @param counts of each symbol, of which one or more are not zero; of 2^20 in all at most
    StateTable(int[] counts) {
        int total = 0;
        int symbols = 0;
        int most = 0;
        for (int s = 0; s < SYMBOLS; s++) {
            total += counts[s];
            symbols += counts[s] == 0 ? 0 : 1;
            most = counts[s] > counts[most] ? s : most;
        }
        only = symbols == 1 ? most : -1;
        int wanted = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(total / 8, symbols * 2));
        log = Math.clamp(wanted, MIN_LOG, MAX_LOG);
        share = shares(counts, total, most);
        states = new int[1 << log];
        if (only < 0) {
            spread();
        }
    }

    /// How many states each symbol has: as it comes, but one at least.
    private int[] shares(int[] counts, int total, int most) {
        int[] out = new int[SYMBOLS];
        int rest = 1 << log;
        for (int s = 0; s < SYMBOLS; s++) {
            if (counts[s] > 0) {
                out[s] = Math.max(1, (int) (((long) counts[s] << log) / total));
                rest -= out[s];
            }
        }
        out[most] += rest;
        return out;
    }

    /// Gives the states to the symbols in the order that decoders know.
    private void spread() {
        int size = 1 << log;
        int step = (size >> 1) + (size >> 3) + 3;
        int[] symbols = new int[size];
        int at = 0;
        int sum = 0;
        for (int s = 0; s < SYMBOLS; s++) {
            first[s] = sum;
            sum += share[s];
            for (int i = 0; i < share[s]; i++) {
                symbols[at] = s;
                at = at + step & size - 1;
            }
        }
        int[] next = first.clone();
        for (int i = 0; i < size; i++) {
            states[next[symbols[i]]++] = size + i;
        }
    }

    /// [#ONE_SYMBOL] or [#COUNTS].
    int mode() {
        return only >= 0 ? ONE_SYMBOL : COUNTS;
    }

    /// Writes the table itself.
    ///
    /// @param at where
    /// @return where it ends
    int write(byte[] out, int at) {
        if (only >= 0) {
            out[at] = (byte) only;
            return at + 1;
        }
        Bits bits = new Bits(out, at);
        bits.add(log - MIN_LOG, 4);
        int left = (1 << log) + 1;
        int limit = 1 << log;
        int width = log + 1;
        for (int s = 0; left > 1; ) {
            int count = share[s++];
            int small = 2 * limit - 1 - left;
            left -= count;
            int told = count + 1 >= limit ? count + 1 + small : count + 1;
            bits.add(told, told < small ? width - 1 : width);
            if (count == 0) {
                s = zeros(bits, s);
            }
            while (left < limit) {
                width--;
                limit >>= 1;
            }
        }
        return bits.end();
    }

    /// Tells how many more symbols without states follow, three at a time.
    private int zeros(Bits bits, int from) {
        int s = from;
        int run = 0;
        while (share[s] == 0) {
            s++;
            run++;
        }
        for (; run >= 3; run -= 3) {
            bits.add(3, 2);
        }
        bits.add(run, 2);
        return s;
    }

    /// Begins with the last symbol.
    void begin(int symbol) {
        if (only < 0) {
            state = states[first[symbol]];
        }
    }

    /// Writes what leads from a symbol to the one written before, which follows it.
    void add(int symbol, Bits bits) {
        if (only >= 0) {
            return;
        }
        int n = share[symbol];
        // So many bits that what is left of the state is one of the symbol's own.
        int width = log - (31 - Integer.numberOfLeadingZeros(n));
        if (state >>> width < n) {
            width--;
        }
        bits.add(state & (1 << width) - 1, width);
        state = states[first[symbol] + (state >>> width) - n];
    }

    /// Writes the state that reading begins with.
    void end(Bits bits) {
        if (only < 0) {
            bits.add(state & (1 << log) - 1, log);
        }
    }

    /// Bits one after the other, the first in the lowest bit of an octet.
    static final class Bits {
        private final byte[] out;
        private int at;
        private long waiting;
        private int count;

        Bits(byte[] out, int at) {
            this.out = out;
            this.at = at;
        }

        /// @param width 32 at most
        void add(int value, int width) {
            waiting |= (value & 0xFFFF_FFFFL) << count;
            count += width;
            while (count >= Byte.SIZE) {
                out[at++] = (byte) waiting;
                waiting >>>= Byte.SIZE;
                count -= Byte.SIZE;
            }
        }

        /// Fills the last octet with zeros.
        ///
        /// @return where the bits end
        int end() {
            if (count > 0) {
                out[at++] = (byte) waiting;
                waiting = 0;
                count = 0;
            }
            return at;
        }
    }
}
