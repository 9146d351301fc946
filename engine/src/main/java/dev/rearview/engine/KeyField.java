package dev.rearview.engine;

import dev.rearview.model.FlowBatch;

/// Something that can be computed for every row: a stored field, or one derived from several.
///
/// A value is one word, or two for an address; words compare as unsigned numbers.
public interface KeyField {
    int words();

    /// Fills `out[at]`, and `out[at + 1]` for two words, for the rows 0 to `batch.size() - 1`.
    void evaluate(FlowBatch batch, long[][] out, int at);
}
