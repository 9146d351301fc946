package dev.rearview.wire;

import static dev.rearview.wire.registry.ElementIds.DESTINATION_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_TRANSPORT_PORT;
import static dev.rearview.wire.registry.ElementIds.EGRESS_INTERFACE;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_REASON;
import static dev.rearview.wire.registry.ElementIds.FLOW_END_SYS_UP_TIME;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_MILLISECONDS;
import static dev.rearview.wire.registry.ElementIds.FLOW_START_SYS_UP_TIME;
import static dev.rearview.wire.registry.ElementIds.ICMP_CODE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_CODE_IPV6;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_CODE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_CODE_IPV6;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_IPV6;
import static dev.rearview.wire.registry.ElementIds.INGRESS_INTERFACE;
import static dev.rearview.wire.registry.ElementIds.INITIAL_TCP_FLAGS;
import static dev.rearview.wire.registry.ElementIds.IP_NEXT_HOP_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.IP_NEXT_HOP_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.OCTET_DELTA_COUNT;
import static dev.rearview.wire.registry.ElementIds.PACKET_DELTA_COUNT;
import static dev.rearview.wire.registry.ElementIds.PROTOCOL_IDENTIFIER;
import static dev.rearview.wire.registry.ElementIds.SILK_APP_LABEL;
import static dev.rearview.wire.registry.ElementIds.SOURCE_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.SOURCE_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.SOURCE_TRANSPORT_PORT;
import static dev.rearview.wire.registry.ElementIds.TCP_CONTROL_BITS;
import static dev.rearview.wire.registry.ElementIds.UNION_TCP_FLAGS;
import static dev.rearview.wire.registry.ElementIds.VLAN_ID;

import dev.rearview.model.Attributes;
import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.MessageFlows;
import dev.rearview.model.Protocols;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A template of which each record is one flow whose fields lie at fixed places: most of what
/// routers send. Such records are read by these places, straight into columns.
///
/// [FlowMapper] says what records mean, and takes all others: those of templates with anything else
/// than the elements below, once each and as long as usual, and single records of these templates
/// that are not usual ([Rows#usual] tells). What comes out is the same.
final class FlatRecord {
    /// Estimated size in memory.
    static final int OCTETS = 96;

    private static final long MAX_U8 = 0xFF;
    private static final long MAX_U16 = 0xFFFF;
    private static final long MAX_U32 = 0xFFFF_FFFFL;
    private static final int MAX_APPLICATION = 0xFFFF;
    private static final int IPV6_OCTETS = 16;

    // Where elements are: octets before them, and in the lowest bits their own; 0 where there is
    // none.
    private static final int OCTETS_BITS = 8;
    private static final int OCTETS_MASK = (1 << OCTETS_BITS) - 1;

    /// What records of each such template tell, and the sampling, which its exporter tells.
    private static final int[] ALWAYS_TOLD = {
        FieldNumbers.STIME,
        FieldNumbers.DURATION,
        FieldNumbers.PROTOCOL,
        FieldNumbers.PACKETS,
        FieldNumbers.BYTES,
        FieldNumbers.SIP,
        FieldNumbers.DIP,
        FieldNumbers.SAMPLING
    };

    private final boolean isIpv6;
    private final int source;
    private final int destination;
    private final int nextHop;
    private final int protocol;
    private final int sport;
    private final int dport;
    private final int input;
    private final int output;
    private final int packets;
    private final int bytes;
    private final int start;
    private final int end;
    private final boolean isRelative;
    private final int flags;
    private final int initialFlags;
    private final int sessionFlags;
    private final int endReason;
    private final int application;
    private final int length;
    private final int unknown;

