package dev.rearview.ingest.store;

import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.Site;
import dev.rearview.store.DatagramIntake;
import dev.rearview.store.FlowIntake;
import dev.rearview.store.FlowStore;
import dev.rearview.store.RawJournal;
import dev.rearview.store.journal.DatagramBatch;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Takes messages and flows into a repository: into its journals on the caller's thread. Messages
/// are decoded on another one ([DatagramDecoding]), segments written on a third ([SegmentWriting]).
/// What neither the journal nor memory takes is counted.
public final class StoreIntake implements Intake {
    /// Row of the ledger for flows whose sender is not known any more.
    private static final String JOURNAL = "journal";

    /// What keeps a repository going.
    ///
    /// @param root the repository
    /// @param sealMs how long after its end, and after its last flows, an hour is sealed
    /// @param journalOctets of journals that may wait to be written to segments
    /// @param emergency where flows go that the repository takes no more at the end
    /// @param keep how many journals of datagrams are kept when their flows are stored; empty for
    ///   none, and those that are kept stay as they are
    public record Settings(
            Path root,
            long sealMs,
            long journalOctets,
            Optional<Path> emergency,
            Optional<KeptJournals.Limits> keep) {}

    private final FlowStore store;
    private final FlowIntake taking;
    private final DatagramIntake datagrams;
    private final DatagramDecoding decoding;
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
    // Messages that no journal takes.
    private @Nullable DatagramBatch refused;
    // Of the journals of an earlier run, what has been counted.
    private long countedRecovered;
    private long countedLost;
    private long countedDatagrams;
    // Of kept journals that were let go, what was counted and what was told.
    private KeptJournals.LetGo countedLetGo = KeptJournals.LetGo.NOTHING;
    private KeptJournals.LetGo toldLetGo = KeptJournals.LetGo.NOTHING;

