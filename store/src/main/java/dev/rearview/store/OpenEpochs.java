package dev.rearview.store;

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
    private final ConcurrentSkipListSet<Long> live = new ConcurrentSkipListSet<>();
    private final AtomicLong octets = new AtomicLong();
    private long next;
    private long reserved;

    /// @param lock whose file keeps the numbers
    OpenEpochs(RepositoryLock lock, Quarantine quarantine) {
        this.lock = lock;
        this.quarantine = quarantine;
    }

    /// Takes up journals that an earlier process left.
    void start(List<Path> journals) throws IOException {
        next = System.currentTimeMillis();
        for (Path path : journals) {
            addLeftover(path);
        }
        reserve();
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
        reserved = next + RESERVED;
        lock.setNumber(reserved);
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
