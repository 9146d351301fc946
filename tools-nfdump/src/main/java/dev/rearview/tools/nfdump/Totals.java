package dev.rearview.tools.nfdump;

import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.LongColumn;

/// What is counted of all flows that are read, whether they pass the filter or not.
final class Totals {
    private long flows;
    private long firstMs = Long.MAX_VALUE;
    private long lastMs = Long.MIN_VALUE;

    /// Counts what a consumer takes.
    RowConsumer counting(RowConsumer consumer) {
        return (batch, rows) -> {
            int n = rows.count();
            if (n > 0) {
                add(batch, n);
            }
            return consumer.accept(batch, rows);
        };
    }

    private void add(FlowBatch batch, int n) {
        LongColumn start = batch.longs(Field.STIME);
        LongColumn duration = batch.longs(Field.DURATION);
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int i = 0; i < batch.size(); i++) {
            long ms = Math.floorDiv(start.get(i), 1000L);
            first = Math.min(first, ms);
            last = Math.max(last, ms + duration.get(i) / 1000);
        }
        synchronized (this) {
            flows += n;
            firstMs = Math.min(firstMs, first);
            lastMs = Math.max(lastMs, last);
        }
    }

    /// Forgets what was counted.
    synchronized void clear() {
        flows = 0;
        firstMs = Long.MAX_VALUE;
        lastMs = Long.MIN_VALUE;
    }

    /// Flows that were read.
    synchronized long flows() {
        return flows;
    }

    /// From the first to the last of them.
    synchronized TimeWindow window() {
        return flows == 0 ? new TimeWindow(0, 0) : new TimeWindow(firstMs, lastMs);
    }
}