    private FlatRecord(Places p) {
        this.isIpv6 = p.of(SOURCE_IPV6_ADDRESS) != 0;
        this.source = p.of(isIpv6 ? SOURCE_IPV6_ADDRESS : SOURCE_IPV4_ADDRESS);
        this.destination = p.of(isIpv6 ? DESTINATION_IPV6_ADDRESS : DESTINATION_IPV4_ADDRESS);
        this.nextHop = p.of(isIpv6 ? IP_NEXT_HOP_IPV6_ADDRESS : IP_NEXT_HOP_IPV4_ADDRESS);
        this.protocol = p.of(PROTOCOL_IDENTIFIER);
        this.sport = p.of(SOURCE_TRANSPORT_PORT);
        this.dport = p.of(DESTINATION_TRANSPORT_PORT);
        this.input = p.of(INGRESS_INTERFACE);
        this.output = p.of(EGRESS_INTERFACE);
        this.packets = p.of(PACKET_DELTA_COUNT);
        this.bytes = p.of(OCTET_DELTA_COUNT);
        this.isRelative = p.of(FLOW_START_SYS_UP_TIME) != 0;
        this.start = p.of(isRelative ? FLOW_START_SYS_UP_TIME : FLOW_START_MILLISECONDS);
        this.end = p.of(isRelative ? FLOW_END_SYS_UP_TIME : FLOW_END_MILLISECONDS);
        this.flags = p.of(TCP_CONTROL_BITS);
        this.initialFlags = p.of(INITIAL_TCP_FLAGS);
        this.sessionFlags = p.of(UNION_TCP_FLAGS);
        this.endReason = p.of(FLOW_END_REASON);
        this.application = p.of(SILK_APP_LABEL);
        this.length = p.length;
        this.unknown = p.unknown;
    }

    /// The places of a template's elements, as they are collected.
    private static final class Places {
        private final int[] places = new int[Elements.MAX_ORDINALS];
        private int length;
        private int unknown;

        /// Takes a template's fields.
        ///
        /// @return false if it has one that is not usual
        boolean take(Template t) {
            for (int i = 0; i < t.size(); i++) {
                int slot = t.slot(i);
                int octets = t.length(i);
                if (slot == Template.LIST || octets == Template.VARIABLE) {
                    return false;
                }
                if (slot < 0) {
                    unknown++;
                } else {
                    int at = Elements.ordinal(slot);
                    if (octets == 0 || !isUsual(slot, octets) || at < 0 || places[at] != 0) {
                        return false;
                    }
                    places[at] = length << OCTETS_BITS | octets;
                }
                length += octets;
                if (length > 0xFFFF) {
                    return false;
                }
            }
            return true;
        }

        int of(int slot) {
            return places[Elements.ordinal(slot)];
        }

        private boolean hasBoth(int one, int other) {
            return of(one) != 0 && of(other) != 0;
        }

        private boolean hasNeither(int one, int other) {
            return of(one) == 0 && of(other) == 0;
        }

        /// Whether a flow can be made of them: addresses of one family, and times of one kind.
        boolean isWhole() {
            boolean four =
                    hasBoth(SOURCE_IPV4_ADDRESS, DESTINATION_IPV4_ADDRESS)
                            && hasNeither(SOURCE_IPV6_ADDRESS, DESTINATION_IPV6_ADDRESS)
                            && of(IP_NEXT_HOP_IPV6_ADDRESS) == 0;
            boolean six =
                    hasBoth(SOURCE_IPV6_ADDRESS, DESTINATION_IPV6_ADDRESS)
                            && hasNeither(SOURCE_IPV4_ADDRESS, DESTINATION_IPV4_ADDRESS)
                            && of(IP_NEXT_HOP_IPV4_ADDRESS) == 0;
            boolean absolute =
                    hasBoth(FLOW_START_MILLISECONDS, FLOW_END_MILLISECONDS)
                            && hasNeither(FLOW_START_SYS_UP_TIME, FLOW_END_SYS_UP_TIME);
            boolean relative =
                    hasBoth(FLOW_START_SYS_UP_TIME, FLOW_END_SYS_UP_TIME)
                            && hasNeither(FLOW_START_MILLISECONDS, FLOW_END_MILLISECONDS);
            return (four || six)
                    && (absolute || relative)
                    && of(PROTOCOL_IDENTIFIER) != 0
                    && hasBoth(PACKET_DELTA_COUNT, OCTET_DELTA_COUNT);
        }
    }

