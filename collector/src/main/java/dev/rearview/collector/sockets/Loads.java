package dev.rearview.collector.sockets;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The loads between those who receive and the one who decodes: up to 64 MiB, which are made when
/// they are first needed and then go round.
final class Loads {
    private static final int MOST = 256;

    private final BlockingQueue<Load> full = new ArrayBlockingQueue<>(MOST);
    private final BlockingQueue<Load> empty = new ArrayBlockingQueue<>(MOST);
    private final AtomicInteger made = new AtomicInteger();
    private final Runnable arrived;

    /// @param arrived told, on the thread that received, that a load waits
    Loads(Runnable arrived) {
        this.arrived = arrived;
    }

    /// A load that is empty, waiting for one where all are in use; null if interrupted.
    private @Nullable Load empty() {
        Load load = empty.poll();
        if (load != null) {
            return load;
        }
        if (made.getAndUpdate(n -> Math.min(MOST, n + 1)) < MOST) {
            return new Load();
        }
        try {
            return empty.take();
        } catch (InterruptedException e) {
            return null;
        }
    }

    /// Hands out the datagrams of the load that came first of those that wait.
    void take(DatagramConsumer out) {
        Load load = full.poll();
        if (load != null) {
            load.forEach(out);
            release(load);
        }
    }

    private void release(Load load) {
        // There are never more loads than places.
        empty.add(load.clear());
    }

    /// Gives up the datagrams that wait.
    ///
    /// @return how many
    int discard() {
        int datagrams = 0;
        for (Load load = full.poll(); load != null; load = full.poll()) {
            datagrams += load.count();
        }
        return datagrams;
    }

    boolean hasWaiting() {
        return !full.isEmpty();
    }

    /// A load that one thread fills.
    final class Filling {
        private @Nullable Load load;
        private long handedOver;

        /// What it took so far, as [Load#weight].
        long taken() {
            Load known = load;
            return handedOver + (known == null ? 0 : known.weight());
        }

        /// The load with room for a datagram of so many octets; null if interrupted while all are
        /// in use.
        @Nullable Load room(int length) {
            Load known = load;
            if (known != null && known.hasRoom(length)) {
                return known;
            }
            handOver();
            load = empty();
            return load;
        }

        /// Hands over what there is if nobody has anything to decode: a load that has to wait
        /// anyway may as well get fuller.
        ///
        /// @return whether nothing is left
        boolean handOverIfWanted() {
            if (!hasWaiting()) {
                handOver();
            }
            Load known = load;
            return known == null || known.count() == 0;
        }

        void handOver() {
            Load known = load;
            if (known != null && known.count() > 0) {
                load = null;
                handedOver += known.weight();
                full.add(known);
                arrived.run();
            }
        }
    }
}
