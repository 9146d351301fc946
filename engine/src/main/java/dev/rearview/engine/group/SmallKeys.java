package dev.rearview.engine.group;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.model.LongDictionary;
import java.util.Arrays;

/// Sums by a key of at most 16 bits, in arrays by the key itself.
final class SmallKeys {
    private static final int KEYS = 1 << 16;

    private final Aggregate.Kind[] kinds;
    private final long[] flows = new long[KEYS];
    private final long[][] values;
    private long[] key = {};

    /// Takes what one key came to.
    @FunctionalInterface
    interface Taker {
        /// @param values one for each aggregate; reused
        void take(int key, long[] values);
    }

    SmallKeys(Aggregate.Kind[] kinds) {
        this.kinds = kinds;
        this.values = new long[kinds.length][];
        for (int a = 0; a < kinds.length; a++) {
            values[a] = kinds[a] == Aggregate.Kind.COUNT ? flows : new long[KEYS];
            switch (kinds[a]) {
                case MIN -> Arrays.fill(values[a], Long.MAX_VALUE);
                case MAX -> Arrays.fill(values[a], Long.MIN_VALUE);
                case COUNT, SUM, DISTINCT, PEAK -> {}
            }
        }
    }

    /// Adds what the flows of one batch came to, by code.
    ///
    /// @param keys the key of each code
    /// @param count flows of each code
    /// @param sums for each aggregate, but for counts, what each code came to; where a code has no
    ///   flow, what changes nothing
    void addCodes(LongDictionary keys, int[] count, long[][] sums) {
        int size = keys.size();
        if (key.length < size) {
            key = new long[Math.min(KEYS, size * 2)];
        }
        keys.copy(key);
        for (int code = 0; code < size; code++) {
            flows[(int) key[code]] += count[code];
        }
        combine(key, size, sums);
    }

    /// Adds flows one by one.
    ///
    /// @param keys of `n` flows
    /// @param rows for each aggregate their values, but for counts
    void addRows(long[] keys, int n, long[][] rows) {
        for (int i = 0; i < n; i++) {
            flows[(int) keys[i]]++;
        }
        combine(keys, n, rows);
    }

    private void combine(long[] keys, int n, long[][] rows) {
        for (int a = 0; a < kinds.length; a++) {
            long[] into = values[a];
            long[] from = rows[a];
            switch (kinds[a]) {
                case SUM -> {
                    for (int i = 0; i < n; i++) {
                        into[(int) keys[i]] += from[i];
                    }
                }
                case MIN -> {
                    for (int i = 0; i < n; i++) {
                        into[(int) keys[i]] = Math.min(into[(int) keys[i]], from[i]);
                    }
                }
                case MAX -> {
                    for (int i = 0; i < n; i++) {
                        into[(int) keys[i]] = Math.max(into[(int) keys[i]], from[i]);
                    }
                }
                case COUNT, DISTINCT, PEAK -> {}
            }
        }
    }

    void drain(Taker out) {
        long[] row = new long[kinds.length];
        for (int key = 0; key < KEYS; key++) {
            if (flows[key] != 0) {
                for (int a = 0; a < kinds.length; a++) {
                    row[a] = values[a][key];
                }
                out.take(key, row);
            }
        }
    }
}
