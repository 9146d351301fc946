package dev.rearview.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Datagrams written as hexadecimal text; blanks and `# comments` are skipped.
final class Bytes {
    private Bytes() {}

    static Cursor of(String hex) {
        return new Cursor(ByteBuffer.wrap(array(hex)));
    }

    static byte[] array(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("#[^\n]*", "").replaceAll("\\s", ""));
    }
}
