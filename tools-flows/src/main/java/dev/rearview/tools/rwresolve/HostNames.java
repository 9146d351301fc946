package dev.rearview.tools.rwresolve;

import dev.rearview.model.Ip;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The names of addresses: several are looked up at a time, those met last are remembered, and
/// nobody waits longer for one than he was told. For one thread that asks and one that waits.
final class HostNames {
    /// Addresses that are remembered.
    static final int MOST_KNOWN = 1 << 16;

    private final Lookup lookup;
    private final ThreadFactory threads;
    private final Semaphore free;
    private final long timeoutNs;
    private final Map<Ip, Name> known = new Known();

    /// Whether lookups that do not come back have all threads.
    private boolean isStuck;

    /// A name that is being looked up.
    ///
    /// @param untilNs when nobody waits for it any more
    private record Name(CompletableFuture<Optional<String>> found, long untilNs)
            implements Pending {
        @Override
        public Optional<String> await() throws InterruptedException {
            try {
                return found.get(Math.max(0, untilNs - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return Optional.empty();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /// A name that may not be there yet.
    interface Pending {
        Optional<String> await() throws InterruptedException;
    }

    private static final class Known extends LinkedHashMap<Ip, Name> {
        private static final long serialVersionUID = 1;

        Known() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Ip, Name> eldest) {
            return size() > MOST_KNOWN;
        }
    }

    /// @param most lookups at a time
    HostNames(Lookup lookup, ThreadFactory threads, int most, long timeoutMs) {
        this.lookup = lookup;
        this.threads = threads;
        this.free = new Semaphore(most);
        this.timeoutNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /// Begins to look an address up where it is not known; waits only until one of the others has
    /// been found.
    Pending ask(Ip address) throws InterruptedException {
        Name name = known.get(address);
        if (name == null) {
            if (!free.tryAcquire(isStuck ? 0 : timeoutNs, TimeUnit.NANOSECONDS)) {
                isStuck = true;
                return Optional::empty;
            }
            isStuck = false;
            name = new Name(new CompletableFuture<>(), System.nanoTime() + timeoutNs);
            known.put(address, name);
            start(address, name.found);
        }
        return name;
    }

    private void start(Ip address, CompletableFuture<Optional<String>> found) {
        threads.newThread(
                        () -> {
                            try {
                                found.complete(lookup.name(address.hi(), address.lo()));
                            } catch (RuntimeException e) {
                                found.completeExceptionally(e);
                            } finally {
                                free.release();
                            }
                        })
                .start();
    }
}