    /// Whether an element is one of those that are read here, or that no flow here needs: types of
    /// ICMP are read elsewhere, and VLANs count where interfaces do not.
    private static boolean isUsual(int slot, int octets) {
        return switch (slot) {
            case SOURCE_IPV4_ADDRESS,
                    DESTINATION_IPV4_ADDRESS,
                    IP_NEXT_HOP_IPV4_ADDRESS,
                    FLOW_START_SYS_UP_TIME,
                    FLOW_END_SYS_UP_TIME ->
                    octets == Integer.BYTES;
            case SOURCE_IPV6_ADDRESS, DESTINATION_IPV6_ADDRESS, IP_NEXT_HOP_IPV6_ADDRESS ->
                    octets == IPV6_OCTETS;
            case FLOW_START_MILLISECONDS,
                    FLOW_END_MILLISECONDS,
                    PACKET_DELTA_COUNT,
                    OCTET_DELTA_COUNT,
                    INGRESS_INTERFACE,
                    EGRESS_INTERFACE ->
                    octets <= Long.BYTES;
            case PROTOCOL_IDENTIFIER,
                    SOURCE_TRANSPORT_PORT,
                    DESTINATION_TRANSPORT_PORT,
                    TCP_CONTROL_BITS,
                    INITIAL_TCP_FLAGS,
                    UNION_TCP_FLAGS,
                    FLOW_END_REASON,
                    SILK_APP_LABEL,
                    VLAN_ID,
                    ICMP_TYPE_CODE_IPV4,
                    ICMP_TYPE_CODE_IPV6,
                    ICMP_TYPE_IPV4,
                    ICMP_TYPE_IPV6,
                    ICMP_CODE_IPV4,
                    ICMP_CODE_IPV6 ->
                    octets <= Integer.BYTES;
            default -> false;
        };
    }

    /// The places of a template's elements, null if records of it need [FlowMapper].
    static @Nullable FlatRecord of(Template t) {
        if (t.isOptions()) {
            return null;
        }
        Places places = new Places();
        return places.take(t) && places.isWhole() ? new FlatRecord(places) : null;
    }

    /// Octets of a record.
    int length() {
        return length;
    }

    /// Fields of a record that no flow needs.
    int unknown() {
        return unknown;
    }

    /// Whether times count from the exporter's start.
    boolean isRelative() {
        return isRelative;
    }

    /// Reads records that lie one behind the other, as many as there is room for; the cursor stays.
    ///
    /// @param in has [#length] octets
    /// @param context with the exporter's start, if times count from that
    /// @param sampling by the interface that a record came in by, 0 if it does not tell
    void read(Cursor in, FlowMapper.Context context, LongUnaryOperator sampling, Rows to) {
        to.count = Math.min(MessageFlows.CAPACITY, in.remaining() / length);
        MessageFlows flows = to.flows;
        flows.clear();
        flows.setCount(to.count);
        vary(flows);
        fill(in, protocol, MAX_U8, flows, FieldNumbers.PROTOCOL, to.count);
        fill(in, packets, -1, flows, FieldNumbers.PACKETS, to.count);
        fill(in, bytes, -1, flows, FieldNumbers.BYTES, to.count);
        fill(in, sport, MAX_U16, flows, FieldNumbers.SPORT, to.count);
        fill(in, dport, MAX_U16, flows, FieldNumbers.DPORT, to.count);
        fill(in, input, MAX_U32, flows, FieldNumbers.INPUT, to.count);
        fill(in, output, MAX_U32, flows, FieldNumbers.OUTPUT, to.count);
        fill(in, flags, MAX_U8, flows, FieldNumbers.FLAGS, to.count);
        fill(in, application, -1, flows, FieldNumbers.APPLICATION, to.count);
        addresses(in, flows, to.count);
        numbers(in, endReason, -1, to.reason, to.count);
        labels(flows);
        times(in, context, to);
        expand(in, to);
        sample(sampling, flows);
    }

