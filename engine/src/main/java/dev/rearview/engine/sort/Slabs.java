package dev.rearview.engine.sort;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Memory for packed rows, for several threads. Small arrays are copied by the garbage collector,
/// all threads waiting, once they turn out to stay: many rows are put into arrays that are larger
/// than what it copies.
final class Slabs {
    /// An array takes this part of the largest heap: the young generation takes a 48th by default.
    private static final int SHARE = 40;

    private static final int MOST_WORDS = 1 << 26;

    private final int size;
    private final long first;
    private final Executor executor;
    private long had;
    private long @Nullable [] open;
    private int used;

    /// The one that follows: zeroing it takes long, and whoever takes a piece must not wait.
    private long @Nullable [] next;

    private boolean isMaking;

    /// @param executor makes arrays while others are used
    Slabs(Executor executor) {
        this(
                (int) Math.min(MOST_WORDS, Runtime.getRuntime().maxMemory() / SHARE / Long.BYTES),
                executor);
    }

    private Slabs(int size, Executor executor) {
        this(size, size / 4, executor);
    }

    /// @param size words of an array
    /// @param first words that are had one by one, so that little takes little
    Slabs(int size, long first, Executor executor) {
        this.size = size;
        this.first = first;
        this.executor = executor;
    }

    /// Zeros, from a place in an array on.
    record Piece(long[] words, int at) {}

    Piece take(int words) {
        Piece piece = open(words);
        if (makes()) {
            executor.execute(this::make);
        }
        return piece == null ? new Piece(new long[words], 0) : piece;
    }

    private synchronized @Nullable Piece open(int words) {
        had += words;
        if (next != null && (open == null || used + words > size)) {
            open = next;
            used = 0;
            next = null;
        }
        if (open == null || used + words > size) {
            return null;
        }
        Piece piece = new Piece(open, used);
        used += words;
        return piece;
    }

    private synchronized boolean makes() {
        boolean isNeeded = open == null ? had > first : used > size / 2;
        boolean makes = isNeeded && next == null && !isMaking;
        isMaking |= makes;
        return makes;
    }

    private void make() {
        long[] made = null;
        try {
            made = new long[size];
        } finally {
            made(made);
        }
    }

    private synchronized void made(long @Nullable [] slab) {
        next = slab;
        isMaking = false;
    }

    /// Octets that are not used yet.
    synchronized long unused() {
        long inOpen = open == null ? 0 : size - used;
        long inNext = next == null && !isMaking ? 0 : size;
        return (inOpen + inNext) * Long.BYTES;
    }

    /// Forgets what was taken.
    synchronized void clear() {
        had = 0;
        open = null;
        next = null;
    }
}
