package dev.rearview.store;

import dev.rearview.model.MalformedInputException;
import dev.rearview.site.PathFormat;
import dev.rearview.site.Site;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.Tree;
import dev.rearview.store.hour.FileForm;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.state.Expiry;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The hours of a repository, for those who look after it. It may be taken while a collector
/// writes.
///
/// @param hours ascending by time, then by path
/// @param journals octets of the journals that wait for their segments
/// @param problems what could not be read: damaged manifests, whose hours are missing here, and
///   directories
public record Inventory(Path root, List<Hour> hours, long journals, List<String> problems) {
    /// The files of one sensor and type in one hour.
    ///
    /// @param path of the classic hourly file, whether or not that exists
    /// @param files that are current, classic or Parquet
    /// @param retired files that were merged and wait to be deleted
    /// @param bytes octets of the files, retired ones included
    /// @param form of the file that has come least far
    public record Hour(
            Path path,
            PathFormat.FileKey key,
            List<Path> files,
            List<Path> retired,
            long bytes,
            FileForm form) {
        /// Whether the hour has ended, and all is merged and compressed.
        public boolean sealed() {
            return form != FileForm.HOT;
        }

        /// Whether all is written as old hours are.
        public boolean cold() {
            return form == FileForm.COLD;
        }
    }

    /// What was really deleted.
    ///
    /// @param files that are gone
    /// @param octets that they had
    /// @param flows of the Parquet files that were current; those of classic files are not counted
    public record Deleted(int files, long octets, long flows) {
        private static final Deleted NOTHING = new Deleted(0, 0, 0);

        /// Both together.
        public Deleted plus(Deleted other) {
            return new Deleted(files + other.files, octets + other.octets, flows + other.flows);
        }
    }

    /// Reads what is there.
    public static Inventory of(Path root, Site site) throws IOException {
        List<Hour> hours = new ArrayList<>();
        Failures failures = new Failures();
        Path state = StateDirectory.of(root);
        Tree.walk(
                root,
                state::equals,
                failures,
                (directory, files) -> {
                    for (Path p : files) {
                        try {
                            hour(p, site).ifPresent(hours::add);
                        } catch (IOException e) {
                            failures.add(e);
                        }
                    }
                });
        hours.sort(
                Comparator.comparingLong((Hour h) -> h.key().hourMs()).thenComparing(Hour::path));
        return new Inventory(
                root, List.copyOf(hours), JournalDirectory.octets(root), failures.messages());
    }

    /// The hour that a file tells: a manifest, a single Parquet file, or a classic file.
    private static Optional<Hour> hour(Path file, Site site) throws IOException {
        String name = file.getFileName().toString();
        String base = HourFiles.base(name);
        Optional<PathFormat.FileKey> key = PathFormat.parseFileName(base, site);
        Path path = file.resolveSibling(base);
        if (key.isEmpty() || !HourFiles.isHour(base) || !HourFiles.isToldBy(path, file)) {
            return Optional.empty();
        }
        HourFiles listed = HourFiles.read(path);
        List<Path> files = new ArrayList<>(HourFiles.current(path));
        FileForm form =
                files.stream()
                        .map(p -> FileForm.of(p.getFileName().toString()))
                        .min(Comparator.naturalOrder())
                        .orElse(FileForm.HOT);
        for (Path classic : List.of(path, path.resolveSibling(base + ".gz"))) {
            if (Files.isRegularFile(classic)) {
                files.add(classic);
            }
        }
        List<Path> retired = listed.retired().stream().map(path::resolveSibling).toList();
        long bytes = 0;
        for (Path p : Stream.concat(files.stream(), retired.stream()).toList()) {
            bytes += Disk.size(p);
        }
        return Optional.of(new Hour(path, key.get(), List.copyOf(files), retired, bytes, form));
    }

    /// Flows of a Parquet file, by its index alone.
    public static long flows(Path parquet) throws IOException {
        try (ParquetReader reader = ParquetReader.open(parquet, parquet.toString())) {
            return reader.rows();
        }
    }

    /// Reads every page of a Parquet file, and checks that statistics and Bloom filters are true
    /// and that our index and the footer agree.
    ///
    /// @return flows
    /// @throws IOException naming what is damaged
    public static long verify(Path parquet) throws IOException {
        return FileCheck.deep(parquet);
    }

    /// Checks what is no data file: catalogs, and Parquet files that no manifest names although no
    /// journal that is still there explains them. Manifests are checked by [#of].
    ///
    /// @return one line for each thing that is wrong
    public List<String> verifyState() throws IOException {
        Failures failures = new Failures();
        Path state = StateDirectory.of(root);
        Tree.walk(
                root,
                state::equals,
                failures,
                (directory, files) -> {
                    try {
                        DirectoryCatalog.check(root, directory);
                    } catch (MalformedInputException e) {
                        failures.add(e);
                    }
                    unnamed(directory, files, failures);
                });
        return failures.messages();
    }

