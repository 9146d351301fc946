package dev.rearview.engine.group;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Spreads work over threads.
final class Parallel {
    private Parallel() {}

    /// Work on one item.
    @FunctionalInterface
    interface Work<T> {
        void on(T item) throws IOException;
    }

    /// Does the work of each thread's worker on items until none is left.
    ///
    /// @param workers asked by the caller's thread
    static <T> void forEach(List<T> items, int threads, Supplier<Work<T>> workers)
            throws IOException {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
        List<Thread> helpers = new ArrayList<>();
        Work<T> own = workers.get();
        for (int i = 1; i < Math.min(threads, items.size()); i++) {
            Work<T> worker = workers.get();
            helpers.add(
                    Thread.ofPlatform().daemon().start(() -> work(items, next, worker, broken)));
        }
        work(items, next, own, broken);
        for (Thread t : helpers) {
            join(t);
        }
        Throwable e = broken.get();
        switch (e) {
            case null -> {}
            case IOException io -> throw io;
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new IllegalStateException(e);
        }
    }

    private static <T> void work(
            List<T> items,
            AtomicInteger next,
            Work<T> worker,
            AtomicReference<@Nullable Throwable> broken) {
        try {
            for (int i = next.getAndIncrement();
                    i < items.size() && broken.get() == null;
                    i = next.getAndIncrement()) {
                worker.on(items.get(i));
            }
        } catch (Throwable e) {
            broken.compareAndSet(null, e);
        }
    }

    private static void join(Thread t) throws IOException {
        try {
            t.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
