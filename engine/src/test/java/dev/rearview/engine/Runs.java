package dev.rearview.engine;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Room;
import java.nio.file.Path;
import java.util.Map;

/// Runs for tests, each on a machine of its own.
final class Runs {
    private Runs() {}

    static Context context(Path directory) {
        return new Context(Machine.ofProcess(), directory, Map.of());
    }

    /// @param memory octets that may be held
    static Room room(long memory, Path directory) {
        return context(directory).room(memory, directory);
    }
}
