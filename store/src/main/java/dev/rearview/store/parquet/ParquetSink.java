package dev.rearview.store.parquet;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/// Writes flows to one Parquet file in the order in which they come.
public final class ParquetSink implements FlowSink {
    private final ParquetWriter writer;
    private final FlowBatch pending = FlowBatch.allocate(FlowBatch.MAX_ROWS);
    private final FlowRecord record = new FlowRecord();
    private long written;

    /// @param out closed by [#close]
    public ParquetSink(OutputStream out, ParquetWriter.Codec codec) throws IOException {
        writer = new ParquetWriter(out, codec, Map.of());
    }

    @Override
    public void write(FlowBatch batch, Selection rows) throws IOException {
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            write(record);
        }
    }

    @Override
    public void write(FlowRecord r) throws IOException {
        pending.add(r);
        written++;
        if (pending.isFull()) {
            drain();
        }
    }

    private void drain() throws IOException {
        writer.write(pending);
        pending.reset();
    }

    @Override
    public long written() {
        return written;
    }

    /// Does nothing: rows leave with their row group.
    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        try (writer) {
            if (pending.size() > 0) {
                drain();
            }
            writer.finish();
        }
    }
}
