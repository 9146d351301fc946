package dev.rearview.engine.run;

import dev.rearview.engine.match.NearKeys;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.io.IOException;

/// Leaves out flows that are the same as one before.
record FirstOfEach(NearKeys keys, RowConsumer consumer) implements RowConsumer {
    @Override
    public boolean accept(FlowBatch batch, Selection rows) throws IOException {
        batch.load(Field.all());
        keys.read(batch, rows);
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (keys.joins(i)) {
                rows.remove(i);
            }
        }
        return consumer.accept(batch, rows);
    }
}
