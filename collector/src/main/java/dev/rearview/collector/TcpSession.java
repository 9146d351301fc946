package dev.rearview.collector;

import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.ipfix.Ipfix;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One IPFIX exporter's TCP connection: cuts the stream into messages.
final class TcpSession implements Closeable {
    private static final int MAX_MESSAGE = 65_535;

    private final SocketChannel channel;
    private final InetSocketAddress peer;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_MESSAGE * 2);
    private long taken;
    final UdpSocket.Address listener;

    TcpSession(SocketChannel channel, UdpSocket.Address listener) throws IOException {
        this.channel = channel;
        this.listener = listener;
        this.peer = (InetSocketAddress) channel.getRemoteAddress();
        channel.configureBlocking(false);
    }

    InetSocketAddress peer() {
        return peer;
    }

    /// Reads what is there and hands out whole messages.
    ///
    /// @return false when the session has ended
    /// @throws MalformedInputException if what comes is no message, or ends in the middle of one
    boolean drain(DatagramConsumer out) throws IOException {
        int n = channel.read(buffer);
        buffer.flip();
        while (buffer.remaining() >= Ipfix.HEADER) {
            int version = buffer.getShort(buffer.position()) & 0xFFFF;
            int length = buffer.getShort(buffer.position() + 2) & 0xFFFF;
            if (version != Ipfix.VERSION || length < Ipfix.HEADER) {
                throw malformed("no IPFIX message: version " + version + ", length " + length);
            }
            if (buffer.remaining() < length) {
                break;
            }
            out.accept(listener, buffer.slice(buffer.position(), length), peer);
            buffer.position(buffer.position() + length);
            taken += length;
        }
        buffer.compact();
        if (n < 0 && buffer.position() > 0) {
            throw malformed("ends in the middle of a message");
        }
        return n >= 0;
    }

    private MalformedInputException malformed(String reason) {
        return new MalformedInputException("TCP session of " + peer, taken, "", reason);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
