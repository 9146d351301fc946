package dev.rearview.ingest;

/// A clock that nobody sets back.
public final class Ticks {
    private Ticks() {}

    /// Milliseconds since some moment.
    public static long ms() {
        return System.nanoTime() / 1_000_000;
    }
}
