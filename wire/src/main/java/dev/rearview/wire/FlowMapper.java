package dev.rearview.wire;

import static dev.rearview.wire.registry.ElementIds.DATA_LINK_FRAME_SIZE;
import static dev.rearview.wire.registry.ElementIds.DATA_LINK_FRAME_TYPE;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_TRANSPORT_PORT;
import static dev.rearview.wire.registry.ElementIds.EGRESS_INTERFACE;
import static dev.rearview.wire.registry.ElementIds.ETHERNET_TOTAL_LENGTH;
import static dev.rearview.wire.registry.ElementIds.FIREWALL_EVENT;
import static dev.rearview.wire.registry.ElementIds.FLOW_ATTRIBUTES;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_REASON;
import static dev.rearview.wire.registry.ElementIds.ICMP_CODE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_CODE_IPV6;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_CODE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_CODE_IPV6;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_IPV6;
import static dev.rearview.wire.registry.ElementIds.INGRESS_INTERFACE;
import static dev.rearview.wire.registry.ElementIds.INITIAL_TCP_FLAGS;
import static dev.rearview.wire.registry.ElementIds.INITIATOR_OCTETS;
import static dev.rearview.wire.registry.ElementIds.INITIATOR_PACKETS;
import static dev.rearview.wire.registry.ElementIds.IP_NEXT_HOP_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.IP_NEXT_HOP_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.OBSERVATION_TIME_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.OCTET_DELTA_COUNT;
import static dev.rearview.wire.registry.ElementIds.OCTET_TOTAL_COUNT;
import static dev.rearview.wire.registry.ElementIds.PACKET_DELTA_COUNT;
import static dev.rearview.wire.registry.ElementIds.PACKET_TOTAL_COUNT;
import static dev.rearview.wire.registry.ElementIds.POST_OCTET_DELTA_COUNT;
import static dev.rearview.wire.registry.ElementIds.POST_OCTET_TOTAL_COUNT;
import static dev.rearview.wire.registry.ElementIds.POST_PACKET_DELTA_COUNT;
import static dev.rearview.wire.registry.ElementIds.POST_PACKET_TOTAL_COUNT;
import static dev.rearview.wire.registry.ElementIds.POST_VLAN_ID;
import static dev.rearview.wire.registry.ElementIds.PROTOCOL_IDENTIFIER;
import static dev.rearview.wire.registry.ElementIds.RESPONDER_OCTETS;
import static dev.rearview.wire.registry.ElementIds.RESPONDER_PACKETS;
import static dev.rearview.wire.registry.ElementIds.REVERSE_FLOW_DELTA_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.SECTION_EXPORTED_OCTETS;
import static dev.rearview.wire.registry.ElementIds.SILK_APP_LABEL;
import static dev.rearview.wire.registry.ElementIds.SILK_FLOW_SENSOR;
import static dev.rearview.wire.registry.ElementIds.SILK_FLOW_TYPE;
import static dev.rearview.wire.registry.ElementIds.SILK_TCP_STATE;
import static dev.rearview.wire.registry.ElementIds.SOURCE_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.SOURCE_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.SOURCE_TRANSPORT_PORT;
import static dev.rearview.wire.registry.ElementIds.SYSTEM_INIT_TIME_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.TCP_CONTROL_BITS;
import static dev.rearview.wire.registry.ElementIds.UNION_TCP_FLAGS;
import static dev.rearview.wire.registry.ElementIds.VLAN_ID;
import static dev.rearview.wire.registry.ElementIds.reverse;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.Protocols;
import dev.rearview.wire.ConnectionTotals.Counts;
import dev.rearview.wire.Counters.Total;

/// Makes flows of information elements: NetFlow v9 and IPFIX records become one flow, or two where
/// they describe both directions (RFC 5103).
public final class FlowMapper {
    private static final long MAX_U32 = 0xFFFF_FFFFL;

    /// What a frame's type says of Ethernet.
    private static final int FRAME_TYPE_ETHERNET = 1;

    // Reasons of a flow's end: the lowest bits are a number, the highest says that it goes on.
    private static final int END_REASON_MASK = 0x1F;
    private static final int END_ACTIVE_TIMEOUT = 2;

    /// YAF sends these while a flow goes on.
    private static final int END_NOT_YET = 0x1F;

    private static final int END_CONTINUED = 0x80;

