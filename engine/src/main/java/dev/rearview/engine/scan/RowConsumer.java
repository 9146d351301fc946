package dev.rearview.engine.scan;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.io.IOException;

/// Takes flows batch by batch, on one thread.
///
/// A batch whose column is damaged throws when the column is asked for. It is then left out as a
/// whole and the next one comes: so a consumer reads all columns that it needs, or
/// [loads][FlowBatch#load] them, before it changes anything that outlives the call, and one that
/// hands on to another does its own counting afterwards.
@FunctionalInterface
public interface RowConsumer {
    /// @param batch valid during the call
    /// @param rows those that count; may be changed
    /// @return false when no more are wanted
    boolean accept(FlowBatch batch, Selection rows) throws IOException;
}
