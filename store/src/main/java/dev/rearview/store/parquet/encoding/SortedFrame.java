package dev.rearview.store.parquet.encoding;

import dev.rearview.store.parquet.encoding.StateTable.Bits;
import org.jspecify.annotations.Nullable;

/// A sorted dictionary as a ZSTD frame, which any decoder unpacks: what an entry has as the one
/// before is a match, what it has not are literals. A compressor that looks for repetitions finds
/// worse ones as well: of an IPv4 address it makes 4.1 octets where this makes less than three, and
/// of a port in four octets two and a half where this makes one.
///
/// Each block has tables of how often which length comes, so that lengths that are mostly the same
/// take next to no bits.
public final class SortedFrame {
    private static final int MIN_ENTRIES = 16;

    /// Octets that a block unpacks to; the last one has what is left.
    static final int BLOCK = 1 << 13;

    /// The shortest match, and the longest that takes no bits beside its number.
    static final int MIN_MATCH = 3;

    private static final int MAX_MATCH = 34;

    /// What lengths of literals from 16 on begin with, of which each has a number. Those from 64 on
    /// are powers of two.
    private static final int[] LENGTHS = {16, 18, 20, 22, 24, 28, 32, 40, 48, 64};

    private static final int FIRST_OF_LENGTHS = 16;
    private static final int POWER_64 = 6;

    /// The number of an offset that is the last one's, and what is added to others.
    static final int SAME_OFFSET = 0;

    static final int OFFSET_BASE = 3;

    private final byte[] in;
    private final int width;
    private final FrameOctets out;

    /// Whether a sequence has told the offset that the next ones have as well.
    private boolean isOffsetSet;

    // Sequences of a block: so many literals, then a match of so many octets.
    private final int[] literals = new int[BLOCK / (MIN_MATCH + 1) + 1];
    private final int[] matches = new int[literals.length];
    private int count;
    private final byte[] own = new byte[BLOCK];
    private int ownCount;

    private SortedFrame(byte[] in, int width) {
        this.in = in;
        this.width = width;
        // A block that is longer than what it tells is dropped, but written first.
        this.out = new FrameOctets(in.length + in.length / 1024 + 2 * BLOCK, in.length);
    }

    /// Packs a dictionary.
    ///
    /// @param width octets of an entry: 4, 8 or 16
    /// @return null where there are too few entries for it to pay
    public static byte @Nullable [] pack(byte[] dictionary, int width) {
        if (dictionary.length < MIN_ENTRIES * width) {
            return null;
        }
        SortedFrame frame = new SortedFrame(dictionary, width);
        frame.write();
        return frame.out.written();
    }

    private void write() {
        for (int from = 0; from < in.length; from += BLOCK) {
            block(from, Math.min(in.length, from + BLOCK));
        }
    }

    private void block(int from, int to) {
        int block = out.beginBlock();
        boolean wasOffsetSet = isOffsetSet;
        parse(from, to);
        int kind = FrameOctets.COMPRESSED;
        if (count > 0) {
            literals();
            sequences();
        }
        if (count == 0 || out.length(block) >= to - from) {
            kind = FrameOctets.RAW;
            isOffsetSet = wasOffsetSet;
            out.dropBlock(block);
            out.octets(in, from, to);
        }
        out.endBlock(block, kind, to == in.length);
    }

    /// Finds what repeats.
    private void parse(int from, int to) {
        count = 0;
        // The first entry is told as it is, so that a block can be read by itself.
        System.arraycopy(in, from, own, 0, width);
        ownCount = width;
        int since = width;
        int i = from + width;
        while (i < to) {
            // A match that follows another one at once would have another offset.
            int length = since == 0 ? 0 : same(i, to);
            if (length < MIN_MATCH) {
                own[ownCount++] = in[i++];
                since++;
                continue;
            }
            literals[count] = since;
            matches[count++] = length;
            since = 0;
            i += length;
        }
    }

