package dev.rearview.engine.scan;

import dev.rearview.engine.exec.Kept;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.hour.HourFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A directory of hourly files, as it was when it was first looked at. One with a catalog that
/// counts and tells all is not even listed.
final class HourDirectory {
    private final Path root;
    private final Path path;
    private final Optional<DirectoryCatalog> catalog;
    private @Nullable Set<String> names;
    private @Nullable List<Path> lost;

    private HourDirectory(Path root, Path path, Optional<DirectoryCatalog> catalog) {
        this.root = root;
        this.path = path;
        this.catalog = catalog;
    }

    /// @param root the repository
    /// @param kept catalogs read before
    /// @throws IOException if it cannot be read, or is none
    static HourDirectory of(Path root, Path path, Kept kept) throws IOException {
        HourDirectory out =
                new HourDirectory(
                        root,
                        path,
                        DirectoryCatalog.find(
                                root,
                                path,
                                file ->
                                        kept.get(
                                                file,
                                                DirectoryCatalog.class,
                                                () -> DirectoryCatalog.read(file),
                                                DirectoryCatalog::octets)));
        if (!out.isToldByCatalog()) {
            out.names();
        }
        return out;
    }

    private boolean isToldByCatalog() {
        return catalog.isPresent() && catalog.get().isComplete();
    }

    /// Names of all that is in a directory, none where there is no directory.
    ///
    /// @throws IOException if it cannot be read, is none, or is a link to nothing
    static Set<String> list(Path directory) throws IOException {
        try {
            // Opening a named pipe to list it would wait for ever.
            if (!Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
                throw new IOException(directory + ": cannot be read, it is no directory");
            }
        } catch (NoSuchFileException e) {
            if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(directory + ": cannot be read, it is a link to nothing", e);
            }
            return Set.of();
        }
        return HourFiles.names(directory);
    }

    Path path() {
        return path;
    }

    /// Names of all that is in it.
    ///
    /// @throws IOException if it cannot be read
    Set<String> names() throws IOException {
        Set<String> known = names;
        if (known == null) {
            known = list(path);
            names = known;
        }
        return known;
    }

    /// Names among which are those of all hours of which there is anything.
    Set<String> hourNames() throws IOException {
        return isToldByCatalog() ? catalog.get().hours() : names();
    }

    /// Its catalog, if there is one that counts.
    Optional<DirectoryCatalog> catalog() {
        return catalog;
    }

    /// How many files of an hour no manifest names.
    ///
    /// @param hour name of the classic hourly file
    long lost(String hour) throws IOException {
        List<Path> known = lost;
        if (known == null) {
            lost = List.of();
            known = HourFiles.withoutManifest(root, path, names());
            lost = known;
        }
        return known.stream()
                .filter(p -> String.valueOf(p.getFileName()).startsWith(hour + "."))
                .count();
    }
}
