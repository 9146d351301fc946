package dev.rearview.tools.rwpackchecker;

import dev.rearview.engine.expr.Predicate;
import java.util.Optional;

/// One test of flows: which of them are unusual, how many there may be and how many there were.
final class Check {
    /// Tells which flows are unusual.
    @FunctionalInterface
    interface Meaning {
        /// @param value as on the command line
        /// @throws IllegalArgumentException if it is none
        Predicate of(String value);
    }

    private final String name;
    private final String title;
    private final boolean showsValue;
    private final Meaning meaning;
    private Optional<Predicate> unusual = Optional.empty();
    private String value = "";
    private long allowed;
    private long count;

    /// @param name by which it is set
    /// @param title what it finds, which the value follows if it `showsValue`
    Check(String name, String title, boolean showsValue, Meaning meaning) {
        this.name = name;
        this.title = title;
        this.showsValue = showsValue;
        this.meaning = meaning;
    }

    /// The same test with a value that it has unless another is given.
    Check by(String first) {
        set(first);
        return this;
    }

    String name() {
        return name;
    }

    /// As on the command line, empty where there is none.
    String value() {
        return value;
    }

    void set(String to) {
        unusual = Optional.of(meaning.of(to));
        value = to;
    }

    /// Flows that may be unusual before the file is.
    void allow(long most) {
        allowed = most;
    }

    /// Which flows it finds; empty where it is not made.
    Optional<Predicate> unusual() {
        return unusual;
    }

    void add(long more) {
        count += more;
    }

    long count() {
        return count;
    }

    /// Whether it found more than it may.
    boolean isExceeded() {
        return count > allowed;
    }

    /// What it finds, for a person.
    String text() {
        return showsValue ? title + " " + value : title;
    }
}
