package dev.rearview.tools.kit;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One switch of a command.
///
/// @param name without dashes
/// @param argument whether it takes a value
/// @param placeholder what the value is called, empty if there is none
/// @param help what it does, one sentence
/// @param action called with the value, or with "" where an optional value is absent
/// @param words what the value may be made of, for completion; none where that is a file or a text
public record Option(
        String name,
        Argument argument,
        String placeholder,
        String help,
        Consumer<String> action,
        Supplier<List<String>> words) {
    Option(
            String name,
            Argument argument,
            String placeholder,
            String help,
            Consumer<String> action) {
        this(name, argument, placeholder, help, action, List::of);
    }

    public enum Argument {
        NONE,
        REQUIRED,
        OPTIONAL
    }
}
