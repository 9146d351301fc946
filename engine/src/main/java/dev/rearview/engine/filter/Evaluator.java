package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.Optional;
import java.util.Set;

/// An expression that runs. Any number of threads may use it.
///
/// A value is one word, or two for an address; words compare as unsigned numbers.
public interface Evaluator {
    int words();

    /// Fills `out[at]`, and `out[at + 1]` for two words, for the rows 0 to `batch.size() - 1`.
    void evaluate(FlowBatch batch, long[][] out, int at);

    /// The stored fields that are read.
    Set<Field> fields();

    /// The stored field whose values these are, unchanged; empty where they are derived.
    default Optional<Field> stored() {
        return Optional.empty();
    }
}
