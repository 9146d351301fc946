package dev.rearview.store.parquet.encoding;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A dictionary of IPv4 addresses as a ZSTD frame in which nearly every entry takes three octets: a
/// compressor that looks for what repeats takes four and more.
///
/// Entries whose addresses begin with the same octet are a block: of each one the last three octets
/// are literals, and a match of thirteen octets, sixteen before, is the next one's `::ffff` and
/// first octet. All sequences of a block are the same, so that their numbers take no bits. Behind a
/// block's last entry stands the next block's beginning as literals.
public final class AddressFrame {
    private static final int ENTRY = 16;
    private static final int PREFIX = 12;
    private static final int SAME = PREFIX + 1;
    private static final int OWN = ENTRY - SAME;
    private static final int MIN_ENTRIES = 16;

    /// Entries of a block: no more than 128 KiB.
    private static final int MOST = 4096;

    private static final int RAW = 0;
    private static final int COMPRESSED = 2;

    // Numbers of lengths and offsets in sequences.
    private static final int THREE_LITERALS = 3;
    private static final int MATCH_OF_THIRTEEN = 10;
    private static final int OFFSET_BEFORE = 0;
    private static final int OFFSET_SIXTEEN = 4;

    /// Says that lengths and offsets have one number each for all sequences.
    private static final int ONE_NUMBER_EACH = 0x54;

    /// The end of no bits, and that of the four bits of the offset 16.
    private static final int NO_BITS = 1;

    private static final int BITS_OF_SIXTEEN = 0x13;

    private final byte[] dictionary;
    private final byte[] out;
    private int at;

    /// Whether a sequence has set the offset that the next ones repeat.
    private boolean isOffsetSet;

    private AddressFrame(byte[] dictionary) {
        this.dictionary = dictionary;
        // At most an entry as it is, and what stands before a block of one.
        this.out = new byte[64 + dictionary.length * 2];
    }

    /// Packs the dictionary.
    ///
    /// @return null where an entry is no IPv4 address, or it would not pay
    public static byte @Nullable [] pack(byte[] dictionary) {
        if (dictionary.length < MIN_ENTRIES * ENTRY || !Ladder.isIpv4(dictionary)) {
            return null;
        }
        AddressFrame frame = new AddressFrame(dictionary);
        frame.write();
        return Arrays.copyOf(frame.out, frame.at);
    }

    private void write() {
        // Magic number; one segment whose length is told in four octets.
        number(0xFD2F_B528L, 4);
        number(0xA0, 1);
        number(dictionary.length, 4);
        header(RAW, SAME, false);
        copy(0, SAME);
        int n = dictionary.length / ENTRY;
        for (int from = 0; from < n; ) {
            int to = end(from, n);
            if (to - from > 1 && !isOffsetSet) {
                sequences(from, 1, 0, false);
                isOffsetSet = true;
                from++;
            }
            sequences(from, to - from - 1, to < n ? SAME : 0, to == n);
            from = to;
        }
    }

    /// The first entry behind `from` that begins otherwise, or is too much for a block.
    private int end(int from, int n) {
        int most = Math.min(n, from + MOST);
        int to = from + 1;
        while (to < most && first(to) == first(from)) {
            to++;
        }
        return to;
    }

    private byte first(int entry) {
        return dictionary[entry * ENTRY + PREFIX];
    }

    /// Writes a block of entries whose first one has begun.
    ///
    /// @param count sequences, each of which begins the next entry
    /// @param beginning octets of the block behind that stand in this one
    private void sequences(int from, int count, int beginning, boolean last) {
        boolean opens = !isOffsetSet && count > 0;
        // The first sequence leaves what it begins to the next block.
        int own = opens ? count : count + 1;
        int literals = own * OWN + beginning;
        if (count == 0) {
            header(RAW, literals, last);
            literals(from, own, beginning);
            return;
        }
        int before = literals < 32 ? 1 : literals < 4096 ? 2 : 3;
        int counted = count < 128 ? 1 : 2;
        header(COMPRESSED, before + literals + counted + 5, last);
        number(before == 1 ? literals << 3 : literals << 4 | (before == 2 ? 4 : 12), before);
        literals(from, own, beginning);
        if (counted == 1) {
            number(count, 1);
        } else {
            number(count >> 8 | 0x80, 1);
            number(count & 0xFF, 1);
        }
        number(ONE_NUMBER_EACH, 1);
        number(THREE_LITERALS, 1);
        number(opens ? OFFSET_SIXTEEN : OFFSET_BEFORE, 1);
        number(MATCH_OF_THIRTEEN, 1);
        number(opens ? BITS_OF_SIXTEEN : NO_BITS, 1);
    }

    private void literals(int from, int entries, int beginning) {
        for (int i = from; i < from + entries; i++) {
            copy(i * ENTRY + SAME, OWN);
        }
        copy((from + entries) * ENTRY, beginning);
    }

    private void header(int kind, int length, boolean last) {
        number((last ? 1 : 0) | kind << 1 | length << 3, 3);
    }

    private void copy(int from, int length) {
        System.arraycopy(dictionary, from, out, at, length);
        at += length;
    }

    private void number(long value, int octets) {
        for (int i = 0; i < octets; i++) {
            out[at++] = (byte) (value >>> 8 * i);
        }
    }
}
