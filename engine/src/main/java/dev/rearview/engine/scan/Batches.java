package dev.rearview.engine.scan;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import java.io.IOException;

/// Gathers flows into batches for a consumer.
public final class Batches {
    private static final int ROWS = 4096;

    private final RowConsumer consumer;
    private final FlowBatch batch = FlowBatch.allocate(ROWS);
    private boolean isWanted = true;

    public Batches(RowConsumer consumer) {
        this.consumer = consumer;
    }

    /// Adds a flow, which may be reused.
    public void add(FlowRecord r) throws IOException {
        batch.add(r);
        if (batch.isFull()) {
            flush();
        }
    }

    /// Whether the consumer wants more.
    public boolean isWanted() {
        return isWanted;
    }

    /// Hands on what is there.
    public void flush() throws IOException {
        if (isWanted && batch.size() > 0) {
            isWanted = consumer.accept(batch, Selection.all(batch.size()));
        }
        batch.reset();
    }
}
