package dev.rearview.model;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/// Flows out.
public interface FlowSink extends Closeable {
    /// Takes the selected rows; the batch may be reused after the call.
    void write(FlowBatch batch, Selection rows) throws IOException;

    /// Takes one flow, whose record may be reused after the call and may be changed by it.
    void write(FlowRecord record) throws IOException;

    /// Makes what is written of flows, one batch at a time; several may do so at the same time.
    @FunctionalInterface
    interface Encoder {
        /// @return valid until the next call
        Encoded encode(FlowBatch batch, Selection rows) throws IOException;
    }

    /// Flows as they are written.
    ///
    /// @param octets of which the first `length` are meant
    record Encoded(byte[] octets, int length, int count) {}

    /// A new encoder, empty where flows can only be written one batch after the other.
    default Optional<Encoder> encoder() {
        return Optional.empty();
    }

    /// Writes what an [encoder][#encoder] of this sink has made.
    default void write(Encoded flows) throws IOException {
        throw new UnsupportedOperationException("no encoder");
    }

    /// Flows written so far.
    long written();

    /// Hands on what is buffered, where the format allows that.
    void flush() throws IOException;
}
