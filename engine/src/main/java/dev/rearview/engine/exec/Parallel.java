package dev.rearview.engine.exec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Spreads work over threads.
public final class Parallel {
    private Parallel() {}

    /// What one thread does.
    @FunctionalInterface
    public interface Task {
        void run() throws IOException;
    }

    /// Work on one item.
    @FunctionalInterface
    public interface Work<T> {
        void on(T item) throws IOException;
    }

    /// The number of threads that work at the same time.
    public static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /// Runs tasks, the first on the caller's thread and each other one on its own, and waits for
    /// all of them. The first failure is thrown in the end.
    ///
    /// @param onFailure told at once, so that the other tasks can be stopped
    public static void run(List<Task> tasks, Runnable onFailure) throws IOException {
        AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
        List<Thread> helpers = new ArrayList<>();
        for (Task task : tasks.subList(1, tasks.size())) {
            helpers.add(Thread.ofPlatform().daemon().start(() -> guarded(task, broken, onFailure)));
        }
        guarded(tasks.getFirst(), broken, onFailure);
        for (Thread t : helpers) {
            join(t);
        }
        rethrow(broken.get());
    }

    private static void guarded(
            Task task, AtomicReference<@Nullable Throwable> broken, Runnable onFailure) {
        try {
            task.run();
        } catch (Throwable e) {
            broken.compareAndSet(null, e);
            onFailure.run();
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

    /// Not a switch over types: at its first use that makes classes for 20 ms.
    private static void rethrow(@Nullable Throwable e) throws IOException {
        if (e instanceof IOException io) {
            throw io;
        }
        if (e instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (e instanceof Error error) {
            throw error;
        }
        if (e != null) {
            throw new IllegalStateException(e);
        }
    }

    /// Does the work of each thread's worker on items until none is left.
    ///
    /// @param workers asked by the caller's thread
    public static <T> void forEach(List<T> items, int threads, Supplier<Work<T>> workers)
            throws IOException {
        AtomicInteger next = new AtomicInteger();
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < Math.max(1, Math.min(threads, items.size())); i++) {
            Work<T> worker = workers.get();
            tasks.add(() -> {
                for (int k = next.getAndIncrement(); k < items.size(); k = next.getAndIncrement()) {
                    worker.on(items.get(k));
                }
            });
        }
        run(tasks, () -> next.set(items.size()));
    }
}
