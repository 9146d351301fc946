package dev.rearview.model;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Walks through a source flow by flow.
public final class FlowCursor {
    private final FlowSource source;
    private @Nullable FlowBatch batch;
    private int row = -1;

    public FlowCursor(FlowSource source) {
        this.source = source;
    }

    /// Moves to the next flow.
    ///
    /// @param record gets the flow
    /// @return false at the end, where `record` stays as it is
    public boolean next(FlowRecord record) throws IOException {
        row++;
        while (batch == null || row == batch.size()) {
            batch = source.next();
            row = 0;
            if (batch == null) {
                return false;
            }
        }
        batch.get(row, record);
        return true;
    }

    /// The batch of the last flow.
    ///
    /// @throws IllegalStateException before the first flow and after the last
    public FlowBatch batch() {
        FlowBatch b = batch;
        if (b == null) {
            throw new IllegalStateException("no flow");
        }
        return b;
    }

    /// Where in its batch the last flow is.
    public int row() {
        return row;
    }
}
