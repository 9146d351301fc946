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

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import org.jspecify.annotations.Nullable;

/// A template of which each record is one flow whose fields lie at fixed places: most of what
/// routers send. Such records are read by these places, straight into a flow.
///
/// [FlowMapper] says what records mean, and takes all others: those of templates with anything else
/// than the elements below, once each and as long as usual, and single records of these templates
/// that are not usual ([#map] tells). What comes out is the same.
final class FlatRecord {
    /// Estimated size in memory.
    static final int OCTETS = 96;

    private static final long MAX_U32 = 0xFFFF_FFFFL;
    private static final int MAX_APPLICATION = 0xFFFF;
    private static final int IPV6_OCTETS = 16;

    // Where elements are: octets before them, and in the lowest bits their own; 0 where there is
    // none.
    private static final int OCTETS_BITS = 8;
    private static final int OCTETS_MASK = (1 << OCTETS_BITS) - 1;

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

    /// The element of the interface that a record came in by, 0 if it does not tell.
    long ingress(Cursor in) {
        return number(in, input);
    }

    /// Makes a flow of the record that comes next; the cursor stays.
    ///
    /// @param in has [#length] octets
    /// @param context with the exporter's start, if times count from that, and its sampling rate
    /// @return false if the record is unusual, so that only [FlowMapper] knows what it means: ICMP,
    ///   a flow that goes on, no start, no packets, or no octets
    boolean map(Cursor in, FlowMapper.Context context, FlowRecord f) {
        f.clear();
        f.protocol = (int) number(in, protocol) & 0xFF;
        f.packets = number(in, packets);
        f.bytes = number(in, bytes);
        int reason = (int) number(in, endReason);
        boolean isUsual =
                f.protocol != Protocols.ICMP
                        && f.protocol != Protocols.ICMPV6
                        && f.packets > 0
                        && f.bytes > 0
                        && !FlowMapper.goesOn(reason);
        if (!isUsual || !times(in, context, f)) {
            return false;
        }
        addresses(in, f);
        f.sport = (int) number(in, sport) & 0xFFFF;
        f.dport = (int) number(in, dport) & 0xFFFF;
        f.input = number(in, input) & MAX_U32;
        f.output = number(in, output) & MAX_U32;
        int initial = (int) number(in, initialFlags) & 0xFF;
        int session = (int) number(in, sessionFlags) & 0xFF;
        if (!FlowMapper.expand(f, initial, session)) {
            f.flags = (int) number(in, flags) & 0xFF;
        }
        f.attributes |= FlowMapper.ending(reason);
        f.application = (int) Math.min(number(in, application), MAX_APPLICATION);
        f.sampling = FlowMapper.rate(context);
        return true;
    }

    private void addresses(Cursor in, FlowRecord f) {
        if (!isIpv6) {
            f.setSipV4(in.i32At(source >> OCTETS_BITS));
            f.setDipV4(in.i32At(destination >> OCTETS_BITS));
            f.setNhipV4((int) number(in, nextHop));
            return;
        }
        f.setIpv6(true);
        int from = source >> OCTETS_BITS;
        f.sipHi = in.i64At(from);
        f.sipLo = in.i64At(from + Long.BYTES);
        int to = destination >> OCTETS_BITS;
        f.dipHi = in.i64At(to);
        f.dipLo = in.i64At(to + Long.BYTES);
        int by = nextHop >> OCTETS_BITS;
        f.nhipHi = nextHop == 0 ? 0 : in.i64At(by);
        f.nhipLo = nextHop == 0 ? 0 : in.i64At(by + Long.BYTES);
    }

    private boolean times(Cursor in, FlowMapper.Context context, FlowRecord f) {
        long first = number(in, start);
        long last = number(in, end);
        if (isRelative) {
            FlowTimes.relative(first, last, 0, context, f);
            return true;
        }
        if (first == 0 || last == 0) {
            return false;
        }
        FlowTimes.between(first, last, f);
        return true;
    }

    /// An unsigned number, 0 where there is none.
    private static long number(Cursor in, int place) {
        int at = place >> OCTETS_BITS;
        return switch (place & OCTETS_MASK) {
            case 0 -> 0;
            case 1 -> in.u8At(at);
            case 2 -> in.u16At(at);
            case 4 -> in.i32At(at) & MAX_U32;
            case 8 -> in.i64At(at);
            default -> in.unsignedAt(at, place & OCTETS_MASK);
        };
    }
}