    /// Has what records tell vary.
    void vary(MessageFlows flows) {
        for (int number : ALWAYS_TOLD) {
            flows.vary(number);
        }
        flows.setSame(FieldNumbers.NHIP, isIpv6 ? 0 : Ip.MAPPED);
        varyIf(isIpv6, flows, FieldNumbers.UPPER_SIP);
        varyIf(isIpv6, flows, FieldNumbers.UPPER_DIP);
        varyIf(nextHop != 0, flows, FieldNumbers.NHIP);
        varyIf(nextHop != 0 && isIpv6, flows, FieldNumbers.UPPER_NHIP);
        varyIf(sport != 0, flows, FieldNumbers.SPORT);
        varyIf(dport != 0, flows, FieldNumbers.DPORT);
        varyIf(input != 0, flows, FieldNumbers.INPUT);
        varyIf(output != 0, flows, FieldNumbers.OUTPUT);
        varyIf(application != 0, flows, FieldNumbers.APPLICATION);
        varyIf(isExpanded(), flows, FieldNumbers.INITIAL_FLAGS);
        varyIf(isExpanded(), flows, FieldNumbers.SESSION_FLAGS);
        varyIf(isExpanded() || flags != 0, flows, FieldNumbers.FLAGS);
        flows.setSame(FieldNumbers.ATTRIBUTES, isIpv6 ? Attributes.IPV6 : 0);
        varyIf(isExpanded() || endReason != 0, flows, FieldNumbers.ATTRIBUTES);
    }

    private static void varyIf(boolean isTold, MessageFlows flows, int number) {
        if (isTold) {
            flows.vary(number);
        }
    }

    private boolean isExpanded() {
        return initialFlags != 0 || sessionFlags != 0;
    }

    /// What records are read into: their flows, and what else they tell.
    static final class Rows {
        final MessageFlows flows = new MessageFlows();
        private final FlowRecord scratch = new FlowRecord();
        private final long[] reason = new long[MessageFlows.CAPACITY];
        private final long[] first = new long[MessageFlows.CAPACITY];
        private final long[] last = new long[MessageFlows.CAPACITY];
        private final boolean[] isUsual = new boolean[MessageFlows.CAPACITY];
        private int count;

        int count() {
            return count;
        }

        /// How many records from one on are usual. Only [FlowMapper] knows what the others mean: of
        /// ICMP, of a flow that goes on, without start, packets or octets.
        int usual(int from) {
            int i = from;
            while (i < count && isUsual[i]) {
                i++;
            }
            return i - from;
        }
    }

    private void addresses(Cursor in, MessageFlows flows, int n) {
        if (isIpv6) {
            six(in, source, flows, FieldNumbers.UPPER_SIP, FieldNumbers.SIP, n);
            six(in, destination, flows, FieldNumbers.UPPER_DIP, FieldNumbers.DIP, n);
            if (nextHop != 0) {
                six(in, nextHop, flows, FieldNumbers.UPPER_NHIP, FieldNumbers.NHIP, n);
            }
            return;
        }
        four(in, source, flows, FieldNumbers.SIP, n);
        four(in, destination, flows, FieldNumbers.DIP, n);
        if (nextHop != 0) {
            four(in, nextHop, flows, FieldNumbers.NHIP, n);
        }
    }

    private void four(Cursor in, int place, MessageFlows flows, int number, int n) {
        long[] to = flows.column(number);
        for (int i = 0, at = place >> OCTETS_BITS; i < n; i++, at += length) {
            to[i] = Ip.mapped(in.i32At(at));
        }
    }

    private void six(Cursor in, int place, MessageFlows flows, int upper, int lower, int n) {
        long[] hi = flows.column(upper);
        long[] lo = flows.column(lower);
        for (int i = 0, at = place >> OCTETS_BITS; i < n; i++, at += length) {
            hi[i] = in.i64At(at);
            lo[i] = in.i64At(at + Long.BYTES);
        }
    }

    private void labels(MessageFlows flows) {
        if (application == 0) {
            return;
        }
        long[] labels = flows.column(FieldNumbers.APPLICATION);
        for (int i = 0; i < flows.count(); i++) {
            labels[i] = Math.min(labels[i], MAX_APPLICATION);
        }
    }

