package dev.rearview.engine.run;

import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import java.io.Closeable;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/// Makes a product of flows.
interface Maker extends Closeable {
    /// All row groups matter.
    FlowScan.Pruning READ_ALL = stats -> true;

    /// A consumer for one more thread.
    RowConsumer consumer();

    /// Whether flows must come in order, and so on one thread.
    boolean needsOrder();

    /// The columns that it reads, all where it does not say.
    default Set<Field> columns() {
        return EnumSet.allOf(Field.class);
    }

    /// Which row groups matter to it.
    default FlowScan.Pruning pruning() {
        return READ_ALL;
    }

    /// Told that all flows have been read.
    default void end() throws IOException {}

    @Override
    default void close() throws IOException {}
}
