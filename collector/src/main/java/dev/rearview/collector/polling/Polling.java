package dev.rearview.collector.polling;

import dev.rearview.collector.commands.PathCommand;
import java.nio.file.Path;
import java.util.Optional;

/// What becomes of polled files.
///
/// @param pollMs how often directories are looked at
/// @param archive where processed files go; without one they are deleted
/// @param error where invalid files go; without one they stay where they are
/// @param postArchive run on each archived file
/// @param flatArchive whether the archive has no subdirectories by hour
/// @param replay whether their flows may be of any age
public record Polling(
        long pollMs,
        Optional<Path> archive,
        Optional<Path> error,
        Optional<PathCommand> postArchive,
        boolean flatArchive,
        boolean replay) {}
