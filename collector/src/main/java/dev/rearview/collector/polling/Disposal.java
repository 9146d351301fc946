package dev.rearview.collector.polling;

import dev.rearview.collector.commands.Commands;
import dev.rearview.collector.commands.PathCommand;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.files.ExportFiles;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.state.Quarantine;
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
/// @param error where invalid and damaged files go; without one invalid ones stay where they are
/// @param quarantine where damaged files go otherwise: where they are they would be read once more
///   by the next run, and what is good of them is stored
/// @param command run on each archived file
/// @param flat whether the archive has no subdirectories by hour
/// @param commands runs them
record Disposal(
        Optional<Path> archive,
        Optional<Path> error,
        Path quarantine,
        Optional<PathCommand> command,
        boolean flat,
        Commands commands) {
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy/MM/dd/HH", Locale.ROOT);

    /// Characters of a file's name in quarantine, of four octets each at most.
    private static final int MAX_NAME = 50;

    /// @return false if the file stays where it is, which is logged
    boolean dispose(Path file, ExportFiles.Result result, Notices notices) {
        try {
            if (result.outcome() == ExportFiles.Outcome.DAMAGED) {
                keep(file, result.reason(), notices);
                return true;
            }
            if (result.outcome() == ExportFiles.Outcome.INVALID) {
                if (error.isEmpty()) {
                    notices.error(
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
            notices.error("Cannot move " + file + ", which is not read again: " + e);
            return false;
        }
    }

    /// Puts a damaged file where nobody deletes it.
    private void keep(Path file, String reason, Notices notices) throws IOException {
        Path moved;
        if (error.isPresent()) {
            moved = move(file, error.get());
        } else {
            String name = shortened(file.getFileName().toString());
            moved = move(file, quarantine, Quarantine.nameOf("file", name));
        }
        notices.warning(
                file
                        + " is damaged, what could be read of it is stored: "
                        + reason
                        + "; moved to "
                        + moved);
    }

    /// The end of a name that has no room for what comes before it: names have 255 octets.
    private static String shortened(String name) {
        if (name.length() <= MAX_NAME) {
            return name;
        }
        int start = name.length() - MAX_NAME;
        return name.substring(Character.isLowSurrogate(name.charAt(start)) ? start + 1 : start);
    }

    private static Path move(Path file, Path directory) throws IOException {
        return move(file, directory, file.getFileName().toString());
    }

    private static Path move(Path file, Path directory, String name) throws IOException {
        Files.createDirectories(directory);
        return Files.move(file, Disk.freePlace(directory, name));
    }
}
