package dev.rearview.wire;

import java.util.concurrent.atomic.AtomicLong;

/// Octets that everything may hold which the network can make: templates, waiting data, samplers,
/// sequences, exporters, sessions. Whoever makes such state charges it here and releases it again;
/// whoever owns a table evicts from it while the budget [#isExceeded].
///
/// Sizes are estimates of the heap that is used, on the high side. Safe for several threads.
public final class StateBudget {
    /// Most of what a budget is by default, octets.
    public static final long DEFAULT_OCTETS = 128L << 20;

    /// One in so many octets of a budget is the most that one exporter holds, and the most by which
    /// all together pass the limit for as long as it takes to evict.
    public static final int SHARES = 8;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /// @param limitOctets above which state is evicted
    /// @throws IllegalArgumentException if it is not positive
    public StateBudget(long limitOctets) {
        if (limitOctets <= 0) {
            throw new IllegalArgumentException("a budget needs at least 1 octet");
        }
        this.limit = limitOctets;
    }

    /// A budget of 128 MiB or a quarter of the heap, whichever is less.
    public static StateBudget ofHeap() {
        return new StateBudget(Math.min(DEFAULT_OCTETS, Runtime.getRuntime().maxMemory() / 4));
    }

    public void charge(long octets) {
        used.addAndGet(octets);
    }

    public void release(long octets) {
        used.addAndGet(-octets);
    }

    /// Octets that are charged now.
    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }

    /// Octets that one exporter may hold.
    public long share() {
        return limit / SHARES;
    }

    /// Whether a table has to evict.
    public boolean isExceeded() {
        return used.get() > limit;
    }

    /// Whether so many octets more must not be charged, because nobody evicts in time.
    boolean refuses(long octets) {
        return used.get() + octets > limit + share();
    }
}
