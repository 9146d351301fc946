package dev.rearview.engine.exec;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Hands out things in their order: while one is used, the next ones are made on other threads if
/// any are free. A thing is used until the next one is asked for, so that its maker needs memory
/// for one more than are made at a time.
public final class Ahead<T> implements Closeable {
    /// Makes things, one after the other.
    @FunctionalInterface
    public interface Source<T> {
        /// The next thing, null after the last.
        @Nullable T next() throws IOException;
    }

    /// Makes things, several at a time.
    @FunctionalInterface
    public interface Numbered<T> {
        /// What has to be done in the order of the numbers, before a thing is made.
        default void begin(long number) throws IOException {}

        /// A thing by its number, null for those after the last.
        @Nullable T make(long number) throws IOException;
    }

    private final Context context;
    private final Workers workers;
    private final Numbered<T> source;
    private final int most;
    private final Deque<FutureTask<@Nullable T>> coming = new ArrayDeque<>();
    private final Object turns = new Object();
    private long number;

    /// Whose turn it is to begin.
    private long turn;

    private volatile boolean closed;

    /// @param most how many are made at a time
    Ahead(Context context, Workers workers, Numbered<T> source, int most) {
        this.context = context;
        this.workers = workers;
        this.source = source;
        this.most = workers.threads() > 1 ? most : 0;
    }

    /// The next thing, null after the last. The one before is no longer used.
    public @Nullable T next() throws IOException {
        FutureTask<@Nullable T> first = coming.poll();
        if (first == null) {
            first = task();
        }
        first.run();
        for (FutureTask<@Nullable T> later : coming) {
            // While another thread makes the first: one that waits loses its processor's time.
            if (first.isDone()) {
                break;
            }
            later.run();
        }
        T made = workers.finish(first);
        while (made != null && coming.size() < most) {
            FutureTask<@Nullable T> next = task();
            coming.add(next);
            workers.start(next);
        }
        return made;
    }

    private FutureTask<@Nullable T> task() {
        long which = number++;
        return new FutureTask<>(() -> make(which));
    }

    private @Nullable T make(long which) throws IOException {
        context.enter();
        return begins(which) ? source.make(which) : null;
    }

    /// Whoever has the turn runs already: work is begun in its order.
    private boolean begins(long which) throws IOException {
        synchronized (turns) {
            try {
                while (turn < which && !closed) {
                    turns.wait();
                }
                if (closed) {
                    return false;
                }
                source.begin(which);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                turn++;
                turns.notifyAll();
            }
        }
    }

    /// Waits until nothing is being made any more.
    @Override
    public void close() {
        synchronized (turns) {
            closed = true;
            turns.notifyAll();
        }
        for (FutureTask<?> task = coming.poll(); task != null; task = coming.poll()) {
            task.run();
            workers.forget(task);
            await(task);
        }
    }

    private static void await(FutureTask<?> task) {
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
