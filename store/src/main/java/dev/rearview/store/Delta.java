package dev.rearview.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Parquet's DELTA_BINARY_PACKED encoding of 64-bit integers.
final class Delta {
    private static final int BLOCK = 128;
    private static final int MINI_BLOCKS = 4;
    private static final int MINI = BLOCK / MINI_BLOCKS;

    private Delta() {}

    static byte[] encode(long[] values, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(count * 2 + 32);
        varint(BLOCK, out);
        varint(MINI_BLOCKS, out);
        varint(count, out);
        zigzag(count == 0 ? 0 : values[0], out);
        long[] deltas = new long[BLOCK];
        for (int from = 1; from < count; from += BLOCK) {
            int n = Math.min(BLOCK, count - from);
            long min = Long.MAX_VALUE;
            for (int i = 0; i < n; i++) {
                deltas[i] = values[from + i] - values[from + i - 1];
                min = Math.min(min, deltas[i]);
            }
            block(deltas, n, min, out);
        }
        return out.toByteArray();
    }

    private static void block(long[] deltas, int n, long min, ByteArrayOutputStream out) {
        zigzag(min, out);
        int[] widths = new int[MINI_BLOCKS];
        for (int m = 0; m < MINI_BLOCKS; m++) {
            long all = 0;
            for (int i = m * MINI; i < Math.min(n, (m + 1) * MINI); i++) {
                all |= deltas[i] - min;
            }
            widths[m] = 64 - Long.numberOfLeadingZeros(all);
            out.write(widths[m]);
        }
        for (int m = 0; m < MINI_BLOCKS && m * MINI < n; m++) {
            int width = widths[m];
            long pending = 0;
            int bits = 0;
            for (int i = m * MINI; i < (m + 1) * MINI; i++) {
                long v = i < n ? deltas[i] - min : 0;
                for (int done = 0; done < width; ) {
                    int take = Math.min(8 - bits, width - done);
                    pending |= (v >>> done & (1L << take) - 1) << bits;
                    bits += take;
                    done += take;
                    if (bits == 8) {
                        out.write((int) pending);
                        pending = 0;
                        bits = 0;
                    }
                }
            }
        }
    }

    /// Decodes `count` values.
    ///
    /// @throws IllegalStateException if the data says otherwise or ends too early
    static long[] decode(ByteBuffer in, int count) {
        long block = varint(in);
        long minis = varint(in);
        long total = varint(in);
        if (block <= 0 || block > 1 << 20 || minis <= 0 || block % minis != 0 || total != count) {
            throw new IllegalStateException("delta header does not fit " + count + " values");
        }
        int perMini = (int) (block / minis);
        long[] out = new long[count];
        long value = zigzag(in);
        int at = 0;
        if (count > 0) {
            out[at++] = value;
        }
        while (at < count) {
            long min = zigzag(in);
            byte[] widths = new byte[(int) minis];
            in.get(widths);
            for (int m = 0; m < minis && at < count; m++) {
                int width = widths[m];
                if (width < 0 || width > 64 || in.remaining() < perMini * width / 8) {
                    throw new IllegalStateException("delta block ends too early");
                }
                int start = in.position();
                long bit = 0;
                for (int i = 0; i < perMini && at < count; i++, bit += width) {
                    value += min + bits(in, start, bit, width);
                    out[at++] = value;
                }
                in.position(start + perMini * width / 8);
            }
        }
        return out;
    }

    private static long bits(ByteBuffer in, int start, long bit, int width) {
        long v = 0;
        int done = 0;
        int at = start + (int) (bit >>> 3);
        int shift = (int) bit & 7;
        while (done < width) {
            int take = Math.min(8 - shift, width - done);
            v |= (long) ((in.get(at++) & 0xFF) >>> shift & (1 << take) - 1) << done;
            done += take;
            shift = 0;
        }
        return v;
    }

    private static void varint(long v, ByteArrayOutputStream out) {
        long rest = v;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void zigzag(long v, ByteArrayOutputStream out) {
        varint(v << 1 ^ v >> 63, out);
    }

    private static long varint(ByteBuffer in) {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = in.get();
            v |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return v;
            }
        }
        throw new IllegalStateException("number of more than ten octets");
    }

    private static long zigzag(ByteBuffer in) {
        long v = varint(in);
        return v >>> 1 ^ -(v & 1);
    }
}
