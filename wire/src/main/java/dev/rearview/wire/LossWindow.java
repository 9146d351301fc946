package dev.rearview.wire;

/// How much the sequence numbers of one exporter may count as lost in a time: forged numbers, of
/// whatever domains and ports, add no more than that.
final class LossWindow {
    /// What may be missing in one period, whatever else came: records or datagrams as the protocol
    /// counts.
    static final long LEAST = 65_536;

    /// How long a window holds.
    static final long PERIOD_MS = 60_000;

    private long startMs;
    private long inOrder;
    private long counted;

    /// Takes note of what came in order: of so much more an exporter may lose in this period.
    void arrived(long count, long nowMs) {
        turn(nowMs);
        inOrder += count;
    }

    /// Whether a gap is a loss; if it is, it is counted.
    boolean admits(long gap, long nowMs) {
        turn(nowMs);
        if (counted + gap > Math.max(LEAST, inOrder)) {
            return false;
        }
        counted += gap;
        return true;
    }

    /// Takes note that some was not lost.
    void giveBack(long count) {
        counted = Math.max(0, counted - count);
    }

    private void turn(long nowMs) {
        if (nowMs - startMs >= PERIOD_MS) {
            startMs = nowMs;
            inOrder = 0;
            counted = 0;
        }
    }
}
