package dev.rearview.store;

import dev.rearview.store.hour.HourRows;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalReader;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What was taken in between two flushes, to be written by [FlowWriter#write].
///
/// The thread that takes flows makes it and hands it over to the one that writes; any thread may
/// [#release] it or ask whether it [#isDone].
public final class Epoch {
    private final Path path;
    private final long number;
    private final @Nullable Journal journal;
    private @Nullable HourRows rows;
    private boolean released;

    // Of the thread that writes: whether some of its flows may be in segments already, and what was
    // found when it was read back.
    private boolean attempted;
    private JournalReader.@Nullable Report report;

    private volatile boolean done;

    private Epoch(Path path, long number, @Nullable Journal journal, @Nullable HourRows rows) {
        this.path = path;
        this.number = number;
        this.journal = journal;
        this.rows = rows;
        this.attempted = journal == null;
    }

    /// One whose journal this process wrote.
    ///
    /// @param rows its flows; null if only the journal has them
    static Epoch of(Journal journal, @Nullable HourRows rows) {
        return new Epoch(journal.path(), journal.epoch(), journal, rows);
    }

    /// One whose journal was found.
    static Epoch found(Path path) {
        return new Epoch(path, Journal.epochOf(path), null, null);
    }

    /// Of its journal.
    Path path() {
        return path;
    }

    long number() {
        return number;
    }

    /// Whether its journal was found, and not written by this process.
    boolean isFound() {
        return journal == null;
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
