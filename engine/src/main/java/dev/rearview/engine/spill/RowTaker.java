package dev.rearview.engine.spill;

/// Takes rows of words.
@FunctionalInterface
public interface RowTaker {
    /// @param words where the row is, from `at` on
    void row(long[] words, int at);
}
