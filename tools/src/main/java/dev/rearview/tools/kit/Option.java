package dev.rearview.tools.kit;

import java.util.function.Consumer;

/// One switch of a command.
///
/// @param name without dashes
/// @param argument whether it takes a value
/// @param placeholder what the value is called, empty if there is none
/// @param help what it does, one sentence
/// @param action called with the value, or with "" where an optional value is absent
public record Option(
        String name, Argument argument, String placeholder, String help, Consumer<String> action) {
    public enum Argument {
        NONE,
        REQUIRED,
        OPTIONAL
    }
}
