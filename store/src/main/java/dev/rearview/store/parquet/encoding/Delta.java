package dev.rearview.store.parquet.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Parquet's DELTA_BINARY_PACKED encoding of 64-bit integers.
public final class Delta {
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 128;
    private static final int MINI_BLOCKS = 4;
    private static final int MINI = BLOCK / MINI_BLOCKS;

    /// Octets behind the data that are written over.
    private static final int PADDING = 16;

    private final byte[] octets;

    /// Bits that a delta takes at least where it takes any.
    private final int least;

    private int at;

    private Delta(byte[] octets, int least) {
        this.octets = octets;
        this.least = least;
    }

    /// Octets that [#encode] needs at most, its own working room included.
    public static int maxLength(int count) {
        int blocks = (count + BLOCK - 1) / BLOCK;
        return 32 + blocks * (10 + MINI_BLOCKS + BLOCK * Long.BYTES) + PADDING;
    }

    /// Encodes `count` values into `out`.
    ///
    /// @param least bits that a delta takes where it takes any, 1 to 64: with eight of them a
    ///   compressor sees small deltas one by one
    /// @return the length
    public static int encode(long[] values, int count, int least, byte[] out) {
        Delta d = new Delta(out, least);
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
            int width = all == 0 ? 0 : Math.max(least, Long.SIZE - Long.numberOfLeadingZeros(all));
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
}
