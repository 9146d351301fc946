package dev.rearview.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Parquet's DELTA_BINARY_PACKED encoding of 64-bit integers.
final class Delta {
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 128;
    private static final int MINI_BLOCKS = 4;
    private static final int MINI = BLOCK / MINI_BLOCKS;

    /// Octets behind the data that [#decode] may look at.
    static final int PADDING = 16;

    private final byte[] octets;
    private int at;

    private Delta(byte[] octets, int at) {
        this.octets = octets;
        this.at = at;
    }

    /// Octets that [#encode] needs at most, its own working room included.
    static int maxLength(int count) {
        int blocks = (count + BLOCK - 1) / BLOCK;
        return 32 + blocks * (10 + MINI_BLOCKS + BLOCK * Long.BYTES) + PADDING;
    }

    /// Encodes `count` values into `out`.
    ///
    /// @return the length
    static int encode(long[] values, int count, byte[] out) {
        Delta d = new Delta(out, 0);
        d.varint(BLOCK);
        d.varint(MINI_BLOCKS);
        d.varint(count);
        d.zigzag(count == 0 ? 0 : values[0]);
        long[] deltas = new long[BLOCK];
        for (int from = 1; from < count; from += BLOCK) {
            int n = Math.min(BLOCK, count - from);
            long min = Long.MAX_VALUE;
            for (int i = 0; i < n; i++) {
                deltas[i] = values[from + i] - values[from + i - 1];
                min = Math.min(min, deltas[i]);
            }
            for (int i = 0; i < BLOCK; i++) {
                deltas[i] = i < n ? deltas[i] - min : 0;
            }
            d.zigzag(min);
            d.block(deltas, n);
        }
        return d.at;
    }

    private void block(long[] deltas, int n) {
        int widthsAt = at;
        at += MINI_BLOCKS;
        for (int m = 0; m < MINI_BLOCKS; m++) {
            long all = 0;
            for (int i = m * MINI; i < (m + 1) * MINI; i++) {
                all |= deltas[i];
            }
            int width = Long.SIZE - Long.numberOfLeadingZeros(all);
            octets[widthsAt + m] = (byte) width;
            if (m * MINI < n) {
                pack(deltas, m * MINI, width);
            }
        }
    }

    /// Packs 32 numbers, the first in the lowest bits.
    private void pack(long[] numbers, int from, int width) {
        long pending = 0;
        int bits = 0;
        for (int i = from; i < from + MINI; i++) {
            long v = numbers[i];
            pending |= v << bits;
            bits += width;
            if (bits >= Long.SIZE) {
                WORD.set(octets, at, pending);
                at += Long.BYTES;
                bits -= Long.SIZE;
                pending = bits == 0 ? 0 : v >>> width - bits;
            }
        }
        // 32 numbers of any width end at a multiple of four octets.
        if (bits > 0) {
            WORD.set(octets, at, pending);
            at += bits / 8;
        }
    }

    /// Decodes `count` values into `out`.
    ///
    /// @param in the data, which ends at `end` and is followed by [#PADDING] octets
    /// @throws IllegalStateException if the data says otherwise or ends too early
    static void decode(byte[] in, int end, long[] out, int count) {
        Delta d = new Delta(in, 0);
        long block = d.readVarint(end);
        long minis = d.readVarint(end);
        long total = d.readVarint(end);
        boolean fits = block > 0 && block <= 1 << 20 && minis > 0 && block % minis == 0;
        if (!fits || block / minis % 32 != 0 || total != count) {
            throw new IllegalStateException("delta header does not fit " + count + " values");
        }
        int perMini = (int) (block / minis);
        long value = d.readZigzag(end);
        int row = 0;
        if (count > 0) {
            out[row++] = value;
        }
        while (row < count) {
            long min = d.readZigzag(end);
            int widthsAt = d.at;
            d.at += (int) minis;
            for (int m = 0; m < minis && row < count; m++) {
                if (widthsAt + m >= end) {
                    throw new IllegalStateException("delta block ends too early");
                }
                int width = in[widthsAt + m];
                if (width < 0 || width > 64 || d.at > end - perMini / 8 * width) {
                    throw new IllegalStateException("delta block ends too early");
                }
                int n = Math.min(perMini, count - row);
                value = unpack(in, d.at, width, min, value, out, row, n);
                row += n;
                d.at += perMini / 8 * width;
            }
        }
    }

    /// Adds up `n` deltas of `width` bits each.
    ///
    /// @return the last value
    private static long unpack(
            byte[] in, int at, int width, long min, long before, long[] out, int row, int n) {
        long value = before;
        if (width <= 56) {
            long mask = (1L << width) - 1;
            for (int i = 0, bit = 0; i < n; i++, bit += width) {
                long word = (long) WORD.get(in, at + (bit >>> 3));
                value += min + (word >>> (bit & 7) & mask);
                out[row + i] = value;
            }
            return value;
        }
        long mask = width == 64 ? -1L : (1L << width) - 1;
        for (int i = 0, bit = 0; i < n; i++, bit += width) {
            int shift = bit & 7;
            long low = (long) WORD.get(in, at + (bit >>> 3)) >>> shift;
            long high = shift == 0 ? 0 : (long) WORD.get(in, at + (bit >>> 3) + 8) << 64 - shift;
            value += min + ((low | high) & mask);
            out[row + i] = value;
        }
        return value;
    }

    private void varint(long v) {
        long rest = v;
        while ((rest & ~0x7FL) != 0) {
            octets[at++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        octets[at++] = (byte) rest;
    }

    private void zigzag(long v) {
        varint(v << 1 ^ v >> 63);
    }

    private long readVarint(int end) {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new IllegalStateException("delta block ends too early");
            }
            int b = octets[at++];
            v |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return v;
            }
        }
        throw new IllegalStateException("number of more than ten octets");
    }

    private long readZigzag(int end) {
        long v = readVarint(end);
        return v >>> 1 ^ -(v & 1);
    }
}
