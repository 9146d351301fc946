package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The argument of poll(2): descriptors, what is waited for, and what has come.
final class Polled {
    private static final int OCTETS = 8;

    private final MemorySegment array;
    private final int count;

    Polled(Arena arena, int count) {
        this.array = arena.allocate((long) OCTETS * count, OCTETS);
        this.count = count;
    }

    void set(int index, int descriptor, short events) {
        array.set(JAVA_INT, (long) index * OCTETS, descriptor);
        array.set(JAVA_SHORT, (long) index * OCTETS + 4, events);
    }

    /// Waits.
    ///
    /// @param timeoutMs at most; -1 for ever
    /// @return whether anything has come; a signal may make it return early
    boolean poll(int timeoutMs) throws IOException {
        int ready = Libc.poll(array, count, timeoutMs);
        if (ready == -1 && Libc.error() != Libc.EINTR) {
            throw Libc.failure();
        }
        return ready > 0;
    }

    /// Whether anything has come for a descriptor, its end included.
    boolean isReady(int index) {
        return array.get(JAVA_SHORT, (long) index * OCTETS + 6) != 0;
    }
}
