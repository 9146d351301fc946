package dev.rearview.engine.scan;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A consumer behind something that flows pass first.
record Behind<T>(PreparedConsumer<T> consumer, UnaryOperator<RowConsumer> step)
        implements PreparedConsumer<Optional<T>> {
    @Override
    public Preparer<Optional<T>> preparer() throws IOException {
        Passed<T> passed = new Passed<>(consumer.preparer());
        RowConsumer first = step.apply(passed);
        return (batch, rows) -> {
            first.accept(batch, rows);
            return passed.take();
        };
    }

    @Override
    public boolean accept(Optional<T> prepared) throws IOException {
        return prepared.isEmpty() || consumer.accept(prepared.get());
    }

    /// Prepares what has passed.
    private static final class Passed<T> implements RowConsumer {
        private final Preparer<T> preparer;
        private @Nullable T made;

        Passed(Preparer<T> preparer) {
            this.preparer = preparer;
        }

        @Override
        public boolean accept(FlowBatch batch, Selection rows) throws IOException {
            made = preparer.prepare(batch, rows);
            return true;
        }

        Optional<T> take() {
            Optional<T> out = Optional.ofNullable(made);
            made = null;
            return out;
        }
    }
}
