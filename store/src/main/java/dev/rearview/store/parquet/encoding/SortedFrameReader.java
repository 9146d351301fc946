package dev.rearview.store.parquet.encoding;

import dev.rearview.model.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Unpacks frames of [SortedFrame] in less time than a decompressor that does not know them, and
/// finds an address in one without unpacking all of it.
///
/// An entry is put together in two words, in which what it has as the one before stands already, so
/// that a match is nothing to do, and nothing is read where it was just written.
public final class SortedFrameReader {
    /// Octets that have to be behind a frame, and behind what is unpacked: literals and entries are
    /// moved eight at a time.
    public static final int PADDING = Long.BYTES;

    /// Magic number, descriptor and length.
    private static final int HEADER = 9;

    private static final int BLOCK_HEADER = 3;

    /// Octets of the two words, whose last ones an entry takes.
    private static final int WORDS = 16;

    private static final int FIRST_WITH_BITS = 16;

    private final StateReader ofLiterals = new StateReader();
    private final StateReader ofOffsets = new StateReader();
    private final StateReader ofMatches = new StateReader();

    private byte[] in = {};
    private ByteBuffer read = ByteBuffer.wrap(in);
    private ByteBuffer written = ByteBuffer.wrap(in);

    /// Octets of an entry: 4, 8 or 16.
    private int width;

    /// Where the next entry goes.
    private int at;

    // The entry that is being put together, and where in the words its next octet goes.
    private long hi;
    private long lo;
    private int place;

    /// Where the block's next literal is, and where they end.
    private int literal;

    private int literalsEnd;

    /// Unpacks a frame.
    ///
    /// @param frame begins with it; has [#PADDING] behind it
    /// @param length octets of the frame
    /// @param out gets what is unpacked; has [#PADDING] behind it
    /// @param width octets of an entry: 4, 8 or 16
    /// @return how many octets came out
    /// @throws RuntimeException if the frame is damaged, none of those, or too long for `out`
    public int unpack(byte[] frame, int length, byte[] out, int width) {
        use(frame, out, width);
        int from = HEADER;
        boolean isLast = false;
        while (!isLast) {
            int header = header(read, from);
            int to = end(from, header);
            check(to <= length);
            block(header, from + BLOCK_HEADER, to);
            isLast = (header & 1) != 0;
            from = to;
        }
        return at;
    }

    private void use(byte[] from, byte[] to, int octets) {
        in = from;
        read = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
        written = ByteBuffer.wrap(to);
        width = octets;
        at = 0;
    }

    private static void check(boolean isOurs) {
        if (!isOurs) {
            throw new IllegalStateException("frame is damaged");
        }
    }

    private static int header(ByteBuffer frame, int at) {
        return frame.getShort(at) & 0xFFFF | (frame.get(at + 2) & 0xFF) << 16;
    }

    /// Where a block ends.
    private static int end(int at, int header) {
        return at + BLOCK_HEADER + (header >>> 3);
    }

    private static int kind(int header) {
        return header >>> 1 & 3;
    }

    private void block(int header, int from, int to) {
        if (kind(header) == FrameOctets.RAW) {
            written.put(at, in, from, to - from);
            at += to - from;
            return;
        }
        int form = in[from] & 15;
        check(kind(header) == FrameOctets.COMPRESSED && (form & 3) == 0);
        int before = literalsHeader(form);
        literal = from + before;
        int count = header(read, from) & (1 << 8 * before) - 1;
        literalsEnd = literal + (count >>> (before == 1 ? 3 : 4));
        int next = literalsEnd;
        int sequences = in[next++] & 0xFF;
        if (sequences >= 0x80) {
            sequences = (sequences & 0x7F) << 8 | in[next++] & 0xFF;
        }
        int modes = in[next++] & 0xFF;
        next = ofLiterals.read(in, next, modes >>> 6);
        next = ofOffsets.read(in, next, modes >>> 4 & 3);
        next = ofMatches.read(in, next, modes >>> 2 & 3);
        check(sequences > 0 && next < to && literalsEnd < next && in[to - 1] != 0);
        place = WORDS - width;
        sequences(sequences, next, to);
        literals(literalsEnd - literal);
        match(0);
        check(literal == literalsEnd && place == WORDS - width);
    }

    /// Octets before the literals.
    private static int literalsHeader(int form) {
        return (form & 4) == 0 ? 1 : (form & 8) == 0 ? 2 : 3;
    }

