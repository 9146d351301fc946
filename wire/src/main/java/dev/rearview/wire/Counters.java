package dev.rearview.wire;

import java.util.concurrent.atomic.AtomicLongArray;

/// What was received, decoded and dropped for one exporter. Written by one thread, read by others.
public final class Counters {
    private static final Drop[] DROPS = Drop.values();

    private final AtomicLongArray drops = new AtomicLongArray(DROPS.length);
    private final AtomicLongArray totals = new AtomicLongArray(Total.values().length);

    /// What is counted besides drops.
    public enum Total {
        DATAGRAMS,
        /// Data records, whether or not they made flows.
        RECORDS,
        OPTION_RECORDS,
        TEMPLATES,
        FLOWS,
        REVERSE_FLOWS,
        COUNTER_SAMPLES,
        UNKNOWN_ELEMENTS
    }

    public void drop(Drop reason, long count) {
        if (count != 0) {
            add(drops, reason.ordinal(), count);
        }
    }

    public void add(Total total, long count) {
        add(totals, total.ordinal(), count);
    }

    private static void add(AtomicLongArray of, int at, long count) {
        of.setOpaque(at, of.getPlain(at) + count);
    }

    public long dropped(Drop reason) {
        return drops.get(reason.ordinal());
    }

    public long total(Total total) {
        return totals.get(total.ordinal());
    }
}
