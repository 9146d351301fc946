package dev.rearview.store.parquet.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Parquet's split-block Bloom filter over 16-octet addresses.
public final class Bloom {
    private static final int BLOCK_BYTES = 32;
    private static final int MAX_BYTES = 1 << 20;
    private static final int[] SALT = {
        0x47b6137b,
        0x44974d91,
        0x8824ad5b,
        0xa2b7289d,
        0x705495c7,
        0x2df1424b,
        0x9efc4947,
        0x5c6bfb31
    };
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private final int[] words;

    private Bloom(int[] words) {
        this.words = words;
    }

    /// An empty filter for `distinct` values at about one octet each.
    public static Bloom sized(int distinct) {
        int blocks =
                Math.clamp((distinct + BLOCK_BYTES - 1) / BLOCK_BYTES, 1, MAX_BYTES / BLOCK_BYTES);
        return new Bloom(new int[blocks * BLOCK_BYTES / 4]);
    }

    /// XXH64 with seed 0 of an address: two words in network order.
    static long hash(long hi, long lo) {
        long h = P5 + 16;
        h = round(h, Long.reverseBytes(hi));
        h = round(h, Long.reverseBytes(lo));
        h ^= h >>> 33;
        h *= P2;
        h ^= h >>> 29;
        h *= P3;
        return h ^ h >>> 32;
    }

    private static long round(long h, long word) {
        long k = Long.rotateLeft(word * P2, 31) * P1;
        return Long.rotateLeft(h ^ k, 27) * P1 + P4;
    }

    private int block(long hash) {
        long blocks = words.length / 8;
        return (int) ((hash >>> 32) * blocks >>> 32) * 8;
    }

    public void add(long hi, long lo) {
        long hash = hash(hi, lo);
        int at = block(hash);
        for (int i = 0; i < 8; i++) {
            words[at + i] |= 1 << ((int) hash * SALT[i] >>> 27);
        }
    }

    /// Whether a filter may contain an address.
    ///
    /// @param filter little-endian, a multiple of 32 octets
    public static boolean mayContain(ByteBuffer filter, long hi, long lo) {
        long hash = hash(hi, lo);
        long blocks = filter.capacity() / BLOCK_BYTES;
        if (blocks == 0) {
            return true;
        }
        int at = (int) ((hash >>> 32) * blocks >>> 32) * BLOCK_BYTES;
        for (int i = 0; i < 8; i++) {
            if ((filter.getInt(at + i * 4) & 1 << ((int) hash * SALT[i] >>> 27)) == 0) {
                return false;
            }
        }
        return true;
    }

    public byte[] bytes() {
        ByteBuffer b = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        b.asIntBuffer().put(words);
        return b.array();
    }
}
