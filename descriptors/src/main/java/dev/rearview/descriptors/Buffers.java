package dev.rearview.descriptors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The buffer of a stream between Java's memory and the system's, taken when it is needed first.
/// Those of streams that were closed serve the next ones: short commands would otherwise leave more
/// than the garbage collector looks after.
final class Buffers {
    static final int OCTETS = 1 << 16;

    private static final int MOST_KEPT = 64;
    private static final Deque<MemorySegment> KEPT = new ArrayDeque<>();

    /// Held by who reads or writes.
    final ReentrantLock lock = new ReentrantLock();

    private @Nullable MemorySegment buffer;

    /// The buffer, for the holder of the lock.
    MemorySegment get() {
        MemorySegment known = buffer;
        if (known == null) {
            known = take();
            buffer = known;
        }
        return known;
    }

    private static MemorySegment take() {
        synchronized (KEPT) {
            MemorySegment kept = KEPT.pollLast();
            return kept != null ? kept : Arena.ofAuto().allocate(OCTETS, Long.BYTES);
        }
    }

    /// Gives the buffer to others, unless somebody still reads or writes.
    void release() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            MemorySegment known = buffer;
            buffer = null;
            if (known != null) {
                keep(known);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void keep(MemorySegment segment) {
        synchronized (KEPT) {
            if (KEPT.size() < MOST_KEPT) {
                KEPT.addLast(segment);
            }
        }
    }
}
