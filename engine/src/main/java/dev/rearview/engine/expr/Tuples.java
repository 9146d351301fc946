package dev.rearview.engine.expr;

import java.util.List;

/// A text file of partial five-tuples, a line each.
///
/// @param path as the user spelt it
/// @param columns what the fields of a line are, in order; empty where the first line names them
/// @param delimiter the character between fields
public record Tuples(String path, List<Column> columns, String delimiter, Direction direction) {
    public Tuples {
        columns = List.copyOf(columns);
        if (delimiter.length() != 1) {
            throw new IllegalArgumentException("the delimiter must be one character");
        }
    }

    /// What a field of a line is compared with.
    public enum Column {
        SIP,
        DIP,
        SPORT,
        DPORT,
        PROTOCOL
    }

    /// Whether a line is compared as it is, with source and destination exchanged, or both.
    public enum Direction {
        FORWARD,
        REVERSE,
        BOTH
    }
}
