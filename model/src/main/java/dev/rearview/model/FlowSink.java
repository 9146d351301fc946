package dev.rearview.model;

import java.io.Closeable;
import java.io.IOException;

/// Flows out.
public interface FlowSink extends Closeable {
    /// Takes the selected rows; the batch may be reused after the call.
    void write(FlowBatch batch, Selection rows) throws IOException;

    /// Takes one flow, whose record may be reused after the call and may be changed by it.
    void write(FlowRecord record) throws IOException;

    /// Flows written so far.
    long written();

    /// Hands on what is buffered, where the format allows that.
    void flush() throws IOException;
}
