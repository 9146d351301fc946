package dev.rearview.wire;

import dev.rearview.model.FlowRecord;
import java.util.ArrayList;
import java.util.List;

/// Keeps copies of decoded flows.
final class Collected implements FlowConsumer {
    final List<FlowRecord> flows = new ArrayList<>();

    @Override
    public void accept(FlowRecord r, Counters counters) {
        FlowRecord copy = new FlowRecord();
        copy.copyFrom(r);
        flows.add(copy);
    }
}