    StoreIntake(FlowStore store, Settings settings, Site site, Accounts accounts) {
        this.store = store;
        this.taking = store.intake();
        this.datagrams = store.datagrams();
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
        this.decoding = new DatagramDecoding(store, segments, notices);
        datagrams.onBegin(decoding::follow);
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
        settings.keep().ifPresent(store.writer()::keep);
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
            int d = datagrams.adopt(directory);
            if (d > 0) {
                notices.notice("Took " + d + " datagrams from " + directory);
            }
        } catch (IOException e) {
            notices.error("Cannot take flows from " + directory + ": " + e.getMessage());
        }
    }

    @Override
    public void use(Routing next) {
        // What came before is decoded as it was meant.
        commitDatagrams();
        datagrams.rotate();
        decoding.use(next);
        site = next.configuration().site();
        store.writer().use(site);
    }

    @Override
    public FlowConsumer decoded() {
        return decoding;
    }

    @Override
    public void start(Decoding how) {
        List<RawJournal> raw = store.rawLeftovers();
        segments.recover(raw.size());
        raw.forEach(decoding::follow);
        if (!raw.isEmpty()) {
            decoding.afterwards(segments::recovered);
        }
        decoding.start(how);
    }

    @Override
    public boolean isRunning() {
        return decoding.isRunning();
    }

    @Override
    public void message(String probe, InetSocketAddress from, int session, ByteBuffer bytes) {
        long us = System.currentTimeMillis() * 1000;
        long ms = Ticks.ms();
        if (isBacklogFull || !datagrams.add(probe, from, session, us, ms, bytes)) {
            refuse(probe, from, session, us, ms, bytes);
        } else if (datagrams.isBatchFull()) {
            commitDatagrams();
        }
    }

    /// Has a message decoded that no journal takes, so that its flows are counted.
    private void refuse(
            String probe, InetSocketAddress from, int session, long us, long ms, ByteBuffer bytes) {
        DatagramBatch batch = refused;
        if (batch == null) {
            batch = new DatagramBatch();
            refused = batch;
        }
        if (!batch.add(probe, from, session, us, ms, bytes)) {
            if (!handOverRefused(false)) {
                // Nobody knows how many flows it has.
                journalCounters().drop(Drop.DISK_FULL, 1);
                return;
            }
            refuse(probe, from, session, us, ms, bytes);
        }
    }

    /// Gives what was refused to the thread that decodes.
    ///
    /// @param isLast whether that takes it however much it has
    /// @return false if that has enough of it
    private boolean handOverRefused(boolean isLast) {
        DatagramBatch batch = refused;
        if (batch == null) {
            return true;
        }
        if (batch.count() > 0 && !decoding.refuse(batch, isLast)) {
            return false;
        }
        refused = null;
        return true;
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
    public boolean commit() {
        commitDatagrams();
        handOverRefused(false);
        try {
            taking.commit();
            tellSuccess(datagrams.uncommittedCount() == 0);
        } catch (IOException e) {
            tellFailure(e);
        }
        if (taking.isFull()) {
            rotate();
        }
        noteBacklog();
        return taking.uncommittedCount() == 0;
    }

    private void commitDatagrams() {
        try {
            datagrams.commit();
            decoding.wake();
        } catch (IOException e) {
            tellFailure(e);
        }
        if (datagrams.isFull()) {
            datagrams.rotate();
            noteBacklog();
        }
    }

    private void tellSuccess(boolean isWhole) {
        if (fails && isWhole) {
            fails = false;
            notices.notice("The journal takes flows again");
        }
    }

    private void tellFailure(IOException e) {
        if (!fails) {
            fails = true;
            notices.error(
                    "Cannot write to the journal, flows are kept in memory as long as they fit: "
                            + e.getMessage());
        }
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
    public void expire() {
        decoding.expire();
    }

    @Override
    public void flush() {
        commit();
        datagrams.rotate();
        decoding.wake();
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
            List<FlowIntake.Sync> all = new ArrayList<>();
            taking.sync().ifPresent(all::add);
            datagrams.sync().ifPresent(all::add);
            FlowIntake.Sync.of(all).ifPresent(s -> syncing = syncer.submit(() -> force(s)));
        }
    }

    private void force(FlowIntake.Sync sync) {
        try {
            sync.run();
        } catch (IOException | RuntimeException e) {
            notices.error("Cannot force the journal to the disk: " + e.getMessage());
        }
    }

    /// Makes the last messages and flows safe: in the journal or, where it takes none, in the
    /// emergency directory. What neither takes is counted.
    @Override
    public boolean finish(int notLost) {
        boolean safe = commit() || spill();
        int waiting = taking.uncommittedCount();
        if (!safe && waiting > notLost) {
            journalCounters().drop(Drop.DISK_FULL, waiting - notLost);
            tellLost(waiting - notLost);
        }
        if (!safe) {
            // Where the disk gets room now they must not be stored as well as counted, or read from
            // their file once more.
            taking.discardUncommitted();
        }
        if (taking.pendingCount() > 0) {
            rotate();
        }
        boolean datagramsSafe = datagrams.uncommittedCount() == 0 || spillDatagrams();
        handOverRefused(true);
        datagrams.takeUncommitted().forEach(batch -> decoding.refuse(batch, true));
        datagrams.rotate();
        sync();
        syncer.shutdown();
        return safe && datagramsSafe;
    }

    private void tellLost(long flows) {
        notices.error("Lost for want of disk space: " + Drop.DISK_FULL.label() + " " + flows);
    }

    @Override
    public void endDecoding(long untilMs) {
        boolean isAll = decoding.finish(untilMs);
        if (decoding.lostAtEnd() > 0) {
            tellLost(decoding.lostAtEnd());
        }
        if (!isAll) {
            notices.notice("Not all datagrams are decoded; the journal keeps them");
        }
    }

    private boolean spillDatagrams() {
        if (settings.emergency().isEmpty()) {
            return false;
        }
        Path directory = settings.emergency().get();
        try {
            int n = datagrams.spill(directory);
            notices.notice("Wrote " + n + " datagrams to " + directory + " for the next start");
            return true;
        } catch (IOException e) {
            notices.error("Cannot write to " + directory + ": " + e.getMessage());
            return false;
        }
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
        long lostDatagrams = store.writer().lostDatagrams();
        counters.drop(Drop.JOURNAL_DAMAGED, lost - countedLost + lostDatagrams - countedDatagrams);
        countedRecovered = recovered;
        countedLost = lost;
        countedDatagrams = lostDatagrams;
        KeptJournals.LetGo letGo = store.writer().letGo();
        counters.add(Total.LET_GO, letGo.since(countedLetGo).datagrams());
        countedLetGo = letGo;
    }

    @Override
    public void tell() {
        decoding.afterwards(segments::tellHours);
        KeptJournals.LetGo letGo = store.writer().letGo();
        KeptJournals.LetGo fresh = letGo.since(toldLetGo);
        toldLetGo = letGo;
        if (fresh.journals() > 0) {
            notices.info(
                    "Let go of "
                            + fresh.journals()
                            + " kept journals: "
                            + fresh.datagrams()
                            + " datagrams, "
                            + fresh.octets()
                            + " octets");
        }
    }

    @Override
    public void end(long writeUntilMs, long untilMs) {
        if (!segments.finish(writeUntilMs, untilMs) && store.journalOctets() > 0) {
            notices.notice("Not all segments are written; the journal keeps their flows");
        }
    }

    @Override
    public void close() throws IOException {
        decoding.finish(Ticks.ms());
        try {
            store.close();
        } catch (IOException e) {
            throw new IOException(settings.root() + ": " + e.getMessage(), e);
        }
    }
}
