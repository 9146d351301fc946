package dev.rearview.store;

import dev.rearview.store.journal.Journal;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/// The epochs whose journals are there, and the numbers of those to come. Safe for several threads.
final class OpenEpochs {
    private static final int RESERVED = 1000;

    private final RepositoryLock lock;
    private final Quarantine quarantine;
    private final List<Epoch> leftovers = new ArrayList<>();
    private final List<RawJournal> rawLeftovers = new ArrayList<>();
    private final ConcurrentSkipListSet<Long> live = new ConcurrentSkipListSet<>();
    private final ConcurrentSkipListSet<Long> liveRaw = new ConcurrentSkipListSet<>();
    private final AtomicLong octets = new AtomicLong();
    private long next;
    private long reserved;

    /// @param lock whose file keeps the numbers
    OpenEpochs(RepositoryLock lock, Quarantine quarantine) {
        this.lock = lock;
        this.quarantine = quarantine;
    }

    /// Takes up journals that an earlier process left.
    ///
    /// @param raw journals of datagrams
    void start(List<Path> journals, List<Path> raw) throws IOException {
        next = System.currentTimeMillis();
        for (Path path : journals) {
            addLeftover(path);
        }
        for (Path path : raw) {
            addRawLeftover(path);
        }
        reserve();
    }

    /// Takes up a journal of datagrams that this process did not write. One of which there is a
    /// commit is none any more: that sees to it.
    synchronized void addRawLeftover(Path path) throws IOException {
        long size = Files.size(path);
        octets.addAndGet(size);
        if (!isLive(Journal.epochOf(path))) {
            RawJournal found = RawJournal.found(path, size);
            rawLeftovers.add(found);
            rawLeftovers.sort(Comparator.comparingLong(RawJournal::number));
            beginRaw(found.number());
            next = Math.max(next, found.number() + 1);
        }
    }

    /// Takes the journals of datagrams that were found since the last call, oldest first.
    synchronized List<RawJournal> takeRawLeftovers() {
        List<RawJournal> out = List.copyOf(rawLeftovers);
        rawLeftovers.clear();
        return out;
    }

    /// Journals of datagrams that were found and that nobody has taken.
    synchronized int rawLeftovers() {
        return rawLeftovers.size();
    }

    /// Takes up a journal that this process did not write.
    synchronized void addLeftover(Path path) throws IOException {
        Epoch found = Epoch.found(path);
        leftovers.add(found);
        leftovers.sort(Comparator.comparingLong(Epoch::number));
        live.add(found.number());
        next = Math.max(next, found.number() + 1);
        octets.addAndGet(Files.size(path));
    }

    /// Takes the epochs that were found since the last call, oldest first.
    synchronized List<Epoch> takeLeftovers() {
        List<Epoch> out = List.copyOf(leftovers);
        leftovers.clear();
        return out;
    }

    /// Numbers of epochs only rise, whatever the clock does: the lock file holds a number that no
    /// epoch has reached. A number used twice would pass for one that is stored already.
    private synchronized void reserve() throws IOException {
        long number = lock.number();
        if (number < 0) {
            quarantine.tell(
                    lock.file(), "the number of the next epoch is damaged, the clock gives one");
        }
        next = Math.max(next, number);
        long until = next + RESERVED;
        // Where this fails, none of them may be given.
        lock.setNumber(until);
        reserved = until;
    }

    /// A number that no epoch has had.
    synchronized long newNumber() throws IOException {
        if (next >= reserved) {
            reserve();
        }
        return next++;
    }

    /// An epoch of this process has begun.
    void begin(long number) {
        live.add(number);
    }

    /// A journal of datagrams has begun.
    void beginRaw(long number) {
        liveRaw.add(number);
        live.add(number);
    }

    /// Nothing is to be decoded from a journal of datagrams any more.
    void endRaw(long number) {
        liveRaw.remove(number);
    }

    /// Number of the oldest journal that may be decoded again, [Long#MAX_VALUE] if there is none.
    long oldestRaw() {
        Long oldest = liveRaw.isEmpty() ? null : liveRaw.first();
        return oldest == null ? Long.MAX_VALUE : oldest;
    }

    /// Journals have grown, or shrunk.
    void grow(long more) {
        octets.addAndGet(more);
    }

    /// The journal of an epoch is gone.
    void end(long number) {
        live.remove(number);
    }

    boolean isLive(long number) {
        return live.contains(number);
    }

    /// Octets of all journals.
    long octets() {
        return octets.get();
    }
}
