package dev.rearview.ingest.store;

import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.Ticks;
import dev.rearview.model.RecordWords;
import dev.rearview.store.Epoch;
import dev.rearview.store.FlowWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the flows of ended epochs to segments and seals hours, on a thread of its own. Nobody
/// waits for it: epochs that do not fit into memory wait in their journals alone.
final class SegmentWriting {
    /// Part of the heap for flows of epochs that wait to be written.
    private static final int HEAP_SHARE = 8;

    /// Octets of a flow in memory.
    private static final int FLOW_OCTETS = RecordWords.COUNT * Long.BYTES;

    private static final long RETRY_MS = 10_000;
    private static final long SEALING_MS = 1000;

    /// What waits, and its octets in memory.
    private record Waiting(Epoch epoch, long octets) {}

    private final FlowWriter store;
    private final long sealMs;
    private final Notices notices;
    private final HourLines hours;
    private final long memoryOctets = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(DaemonThreads.named("segment-writer"));
    private final Queue<Waiting> unwritten = new ConcurrentLinkedQueue<>();
    private final AtomicLong inMemory = new AtomicLong();
    // Of the writer's thread.
    private final List<Waiting> failed = new ArrayList<>();
    private long nextRetry = Ticks.ms();
    private volatile long writeUntilMs = Long.MAX_VALUE;

    /// @param sealMs how long after its end, and after its last flows, an hour is sealed
    /// @param hours told what is written, on the thread of this
    SegmentWriting(FlowWriter store, long sealMs, HourLines hours, Notices notices) {
        this.store = store;
        this.sealMs = sealMs;
        this.hours = hours;
        this.notices = notices;
    }

    /// Takes epochs that an earlier run left in journals.
    void recover() {
        List<Epoch> left = store.leftovers();
        if (!left.isEmpty()) {
            left.forEach(e -> unwritten.add(new Waiting(e, 0)));
            notices.notice("Found " + left.size() + " journals of an earlier run");
            thread.execute(this::recoverAll);
        }
    }

    private void recoverAll() {
        writeAll();
        notices.notice("Recovered " + store.recovered() + " flows from the journal");
    }

    /// Takes an epoch.
    ///
    /// @param flows of it that are in memory
    void add(Epoch epoch, int flows) {
        long octets = (long) flows * FLOW_OCTETS;
        if (inMemory.addAndGet(octets) > memoryOctets) {
            epoch.release();
            inMemory.addAndGet(-octets);
            octets = 0;
        }
        unwritten.add(new Waiting(epoch, octets));
    }

    /// Has what waits written, and hours sealed.
    void start() {
        thread.execute(this::writeAll);
    }

    /// Has the log told of hours once what waits is written.
    void tellHours() {
        thread.execute(hours::tell);
    }

    /// Writes the epochs that wait. What fails stays in its journal and is tried again now and
    /// then.
    private void writeAll() {
        for (Waiting w = next(); w != null; w = next()) {
            boolean written = write(w, this::tellFailure);
            inMemory.addAndGet(-w.octets);
            if (!written) {
                w.epoch.release();
                failed.add(new Waiting(w.epoch, 0));
            }
        }
        if (!failed.isEmpty() && Ticks.ms() >= nextRetry) {
            retry();
            nextRetry = Ticks.ms() + RETRY_MS;
        }
        seal();
    }

    /// Tries what failed; however much that is, it is told in one line.
    private void retry() {
        List<String> failures = new ArrayList<>();
        failed.removeIf(w -> write(w, failures::add));
        if (!failures.isEmpty()) {
            tellFailure(failures.getFirst() + " (" + failures.size() + " journals)");
        }
    }

    private void tellFailure(String why) {
        notices.error("Cannot write segments, the journal keeps their flows: " + why);
    }

    private @Nullable Waiting next() {
        return goesOn() ? unwritten.poll() : null;
    }

    private boolean goesOn() {
        return Ticks.ms() < writeUntilMs;
    }

    private boolean write(Waiting w, Consumer<String> failures) {
        if (!goesOn()) {
            return false;
        }
        try {
            hours.add(store.write(w.epoch, this::goesOn));
            return w.epoch.isDone();
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            failures.accept(String.valueOf(failure.getMessage()));
            return false;
        }
    }

    /// Seals hours for a while; what is left waits until after the next segments.
    private void seal() {
        long end = Ticks.ms() + SEALING_MS;
        try {
            int n =
                    store.seal(
                            System.currentTimeMillis() - sealMs,
                            () ->
                                    Ticks.ms() < end
                                            && unwritten.isEmpty()
                                            && writeUntilMs == Long.MAX_VALUE);
            if (n > 0) {
                notices.info("Sealed " + n + " hours");
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            notices.error("Cannot seal an hour, its files stay as they are: " + e.getMessage());
        }
    }

    /// Lets what waits be written for a while; the rest stays in journals, for the next run.
    ///
    /// @param writeUntilMs after which no file is begun, by [Ticks]
    /// @param untilMs after which it is not waited for the file in hand
    /// @return whether all is written
    boolean finish(long writeUntilMs, long untilMs) {
        this.writeUntilMs = writeUntilMs;
        start();
        tellHours();
        thread.shutdown();
        boolean ended = false;
        try {
            long restMs = Math.max(1, untilMs - Ticks.ms());
            ended = thread.awaitTermination(restMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ended && unwritten.isEmpty() && failed.isEmpty();
    }
}
