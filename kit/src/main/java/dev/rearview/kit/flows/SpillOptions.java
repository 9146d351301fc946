package dev.rearview.kit.flows;

import dev.rearview.engine.exec.Room;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.TemporaryDirectory;
import dev.rearview.kit.options.Options;
import dev.rearview.text.NumberRange;

/// The memory that a command sorts in, and the directory for what does not fit.
public final class SpillOptions {
    private static final long MIN_BUFFER = 64 * 1024;

    private final Env env;
    private final TemporaryDirectory temporary;
    private long buffer;

    public SpillOptions(Env env) {
        this.env = env;
        this.temporary = new TemporaryDirectory(env);
        this.buffer = env.context().machine().budget().most();
    }

    /// @param size name of the switch for the memory
    public void declare(Options options, String size) {
        temporary.declare(options);
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
        temporary.path();
    }

    /// What the command may hold before it writes to disk.
    public Room room() {
        return env.context().room(buffer, temporary.path());
    }
}
