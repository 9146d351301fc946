package dev.rearview.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The Parquet files that make up one hour of one sensor and type.
///
/// Beside the place of the classic hourly file `NAME` stands `NAME.manifest`, a text file that is
/// replaced atomically: a version line, then `file X` for each current file in its directory,
/// `retired X` for files that were merged and wait to be deleted, and `epoch N` for the newest
/// journal epoch whose flows the files hold. Files that it does not name are being written. An hour
/// without a manifest may consist of the single file `NAME.parquet`, put there by hand or by
/// another engine.
///
/// @param files current files, oldest first
/// @param retired files that are no longer read
/// @param epochs journal epochs of the current files that may still have to be recovered
public record HourFiles(List<String> files, List<String> retired, List<Long> epochs) {
    static final String SUFFIX = ".manifest";
    private static final Pattern HOUR = Pattern.compile(".+_\\d{8}\\.\\d{2}");
    private static final String VERSION = "rearview-manifest 1";

    /// The current Parquet files of an hour.
    ///
    /// @param hourPath path of the classic hourly file, whether or not that exists
    public static List<Path> current(Path hourPath) throws IOException {
        Path manifest = manifest(hourPath);
        if (!Files.exists(manifest)) {
            Path single = hourPath.resolveSibling(hourPath.getFileName() + ".parquet");
            return Files.exists(single) ? List.of(single) : List.of();
        }
        return read(hourPath).files.stream().map(hourPath::resolveSibling).toList();
    }

    /// Whether a file name is that of a classic hourly file, such as `in-S0_20260101.08`.
    static boolean isHour(String name) {
        return HOUR.matcher(name).matches();
    }

    /// Reads the manifest of an hour, empty if there is none.
    static HourFiles read(Path hourPath) throws IOException {
        List<String> files = new ArrayList<>();
        List<String> retired = new ArrayList<>();
        List<Long> epochs = new ArrayList<>();
        List<String> lines;
        Path manifest = manifest(hourPath);
        try {
            lines = Files.readAllLines(manifest, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return new HourFiles(files, retired, epochs);
        }
        if (lines.isEmpty() || !lines.getFirst().equals(VERSION)) {
            throw new IOException(manifest + ": not a manifest of version 1");
        }
        for (String line : lines.subList(1, lines.size())) {
            int blank = line.indexOf(' ');
            String value = line.substring(blank + 1);
            switch (blank < 0 ? line : line.substring(0, blank)) {
                case "file" -> files.add(value);
                case "retired" -> retired.add(value);
                case "epoch" -> epochs.add(Long.parseLong(value));
                default -> throw new IOException(manifest + ": unknown line '" + line + "'");
            }
        }
        return new HourFiles(files, retired, epochs);
    }

    /// Replaces the manifest of an hour; its place in the directory is still to be forced to the
    /// disk.
    void write(Path hourPath) throws IOException {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        files.forEach(f -> text.append("file ").append(f).append('\n'));
        retired.forEach(f -> text.append("retired ").append(f).append('\n'));
        epochs.forEach(e -> text.append("epoch ").append(e).append('\n'));
        Disk.replaceUnsynced(
                manifest(hourPath),
                temporary -> Files.writeString(temporary, text, StandardCharsets.UTF_8));
    }

    static Path manifest(Path hourPath) {
        return hourPath.resolveSibling(hourPath.getFileName() + SUFFIX);
    }
}
