package dev.rearview.kit.flows;

import dev.rearview.engine.exec.Room;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.NumberRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The memory that a command sorts in, and the directory for what does not fit.
public final class SpillOptions {
    private static final long MIN_BUFFER = 64 * 1024;

    private final Env env;
    private Optional<String> temporary = Optional.empty();
    private long buffer;

    public SpillOptions(Env env) {
        this.env = env;
        this.buffer = env.context().machine().budget().most();
    }

    /// @param size name of the switch for the memory
    public void declare(Options options, String size) {
        options.value(
                "temp-directory",
                "DIR",
                "Directory for temporary files",
                v -> temporary = Optional.of(v));
        options.value(
                size,
                "SIZE",
                "Memory to sort in, with suffix k, m or g",
                v -> {
                    buffer = NumberRange.size(v);
                    if (buffer < MIN_BUFFER) {
                        throw new IllegalArgumentException("must be at least 64k");
                    }
                });
    }

    /// Fails early where there is no such directory.
    public void check() {
        directory();
    }

    /// What the command may hold before it writes to disk.
    public Room room() {
        return env.context().room(buffer, directory());
    }

    private Path directory() {
        Path directory = env.temporary(temporary);
        if (!Files.isDirectory(directory)) {
            throw ToolException.failure("temporary directory " + directory + " does not exist");
        }
        return directory;
    }
}
