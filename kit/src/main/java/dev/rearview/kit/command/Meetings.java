package dev.rearview.kit.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Where commands of one process meet that are the two ends of a pipe, so that the flows of one go
/// to the other without a stream of records in between. Nobody waits here who would not wait for
/// the pipe anyway: a reader is here while it waits for the first octet, a writer while nothing has
/// been seen of it.
public final class Meetings {
    /// How long a writer may have run of which what it has done is given up for a reader.
    private static final long YOUNG_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /// How long a writer waits for a reader that may be about to come.
    private static final long SOON_MS = 5;

    private final long youngNs;
    private final List<Meeting> readers = new ArrayList<>();
    private final List<Meeting> writers = new ArrayList<>();
    private long fused;

    public Meetings() {
        this(YOUNG_NS);
    }

    /// @param youngNs how long a writer may have run that begins anew
    Meetings(long youngNs) {
        this.youngNs = youngNs;
    }

    /// How many pipes have not been needed.
    public synchronized long fused() {
        return fused;
    }

    /// Readers that wait.
    synchronized int waiting() {
        return readers.size();
    }

    synchronized void tookPlace() {
        fused++;
    }

    // Readers -----------------------------------------------------------------------------------

    /// Engages a writer that can begin anew, or else has the reader wait for one.
    ///
    /// @param reader of an empty pipe
    synchronized Optional<Passage> enter(Meeting reader) {
        for (Meeting w : writers) {
            if (w.out().equals(reader.in()) && System.nanoTime() - w.sinceNs() < youngNs) {
                writers.remove(w);
                Passage passage = new Passage(reader.context());
                w.divert(passage);
                return Optional.of(passage);
            }
        }
        readers.add(reader);
        notifyAll();
        return Optional.empty();
    }

    /// Has a reader wait no longer.
    ///
    /// @return what it was engaged for meanwhile
    synchronized Optional<Passage> leave(Meeting reader) {
        readers.remove(reader);
        return reader.engagement();
    }

    // Writers -----------------------------------------------------------------------------------

    /// Engages a reader that waits.
    ///
    /// @param mayBeginAnew whether the writer can otherwise be engaged later, as long as nothing
    ///   has been seen of it
    synchronized Optional<Passage> engage(Meeting writer, boolean mayBeginAnew) throws IOException {
        if (!writer.isUnseen()) {
            return Optional.empty();
        }
        for (Meeting r : readers) {
            if (r.in().equals(writer.out()) && r.isPipeEmpty()) {
                readers.remove(r);
                Passage passage = new Passage(r.context());
                r.engage(passage);
                return Optional.of(passage);
            }
        }
        if (mayBeginAnew) {
            writer.watch();
            writers.add(writer);
        }
        return Optional.empty();
    }

    /// Engages a reader that waits, or comes in a moment.
    synchronized Optional<Passage> engageSoon(Meeting writer) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SOON_MS);
        while (true) {
            Optional<Passage> passage = engage(writer, false);
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (passage.isPresent() || left <= 0) {
                return passage;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /// Says that something is about to be seen of a writer.
    ///
    /// @return whether that may be; not if the writer is to begin anew
    synchronized boolean show(Meeting writer) {
        writers.remove(writer);
        return !writer.isDiverted();
    }
}
