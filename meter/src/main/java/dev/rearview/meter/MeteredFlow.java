package dev.rearview.meter;

import dev.rearview.model.FlowRecord;
import java.util.Optional;

/// A flow that has ended: the record of the direction that began it and, where packets came back,
/// that of the other one. Both end with the last packet of either.
public final class MeteredFlow {
    private final FlowRecord forward = new FlowRecord();
    private final FlowRecord backward = new FlowRecord();
    private boolean hasBackward;
    private int vlan;
    private EndReason reason = EndReason.FORCED;

    MeteredFlow() {}

    void set(Flow flow, EndReason why) {
        flow.fill(forward, true);
        hasBackward = flow.hasBackward();
        if (hasBackward) {
            flow.fill(backward, false);
        }
        vlan = flow.vlan;
        reason = why;
    }

    /// The direction of the first packet.
    public FlowRecord forward() {
        return forward;
    }

    /// The other direction, if it had packets.
    public Optional<FlowRecord> backward() {
        return hasBackward ? Optional.of(backward) : Optional.empty();
    }

    /// The VLAN of the first packet, 0 if none.
    public int vlan() {
        return vlan;
    }

    public EndReason reason() {
        return reason;
    }
}
