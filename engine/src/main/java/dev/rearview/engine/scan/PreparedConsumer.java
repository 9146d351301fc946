package dev.rearview.engine.scan;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Takes flows in order, in two steps: what depends on a batch alone is made of it by any thread,
/// while others do so with other batches; what they have made is taken on one thread, in order.
///
/// @param <T> what is made of a batch
public interface PreparedConsumer<T> {
    /// The first step, which one batch at a time is given to. As of [RowConsumer], it reads all
    /// columns that it needs before it changes anything that outlives the call.
    @FunctionalInterface
    interface Preparer<T> {
        /// @param batch valid until the next call, as what is returned
        /// @param rows those that count; may be changed
        T prepare(FlowBatch batch, Selection rows) throws IOException;
    }

    /// The same behind something that flows pass first, batch by batch, before the first step;
    /// where that lets nothing pass there is no second one.
    ///
    /// @param step makes what is put before a consumer, one for each batch that is worked on at the
    ///   same time
    default PreparedConsumer<Optional<T>> behind(UnaryOperator<RowConsumer> step) {
        return new Behind<>(this, step);
    }

    /// One for each batch that is worked on at the same time, asked for by the caller's thread.
    Preparer<T> preparer() throws IOException;

    /// The second step.
    ///
    /// @return false when no more are wanted
    boolean accept(T prepared) throws IOException;
}
