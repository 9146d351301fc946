package dev.rearview.wire;

import static dev.rearview.wire.registry.ElementIds.COLLECTION_TIME_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_DURATION_MICROSECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_DURATION_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_DELTA_MICROSECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_MICROSECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_NANOSECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_SECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_SYS_UP_TIME;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_DELTA_MICROSECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_MICROSECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_NANOSECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_SECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_SYS_UP_TIME;
import static dev.rearview.wire.registry.ElementIds.OBSERVATION_TIME_MICROSECONDS;
import static dev.rearview.wire.registry.ElementIds.OBSERVATION_TIME_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.OBSERVATION_TIME_NANOSECONDS;
import static dev.rearview.wire.registry.ElementIds.OBSERVATION_TIME_SECONDS;
import static dev.rearview.wire.registry.ElementIds.SYSTEM_INIT_TIME_MILLISECONDS;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.FlowMapper.Context;
import dev.rearview.wire.registry.ElementNames;

/// Start and duration of a record, from whichever elements tell them.
///
/// Whatever stands on the wire, a start that comes out lies within [#LIMIT_US] of 1970 and a
/// duration from 0 to [#MAX_DURATION_US], so their sum never overflows. A start far off stays far
/// off: whoever stores flows decides what is credible.
public final class FlowTimes {
    /// Starts lie within so many microseconds of 1970: 36,500 years either way.
    public static final long LIMIT_US = 1L << 60;

    /// Longest duration, as SiLK's: 2^32 - 1 milliseconds.
    public static final long MAX_DURATION_US = 4_294_967_295L * 1000;

    /// How far a time that counts from the uptime of the message's header may lie after the export:
    /// rounding only.
    public static final long AHEAD_MS = 60_000;

    /// The same where the exporter's start is announced apart: its clock drifts while it runs.
    static final long ANNOUNCED_AHEAD_MS = 3_600_000;

    private static final long WRAP_MS = 1L << 32;
    private static final long MAX_U32 = 0xFFFF_FFFFL;

    /// No time is given.
    private static final long NONE = Long.MIN_VALUE;

    private static final String RECORD = "from incoming record ";
    private static final String EXPORT = "exportTimeSeconds=";

    // In the order in which they count.
    private static final int[] STARTS = {
        FLOW_START_MILLISECONDS, FLOW_START_SECONDS, FLOW_START_MICROSECONDS, FLOW_START_NANOSECONDS
    };
    private static final int[] ENDS = {
        FLOW_END_MILLISECONDS, FLOW_END_SECONDS, FLOW_END_MICROSECONDS, FLOW_END_NANOSECONDS
    };
    private static final int[] SEEN = {
        COLLECTION_TIME_MILLISECONDS,
        OBSERVATION_TIME_MILLISECONDS,
        OBSERVATION_TIME_SECONDS,
        OBSERVATION_TIME_MICROSECONDS,
        OBSERVATION_TIME_NANOSECONDS
    };

    private FlowTimes() {}

    /// Sets start and duration of `f`.
    static void set(Elements e, Context c, FlowRecord f) {
        int startBy = startBy(e);
        int endBy = endBy(e);
        if (isRelative(e, startBy, endBy)) {
            relative(
                    e.get(FLOW_START_SYS_UP_TIME),
                    e.get(FLOW_END_SYS_UP_TIME),
                    e.get(SYSTEM_INIT_TIME_MILLISECONDS),
                    c,
                    f);
            return;
        }
        long start = pointOf(startBy, e, c);
        long end = pointOf(endBy, e, c);
        long duration = 0;
        int durationBy = durationBy(e);
        if (durationBy >= 0) {
            long unit = durationBy == FLOW_DURATION_MILLISECONDS ? 1000 : 1;
            duration = scaled(e.get(durationBy), unit);
        }
        if (start != NONE && end != NONE) {
            duration = end - start;
        } else if (start == NONE) {
            start = (end != NONE ? end : c.exportUs()) - duration;
        }
        put(f, start, duration);
    }

    /// Sets start and duration of `f` by two points in time.
    ///
    /// @param startMs milliseconds since 1970, without a sign, as all of them
    static void between(long startMs, long endMs, FlowRecord f) {
        long start = scaled(startMs, 1000);
        put(f, start, scaled(endMs, 1000) - start);
    }

