package dev.rearview.ingest.store;

import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.Ticks;
import dev.rearview.model.RecordWords;
import dev.rearview.store.DecodedJournal;
import dev.rearview.store.Epoch;
import dev.rearview.store.FlowWriter;
import dev.rearview.store.hour.FlowColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the flows of ended epochs to segments and seals hours, on a thread of its own. Nobody
/// waits for it: epochs that do not fit into memory wait in their journals alone.
final class SegmentWriting {
    /// Part of the heap for flows of epochs that wait to be written.
    private static final int HEAP_SHARE = 8;

    /// What that is at most: what waits longer loses nothing, and memory is for others, too.
    private static final long MAX_OCTETS = 96 << 20;

    /// Octets of a flow in memory.
    private static final int FLOW_OCTETS = RecordWords.COUNT * Long.BYTES;

    private static final long RETRY_MS = 10_000;
    private static final long SEALING_MS = 1000;
    private static final long LOOK_MS = 100;

    /// What waits.
    private sealed interface Waiting {}

    /// Flows of an epoch, and their octets in memory.
    private record Flows(Epoch epoch, long octets) implements Waiting {}

    /// What was handed over of a journal of datagrams.
    private record Part(DecodedJournal journal) implements Waiting {}

    private final FlowWriter store;
    private final long sealMs;
    private final Notices notices;
    private final HourLines hours;
    private final long memoryOctets;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(DaemonThreads.behind("segment-writer"));
    private final Queue<Waiting> unwritten = new ConcurrentLinkedQueue<>();
    private final AtomicLong inMemory = new AtomicLong();
    // Of the writer's thread.
    private final List<Waiting> failed = new ArrayList<>();
    private long nextRetry = Ticks.ms();
    private volatile long writeUntilMs = Long.MAX_VALUE;

    /// @param sealMs how long after its end, and after its last flows, an hour is sealed
    /// @param hours told what is written, on the thread of this
    SegmentWriting(FlowWriter store, long sealMs, HourLines hours, Notices notices) {
        this(
                store,
                sealMs,
                hours,
                notices,
                Math.min(MAX_OCTETS, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
    }

    /// @param memoryOctets of flows that wait, above which others wait in [#awaitRoom]
    SegmentWriting(
            FlowWriter store, long sealMs, HourLines hours, Notices notices, long memoryOctets) {
        this.memoryOctets = memoryOctets;
        this.store = store;
        this.sealMs = sealMs;
        this.hours = hours;
        this.notices = notices;
    }

    /// Takes epochs that an earlier run left in journals.
    ///
    /// @param raw journals of datagrams that it left, too; [#recovered] is called after them
    void recover(int raw) {
        List<Epoch> left = store.leftovers();
        if (left.size() + raw > 0) {
            left.forEach(e -> unwritten.add(new Flows(e, 0)));
            notices.notice("Found " + (left.size() + raw) + " journals of an earlier run");
            thread.execute(raw == 0 ? this::recoverAll : this::writeAll);
        }
    }

    /// Says that what an earlier run left has all been taken.
    void recovered() {
        afterwards(this::recoverAll);
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
        unwritten.add(new Flows(epoch, octets));
    }

    /// Takes what was handed over of a journal of datagrams.
    ///
    /// @param flows of it that are in memory
    void add(DecodedJournal journal, int flows) {
        inMemory.addAndGet((long) flows * FLOW_OCTETS);
        unwritten.add(new Part(journal));
        start();
    }

    /// Has something done after all that waits now; where this has ended what waits is left for the
    /// next run.
    void afterwards(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            notices.warning("Nothing is written any more");
        }
    }

    /// Waits while there are more flows in memory than may be.
    ///
    /// @param goOn asked every now and then
    void awaitRoom(BooleanSupplier goOn) throws InterruptedException {
        synchronized (inMemory) {
            while (inMemory.get() > memoryOctets && goOn.getAsBoolean()) {
                inMemory.wait(LOOK_MS);
            }
        }
    }

    /// Octets of the flows in memory.
    long octets() {
        return inMemory.get();
    }

    private void release(long octets) {
        synchronized (inMemory) {
            inMemory.addAndGet(-octets);
            inMemory.notifyAll();
        }
    }

    /// Has what waits written, and hours sealed.
    void start() {
        afterwards(this::writeAll);
    }

    /// Has the log told of hours once what waits is written.
    void tellHours() {
        afterwards(hours::tell);
    }

    /// Writes what waits. What fails stays in its journal, or in memory where that is the only
    /// place, and is tried again now and then.
    private void writeAll() {
        for (Waiting w = next(); w != null; w = next()) {
            if (!write(w, this::tellFailure)) {
                failed.add(kept(w));
            }
        }
        if (!failed.isEmpty() && Ticks.ms() >= nextRetry) {
            retry();
            nextRetry = Ticks.ms() + RETRY_MS;
        }
        seal();
        if (unwritten.isEmpty()) {
            FlowColumns.idle();
        }
    }

    /// What stays of something that could not be written.
    private Waiting kept(Waiting w) {
        if (w instanceof Flows flows) {
            flows.epoch.release();
            release(flows.octets);
            return new Flows(flows.epoch, 0);
        }
        return w;
    }

    /// Tries what failed; however much that is, it is told in one line.
    private void retry() {
        List<String> failures = new ArrayList<>();
        List<Waiting> again = List.copyOf(failed);
        failed.clear();
        for (Waiting w : again) {
            if (!write(w, failures::add)) {
                failed.add(w);
            }
        }
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

    /// Writes something.
    ///
    /// @return whether it is written; what is has left memory
    private boolean write(Waiting w, Consumer<String> failures) {
        if (!goesOn()) {
            return false;
        }
        try {
            return switch (w) {
                case Flows flows -> write(flows);
                case Part part -> write(part, failures);
            };
        } catch (IOException | RuntimeException | Error failure) {
            failures.accept(String.valueOf(failure.getMessage()));
            return false;
        }
    }

    private boolean write(Flows flows) throws IOException {
        hours.add(store.write(flows.epoch, this::goesOn));
        boolean isDone = flows.epoch.isDone();
        if (isDone) {
            release(flows.octets);
        }
        return isDone;
    }

    private boolean write(Part part, Consumer<String> failures) throws IOException {
        Optional<Epoch> committed;
        try {
            committed = store.commit(part.journal, this::goesOn);
        } finally {
            release((long) part.journal.takeWritten() * FLOW_OCTETS);
        }
        if (committed.isPresent()) {
            // From here on it is in a journal, whatever happens.
            Flows rest = new Flows(committed.get(), 0);
            if (!write(rest, failures)) {
                failed.add(kept(rest));
            }
        }
        return part.journal.isWritten();
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
