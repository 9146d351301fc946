package dev.rearview.engine.run;

import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The flows of a plan, to be read once, by one of the two ways.
public interface FlowStream {
    /// Hands all flows to one consumer in order.
    ///
    /// @return whether no input failed; if one did, the attendant has been told
    boolean inOrder(RowConsumer consumer) throws IOException;

    /// The same to one that several threads may work for.
    ///
    /// @return whether no input failed; if one did, the attendant has been told
    default <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
        PreparedConsumer.Preparer<T> preparer = consumer.preparer();
        return inOrder((batch, rows) -> consumer.accept(preparer.prepare(batch, rows)));
    }

    /// Hands all flows out in any order, to one consumer for each thread. What has an order of its
    /// own keeps it, with one consumer.
    ///
    /// @param consumers asked for one consumer after the other by the caller's thread
    /// @return whether no input failed; if one did, the attendant has been told
    default boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        return inOrder(consumers.get());
    }

    /// Says that no more than the first `rows` flows will be wanted; called before they are read.
    default void limit(long rows) {}

    /// What would be read and what left out, by catalogs and indexes alone; empty where that is not
    /// known before the reading.
    default Optional<ScanCounts> estimate() throws IOException {
        return Optional.empty();
    }

    /// What was read and left out, once the flows have been read; empty where they do not come
    /// right from files.
    default Optional<ScanCounts> scanned() {
        return Optional.empty();
    }

    /// What was read and done, a line each, for a person; complete once the flows have been read.
    List<String> explain();
}
