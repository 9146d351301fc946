package dev.rearview.engine.run;

import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Flows with which something is done on their way: what is told of their reading is told of those
/// that they are made of.
public interface PassingFlows extends FlowStream {
    FlowStream of();

    @Override
    default Optional<ScanCounts> estimate() throws IOException {
        return of().estimate();
    }

    @Override
    default List<String> explain() {
        return of().explain();
    }

    /// One of the ways of reading flows.
    @FunctionalInterface
    interface Reading {
        boolean of(FlowStream flows) throws IOException;
    }

    /// Other flows as they are, whose reading is noticed: something is done before it or behind it.
    interface Unchanged extends PassingFlows {
        /// Has the flows read.
        ///
        /// @return whether no input failed
        boolean read(Reading reading) throws IOException;

        @Override
        default boolean inOrder(RowConsumer consumer) throws IOException {
            return read(flows -> flows.inOrder(consumer));
        }

        @Override
        default <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
            return read(flows -> flows.inOrder(consumer));
        }

        @Override
        default boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
            return read(flows -> flows.inAnyOrder(consumers));
        }

        @Override
        default void limit(long rows) {
            of().limit(rows);
        }
    }
}