    /// Unpacks the sequences of a block.
    ///
    /// @param from where their bits begin, which are read from `to` on
    private void sequences(int count, int from, int to) {
        ByteBuffer source = read;
        int[] literals = ofLiterals.states;
        int[] offsets = ofOffsets.states;
        int[] matches = ofMatches.states;
        int bit = (to << 3) - 1 - Integer.numberOfLeadingZeros(in[to - 1] & 0xFF) + 24;
        long bits = bits(source, bit);
        int l = literals[top(bits, ofLiterals.log)];
        bits <<= ofLiterals.log;
        int o = offsets[top(bits, ofOffsets.log)];
        bits <<= ofOffsets.log;
        int m = matches[top(bits, ofMatches.log)];
        bit -= ofLiterals.log + ofOffsets.log + ofMatches.log;
        boolean tellsOffsets = ofOffsets.log > 0 || o != SortedFrame.SAME_OFFSET;
        for (int i = count; i > 0; i--) {
            bits = bits(source, bit);
            if (tellsOffsets) {
                // That of an entry, or that of the last one.
                bits <<= o & 0xFF;
                bit -= o & 0xFF;
            }
            int own = l & 0xFF;
            if (own >= FIRST_WITH_BITS) {
                int extra = SortedFrame.literalsBits(own);
                own = SortedFrame.base(own) + top(bits, extra);
                bits <<= extra;
                bit -= extra;
            }
            literals(own);
            match((m & 0xFF) + SortedFrame.MIN_MATCH);
            if (i > 1) {
                int bitsOfL = l >>> 8 & 0xFF;
                l = literals[(l >>> 16) + top(bits, bitsOfL)];
                bits <<= bitsOfL;
                int bitsOfM = m >>> 8 & 0xFF;
                m = matches[(m >>> 16) + top(bits, bitsOfM)];
                bit -= bitsOfL + bitsOfM;
                if (tellsOffsets) {
                    bits <<= bitsOfM;
                    int bitsOfO = o >>> 8 & 0xFF;
                    o = offsets[(o >>> 16) + top(bits, bitsOfO)];
                    bit -= bitsOfO;
                }
            }
        }
        check(bit == from << 3);
    }

    /// At least 56 bits before a place, in the highest ones.
    private static long bits(ByteBuffer in, int bit) {
        return in.getLong((bit >> 3) - 7) << 8 - (bit & 7);
    }

    /// The highest bits as a number.
    private static int top(long bits, int width) {
        return (int) (bits >>> 1 >>> 63 - width);
    }

    /// Takes literals into the entry, and into the next ones.
    private void literals(int count) {
        int skipped = place - Long.BYTES;
        if (skipped >= 0 && count <= Long.BYTES - skipped && count > 0) {
            // As nearly always.
            lo = with(lo, literal, skipped, count);
            place += count;
            literal += count;
        } else {
            moreLiterals(count);
        }
    }

    private void moreLiterals(int count) {
        int left = count;
        while (left > 0) {
            if (place == WORDS) {
                entry();
                place -= width;
            }
            int skipped = place & 7;
            int n = Math.min(left, Long.BYTES - skipped);
            if (place < Long.BYTES) {
                hi = with(hi, literal, skipped, n);
            } else {
                lo = with(lo, literal, skipped, n);
            }
            place += n;
            literal += n;
            left -= n;
        }
    }

    /// A word with literals behind the octets that are skipped.
    ///
    /// @param n how many, 1 to 8
    private long with(long word, int literal, int skipped, int n) {
        // So many octets of ones; a shift by 64 is none.
        long ones = -1L << -(n << 3) >>> (skipped << 3);
        long octets = Long.reverseBytes(read.getLong(literal)) >>> (skipped << 3);
        return word & ~ones | octets & ones;
    }

    /// Leaves as many octets as they are.
    private void match(int length) {
        int to = place + length;
        if (to >= WORDS) {
            entry();
            to -= width;
            while (to >= WORDS) {
                entry();
                to -= width;
            }
        }
        place = to;
    }

    /// Writes an entry that is whole.
    private void entry() {
        if (width == WORDS) {
            written.putLong(at, hi);
            written.putLong(at + Long.BYTES, lo);
        } else {
            // What is behind it is written again.
            written.putLong(at, lo << (Long.BYTES - width << 3));
        }
        at += width;
    }

    /// Whether an address is in a frame of addresses: of its blocks the one that may have it is
    /// unpacked.
    ///
    /// @param frame little-endian
    /// @throws RuntimeException if the frame is damaged, or none of those
    public static boolean holds(ByteBuffer frame, long hi, long lo) {
        int found = -1;
        int from = HEADER;
        int header = 0;
        while ((header & 1) == 0) {
            header = header(frame, from);
            int at = from + BLOCK_HEADER;
            at += kind(header) == FrameOctets.RAW ? 0 : literalsHeader(frame.get(at) & 15);
            long firstHi = Long.reverseBytes(frame.getLong(at));
            if (Ip.compare(firstHi, Long.reverseBytes(frame.getLong(at + 8)), hi, lo) > 0) {
                break;
            }
            found = from;
            from = end(from, header);
        }
        return found >= 0 && new SortedFrameReader().isIn(frame, found, hi, lo);
    }

    private boolean isIn(ByteBuffer frame, int from, long hi, long lo) {
        int header = header(frame, from);
        int length = header >>> 3;
        // Bits are read eight octets at a time, backwards.
        byte[] block = new byte[Long.BYTES + length + PADDING];
        frame.get(from + BLOCK_HEADER, block, Long.BYTES, length);
        use(block, new byte[SortedFrame.BLOCK + PADDING], WORDS);
        block(header, Long.BYTES, Long.BYTES + length);
        int low = 0;
        int high = at / WORDS - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int place = middle * WORDS;
            int c = Ip.compare(written.getLong(place), written.getLong(place + 8), hi, lo);
            if (c == 0) {
                return true;
            }
            low = c < 0 ? middle + 1 : low;
            high = c > 0 ? middle - 1 : high;
        }
        return false;
    }
}
