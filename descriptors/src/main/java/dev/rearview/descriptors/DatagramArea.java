package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory into which one call receives many datagrams, used again for each call. For one thread.
public final class DatagramArea {
    /// The longest datagram of UDP.
    public static final int MAX_DATAGRAM = 65_535;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;

    /// Octets of a message's header, and what stands where in it.
    private static final int HEADER = 64;

    private static final int NAME_LENGTH = 8;
    private static final int VECTOR = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;

    /// Octets that a sender's address may take, and those that are kept for it.
    private static final int NAME = 28;

    private static final int NAME_PLACE = 32;

    /// What places lie apart more than a datagram is long, so that the beginnings of datagrams are
    /// not all in the same set of a processor's cache.
    private static final int SPACING = 1600 + 1;

    private final int most;
    private final long place;

    /// Headers as a call wants them.
    private final MemorySegment fresh;

    private final MemorySegment headers;
    private final MemorySegment names;
    private final MemorySegment octets;

    // What the last call told, in arrays: before the JVM has compiled them, looks at a segment take
    // microseconds each.
    private final int[] told;
    private final long[] senders;
    private int used;

    public DatagramArea(Arena arena, int most) {
        this(arena, most, MAX_DATAGRAM);
    }

    /// @param most datagrams of a call
    /// @param longest octets of a datagram; of longer ones the rest is lost
    public DatagramArea(Arena arena, int most, int longest) {
        this.most = most;
        this.place = (long) longest + (longest < MAX_DATAGRAM ? 0 : SPACING);
        this.fresh = arena.allocate((long) HEADER * most, Long.BYTES);
        this.headers = arena.allocate(fresh.byteSize(), Long.BYTES);
        this.names = arena.allocate((long) NAME_PLACE * most, Long.BYTES);
        this.octets = arena.allocate(place * most);
        this.told = new int[most * HEADER / Integer.BYTES];
        this.senders = new long[most * NAME_PLACE / Long.BYTES];
        MemorySegment vectors = arena.allocate(2L * Long.BYTES * most, Long.BYTES);
        for (int i = 0; i < most; i++) {
            long header = (long) HEADER * i;
            long vector = 2L * Long.BYTES * i;
            fresh.set(ADDRESS, header, names.asSlice((long) NAME_PLACE * i, NAME_PLACE));
            fresh.set(JAVA_INT, header + NAME_LENGTH, NAME);
            fresh.set(ADDRESS, header + VECTOR, vectors.asSlice(vector));
            fresh.set(JAVA_LONG, header + VECTOR_COUNT, 1);
            vectors.set(ADDRESS, vector, octets.asSlice(place * i, longest));
            vectors.set(JAVA_LONG, vector + Long.BYTES, longest);
        }
        this.used = most;
    }

    /// Receives what waits at a socket, as far as there is room.
    ///
    /// @return how many datagrams
    public int receive(UdpDescriptor socket) throws IOException {
        MemorySegment.copy(fresh, 0, headers, 0, (long) HEADER * used);
        long got = socket.descriptor().use(this::received);
        used = (int) Math.max(0, got);
        MemorySegment.copy(headers, JAVA_INT, 0, told, 0, used * (HEADER / Integer.BYTES));
        MemorySegment.copy(names, JAVA_LONG, 0, senders, 0, used * (NAME_PLACE / Long.BYTES));
        return used;
    }

    private int received(int number) throws IOException {
        int got = Libc.recvmmsg(number, headers, most, MSG_DONTWAIT);
        if (got == -1 && Libc.error() != Libc.EAGAIN) {
            throw Libc.failure();
        }
        return got;
    }

    /// Most datagrams of a call.
    public int most() {
        return most;
    }

    /// Octets of a datagram of the last call.
    public int length(int index) {
        return told[(HEADER * index + LENGTH) / Integer.BYTES];
    }

    /// Whether the end of a datagram did not fit.
    public boolean isTruncated(int index) {
        return (told[(HEADER * index + FLAGS) / Integer.BYTES] & MSG_TRUNC) != 0;
    }

    /// Copies a datagram of the last call.
    public void copy(int index, MemorySegment to, long offset) {
        MemorySegment.copy(octets, place * index, to, offset, length(index));
    }

    /// A quarter of the sender's address as the kernel wrote it, which [Senders] can read.
    ///
    /// @param word 0 to 3
    long sender(int index, int word) {
        return senders[NAME_PLACE / Long.BYTES * index + word];
    }
}
