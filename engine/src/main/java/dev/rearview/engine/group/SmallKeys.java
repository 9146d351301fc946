package dev.rearview.engine.group;

/// Sums by a key of at most 16 bits, in arrays by the key itself.
final class SmallKeys {
    private static final int KEYS = 1 << 16;

    private final Aggregate.Kind[] kinds;
    private final long[] flows = new long[KEYS];
    private final long[][] values;

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
        }
    }

    /// Adds what the flows of one batch came to.
    ///
    /// @param code where the sums of the key are
    void add(int key, int code, int count, long[][] sums) {
        boolean fresh = flows[key] == 0;
        flows[key] += count;
        for (int a = 0; a < kinds.length; a++) {
            long[] into = values[a];
            switch (kinds[a]) {
                case SUM -> into[key] += sums[a][code];
                case MIN -> into[key] = fresh ? sums[a][code] : Math.min(into[key], sums[a][code]);
                case MAX -> into[key] = fresh ? sums[a][code] : Math.max(into[key], sums[a][code]);
                case COUNT, DISTINCT -> {}
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
