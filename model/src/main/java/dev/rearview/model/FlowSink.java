package dev.rearview.model;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Flows out.
public interface FlowSink extends Closeable {
    /// Takes the selected rows; the batch may be reused after the call.
    void write(FlowBatch batch, Selection rows) throws IOException;

    /// Takes one flow, whose record may be reused after the call and may be changed by it.
    void write(FlowRecord record) throws IOException;

    /// Makes what is written of flows, one batch at a time; several may do so at the same time.
    @FunctionalInterface
    interface Encoder {
        /// @return valid until the next call; null where there is nothing to gain over writing the
        ///   rows themselves
        @Nullable Encoded encode(FlowBatch batch, Selection rows) throws IOException;
    }

    /// Flows as they are written.
    ///
    /// @param octets of which the first `length` are meant
    record Encoded(byte[] octets, int length, int count) {}

    /// How flows are written that several threads encode.
    interface Encoding {
        /// A new encoder.
        Encoder encoder();

        /// Writes what one of the encoders has made.
        void write(Encoded flows) throws IOException;
    }

    /// Empty where flows can only be written one batch after the other.
    default Optional<Encoding> encoding() {
        return Optional.empty();
    }

    /// Flows written so far.
    long written();

    /// Hands on what is buffered, where the format allows that.
    void flush() throws IOException;
}
