package dev.rearview.ingest;

import java.io.Closeable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks the host names of the configuration up again now and then, one after the other, on a
/// thread of its own: nothing that receives waits for a name server.
public final class HostWatch implements Closeable {
    /// How long after the last look-up names that are unknown are looked up again.
    static final long RETRY_S = 30;

    /// How many of these periods pass before those that are known are, too.
    static final int PERIODS = 10;

    private final Runnable changed;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("host-names"));
    private volatile @Nullable AcceptedHosts hosts;
    private @Nullable Future<?> looking;
    private int period;

    /// @param changed told, on the thread of this, when other addresses are accepted
    public HostWatch(Runnable changed) {
        this.changed = changed;
    }

    /// Watches the names of a configuration from now on.
    public void use(AcceptedHosts next) {
        hosts = next;
        if (looking == null && next.hasNames()) {
            looking = thread.scheduleWithFixedDelay(this::look, RETRY_S, RETRY_S, TimeUnit.SECONDS);
        }
    }

    /// One period's look.
    void look() {
        AcceptedHosts now = hosts;
        period = (period + 1) % PERIODS;
        if (now != null && (period == 0 || now.hasUnknown()) && now.lookUpAgain()) {
            changed.run();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
