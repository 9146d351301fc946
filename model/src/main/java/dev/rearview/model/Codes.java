package dev.rearview.model;

import org.jspecify.annotations.Nullable;

/// Dictionary codes of a column's rows, 8 or 16 bits wide, or one code for all rows.
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

    /// Clears from `selection` the rows whose code is not accepted.
    ///
    /// @param accepted one entry for each dictionary code
    /// @param rows number of rows
    public void retain(boolean[] accepted, int rows, Selection selection) {
        if (isConstant()) {
            if (!accepted[0]) {
                selection.clear();
            }
            return;
        }
        long[] words = selection.words();
        byte[] narrow = bytes;
        short[] wide = shorts;
        for (int word = 0, base = 0; base < rows; word++, base += 64) {
            if (words[word] == 0) {
                continue;
            }
            int end = Math.min(64, rows - base);
            long bits = 0;
            if (narrow != null) {
                for (int i = 0; i < end; i++) {
                    bits |= accepted[narrow[base + i] & 0xFF] ? 1L << i : 0;
                }
            } else if (wide != null) {
                for (int i = 0; i < end; i++) {
                    bits |= accepted[wide[base + i] & 0xFFFF] ? 1L << i : 0;
                }
            }
            words[word] &= bits;
        }
    }
}
