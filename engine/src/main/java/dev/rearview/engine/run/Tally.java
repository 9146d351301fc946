package dev.rearview.engine.run;

import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;

/// Volumes of flows. One thread sums them.
public final class Tally {
    private long records;
    private long packets;
    private long bytes;

    /// The volumes of some rows.
    ///
    /// @param volumes whether packets and octets are wanted too
    public static Tally of(FlowBatch batch, Selection rows, boolean volumes) {
        Tally t = new Tally();
        t.records = rows.count();
        if (volumes && t.records > 0) {
            t.packets = batch.sum(Field.PACKETS, rows);
            t.bytes = batch.sum(Field.BYTES, rows);
        }
        return t;
    }

    /// What a scan left out without a look at it.
    public static Tally leftOut(ScanCounts counts) {
        Tally t = new Tally();
        t.records = counts.prunedRows();
        t.packets = counts.prunedPackets();
        t.bytes = counts.prunedBytes();
        return t;
    }

    public void add(Tally other) {
        records += other.records;
        packets += other.packets;
        bytes += other.bytes;
    }

    /// Flows.
    public long records() {
        return records;
    }

    public long packets() {
        return packets;
    }

    /// Octets of traffic.
    public long bytes() {
        return bytes;
    }

    /// This without some of it.
    public Tally minus(Tally part) {
        Tally t = new Tally();
        t.records = records - part.records;
        t.packets = packets - part.packets;
        t.bytes = bytes - part.bytes;
        return t;
    }
}
