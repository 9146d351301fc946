package dev.rearview.wire;

import dev.rearview.model.FlowRecord;

/// Takes decoded flows.
@FunctionalInterface
public interface FlowConsumer {
    /// @param record reused after the call
    /// @param counters of the exporter that sent it
    void accept(FlowRecord record, Counters counters);
}
