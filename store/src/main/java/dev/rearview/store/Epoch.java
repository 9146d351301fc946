package dev.rearview.store;

import dev.rearview.store.hour.HourRows;
import dev.rearview.store.journal.Commit;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What was taken in between two flushes, to be written by [FlowWriter#write].
///
/// The thread that takes flows makes it and hands it over to the one that writes; any thread may
/// [#release] it or ask whether it [#isDone].
public final class Epoch {
    private final Path path;
    private final long number;
    private final @Nullable Journal journal;
    private final boolean found;
    private @Nullable HourRows rows;
    private boolean released;

    // Of the thread that writes: whether some of its flows may be in segments already, and what was
    // found when it was read back.
    private boolean attempted;
    private JournalReader.@Nullable Report report;

    // Of a commit: segments that are not in their place, and all epochs that it has flows of.
    private final Set<Commit.Segment> segments = new LinkedHashSet<>();
    private final Set<Long> epochs = new LinkedHashSet<>();
    private @Nullable Commit commit;

    private volatile boolean done;

    private Epoch(Path path, @Nullable Journal journal, @Nullable HourRows rows, boolean found) {
        this.path = path;
        this.number = Journal.epochOf(path);
        this.journal = journal;
        this.rows = rows;
        this.found = found;
    }

    /// One whose journal this process wrote.
    ///
    /// @param rows its flows; null if only the journal has them
    static Epoch of(Journal journal, @Nullable HourRows rows) {
        return new Epoch(journal.path(), journal, rows, false);
    }

    /// One whose journal was found.
    static Epoch found(Path path) {
        Epoch out = new Epoch(path, null, null, true);
        out.attempt();
        return out;
    }

    /// One whose journal is the commit of a journal of datagrams.
    ///
    /// @param found whether an earlier process wrote the datagrams
    static Epoch committed(Path path, boolean found) {
        Epoch out = new Epoch(path, null, null, found);
        // Of a repository that was restored some hours may have them already.
        out.attempted = found;
        return out;
    }

    /// Of its journal.
    Path path() {
        return path;
    }

    long number() {
        return number;
    }

    /// Whether its flows were found, and not received by this process.
    boolean isFound() {
        return found;
    }

    /// Forgets the rows in memory; [FlowWriter#write] reads them back from the journal. Any thread
    /// may call this.
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

    synchronized @Nullable HourRows take() {
        HourRows taken = rows;
        rows = null;
        return taken;
    }

    synchronized void giveBack(HourRows rest) {
        if (released) {
            rest.release();
        } else {
            rows = rest;
        }
    }

    boolean isAttempted() {
        return attempted;
    }

    void attempt() {
        attempted = true;
    }

    JournalReader.@Nullable Report report() {
        return report;
    }

    void report(JournalReader.Report read) {
        report = read;
    }

    /// Forgets what a commit says before it is read again.
    void clear() {
        segments.clear();
        commit = null;
    }

    /// Takes a part of what a commit says.
    void take(Commit part) {
        commit = part;
        epochs.add(part.rest());
        for (Commit.Segment s : part.segments()) {
            segments.add(s);
            epochs.add(s.epoch());
        }
    }

    /// What a commit says beside its segments, null if this is none.
    @Nullable Commit commit() {
        return commit;
    }

    /// The segments of a commit that are not in their place; whoever puts them there removes them.
    Set<Commit.Segment> segments() {
        return segments;
    }

    /// Numbers of the epochs of a commit's flows.
    Set<Long> epochs() {
        return epochs;
    }

    /// Number of the epoch of the flows in the journal.
    long flowsNumber() {
        Commit c = commit;
        return c == null ? number : c.rest();
    }

    /// Closes the journal, if this process wrote it.
    void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }

    void finish() {
        done = true;
    }
}
