package dev.rearview.store.disk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// The CRC-32 that stands beside whatever the store writes.
public final class Checksum {
    private Checksum() {}

    /// CRC-32 of what remains in a buffer, which is empty then.
    public static int of(ByteBuffer b) {
        CRC32 crc = new CRC32();
        crc.update(b);
        return (int) crc.getValue();
    }
}
