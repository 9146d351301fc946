package dev.rearview.store.parquet.encoding;

import org.jspecify.annotations.Nullable;

/// Octets as a ZSTD frame that has literals only, which any decoder unpacks: the more often an
/// octet comes, the fewer bits it takes, and nothing is looked for that repeats.
///
/// Codes of values that come in no order repeat by chance only: a compressor that takes such
/// repetitions for matches makes more of them than their octets take one by one, and unpacking them
/// takes longer.
public final class LiteralFrame {
    /// Less is left to the compressor, and a block of less is as it is.
    private static final int MIN_LENGTH = 256;

    /// Octets that a block unpacks to, the most that ZSTD has; the last one has what is left.
    static final int BLOCK = 1 << 17;

    private static final int SYMBOLS = 256;

    /// The frame's header has no more octets, nor has all of a block that is neither its table nor
    /// codes.
    private static final int HEADERS = 32;

    /// Literals in four streams with a table before them, and sizes of 18 bits.
    private static final int FOUR_STREAMS = 2 | 3 << 2;

    private static final int STREAMS = 4;
    private static final int SIZES = 5;

    private final byte[] in;
    private final FrameOctets out;

    private LiteralFrame(byte[] in) {
        this.in = in;
        int blocks = (in.length + BLOCK - 1) / BLOCK;
        this.out = new FrameOctets(in.length + (blocks + 1) * HEADERS, in.length);
    }

    /// Packs octets.
    ///
    /// @param limit in octets
    /// @return null where the frame would not be shorter than `limit`
    public static byte @Nullable [] pack(byte[] octets, int limit) {
        if (octets.length < MIN_LENGTH) {
            return null;
        }
        LiteralFrame frame = new LiteralFrame(octets);
        for (int from = 0; from < octets.length; from += BLOCK) {
            if (!frame.block(from, Math.min(octets.length, from + BLOCK), limit)) {
                return null;
            }
        }
        return frame.out.written();
    }

    /// @return whether the frame is still shorter than `limit`; no codes are written where their
    ///   lengths tell that it would not be
    private boolean block(int from, int to, int limit) {
        boolean isLast = to == in.length;
        int block = out.beginBlock();
        HuffmanTable table = to - from < MIN_LENGTH ? null : HuffmanTable.of(counts(from, to));
        if (table == null || table.length() + HEADERS >= to - from) {
            out.octets(in, from, to);
            out.endBlock(block, FrameOctets.RAW, isLast);
        } else if (out.at + table.length() < limit) {
            literals(table, from, to);
            // No sequences.
            out.number(0, 1);
            out.endBlock(block, FrameOctets.COMPRESSED, isLast);
        } else {
            return false;
        }
        return out.at < limit;
    }

    private int[] counts(int from, int to) {
        int[] counts = new int[SYMBOLS];
        for (int i = from; i < to; i++) {
            counts[in[i] & 0xFF]++;
        }
        return counts;
    }

    private void literals(HuffmanTable table, int from, int to) {
        int header = out.at;
        out.at += SIZES;
        int began = out.at;
        table.write(out);
        int lengths = out.at;
        out.at += Short.BYTES * (STREAMS - 1);
        int each = (to - from + STREAMS - 1) / STREAMS;
        for (int i = 0; i < STREAMS; i++) {
            int start = out.at;
            int first = from + i * each;
            table.encode(in, first, Math.min(to, first + each), out);
            if (i < STREAMS - 1) {
                out.set(lengths + Short.BYTES * i, out.at - start, Short.BYTES);
            }
        }
        long sizes = to - from | (long) (out.at - began) << 18;
        out.set(header, FOUR_STREAMS | sizes << 4, SIZES);
    }
}
