package dev.rearview.wire;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.Counters.Total;

/// Makes flows of information elements: NetFlow v9 and IPFIX records become one flow, or two where
/// they describe both directions (RFC 5103).
public final class FlowMapper {
    private static final int TCP = 6;
    private static final int ICMPV6 = 58;
    private static final long MAX_U32 = 0xFFFF_FFFFL;
    private static final int FIREWALL_DELETED = 2;
    private static final int FIREWALL_DENIED = 3;

    // Elements, by their number in IANA's registry.
    private static final int OCTETS = 1;
    private static final int PACKETS = 2;
    private static final int PROTOCOL = 4;
    private static final int TCP_FLAGS = 6;
    private static final int POST_OCTETS = 23;
    private static final int POST_PACKETS = 24;
    private static final int OCTETS_TOTAL = 85;
    private static final int PACKETS_TOTAL = 86;
    private static final int END_REASON = 136;

    private final ProbeOptions options;
    private final FlowRecord forward = new FlowRecord();
    private final FlowRecord reverse = new FlowRecord();

    public FlowMapper(ProbeOptions options) {
        this.options = options;
    }

    /// What surrounds a record.
    ///
    /// @param exportUs export time, microseconds since 1970
    /// @param bootUs start of the exporter for relative times, or -1 if unknown
    /// @param sampling 1-in-N, 0 unknown
    /// @param netflow9 whether NetFlow v9's own rules apply
    public record Context(long exportUs, long bootUs, long sampling, boolean netflow9) {}

