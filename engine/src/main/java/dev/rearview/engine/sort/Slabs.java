package dev.rearview.engine.sort;

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
    private long had;
    private long @Nullable [] open;
    private int used;
    private boolean isMaking;

    Slabs() {
        this((int) Math.min(MOST_WORDS, Runtime.getRuntime().maxMemory() / SHARE / Long.BYTES));
    }

    private Slabs(int size) {
        this(size, size / 4);
    }

    /// @param size words of an array
    /// @param first words that are had one by one, so that little takes little
    Slabs(int size, long first) {
        this.size = size;
        this.first = first;
    }

    /// Zeros, from a place in an array on.
    record Piece(long[] words, int at) {}

    Piece take(int words) {
        Piece piece = open(words);
        if (piece == null && makes()) {
            // The others do not wait for it: zeroing it takes long.
            made(new long[size]);
            piece = open(words);
        }
        return piece == null ? new Piece(new long[words], 0) : piece;
    }

    private synchronized @Nullable Piece open(int words) {
        had += words;
        if (open == null || used + words > size) {
            return null;
        }
        Piece piece = new Piece(open, used);
        used += words;
        return piece;
    }

    private synchronized boolean makes() {
        boolean makes = had > first && !isMaking;
        isMaking |= makes;
        return makes;
    }

    private synchronized void made(long[] slab) {
        open = slab;
        used = 0;
        isMaking = false;
    }

    /// Octets that are not used yet.
    synchronized long unused() {
        return open == null ? 0 : (long) (size - used) * Long.BYTES;
    }

    /// Forgets what was taken.
    synchronized void clear() {
        had = 0;
        open = null;
    }
}
