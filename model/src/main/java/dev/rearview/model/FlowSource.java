package dev.rearview.model;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Batches of flows in, from a file, a pipe or the store.
public interface FlowSource extends Closeable {
    /// The next batch, valid until the next call; null at the end.
    ///
    /// @throws MalformedInputException when the input is damaged; rows before the damage have been
    ///   handed out by earlier calls
    @Nullable FlowBatch next() throws IOException;
}
