package dev.rearview.store;

import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Site;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.parquet.Schema;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.store.state.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes flows into the repository: journal first, then small segments, named by a manifest for
/// each hour. One process at a time owns a repository. One thread at a time takes flows in
/// (`append`, `commit`, `sync`, `rotate`, `spill`, `adopt`), another one may write and seal
/// (`write`, `recover`, `seal`) meanwhile.
///
/// The flows of one journal epoch go to segments that carry the epoch's number, and every hour's
/// manifest remembers it; so recovery after a crash writes what is missing and nothing twice.
public final class FlowStore implements Closeable {
    private static final int RESERVED_EPOCHS = 1000;

    /// Flows that may wait for a commit: 30 MB.
    private static final int MAX_UNCOMMITTED = 1 << 18;

    /// Flows of an epoch, after which it should be rotated: 31 MB, and whole row groups.
    public static final int MAX_EPOCH_FLOWS = 1 << 18;

    /// Sensors, types and hours of an epoch, after which it should be rotated: each is a file.
    public static final int MAX_OPEN_HOURS = 1024;

    /// Sensors, types and hours of an epoch, beyond which its rows stay in the journal alone.
    private static final int MAX_HOURS_IN_MEMORY = 4 * MAX_OPEN_HOURS;

    /// What became of a flow.
    public enum Taken {
        /// It is safe once [#commit] returns.
        YES,
        /// So many wait for a commit, which must be failing, that it is not taken.
        FULL,
        /// It starts before 1970 or after 9999: there is no hour to hold it.
        NO_DATE
    }

    private final Path root;
    private volatile Site site;
    private final JournalDirectory journals;
    private final RepositoryLock lock;
    private final EpochWriter writer;
    private final Sealer sealer;
    private final Quarantine quarantine;
    private HourRows pending = new HourRows();
    private boolean inJournalOnly;
    private long[] batch = new long[1024 * RecordWords.COUNT];
    private ByteBuffer journalBuffer = ByteBuffer.allocate(0);
    private int batchCount;
    private int pendingCount;
    private @Nullable Journal journal;

    /// Journals that were rotated before they were forced to the disk.
    private final List<Journal> unforced = new ArrayList<>();

    private final List<Epoch> leftovers = new ArrayList<>();

    /// Epochs whose journals are there.
    private final ConcurrentSkipListSet<Long> live = new ConcurrentSkipListSet<>();

    private final AtomicLong journalOctets = new AtomicLong();
    private final AtomicLong lostFlows = new AtomicLong();
    private long nextEpoch;
    private long reserved;
    private final AtomicLong recovered = new AtomicLong();

    private FlowStore(Path root, Site site, RepositoryLock lock, Quarantine quarantine) {
        this.root = root;
        this.site = site;
        this.lock = lock;
        this.quarantine = quarantine;
        this.journals = new JournalDirectory(root, quarantine);
        HourWriter merger = new HourWriter(new SegmentWriter());
        this.sealer = new Sealer(root, lock, merger, quarantine);
        this.writer = new EpochWriter(root, lock, merger, sealer, quarantine, this::isLive);
    }

