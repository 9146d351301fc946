package dev.rearview.wire;

/// Follows the sequence numbers of one stream and counts what is missing.
///
/// Forged numbers do little harm. What a jump counted is taken back when the stream goes on where
/// it was; and in [#PERIOD_MS] no more is counted than a window: [#WINDOW], or as much as came in
/// order in that time if that is more. A jump beyond the window is a restart, not a loss.
public final class SequenceTracker {
    /// What may be missing at once, and in one period, whatever else came: records or datagrams as
    /// the protocol counts.
    static final long WINDOW = 65_536;

    /// How long a window holds.
    static final long PERIOD_MS = 60_000;

    /// A number that is ahead by less than this goes on where the stream was.
    private static final long NEAR = 256;

    /// Datagrams in order after a jump, before it is believed.
    private static final int BELIEVED = 16;

    private static final long WRAP = 1L << 32;
    private static final long MAX_LATE = 60_000;
    private static final long RESTART_MS = 1000;

    private boolean started;
    private long expected;
    private long boot;
    private long missing;
    private long last;
    private boolean countsItself;

    private long periodMs;
    private long inOrder;
    private long counted;

    // Where the stream was before a jump that is not believed yet, and what that counted.
    private boolean jumped;
    private long before;
    private long jump;
    private int since;

    /// Takes the sequence number of an IPFIX message: the data records sent before it (RFC 7011).
    /// softflowd sends the flow records up to and with this message instead, which is taken for
    /// what it is as soon as only that fits.
    ///
    /// @param flows data records of the message
    /// @param options option records of the message
    public void acceptMessage(
            long sequence, long flows, long options, long nowMs, Counters counters) {
        long withItself = last + flows & WRAP - 1;
        if (started && sequence != expected && sequence == withItself) {
            countsItself = true;
        } else if (sequence == expected) {
            countsItself = false;
        }
        if (countsItself) {
            expected = withItself;
        }
        last = sequence;
        accept(sequence, flows + options, 0, nowMs, counters);
    }

    /// Starts anew with the next number, because what came could not be counted.
    public void forget() {
        started = false;
        jumped = false;
    }

    /// Whether a number goes on where this stream is.
    boolean isContinuedBy(long sequence) {
        return started && ahead(sequence, expected) < NEAR;
    }

    private static long ahead(long sequence, long of) {
        return sequence - of & WRAP - 1;
    }

    /// Takes the sequence number of a datagram.
    ///
    /// @param count what the datagram adds to the sequence: records or datagrams
    /// @param bootMs when the exporter says it started; a change is a restart; 0 if it does not say
    /// @param nowMs a clock that nobody sets
    public void accept(long sequence, long count, long bootMs, long nowMs, Counters counters) {
        boolean restarted = started && Math.abs(bootMs - boot) > RESTART_MS;
        if (!started || restarted) {
            started = true;
            jumped = false;
            boot = bootMs;
            expected = sequence + count & WRAP - 1;
            return;
        }
        if (nowMs - periodMs >= PERIOD_MS) {
            periodMs = nowMs;
            inOrder = 0;
            counted = 0;
        }
        long gap = ahead(sequence, expected);
        if (gap >= NEAR && jumped && ahead(sequence, before) < NEAR) {
            takeBack(counters);
            gap = ahead(sequence, expected);
        }
        if (gap == 0) {
            inOrder += count;
            jumped &= ++since < BELIEVED;
        } else if (gap >= WRAP - MAX_LATE) {
            late(count, counters);
            return;
        } else {
            ahead(gap, counters);
        }
        expected = sequence + count & WRAP - 1;
    }

    /// A late datagram makes good for what was counted as missing.
    private void late(long count, Counters counters) {
        long late = Math.min(count, missing);
        missing -= late;
        counters.drop(Drop.SEQUENCE_GAP, -late);
    }

    private void ahead(long gap, Counters counters) {
        boolean credible = counted + gap <= Math.max(WINDOW, inOrder);
        if (gap >= NEAR) {
            jump = jumped ? jump : 0;
            before = jumped ? before : expected;
            jumped = true;
            since = 0;
        }
        if (credible) {
            jump += gap;
            count(gap, counters);
        }
    }

    private void takeBack(Counters counters) {
        jumped = false;
        expected = before;
        long back = Math.min(jump, missing);
        missing -= back;
        counters.drop(Drop.SEQUENCE_GAP, -back);
    }

    private void count(long gap, Counters counters) {
        missing += gap;
        counted += gap;
        counters.drop(Drop.SEQUENCE_GAP, gap);
    }
}
