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

    /// How long it waits for one that is known to run, and has not come to its input yet: in a
    /// process that has just started, that takes longer than a writer's first record.
    private static final long EXPECTED_MS = 250;

    private final long youngNs;
    private final List<Meeting> readers = new ArrayList<>();
    private final List<Meeting> writers = new ArrayList<>();

    /// Commands that run on a pipe and have neither read it nor waited for it.
    private final List<Meeting> expected = new ArrayList<>();

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

    /// Says that a command begins which may read a pipe.
    synchronized void expect(Meeting reader) {
        expected.add(reader);
    }

    /// Says that it will not, or does so already.
    synchronized void expectNoLonger(Meeting reader) {
        if (expected.remove(reader)) {
            notifyAll();
        }
    }

    /// Engages a writer that can begin anew, or else has the reader wait for one.
    ///
    /// @param reader of an empty pipe
    synchronized Optional<Passage> enter(Meeting reader) {
        expected.remove(reader);
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

    /// Engages a reader that waits, or one that is known to run and comes in time.
    ///
    /// @param mayBeginAnew whether the writer can otherwise be engaged later, as long as nothing
    ///   has been seen of it
    synchronized Optional<Passage> engage(Meeting writer, boolean mayBeginAnew) throws IOException {
        Optional<Passage> passage = engageWithin(writer, 0);
        if (passage.isEmpty() && mayBeginAnew && writer.isUnseen()) {
            writer.watch();
            writers.add(writer);
        }
        return passage;
    }

    /// Engages a reader that waits, or comes in a moment.
    synchronized Optional<Passage> engageSoon(Meeting writer) throws IOException {
        return engageWithin(writer, SOON_MS);
    }

    /// @param patienceMs for a reader of which nothing is known
    private Optional<Passage> engageWithin(Meeting writer, long patienceMs) throws IOException {
        long start = System.nanoTime();
        while (writer.isUnseen()) {
            Optional<Passage> passage = engageNow(writer);
            long most = isExpected(writer) ? EXPECTED_MS : patienceMs;
            long left = most - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (passage.isPresent() || left <= 0) {
                return passage;
            }
            try {
                // Nobody tells of a reader that has begun to read.
                wait(Math.min(left, SOON_MS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            writer.context().check();
        }
        return Optional.empty();
    }

    private Optional<Passage> engageNow(Meeting writer) throws IOException {
        for (Meeting r : readers) {
            if (r.in().equals(writer.out()) && r.isPipeEmpty()) {
                readers.remove(r);
                Passage passage = new Passage(r.context());
                r.engage(passage);
                return Optional.of(passage);
            }
        }
        return Optional.empty();
    }

    private boolean isExpected(Meeting writer) {
        for (Meeting r : expected) {
            if (r.in().equals(writer.out()) && !r.hasRead()) {
                return true;
            }
        }
        return false;
    }

    /// Says that something is about to be seen of a writer.
    ///
    /// @return whether that may be; not if the writer is to begin anew
    synchronized boolean show(Meeting writer) {
        writers.remove(writer);
        return !writer.isDiverted();
    }
}