    /// CERT's attribute of flows whose packets all have one size.
    private static final int ATTRIBUTE_UNIFORM = 1;

    private final ProbeOptions options;
    private final SetDecoder.Log log;
    private final FlowRecord forward = new FlowRecord();
    private final FlowRecord reverse = new FlowRecord();
    private final PacketHeader packet = new PacketHeader();
    private final FirewallEvents firewall;
    private final Counts counts = new Counts();

    public FlowMapper(ProbeOptions options) {
        this(options, SetDecoder.Log.NONE);
    }

    /// @param log is told of times, and of records that make no flow
    public FlowMapper(ProbeOptions options, SetDecoder.Log log) {
        this.options = options;
        this.log = log;
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
                ignore(e, context, SetDecoder.Log.Ignored.NO_ADDRESS, counters);
                return;
            }
        }
        if (goesOn((int) e.get(FLOW_END_REASON))) {
            ignore(e, context, SetDecoder.Log.Ignored.NOT_ENDED, counters);
            return;
        }
        f.protocol = protocol(e);
        ports(e, f);
        interfaces(e, f);
        FlowTimes.set(e, context, f);
        log.times(e, context, f);
        flags(e, f);
        attributes(e, f);
        f.application = (int) Math.min(e.get(SILK_APP_LABEL), 0xFFFF);
        f.sampling = rate(context.sampling);
        if (options.keepsPlace()) {
            place(e, f);
        }
        if (!firewall.isFlow(e, context, f)) {
            ignore(e, context, SetDecoder.Log.Ignored.FIREWALL_EVENT, counters);
            return;
        }
        counts(e, context, f, counters, out);
    }

    /// Counts a record that makes no flow.
    private void ignore(
            Elements e, Context context, SetDecoder.Log.Ignored why, Counters counters) {
        counters.drop(Drop.IGNORED, 1);
        if (!log.isWanted()) {
            return;
        }
        FlowRecord f = forward;
        f.protocol = protocol(e);
        ports(e, f);
        read(e, context.netflow9 && options.outIsReverse(), counts);
        f.packets = counts.packets;
        f.bytes = counts.bytes;
        log.ignored(f, why);
    }

    /// Takes the sensor and the type that a record names. One that names none has number 0 of both,
    /// as in SiLK, unless it has elements that only exporters without them send.
    private static void place(Elements e, FlowRecord f) {
        if (e.hasAny(SILK_FLOW_TYPE, SILK_FLOW_SENSOR) || !isForeign(e)) {
            f.flowtype = (int) e.get(SILK_FLOW_TYPE) & FlowRecord.NO_FLOWTYPE;
            f.sensor = (int) e.get(SILK_FLOW_SENSOR) & FlowRecord.NO_SENSOR;
        }
    }

    /// Whether a record has elements that stem from NetFlow v9, which routers and firewalls send.
    private static boolean isForeign(Elements e) {
        return e.hasAny(
                SYSTEM_INIT_TIME_MILLISECONDS,
                OBSERVATION_TIME_MILLISECONDS,
                FIREWALL_EVENT,
                INITIATOR_OCTETS,
                INITIATOR_PACKETS,
                RESPONDER_OCTETS,
                RESPONDER_PACKETS);
    }

    /// Makes a flow of a record that has no addresses but the first octets of a packet (RFC 5477).
    /// Without counts it is one packet of the octets that its IP header says, or the exporter.
    private void packet(
            Elements e, Cursor section, Context context, Counters counters, FlowConsumer out) {
        FlowRecord f = forward;
        boolean isEthernet =
                !e.has(DATA_LINK_FRAME_TYPE) || e.get(DATA_LINK_FRAME_TYPE) == FRAME_TYPE_ETHERNET;
        boolean readable = isEthernet || e.sectionLink() == PacketHeader.LINK_RAW_IP;
        // Exporters of fields of fixed length fill them up.
        long exported = e.get(SECTION_EXPORTED_OCTETS);
        int length =
                exported > 0 ? (int) Math.min(exported, section.remaining()) : section.remaining();
        if (!readable || !packet.read(section.take(length), e.sectionLink(), f)) {
            ignore(e, context, SetDecoder.Log.Ignored.NO_ADDRESS, counters);
            return;
        }
        interfaces(e, f);
        if (options.vlanInterfaces() && !e.has(VLAN_ID)) {
            f.input = packet.vlan();
        }
        FlowTimes.set(e, context, f);
        log.times(e, context, f);
        f.sampling = rate(context.sampling);
        long packets = e.first(PACKET_DELTA_COUNT, PACKET_TOTAL_COUNT);
        long bytes = e.first(OCTET_DELTA_COUNT, OCTET_TOTAL_COUNT);
        f.packets = packets > 0 ? packets : 1;
        f.bytes =
                bytes > 0
                        ? bytes
                        : f.bytes > 0
                                ? f.bytes
                                : e.first(DATA_LINK_FRAME_SIZE, ETHERNET_TOTAL_LENGTH);
        if (options.keepsPlace()) {
            place(e, f);
        }
        if (f.bytes <= 0) {
            ignore(e, context, SetDecoder.Log.Ignored.NO_COUNTS, counters);
            return;
        }
        out.accept(f, counters);
        counters.add(Total.FLOWS, 1);
    }

    /// The sampling rate; one that is no number of 32 bits is unknown.
    static long rate(long sampling) {
        return sampling >>> 32 == 0 ? sampling : 0;
    }

    /// Sets the addresses, and which packet header the other elements are read of.
    private boolean addresses(Elements e, FlowRecord f) {
        int source = e.select(options.innerHeader());
        boolean four = e.has(SOURCE_IPV4_ADDRESS) || e.has(DESTINATION_IPV4_ADDRESS);
        if (source < 0) {
            // One pair, or none that says anything.
            boolean six = e.has(SOURCE_IPV6_ADDRESS) || e.has(DESTINATION_IPV6_ADDRESS);
            source = six && !four ? SOURCE_IPV6_ADDRESS : SOURCE_IPV4_ADDRESS;
            if (source == SOURCE_IPV4_ADDRESS && !four) {
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
            f.nhipHi = e.high(IP_NEXT_HOP_IPV6_ADDRESS);
            f.nhipLo = e.get(IP_NEXT_HOP_IPV6_ADDRESS);
            if (!e.has(IP_NEXT_HOP_IPV6_ADDRESS) && e.has(IP_NEXT_HOP_IPV4_ADDRESS)) {
                f.nhipLo = Ip.mapped((int) e.get(IP_NEXT_HOP_IPV4_ADDRESS));
            }
        } else {
            f.setSipV4((int) e.get(source));
            f.setDipV4((int) e.get(destination));
            f.setNhipV4((int) e.get(IP_NEXT_HOP_IPV4_ADDRESS));
        }
        return true;
    }

    private static int protocol(Elements e) {
        // Of an outer header that does not say so itself, the inner one is the payload.
        return e.hasHeader(PROTOCOL_IDENTIFIER)
                ? (int) e.header(PROTOCOL_IDENTIFIER) & 0xFF
                : e.payloadProtocol();
    }

    private static void ports(Elements e, FlowRecord f) {
        f.sport = (int) e.header(SOURCE_TRANSPORT_PORT) & 0xFFFF;
        f.dport = (int) e.header(DESTINATION_TRANSPORT_PORT) & 0xFFFF;
        if (!f.isIcmp() && f.protocol != Protocols.ICMPV6) {
            return;
        }
        f.sport = 0;
        if (e.hasHeader(ICMP_TYPE_CODE_IPV4) || e.hasHeader(ICMP_TYPE_CODE_IPV6)) {
            f.dport =
                    (int)
                                    e.header(
                                            e.hasHeader(ICMP_TYPE_CODE_IPV4)
                                                    ? ICMP_TYPE_CODE_IPV4
                                                    : ICMP_TYPE_CODE_IPV6)
                            & 0xFFFF;
        } else if (e.hasHeader(ICMP_TYPE_IPV4) || e.hasHeader(ICMP_TYPE_IPV6)) {
            boolean four = e.hasHeader(ICMP_TYPE_IPV4);
            long type = e.header(four ? ICMP_TYPE_IPV4 : ICMP_TYPE_IPV6);
            long code = e.header(four ? ICMP_CODE_IPV4 : ICMP_CODE_IPV6);
            f.dport = (int) (type << 8 | code) & 0xFFFF;
        }
    }

    private void interfaces(Elements e, FlowRecord f) {
        if (options.vlanInterfaces()) {
            f.input = e.get(VLAN_ID) & 0xFFFF;
            f.output = e.get(POST_VLAN_ID) & 0xFFFF;
        } else {
            f.input = e.get(INGRESS_INTERFACE) & MAX_U32;
            f.output = e.get(EGRESS_INTERFACE) & MAX_U32;
        }
    }

    private static void flags(Elements e, FlowRecord f) {
        int initial = (int) e.header(INITIAL_TCP_FLAGS) & 0xFF;
        int union = (int) e.header(UNION_TCP_FLAGS) & 0xFF;
        if (!expand(f, initial, union)) {
            f.flags = (int) e.header(TCP_CONTROL_BITS) & 0xFF;
        }
    }

    /// Sets the flags of the first packet and of the others, which only TCP has.
    ///
    /// @return whether there are any
    static boolean expand(FlowRecord r, int initial, int union) {
        if (r.protocol != Protocols.TCP || (initial | union) == 0) {
            return false;
        }
        r.initialFlags = initial;
        r.sessionFlags = union;
        r.flags = initial | union;
        r.attributes |= Attributes.EXPANDED;
        return true;
    }

    private static void attributes(Elements e, FlowRecord f) {
        int state = (int) e.get(SILK_TCP_STATE) & Attributes.VISIBLE;
        if (state == 0) {
            state |= (e.get(FLOW_ATTRIBUTES) & ATTRIBUTE_UNIFORM) != 0 ? Attributes.UNIFORM : 0;
            state |= ending((int) e.get(FLOW_END_REASON));
        }
        f.attributes |= state;
    }

    /// Whether a reason of a flow's end says that it has not ended.
    static boolean goesOn(int endReason) {
        return (endReason & END_REASON_MASK) == END_NOT_YET;
    }

    /// Attributes that a reason of a flow's end says.
    static int ending(int endReason) {
        return ((endReason & END_REASON_MASK) == END_ACTIVE_TIMEOUT ? Attributes.TIMED_OUT : 0)
                | ((endReason & END_CONTINUED) != 0 ? Attributes.CONTINUED : 0);
    }

    private void counts(
            Elements e, Context context, FlowRecord f, Counters counters, FlowConsumer out) {
        Counts c = counts;
        read(e, context.netflow9 && options.outIsReverse(), c);
        if (options.recordAlone()) {
            leaveOutReverse(e, c);
        }
        boolean event = firewall.isEvent(e, context);
        if (!event || !firewall.part(e, context, f, c)) {
            assume(e, event, c);
        }
        emit(e, context, c, counters, out);
    }

    /// Leaves out counts of the reverse direction of a record that neither says when that began nor
    /// counts by initiator and responder.
    private void leaveOutReverse(Elements e, Counts c) {
        if (e.hasAny(REVERSE_FLOW_DELTA_MILLISECONDS, RESPONDER_OCTETS, RESPONDER_PACKETS)) {
            return;
        }
        if (c.reversePackets > 0 && c.reverseBytes > 0) {
            log.leftOut(SetDecoder.Log.LeftOut.REVERSE);
        }
        c.reversePackets = 0;
        c.reverseBytes = 0;
    }

    /// Reads the counts of both directions.
    ///
    /// @param swapPost whether counts behind the exporter are those of the reverse direction
    private static void read(Elements e, boolean swapPost, Counts c) {
        c.packets =
                swapPost
                        ? e.first(
                                PACKET_DELTA_COUNT,
                                PACKET_TOTAL_COUNT,
                                INITIATOR_PACKETS,
                                POST_PACKET_TOTAL_COUNT)
                        : e.first(
                                PACKET_DELTA_COUNT,
                                PACKET_TOTAL_COUNT,
                                INITIATOR_PACKETS,
                                POST_PACKET_DELTA_COUNT,
                                POST_PACKET_TOTAL_COUNT);
        c.bytes =
                swapPost
                        ? e.first(
                                OCTET_DELTA_COUNT,
                                OCTET_TOTAL_COUNT,
                                INITIATOR_OCTETS,
                                POST_OCTET_TOTAL_COUNT)
                        : e.first(
                                OCTET_DELTA_COUNT,
                                OCTET_TOTAL_COUNT,
                                INITIATOR_OCTETS,
                                POST_OCTET_DELTA_COUNT,
                                POST_OCTET_TOTAL_COUNT);
        c.reversePackets =
                e.first(
                        reverse(PACKET_DELTA_COUNT),
                        reverse(PACKET_TOTAL_COUNT),
                        RESPONDER_PACKETS);
        c.reverseBytes =
                e.first(reverse(OCTET_DELTA_COUNT), reverse(OCTET_TOTAL_COUNT), RESPONDER_OCTETS);
        if (swapPost && c.reversePackets == 0) {
            c.reversePackets = e.get(POST_PACKET_DELTA_COUNT);
            c.reverseBytes = e.get(POST_OCTET_DELTA_COUNT);
        }
    }

    /// Assumes counts that exporters are known to leave out.
    private void assume(Elements e, boolean event, Counts c) {
        if (event || (c.bytes > 0 && e.hasAny(INITIATOR_OCTETS))) {
            c.packets = Math.max(c.packets, 1);
            c.bytes = event ? Math.max(c.bytes, 1) : c.bytes;
        }
        if (c.reverseBytes > 0
                && c.reversePackets == 0
                && e.has(RESPONDER_OCTETS)
                && !e.has(RESPONDER_PACKETS)) {
            c.reversePackets = 1;
        }
        if (options.zeroPackets() && c.packets == 0 && c.bytes > 0) {
            c.packets = 1;
        }
    }

    /// Hands out a flow for each direction that has packets and octets.
    private void emit(Elements e, Context context, Counts c, Counters counters, FlowConsumer out) {
        FlowRecord f = forward;
        boolean hasForward = c.packets > 0 && c.bytes > 0;
        boolean hasReverse = c.reversePackets > 0 && c.reverseBytes > 0;
        if (!hasForward && !hasReverse) {
            boolean foreign = isForeign(e);
            ignore(
                    e,
                    context,
                    foreign
                            ? SetDecoder.Log.Ignored.NO_COUNTS_EITHER_WAY
                            : SetDecoder.Log.Ignored.NO_COUNTS,
                    counters);
            return;
        }
        f.packets = c.packets;
        f.bytes = c.bytes;
        if (hasForward) {
            out.accept(f, counters);
            counters.add(Total.FLOWS, 1);
        }
        if (hasReverse) {
            turn(e, f, hasForward, c.reversePackets, c.reverseBytes);
            out.accept(reverse, counters);
            counters.add(hasForward ? Total.REVERSE_FLOWS : Total.FLOWS, 1);
        }
    }

    private void turn(Elements e, FlowRecord f, boolean hasForward, long packets, long bytes) {
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
            long delta = FlowTimes.scaled(e.get(REVERSE_FLOW_DELTA_MILLISECONDS), 1000);
            FlowTimes.put(r, f.stime + delta, f.duration - delta);
        }
        turnFlags(e, f, r);
        if (e.has(reverse(FLOW_ATTRIBUTES))) {
            r.attributes &= ~Attributes.UNIFORM;
            r.attributes |=
                    (e.get(reverse(FLOW_ATTRIBUTES)) & ATTRIBUTE_UNIFORM) != 0
                            ? Attributes.UNIFORM
                            : 0;
        }
    }

    private static void turnFlags(Elements e, FlowRecord f, FlowRecord r) {
        int initial = (int) e.header(reverse(INITIAL_TCP_FLAGS)) & 0xFF;
        int union = (int) e.header(reverse(UNION_TCP_FLAGS)) & 0xFF;
        r.initialFlags = 0;
        r.sessionFlags = 0;
        r.attributes &= ~Attributes.EXPANDED;
        if (expand(r, initial, union)) {
            return;
        }
        if (e.hasHeader(reverse(TCP_CONTROL_BITS))) {
            r.flags = (int) e.header(reverse(TCP_CONTROL_BITS)) & 0xFF;
        } else if (e.hasHeader(reverse(INITIAL_TCP_FLAGS))
                || e.hasHeader(reverse(UNION_TCP_FLAGS))) {
            r.flags = 0;
        } else {
            r.flags = f.flags;
            r.initialFlags = f.initialFlags;
            r.sessionFlags = f.sessionFlags;
            r.attributes |= f.attributes & Attributes.EXPANDED;
        }
    }

    private static void vlans(Elements e, FlowRecord f, FlowRecord r) {
        if (e.has(reverse(VLAN_ID))) {
            r.input = e.get(reverse(VLAN_ID)) & 0xFFFF;
            r.output = e.get(reverse(POST_VLAN_ID)) & 0xFFFF;
        } else if (!e.has(POST_VLAN_ID)) {
            r.input = f.input;
            r.output = 0;
        }
    }
}