    /// How many octets from here on are the same as an entry before.
    private int same(int from, int to) {
        int end = Math.min(to, from + MAX_MATCH);
        int i = from;
        while (i < end && i >= width && in[i] == in[i - width]) {
            i++;
        }
        return i - from;
    }

    /// Writes the literals as they are.
    private void literals() {
        int before = ownCount < 32 ? 1 : ownCount < 4096 ? 2 : 3;
        out.number(before == 1 ? ownCount << 3 : ownCount << 4 | (before == 2 ? 4 : 12), before);
        out.octets(own, 0, ownCount);
    }

    private void sequences() {
        if (count < 128) {
            out.number(count, 1);
        } else {
            out.number(count >> 8 | 0x80, 1);
            out.number(count & 0xFF, 1);
        }
        int[] ofLiterals = new int[StateTable.SYMBOLS];
        int[] ofOffsets = new int[StateTable.SYMBOLS];
        int[] ofMatches = new int[StateTable.SYMBOLS];
        for (int i = 0; i < count; i++) {
            ofLiterals[literalsNumber(literals[i])]++;
            ofMatches[matches[i] - MIN_MATCH]++;
        }
        int opens = isOffsetSet ? 0 : 1;
        ofOffsets[offsetNumber()] += opens;
        ofOffsets[SAME_OFFSET] += count - opens;
        sequences(new StateTable(ofLiterals), new StateTable(ofOffsets), new StateTable(ofMatches));
        isOffsetSet = true;
    }

    /// Writes the tables, then the sequences from the last one to the first.
    private void sequences(StateTable ofLiterals, StateTable ofOffsets, StateTable ofMatches) {
        out.number(ofLiterals.mode() << 6 | ofOffsets.mode() << 4 | ofMatches.mode() << 2, 1);
        out.at = ofLiterals.write(out.out, out.at);
        out.at = ofOffsets.write(out.out, out.at);
        out.at = ofMatches.write(out.out, out.at);
        Bits bits = new Bits(out.out, out.at);
        for (int i = count - 1; i >= 0; i--) {
            int number = literalsNumber(literals[i]);
            boolean tellsOffset = i == 0 && !isOffsetSet;
            int offset = tellsOffset ? offsetNumber() : SAME_OFFSET;
            if (i == count - 1) {
                ofMatches.begin(matches[i] - MIN_MATCH);
                ofOffsets.begin(offset);
                ofLiterals.begin(number);
            } else {
                ofOffsets.add(offset, bits);
                ofMatches.add(matches[i] - MIN_MATCH, bits);
                ofLiterals.add(number, bits);
            }
            bits.add(literals[i] - base(number), literalsBits(number));
            if (tellsOffset) {
                bits.add(width + OFFSET_BASE - (1 << offset), offset);
            }
        }
        ofMatches.end(bits);
        ofOffsets.end(bits);
        ofLiterals.end(bits);
        // Where reading backwards begins.
        bits.add(1, 1);
        out.at = bits.end();
    }

    /// The number of the offset of an entry: how many bits follow it.
    private int offsetNumber() {
        return log2(width + OFFSET_BASE);
    }

    private static int literalsNumber(int length) {
        if (length < FIRST_OF_LENGTHS) {
            return length;
        }
        int last = LENGTHS.length - 1;
        if (length >= LENGTHS[last]) {
            return FIRST_OF_LENGTHS + last + log2(length) - POWER_64;
        }
        int i = 0;
        while (length >= LENGTHS[i + 1]) {
            i++;
        }
        return FIRST_OF_LENGTHS + i;
    }

    /// The shortest length of literals of a number.
    static int base(int number) {
        int i = number - FIRST_OF_LENGTHS;
        int last = LENGTHS.length - 1;
        return i < 0 ? number : i < last ? LENGTHS[i] : LENGTHS[last] << i - last;
    }

    /// How many bits follow the number of a length of literals.
    static int literalsBits(int number) {
        return number < FIRST_OF_LENGTHS ? 0 : log2(base(number + 1) - base(number));
    }

    private static int log2(int n) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(n);
    }
}