    /// Whether times count from the exporter's start, which the record does not tell.
    static boolean isRelative(Elements e) {
        return e.has(FLOW_START_SYS_UP_TIME)
                && e.get(SYSTEM_INIT_TIME_MILLISECONDS) == 0
                && isRelative(e, startBy(e), endBy(e));
    }

    /// Whether times count from the exporter's start alone.
    private static boolean isRelative(Elements e, int startBy, int endBy) {
        return e.has(FLOW_END_SYS_UP_TIME)
                && e.has(FLOW_START_SYS_UP_TIME)
                && startBy < 0
                && endBy < 0;
    }

    /// Sets times, bounded.
    ///
    /// @param startUs within twice [#LIMIT_US], as is the duration
    static void put(FlowRecord f, long startUs, long durationUs) {
        f.stime = bounded(startUs);
        f.duration = Math.clamp(durationUs, 0, MAX_DURATION_US);
    }

    /// The first element that tells the start as a point in time, or -1.
    private static int startBy(Elements e) {
        return first(e, STARTS, FLOW_START_DELTA_MICROSECONDS);
    }

    /// The first element that tells the end as a point in time, or when the packet or the event was
    /// seen, or -1.
    private static int endBy(Elements e) {
        int end = first(e, ENDS, FLOW_END_DELTA_MICROSECONDS);
        return end >= 0 ? end : first(e, SEEN, -1);
    }

    /// The element that tells how long the flow was, or -1.
    private static int durationBy(Elements e) {
        return e.has(FLOW_DURATION_MILLISECONDS)
                ? FLOW_DURATION_MILLISECONDS
                : e.has(FLOW_DURATION_MICROSECONDS) ? FLOW_DURATION_MICROSECONDS : -1;
    }

    /// The first of some elements that is not 0, else one that may be, else -1.
    private static int first(Elements e, int[] points, int delta) {
        for (int slot : points) {
            if (e.get(slot) != 0) {
                return slot;
            }
        }
        return delta >= 0 && e.has(delta) ? delta : -1;
    }

    /// What an element tells as a point in time, microseconds since 1970, or [#NONE] for -1.
    private static long pointOf(int slot, Elements e, Context c) {
        return switch (slot) {
            case FLOW_START_MILLISECONDS,
                    FLOW_END_MILLISECONDS,
                    COLLECTION_TIME_MILLISECONDS,
                    OBSERVATION_TIME_MILLISECONDS ->
                    scaled(e.get(slot), 1000);
            case FLOW_START_SECONDS, FLOW_END_SECONDS, OBSERVATION_TIME_SECONDS ->
                    scaled(e.get(slot), 1_000_000);
            case FLOW_START_MICROSECONDS, FLOW_END_MICROSECONDS, OBSERVATION_TIME_MICROSECONDS ->
                    ntp(e.get(slot) & ~0x7FFL);
            case FLOW_START_NANOSECONDS, FLOW_END_NANOSECONDS, OBSERVATION_TIME_NANOSECONDS ->
                    ntp(e.get(slot));
            case FLOW_START_DELTA_MICROSECONDS, FLOW_END_DELTA_MICROSECONDS ->
                    bounded(c.exportUs() - scaled(e.get(slot), 1));
            default -> NONE;
        };
    }

    /// An unsigned number of the wire times `factor`, at most [#LIMIT_US].
    static long scaled(long value, long factor) {
        return value < 0 || value > LIMIT_US / factor ? LIMIT_US : value * factor;
    }

    private static long bounded(long us) {
        return Math.clamp(us, -LIMIT_US, LIMIT_US);
    }

    /// An NTP time stamp (RFC 5905): seconds since 1900 and a binary fraction.
    private static long ntp(long stamp) {
        long seconds = (stamp >>> 32) - 2_208_988_800L;
        return seconds * 1_000_000 + ((stamp & MAX_U32) * 1_000_000 >>> 32);
    }

