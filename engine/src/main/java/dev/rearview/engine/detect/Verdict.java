package dev.rearview.engine.detect;

import dev.rearview.model.Volume;

/// What was found of one source and protocol.
///
/// @param model that judged it last
/// @param probability of the regression, or the likelihood ratio of the walk
/// @param reason the metrics, or why there are none, for a person; empty unless asked for
public record Verdict(
        Source source,
        Outcome outcome,
        ScanDetector.Model model,
        double probability,
        String reason) {
    /// What a source is taken for.
    public enum Outcome {
        SCAN,
        BENIGN,
        UNKNOWN
    }

    /// The flows of a source.
    ///
    /// @param address of IPv4
    /// @param volume that it has sent
    /// @param startMs of the first flow, since 1970
    /// @param endMs of the flow that started last
    public record Source(int address, int protocol, Volume volume, long startMs, long endMs) {}

    public boolean isScan() {
        return outcome == Outcome.SCAN;
    }
}