    /// Hands out the flows of one record.
    public void map(Elements e, Context context, Counters counters, FlowConsumer out) {
        FlowRecord f = forward;
        f.clear();
        if (!addresses(e, f) && !options.missingIps()) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        if ((e.get(END_REASON) & 0x1F) == 0x1F) {
            // YAF sends these while a flow goes on.
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        f.protocol = (int) e.get(PROTOCOL) & 0xFF;
        ports(e, f);
        interfaces(e, f);
        times(e, context, f);
        flags(e, f);
        attributes(e, f);
        f.application = (int) Math.min(e.get(Elements.CERT_BASE + 33), 0xFFFF);
        f.sampling = context.sampling;
        if (!firewall(e, context, f)) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        counts(e, context, f, counters, out);
    }

    private static boolean addresses(Elements e, FlowRecord f) {
        boolean six = e.has(27) || e.has(28);
        boolean four = e.has(8) || e.has(12);
        boolean sixIsSet = (e.high(27) | e.get(27) | e.high(28) | e.get(28)) != 0;
        if (six && (!four || sixIsSet)) {
            f.setIpv6(true);
            f.sipHi = e.high(27);
            f.sipLo = e.get(27);
            f.dipHi = e.high(28);
            f.dipLo = e.get(28);
            f.nhipHi = e.high(62);
            f.nhipLo = e.get(62);
            if (!e.has(62) && e.has(15)) {
                f.nhipLo = Ip.mapped((int) e.get(15));
            }
            return true;
        }
        f.setSipV4((int) e.get(8));
        f.setDipV4((int) e.get(12));
        f.setNhipV4((int) e.get(15));
        return four;
    }

    private static void ports(Elements e, FlowRecord f) {
        f.sport = (int) e.get(7) & 0xFFFF;
        f.dport = (int) e.get(11) & 0xFFFF;
        if (!f.isIcmp() && f.protocol != ICMPV6) {
            return;
        }
        f.sport = 0;
        if (e.hasAny(32, 139)) {
            f.dport = (int) (e.has(32) ? e.get(32) : e.get(139)) & 0xFFFF;
        } else if (e.hasAny(176, 178)) {
            long type = e.has(176) ? e.get(176) : e.get(178);
            long code = e.has(176) ? e.get(177) : e.get(179);
            f.dport = (int) (type << 8 | code) & 0xFFFF;
        }
    }

    private void interfaces(Elements e, FlowRecord f) {
        if (options.vlanInterfaces()) {
            f.input = e.get(58) & 0xFFFF;
            f.output = e.get(59) & 0xFFFF;
        } else {
            f.input = e.get(10) & MAX_U32;
            f.output = e.get(14) & MAX_U32;
        }
    }

    private static void flags(Elements e, FlowRecord f) {
        int initial = (int) e.get(Elements.CERT_BASE + 14) & 0xFF;
        int union = (int) e.get(Elements.CERT_BASE + 15) & 0xFF;
        if (f.protocol == TCP && (initial | union) != 0) {
            f.initialFlags = initial;
            f.sessionFlags = union;
            f.flags = initial | union;
            f.attributes |= Attributes.EXPANDED;
        } else {
            f.flags = (int) e.get(TCP_FLAGS) & 0xFF;
        }
    }

    private static void attributes(Elements e, FlowRecord f) {
        int state = (int) e.get(Elements.CERT_BASE + 32) & Attributes.VISIBLE;
        if (state == 0) {
            state |= (e.get(Elements.CERT_BASE + 40) & 1) != 0 ? Attributes.UNIFORM : 0;
            state |= (e.get(END_REASON) & 0x1F) == 2 ? Attributes.TIMED_OUT : 0;
            state |= (e.get(END_REASON) & 0x80) != 0 ? Attributes.CONTINUED : 0;
        }
        f.attributes |= state;
    }

    private boolean isFirewallEvent(Elements e, Context context) {
        return (options.firewallEvents() || context.netflow9)
                && e.hasAny(233, Elements.FIREWALL_EVENT_V9);
    }

    /// Reads firewall events; false if the record is one to ignore. Events that count packets and
    /// octets describe traffic, whatever happened: PAN-OS marks all its flows so.
    private boolean firewall(Elements e, Context context, FlowRecord f) {
        if (!isFirewallEvent(e, context)) {
            return true;
        }
        long event = e.first(233, Elements.FIREWALL_EVENT_V9);
        if (event == FIREWALL_DENIED) {
            long extended = e.get(Elements.FIREWALL_EXT_EVENT_V9);
            f.memo = extended >= 1001 && extended <= 1004 ? (int) extended : FIREWALL_DENIED;
        }
        boolean counts = e.get(PACKETS) != 0 && e.get(OCTETS) != 0;
        return event == FIREWALL_DELETED || event == FIREWALL_DENIED || event == 0 || counts;
    }

    private void counts(
            Elements e, Context context, FlowRecord f, Counters counters, FlowConsumer out) {
        boolean swapPost = context.netflow9 && options.outIsReverse();
        long packets =
                swapPost
                        ? e.first(PACKETS, PACKETS_TOTAL, 298, 172)
                        : e.first(PACKETS, PACKETS_TOTAL, 298, POST_PACKETS, 172);
        long bytes =
                swapPost
                        ? e.first(OCTETS, OCTETS_TOTAL, 231, 171)
                        : e.first(OCTETS, OCTETS_TOTAL, 231, POST_OCTETS, 171);
        int r = Elements.REVERSE_BASE;
        long reversePackets = e.first(r + PACKETS, r + PACKETS_TOTAL, 299);
        long reverseBytes = e.first(r + OCTETS, r + OCTETS_TOTAL, 232);
        if (swapPost && reversePackets == 0) {
            reversePackets = e.get(POST_PACKETS);
            reverseBytes = e.get(POST_OCTETS);
        }
        boolean event = isFirewallEvent(e, context);
        if (event || (bytes > 0 && e.hasAny(231))) {
            packets = Math.max(packets, bytes > 0 || f.memo != 0 || event ? 1 : 0);
            bytes = event ? Math.max(bytes, 1) : bytes;
        }
        if (reverseBytes > 0 && reversePackets == 0 && e.has(232) && !e.has(299)) {
            reversePackets = 1;
        }
        if (options.zeroPackets() && packets == 0 && bytes > 0) {
            packets = 1;
        }
        boolean hasForward = packets > 0 && bytes > 0;
        boolean hasReverse = reversePackets > 0 && reverseBytes > 0;
        if (!hasForward && !hasReverse) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        f.packets = packets;
        f.bytes = bytes;
        if (hasForward) {
            out.accept(f);
            counters.add(Total.FLOWS, 1);
        }
        if (hasReverse) {
            reverse(e, f, hasForward, reversePackets, reverseBytes);
            out.accept(reverse);
            counters.add(hasForward ? Total.REVERSE_FLOWS : Total.FLOWS, 1);
        }
    }

    private void reverse(Elements e, FlowRecord f, boolean hasForward, long packets, long bytes) {
        FlowRecord r = reverse;
        r.copyFrom(f);
        r.sipHi = f.dipHi;
        r.sipLo = f.dipLo;
        r.dipHi = f.sipHi;
        r.dipLo = f.sipLo;
        if (!f.isIcmp()) {
            r.sport = f.dport;
            r.dport = f.sport;
        }
        r.input = f.output;
        r.output = f.input;
        if (options.vlanInterfaces()) {
            vlans(e, f, r);
        }
        r.packets = packets;
        r.bytes = bytes;
        if (hasForward) {
            long delta = e.get(Elements.CERT_BASE + 21) * 1000;
            r.stime = f.stime + delta;
            r.duration = Math.max(0, f.duration - delta);
        }
        int base = Elements.CERT_REVERSE_BASE;
        int initial = (int) e.get(base + 14) & 0xFF;
        int union = (int) e.get(base + 15) & 0xFF;
        r.initialFlags = 0;
        r.sessionFlags = 0;
        r.attributes &= ~Attributes.EXPANDED;
        if (r.protocol == TCP && (initial | union) != 0) {
            r.initialFlags = initial;
            r.sessionFlags = union;
            r.flags = initial | union;
            r.attributes |= Attributes.EXPANDED;
        } else if (e.has(Elements.REVERSE_BASE + TCP_FLAGS)) {
            r.flags = (int) e.get(Elements.REVERSE_BASE + TCP_FLAGS) & 0xFF;
        } else if (e.hasAny(base + 14, base + 15)) {
            r.flags = 0;
        } else {
            r.flags = f.flags;
            r.initialFlags = f.initialFlags;
            r.sessionFlags = f.sessionFlags;
            r.attributes |= f.attributes & Attributes.EXPANDED;
        }
        if (e.has(base + 40)) {
            r.attributes &= ~Attributes.UNIFORM;
            r.attributes |= (e.get(base + 40) & 1) != 0 ? Attributes.UNIFORM : 0;
        }
    }

    private static void vlans(Elements e, FlowRecord f, FlowRecord r) {
        if (e.has(Elements.REVERSE_BASE + 58)) {
            r.input = e.get(Elements.REVERSE_BASE + 58) & 0xFFFF;
            r.output = e.get(Elements.REVERSE_BASE + 59) & 0xFFFF;
        } else if (!e.has(59)) {
            r.input = f.input;
            r.output = 0;
        }
    }

    // Times ---------------------------------------------------------------------------------------

    private void times(Elements e, Context c, FlowRecord f) {
        long start = absolute(e, c, true);
        long end = absolute(e, c, false);
        long duration = e.has(161) ? e.get(161) * 1000 : e.has(162) ? e.get(162) : -1;
        if (e.has(21) && e.has(22) && start < 0 && end < 0) {
            relative(e, c, f);
            return;
        }
        if (start >= 0 && end >= 0) {
            f.stime = start;
            f.duration = Math.max(0, end - start);
        } else if (start >= 0) {
            f.stime = start;
            f.duration = Math.max(0, duration);
        } else if (end >= 0) {
            f.duration = Math.max(0, duration);
            f.stime = end - f.duration;
        } else {
            f.duration = Math.max(0, duration);
            f.stime = c.exportUs - f.duration;
        }
    }

    /// The first start or end that the record gives as a point in time, microseconds, else -1.
    private static long absolute(Elements e, Context c, boolean start) {
        int ms = start ? 152 : 153;
        int s = start ? 150 : 151;
        int us = start ? 154 : 155;
        int ns = start ? 156 : 157;
        int delta = start ? 158 : 159;
        if (e.get(ms) != 0) {
            return saturate(e.get(ms), 1000);
        }
        if (e.get(s) != 0) {
            return e.get(s) * 1_000_000;
        }
        if (e.get(us) != 0) {
            return ntp(e.get(us) & ~0x7FFL);
        }
        if (e.get(ns) != 0) {
            return ntp(e.get(ns));
        }
        if (e.has(delta)) {
            return c.exportUs - e.get(delta);
        }
        if (start) {
            return -1;
        }
        if (e.get(258) != 0) {
            return saturate(e.get(258), 1000);
        }
        if (e.get(323) != 0) {
            return saturate(e.get(323), 1000);
        }
        if (e.get(322) != 0) {
            return e.get(322) * 1_000_000;
        }
        return e.get(324) != 0 ? ntp(e.get(324) & ~0x7FFL) : e.get(325) != 0 ? ntp(e.get(325)) : -1;
    }

    private static long saturate(long value, long factor) {
        return value < 0 || value > Long.MAX_VALUE / 4 / factor
                ? Long.MAX_VALUE / 4
                : value * factor;
    }

    /// An NTP time stamp (RFC 5905): seconds since 1900 and a binary fraction.
    private static long ntp(long stamp) {
        long seconds = (stamp >>> 32) - 2_208_988_800L;
        return seconds * 1_000_000 + ((stamp & MAX_U32) * 1_000_000 >>> 32);
    }

    /// Times in milliseconds since the exporter started, which roll over every 2^32.
    private void relative(Elements e, Context c, FlowRecord f) {
        long first = e.get(22) & MAX_U32;
        long last = e.get(21) & MAX_U32;
        long elapsed = last - first;
        if (elapsed < 0) {
            elapsed = c.netflow9 && elapsed > -0x7FFF_FFFFL ? 0 : elapsed + MAX_U32 + 1;
        }
        f.duration = elapsed * 1000;
        long boot = e.get(160) != 0 ? saturate(e.get(160), 1000) : c.bootUs;
        if (boot < 0) {
            f.stime = c.exportUs - f.duration;
            return;
        }
        // The nearest time to the export that the 32 bits can mean.
        long age = (c.exportUs - boot) / 1000 - first;
        long rollOvers = Math.floorDiv(age + (1L << 31), 1L << 32);
        f.stime = boot + (first + (rollOvers << 32)) * 1000;
    }
}
