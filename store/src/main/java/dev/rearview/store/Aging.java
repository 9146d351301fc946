package dev.rearview.store;

import dev.rearview.store.disk.Failures;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.state.Replacement;
import dev.rearview.store.state.RepositoryLock;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/// Writes old hours in the form for those, while another process may take flows in: whoever changes
/// a manifest waits until the hour that is being written is done. For one thread at a time.
public final class Aging implements Closeable {
    private final RepositoryLock lock;
    private final HourWriter writer = new HourWriter(new SegmentWriter());
    private final Uncataloged uncataloged;

    /// Hours that have files to delete, of which nobody who seals was told.
    private final Set<String> retiring = new LinkedHashSet<>();

    private final Path root;

    private Aging(Path root, RepositoryLock lock) {
        this.root = root;
        this.lock = lock;
        this.uncataloged = new Uncataloged(root);
    }

    /// @param root directory of a repository
    public static Aging of(Path root) throws IOException {
        return new Aging(root, RepositoryLock.open(root));
    }

    /// Writes a sealed hour again unless it is cold, and deletes what it, or another change, has
    /// replaced some minutes ago. What it replaces now stays for its readers some minutes, until
    /// this is called again or whoever seals, and is told, deletes it.
    ///
    /// @param hour path of the classic hourly file
    /// @return whether it was written
    /// @throws IOException if it could not be: it stays as it is
    public boolean age(Path hour) throws IOException {
        try {
            return lock.change(() -> change(hour));
        } catch (UncheckedIOException e) {
            // Columns are read when they are asked for.
            throw e.getCause();
        }
    }

    private boolean change(Path hour) throws IOException {
        boolean hadRetired = !HourFiles.read(hour).retired().isEmpty();
        boolean done = writer.age(hour);
        if (done || hadRetired) {
            if (!writer.retire(hour)) {
                retiring.add(root.relativize(hour).toString());
            }
            uncataloged.add(hour);
        }
        if (!Replacement.isSettling(root)) {
            // Whoever seals, if anybody does, has taken note of those before.
            tell();
        }
        return done;
    }

    private void tell() throws IOException {
        if (!retiring.isEmpty()) {
            Replacement.tell(root, retiring);
            retiring.clear();
        }
    }

    /// Makes the catalogs of directories that changed, but for those in which other hours have yet
    /// to be sealed.
    ///
    /// @param unsealed such hours
    /// @return whether none changes any longer, so that this need not be called again
    public boolean catalog(Collection<Path> unsealed) throws IOException {
        unsealed.forEach(uncataloged::remove);
        Failures failures = new Failures();
        uncataloged.make(failures, () -> true);
        failures.raise("catalogs cannot be made");
        return uncataloged.isEmpty();
    }

    /// Tells whoever seals of the last hours.
    @Override
    public void close() throws IOException {
        try (lock) {
            lock.change(() -> {
                tell();
                return true;
            });
        }
    }
}
