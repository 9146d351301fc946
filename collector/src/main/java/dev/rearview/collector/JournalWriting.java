package dev.rearview.collector;

import dev.rearview.model.FlowRecord;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Puts flows into the journal and ends its epochs, on the collector's thread. It waits for
/// nothing: what neither the journal nor memory takes is counted.
final class JournalWriting {
    /// Flows of a journal write, where so many came at once.
    private static final int COMMIT_AT = 1 << 13;

    private final FlowStore store;
    private final Settings.Bounds bounds;
    private final SegmentWriting segments;
    private final LossLedger ledger;
    private final Log log;
    private final ExecutorService syncer =
            Executors.newSingleThreadExecutor(DaemonThreads.named("journal-sync"));
    private Future<?> syncing = CompletableFuture.completedFuture(null);
    private Future<?> writingBeside = CompletableFuture.completedFuture(null);
    private boolean fails;
    private boolean isBacklogFull;

    JournalWriting(
            FlowStore store,
            Settings.Bounds bounds,
            SegmentWriting segments,
            LossLedger ledger,
            Log log) {
        this.store = store;
        this.bounds = bounds;
        this.segments = segments;
        this.ledger = ledger;
        this.log = log;
    }

    /// Takes a flow; what is not taken is counted.
    void append(FlowRecord r, Counters counters) {
        if (isBacklogFull) {
            counters.drop(Drop.DISK_FULL, 1);
            return;
        }
        switch (store.append(r)) {
            case YES -> {}
            case FULL -> counters.drop(Drop.DISK_FULL, 1);
            case NO_DATE -> counters.drop(Drop.BAD_RECORD, 1);
        }
    }

    /// Whether flows can be taken and be safe at once.
    boolean isFree() {
        return !fails && !isBacklogFull;
    }

    /// Commits where so many flows wait that it is worth its while.
    void commitMany() {
        if (store.uncommittedCount() >= COMMIT_AT) {
            commit();
        }
    }

    /// Makes what was taken safe, as far as the disk lets it.
    ///
    /// @return whether all is safe
    boolean commit() {
        try {
            store.commit();
            if (fails) {
                fails = false;
                log.notice("The journal takes flows again");
            }
        } catch (IOException e) {
            if (!fails) {
                fails = true;
                log.error(
                        "Cannot write to the journal, flows are kept in memory as long as they fit: "
                                + e.getMessage());
            }
        }
        if (store.isFull()) {
            rotate();
        }
        noteBacklog();
        return store.uncommittedCount() == 0;
    }

    private void noteBacklog() {
        boolean full = store.journalOctets() >= bounds.journalOctets();
        if (full != isBacklogFull) {
            isBacklogFull = full;
            log.log(
                    full ? Log.Level.ERR : Log.Level.NOTICE,
                    full
                            ? "Segments are written too slowly, flows are dropped: journals hold "
                                    + store.journalOctets()
                                    + " octets"
                            : "Journals have room again");
        }
    }

    /// Ends an epoch and has it written.
    void rotate() {
        int flows = store.pendingCount();
        try {
            store.rotate().ifPresent(e -> segments.add(e, flows));
        } catch (IOException e) {
            // The commit has told it, or the next one will.
            fails = true;
        }
        segments.start();
    }

    /// Forces the journal to the disk on a thread of its own: datagrams do not wait for a disk.
    void sync() {
        if (syncing.isDone()) {
            store.sync().ifPresent(s -> syncing = syncer.submit(() -> force(s)));
        }
    }

    /// Has something written by the thread that waits for the disk anyway.
    void beside(Runnable writing) {
        if (writingBeside.isDone()) {
            writingBeside = syncer.submit(writing);
        }
    }

    private void force(FlowStore.Sync sync) {
        try {
            sync.run();
        } catch (IOException e) {
            log.error("Cannot force the journal to the disk: " + e.getMessage());
        }
    }

    /// Makes the last flows safe: in the journal or, where it takes none, in the emergency
    /// directory. What neither takes is counted.
    ///
    /// @param notLost flows among those that wait that are safe elsewhere
    /// @return whether all are safe
    boolean finish(int notLost) {
        boolean safe = commit() || spill();
        int waiting = store.uncommittedCount();
        if (!safe && waiting > notLost) {
            ledger.of("journal", LossLedger.NONE).drop(Drop.DISK_FULL, waiting - notLost);
            log.error(
                    "Lost for want of disk space: "
                            + Drop.DISK_FULL.label()
                            + " "
                            + (waiting - notLost));
        }
        if (!safe) {
            // Where the disk gets room now they must not be stored as well as counted, or read from
            // their file once more.
            store.discardUncommitted();
        }
        if (store.pendingCount() > 0) {
            rotate();
        }
        syncer.shutdown();
        return safe;
    }

    private boolean spill() {
        if (bounds.emergency().isEmpty()) {
            return false;
        }
        Path directory = bounds.emergency().get();
        try {
            int n = store.spill(directory);
            log.notice("Wrote " + n + " flows to " + directory + " for the next start");
            return true;
        } catch (IOException e) {
            log.error("Cannot write to " + directory + ": " + e.getMessage());
            return false;
        }
    }
}
