package dev.rearview.engine.match;

/// What became of flows of which some are parts of others. Idle times are in milliseconds from the
/// end of a part to the start of the next one, in 64 bits without a sign, as SiLK counts them: of
/// parts that overlap they are near 2^64, as is the least one where nothing was combined.
///
/// @param read all flows
/// @param complete those that are no parts
/// @param missingEnd flows of which the last parts did not come
/// @param missingBoth flows of which neither first nor last parts came
/// @param missingStart flows of which the first parts did not come
/// @param eliminated parts that were added to the one before them
/// @param madeComplete flows of which all parts came
/// @param leastIdle the least idle time
/// @param formerIdle the greatest one before `mostIdle` came, in the order of the keys
/// @param mostIdle the greatest idle time
public record CombineCounts(
        long read,
        long complete,
        long missingEnd,
        long missingBoth,
        long missingStart,
        long eliminated,
        long madeComplete,
        long leastIdle,
        long formerIdle,
        long mostIdle) {
    /// Flows that are parts of others.
    public long parts() {
        return read - complete;
    }

    /// Parts that were combined with others.
    public long combined() {
        return parts() - missingEnd - missingBoth - missingStart;
    }

    /// Flows that came out.
    public long written() {
        return read - eliminated;
    }
}
