package dev.rearview.wire;

import dev.rearview.model.FlowRecord;

/// Takes decoded flows; the record is reused after the call.
@FunctionalInterface
public interface FlowConsumer {
    void accept(FlowRecord record);
}
