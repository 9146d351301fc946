package dev.rearview.wire;

import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;

/// Follows the sequence numbers of one stream and counts what is missing.
///
/// Forged numbers do little harm. What a jump counted is taken back when the stream goes on where
/// it was; and what is counted fits the exporter's [LossWindow]: a jump beyond it is a restart, not
/// a loss.
public final class SequenceTracker {
    /// A number that is ahead by less than this goes on where the stream was.
    private static final long NEAR = 256;

    /// Datagrams in order after a jump, or behind, before it is believed.
    private static final int BELIEVED = 16;

    private static final long WRAP = 1L << 32;
    private static final long MAX_LATE = 60_000;
    private static final long RESTART_MS = 1000;

    private final LossWindow window;
    private boolean started;
    private long expected;
    private long boot;
    private long missing;
    private long last;
    private boolean countsItself;

    // Where the stream was before a jump that is not believed yet, and what that counted.
    private boolean jumped;
    private long before;
    private long jump;
    private int since;

    // A run of late numbers.
    private long lateNext;
    private int lateRun;

    /// @param window bounds what all streams of one exporter count
    SequenceTracker(LossWindow window) {
        this.window = window;
    }

    /// Writes where the stream is. What was counted as missing is not written: whoever goes on
    /// counts only what it finds missing itself, and takes back nothing else.
    void save(StateWriter out) throws IOException {
        out.flag(started);
        out.large(expected);
        out.large(boot);
        out.large(last);
        out.flag(countsItself);
    }

    /// Goes on where [#save] found the stream.
    void restore(StateReader in) throws StateReader.Malformed {
        started = in.flag();
        expected = in.large() & WRAP - 1;
        boot = in.large();
        last = in.large() & WRAP - 1;
        countsItself = in.flag();
    }

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
        long gap = ahead(sequence, expected);
        if (gap >= NEAR && jumped && ahead(sequence, before) < NEAR) {
            takeBack(counters);
            gap = ahead(sequence, expected);
        }
        if (gap == 0) {
            window.arrived(count, nowMs);
            jumped &= ++since < BELIEVED;
        } else if (gap >= WRAP - MAX_LATE) {
            late(sequence, count, counters);
            return;
        } else {
            ahead(gap, nowMs, counters);
        }
        lateRun = 0;
        expected = sequence + count & WRAP - 1;
    }

    /// A late datagram makes good for what was counted as missing. Where nothing is, many that
    /// follow each other are no late ones: the exporter has restarted.
    private void late(long sequence, long count, Counters counters) {
        boolean wasMissing = missing > 0;
        giveBack(count, counters);
        lateRun = wasMissing ? 0 : sequence == lateNext ? lateRun + 1 : 1;
        lateNext = sequence + count & WRAP - 1;
        if (lateRun >= BELIEVED) {
            doubt();
            expected = lateNext;
        }
    }

    /// Remembers where the stream is, before it goes where it may not belong.
    private void doubt() {
        if (!jumped) {
            before = expected;
            jump = 0;
        }
        jumped = true;
        since = 0;
        lateRun = 0;
    }

    private void ahead(long gap, long nowMs, Counters counters) {
        if (gap >= NEAR) {
            doubt();
        }
        if (window.admits(gap, nowMs)) {
            jump += gap;
            missing += gap;
            counters.drop(Drop.SEQUENCE_GAP, gap);
        }
    }

    private void takeBack(Counters counters) {
        jumped = false;
        expected = before;
        giveBack(jump, counters);
    }

    private void giveBack(long count, Counters counters) {
        long back = Math.min(count, missing);
        missing -= back;
        window.giveBack(back);
        counters.drop(Drop.SEQUENCE_GAP, -back);
    }

    /// How much the sequence numbers of one exporter may count as lost in a time: forged numbers,
    /// of whatever domains and ports, add no more than that.
    static final class LossWindow {
        /// What may be missing in one period, whatever else came: records or datagrams as the
        /// protocol counts.
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
}
