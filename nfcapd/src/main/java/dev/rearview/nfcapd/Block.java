package dev.rearview.nfcapd;

import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A block of records as it is read and decompressed; used again for the next one.
final class Block {
    /// The most octets of a block, on disk and in memory; writers make blocks of 1 to 5 MiB.
    static final int MAX_SIZE = 16 << 20;

    private static final int FIRST_ROOM = 2 << 20;

    private final String name;
    private final Packing packing;
    private final ByteOrder order;
    private byte[] packed = {};
    private byte[] plain = {};
    private int packedSize;

    long offset;
    int type;
    int records;
    ByteBuffer data = ByteBuffer.allocate(0);

    Block(String name, Packing packing, ByteOrder order) {
        this.name = name;
        this.packing = packing;
        this.order = order;
    }

    /// Room for the octets of the file.
    byte[] room(int size) {
        if (packed.length < size) {
            packed = new byte[Math.max(size, FIRST_ROOM)];
        }
        packedSize = size;
        return packed;
    }

    /// Decompresses what has been read.
    void unpack() throws IOException {
        if (packing == Packing.NONE) {
            data = ByteBuffer.wrap(packed, 0, packedSize).slice().order(order);
            return;
        }
        int n;
        try {
            n = unpackInto(Math.max(plain.length, FIRST_ROOM));
        } catch (RuntimeException tooSmallOrDamaged) {
            try {
                n = unpackInto(MAX_SIZE);
            } catch (RuntimeException e) {
                throw new MalformedInputException(
                        name, offset, "block", "cannot be decompressed (" + e.getMessage() + ")");
            }
        }
        data = ByteBuffer.wrap(plain, 0, n).slice().order(order);
    }

    private int unpackInto(int size) {
        if (plain.length < size) {
            plain = new byte[size];
        }
        // Decoders read past the end of short input.
        int padded = Math.min(packed.length, packedSize + 8);
        Arrays.fill(packed, packedSize, padded, (byte) 0);
        return packing.unpack(packed, packedSize, plain);
    }

    /// What is wrong with a record.
    MalformedInputException damage(int at, String reason) {
        return packing == Packing.NONE
                ? new MalformedInputException(
                        name, offset + Container.BLOCK_HEADER + at, "record", reason)
                : new MalformedInputException(
                        name, offset, "block", "its record at " + at + " " + reason);
    }
}
