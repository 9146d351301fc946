package dev.rearview.store;

import dev.rearview.store.journal.DatagramBatch;
import dev.rearview.store.journal.DatagramFollower;
import dev.rearview.store.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;

/// A journal of datagrams that is written, or was found, as the thread that decodes it sees it.
public final class RawJournal {
    private final Path path;
    private final long number;
    private final boolean found;
    private volatile long octets;
    private volatile boolean ended;

    private RawJournal(Path path, boolean found, long octets) {
        this.path = path;
        this.number = Journal.epochOf(path);
        this.found = found;
        this.octets = octets;
        this.ended = found;
    }

    /// One that this process writes.
    static RawJournal begun(Path path) {
        return new RawJournal(path, false, 0);
    }

    /// One that another process left.
    static RawJournal found(Path path, long octets) {
        return new RawJournal(path, true, octets);
    }

    Path path() {
        return path;
    }

    public long number() {
        return number;
    }

    /// Whether another process wrote it.
    public boolean isFound() {
        return found;
    }

    /// Up to where batches are whole; rises until it [#isEnded].
    public long octets() {
        return octets;
    }

    void grow(long to) {
        octets = to;
    }

    void end() {
        ended = true;
    }

    /// Whether nothing more is written. To be asked before [#octets], which then are the last ones.
    public boolean isEnded() {
        return ended;
    }

    /// Opens it for reading.
    public DatagramFollower follow(DatagramBatch.DatagramConsumer out) throws IOException {
        return DatagramFollower.open(path, number, out);
    }
}
