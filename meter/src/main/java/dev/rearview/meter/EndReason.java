package dev.rearview.meter;

/// Why a flow ended, as IPFIX numbers it (flowEndReason, element 136).
public enum EndReason {
    /// No packet came for the idle timeout.
    IDLE(1),
    /// It was cut after the active timeout; another flow goes on with it if packets come.
    ACTIVE(2),
    /// TCP closed or reset it.
    END(3),
    /// The packets are over.
    FORCED(4),
    /// There was no room for another flow.
    RESOURCES(5);

    private final int number;

    EndReason(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