    /// Sets times, and finds out which records are usual.
    private void times(Cursor in, FlowMapper.Context context, Rows to) {
        numbers(in, start, -1, to.first, to.count);
        numbers(in, end, -1, to.last, to.count);
        long[] stime = to.flows.column(FieldNumbers.STIME);
        long[] duration = to.flows.column(FieldNumbers.DURATION);
        long[] protocols = to.flows.column(FieldNumbers.PROTOCOL);
        long[] packetCounts = to.flows.column(FieldNumbers.PACKETS);
        long[] byteCounts = to.flows.column(FieldNumbers.BYTES);
        FlowRecord f = to.scratch;
        for (int i = 0; i < to.count; i++) {
            long first = to.first[i];
            long last = to.last[i];
            to.isUsual[i] =
                    protocols[i] != Protocols.ICMP
                            && protocols[i] != Protocols.ICMPV6
                            && packetCounts[i] > 0
                            && byteCounts[i] > 0
                            && !FlowMapper.goesOn((int) to.reason[i])
                            && (isRelative || first != 0 && last != 0);
            if (isRelative) {
                FlowTimes.relative(first, last, 0, context, f);
            } else {
                FlowTimes.between(first, last, f);
            }
            stime[i] = f.stime;
            duration[i] = f.duration;
        }
    }

    /// Sets what flags of the first packet and reasons of the end make of flags and attributes.
    private void expand(Cursor in, Rows to) {
        MessageFlows flows = to.flows;
        if (!flows.varies(FieldNumbers.ATTRIBUTES)) {
            return;
        }
        long[] attributes = flows.column(FieldNumbers.ATTRIBUTES);
        int family = isIpv6 ? Attributes.IPV6 : 0;
        for (int i = 0; i < to.count; i++) {
            attributes[i] = family | FlowMapper.ending((int) to.reason[i]);
        }
        if (!isExpanded()) {
            return;
        }
        long[] initial = flows.column(FieldNumbers.INITIAL_FLAGS);
        long[] session = flows.column(FieldNumbers.SESSION_FLAGS);
        long[] all = flows.column(FieldNumbers.FLAGS);
        long[] protocols = flows.column(FieldNumbers.PROTOCOL);
        numbers(in, initialFlags, MAX_U8, initial, to.count);
        numbers(in, sessionFlags, MAX_U8, session, to.count);
        if (flags == 0) {
            Arrays.fill(all, 0, to.count, 0);
        }
        FlowRecord f = to.scratch;
        for (int i = 0; i < to.count; i++) {
            f.clear();
            f.protocol = (int) protocols[i];
            f.flags = (int) all[i];
            FlowMapper.expand(f, (int) initial[i], (int) session[i]);
            all[i] = f.flags;
            initial[i] = f.initialFlags;
            session[i] = f.sessionFlags;
            attributes[i] |= f.attributes;
        }
    }

    private static void sample(LongUnaryOperator sampling, MessageFlows flows) {
        long[] ingress = flows.values(FieldNumbers.INPUT);
        long[] to = flows.column(FieldNumbers.SAMPLING);
        for (int i = 0; i < flows.count(); i++) {
            boolean isAsBefore = i > 0 && ingress[i] == ingress[i - 1];
            to[i] = isAsBefore ? to[i - 1] : FlowMapper.rate(sampling.applyAsLong(ingress[i]));
        }
    }

    private void fill(Cursor in, int place, long mask, MessageFlows flows, int number, int n) {
        if (place != 0) {
            numbers(in, place, mask, flows.column(number), n);
        }
    }

    /// Reads a number of each record, 0 where there is none.
    private void numbers(Cursor in, int place, long mask, long[] to, int n) {
        int at = place >> OCTETS_BITS;
        int octets = place & OCTETS_MASK;
        switch (octets) {
            case 0 -> Arrays.fill(to, 0, n, 0);
            case 1 -> {
                for (int i = 0; i < n; i++, at += length) {
                    to[i] = in.u8At(at);
                }
            }
            case 2 -> {
                for (int i = 0; i < n; i++, at += length) {
                    to[i] = in.u16At(at) & mask;
                }
            }
            case 4 -> {
                for (int i = 0; i < n; i++, at += length) {
                    to[i] = in.i32At(at) & MAX_U32 & mask;
                }
            }
            case 8 -> {
                for (int i = 0; i < n; i++, at += length) {
                    to[i] = in.i64At(at) & mask;
                }
            }
            default -> {
                for (int i = 0; i < n; i++, at += length) {
                    to[i] = in.unsignedAt(at, octets) & mask;
                }
            }
        }
    }
}
