package dev.rearview.engine.scan;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.io.IOException;

/// Takes flows batch by batch, on one thread.
@FunctionalInterface
public interface RowConsumer {
    /// @param batch valid during the call
    /// @param rows those that count; may be changed
    /// @return false when no more are wanted
    boolean accept(FlowBatch batch, Selection rows) throws IOException;
}
