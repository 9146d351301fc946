package dev.rearview.kit.options;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One switch of a command.
///
/// @param name without dashes
/// @param help what it does, one sentence
/// @param action called with the value, or with "" where an optional value is absent
/// @param rules what is asked of whoever gives it
public record Option(
        String name, Value value, String help, Consumer<String> action, Set<Rule> rules) {
    /// What a switch takes.
    ///
    /// @param placeholder what the value is called, empty if there is none
    /// @param words what the value may be made of, for completion; none where that is a file or a
    ///   text
    public record Value(Argument argument, String placeholder, Supplier<List<String>> words) {}

    Option(
            String name,
            Argument argument,
            String placeholder,
            String help,
            Consumer<String> action) {
        this(name, new Value(argument, placeholder, List::of), help, action, Set.of());
    }

    /// Whether it takes a value.
    public Argument argument() {
        return value.argument();
    }

    /// Its name as it is given: a letter has one dash.
    public String dashed() {
        return (name.length() == 1 ? "-" : "--") + name;
    }

    public String placeholder() {
        return value.placeholder();
    }

    public Supplier<List<String>> words() {
        return value.words();
    }

    /// The same switch with other words.
    Option withWords(Supplier<List<String>> other) {
        Value same = new Value(value.argument(), value.placeholder(), other);
        return new Option(name, same, help, action, rules);
    }

    /// The same switch with one rule more.
    Option with(Rule rule) {
        Set<Rule> more = EnumSet.of(rule);
        more.addAll(rules);
        return new Option(name, value, help, action, Set.copyOf(more));
    }

    /// Another name of this switch: calls the same action, so that it counts as the same.
    Option alias(String other) {
        return new Option(other, value, "Old name of --" + name, action, rules);
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
