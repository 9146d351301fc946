package dev.rearview.store.parquet.encoding;

import java.util.Arrays;

/// A ZSTD frame that is being put together.
final class FrameOctets {
    /// Kinds of blocks: octets as they are; literals and sequences.
    static final int RAW = 0;

    static final int COMPRESSED = 2;

    private static final int BLOCK_HEADER = 3;

    /// Has room for what the frame's writer says, who may write into it beyond [#at].
    final byte[] out;

    /// Where the next octet goes.
    int at;

    /// Writes magic number and length; the frame is one segment.
    ///
    /// @param room octets that are written at most
    /// @param length of what the frame unpacks to
    FrameOctets(int room, int length) {
        out = new byte[room];
        number(0xFD2F_B528L, 4);
        // One segment whose length is told in four octets.
        number(0xA0, 1);
        number(length, 4);
    }

    /// Writes a number, its lowest octet first.
    void number(long value, int octets) {
        for (int i = 0; i < octets; i++) {
            out[at++] = (byte) (value >>> 8 * i);
        }
    }

    /// Writes a number at a place that was left for it.
    void set(int place, long value, int octets) {
        int end = at;
        at = place;
        number(value, octets);
        at = end;
    }

    /// Writes octets of an array.
    void octets(byte[] from, int begin, int end) {
        System.arraycopy(from, begin, out, at, end - begin);
        at += end - begin;
    }

    /// Leaves room for a block's header.
    ///
    /// @return where it is
    int beginBlock() {
        int header = at;
        at += BLOCK_HEADER;
        return header;
    }

    /// Octets that a block has so far.
    int length(int header) {
        return at - header - BLOCK_HEADER;
    }

    /// Forgets what a block has so far.
    void dropBlock(int header) {
        at = header + BLOCK_HEADER;
    }

    /// Writes a block's header.
    void endBlock(int header, int kind, boolean isLast) {
        set(header, (isLast ? 1 : 0) | kind << 1 | length(header) << 3, BLOCK_HEADER);
    }

    /// What was written.
    byte[] written() {
        return Arrays.copyOf(out, at);
    }
}
