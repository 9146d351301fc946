package dev.rearview.store;

import dev.rearview.store.journal.DatagramBatch;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes datagrams into a repository: into memory, and with each [#commit] into a journal, which
/// others follow. For one thread at a time; only what [#sync] hands out may run on another one.
public final class DatagramIntake implements Closeable {
    /// Batches of datagrams that may wait for a commit: 33 MB.
    static final int MAX_BATCHES = 32;

    /// Octets of a journal, after which it should be rotated: their flows are about as many as are
    /// written together.
    public static final long MAX_OCTETS = 24L << 20;

    private final JournalDirectory journals;
    private final OpenEpochs epochs;
    private final Deque<DatagramBatch> waiting = new ArrayDeque<>();
    private final Deque<DatagramBatch> spare = new ArrayDeque<>();
    private final List<FlowIntake.Sync> ended = new ArrayList<>();
    private DatagramBatch filling = new DatagramBatch();
    private Consumer<RawJournal> begun = journal -> {};
    private @Nullable Journal journal;
    private @Nullable RawJournal followed;

    DatagramIntake(JournalDirectory journals, OpenEpochs epochs) {
        this.journals = journals;
        this.epochs = epochs;
    }

    /// Has somebody told of each journal as it begins, on the thread of this.
    public void onBegin(Consumer<RawJournal> next) {
        begun = next;
    }

    /// Takes a datagram, or a message of a session; see [DatagramBatch#add].
    ///
    /// @return false if so many wait for a commit, which must be failing, that it is not taken
    public boolean add(
            String probe,
            InetSocketAddress from,
            int session,
            long receivedUs,
            long nowMs,
            ByteBuffer bytes) {
        if (filling.add(probe, from, session, receivedUs, nowMs, bytes)) {
            return true;
        }
        if (waiting.size() + 1 >= MAX_BATCHES) {
            return false;
        }
        waiting.add(filling);
        filling = spare.isEmpty() ? new DatagramBatch() : spare.remove();
        return filling.add(probe, from, session, receivedUs, nowMs, bytes);
    }

    /// Whether a batch is full, so that the next datagram begins another one.
    public boolean isBatchFull() {
        return !waiting.isEmpty();
    }

    /// Datagrams that wait for a commit.
    public int uncommittedCount() {
        return filling.count() + waiting.stream().mapToInt(DatagramBatch::count).sum();
    }

    /// Writes what was taken since the last call to the journal. What cannot be written is kept for
    /// the next call.
    public void commit() throws IOException {
        for (DatagramBatch b = waiting.peek(); b != null; b = waiting.peek()) {
            append(b);
            spare.add(waiting.remove());
        }
        append(filling);
    }

    private void append(DatagramBatch batch) throws IOException {
        if (batch.count() == 0) {
            return;
        }
        Journal j = journal;
        if (j == null) {
            j = journals.createRaw(epochs.newNumber());
            journal = j;
            epochs.beginRaw(j.epoch());
        }
        long before = j.octets();
        j.append(batch);
        epochs.grow(j.octets() - before);
        begun(j).grow(j.octets());
    }

    /// The journal as those see it who follow it: they are told of it once it has something.
    private RawJournal begun(Journal j) {
        RawJournal raw = followed;
        if (raw == null) {
            raw = RawJournal.begun(j.path());
            raw.grow(j.octets());
            followed = raw;
            begun.accept(raw);
        }
        return raw;
    }

    /// Whether the journal should be rotated.
    public boolean isFull() {
        Journal j = journal;
        return j != null && j.octets() >= MAX_OCTETS;
    }

    /// Ends the journal: what comes next goes to a new one. What waits for a commit goes there,
    /// too.
    public void rotate() {
        Journal j = journal;
        RawJournal raw = followed;
        journal = null;
        followed = null;
        if (j == null) {
            return;
        }
        if (raw == null) {
            discard(j);
            return;
        }
        boolean dirty = j.takeDirty();
        ended.add(() -> {
            try (j) {
                if (dirty) {
                    j.force();
                }
            }
        });
        raw.end();
    }

    /// Has a journal removed to which nothing could be written.
    private void discard(Journal empty) {
        epochs.endRaw(empty.epoch());
        epochs.end(empty.epoch());
        ended.add(() -> {
            try (empty) {
                Files.deleteIfExists(empty.path());
            }
        });
    }

    /// What is to be done to force journals to the disk; see [FlowIntake#sync].
    public Optional<FlowIntake.Sync> sync() {
        List<FlowIntake.Sync> all = new ArrayList<>(ended);
        ended.clear();
        Journal j = journal;
        if (j != null && j.takeDirty()) {
            all.add(j::force);
        }
        return FlowIntake.Sync.of(all);
    }

    /// Takes away the batches that wait for a commit: they are the caller's.
    public List<DatagramBatch> takeUncommitted() {
        List<DatagramBatch> out = new ArrayList<>(waiting);
        waiting.clear();
        if (filling.count() > 0) {
            out.add(filling);
            filling = new DatagramBatch();
        }
        return out;
    }

    /// Writes what waits for a commit to a journal elsewhere; see [FlowIntake#spill].
    ///
    /// @return datagrams written
    public int spill(Path emergencyDirectory) throws IOException {
        int count = uncommittedCount();
        if (count == 0) {
            return 0;
        }
        List<DatagramBatch> all = new ArrayList<>(waiting);
        all.add(filling);
        String name = Journal.rawName(epochs.newNumber());
        journals.spill(
                emergencyDirectory,
                name,
                j -> {
                    for (DatagramBatch b : all) {
                        j.appendCopy(b);
                    }
                });
        waiting.clear();
        filling.clear();
        return count;
    }

    /// Takes the journals over that [#spill] of this repository wrote; they are among
    /// [FlowStore#rawLeftovers] then.
    ///
    /// @return datagrams in them
    public int adopt(Path emergencyDirectory) throws IOException {
        int datagrams = 0;
        for (JournalDirectory.Adopted a : journals.adopt(emergencyDirectory, Journal.RAW_SUFFIX)) {
            datagrams += a.count();
            epochs.addRawLeftover(a.path());
        }
        return datagrams;
    }

    /// Commits what waits and forces it to the disk.
    @Override
    public void close() throws IOException {
        try {
            commit();
        } finally {
            rotate();
            Optional<FlowIntake.Sync> sync = sync();
            if (sync.isPresent()) {
                sync.get().run();
            }
        }
    }
}
