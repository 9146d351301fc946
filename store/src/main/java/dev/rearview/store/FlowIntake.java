package dev.rearview.store;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.journal.Envelope;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes flows into a repository: first into memory, then with each [#commit] into the journal, and
/// with each [#rotate] into an epoch that [FlowWriter] writes to segments.
///
/// For one thread at a time, that which takes flows; only what [#sync] hands out may run on another
/// one.
public final class FlowIntake implements Closeable {
    /// Flows that may wait for a commit: 30 MB.
    private static final int MAX_UNCOMMITTED = Envelope.MAX_COUNT;

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

    /// Makes the journal of an epoch.
    @FunctionalInterface
    interface NewJournal {
        /// @param buffer where its batches may be put together
        Journal create(long epoch, ByteBuffer buffer) throws IOException;
    }

    private final NewJournal newJournal;
    private final JournalDirectory journals;
    private final OpenEpochs epochs;
    private HourRows pending = new HourRows();
    private boolean inJournalOnly;
    private long[] batch = new long[1024 * RecordWords.COUNT];
    private ByteBuffer journalBuffer = ByteBuffer.allocate(0);
    private int batchCount;
    private int pendingCount;
    private @Nullable Journal journal;

    /// What is still to be done for journals that were rotated.
    private final List<Sync> ended = new ArrayList<>();

    FlowIntake(JournalDirectory journals, OpenEpochs epochs) {
        this(journals::create, journals, epochs);
    }

    FlowIntake(NewJournal newJournal, JournalDirectory journals, OpenEpochs epochs) {
        this.newJournal = newJournal;
        this.journals = journals;
        this.epochs = epochs;
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
            j = newJournal.create(epochs.newNumber(), journalBuffer);
            journal = j;
            epochs.begin(j.epoch());
        }
        long before = j.octets();
        j.append(batch, batchCount);
        epochs.grow(j.octets() - before);
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

        /// All of several, if there are any.
        static Optional<Sync> of(List<Sync> all) {
            return all.isEmpty() ? Optional.empty() : Optional.of(() -> runAll(all));
        }
    }

    /// What is to be done to force the journal to the disk, if anything was committed since the
    /// last call. Any thread may do it: it takes as long as the disk wants.
    public Optional<Sync> sync() {
        List<Sync> all = new ArrayList<>(ended);
        ended.clear();
        Journal j = journal;
        if (j != null && j.takeDirty()) {
            all.add(j::force);
        }
        return Sync.of(all);
    }

    private static void runAll(List<Sync> all) throws IOException {
        Failures failures = new Failures();
        for (Sync s : all) {
            try {
                s.run();
            } catch (IOException e) {
                failures.add(e);
            }
        }
        failures.raise("journals cannot be forced to the disk");
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

    /// Ends the current epoch: what comes next goes to a new journal. Fast; flows can be appended
    /// while another thread writes the epoch.
    public Optional<Epoch> rotate() throws IOException {
        commit();
        Journal j = journal;
        if (j == null) {
            return Optional.empty();
        }
        journal = null;
        Epoch epoch = Epoch.of(j, inJournalOnly ? null : pending);
        pending = new HourRows();
        inJournalOnly = false;
        pendingCount = 0;
        end(j);
        return Optional.of(epoch);
    }

    /// Closes a journal that has all of its epoch's flows. Where that fails, whoever forces
    /// journals to the disk tells it: the epoch is whole and goes its way.
    private void end(Journal j) {
        if (j.takeDirty()) {
            ended.add(() -> {
                j.force();
                j.close();
            });
            return;
        }
        try {
            j.close();
        } catch (IOException e) {
            ended.add(() -> {
                throw e;
            });
        }
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
        String name = Journal.name(epochs.newNumber());
        journals.spill(emergencyDirectory, name, j -> j.append(batch, count));
        batchCount = 0;
        return count;
    }

    /// Takes the journals over that [#spill] of this repository wrote; they are among
    /// [FlowWriter#leftovers] then.
    ///
    /// @return flows in them
    public int adopt(Path emergencyDirectory) throws IOException {
        int flows = 0;
        for (JournalDirectory.Adopted a : journals.adopt(emergencyDirectory, Journal.SUFFIX)) {
            flows += a.count();
            epochs.addLeftover(a.path());
        }
        return flows;
    }

    /// Commits what waits and forces it to the disk. Segments are not written: what is in the
    /// journal stays there for the next one who opens the repository.
    @Override
    public void close() throws IOException {
        try {
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
