package dev.rearview.wire;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.ConnectionTotals.Counts;
import dev.rearview.wire.Counters.Total;

/// Makes flows of information elements: NetFlow v9 and IPFIX records become one flow, or two where
/// they describe both directions (RFC 5103).
public final class FlowMapper {
    private static final int TCP = 6;
    private static final int ICMPV6 = 58;
    private static final long MAX_U32 = 0xFFFF_FFFFL;

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
    private static final int FRAME_TYPE = 408;
    private static final int SECTION_OCTETS = 410;
    private static final int FRAME_TYPE_ETHERNET = 1;

    private final ProbeOptions options;
    private final FlowRecord forward = new FlowRecord();
    private final FlowRecord reverse = new FlowRecord();
    private final PacketHeader packet = new PacketHeader();
    private final FirewallEvents firewall;
    private final Counts counts = new Counts();

    public FlowMapper(ProbeOptions options) {
        this.options = options;
        this.firewall = new FirewallEvents(options);
    }

    /// What surrounds a record.
    ///
    /// @param exporter who sent it
    /// @param receivedUs when it came, microseconds since 1970
    /// @param exportUs export time, microseconds since 1970
    /// @param bootUs start of the exporter for relative times, or -1 if unknown
    /// @param sampling 1-in-N, 0 unknown
    /// @param netflow9 whether NetFlow v9's own rules apply
    public record Context(
            Exporter exporter,
            long receivedUs,
            long exportUs,
            long bootUs,
            long sampling,
            boolean netflow9) {
        /// The same with what the record's domain has announced.
        Context with(long ownBootUs, long ownSampling) {
            return new Context(exporter, receivedUs, exportUs, ownBootUs, ownSampling, netflow9);
        }
    }

