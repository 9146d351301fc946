package dev.rearview.engine.scan;

import dev.rearview.engine.exec.Ahead;
import dev.rearview.engine.exec.Context;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The batches of a source in order, each read by one of two readers while that of the other is
/// used.
final class InTurn implements FlowSource {
    private final List<FlowSource> readers;
    private final Ahead<FlowBatch> batches;
    private int turn;

    /// The batch that was made last, and the one that is used meanwhile.
    private @Nullable FlowBatch made;

    private @Nullable FlowBatch used;

    /// @param readers of one source, which hand out its batches in the order in which they are
    ///   asked for them
    InTurn(List<FlowSource> readers, Context context) {
        this.readers = readers;
        this.batches = context.parallel().ahead(this::read);
    }

    private @Nullable FlowBatch read() throws IOException {
        // The one before that has been used: what was asked of it will be asked of this.
        FlowBatch like = used;
        used = made;
        FlowBatch batch = readers.get(turn).next();
        turn = 1 - turn;
        made = batch;
        if (batch != null && like != null) {
            batch.loadLike(like);
        }
        return batch;
    }

    @Override
    public @Nullable FlowBatch next() throws IOException {
        return batches.next();
    }

    @Override
    public void close() throws IOException {
        batches.close();
        for (FlowSource reader : readers) {
            reader.close();
        }
    }
}
