package dev.rearview.engine.exec;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Makes things one after the other: while one is used, the next is made on another thread if any
/// is free. A thing is used until the next one is asked for, so that its maker needs memory for
/// two.
public final class Ahead<T> implements Closeable {
    /// Makes things.
    @FunctionalInterface
    public interface Source<T> {
        /// The next thing, null after the last.
        @Nullable T next() throws IOException;
    }

    private final Workers workers;
    private final Source<T> source;
    private @Nullable FutureTask<@Nullable T> coming;
    private volatile boolean closed;

    Ahead(Workers workers, Source<T> source) {
        this.workers = workers;
        this.source = source;
    }

    /// The next thing, null after the last. The one before is no longer used.
    public @Nullable T next() throws IOException {
        FutureTask<@Nullable T> task = coming == null ? task() : coming;
        coming = null;
        T made = result(task);
        if (made != null && workers.threads() > 1) {
            FutureTask<@Nullable T> next = task();
            coming = next;
            workers.start(next);
        }
        return made;
    }

    private FutureTask<@Nullable T> task() {
        return new FutureTask<>(() -> closed ? null : source.next());
    }

    private @Nullable T result(FutureTask<@Nullable T> task) throws IOException {
        // Does nothing where another thread has begun it.
        task.run();
        workers.forget(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            Parallel.rethrow(e.getCause());
            throw new IllegalStateException(e);
        }
    }

    /// Waits until nothing is being made any more.
    @Override
    public void close() {
        closed = true;
        FutureTask<?> task = coming;
        coming = null;
        if (task != null) {
            task.run();
            workers.forget(task);
            try {
                task.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                // Of what nobody wants any more it does not matter.
                return;
            }
        }
    }
}
