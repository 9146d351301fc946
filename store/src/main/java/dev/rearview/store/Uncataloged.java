package dev.rearview.store;

import dev.rearview.store.catalog.CatalogWriter;
import dev.rearview.store.disk.Failures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Directories whose hours have changed, and that wait for their catalog. For one thread at a time.
final class Uncataloged {
    private final Path root;
    private final Set<Path> directories = new LinkedHashSet<>();

    Uncataloged(Path root) {
        this.root = root;
    }

    private static Optional<Path> directoryOf(Path hour) {
        return Optional.ofNullable(hour.getParent());
    }

    /// Says that an hour has changed.
    void add(Path hour) {
        directoryOf(hour).ifPresent(directories::add);
    }

    /// Says that an hour is to be sealed yet: whoever does that says so later.
    void remove(Path hour) {
        directoryOf(hour).ifPresent(directories::remove);
    }

    boolean isEmpty() {
        return directories.isEmpty();
    }

    /// Makes the catalogs; those of directories that are still changing wait on.
    ///
    /// @param goOn asked before each directory
    void make(Failures failures, BooleanSupplier goOn) {
        for (Iterator<Path> each = directories.iterator();
                each.hasNext() && goOn.getAsBoolean(); ) {
            Path directory = each.next();
            try {
                if (CatalogWriter.make(root, directory)) {
                    each.remove();
                }
            } catch (IOException | RuntimeException failure) {
                each.remove();
                String name = root.relativize(directory).toString();
                failures.add(new IOException(name + ": " + failure.getMessage(), failure));
            }
        }
    }
}
