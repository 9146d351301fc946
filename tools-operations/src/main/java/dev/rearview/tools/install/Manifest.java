package dev.rearview.tools.install;

import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What an installation consists of: files, and the directories that were not there before.
///
/// @param files relative to the prefix
/// @param directories the same, each after the one that it is in
record Manifest(Set<String> files, Set<String> directories) {
    static final String PATH = "lib/rearview/manifest";

    private static final String TITLE =
            "# What rearview install put here; rearview uninstall reads it.";

    static final Manifest NONE = new Manifest(Set.of(), Set.of());

    /// The manifest of an installation, [#NONE] where there is none.
    static Manifest read(Path prefix) throws IOException {
        Path path = prefix.resolve(PATH);
        if (!Files.exists(path)) {
            return NONE;
        }
        Set<String> files = new LinkedHashSet<>();
        Set<String> directories = new LinkedHashSet<>();
        int number = 0;
        for (String line : Files.readAllLines(path)) {
            number++;
            if (line.startsWith("#")) {
                continue;
            }
            boolean isDirectory = line.endsWith("/");
            String name = isDirectory ? line.substring(0, line.length() - 1) : line;
            if (!isBelow(name)) {
                throw ToolException.failure(path + ":" + number + ": not a path below the prefix");
            }
            (isDirectory ? directories : files).add(name);
        }
        return new Manifest(files, directories);
    }

    /// Whether a path names something below the prefix, or the prefix itself.
    private static boolean isBelow(String name) {
        Path path = Path.of(name);
        return !name.isEmpty()
                && !path.isAbsolute()
                && !path.normalize().startsWith("..")
                && (name.equals(".") || path.normalize().equals(path));
    }

    void write(Path prefix) throws IOException {
        List<String> lines = new ArrayList<>(List.of(TITLE));
        lines.addAll(files);
        directories.forEach(d -> lines.add(d + "/"));
        Files.write(prefix.resolve(PATH), lines);
    }

    /// Removes what is there of the files.
    ///
    /// @param except files that stay
    /// @return how many were there
    int removeFiles(Path prefix, Set<String> except) throws IOException {
        int removed = 0;
        for (String file : files) {
            if (!except.contains(file) && Files.deleteIfExists(prefix.resolve(file))) {
                removed++;
            }
        }
        return removed;
    }

    /// Removes the directories in which nothing is left.
    void removeDirectories(Path prefix) throws IOException {
        for (String directory : new ArrayList<>(directories).reversed()) {
            Path path = prefix.resolve(directory).normalize();
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    Files.delete(path);
                } catch (DirectoryNotEmptyException e) {
                    // Something of somebody else's is in it.
                }
            }
        }
    }
}
