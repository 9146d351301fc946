package dev.rearview.engine.filter;

/// How many flows of a row group pass a test, as far as its statistics tell.
public enum Outcome {
    NONE,
    /// Some may, or it is not known.
    SOME,
    ALL;

    /// The outcome of the opposite test.
    public Outcome not() {
        return switch (this) {
            case NONE -> ALL;
            case SOME -> SOME;
            case ALL -> NONE;
        };
    }

    /// Of two tests that must both pass.
    public Outcome and(Outcome other) {
        return this == NONE || other == NONE ? NONE : this == ALL ? other : this;
    }

    /// Of two tests of which one must pass.
    public Outcome or(Outcome other) {
        return this == ALL || other == ALL ? ALL : this == NONE ? other : this;
    }
}
