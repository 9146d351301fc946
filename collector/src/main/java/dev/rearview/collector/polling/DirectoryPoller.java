package dev.rearview.collector.polling;

import dev.rearview.ingest.Notices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Watches a directory: a file is ready once two looks in a row see the same size. Who gets it
/// moves it away, or leaves it there for good; what then has its name is another file.
final class DirectoryPoller {
    /// Tells a file from another of the same name.
    private record Version(long size, FileTime changed) {}

    private final Path directory;
    private final Map<Path, Long> sizes = new HashMap<>();
    // Files that stay where they are and are not read again.
    private final Map<Path, Version> left = new HashMap<>();

    DirectoryPoller(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /// Takes note that a file stays where it is and is not ready again, unless it changes.
    void leave(Path file) {
        try {
            left.put(file, version(file));
        } catch (IOException e) {
            // It is not there any more.
            left.remove(file);
        }
    }

    private static Version version(Path file) throws IOException {
        BasicFileAttributes a =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new Version(a.size(), a.lastModifiedTime());
    }

    private boolean isLeft(Path file) throws IOException {
        Version known = left.get(file);
        return known != null && known.equals(version(file));
    }

    /// The files that have become ready since the last look.
    List<Path> ready(Notices notices) {
        List<Path> out = new ArrayList<>();
        Map<Path, Long> now = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
                long size = regular ? Files.size(file) : 0;
                if (size == 0 || file.getFileName().toString().startsWith(".") || isLeft(file)) {
                    continue;
                }
                if (Long.valueOf(size).equals(sizes.get(file))) {
                    out.add(file);
                } else {
                    now.put(file, size);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            notices.error("Cannot read directory " + directory + ": " + e.getMessage());
        }
        sizes.clear();
        sizes.putAll(now);
        left.keySet().removeIf(file -> !Files.exists(file, LinkOption.NOFOLLOW_LINKS));
        return out;
    }
}
