package dev.rearview.ingest;

import dev.rearview.wire.Counters;

/// Gives out the counters of whoever sends: what came, and what was lost for which reason.
public interface Ledger {
    /// The probe of senders that no probe accepts, and the exporter of flows whose sender is not
    /// known.
    String NONE = "-";

    /// The counters of an exporter. To be asked for again when [#generation] has changed.
    ///
    /// @param probe name of the probe that takes what was sent, or [#NONE]
    /// @param exporter address of the sender, or [#NONE]
    Counters of(String probe, String exporter);

    /// Changes whenever counters handed out before may no longer count.
    long generation();
}