    /// Hands out the flows of one record.
    public void map(Elements e, Context context, Counters counters, FlowConsumer out) {
        FlowRecord f = forward;
        f.clear();
        if (!addresses(e, f)) {
            Cursor section = e.section();
            if (section != null) {
                packet(e, section, context, counters, out);
                return;
            }
            if (!options.missingIps()) {
                counters.drop(Drop.IGNORED, 1);
                return;
            }
        }
        if ((e.get(END_REASON) & 0x1F) == 0x1F) {
            // YAF sends these while a flow goes on.
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        f.protocol = protocol(e);
        ports(e, f);
        interfaces(e, f);
        FlowTimes.set(e, context, f);
        flags(e, f);
        attributes(e, f);
        f.application = (int) Math.min(e.get(Elements.CERT_BASE + 33), 0xFFFF);
        f.sampling = rate(context);
        if (!firewall.isFlow(e, context, f)) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        counts(e, context, f, counters, out);
    }

    /// Makes a flow of a record that has no addresses but the first octets of a packet (RFC 5477).
    /// Without counts it is one packet of the octets that its IP header says, or the exporter.
    private void packet(
            Elements e, Cursor section, Context context, Counters counters, FlowConsumer out) {
        FlowRecord f = forward;
        boolean isEthernet = !e.has(FRAME_TYPE) || e.get(FRAME_TYPE) == FRAME_TYPE_ETHERNET;
        boolean readable = isEthernet || e.sectionLink() == PacketHeader.LINK_RAW_IP;
        // Exporters of fields of fixed length fill them up.
        long exported = e.get(SECTION_OCTETS);
        int length =
                exported > 0 ? (int) Math.min(exported, section.remaining()) : section.remaining();
        if (!readable || !packet.read(section.take(length), e.sectionLink(), f)) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        interfaces(e, f);
        if (options.vlanInterfaces() && !e.has(58)) {
            f.input = packet.vlan();
        }
        FlowTimes.set(e, context, f);
        f.sampling = rate(context);
        long packets = e.first(PACKETS, PACKETS_TOTAL);
        long bytes = e.first(OCTETS, OCTETS_TOTAL);
        f.packets = packets > 0 ? packets : 1;
        f.bytes = bytes > 0 ? bytes : f.bytes > 0 ? f.bytes : e.first(312, 242);
        if (f.bytes <= 0) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        out.accept(f);
        counters.add(Total.FLOWS, 1);
    }

    /// The sampling rate; one that is no number of 32 bits is unknown.
    private static long rate(Context context) {
        return context.sampling >>> 32 == 0 ? context.sampling : 0;
    }

    /// Sets the addresses, and which packet header the other elements are read of.
    private boolean addresses(Elements e, FlowRecord f) {
        int source = e.select(options.innerHeader());
        boolean four = e.has(8) || e.has(12);
        if (source < 0) {
            // One pair, or none that says anything.
            boolean set = (e.high(27) | e.get(27) | e.high(28) | e.get(28)) != 0;
            source = (e.has(27) || e.has(28)) && (!four || set) ? 27 : 8;
            if (source == 8 && !four) {
                return false;
            }
        }
        int destination = HeaderLayers.destination(source);
        if (HeaderLayers.isIpv6(source)) {
            f.setIpv6(true);
            f.sipHi = e.high(source);
            f.sipLo = e.get(source);
            f.dipHi = e.high(destination);
            f.dipLo = e.get(destination);
            f.nhipHi = e.high(62);
            f.nhipLo = e.get(62);
            if (!e.has(62) && e.has(15)) {
                f.nhipLo = Ip.mapped((int) e.get(15));
            }
        } else {
            f.setSipV4((int) e.get(source));
            f.setDipV4((int) e.get(destination));
            f.setNhipV4((int) e.get(15));
        }
        return true;
    }

    private static int protocol(Elements e) {
        // Of an outer header that does not say so itself, the inner one is the payload.
        return e.hasHeader(PROTOCOL) ? (int) e.header(PROTOCOL) & 0xFF : e.payloadProtocol();
    }

    private static void ports(Elements e, FlowRecord f) {
        f.sport = (int) e.header(7) & 0xFFFF;
        f.dport = (int) e.header(11) & 0xFFFF;
        if (!f.isIcmp() && f.protocol != ICMPV6) {
            return;
        }
        f.sport = 0;
        if (e.hasHeader(32) || e.hasHeader(139)) {
            f.dport = (int) e.header(e.hasHeader(32) ? 32 : 139) & 0xFFFF;
        } else if (e.hasHeader(176) || e.hasHeader(178)) {
            int type = e.hasHeader(176) ? 176 : 178;
            f.dport = (int) (e.header(type) << 8 | e.header(type + 1)) & 0xFFFF;
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
        int initial = (int) e.header(Elements.CERT_BASE + 14) & 0xFF;
        int union = (int) e.header(Elements.CERT_BASE + 15) & 0xFF;
        if (f.protocol == TCP && (initial | union) != 0) {
            f.initialFlags = initial;
            f.sessionFlags = union;
            f.flags = initial | union;
            f.attributes |= Attributes.EXPANDED;
        } else {
            f.flags = (int) e.header(TCP_FLAGS) & 0xFF;
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

    private void counts(
            Elements e, Context context, FlowRecord f, Counters counters, FlowConsumer out) {
        Counts c = counts;
        read(e, context.netflow9 && options.outIsReverse(), c);
        boolean event = firewall.isEvent(e, context);
        if (!event || !firewall.part(e, context, f, c)) {
            assume(e, f, event, c);
        }
        emit(e, f, c, counters, out);
    }

    /// Reads the counts of both directions.
    ///
    /// @param swapPost whether counts behind the exporter are those of the reverse direction
    private static void read(Elements e, boolean swapPost, Counts c) {
        c.packets =
                swapPost
                        ? e.first(PACKETS, PACKETS_TOTAL, 298, 172)
                        : e.first(PACKETS, PACKETS_TOTAL, 298, POST_PACKETS, 172);
        c.bytes =
                swapPost
                        ? e.first(OCTETS, OCTETS_TOTAL, 231, 171)
                        : e.first(OCTETS, OCTETS_TOTAL, 231, POST_OCTETS, 171);
        int r = Elements.REVERSE_BASE;
        c.reversePackets = e.first(r + PACKETS, r + PACKETS_TOTAL, 299);
        c.reverseBytes = e.first(r + OCTETS, r + OCTETS_TOTAL, 232);
        if (swapPost && c.reversePackets == 0) {
            c.reversePackets = e.get(POST_PACKETS);
            c.reverseBytes = e.get(POST_OCTETS);
        }
    }

    /// Assumes counts that exporters are known to leave out.
    private void assume(Elements e, FlowRecord f, boolean event, Counts c) {
        if (event || (c.bytes > 0 && e.hasAny(231))) {
            c.packets = Math.max(c.packets, c.bytes > 0 || f.memo != 0 || event ? 1 : 0);
            c.bytes = event ? Math.max(c.bytes, 1) : c.bytes;
        }
        if (c.reverseBytes > 0 && c.reversePackets == 0 && e.has(232) && !e.has(299)) {
            c.reversePackets = 1;
        }
        if (options.zeroPackets() && c.packets == 0 && c.bytes > 0) {
            c.packets = 1;
        }
    }

    /// Hands out a flow for each direction that has packets and octets.
    private void emit(Elements e, FlowRecord f, Counts c, Counters counters, FlowConsumer out) {
        boolean hasForward = c.packets > 0 && c.bytes > 0;
        boolean hasReverse = c.reversePackets > 0 && c.reverseBytes > 0;
        if (!hasForward && !hasReverse) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        f.packets = c.packets;
        f.bytes = c.bytes;
        if (hasForward) {
            out.accept(f);
            counters.add(Total.FLOWS, 1);
        }
        if (hasReverse) {
            reverse(e, f, hasForward, c.reversePackets, c.reverseBytes);
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
            long delta = FlowTimes.scaled(e.get(Elements.CERT_BASE + 21), 1000);
            FlowTimes.put(r, f.stime + delta, f.duration - delta);
        }
        int base = Elements.CERT_REVERSE_BASE;
        int initial = (int) e.header(base + 14) & 0xFF;
        int union = (int) e.header(base + 15) & 0xFF;
        r.initialFlags = 0;
        r.sessionFlags = 0;
        r.attributes &= ~Attributes.EXPANDED;
        if (r.protocol == TCP && (initial | union) != 0) {
            r.initialFlags = initial;
            r.sessionFlags = union;
            r.flags = initial | union;
            r.attributes |= Attributes.EXPANDED;
        } else if (e.hasHeader(Elements.REVERSE_BASE + TCP_FLAGS)) {
            r.flags = (int) e.header(Elements.REVERSE_BASE + TCP_FLAGS) & 0xFF;
        } else if (e.hasHeader(base + 14) || e.hasHeader(base + 15)) {
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
}
