package dev.rearview.collector.sockets;

import dev.rearview.ingest.ListenAddress;
import dev.rearview.model.MalformedInputException;
import dev.rearview.site.Probe;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.ipfix.Ipfix;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One IPFIX exporter's TCP connection: cuts the stream into messages. Between messages it holds
/// nothing of the stream. What the exporter announces in it is known by the session's number.
public final class TcpSession implements Closeable {
    static final int MAX_MESSAGE = 65_535;
    private static final int FIRST_BUFFER = 2 << 10;
    private static final byte[] NOTHING = new byte[0];

    /// Takes whole messages, which must not be kept.
    @FunctionalInterface
    public interface Messages {
        void accept(TcpSession from, ByteBuffer message);

        /// No more comes from a session.
        default void ended(TcpSession from) {
            // Not all who take messages keep anything of their sessions.
        }
    }

    private final SocketChannel channel;
    private final InetSocketAddress peer;
    private final StateBudget budget;
    private final ListenAddress listener;
    private final Probe probe;
    private final int number;
    private final long sinceMs;
    // The beginning of a message whose end has not come.
    private byte[] rest = NOTHING;
    private int restLength;
    private long taken;
    private long lastMs;
    private boolean valid;

    /// @param number tells it from others
    /// @param nowMs by a clock that nobody sets back
    TcpSession(
            SocketChannel channel,
            ListenAddress listener,
            Probe probe,
            int number,
            StateBudget budget,
            long nowMs)
            throws IOException {
        this.number = number;
        this.channel = channel;
        this.listener = listener;
        this.probe = probe;
        this.budget = budget;
        this.peer = (InetSocketAddress) channel.getRemoteAddress();
        this.sinceMs = nowMs;
        this.lastMs = nowMs;
        channel.configureBlocking(false);
    }

    public InetSocketAddress peer() {
        return peer;
    }

    public ListenAddress listener() {
        return listener;
    }

    public Probe probe() {
        return probe;
    }

    /// What tells it from all other sessions; not 0.
    public int number() {
        return number;
    }

    /// Whether a valid message came.
    boolean isValid() {
        return valid;
    }

    /// When it was opened.
    long sinceMs() {
        return sinceMs;
    }

    /// When the last valid message came, or it was opened.
    long lastMs() {
        return lastMs;
    }

    /// Octets that it charges to the budget.
    long octets() {
        return rest.length;
    }

    /// Reads what is there and hands out whole messages.
    ///
    /// @param scratch room for two messages; one serves all sessions
    /// @return false when the session has ended
    /// @throws MalformedInputException if what comes is no message, or ends in the middle of one
    boolean drain(ByteBuffer scratch, long nowMs, Messages out) throws IOException {
        scratch.clear().put(rest, 0, restLength);
        int n = channel.read(scratch);
        scratch.flip();
        while (scratch.remaining() >= Ipfix.HEADER) {
            int version = scratch.getShort(scratch.position()) & 0xFFFF;
            int length = scratch.getShort(scratch.position() + 2) & 0xFFFF;
            if (version != Ipfix.VERSION || length < Ipfix.HEADER) {
                throw malformed("no IPFIX message: version " + version + ", length " + length);
            }
            if (scratch.remaining() < length) {
                break;
            }
            out.accept(this, scratch.slice(scratch.position(), length));
            valid = true;
            lastMs = nowMs;
            scratch.position(scratch.position() + length);
            taken += length;
        }
        keep(scratch);
        if (n < 0 && restLength > 0) {
            throw malformed("ends in the middle of a message");
        }
        return n >= 0;
    }

    private void keep(ByteBuffer left) {
        int length = left.remaining();
        int before = rest.length;
        if (length == 0) {
            rest = NOTHING;
        } else if (length > rest.length) {
            int doubled = Integer.highestOneBit(length - 1) * 2;
            rest = new byte[Math.max(FIRST_BUFFER, Math.min(doubled, MAX_MESSAGE))];
        }
        left.get(rest, 0, length);
        restLength = length;
        budget.charge(rest.length - before);
    }

    private MalformedInputException malformed(String reason) {
        return new MalformedInputException("TCP session of " + peer, taken, "", reason);
    }

    /// Ends the connection.
    @Override
    public void close() throws IOException {
        budget.release(rest.length);
        rest = NOTHING;
        channel.close();
    }
}
