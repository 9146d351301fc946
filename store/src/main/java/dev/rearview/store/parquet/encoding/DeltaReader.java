package dev.rearview.store.parquet.encoding;

/// Decodes Parquet's DELTA_BINARY_PACKED encoding of 64-bit integers.
///
/// The data is looked at as words and bit positions: plain array accesses, which are fast before
/// the optimising compiler has come round to them.
public final class DeltaReader {
    /// Words behind the data that may be looked at.
    public static final int PADDING = 2;

    private static final int MAX_BLOCK = 1 << 20;

    private final long[] words;
    private final int end;
    private final long unit;
    private final long[] out;
    private int at;

    private DeltaReader(long[] words, int end, long unit, long[] out) {
        this.words = words;
        this.end = end;
        this.unit = unit;
        this.out = out;
    }

    /// Decodes `count` values into `out`.
    ///
    /// @param words the data, little-endian, followed by [#PADDING] words
    /// @param length octets of the data
    /// @param unit that each value is multiplied by
    /// @throws IllegalStateException if the data says otherwise or ends too early
    public static void decode(long[] words, int length, long unit, long[] out, int count) {
        new DeltaReader(words, length, unit, out).decode(count);
    }

    private void decode(int count) {
        long block = varint();
        long minis = varint();
        long total = varint();
        boolean fits = block > 0 && block <= MAX_BLOCK && minis > 0 && block % minis == 0;
        if (!fits || block / minis % 32 != 0 || total != count) {
            throw new IllegalStateException("delta header does not fit " + count + " values");
        }
        int perMini = (int) (block / minis);
        long value = zigzag();
        int row = 0;
        if (count > 0) {
            out[row++] = value * unit;
        }
        while (row < count) {
            long min = zigzag();
            int widthsAt = at;
            at += (int) minis;
            for (int m = 0; m < minis && row < count; m++) {
                int width = widthsAt + m < end ? octet(widthsAt + m) : -1;
                if (width < 0 || width > 64 || at > end - perMini / 8 * width) {
                    throw new IllegalStateException("delta block ends too early");
                }
                int n = Math.min(perMini, count - row);
                value =
                        width == Byte.SIZE
                                ? octets(min, value, row, n)
                                : unpack(width, min, value, row, n);
                row += n;
                at += perMini / 8 * width;
            }
        }
    }

    /// Adds up the `n` deltas of `width` bits each that come next, each above `min`.
    ///
    /// @return the last value
    private long unpack(int width, long min, long before, int row, int n) {
        long[] in = words;
        long[] to = out;
        long times = unit;
        long mask = width == 64 ? -1L : (1L << width) - 1;
        long value = before;
        long bit = at * 8L;
        for (int i = row; i < row + n; i++) {
            int word = (int) (bit >>> 6);
            int shift = (int) bit & 63;
            long low = in[word] >>> shift;
            long high = in[word + 1] << 1 << 63 - shift;
            value += min + ((low | high) & mask);
            to[i] = value * times;
            bit += width;
        }
        return value;
    }

    /// As [#unpack] does, where each delta is an octet: eight of a word.
    private long octets(long min, long before, int row, int n) {
        long[] to = out;
        long times = unit;
        long value = before;
        int shift = (at & 7) * Byte.SIZE;
        int word = at >>> 3;
        for (int i = row; i < row + n; word++) {
            long octets = words[word] >>> shift | words[word + 1] << 1 << 63 - shift;
            int end = Math.min(row + n, i + Long.BYTES);
            for (; i < end; i++) {
                value += min + (octets & 0xFF);
                to[i] = value * times;
                octets >>>= Byte.SIZE;
            }
        }
        return value;
    }

    private int octet(int i) {
        return (int) (words[i >>> 3] >>> (i & 7) * 8) & 0xFF;
    }

    private long varint() {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new IllegalStateException("delta block ends too early");
            }
            int b = octet(at++);
            v |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return v;
            }
        }
        throw new IllegalStateException("number of more than ten octets");
    }

    private long zigzag() {
        long v = varint();
        return v >>> 1 ^ -(v & 1);
    }
}
