package dev.rearview.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/// Moves input files away once they are read.
///
/// @param archive where processed files go; without one they are deleted
/// @param error where invalid files go; without one they stay where they are
/// @param command run on each archived file
/// @param flat whether the archive has no subdirectories by hour
/// @param commands runs them
record Disposal(
        Optional<Path> archive,
        Optional<Path> error,
        Optional<PathCommand> command,
        boolean flat,
        Commands commands) {
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy/MM/dd/HH", Locale.ROOT);

    /// @return false if the file stays where it is, which is logged
    boolean dispose(Path file, InputFiles.Outcome outcome, Log log) {
        try {
            if (outcome == InputFiles.Outcome.INVALID) {
                if (error.isEmpty()) {
                    log.error(
                            file
                                    + " is invalid and stays where it is, as there is no"
                                    + " --error-directory; it is not read again");
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
            command.ifPresent(c -> commands.run(c, moved.toString()));
            return true;
        } catch (IOException e) {
            log.error("Cannot move " + file + ", which is not read again: " + e);
            return false;
        }
    }

    private static Path move(Path file, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path target = directory.resolve(file.getFileName());
        for (int i = 1; Files.exists(target); i++) {
            target = directory.resolve(file.getFileName() + "." + i);
        }
        return Files.move(file, target);
    }
}
