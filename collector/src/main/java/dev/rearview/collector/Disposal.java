package dev.rearview.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// Moves input files away once they are read.
///
/// @param archive where processed files go; without one they are deleted
/// @param error where invalid files go; without one the daemon stops
/// @param command run on each archived file, `%s` being its path
/// @param flat whether the archive has no subdirectories by hour
record Disposal(
        Optional<Path> archive, Optional<Path> error, Optional<String> command, boolean flat) {
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy/MM/dd/HH", Locale.ROOT);

    /// @return false if the file is invalid and there is no place for it
    boolean dispose(Path file, InputFiles.Outcome outcome, Log log) {
        try {
            if (outcome == InputFiles.Outcome.INVALID) {
                if (error.isEmpty()) {
                    log.error(file + " is invalid and there is no --error-directory");
                    return false;
                }
                move(file, error.get());
                return true;
            }
            if (archive.isEmpty()) {
                Files.delete(file);
                return true;
            }
            Path directory =
                    flat
                            ? archive.get()
                            : archive.get().resolve(LocalDateTime.now(ZoneOffset.UTC).format(HOUR));
            Path moved = move(file, directory);
            if (command.isPresent()) {
                String line = command.get().replace("%s", moved.toString()).replace("%%", "%");
                new ProcessBuilder("sh", "-c", line).inheritIO().start();
            }
            return true;
        } catch (IOException e) {
            log.error("Cannot move " + file + ": " + e.getMessage());
            return true;
        }
    }

    private static Path move(Path file, Path directory) throws IOException {
        Files.createDirectories(directory);
        return Files.move(
                file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
}
