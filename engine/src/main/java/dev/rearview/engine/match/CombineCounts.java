package dev.rearview.engine.match;

/// What became of flows of which some are parts of others.
///
/// @param read all flows
/// @param complete those that are no parts
/// @param missing flows of which not all parts came
/// @param eliminated parts that were added to the one before them
/// @param madeComplete flows of which all parts came
public record CombineCounts(
        long read, long complete, Missing missing, long eliminated, long madeComplete, Idle idle) {
    /// Flows of which not all parts came.
    ///
    /// @param end without the last ones
    /// @param both without the first and the last ones
    /// @param start without the first ones
    public record Missing(long end, long both, long start) {}

    /// Times in milliseconds from the end of a part to the start of the next one, in 64 bits
    /// without a sign, as SiLK counts them: of parts that overlap they are near 2^64, as is the
    /// least one where nothing was combined.
    ///
    /// @param former the greatest one before `most` came, in the order of the keys
    public record Idle(long least, long former, long most) {}

    /// Flows that are parts of others.
    public long parts() {
        return read - complete;
    }

    /// Parts that were combined with others.
    public long combined() {
        return parts() - missing.end - missing.both - missing.start;
    }

    /// Flows that came out.
    public long written() {
        return read - eliminated;
    }
}
