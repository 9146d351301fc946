package dev.rearview.store;

import dev.rearview.site.PathFormat;
import dev.rearview.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Knows which hours wait to be sealed. Used by the thread that writes segments.
final class Sealer {
    private static final long HOUR_MS = 3_600_000;

    private final Path root;
    private final RepositoryLock lock;
    private final HourWriter writer;

    /// Hours that have files to merge or to delete, with the time from which on they may be sealed.
    private final Map<Path, Long> hours = new LinkedHashMap<>();

    /// Directories that wait for their catalog.
    private final Set<Path> uncataloged = new LinkedHashSet<>();

    private boolean scanned;

    Sealer(Path root, RepositoryLock lock, HourWriter writer) {
        this.writer = writer;
        this.root = root;
        this.lock = lock;
    }

    /// Says that an hour has got flows.
    void add(Path hour, long startMs) {
        hours.put(hour, startMs + HOUR_MS);
    }

    /// Seals the hours that ended, and got their last files, by `beforeMs`. What an earlier process
    /// left is found in the first call.
    ///
    /// @param goOn asked before each hour
    /// @return hours sealed
    int seal(Site site, long beforeMs, BooleanSupplier goOn) throws IOException {
        if (!scanned) {
            scanned = true;
            scan(site);
        }
        int sealed = 0;
        for (Iterator<Map.Entry<Path, Long>> each = hours.entrySet().iterator();
                each.hasNext() && goOn.getAsBoolean(); ) {
            Map.Entry<Path, Long> e = each.next();
            if (e.getValue() > beforeMs) {
                continue;
            }
            Path hour = e.getKey();
            Path manifest = HourFiles.manifest(hour);
            if (!Files.exists(manifest)) {
                // Old hours are sometimes removed by hand.
                each.remove();
                continue;
            }
            try {
                if (Files.getLastModifiedTime(manifest).toMillis() > beforeMs) {
                    continue;
                }
                if (lock.change(() -> writer.seal(hour))) {
                    // The files merged are deleted later, when no reader has them open.
                    sealed++;
                } else {
                    each.remove();
                    uncataloged.add(hour.getParent());
                }
            } catch (IOException failure) {
                // It must not keep others waiting.
                e.setValue(System.currentTimeMillis() + HOUR_MS);
                throw failure;
            }
        }
        catalog(goOn);
        return sealed;
    }

    /// Makes the catalogs of directories in which nothing waits to be sealed.
    private void catalog(BooleanSupplier goOn) throws IOException {
        uncataloged.removeIf(d -> !Files.isDirectory(d));
        hours.keySet().forEach(hour -> uncataloged.remove(hour.getParent()));
        for (Iterator<Path> each = uncataloged.iterator();
                each.hasNext() && goOn.getAsBoolean(); ) {
            if (DirectoryCatalog.make(root, each.next())) {
                each.remove();
            }
        }
    }

    /// Finds what an earlier process left: hours, and files that it did not finish.
    private void scan(Site site) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path p : (Iterable<Path>) all::iterator) {
                String name = p.getFileName().toString();
                if (name.endsWith(HourFiles.SUFFIX)) {
                    String base = name.substring(0, name.length() - HourFiles.SUFFIX.length());
                    PathFormat.parseFileName(base, site)
                            .ifPresent(k -> add(p.resolveSibling(base), k.hourMs()));
                } else if (HourWriter.isLeftover(p)) {
                    Files.delete(p);
                }
            }
        }
    }
}
