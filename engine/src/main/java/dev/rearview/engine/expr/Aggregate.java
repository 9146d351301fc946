package dev.rearview.engine.expr;

/// A value kept for each group of flows.
///
/// @param kind how flows combine
/// @param of what is combined; ignored by COUNT
public record Aggregate(Kind kind, Expr of) {
    /// How values of flows combine.
    public enum Kind {
        COUNT,
        SUM,
        MIN,
        MAX,
        /// The number of distinct values.
        DISTINCT
    }
}
