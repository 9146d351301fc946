package dev.rearview.store;

import dev.rearview.site.PathFormat;
import dev.rearview.site.Site;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.Tree;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.HourRepair;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.Replacement;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.store.state.StateDirectory;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Knows which hours wait to be sealed. Used by the thread that writes segments.
final class Sealer {

    private final Path root;
    private final RepositoryLock lock;
    private final HourWriter writer;
    private final Quarantine quarantine;
    private final HourRepair repair;

    /// Hours that have files to merge, with the time from which on they may be sealed.
    private final Map<Path, Long> hours = new LinkedHashMap<>();

    /// Hours that have files to delete, with the time from which on no reader needs them.
    private final Map<Path, Long> retiring = new LinkedHashMap<>();

    /// Directories that wait for their catalog.
    private final Uncataloged uncataloged;

    /// What is still to be looked through for what an earlier process left.
    private @Nullable Tree unseen;

    Sealer(Path root, RepositoryLock lock, HourWriter writer, Quarantine quarantine) {
        this.writer = writer;
        this.root = root;
        this.lock = lock;
        this.quarantine = quarantine;
        this.repair = new HourRepair(quarantine);
        this.uncataloged = new Uncataloged(root);
        this.unseen = new Tree(root, StateDirectory.of(root)::equals);
    }

    /// Says that an hour has got flows.
    void add(Path hour, long startMs) {
        hours.put(hour, startMs + TimeText.HOUR_MS);
    }

    /// Seals the hours that ended, and got their last files, by `beforeMs`. What an earlier process
    /// left is found in the first calls.
    ///
    /// @param goOn asked before each hour
    /// @return hours sealed
    /// @throws IOException if some hours could not be sealed; all others were
    int seal(Site site, long beforeMs, BooleanSupplier goOn) throws IOException {
        Failures failures = new Failures();
        scan(site, failures, goOn);
        takeReplaced(site);
        int sealed = 0;
        for (Iterator<Map.Entry<Path, Long>> each = hours.entrySet().iterator();
                each.hasNext() && goOn.getAsBoolean(); ) {
            Map.Entry<Path, Long> e = each.next();
            Path manifest = HourFiles.manifest(e.getKey());
            if (e.getValue() > beforeMs) {
                continue;
            }
            try {
                if (!Files.exists(manifest)) {
                    // Old hours are sometimes removed by hand.
                    each.remove();
                } else if (Files.getLastModifiedTime(manifest).toMillis() <= beforeMs) {
                    sealed += seal(e.getKey()) ? 1 : 0;
                    each.remove();
                }
            } catch (IOException | RuntimeException failure) {
                // It must not keep others waiting.
                e.setValue(System.currentTimeMillis() + TimeText.HOUR_MS);
                failures.add(new IOException(describe(e.getKey(), failure), failure));
            }
        }
        retire(failures, goOn);
        catalog(failures, goOn);
        failures.raise("hours or catalogs cannot be sealed, they stay as they are");
        return sealed;
    }

    /// Takes note of hours that another process has replaced: they may have to be sealed, files of
    /// theirs go when no reader needs them, and directories need their catalogs.
    private void takeReplaced(Site site) throws IOException {
        if (!Replacement.isSettling(root)) {
            return;
        }
        for (String relative : lock.change(() -> Replacement.takeSettling(root))) {
            Path hour = HourParts.hour(root, relative);
            PathFormat.parseFileName(String.valueOf(hour.getFileName()), site)
                    .ifPresent(k -> add(hour, k.hourMs()));
        }
    }

    private String describe(Path hour, Exception failure) {
        return root.relativize(hour) + ": " + failure.getMessage();
    }

    /// Seals an hour.
    ///
    /// @return false if it was sealed before
    private boolean seal(Path hour) throws IOException {
        HourWriter.Sealed done =
                lock.change(() -> {
                    repair.read(hour, "");
                    return writer.seal(hour);
                });
        if (done != HourWriter.Sealed.DONE) {
            awaitReaders(hour);
        }
        uncataloged.add(hour);
        return done == HourWriter.Sealed.NOW;
    }

