package dev.rearview.store.parquet.encoding;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A dictionary of IPv4 addresses as an LZ4 block in which every entry takes seven octets, so that
/// any LZ4 decoder gives the sixteen-octet entries and we read entry i where it lies.
///
/// The first sequence has the twelve octets `::ffff` and the first address as literals; each
/// sequence ends with a match of the previous entry's twelve octets: token, four literals, offset
/// 16. The format wants the last five octets to be literals, so the last match is one shorter.
public final class Ladder {
    static final int STEP = 7;

    /// Token, length, sixteen literals less the four of the address: where the first address is.
    private static final int FIRST = 14;

    private static final int PREFIX = 12;
    private static final int MIN_ENTRIES = 16;
    private static final int PIECE = 64;

    private Ladder() {}

    /// Packs the dictionary.
    ///
    /// @param lower lower words of addresses, whose upper ones are 0
    /// @param n how many they are
    /// @return null where one is no IPv4 address, or it would not pay
    public static byte @Nullable [] pack(long[] lower, int n) {
        if (n < MIN_ENTRIES || !isIpv4(lower, n)) {
            return null;
        }
        byte[] out = new byte[length(n)];
        ByteBuffer to = ByteBuffer.wrap(out);
        to.put((byte) (0xF0 | PREFIX - 4)).put((byte) 1);
        to.putLong(0).putLong(lower[0]);
        for (int i = 1; i < n - 1; i++) {
            to.putShort((short) (16 << 8)).put((byte) (0x40 | PREFIX - 4)).putInt((int) lower[i]);
        }
        // The last match is one shorter: its octet is the first of five literals.
        out[to.position() - 5]--;
        to.putShort((short) (16 << 8)).put((byte) 0x50).put((byte) 0xFF).putInt((int) lower[n - 1]);
        return out;
    }

    private static boolean isIpv4(long[] lower, int n) {
        long differ = 0;
        for (int i = 0; i < n; i++) {
            differ |= lower[i] >>> Integer.SIZE ^ 0xFFFF;
        }
        return differ == 0;
    }

    static boolean isIpv4(byte[] dictionary) {
        for (int i = 0; i < dictionary.length; i += 16) {
            for (int k = 0; k < PREFIX; k++) {
                if (dictionary[i + k] != (k < 10 ? 0 : (byte) 0xFF)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The 32 bits of entry `i` of `n`.
    ///
    /// @param packed big-endian
    public static int bits(ByteBuffer packed, int i, int n) {
        return packed.getInt(FIRST + STEP * i + (i == n - 1 ? 1 : 0));
    }

    /// The entries in blocks of 4096 addresses whose bits are set.
    ///
    /// @param n how many entries there are
    /// @param codes gets their numbers, ascending; of the length `n` at least
    /// @return how many they are
    public static int inBlocks(byte[] packed, int n, long[] blocks, int[] codes) {
        int found = 0;
        // A small method that is called often is compiled soon.
        for (int i = 0; i < n - 1; i += PIECE) {
            found = inBlocks(packed, i, Math.min(i + PIECE, n - 1), blocks, codes, found);
        }
        codes[found] = n - 1;
        return found + bit(packed, FIRST + STEP * (n - 1) + 1, blocks);
    }

    private static int inBlocks(
            byte[] packed, int from, int to, long[] blocks, int[] codes, int foundBefore) {
        int found = foundBefore;
        int at = FIRST + STEP * from;
        for (int i = from; i < to; i++) {
            codes[found] = i;
            found += bit(packed, at, blocks);
            at += STEP;
        }
        return found;
    }

    private static int bit(byte[] packed, int at, long[] blocks) {
        int block =
                (packed[at] & 0xFF) << 12
                        | (packed[at + 1] & 0xFF) << 4
                        | (packed[at + 2] & 0xFF) >>> 4;
        return (int) (blocks[block >>> 6] >>> block & 1);
    }

    /// Octets that `n` entries take.
    public static int length(int n) {
        return FIRST + STEP * n - 2;
    }
}
