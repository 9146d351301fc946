package dev.rearview.store.parquet.encoding;

import java.nio.ByteBuffer;

/// Checks dictionary codes before they are used, eight octets at a time: one by one they would take
/// longer than a filter that looks at them.
public final class CodeCheck {
    private CodeCheck() {}

    /// Whether all codes are below `size`.
    ///
    /// @param data little-endian
    /// @param at where the codes start
    /// @param bits of a code: 8 or 16
    public static boolean areBelow(ByteBuffer data, int at, int bits, int rows, int size) {
        if (size >= 1 << bits) {
            return true;
        }
        long ones = bits == 8 ? 0x0101_0101_0101_0101L : 0x0001_0001_0001_0001L;
        int half = 1 << bits - 1;
        long top = ones * half;
        boolean low = size <= half;
        // Added to the lower bits of a code it carries into the top bit if the code is too large.
        long add = ones * (low ? half - size : 2 * half - size);
        long bad = 0;
        int octets = rows * (bits / 8);
        int i = 0;
        for (; i <= octets - Long.BYTES; i += Long.BYTES) {
            long codes = data.getLong(at + i);
            long sums = (codes & ~top) + add;
            bad |= low ? sums | codes : sums & codes;
        }
        boolean good = (bad & top) == 0;
        for (; i < octets; i += bits / 8) {
            int code = bits == 8 ? data.get(at + i) & 0xFF : data.getShort(at + i) & 0xFFFF;
            good &= code < size;
        }
        return good;
    }
}
