package dev.rearview.kit.files;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The directory for what does not fit into memory, which the user may name.
public final class TemporaryDirectory {
    private final Env env;
    private Optional<String> wanted = Optional.empty();

    public TemporaryDirectory(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.value(
                "temp-directory",
                "DIR",
                "Directory for temporary files",
                v -> wanted = Optional.of(v));
    }

    /// @throws ToolException where there is no such directory
    public Path path() {
        Path directory = wanted.map(env::path).orElseGet(env::temporary);
        if (!Files.isDirectory(directory)) {
            throw ToolException.failure("temporary directory " + directory + " does not exist");
        }
        return directory;
    }
}
