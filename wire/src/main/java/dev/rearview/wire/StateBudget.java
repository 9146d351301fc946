package dev.rearview.wire;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable StateBudget whole;
    private final AtomicLong used = new AtomicLong();

    /// @param limitOctets above which state is evicted
    /// @throws IllegalArgumentException if it is not positive
    public StateBudget(long limitOctets) {
        this(limitOctets, null);
    }

    private StateBudget(long limitOctets, @Nullable StateBudget whole) {
        if (limitOctets <= 0) {
            throw new IllegalArgumentException("a budget needs at least 1 octet");
        }
        this.limit = limitOctets;
        this.whole = whole;
    }

    /// A budget within this one, for a table that must not push out what others hold: what it takes
    /// is charged to both, and it is exceeded by its own limit alone.
    public StateBudget part(long limitOctets) {
        return new StateBudget(limitOctets, this);
    }

    /// A budget of 128 MiB or a quarter of the heap, whichever is less.
    public static StateBudget ofHeap() {
        return new StateBudget(Math.min(DEFAULT_OCTETS, Runtime.getRuntime().maxMemory() / 4));
    }

    public void charge(long octets) {
        used.addAndGet(octets);
        if (whole != null) {
            whole.charge(octets);
        }
    }

    public void release(long octets) {
        charge(-octets);
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

    /// Whether so many octets more leave half of it free.
    boolean hasHalf(long octets) {
        return used.get() + octets <= limit / 2 && (whole == null || whole.hasHalf(octets));
    }

    /// Whether so many octets more must not be charged, because nobody evicts in time.
    boolean refuses(long octets) {
        boolean full = used.get() + octets > limit + share();
        return full || whole != null && whole.refuses(octets);
    }
}
