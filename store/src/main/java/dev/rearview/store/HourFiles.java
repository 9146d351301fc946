package dev.rearview.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The Parquet files that make up one hour of one sensor and type.
///
/// Beside the place of the classic hourly file `NAME` stands `NAME.manifest`, a text file that is
/// replaced atomically: a version line, then the name of each current file in its directory. Files
/// that it does not name are being written or are about to be deleted. An hour without a manifest
/// may consist of the single file `NAME.parquet`, put there by hand or by another engine.
public final class HourFiles {
    static final String VERSION = "rearview-manifest 1";
    static final String SUFFIX = ".manifest";

    private HourFiles() {}

    /// The current Parquet files of an hour.
    ///
    /// @param hourPath path of the classic hourly file, whether or not that exists
    public static List<Path> current(Path hourPath) throws IOException {
        Path manifest = manifest(hourPath);
        try {
            List<String> lines = Files.readAllLines(manifest, StandardCharsets.UTF_8);
            if (lines.isEmpty() || !lines.getFirst().equals(VERSION)) {
                throw new IOException(manifest + ": not a manifest of version 1");
            }
            List<Path> out = new ArrayList<>();
            for (String name : lines.subList(1, lines.size())) {
                if (name.startsWith("file ")) {
                    out.add(hourPath.resolveSibling(name.substring(5)));
                }
            }
            return out;
        } catch (NoSuchFileException e) {
            Path single = hourPath.resolveSibling(hourPath.getFileName() + ".parquet");
            return Files.exists(single) ? List.of(single) : List.of();
        }
    }

    static Path manifest(Path hourPath) {
        return hourPath.resolveSibling(hourPath.getFileName() + SUFFIX);
    }
}