    /// Files of hours whose manifests are gone: no query knows of their flows.
    public List<Path> withoutManifest() throws IOException {
        List<Path> lost = new ArrayList<>();
        Path state = StateDirectory.of(root);
        Tree.walk(
                root,
                state::equals,
                new Failures(),
                (directory, files) -> {
                    Set<String> names = new LinkedHashSet<>();
                    files.forEach(p -> names.add(String.valueOf(p.getFileName())));
                    lost.addAll(HourFiles.withoutManifest(root, directory, names));
                });
        return lost;
    }

    /// Files of hours that no manifest names. One that is being written is soon named, and its
    /// epoch's journal is there.
    private void unnamed(Path directory, List<Path> files, Failures failures) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        files.forEach(p -> names.add(p.getFileName().toString()));
        for (String name : names) {
            Optional<String> hour = HourFiles.hourOf(name);
            if (hour.isEmpty() || name.equals(hour.get() + HourFiles.PARQUET)) {
                continue;
            }
            Path path = directory.resolve(hour.get());
            try {
                Set<String> named = new HashSet<>();
                HourFiles listed = HourFiles.read(path);
                named.addAll(listed.files());
                named.addAll(listed.retired());
                Path file = directory.resolve(name);
                if (!named.contains(name) && Files.exists(file) && !isBeingWritten(path, file)) {
                    failures.add(
                            new MalformedInputException(
                                    file.toString(), -1, "", "no manifest names it"));
                }
            } catch (MalformedInputException e) {
                // Told by the inventory itself.
            }
        }
    }

    /// Whether a file that had no name in a manifest has one now, is gone, or belongs to an epoch
    /// whose journal is there. Whoever merges names the new file before others may look.
    private boolean isBeingWritten(Path hour, Path file) throws IOException {
        try (RepositoryLock lock = RepositoryLock.open(root)) {
            return lock.change(() -> isExplained(hour, file));
        } catch (AccessDeniedException e) {
            return isExplained(hour, file);
        }
    }

    private boolean isExplained(Path hour, Path file) throws IOException {
        HourFiles now = HourFiles.read(hour);
        String name = String.valueOf(file.getFileName());
        if (now.files().contains(name) || now.retired().contains(name) || !Files.exists(file)) {
            return true;
        }
        try {
            return FileOrigin.of(hour, file).isFresh(root);
        } catch (NoSuchFileException e) {
            return true;
        } catch (MalformedInputException e) {
            return false;
        }
    }

    /// Deletes an hour as it was when it was listed; flows that came since stay. Directories that
    /// are empty then go too, with their catalogs. Where this is killed in the middle, the next
    /// process that seals comes to the end of it. Those who are reading learn it from [Expiry].
    ///
    /// @return what was deleted
    public Deleted delete(Hour hour) throws IOException {
        try (RepositoryLock lock = RepositoryLock.open(root)) {
            return lock.change(() -> {
                Expiry.announce(root, hour.key().hourMs());
                Deleted done = delete(hour, HourFiles.read(hour.path()));
                removeEmpty(hour.path().getParent());
                return done;
            });
        }
    }

    private Deleted delete(Hour hour, HourFiles now) throws IOException {
        List<String> kept = new ArrayList<>(now.files());
        List<String> gone = new ArrayList<>();
        for (Path p : hour.files()) {
            String name = String.valueOf(p.getFileName());
            if (kept.remove(name)) {
                gone.add(name);
            }
        }
        for (Path p : hour.retired()) {
            gone.add(String.valueOf(p.getFileName()));
        }
        List<String> later = new ArrayList<>(now.retired());
        later.removeAll(gone);
        boolean hasManifest = Files.exists(HourFiles.manifest(hour.path()));
        if (hasManifest) {
            // From here on nobody reads them, and whoever seals knows that they are to go.
            List<String> retired = new ArrayList<>(later);
            retired.addAll(gone);
            write(hour.path(), new HourFiles(kept, retired, now.epochs()));
        }
        Deleted done = Deleted.NOTHING;
        for (Path p : hour.files()) {
            done = done.plus(delete(p, true));
        }
        for (Path p : hour.retired()) {
            done = done.plus(delete(p, false));
        }
        if (hasManifest && kept.isEmpty() && later.isEmpty()) {
            Files.deleteIfExists(HourFiles.manifest(hour.path()));
        } else if (hasManifest) {
            write(hour.path(), new HourFiles(kept, later, now.epochs()));
        }
        return done;
    }

    private static void write(Path hour, HourFiles files) throws IOException {
        files.write(hour);
        Disk.syncParent(hour);
    }

    private static Deleted delete(Path file, boolean current) throws IOException {
        long octets = Disk.size(file);
        long flows = 0;
        if (current && file.toString().endsWith(HourFiles.PARQUET)) {
            try {
                flows = flows(file);
            } catch (MalformedInputException | NoSuchFileException e) {
                // Nobody knows how many there were.
            }
        }
        return Files.deleteIfExists(file) ? new Deleted(1, octets, flows) : Deleted.NOTHING;
    }

    /// Removes a directory and those above it as far as they are empty.
    private void removeEmpty(@Nullable Path directory) throws IOException {
        Path d = directory;
        while (d != null && d.startsWith(root) && !d.equals(root)) {
            try {
                Files.deleteIfExists(d);
            } catch (DirectoryNotEmptyException e) {
                return;
            }
            DirectoryCatalog.remove(root, d);
            d = d.getParent();
        }
    }
}
