package dev.rearview.collector;

/// A clock that nobody sets back.
final class Ticks {
    private Ticks() {}

    /// Milliseconds since some moment.
    static long ms() {
        return System.nanoTime() / 1_000_000;
    }
}
