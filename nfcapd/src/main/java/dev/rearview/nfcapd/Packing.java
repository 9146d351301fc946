package dev.rearview.nfcapd;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import io.airlift.compress.v3.lzo.LzoDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;

/// How the blocks of a file are compressed.
enum Packing {
    NONE,
    LZO,
    BZIP2,
    LZ4,
    ZSTD;

    /// The method of a number of layout 2.
    ///
    /// @throws IllegalArgumentException naming the number if there is none
    static Packing of(int number) {
        if (number >= values().length) {
            throw new IllegalArgumentException("unknown compression method " + number);
        }
        return values()[number];
    }

    /// The method of the flags of layout 1.
    ///
    /// @throws IllegalArgumentException if they name more than one
    static Packing ofFlags(int flags) {
        return switch (flags & 0x19) {
            case 0 -> NONE;
            case 1 -> LZO;
            case 8 -> BZIP2;
            case 0x10 -> LZ4;
            default -> throw new IllegalArgumentException("more than one compression method");
        };
    }

    /// Decompresses.
    ///
    /// @return octets written
    /// @throws RuntimeException if the data is damaged or needs more room
    int unpack(byte[] in, int length, byte[] out) {
        return switch (this) {
            case NONE -> throw new IllegalStateException("not compressed");
            case LZO -> new LzoDecompressor().decompress(in, 0, length, out, 0, out.length);
            case BZIP2 -> Bzip2.decompress(in, length, out);
            case LZ4 -> new Lz4JavaDecompressor().decompress(in, 0, length, out, 0, out.length);
            case ZSTD -> new ZstdJavaDecompressor().decompress(in, 0, length, out, 0, out.length);
        };
    }
}
