package dev.rearview.resident;

import dev.rearview.kit.command.Env;
import java.util.List;

/// The commands of the product, as the engine sees them.
public interface Commands {
    /// Whether a command can run beside others in one process.
    boolean canRunHere(String name);

    /// Runs one.
    ///
    /// @param words its name and its arguments
    /// @param env its world
    /// @return exit status
    int run(List<String> words, Env env);
}
