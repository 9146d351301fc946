package dev.rearview.engine.group;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.model.Codes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Sums by dictionary code: the loops of a grouping by one column.
final class Kernels {
    private Kernels() {}

    /// Counts rows by code.
    ///
    /// @param index rows wanted, null for all
    static void count(Codes codes, int @Nullable [] index, int n, int[] out) {
        byte[] narrow = codes.bytes();
        short[] wide = codes.shorts();
        if (narrow != null) {
            if (index == null) {
                for (int i = 0; i < n; i++) {
                    out[narrow[i] & 0xFF]++;
                }
            } else {
                for (int i = 0; i < n; i++) {
                    out[narrow[index[i]] & 0xFF]++;
                }
            }
        } else if (wide != null) {
            if (index == null) {
                for (int i = 0; i < n; i++) {
                    out[wide[i] & 0xFFFF]++;
                }
            } else {
                for (int i = 0; i < n; i++) {
                    out[wide[index[i]] & 0xFFFF]++;
                }
            }
        } else {
            out[0] += n;
        }
    }

    /// Combines values by code.
    ///
    /// @param values of the rows wanted, one after the other
    /// @param out overwritten
    /// @param size number of codes
    static void combine(
            Aggregate.Kind kind,
            Codes codes,
            int @Nullable [] index,
            int n,
            long[] values,
            long[] out,
            int size) {
        switch (kind) {
            case SUM -> {
                Arrays.fill(out, 0, size, 0);
                sum(codes, index, n, values, out);
            }
            case MIN -> {
                Arrays.fill(out, 0, size, Long.MAX_VALUE);
                for (int i = 0; i < n; i++) {
                    int c = codes.get(index == null ? i : index[i]);
                    out[c] = Math.min(out[c], values[i]);
                }
            }
            case MAX -> {
                Arrays.fill(out, 0, size, Long.MIN_VALUE);
                for (int i = 0; i < n; i++) {
                    int c = codes.get(index == null ? i : index[i]);
                    out[c] = Math.max(out[c], values[i]);
                }
            }
            case COUNT, DISTINCT, PEAK -> throw new IllegalArgumentException(kind.toString());
        }
    }

    private static void sum(Codes codes, int @Nullable [] index, int n, long[] values, long[] out) {
        if (index == null) {
            sumAll(codes, n, values, out);
        } else {
            sumSome(codes, index, n, values, out);
        }
    }

    private static void sumAll(Codes codes, int n, long[] values, long[] out) {
        byte[] narrow = codes.bytes();
        short[] wide = codes.shorts();
        if (narrow != null) {
            for (int i = 0; i < n; i++) {
                out[narrow[i] & 0xFF] += values[i];
            }
        } else if (wide != null) {
            for (int i = 0; i < n; i++) {
                out[wide[i] & 0xFFFF] += values[i];
            }
        } else {
            for (int i = 0; i < n; i++) {
                out[0] += values[i];
            }
        }
    }

    private static void sumSome(Codes codes, int[] index, int n, long[] values, long[] out) {
        byte[] narrow = codes.bytes();
        short[] wide = codes.shorts();
        if (narrow != null) {
            for (int i = 0; i < n; i++) {
                out[narrow[index[i]] & 0xFF] += values[i];
            }
        } else if (wide != null) {
            for (int i = 0; i < n; i++) {
                out[wide[index[i]] & 0xFFFF] += values[i];
            }
        } else {
            for (int i = 0; i < n; i++) {
                out[0] += values[i];
            }
        }
    }
}
