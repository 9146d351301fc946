package dev.rearview.wire;

import static dev.rearview.wire.ElementIds.COLLECTION_TIME_MILLISECONDS;
import static dev.rearview.wire.ElementIds.FLOW_DURATION_MICROSECONDS;
import static dev.rearview.wire.ElementIds.FLOW_DURATION_MILLISECONDS;
import static dev.rearview.wire.ElementIds.FLOW_END_DELTA_MICROSECONDS;
import static dev.rearview.wire.ElementIds.FLOW_END_MICROSECONDS;
import static dev.rearview.wire.ElementIds.FLOW_END_MILLISECONDS;
import static dev.rearview.wire.ElementIds.FLOW_END_NANOSECONDS;
import static dev.rearview.wire.ElementIds.FLOW_END_SECONDS;
import static dev.rearview.wire.ElementIds.FLOW_END_SYS_UP_TIME;
import static dev.rearview.wire.ElementIds.FLOW_START_DELTA_MICROSECONDS;
import static dev.rearview.wire.ElementIds.FLOW_START_MICROSECONDS;
import static dev.rearview.wire.ElementIds.FLOW_START_MILLISECONDS;
import static dev.rearview.wire.ElementIds.FLOW_START_NANOSECONDS;
import static dev.rearview.wire.ElementIds.FLOW_START_SECONDS;
import static dev.rearview.wire.ElementIds.FLOW_START_SYS_UP_TIME;
import static dev.rearview.wire.ElementIds.OBSERVATION_TIME_MICROSECONDS;
import static dev.rearview.wire.ElementIds.OBSERVATION_TIME_MILLISECONDS;
import static dev.rearview.wire.ElementIds.OBSERVATION_TIME_NANOSECONDS;
import static dev.rearview.wire.ElementIds.OBSERVATION_TIME_SECONDS;
import static dev.rearview.wire.ElementIds.SYSTEM_INIT_TIME_MILLISECONDS;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.FlowMapper.Context;

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

    private FlowTimes() {}

    /// Sets start and duration of `f`.
    static void set(Elements e, Context c, FlowRecord f) {
        long start = absolute(e, c, true);
        long end = absolute(e, c, false);
        if (e.has(FLOW_END_SYS_UP_TIME)
                && e.has(FLOW_START_SYS_UP_TIME)
                && start == NONE
                && end == NONE) {
            relative(e, c, f);
            return;
        }
        long duration =
                e.has(FLOW_DURATION_MILLISECONDS)
                        ? scaled(e.get(FLOW_DURATION_MILLISECONDS), 1000)
                        : e.has(FLOW_DURATION_MICROSECONDS)
                                ? scaled(e.get(FLOW_DURATION_MICROSECONDS), 1)
                                : 0;
        if (start != NONE && end != NONE) {
            duration = end - start;
        } else if (start == NONE) {
            start = (end != NONE ? end : c.exportUs()) - duration;
        }
        put(f, start, duration);
    }

    /// Sets times, bounded.
    ///
    /// @param startUs within twice [#LIMIT_US], as is the duration
    static void put(FlowRecord f, long startUs, long durationUs) {
        f.stime = bounded(startUs);
        f.duration = Math.clamp(durationUs, 0, MAX_DURATION_US);
    }

    /// The first start or end that the record gives as a point in time, microseconds, else [#NONE].
    private static long absolute(Elements e, Context c, boolean start) {
        int ms = start ? FLOW_START_MILLISECONDS : FLOW_END_MILLISECONDS;
        int s = start ? FLOW_START_SECONDS : FLOW_END_SECONDS;
        int us = start ? FLOW_START_MICROSECONDS : FLOW_END_MICROSECONDS;
        int ns = start ? FLOW_START_NANOSECONDS : FLOW_END_NANOSECONDS;
        int delta = start ? FLOW_START_DELTA_MICROSECONDS : FLOW_END_DELTA_MICROSECONDS;
        if (e.get(ms) != 0) {
            return scaled(e.get(ms), 1000);
        }
        if (e.get(s) != 0) {
            return scaled(e.get(s), 1_000_000);
        }
        if (e.get(us) != 0) {
            return ntp(e.get(us) & ~0x7FFL);
        }
        if (e.get(ns) != 0) {
            return ntp(e.get(ns));
        }
        if (e.has(delta)) {
            return bounded(c.exportUs() - scaled(e.get(delta), 1));
        }
        return start ? NONE : observed(e);
    }

    /// When the packet or the event was seen.
    private static long observed(Elements e) {
        long ms = e.first(COLLECTION_TIME_MILLISECONDS, OBSERVATION_TIME_MILLISECONDS);
        if (ms != 0) {
            return scaled(ms, 1000);
        }
        if (e.get(OBSERVATION_TIME_SECONDS) != 0) {
            return scaled(e.get(OBSERVATION_TIME_SECONDS), 1_000_000);
        }
        return e.get(OBSERVATION_TIME_MICROSECONDS) != 0
                ? ntp(e.get(OBSERVATION_TIME_MICROSECONDS) & ~0x7FFL)
                : e.get(OBSERVATION_TIME_NANOSECONDS) != 0
                        ? ntp(e.get(OBSERVATION_TIME_NANOSECONDS))
                        : NONE;
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
    private static void relative(Elements e, Context c, FlowRecord f) {
        long first = e.get(FLOW_START_SYS_UP_TIME) & MAX_U32;
        long last = e.get(FLOW_END_SYS_UP_TIME) & MAX_U32;
        boolean announced = e.get(SYSTEM_INIT_TIME_MILLISECONDS) != 0 || !c.netflow9();
        long boot =
                e.get(SYSTEM_INIT_TIME_MILLISECONDS) != 0
                        ? scaled(e.get(SYSTEM_INIT_TIME_MILLISECONDS), 1000)
                        : c.bootUs();
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
}
