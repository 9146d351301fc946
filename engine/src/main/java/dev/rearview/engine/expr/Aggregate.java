package dev.rearview.engine.expr;

/// A value kept for each group of flows.
///
/// @param kind how flows combine
/// @param of what is combined; ignored by COUNT
/// @param binMs width of the bins of time that a PEAK looks for, otherwise 0
public record Aggregate(Kind kind, Expr of, long binMs) {
    public Aggregate {
        if (kind == Kind.PEAK ? binMs <= 0 : binMs != 0) {
            throw new IllegalArgumentException("bins of " + binMs + " ms");
        }
        if (kind == Kind.PEAK && of.words() != 1) {
            throw new IllegalArgumentException("an address is no number");
        }
    }

    /// A value that has nothing to do with time.
    public Aggregate(Kind kind, Expr of) {
        this(kind, of, 0);
    }

    /// How values of flows combine.
    public enum Kind {
        COUNT,
        SUM,
        MIN,
        MAX,
        /// The number of distinct values.
        DISTINCT,
        /// The sum in the bin of time that has most, each flow spread over its duration: the bits
        /// of a double.
        PEAK
    }
}
