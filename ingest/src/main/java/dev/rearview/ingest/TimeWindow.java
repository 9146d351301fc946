package dev.rearview.ingest;

import dev.rearview.model.Attributes;
import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.text.IpText;

/// The starts of flows that are believed, relative to when a flow was received. A clock that is
/// wrong, or a datagram that is made up, can then neither write hours of a year that no site has
/// nor spread a few flows over thousands of files.
///
/// @param backUs how long before its receipt a flow may have started, microseconds
/// @param aheadUs how long after its receipt a flow may start, or end: clocks differ
public record TimeWindow(long backUs, long aheadUs) {
    private static final long SECOND_US = 1_000_000;
    private static final long DAY_US = 86_400 * SECOND_US;

    /// The first moment after 2039-12-31: no command's switch for dates goes beyond, as in SiLK, so
    /// that nobody would find a flow that starts later.
    private static final long END_US = 2_208_988_800L * SECOND_US;

    /// 30 days back, as exporters that were cut off send what they kept; 1 day ahead, for clocks
    /// that run on local time.
    public static final TimeWindow DEFAULT = new TimeWindow(30 * DAY_US, DAY_US);

    /// From 1970 to 2039.
    public static final TimeWindow ANY = new TimeWindow(END_US, END_US);

    /// Takes in a window's two lengths, such as `30d,1d`, `36h,90m` or `7d` (which leaves the
    /// second as it is by default), or `any`.
    ///
    /// @throws IllegalArgumentException if it is none of these
    public static TimeWindow parse(String text) {
        String s = text.strip();
        if (s.equals("any")) {
            return ANY;
        }
        int comma = s.indexOf(',');
        return new TimeWindow(
                durationUs(comma < 0 ? s : s.substring(0, comma)),
                comma < 0 ? DEFAULT.aheadUs : durationUs(s.substring(comma + 1)));
    }

    /// A length of time such as `30d`, `36h`, `90m` or `10s`, in microseconds.
    ///
    /// @throws IllegalArgumentException if it is none
    public static long durationUs(String text) {
        String s = text.strip();
        long unit =
                switch (s.isEmpty() ? ' ' : s.charAt(s.length() - 1)) {
                    case 's' -> SECOND_US;
                    case 'm' -> 60 * SECOND_US;
                    case 'h' -> 3600 * SECOND_US;
                    case 'd' -> DAY_US;
                    default ->
                            throw new IllegalArgumentException(
                                    "'" + s + "' is no time such as 30d, 36h, 90m or 10s");
                };
        long n = IpText.parseUnsigned(s.substring(0, s.length() - 1), END_US / DAY_US, "time");
        return Math.min(END_US, n * unit);
    }

    /// The same window without a bound to the past: for files, which may be of any age.
    public TimeWindow replay() {
        return new TimeWindow(END_US, aheadUs);
    }

    /// Whether a moment is believed.
    public boolean holds(long us, long receivedUs) {
        return us >= Math.max(0, receivedUs - backUs) && us < latest(receivedUs);
    }

    /// Whether the times of all flows are believed.
    boolean holds(MessageFlows flows, long receivedUs) {
        long[] stime = flows.values(FieldNumbers.STIME);
        long[] duration = flows.values(FieldNumbers.DURATION);
        long earliest = Math.max(0, receivedUs - backUs);
        long latest = latest(receivedUs);
        boolean all = true;
        for (int i = 0; i < flows.count(); i++) {
            long start = stime[i];
            // One that overflows is below the start.
            long end = start + duration[i];
            all &= start >= earliest && end >= start && end < latest;
        }
        return all;
    }

    private long latest(long receivedUs) {
        return Math.min(END_US, receivedUs + aheadUs + 1);
    }

    /// Gives a flow whose times are not believed the time of its receipt as its start. Its duration
    /// stays where the window has room for it, its counters always.
    ///
    /// @return whether it did
    public boolean apply(FlowRecord r, long receivedUs) {
        // An end that overflows is below the start.
        long end = r.stime + r.duration;
        if (holds(r.stime, receivedUs) && end >= r.stime && end < latest(receivedUs)) {
            return false;
        }
        r.stime = receivedUs;
        if (r.duration < 0 || r.duration > Math.min(backUs, aheadUs)) {
            r.duration = 0;
        }
        r.attributes |= Attributes.TIME_REPLACED;
        return true;
    }
}
