package dev.rearview.engine.spill;

import java.io.IOException;

/// Rows of words, one after the other.
@FunctionalInterface
public interface RowSource {
    /// Copies the next row into `row`.
    ///
    /// @return false where there is none
    boolean next(long[] row) throws IOException;
}
