package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.EnumSet;
import java.util.List;
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

    /// The stored time of which these are the whole milliseconds; empty for all else.
    default Optional<Field> milliseconds() {
        return Optional.empty();
    }

    /// Words of the values of several expressions.
    static int words(List<? extends Evaluator> evaluators) {
        int words = 0;
        for (Evaluator e : evaluators) {
            words += e.words();
        }
        return words;
    }

    /// The stored fields that several expressions read.
    static Set<Field> fields(List<? extends Evaluator> evaluators) {
        EnumSet<Field> all = EnumSet.noneOf(Field.class);
        for (Evaluator e : evaluators) {
            all.addAll(e.fields());
        }
        return all;
    }

    /// Fills columns with the words of several expressions, one after the other.
    static void evaluate(List<? extends Evaluator> evaluators, FlowBatch batch, long[][] out) {
        int at = 0;
        for (Evaluator e : evaluators) {
            e.evaluate(batch, out, at);
            at += e.words();
        }
    }
}
