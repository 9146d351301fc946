package dev.rearview.store.catalog;

import dev.rearview.store.disk.Checksum;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Up to [#MOST] neighbouring IPv4 addresses of a directory, ascending, as a catalog has them: of
/// each, as its distance from the first, some octets as they are, and what lies above those as
/// bits, a one for each address and a zero for each step between two. About two octets an address
/// where they are spread over everything, less where they are dense.
///
/// @param first address, without a sign, as is the last
/// @param lowerOctets of each address that are stored as they are, 0 to 3
/// @param at where the body lies in the catalog
/// @param crc of the body
record AddressBlock(long first, long last, int count, int lowerOctets, long at, int crc) {
    /// Addresses of a block.
    static final int MOST = 4096;

    /// Octets of a body, which are most where three are stored as they are.
    private static final int MOST_OCTETS = 4 * MOST;

    /// Octets of what tells of a block.
    static final int ENTRY = 4 + 4 + 2 + 1 + 8 + 4 + 4;

    /// @throws IllegalStateException if it is none
    static AddressBlock read(ByteBuffer b) {
        long first = b.getInt() & 0xFFFF_FFFFL;
        long last = b.getInt() & 0xFFFF_FFFFL;
        int count = b.getShort();
        int lowerOctets = b.get();
        long at = b.getLong();
        long length = b.getInt();
        boolean good = count > 0 && count <= MOST && lowerOctets >= 0 && lowerOctets < 4;
        good &= first <= last && length <= MOST_OCTETS;
        if (!good || length != length(first, last, count, lowerOctets)) {
            throw new IllegalStateException("addresses are damaged");
        }
        return new AddressBlock(first, last, count, lowerOctets, at, b.getInt());
    }

    /// @param base added to where the body lies
    void write(ByteBuffer out, long base) {
        out.putInt((int) first).putInt((int) last).putShort((short) count).put((byte) lowerOctets);
        out.putLong(base + at).putInt(length()).putInt(crc);
    }

    /// Octets of the body.
    int length() {
        return (int) length(first, last, count, lowerOctets);
    }

    private static long length(long first, long last, int count, int lowerOctets) {
        return (long) count * lowerOctets + upperWords(first, last, count, lowerOctets) * 8;
    }

    private static long upperWords(long first, long last, int count, int lowerOctets) {
        return (count + (last - first >>> 8 * lowerOctets) + 63) / 64;
    }

    int upperWords() {
        return (int) upperWords(first, last, count, lowerOctets);
    }

    /// The block of some addresses.
    ///
    /// @param addresses the first `count` of these, ascending, none twice
    /// @param at where the body will lie
    /// @param body gets the octets
    static AddressBlock of(long[] addresses, int count, long at, ByteArrayOutputStream body) {
        long first = addresses[0];
        long last = addresses[count - 1];
        int lowerOctets = 0;
        for (int k = 1; k < 4; k++) {
            if (length(first, last, count, k) < length(first, last, count, lowerOctets)) {
                lowerOctets = k;
            }
        }
        int shift = 8 * lowerOctets;
        long[] upper = new long[(int) upperWords(first, last, count, lowerOctets)];
        ByteBuffer out = ByteBuffer.allocate((int) length(first, last, count, lowerOctets));
        out.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            long distance = addresses[i] - first;
            int bit = (int) (distance >>> shift) + i;
            upper[bit >>> 6] |= 1L << bit;
            for (int k = 0; k < lowerOctets; k++) {
                out.put((byte) (distance >>> 8 * k));
            }
        }
        for (long word : upper) {
            out.putLong(word);
        }
        body.writeBytes(out.array());
        int crc = Checksum.of(out.flip());
        return new AddressBlock(first, last, count, lowerOctets, at, crc);
    }
}
