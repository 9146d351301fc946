package dev.rearview.engine.exec;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Spreads the work of one run over threads.
public final class Parallel {
    private final Context context;
    private final Workers workers;

    /// @param workers that help
    Parallel(Context context, Workers workers) {
        this.context = context;
        this.workers = workers;
    }

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
    public int threads() {
        return workers.threads();
    }

    /// Things that are made while those before them are used.
    public <T> Ahead<T> ahead(Ahead.Source<T> source) {
        return new Ahead<>(context, workers, number -> source.next(), 1);
    }

    /// The same of things that can be made at the same time.
    ///
    /// @param most how many are
    public <T> Ahead<T> ahead(Ahead.Numbered<T> source, int most) {
        return new Ahead<>(context, workers, source, most);
    }

    /// Has work done by whichever thread is free next, if there is another; it may fail.
    public void start(Runnable work) {
        if (threads() > 1) {
            workers.start(work);
        } else {
            work.run();
        }
    }

    /// A stream whose octets are written while the next ones are put together.
    public OutputStream behind(OutputStream out) {
        return workers.threads() > 1 ? new WriteBehind(workers, out) : out;
    }

    /// Runs tasks, the first on the caller's thread and the others on those that are free, and
    /// waits for all of them. What none has begun by then is done by the caller, so that no task
    /// may wait for another one. The first failure is thrown in the end.
    ///
    /// @param onFailure told at once, so that the other tasks can be stopped
    public void run(List<Task> tasks, Runnable onFailure) throws IOException {
        AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
        List<FutureTask<@Nullable Void>> others = new ArrayList<>();
        for (Task task : tasks.subList(1, tasks.size())) {
            FutureTask<@Nullable Void> other =
                    new FutureTask<>(() -> guarded(entered(task), broken, onFailure), null);
            others.add(other);
            workers.start(other);
        }
        guarded(tasks.getFirst(), broken, onFailure);
        for (FutureTask<?> other : others) {
            // Does nothing where another thread has begun it.
            other.run();
            workers.forget(other);
        }
        for (FutureTask<?> other : others) {
            join(other, onFailure);
        }
        rethrow(broken.get());
    }

    private Task entered(Task task) {
        return () -> {
            context.enter();
            task.run();
        };
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

    private static void join(FutureTask<?> task, Runnable onFailure) throws IOException {
        try {
            task.get();
        } catch (InterruptedException e) {
            onFailure.run();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Throws what made a task fail, if anything did; not by a switch over types: at its first use
    /// that makes classes for 20 ms.
    public static void rethrow(@Nullable Throwable e) throws IOException {
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
    /// @throws Cancelled between two items, when the run is
    public <T> void forEach(List<T> items, int threads, Supplier<Work<T>> workers)
            throws IOException {
        AtomicInteger next = new AtomicInteger();
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < Math.max(1, Math.min(threads, items.size())); i++) {
            Work<T> worker = workers.get();
            tasks.add(() -> {
                for (int k = next.getAndIncrement(); k < items.size(); k = next.getAndIncrement()) {
                    context.check();
                    worker.on(items.get(k));
                }
            });
        }
        run(tasks, () -> next.set(items.size()));
    }
}
