package dev.rearview.ingest;

/// A clock that nobody sets back while a process runs. Another process goes on about where this one
/// was: what exporters announced has an age that counts there, too.
public final class Ticks {
    private static final long BEGAN_MS = System.currentTimeMillis();
    private static final long BEGAN_NS = System.nanoTime();

    private Ticks() {}

    /// Milliseconds since 1970 by the system's clock as it was when this process began.
    public static long ms() {
        return BEGAN_MS + (System.nanoTime() - BEGAN_NS) / 1_000_000;
    }
}
