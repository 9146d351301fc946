package dev.rearview.wire;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;

/// Takes decoded flows.
@FunctionalInterface
public interface FlowConsumer {
    /// @param record reused after the call
    /// @param counters of the exporter that sent it
    void accept(FlowRecord record, Counters counters);

    /// Takes flows of one message, in order: as if they came one by one.
    ///
    /// @param flows reused after the call
    default void accept(MessageFlows flows, Counters counters) {
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < flows.count(); i++) {
            flows.get(i, r);
            accept(r, counters);
        }
    }
}
