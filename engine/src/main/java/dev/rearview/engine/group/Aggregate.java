package dev.rearview.engine.group;

import dev.rearview.engine.KeyField;

/// A value kept for each group.
///
/// @param kind how rows combine
/// @param field what is combined; ignored by COUNT
public record Aggregate(Kind kind, KeyField field) {
    public enum Kind {
        COUNT,
        SUM,
        MIN,
        MAX,
        /// The number of distinct values.
        DISTINCT
    }
}
