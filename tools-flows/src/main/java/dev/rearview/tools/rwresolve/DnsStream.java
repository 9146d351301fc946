package dev.rearview.tools.rwresolve;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Asks a name server over TCP: messages stand behind their sizes, of two octets.
final class DnsStream {
    private static final int SIZE = 2;

    private DnsStream() {}

    /// @param end when to give up, of [System#nanoTime]
    /// @return empty where no answer came, for whatever reason
    static Optional<DnsMessage.Answer> ask(InetSocketAddress server, byte[] question, long end) {
        try (Socket socket = new Socket()) {
            socket.connect(server, leftMs(end));
            byte[] sent = new byte[SIZE + question.length];
            ByteBuffer.wrap(sent).putShort((short) question.length).put(question);
            socket.getOutputStream().write(sent);
            int size = ByteBuffer.wrap(exactly(socket, SIZE, end)).getShort() & 0xFFFF;
            return DnsMessage.answer(exactly(socket, size, end), size, question)
                    .filter(a -> !a.isTruncated());
        } catch (IOException e) {
            // The answer by UDP has to do.
            return Optional.empty();
        }
    }

    /// A server that sends an octet now and then gets no more time than one that sends none.
    private static byte[] exactly(Socket socket, int size, long end) throws IOException {
        byte[] octets = new byte[size];
        InputStream in = socket.getInputStream();
        for (int at = 0; at < size; ) {
            socket.setSoTimeout(leftMs(end));
            int n = in.read(octets, at, size - at);
            if (n < 0) {
                throw new IOException("ends too early");
            }
            at += n;
        }
        return octets;
    }

    private static int leftMs(long end) throws SocketTimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }
}
