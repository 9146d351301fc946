package dev.rearview.engine.group;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Ip;

/// How a group and one of its values lie in the words of a row.
///
/// A *narrow* value, an IPv4 address or a number below 2^32, has the lowest bits of the group's
/// last word if those are free, and a word otherwise. Other values are *wide*: one word, or two for
/// an address.
///
/// @param keyWords of the group
/// @param bits of a narrow value
/// @param isPacked whether it lies in the group's last word
/// @param isAddress whether values are addresses
record MemberLayout(int keyWords, int bits, boolean isPacked, boolean isAddress) {
    /// @param free lowest bits of the group's last word that are not of its key
    static MemberLayout of(int keyWords, int free, Evaluator values) {
        int bits =
                values.words() == 2 ? 32 : values.stored().map(KeyLayout::bits).orElse(Long.SIZE);
        bits = Math.min(bits, Integer.SIZE);
        return new MemberLayout(keyWords, bits, keyWords > 0 && bits <= free, values.words() == 2);
    }

    /// Whether a value is narrow.
    boolean isNarrow(long hi, long lo) {
        return isAddress ? Ip.isMapped(hi, lo) : lo >>> Integer.SIZE == 0;
    }

    /// Words of a row of a narrow value.
    int narrowWords() {
        return isPacked ? keyWords : keyWords + 1;
    }

    /// Words of a row of a wide value.
    int wideWords() {
        return keyWords + (isAddress ? 2 : 1);
    }

    /// What of the last word of a narrow value's group is the group's.
    long groupMask() {
        return isPacked ? -1L << bits : -1L;
    }

    /// Makes a row of a narrow value.
    ///
    /// @param group starts with the group's key
    void narrow(long[] group, int value, long[] row) {
        for (int i = 0; i < keyWords; i++) {
            row[i] = group[i];
        }
        long v = value & 0xFFFF_FFFFL;
        if (isPacked) {
            row[keyWords - 1] |= v;
        } else {
            row[keyWords] = v;
        }
    }

    /// Makes a row of a wide value.
    ///
    /// @param group starts with the group's key
    void wide(long[] group, long hi, long lo, long[] row) {
        for (int i = 0; i < keyWords; i++) {
            row[i] = group[i];
        }
        int at = keyWords;
        if (isAddress) {
            row[at++] = hi;
        }
        row[at] = lo;
    }

    /// Takes the group out of a row.
    ///
    /// @param mask what of its last word is the group's
    /// @param group as long as its key
    static void group(long[] row, int at, long mask, long[] group) {
        int n = group.length;
        for (int i = 0; i < n; i++) {
            group[i] = row[at + i];
        }
        if (n > 0) {
            group[n - 1] &= mask;
        }
    }

    /// The value of a row of a narrow one.
    int value(long[] row, int at) {
        return isPacked ? (int) (row[at + keyWords - 1] & ~groupMask()) : (int) row[at + keyWords];
    }
}