    /// Writes a sealed hour again if it is of an older layout.
    ///
    /// @return whether it was
    boolean convert(Path hour) throws IOException {
        boolean done =
                lock.change(() -> {
                    repair.read(hour, "");
                    return writer.convert(hour);
                });
        if (done) {
            awaitReaders(hour);
            uncataloged.add(hour);
        }
        return done;
    }

    private void awaitReaders(Path hour) {
        retiring.put(hour, System.currentTimeMillis() + HourWriter.READERS_NEED.toMillis());
    }

    /// Deletes merged files that no reader needs any longer.
    private void retire(Failures failures, BooleanSupplier goOn) {
        long now = System.currentTimeMillis();
        for (Iterator<Map.Entry<Path, Long>> each = retiring.entrySet().iterator();
                each.hasNext() && goOn.getAsBoolean(); ) {
            Map.Entry<Path, Long> e = each.next();
            if (e.getValue() > now) {
                continue;
            }
            Path hour = e.getKey();
            try {
                if (lock.change(() -> writer.retire(hour))) {
                    each.remove();
                    uncataloged.add(hour);
                } else {
                    e.setValue(now + HourWriter.READERS_NEED.toMillis());
                }
            } catch (IOException | RuntimeException failure) {
                e.setValue(now + TimeText.HOUR_MS);
                failures.add(new IOException(describe(hour, failure), failure));
            }
        }
    }

    /// Makes the catalogs of directories in which nothing waits to be sealed.
    private void catalog(Failures failures, BooleanSupplier goOn) {
        hours.keySet().forEach(uncataloged::remove);
        uncataloged.make(failures, goOn);
    }

    /// Finds what an earlier process left: hours, files that it did not finish, and files that no
    /// manifest names. Goes on where it stopped in the call before.
    private void scan(Site site, Failures failures, BooleanSupplier goOn) throws IOException {
        Tree tree = unseen;
        while (tree != null && goOn.getAsBoolean()) {
            if (!tree.next(failures, (d, files) -> scan(d, files, site, failures))) {
                tree = null;
                unseen = null;
                DirectoryCatalog.removeLeftovers(root, failures);
            }
        }
    }

    private void scan(Path directory, List<Path> files, Site site, Failures failures)
            throws IOException {
        Map<String, Set<String>> parquet = new TreeMap<>();
        Set<String> manifests = new HashSet<>();
        for (Path p : files) {
            String name = p.getFileName().toString();
            Optional<String> hourName = HourFiles.hourOf(name);
            if (Disk.isTemporary(name)) {
                Files.deleteIfExists(p);
            } else if (name.endsWith(HourFiles.SUFFIX)) {
                String base = HourFiles.base(name);
                manifests.add(base);
                PathFormat.parseFileName(base, site)
                        .ifPresent(k -> add(directory.resolve(base), k.hourMs()));
            } else if (hourName.isPresent()) {
                parquet.computeIfAbsent(hourName.get(), k -> new TreeSet<>()).add(name);
            }
        }
        for (Map.Entry<String, Set<String>> e : parquet.entrySet()) {
            Optional<PathFormat.FileKey> key = PathFormat.parseFileName(e.getKey(), site);
            if (key.isEmpty() && !manifests.contains(e.getKey())) {
                continue;
            }
            Path hour = directory.resolve(e.getKey());
            try {
                if (!isInOrder(hour, e.getValue())) {
                    lock.change(() -> repair.repair(hour, e.getValue()));
                    key.filter(k -> Files.exists(HourFiles.manifest(hour)))
                            .ifPresent(k -> add(hour, k.hourMs()));
                }
            } catch (IOException | RuntimeException failure) {
                failures.add(new IOException(describe(hour, failure), failure));
                quarantine.tell(hour, "left as it is: " + failure.getMessage());
            }
        }
    }

    /// Whether a manifest names all files of its hour.
    private static boolean isInOrder(Path hour, Set<String> names) {
        try {
            HourFiles known = HourFiles.read(hour);
            Set<String> unnamed = new HashSet<>(names);
            known.files().forEach(unnamed::remove);
            known.retired().forEach(unnamed::remove);
            return unnamed.isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
