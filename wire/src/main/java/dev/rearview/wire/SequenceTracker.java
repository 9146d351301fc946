package dev.rearview.wire;

/// Follows the sequence numbers of one stream and counts what is missing.
public final class SequenceTracker {
    private static final long WRAP = 1L << 32;
    private static final long MAX_GAP = 3_600_000;
    private static final long MAX_LATE = 60_000;
    private static final long RESTART_MS = 1000;

    private boolean started;
    private long expected;
    private long boot;
    private long missing;
    private long last;
    private boolean countsItself;

    /// Takes the sequence number of an IPFIX message: the data records sent before it (RFC 7011).
    /// softflowd sends the flow records up to and with this message instead, which is taken for
    /// what it is as soon as only that fits.
    ///
    /// @param flows data records of the message
    /// @param options option records of the message
    public void acceptMessage(long sequence, long flows, long options, Counters counters) {
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
        accept(sequence, flows + options, 0, counters);
    }

    /// Takes the sequence number of a datagram.
    ///
    /// @param count what the datagram adds to the sequence: records or datagrams
    /// @param bootMs when the exporter says it started; a change is a restart; 0 if it does not say
    public void accept(long sequence, long count, long bootMs, Counters counters) {
        boolean restarted = started && Math.abs(bootMs - boot) > RESTART_MS;
        if (!started || restarted) {
            started = true;
            boot = bootMs;
            expected = sequence + count & WRAP - 1;
            return;
        }
        long gap = sequence - expected & WRAP - 1;
        if (gap > 0 && gap < MAX_GAP) {
            missing += gap;
            counters.drop(Drop.SEQUENCE_GAP, gap);
        } else if (gap >= WRAP - MAX_LATE) {
            // A late datagram makes good for what was counted as missing.
            long late = Math.min(count, missing);
            missing -= late;
            counters.drop(Drop.SEQUENCE_GAP, -late);
            return;
        }
        expected = sequence + count & WRAP - 1;
    }
}
