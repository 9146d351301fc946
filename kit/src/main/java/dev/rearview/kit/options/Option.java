package dev.rearview.kit.options;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
/// @param rules what is asked of whoever gives it
public record Option(
        String name,
        Argument argument,
        String placeholder,
        String help,
        Consumer<String> action,
        Supplier<List<String>> words,
        Set<Rule> rules) {
    Option(
            String name,
            Argument argument,
            String placeholder,
            String help,
            Consumer<String> action) {
        this(name, argument, placeholder, help, action, List::of, Set.of());
    }

    /// The same switch with other words.
    Option withWords(Supplier<List<String>> other) {
        return new Option(name, argument, placeholder, help, action, other, rules);
    }

    /// The same switch with one rule more.
    Option with(Rule rule) {
        Set<Rule> more = EnumSet.of(rule);
        more.addAll(rules);
        return new Option(name, argument, placeholder, help, action, words, Set.copyOf(more));
    }

    /// Another name of this switch: calls the same action, so that it counts as the same.
    Option alias(String other) {
        return new Option(
                other, argument, placeholder, "Old name of --" + name, action, words, rules);
    }

    boolean has(Rule rule) {
        return rules.contains(rule);
    }

    /// What is asked of whoever gives a switch.
    enum Rule {
        /// The value may be left out, but not be empty.
        NOT_EMPTY,
        /// The name is not to be abbreviated.
        IN_FULL,
        /// The switch is not to be repeated.
        ONCE
    }

    /// Whether a switch takes a value.
    public enum Argument {
        NONE,
        REQUIRED,
        OPTIONAL
    }
}
