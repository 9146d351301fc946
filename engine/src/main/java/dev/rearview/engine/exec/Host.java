package dev.rearview.engine.exec;

import java.nio.file.Path;

/// The process that a run goes on in, as far as it has to be told of what the run does.
public interface Host {
    /// One that need not be told anything, such as the process of a single command.
    Host INDIFFERENT = new Host() {};

    /// A thread of its begins to work for the run.
    default void enters() {}

    /// The run has begun a file that nobody is to find if it does not end it.
    default void begins(Path file) {}

    /// Such a file is whole, or gone.
    default void ends(Path file) {}
}
