package dev.rearview.engine.exec;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The threads that help the runs of a process: as many as there are processors, for all runs
/// together. Nobody may count on one: who hands work in does it alone where none is free.
public final class Workers {
    private static final long IDLE_S = 10;

    private final int threads;
    private @Nullable ThreadPoolExecutor pool;

    /// @param threads how many there may be, above 0
    public Workers(int threads) {
        this.threads = threads;
    }

    /// The number of threads that work at the same time for one run, its own among them.
    public int threads() {
        return threads;
    }

    /// Work that is to be done by whichever thread is free; it fails by itself.
    void start(Runnable work) {
        pool().execute(work);
    }

    /// Forgets work that was done elsewhere.
    void forget(Runnable work) {
        pool().remove(work);
    }

    /// Waits for work that was [started][#start], or does it where no thread has begun it.
    ///
    /// @return what it made
    /// @throws IOException as any failure of the work
    <T extends @Nullable Object> T finish(FutureTask<T> work) throws IOException {
        // Does nothing where another thread has begun it.
        work.run();
        forget(work);
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            Parallel.rethrow(e.getCause());
            throw new IllegalStateException(e);
        }
    }

    /// Made when it is needed first: most commands do without.
    private synchronized ThreadPoolExecutor pool() {
        ThreadPoolExecutor known = pool;
        if (known != null) {
            return known;
        }
        ThreadPoolExecutor made =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_S,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> Thread.ofPlatform().daemon().name("worker").unstarted(task));
        made.allowCoreThreadTimeOut(true);
        pool = made;
        return made;
    }
}
