package dev.rearview.tools.called;

import dev.rearview.kit.command.Env;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.structure.IpSetFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Files that one command hands to another.
public final class TemporaryFiles {
    private TemporaryFiles() {}

    /// Writes a set.
    ///
    /// @param stays whether it is still there when the command has ended
    public static Path set(Env env, IpSet set, boolean stays) throws IOException {
        Path file = Files.createTempFile(env.temporary(), "rearview-", ".set");
        if (!stays) {
            removeInTheEnd(env, file);
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            IpSetFile.write(
                    out,
                    set,
                    IpSetFile.version(set, 0),
                    new FileSettings(Compression.NONE, env.silkVersion(), List.of()));
        }
        return file;
    }

    /// A directory for a file that another command makes.
    public static Path directory(Env env) throws IOException {
        return Files.createTempDirectory(env.temporary(), "rearview-");
    }

    /// Has a file removed when the command has ended.
    public static void removeInTheEnd(Env env, Path file) {
        env.context().leftovers().add(file, file);
    }
}
