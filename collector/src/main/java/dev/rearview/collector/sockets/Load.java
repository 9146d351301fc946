package dev.rearview.collector.sockets;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Datagrams that one thread received, one behind the other in the order they came, whatever socket
/// they came to.
final class Load {
    private static final int OCTETS = 256 << 10;
    private static final int MAX_COUNT = 2048;
    private static final int BESIDE = 1024;

    private final ByteBuffer octets = ByteBuffer.allocateDirect(OCTETS);
    private final MemorySegment memory = MemorySegment.ofBuffer(octets);
    private final int[] ends = new int[MAX_COUNT];
    private final @Nullable UdpSocket[] to = new UdpSocket[MAX_COUNT];
    private final @Nullable InetSocketAddress[] from = new InetSocketAddress[MAX_COUNT];
    private int count;

    int count() {
        return count;
    }

    /// Whether it takes a datagram of so many octets.
    boolean hasRoom(int length) {
        return count < MAX_COUNT && octets.remaining() >= length;
    }

    /// Where the next datagram goes to, which moves the position.
    ByteBuffer octets() {
        return octets;
    }

    /// The same memory, of which [#octets] tells the position.
    MemorySegment memory() {
        return memory;
    }

    /// What the kernel needed for its datagrams, roughly: some octets beside each.
    long weight() {
        return octets.position() + (long) count * BESIDE;
    }

    /// Ends a datagram at the position of the octets.
    ///
    /// @param receiver null if it came nowhere: nobody gets it
    void add(@Nullable UdpSocket receiver, InetSocketAddress sender) {
        to[count] = receiver;
        from[count] = sender;
        ends[count++] = octets.position();
    }

    void forEach(DatagramConsumer out) {
        ByteBuffer bytes = octets.duplicate();
        int start = 0;
        for (int i = 0; i < count; i++) {
            UdpSocket receiver = to[i];
            InetSocketAddress sender = from[i];
            bytes.clear().position(start).limit(ends[i]);
            start = ends[i];
            if (receiver != null && sender != null) {
                out.accept(receiver.address(), bytes, sender);
            }
        }
    }

    Load clear() {
        octets.clear();
        count = 0;
        return this;
    }
}