    /// Opens a repository for writing. Fast: journals that an earlier process left are found, but
    /// not read; see [#leftovers] and [#recover].
    ///
    /// @param notices told, by any thread, what was damaged, put into quarantine or taken over; one
    ///   line each
    /// @throws IOException if another process owns it
    public static FlowStore open(Path root, Site site, Consumer<String> notices)
            throws IOException {
        Path state = root.resolve(StateDirectory.NAME);
        RegularFile.makeDirectory(state.resolve(StateDirectory.JOURNALS));
        RepositoryLock lock = RepositoryLock.own(root);
        try {
            FlowStore store = new FlowStore(root, site, lock, new Quarantine(root, notices));
            store.start();
            return store;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Opens a repository for writing and recovers what an earlier process left in its journals.
    ///
    /// @throws IOException if another process owns it, or not all could be recovered
    public static FlowStore open(Path root, Site site) throws IOException {
        FlowStore store = open(root, site, notice -> {});
        try {
            store.recover();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private void start() throws IOException {
        nextEpoch = System.currentTimeMillis();
        for (Path path : journals.list()) {
            addLeftover(path);
        }
        reserveEpochs();
    }

    private void addLeftover(Path path) throws IOException {
        long number = Journal.epochOf(path);
        leftovers.add(new Epoch(path, number, null, null));
        leftovers.sort(Comparator.comparingLong(e -> e.number));
        live.add(number);
        nextEpoch = Math.max(nextEpoch, number + 1);
        journalOctets.addAndGet(Files.size(path));
    }

    private boolean isLive(long epoch) {
        return live.contains(epoch);
    }

    /// Where what belongs to the repository and is no flow lies.
    public Path stateDirectory() {
        return root.resolve(StateDirectory.NAME);
    }

    /// Names sensors and types by another site configuration from now on.
    public void use(Site next) {
        site = next;
    }

    /// Numbers of epochs only rise, whatever the clock does: the lock file holds a number that no
    /// epoch has reached. A number used twice would pass for one that is stored already.
    private void reserveEpochs() throws IOException {
        long number = lock.number();
        if (number < 0) {
            quarantine.tell(
                    stateDirectory().resolve("lock"),
                    "the number of the next epoch is damaged, the clock gives one");
        }
        nextEpoch = Math.max(nextEpoch, number);
        reserved = nextEpoch + RESERVED_EPOCHS;
        lock.setNumber(reserved);
    }

    private long newEpoch() throws IOException {
        if (nextEpoch >= reserved) {
            reserveEpochs();
        }
        return nextEpoch++;
    }

    /// Takes the epochs that were found in journals since the last call, oldest first. They are to
    /// be given to [#write].
    public List<Epoch> leftovers() {
        List<Epoch> out = List.copyOf(leftovers);
        leftovers.clear();
        return out;
    }

    /// Writes what an earlier process left in its journals.
    ///
    /// @throws IOException after all that could be written was, if some could not
    public void recover() throws IOException {
        Failures failures = new Failures();
        for (Epoch e : leftovers()) {
            try {
                write(e, () -> true);
            } catch (IOException | RuntimeException failure) {
                failures.add(failure);
            }
        }
        failures.raise("journals cannot be recovered");
    }

    /// Flows that were found in journals of an earlier process and written. Any thread may ask.
    public long recovered() {
        return recovered.get();
    }

    /// Flows that were lost in damaged journals since this was opened, as far as the journals tell:
    /// those of batches whose headers are right, and those without a date. A journal counts when it
    /// is put into quarantine. Any thread may ask.
    public long lostFlows() {
        return lostFlows.get();
    }

    /// Takes one flow.
    public Taken append(FlowRecord r) {
        if (!HourRows.isDate(r.stime)) {
            return Taken.NO_DATE;
        }
        if (batchCount >= MAX_UNCOMMITTED) {
            return Taken.FULL;
        }
        if ((batchCount + 1) * RecordWords.COUNT > batch.length) {
            batch = Arrays.copyOf(batch, batch.length * 2);
        }
        RecordWords.pack(r, batch, batchCount++ * RecordWords.COUNT);
        return Taken.YES;
    }

    /// Flows taken since the last commit.
    public int uncommittedCount() {
        return batchCount;
    }

    /// Forgets the flows taken since the last commit: somebody has counted them as lost.
    public void discardUncommitted() {
        batchCount = 0;
    }

    /// Writes the flows taken since the last call to the journal. If that fails they are kept for
    /// the next call.
    public void commit() throws IOException {
        if (batchCount == 0) {
            return;
        }
        Journal j = journal;
        if (j == null) {
            j = journals.create(newEpoch(), journalBuffer);
            journal = j;
            live.add(j.epoch());
        }
        long before = j.octets();
        j.append(batch, batchCount);
        journalOctets.addAndGet(j.octets() - before);
        journalBuffer = j.buffer();
        pendingCount += batchCount;
        if (!inJournalOnly) {
            pending.add(batch, batchCount);
            if (pending.hours() > MAX_HOURS_IN_MEMORY) {
                pending.release();
                inJournalOnly = true;
            }
        }
        batchCount = 0;
    }

    /// What forces journals to the disk, so that a power cut loses nothing committed before.
    @FunctionalInterface
    public interface Sync {
        void run() throws IOException;
    }

    /// What is to be done to force the journal to the disk, if anything was committed since the
    /// last call. Any thread may do it: it takes as long as the disk wants.
    public Optional<Sync> sync() {
        List<Journal> ended = List.copyOf(unforced);
        unforced.clear();
        Journal j = journal;
        boolean dirty = j != null && j.takeDirty();
        if (j == null || !dirty) {
            return ended.isEmpty() ? Optional.empty() : Optional.of(() -> forceEnded(ended));
        }
        return Optional.of(() -> {
            forceEnded(ended);
            j.force();
        });
    }

    private static void forceEnded(List<Journal> journals) throws IOException {
        for (Journal j : journals) {
            j.force();
            j.close();
        }
    }

    /// Flows that are in the current journal but in no segment yet.
    public int pendingCount() {
        return pendingCount;
    }

    /// Whether the epoch should be rotated: its flows or its hours reach their bound.
    public boolean isFull() {
        return pendingCount >= MAX_EPOCH_FLOWS
                || inJournalOnly
                || pending.hours() >= MAX_OPEN_HOURS;
    }

    /// Octets of journals whose flows are not all in segments yet.
    public long journalOctets() {
        return journalOctets.get();
    }

    /// What was taken in between two flushes, to be written by [#write].
    public static final class Epoch {
        private final Path path;
        private final long number;
        private final @Nullable Journal journal;
        private @Nullable HourRows rows;
        private boolean released;

        /// Whether some of its flows may be in segments already.
        private boolean attempted;

        /// What was found when it was read back.
        private JournalReader.@Nullable Report report;

        private volatile boolean done;

        private Epoch(Path path, long number, @Nullable Journal journal, @Nullable HourRows rows) {
            this.path = path;
            this.number = number;
            this.journal = journal;
            this.rows = rows;
            this.attempted = journal == null;
        }

        /// Forgets the rows in memory; [FlowStore#write] reads them back from the journal. Any
        /// thread may call this.
        public synchronized void release() {
            released = true;
            if (rows != null) {
                rows.release();
                rows = null;
            }
        }

        /// Whether all of its flows are in segments, and the journal is gone.
        public boolean isDone() {
            return done;
        }

        private synchronized @Nullable HourRows take() {
            HourRows taken = rows;
            rows = null;
            return taken;
        }

        private synchronized void giveBack(HourRows rest) {
            if (released) {
                rest.release();
            } else {
                rows = rest;
            }
        }
    }

    /// Ends the current epoch: what comes next goes to a new journal. Fast; the caller's thread may
    /// go on appending while another one writes the epoch.
    public Optional<Epoch> rotate() throws IOException {
        commit();
        Journal j = journal;
        if (j == null) {
            return Optional.empty();
        }
        journal = null;
        if (j.takeDirty()) {
            unforced.add(j);
        } else {
            j.close();
        }
        Epoch epoch = new Epoch(j.path(), j.epoch(), j, inJournalOnly ? null : pending);
        pending = new HourRows();
        inJournalOnly = false;
        pendingCount = 0;
        return Optional.of(epoch);
    }

    /// Writes an epoch's flows to segments and trims the journal. Epochs are written one at a time,
    /// oldest first. What is left, because this was told to stop or failed, stays in the journal,
    /// and [Epoch#isDone] says so: the epoch is to be given here again later.
    ///
    /// @param goOn asked before each hour
    /// @return flows written, by path of the hour relative to the root
    /// @throws IOException if some hours could not be written; all others were
    public Map<String, Integer> write(Epoch epoch, BooleanSupplier goOn) throws IOException {
        if (epoch.done) {
            return Map.of();
        }
        HourRows rows = epoch.take();
        if (rows == null) {
            rows = readBack(epoch);
        }
        boolean found = epoch.journal == null;
        EpochWriter.Result result = writer.write(epoch.number, rows, epoch.attempted, site, goOn);
        epoch.attempted = true;
        if (found) {
            recovered.addAndGet(result.written().values().stream().mapToLong(n -> n).sum());
        }
        if (rows.hours() == 0) {
            discard(epoch, rows);
        } else {
            epoch.giveBack(rows);
        }
        result.failures().raise("hours cannot be written");
        return result.written();
    }

    private HourRows readBack(Epoch epoch) throws IOException {
        HourRows rows = new HourRows();
        try {
            epoch.report = JournalReader.read(epoch.path, epoch.number, rows::add);
        } catch (NoSuchFileException e) {
            quarantine.tell(epoch.path, "removed by someone, with flows that no segment has");
        }
        return rows;
    }

    /// Removes the journal of an epoch whose flows are in segments; one that holds more than these
    /// is kept elsewhere.
    private void discard(Epoch epoch, HourRows rows) throws IOException {
        long octets = Files.exists(epoch.path) ? Files.size(epoch.path) : 0;
        if (epoch.journal != null) {
            epoch.journal.close();
        }
        String trouble = trouble(epoch.report, rows.undated());
        if (!trouble.isEmpty() && octets > 0) {
            quarantine.take("journal", epoch.path, trouble);
            long lost = epoch.report == null ? 0 : epoch.report.lostFlows();
            lostFlows.addAndGet(lost + rows.undated());
        }
        Files.deleteIfExists(epoch.path);
        epoch.done = true;
        live.remove(epoch.number);
        journalOctets.addAndGet(-octets);
    }

    private static String trouble(JournalReader.@Nullable Report report, long undated) {
        String damage = report != null && report.isDamaged() ? report.toString() : "";
        if (undated == 0) {
            return damage;
        }
        return damage + (damage.isEmpty() ? "" : "; ") + undated + " flows have no date";
    }

    /// Writes what is pending to segments and trims the journal.
    ///
    /// @return flows written, by path of the hour relative to the root
    public Map<String, Integer> flush() throws IOException {
        Optional<Epoch> epoch = rotate();
        return epoch.isPresent() ? write(epoch.get(), () -> true) : Map.of();
    }

    /// Writes the flows that wait for a commit to a journal elsewhere, where the repository takes
    /// none. They are no longer taken here; [#adopt] brings them back.
    ///
    /// @param emergencyDirectory made if it is not there
    /// @return flows written
    /// @throws IOException if that fails too; the flows are still waiting
    public int spill(Path emergencyDirectory) throws IOException {
        if (batchCount == 0) {
            return 0;
        }
        int count = batchCount;
        journals.spill(emergencyDirectory, newEpoch(), batch, count);
        batchCount = 0;
        return count;
    }

    /// Takes the journals over that [#spill] of this repository wrote; they are among the
    /// [#leftovers] then.
    ///
    /// @return flows in them
    public int adopt(Path emergencyDirectory) throws IOException {
        int flows = 0;
        for (JournalDirectory.Adopted a : journals.adopt(emergencyDirectory)) {
            flows += a.flows();
            addLeftover(a.path());
        }
        return flows;
    }

    /// Seals hours: merges their files into compressed ones. To be called by the thread that writes
    /// epochs.
    ///
    /// @param beforeMs hours that ended, and got their last flows, by then
    /// @param goOn asked before each hour
    /// @return hours sealed
    public int seal(long beforeMs, BooleanSupplier goOn) throws IOException {
        return sealer.seal(site, beforeMs, goOn);
    }

    /// Fields that the store keeps.
    public static List<Field> columns() {
        return Schema.COLUMNS;
    }

    /// Commits what waits and gives the repository free. Segments are not written: what is in the
    /// journal stays there for the next one who opens the repository.
    @Override
    public void close() throws IOException {
        try (lock) {
            commit();
            Optional<Sync> sync = sync();
            if (sync.isPresent()) {
                sync.get().run();
            }
        } finally {
            Journal j = journal;
            if (j != null) {
                j.close();
            }
        }
    }
}
