package dev.rearview.ingest.store;

import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.Notices;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.Site;
import dev.rearview.store.FlowIntake;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Takes flows into a repository: into its journal on the caller's thread, and from there to
/// segments on another one ([SegmentWriting]). What neither the journal nor memory takes is
/// counted.
public final class StoreIntake implements Intake {
    /// Flows of a journal write, where so many came at once.
    private static final int COMMIT_AT = 1 << 13;

    /// Row of the ledger for flows whose sender is not known any more.
    private static final String JOURNAL = "journal";

    /// What keeps a repository going.
    ///
    /// @param root the repository
    /// @param sealMs how long after its end, and after its last flows, an hour is sealed
    /// @param journalOctets of journals that may wait to be written to segments
    /// @param emergency where flows go that the repository takes no more at the end
    public record Settings(Path root, long sealMs, long journalOctets, Optional<Path> emergency) {}

    private final FlowStore store;
    private final FlowIntake taking;
    private final Settings settings;
    private final SegmentWriting segments;
    private final Ledger ledger;
    private final Notices notices;
    private final ExecutorService syncer =
            Executors.newSingleThreadExecutor(DaemonThreads.named("journal-sync"));
    private Future<?> syncing = CompletableFuture.completedFuture(null);
    private volatile Site site;
    private boolean fails;
    private boolean isBacklogFull;
    // Of the journals of an earlier run, what has been counted.
    private long countedRecovered;
    private long countedLost;

    StoreIntake(FlowStore store, Settings settings, Site site, Accounts accounts) {
        this.store = store;
        this.taking = store.intake();
        this.settings = settings;
        this.site = site;
        this.ledger = accounts.ledger();
        this.notices = accounts.notices();
        this.segments =
                new SegmentWriting(
                        store.writer(),
                        settings.sealMs(),
                        new HourLines(settings.root(), () -> this.site, notices),
                        notices);
    }

    /// Opens a repository, and takes back what the end of an earlier run could not write to it.
    ///
    /// @throws IOException if another process owns it
    public static StoreIntake open(Settings settings, Site site, Accounts accounts)
            throws IOException {
        Notices notices = accounts.notices();
        FlowStore store =
                FlowStore.open(
                        settings.root(), site, notice -> notices.warning("Repository: " + notice));
        StoreIntake intake = new StoreIntake(store, settings, site, accounts);
        settings.emergency().filter(Files::isDirectory).ifPresent(intake::adopt);
        return intake;
    }

    private void adopt(Path directory) {
        try {
            int n = taking.adopt(directory);
            if (n > 0) {
                notices.notice("Took " + n + " flows from " + directory);
            }
        } catch (IOException e) {
            notices.error("Cannot take flows from " + directory + ": " + e.getMessage());
        }
    }

    @Override
    public void use(Configuration next) {
        site = next.site();
        store.writer().use(site);
    }

    @Override
    public void start() {
        segments.recover();
    }

    @Override
    public void append(FlowRecord r, Counters counters) {
        if (isBacklogFull) {
            counters.drop(Drop.DISK_FULL, 1);
            return;
        }
        switch (taking.append(r)) {
            case YES -> {}
            case FULL -> counters.drop(Drop.DISK_FULL, 1);
            case NO_DATE -> counters.drop(Drop.BAD_RECORD, 1);
        }
    }

    @Override
    public boolean isFree() {
        return !fails && !isBacklogFull;
    }

    @Override
    public void commitMany() {
        if (taking.uncommittedCount() >= COMMIT_AT) {
            commit();
        }
    }

    @Override
    public boolean commit() {
        try {
            taking.commit();
            if (fails) {
                fails = false;
                notices.notice("The journal takes flows again");
            }
        } catch (IOException e) {
            if (!fails) {
                fails = true;
                notices.error(
                        "Cannot write to the journal, flows are kept in memory as long as they fit: "
                                + e.getMessage());
            }
        }
        if (taking.isFull()) {
            rotate();
        }
        noteBacklog();
        return taking.uncommittedCount() == 0;
    }

    private void noteBacklog() {
        boolean full = store.journalOctets() >= settings.journalOctets();
        if (full != isBacklogFull) {
            isBacklogFull = full;
            if (full) {
                notices.error(
                        "Segments are written too slowly, flows are dropped: journals hold "
                                + store.journalOctets()
                                + " octets");
            } else {
                notices.notice("Journals have room again");
            }
        }
    }

    @Override
    public void flush() {
        commit();
        rotate();
    }

    /// Ends an epoch and has it written.
    private void rotate() {
        int flows = taking.pendingCount();
        try {
            taking.rotate().ifPresent(e -> segments.add(e, flows));
        } catch (IOException e) {
            // The commit has told it, or the next one will.
            fails = true;
        }
        segments.start();
    }

    /// Forces the journal to the disk on a thread of its own: datagrams do not wait for a disk.
    @Override
    public void sync() {
        if (syncing.isDone()) {
            taking.sync().ifPresent(s -> syncing = syncer.submit(() -> force(s)));
        }
    }

    private void force(FlowIntake.Sync sync) {
        try {
            sync.run();
        } catch (IOException e) {
            notices.error("Cannot force the journal to the disk: " + e.getMessage());
        }
    }

    /// Makes the last flows safe: in the journal or, where it takes none, in the emergency
    /// directory. What neither takes is counted.
    @Override
    public boolean finish(int notLost) {
        boolean safe = commit() || spill();
        int waiting = taking.uncommittedCount();
        if (!safe && waiting > notLost) {
            journalCounters().drop(Drop.DISK_FULL, waiting - notLost);
            notices.error(
                    "Lost for want of disk space: "
                            + Drop.DISK_FULL.label()
                            + " "
                            + (waiting - notLost));
        }
        if (!safe) {
            // Where the disk gets room now they must not be stored as well as counted, or read from
            // their file once more.
            taking.discardUncommitted();
        }
        if (taking.pendingCount() > 0) {
            rotate();
        }
        syncer.shutdown();
        return safe;
    }

    private boolean spill() {
        if (settings.emergency().isEmpty()) {
            return false;
        }
        Path directory = settings.emergency().get();
        try {
            int n = taking.spill(directory);
            notices.notice("Wrote " + n + " flows to " + directory + " for the next start");
            return true;
        } catch (IOException e) {
            notices.error("Cannot write to " + directory + ": " + e.getMessage());
            return false;
        }
    }

    private Counters journalCounters() {
        return ledger.of(JOURNAL, Ledger.NONE);
    }

    @Override
    public void count() {
        long recovered = store.writer().recovered();
        long lost = store.writer().lostFlows();
        Counters counters = journalCounters();
        counters.add(Total.RECOVERED, recovered - countedRecovered);
        counters.drop(Drop.JOURNAL_DAMAGED, lost - countedLost);
        countedRecovered = recovered;
        countedLost = lost;
    }

    @Override
    public void tell() {
        segments.tellHours();
    }

    @Override
    public void end(long writeUntilMs, long untilMs) {
        if (!segments.finish(writeUntilMs, untilMs) && store.journalOctets() > 0) {
            notices.notice("Not all segments are written; the journal keeps their flows");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            store.close();
        } catch (IOException e) {
            throw new IOException(settings.root() + ": " + e.getMessage(), e);
        }
    }
}
