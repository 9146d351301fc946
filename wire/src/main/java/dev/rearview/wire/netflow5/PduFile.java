package dev.rearview.wire.netflow5;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes a file of NetFlow v5 datagrams apart into datagrams: each has the room of one with the
/// most records, whatever its own number of them.
public final class PduFile {
    /// Octets of the room of a datagram.
    public static final int PDU = NetFlow5.HEADER + NetFlow5.MAX_RECORDS * NetFlow5.RECORD;

    private final InputStream in;
    private final byte[] pdu = new byte[PDU];
    private long offset;
    private long next;

    public PduFile(InputStream in) {
        this.in = in;
    }

    /// Where the room handed out last begins.
    public long offset() {
        return offset;
    }

    /// What the next datagram has room in, at the end of a damaged file fewer octets than [#PDU];
    /// null at the end. Valid until the next call.
    public @Nullable ByteBuffer next() throws IOException {
        offset = next;
        int n = in.readNBytes(pdu, 0, PDU);
        next += n;
        return n == 0 ? null : ByteBuffer.wrap(pdu, 0, n);
    }
}
