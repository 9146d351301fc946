package dev.rearview.traffic.attack;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// Holds a sender to its rate, to its time, and to what the receiver takes.
final class Pace {
    /// More than this must not wait in the kernel: the smallest usual buffer holds three times as
    /// much.
    private static final long MAX_WAITING = 64 << 10;

    private static final int OCTETS_BETWEEN = 32 << 10;
    private static final int DATAGRAMS_BETWEEN = 32;
    private static final long LOOK_AGAIN_NS = 500_000;

    /// A receiver that takes nothing for so long never will.
    private static final long PATIENCE_NS = 30_000_000_000L;

    private final int port;
    private final int perSecond;
    private final long startNs = System.nanoTime();
    private final long lastNs;
    private long sent;
    private int datagrams;
    private int octets;

    Pace(AttackOptions options) {
        this(options.port(), options.perSecond(), options.seconds());
    }

    Pace(int port, int perSecond, int seconds) {
        this.port = port;
        this.perSecond = perSecond;
        this.lastNs = startNs + seconds * 1_000_000_000L;
    }

    /// Told of a datagram that was sent; waits until the next one may be.
    ///
    /// @return false if the time is over, or nothing is taken any more
    boolean sent(int size) throws IOException {
        sent++;
        octets += size;
        if (++datagrams < DATAGRAMS_BETWEEN && octets < OCTETS_BETWEEN) {
            return true;
        }
        datagrams = 0;
        octets = 0;
        long due = startNs + sent * 1_000_000_000L / perSecond;
        sleepUntil(Math.min(due, lastNs));
        long endNs = Math.min(lastNs, System.nanoTime() + PATIENCE_NS);
        while (System.nanoTime() < endNs && ReceiveQueue.octets(port) > MAX_WAITING) {
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
        return System.nanoTime() < endNs;
    }

    private static void sleepUntil(long dueNs) {
        for (long rest = dueNs - System.nanoTime(); rest > 0; rest = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }
}
