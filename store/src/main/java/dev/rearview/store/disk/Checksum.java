package dev.rearview.store.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;

/// The CRC-32 that stands beside whatever the store and the collector write.
public final class Checksum {
    private Checksum() {}

    /// CRC-32 of what remains in a buffer, which is empty then.
    public static int of(ByteBuffer b) {
        CRC32 crc = new CRC32();
        crc.update(b);
        return (int) crc.getValue();
    }

    /// CRC-32 of the octets of a text, as text itself: eight hexadecimal digits.
    public static String ofText(String text) {
        int crc = of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().toHexDigits(crc);
    }
}
