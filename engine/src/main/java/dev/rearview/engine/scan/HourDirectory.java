package dev.rearview.engine.scan;

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

/// A directory of hourly files, as it was when it was listed.
final class HourDirectory {
    private final Path root;
    private final Path path;
    private final Set<String> names;
    private Optional<DirectoryCatalog> catalog = Optional.empty();
    private boolean knowsCatalog;
    private @Nullable List<Path> lost;

    private HourDirectory(Path root, Path path, Set<String> names) {
        this.root = root;
        this.path = path;
        this.names = names;
    }

    /// @param root the repository
    /// @throws IOException if it cannot be read, or is none
    static HourDirectory of(Path root, Path path) throws IOException {
        return new HourDirectory(root, path, list(path));
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

    Set<String> names() {
        return names;
    }

    /// Its catalog, if there is one that counts.
    Optional<DirectoryCatalog> catalog() throws IOException {
        if (!knowsCatalog) {
            // Where it cannot be read that is told once, not for each hour.
            knowsCatalog = true;
            catalog = DirectoryCatalog.find(root, path);
        }
        return catalog;
    }

    /// How many files of an hour no manifest names.
    ///
    /// @param hour name of the classic hourly file
    long lost(String hour) throws IOException {
        List<Path> known = lost;
        if (known == null) {
            lost = List.of();
            known = HourFiles.withoutManifest(root, path, names);
            lost = known;
        }
        return known.stream()
                .filter(p -> String.valueOf(p.getFileName()).startsWith(hour + "."))
                .count();
    }
}
