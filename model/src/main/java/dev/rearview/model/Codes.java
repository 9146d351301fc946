package dev.rearview.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Dictionary codes of a column's rows, 8 or 16 bits wide, or one code for all rows. The arrays may
/// be longer than the batch.
///
/// @param bytes 8-bit codes, or null
/// @param shorts 16-bit codes, or null; with both null every row has code 0
public record Codes(byte @Nullable [] bytes, short @Nullable [] shorts) {
    /// Every row has code 0.
    public static final Codes CONSTANT = new Codes(null, null);

    public boolean isConstant() {
        return bytes == null && shorts == null;
    }

    public int get(int row) {
        if (bytes != null) {
            return bytes[row] & 0xFF;
        }
        return shorts == null ? 0 : shorts[row] & 0xFFFF;
    }

    /// Puts `of[code]` of the first `rows` rows into `out`.
    public void gather(long[] of, long[] out, int rows) {
        byte[] narrow = bytes;
        short[] wide = shorts;
        if (narrow != null) {
            for (int i = 0; i < rows; i++) {
                out[i] = of[narrow[i] & 0xFF];
            }
        } else if (wide != null) {
            for (int i = 0; i < rows; i++) {
                out[i] = of[wide[i] & 0xFFFF];
            }
        } else {
            Arrays.fill(out, 0, rows, of[0]);
        }
    }

    /// Puts `of[code]` of `n` rows, whose numbers are in `index`, into `out`.
    public void gather(long[] of, int[] index, long[] out, int n) {
        byte[] narrow = bytes;
        short[] wide = shorts;
        if (narrow != null) {
            for (int i = 0; i < n; i++) {
                out[i] = of[narrow[index[i]] & 0xFF];
            }
        } else if (wide != null) {
            for (int i = 0; i < n; i++) {
                out[i] = of[wide[index[i]] & 0xFFFF];
            }
        } else {
            Arrays.fill(out, 0, n, of[0]);
        }
    }

    /// Sum of `of[code]` over the rows whose bits are set.
    long sum(long[] of, long[] words) {
        long sum = 0;
        for (int word = 0; word < words.length; word++) {
            long left = words[word];
            if (left == 0) {
                continue;
            }
            if (bytes != null) {
                sum += sum(of, bytes, left, word << 6);
            } else if (shorts != null) {
                sum += sum(of, shorts, left, word << 6);
            } else {
                sum += of[0] * Long.bitCount(left);
            }
        }
        return sum;
    }

    private static long sum(long[] of, byte[] codes, long bits, int base) {
        long sum = 0;
        for (long left = bits; left != 0; left &= left - 1) {
            sum += of[codes[base + Long.numberOfTrailingZeros(left)] & 0xFF];
        }
        return sum;
    }

    private static long sum(long[] of, short[] codes, long bits, int base) {
        long sum = 0;
        for (long left = bits; left != 0; left &= left - 1) {
            sum += of[codes[base + Long.numberOfTrailingZeros(left)] & 0xFFFF];
        }
        return sum;
    }

    /// Clears from `selection` the rows whose code is not accepted.
    ///
    /// @param accepted one entry for each dictionary code
    /// @param rows number of rows
    public void retain(boolean[] accepted, int rows, Selection selection) {
        byte[] narrow = bytes;
        short[] wide = shorts;
        if (narrow != null) {
            retain(accepted, narrow, rows, selection.words());
        } else if (wide != null) {
            retain(accepted, wide, rows, selection.words());
        } else if (!accepted[0]) {
            selection.clear();
        }
    }

    /// Clears from `selection` the rows whose code is not in `from` to `to - 1`.
    ///
    /// @param rows number of rows
    public void retain(int from, int to, int rows, Selection selection) {
        byte[] narrow = bytes;
        short[] wide = shorts;
        if (from >= to) {
            selection.clear();
        } else if (narrow != null) {
            retain(from, to - from, narrow, rows, selection.words());
        } else if (wide != null) {
            retain(from, to - from, wide, rows, selection.words());
        } else if (from > 0) {
            selection.clear();
        }
    }

    // Words of 64 rows are done by small methods: those are compiled soon.

    private static void retain(boolean[] accepted, byte[] codes, int rows, long[] words) {
        for (int word = 0, base = 0; base < rows; word++, base += 64) {
            if (words[word] != 0) {
                words[word] &= accepted(accepted, codes, base, Math.min(64, rows - base));
            }
        }
    }

    private static long accepted(boolean[] accepted, byte[] codes, int base, int n) {
        long bits = 0;
        for (int i = 0; i < n; i++) {
            bits |= accepted[codes[base + i] & 0xFF] ? 1L << i : 0;
        }
        return bits;
    }

    private static void retain(boolean[] accepted, short[] codes, int rows, long[] words) {
        for (int word = 0, base = 0; base < rows; word++, base += 64) {
            if (words[word] != 0) {
                words[word] &= accepted(accepted, codes, base, Math.min(64, rows - base));
            }
        }
    }

    private static long accepted(boolean[] accepted, short[] codes, int base, int n) {
        long bits = 0;
        for (int i = 0; i < n; i++) {
            bits |= accepted[codes[base + i] & 0xFFFF] ? 1L << i : 0;
        }
        return bits;
    }

    private static void retain(int from, int count, byte[] codes, int rows, long[] words) {
        for (int word = 0, base = 0; base < rows; word++, base += 64) {
            if (words[word] != 0) {
                words[word] &= inRange(from, count, codes, base, Math.min(64, rows - base));
            }
        }
    }

    /// A code is in the range where `code - from - count` borrows.
    private static long inRange(int from, int count, byte[] codes, int base, int n) {
        long bits = 0;
        for (int i = 0; i < n; i++) {
            int above = (codes[base + i] & 0xFF) - from & 0xFF;
            bits |= (long) (above - count >>> 31) << i;
        }
        return bits;
    }

    private static void retain(int from, int count, short[] codes, int rows, long[] words) {
        for (int word = 0, base = 0; base < rows; word++, base += 64) {
            if (words[word] != 0) {
                words[word] &= inRange(from, count, codes, base, Math.min(64, rows - base));
            }
        }
    }

    private static long inRange(int from, int count, short[] codes, int base, int n) {
        long bits = 0;
        for (int i = 0; i < n; i++) {
            int above = (codes[base + i] & 0xFFFF) - from & 0xFFFF;
            bits |= (long) (above - count >>> 31) << i;
        }
        return bits;
    }
}
