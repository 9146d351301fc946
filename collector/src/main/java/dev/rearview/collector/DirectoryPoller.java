package dev.rearview.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Watches a directory: a file is ready once two looks in a row see the same size. Who gets it
/// moves it away; what then has its name is another file.
final class DirectoryPoller {
    private final Path directory;
    private final Map<Path, Long> sizes = new HashMap<>();

    DirectoryPoller(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /// The files that have become ready since the last look.
    List<Path> ready(Log log) {
        List<Path> out = new ArrayList<>();
        Map<Path, Long> now = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
                long size = regular ? Files.size(file) : 0;
                if (size == 0 || file.getFileName().toString().startsWith(".")) {
                    continue;
                }
                if (Long.valueOf(size).equals(sizes.get(file))) {
                    out.add(file);
                } else {
                    now.put(file, size);
                }
            }
        } catch (IOException e) {
            log.error("Cannot read directory " + directory + ": " + e.getMessage());
        }
        sizes.clear();
        sizes.putAll(now);
        return out;
    }
}
