package dev.rearview.model;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Batches of flows in, from a file, a pipe or the store.
public interface FlowSource extends Closeable {
    /// The next batch, valid until the next call; null at the end.
    ///
    /// @throws MalformedInputException when the input is damaged; rows before the damage have been
    ///   handed out by earlier calls
    @Nullable FlowBatch next() throws IOException;

    /// Readers of the rest of this input for as many threads, this one among them; each hands out
    /// other batches, in an order that is not told. Only this one where the input is short or
    /// cannot be shared. To be called before the first batch is taken; the input is closed with the
    /// last of them.
    default List<FlowSource> lanes(int most) {
        return List.of(this);
    }
}
