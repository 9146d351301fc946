package dev.rearview.wire.ipfix;

import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes a file of IPFIX messages (RFC 5655) apart into messages.
public final class MessageFile {
    /// Octets of a message up to its length, which is all that has to be known to find the next.
    private static final int START = 4;

    private static final int MAX_LENGTH = 0xFFFF;

    private final InputStream in;
    private final String name;
    private final byte[] message = new byte[MAX_LENGTH];
    private long offset;
    private long next;

    /// @param name of the file, for messages
    public MessageFile(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    /// Where the message handed out last begins.
    public long offset() {
        return offset;
    }

    /// The next message, whole as far as its own length says; null at the end. Valid until the next
    /// call.
    ///
    /// @throws MalformedInputException where no message begins, or one ends too early
    public @Nullable ByteBuffer next() throws IOException {
        offset = next;
        int start = in.readNBytes(message, 0, START);
        if (start == 0) {
            return null;
        }
        ByteBuffer head = ByteBuffer.wrap(message);
        int version = head.getShort(0) & 0xFFFF;
        int length = head.getShort(2) & 0xFFFF;
        if (start < START || version != Ipfix.VERSION || length < Ipfix.HEADER) {
            throw new MalformedInputException(name, offset, "", "no IPFIX message");
        }
        if (in.readNBytes(message, START, length - START) < length - START) {
            throw new MalformedInputException(name, offset, "", "no IPFIX message: it is cut off");
        }
        next += length;
        return head.limit(length);
    }
}
