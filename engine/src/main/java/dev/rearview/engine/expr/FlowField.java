package dev.rearview.engine.expr;

import java.util.List;

/// A field that people name, print, sort and group by. [FlowFields] has those that every command
/// knows; prefix maps and plug-ins add others.
///
/// @param number SiLK's, 0 where it has none
/// @param name which is also the title of its column
/// @param aliases other names
/// @param value what is computed
/// @param shape of its values
public record FlowField(int number, String name, List<String> aliases, Expr value, Shape shape) {
    /// Value of a field that a flow does not have, such as the ICMP type of a TCP flow.
    public static final long ABSENT = -1L;

    /// What values look like.
    ///
    /// @param look how they are shown
    /// @param width of a column, 0 where that follows from the look
    /// @param octets of a value, which say how wide a count of distinct ones is
    /// @param unit what they count
    public record Shape(Look look, int width, int octets, Unit unit) {}

    public FlowField {
        aliases = List.copyOf(aliases);
    }

    /// A field with a number but no aliases.
    static FlowField of(int number, String name, Expr value, Shape shape) {
        return new FlowField(number, name, List.of(), value, shape);
    }

    /// A field that SiLK does not number.
    static FlowField of(String name, Expr value, Shape shape) {
        return new FlowField(0, name, List.of(), value, shape);
    }

    /// The same field with other names.
    FlowField alias(String... names) {
        return new FlowField(number, name, List.of(names), value, shape);
    }

    /// The same field with another value, such as a time in bins.
    public FlowField with(Expr other) {
        return new FlowField(number, name, aliases, other, shape);
    }

    /// The same value under another number and name.
    public FlowField renamed(int otherNumber, String otherName) {
        return new FlowField(otherNumber, otherName, List.of(), value, shape);
    }

    /// Whether both are the field of one number, whatever was made of their values.
    public boolean isSame(FlowField other) {
        return number > 0 && number == other.number;
    }

    /// How it is shown.
    public Look look() {
        return shape.look();
    }
}
