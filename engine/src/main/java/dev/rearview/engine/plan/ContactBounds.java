package dev.rearview.engine.plan;

/// How much of a graph of contacts is kept.
///
/// @param hosts that are reached and followed
/// @param ofHost other hosts that a host contacted; the earliest are kept
/// @param contacts in all
public record ContactBounds(int hosts, int ofHost, int contacts) {
    /// The most of anything.
    public static final int MAX = 100_000_000;

    public ContactBounds {
        if (outside(hosts) || outside(ofHost) || outside(contacts)) {
            throw new IllegalArgumentException("bounds must be 1 to " + MAX);
        }
    }

    private static boolean outside(int n) {
        return n < 1 || n > MAX;
    }
}
