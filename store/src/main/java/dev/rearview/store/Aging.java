package dev.rearview.store;

import dev.rearview.store.catalog.CatalogWriter;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.state.RepositoryLock;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Writes old hours in the form for those, while another process may take flows in: whoever changes
/// a manifest waits until the hour that is being written is done. For one thread at a time.
public final class Aging implements Closeable {
    private final Path root;
    private final RepositoryLock lock;
    private final HourWriter writer = new HourWriter(new SegmentWriter());
    private final Set<Path> uncataloged = new LinkedHashSet<>();

    private Aging(Path root, RepositoryLock lock) {
        this.root = root;
        this.lock = lock;
    }

    /// @param root directory of a repository
    public static Aging of(Path root) throws IOException {
        return new Aging(root, RepositoryLock.open(root));
    }

    /// Writes a sealed hour again unless it is cold, and deletes what it, or another change, has
    /// replaced some minutes ago. What it replaces now stays for its readers, until this is called
    /// again or the hour is sealed.
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
            writer.retire(hour);
            Optional.ofNullable(hour.getParent()).ifPresent(uncataloged::add);
        }
        return done;
    }

    /// Makes the catalogs of directories that changed, but for those in which other hours have yet
    /// to be sealed.
    ///
    /// @param unsealed such directories
    /// @return whether none changes any longer, so that this need not be called again
    public boolean catalog(Set<Path> unsealed) throws IOException {
        Failures failures = new Failures();
        for (Iterator<Path> each = uncataloged.iterator(); each.hasNext(); ) {
            Path directory = each.next();
            try {
                if (unsealed.contains(directory) || CatalogWriter.make(root, directory)) {
                    each.remove();
                }
            } catch (IOException | RuntimeException failure) {
                each.remove();
                failures.add(new IOException(directory + ": " + failure.getMessage(), failure));
            }
        }
        failures.raise("catalogs cannot be made");
        return uncataloged.isEmpty();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
