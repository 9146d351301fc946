package dev.rearview.tools.rwfilter;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;

/// Volumes of flows, summed by one thread.
final class Tally {
    long records;
    long packets;
    long bytes;

    /// The volumes of some rows.
    ///
    /// @param volumes whether packets and octets are wanted too
    static Tally of(FlowBatch batch, Selection rows, boolean volumes) {
        Tally t = new Tally();
        t.records = rows.count();
        if (volumes && t.records > 0) {
            t.packets = batch.sum(Field.PACKETS, rows);
            t.bytes = batch.sum(Field.BYTES, rows);
        }
        return t;
    }

    void add(Tally other) {
        records += other.records;
        packets += other.packets;
        bytes += other.bytes;
    }
}