    /// Times in milliseconds since the exporter started, which roll over every 2^32. An end before
    /// its start has rolled over if that still does not put it after the export; otherwise it is an
    /// exporter's mistake and the duration is 0.
    ///
    /// @param initMs the exporter's start as the record tells it, 0 if it does not
    static void relative(long firstMs, long lastMs, long initMs, Context c, FlowRecord f) {
        long first = firstMs & MAX_U32;
        long last = lastMs & MAX_U32;
        boolean announced = initMs != 0 || !c.netflow9();
        long boot = initMs != 0 ? scaled(initMs, 1000) : c.bootUs();
        if (boot < 0 && announced) {
            long elapsed = (last - first & MAX_U32) * 1000;
            put(f, c.exportUs() - elapsed, elapsed);
            return;
        }
        boot = bounded(boot);
        long ahead = announced ? ANNOUNCED_AHEAD_MS : AHEAD_MS;
        long start = uptimeMs(Math.floorDiv(c.exportUs() - boot, 1000), first, ahead);
        long elapsed = last - first;
        if (elapsed < 0) {
            long rolled = elapsed + WRAP_MS;
            elapsed = boot + (start + rolled - ahead) * 1000 <= c.exportUs() ? rolled : 0;
        }
        put(f, boot + start * 1000, elapsed * 1000);
    }

    /// The latest time that 32 bits of milliseconds can mean and that is not after the export.
    ///
    /// @param exportMs the export, in milliseconds since the exporter started
    /// @param aheadMs how far after it is still taken for no later
    /// @return milliseconds since the exporter started; before that, below 0
    public static long uptimeMs(long exportMs, long low32, long aheadMs) {
        return low32 + Math.floorDiv(exportMs + aheadMs - low32, WRAP_MS) * WRAP_MS;
    }

    // Told ----------------------------------------------------------------------------------------

    /// The elements that the times were made of, for a log, as SiLK words it.
    public static String sources(Elements e, Context c) {
        int start = startBy(e);
        int end = endBy(e);
        int duration = durationBy(e);
        long export = c.exportUs() / 1_000_000;
        if (isRelative(e, start, end)) {
            return RECORD + relativeSources(e, c, export);
        }
        if (start < 0 && end < 0) {
            return duration < 0
                    ? "based on " + EXPORT + export
                    : RECORD + one(e, duration) + ", set end to " + EXPORT + export;
        }
        boolean usesDuration = duration >= 0 && (start < 0 || end < 0);
        if (!usesDuration && isMilliseconds(start) && isMilliseconds(end)) {
            // They are told as a pair, whichever of them is missing.
            return RECORD
                    + pair(FLOW_START_MILLISECONDS, start < 0 ? 0 : e.get(start))
                    + ", "
                    + pair(FLOW_END_MILLISECONDS, end < 0 ? 0 : e.get(end));
        }
        StringBuilder out = new StringBuilder(RECORD);
        out.append(start < 0 ? "" : one(e, start));
        out.append(usesDuration ? (start < 0 ? "" : ", ") + one(e, duration) : "");
        out.append(end < 0 ? "" : (start < 0 && !usesDuration ? "" : ", ") + one(e, end));
        if (start == FLOW_START_DELTA_MICROSECONDS || end == FLOW_END_DELTA_MICROSECONDS) {
            out.append(", ").append(EXPORT).append(export);
        }
        return out.toString();
    }

    private static boolean isMilliseconds(int slot) {
        return slot < 0
                || slot == FLOW_START_MILLISECONDS
                || slot == FLOW_END_MILLISECONDS
                || slot == OBSERVATION_TIME_MILLISECONDS;
    }

    private static String relativeSources(Elements e, Context c, long export) {
        String out = one(e, FLOW_START_SYS_UP_TIME) + ", " + one(e, FLOW_END_SYS_UP_TIME);
        long init = e.get(SYSTEM_INIT_TIME_MILLISECONDS);
        long boot = init != 0 ? init : c.bootUs() < 0 ? -1 : c.bootUs() / 1000;
        String name = ElementNames.name(0, SYSTEM_INIT_TIME_MILLISECONDS);
        return boot < 0
                ? out + ", no " + name + ", set end to " + EXPORT + export
                : out
                        + ", "
                        + pair(SYSTEM_INIT_TIME_MILLISECONDS, boot)
                        + ", "
                        + EXPORT
                        + export
                        + ", calculated sysUpTime="
                        + (export * 1000 - boot);
    }

    private static String one(Elements e, int slot) {
        return pair(slot, e.get(slot));
    }

    /// An element of IANA's, whose slot is its number.
    private static String pair(int element, long value) {
        return ElementNames.name(0, element) + "=" + Long.toUnsignedString(value);
    }
}
