package dev.rearview.store.catalog;

import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.MappedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Finds addresses in blocks, one after the other. What is asked for in ascending order is found
/// fastest.
final class AddressCursor {
    /// Stands for no address.
    static final long NONE = Long.MAX_VALUE;

    private final MappedFile file;
    private final AddressBlock[] blocks;
    private int at = -1;
    private byte[] lower = {};
    private long[] upper = {};

    /// A word of the upper bits, and the zeros before it.
    private int word;

    private long zeros;

    /// @param file in which the bodies lie
    /// @param blocks ascending
    AddressCursor(MappedFile file, AddressBlock[] blocks) {
        this.file = file;
        this.blocks = blocks;
    }

    /// The first address from `low` on, [#NONE] where there is none.
    ///
    /// @throws IllegalStateException if what tells is damaged
    long next(long low) {
        int b = blockOf(low);
        if (b == blocks.length) {
            return NONE;
        }
        AddressBlock block = blocks[b];
        if (low <= block.first()) {
            return block.first();
        }
        if (b != at) {
            enter(b);
        }
        return search(block, low);
    }

    /// The first block that ends at `low` or behind it.
    private int blockOf(long low) {
        int from = 0;
        int to = blocks.length;
        while (from < to) {
            int mid = from + to >>> 1;
            if (blocks[mid].last() < low) {
                from = mid + 1;
            } else {
                to = mid;
            }
        }
        return from;
    }

    /// Reads a block.
    ///
    /// @throws IllegalStateException if it is damaged
    void enter(int b) {
        AddressBlock block = blocks[b];
        ByteBuffer body = file.slice(block.at(), block.length());
        if (Checksum.of(body.duplicate()) != block.crc()) {
            throw new IllegalStateException("checksum of addresses is wrong");
        }
        int octets = block.count() * block.lowerOctets();
        lower = lower.length < octets ? new byte[octets] : lower;
        body.get(0, lower, 0, octets);
        int words = block.upperWords();
        upper = upper.length < words ? new long[words] : upper;
        body.slice(octets, words * 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(0, upper, 0, words);
        at = b;
        word = 0;
        zeros = 0;
    }

    private long search(AddressBlock block, long low) {
        int shift = 8 * block.lowerOctets();
        long high = low - block.first() >>> shift;
        if (high < zeros) {
            word = 0;
            zeros = 0;
        }
        skip(block, high);
        // Behind the zero that leads to the addresses with these upper bits.
        int bit = word * Long.SIZE + behind(~upper[word], high - zeros);
        int end = block.upperWords() * Long.SIZE;
        for (int i = (int) (bit - high); i < block.count() && bit < end; bit++) {
            if ((upper[bit >>> 6] >>> bit & 1) == 0) {
                high++;
                continue;
            }
            long address = block.first() + (high << shift | lower(i, block.lowerOctets()));
            if (address >= low) {
                return address;
            }
            i++;
        }
        throw new IllegalStateException("addresses are damaged");
    }

    /// Goes on to the word with a zero, or to the one before it where that is its first.
    private void skip(AddressBlock block, long high) {
        int words = block.upperWords();
        while (word < words) {
            int here = Long.SIZE - Long.bitCount(upper[word]);
            if (zeros + here >= high) {
                return;
            }
            zeros += here;
            word++;
        }
        throw new IllegalStateException("addresses are damaged");
    }

    /// How many bits of a word lie before and at the `n`-th one, none where `n` is 0.
    private static int behind(long bits, long n) {
        long left = bits;
        for (long i = 1; i < n; i++) {
            left &= left - 1;
        }
        return n == 0 ? 0 : Long.numberOfTrailingZeros(left) + 1;
    }

    private long lower(int i, int octets) {
        long value = 0;
        for (int k = 0; k < octets; k++) {
            value |= (lower[i * octets + k] & 0xFFL) << 8 * k;
        }
        return value;
    }
}
