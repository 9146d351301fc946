package dev.rearview.resident;

import dev.rearview.model.MalformedInputException;
import java.nio.ByteBuffer;

/// The first octets of what a client says.
///
/// @param kind what it wants
/// @param open which of the standard streams come with it, a bit each, and above these whether a
///   socket does at which others wait who write to the first
/// @param mask permissions that new files do not get
/// @param length octets that follow
record Header(Kind kind, int open, int mask, int length) {
    static final int OCTETS = 12;

    /// The most octets that may follow: more than arguments and variables of a process come to.
    static final int MOST = 8 << 20;

    private static final int MAGIC = 0x52564501;
    private static final int ALL_OPEN = 15;
    private static final int ALL_MODES = 0777;

    /// What a client wants.
    enum Kind {
        /// To have a command run.
        RUN('R'),
        /// To know how the engine is.
        STATUS('S'),
        /// To have the engine end.
        END('E');

        final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /// Reads it.
    static Header of(byte[] octets) throws MalformedInputException {
        ByteBuffer in = ByteBuffer.wrap(octets);
        if (octets.length < OCTETS) {
            throw malformed(octets.length, "length", "cut off");
        }
        if (in.getInt() != MAGIC) {
            throw malformed(0, "protocol", "not the one of this engine");
        }
        Kind kind = kind(in.get());
        int open = Byte.toUnsignedInt(in.get());
        int mask = Short.toUnsignedInt(in.getShort());
        int length = in.getInt();
        if (open > ALL_OPEN) {
            throw malformed(5, "streams", "there are three, and a socket");
        }
        if (mask > ALL_MODES) {
            throw malformed(6, "mask", "of no modes");
        }
        if (length < 0 || length > MOST) {
            throw malformed(8, "length", "out of range");
        }
        return new Header(kind, open, mask, length);
    }

    private static Kind kind(byte letter) throws MalformedInputException {
        for (Kind kind : Kind.values()) {
            if (kind.letter == letter) {
                return kind;
            }
        }
        throw malformed(4, "kind", "unknown");
    }

    byte[] octets() {
        return ByteBuffer.allocate(OCTETS)
                .putInt(MAGIC)
                .put((byte) kind.letter)
                .put((byte) open)
                .putShort((short) mask)
                .putInt(length)
                .array();
    }

    /// A message of nothing but this.
    static byte[] alone(Kind kind) {
        return new Header(kind, 0, 0, 0).octets();
    }

    static MalformedInputException malformed(long offset, String field, String reason) {
        return new MalformedInputException("request", offset, field, reason);
    }
}
