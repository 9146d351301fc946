package dev.rearview.model;

import java.io.Closeable;
import java.io.IOException;

/// Batches of flows out.
public interface FlowSink extends Closeable {
    /// Takes the selected rows; the batch may be reused after the call.
    void write(FlowBatch batch, Selection rows) throws IOException;
}
