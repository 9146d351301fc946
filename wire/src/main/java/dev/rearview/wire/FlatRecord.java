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
    static final int OCTETS = 256;

    private static final long MAX_U8 = 0xFF;
    private static final long MAX_U16 = 0xFFFF;
    private static final long MAX_U32 = 0xFFFF_FFFFL;
    private static final int MAX_APPLICATION = 0xFFFF;
    private static final int IPV6_OCTETS = 16;

    // Where elements are: octets before them, and in the lowest bits their own; 0 where there is
    // none.
    private static final int OCTETS_BITS = 8;
    private static final int OCTETS_MASK = (1 << OCTETS_BITS) - 1;

    // Columns of what no flow has, behind the numbers of flows.
    private static final int REASON = FieldNumbers.NUMBERS;
    private static final int FIRST = REASON + 1;
    private static final int LAST = REASON + 2;
    private static final int COLUMNS = REASON + 3;

    /// The bits that count of what goes to a column.
    private static final long[] MASKS = masks();

    private static long[] masks() {
        long[] out = new long[COLUMNS];
        Arrays.fill(out, -1);
        out[FieldNumbers.PROTOCOL] = MAX_U8;
        out[FieldNumbers.FLAGS] = MAX_U8;
        out[FieldNumbers.INITIAL_FLAGS] = MAX_U8;
        out[FieldNumbers.SESSION_FLAGS] = MAX_U8;
        out[FieldNumbers.SPORT] = MAX_U16;
        out[FieldNumbers.DPORT] = MAX_U16;
        out[FieldNumbers.INPUT] = MAX_U32;
        out[FieldNumbers.OUTPUT] = MAX_U32;
        return out;
    }

    private final boolean isIpv6;
    private final boolean isRelative;
    private final boolean isExpanded;
    private final boolean hasReason;
    private final int length;
    private final int unknown;

    /// What goes where: a place, and the column that it goes to.
    private final int[] moves;

    private FlatRecord(Places p) {
        this.isIpv6 = p.of(SOURCE_IPV6_ADDRESS) != 0;
        this.isRelative = p.of(FLOW_START_SYS_UP_TIME) != 0;
        this.isExpanded = p.of(INITIAL_TCP_FLAGS) != 0 || p.of(UNION_TCP_FLAGS) != 0;
        this.hasReason = p.of(FLOW_END_REASON) != 0;
        this.length = p.length;
        this.unknown = p.unknown;
        // Twice, so that there is just as much room as they take: templates come in any number.
        Moves m = new Moves();
        collect(p, m);
        m.all = new int[m.count];
        m.count = 0;
        collect(p, m);
        this.moves = m.all;
    }

    private void collect(Places p, Moves m) {
        if (isIpv6) {
            m.addSix(p.of(SOURCE_IPV6_ADDRESS), FieldNumbers.UPPER_SIP, FieldNumbers.SIP);
            m.addSix(p.of(DESTINATION_IPV6_ADDRESS), FieldNumbers.UPPER_DIP, FieldNumbers.DIP);
            m.addSix(p.of(IP_NEXT_HOP_IPV6_ADDRESS), FieldNumbers.UPPER_NHIP, FieldNumbers.NHIP);
        } else {
            m.add(p.of(SOURCE_IPV4_ADDRESS), FieldNumbers.SIP);
            m.add(p.of(DESTINATION_IPV4_ADDRESS), FieldNumbers.DIP);
            m.add(p.of(IP_NEXT_HOP_IPV4_ADDRESS), FieldNumbers.NHIP);
        }
        m.add(p.of(PROTOCOL_IDENTIFIER), FieldNumbers.PROTOCOL);
        m.add(p.of(SOURCE_TRANSPORT_PORT), FieldNumbers.SPORT);
        m.add(p.of(DESTINATION_TRANSPORT_PORT), FieldNumbers.DPORT);
        m.add(p.of(INGRESS_INTERFACE), FieldNumbers.INPUT);
        m.add(p.of(EGRESS_INTERFACE), FieldNumbers.OUTPUT);
        m.add(p.of(PACKET_DELTA_COUNT), FieldNumbers.PACKETS);
        m.add(p.of(OCTET_DELTA_COUNT), FieldNumbers.BYTES);
        m.add(p.of(TCP_CONTROL_BITS), FieldNumbers.FLAGS);
        m.add(p.of(INITIAL_TCP_FLAGS), FieldNumbers.INITIAL_FLAGS);
        m.add(p.of(UNION_TCP_FLAGS), FieldNumbers.SESSION_FLAGS);
        m.add(p.of(SILK_APP_LABEL), FieldNumbers.APPLICATION);
        m.add(p.of(FLOW_END_REASON), REASON);
        m.add(p.of(isRelative ? FLOW_START_SYS_UP_TIME : FLOW_START_MILLISECONDS), FIRST);
        m.add(p.of(isRelative ? FLOW_END_SYS_UP_TIME : FLOW_END_MILLISECONDS), LAST);
    }

    /// Moves as they are collected, or counted where there is no room for them.
    private static final class Moves {
        private static final int[] NO_ROOM = {};

        private int[] all = NO_ROOM;
        private int count;

        /// @param place 0 where the template has no such element
        void add(int place, int to) {
            if (place == 0) {
                return;
            }
            if (count < all.length) {
                all[count] = place;
                all[count + 1] = to;
            }
            count += 2;
        }

        void addSix(int place, int upper, int lower) {
            if (place != 0) {
                int from = place >> OCTETS_BITS;
                add(from << OCTETS_BITS | Long.BYTES, upper);
                add(from + Long.BYTES << OCTETS_BITS | Long.BYTES, lower);
            }
        }
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
        MessageFlows flows = to.flows;
        flows.clear();
        flows.setCount(Math.min(MessageFlows.CAPACITY, in.remaining() / length));
        vary(flows);
        if (isExpanded) {
            // Of these a template may have some.
            Arrays.fill(flows.column(FieldNumbers.FLAGS), 0);
            Arrays.fill(flows.column(FieldNumbers.INITIAL_FLAGS), 0);
            Arrays.fill(flows.column(FieldNumbers.SESSION_FLAGS), 0);
        }
        if (!hasReason) {
            Arrays.fill(to.reason, 0);
        }
        to.count = flows.count();
        for (int i = 0; i < moves.length; i += 2) {
            move(in, moves[i], moves[i + 1], to);
        }
        if (flows.varies(FieldNumbers.APPLICATION)) {
            bound(flows.column(FieldNumbers.APPLICATION), to.count);
        }
        times(context, to);
        if (flows.varies(FieldNumbers.ATTRIBUTES)) {
            attributes(to);
        }
        sample(sampling, flows);
    }

    /// Has vary what records tell, and what is made of it.
    void vary(MessageFlows flows) {
        for (int i = 1; i < moves.length; i += 2) {
            if (moves[i] < FieldNumbers.NUMBERS) {
                flows.vary(moves[i]);
            }
        }
        flows.vary(FieldNumbers.STIME);
        flows.vary(FieldNumbers.DURATION);
        flows.vary(FieldNumbers.SAMPLING);
        if (isExpanded) {
            flows.vary(FieldNumbers.FLAGS);
            flows.vary(FieldNumbers.INITIAL_FLAGS);
            flows.vary(FieldNumbers.SESSION_FLAGS);
        }
        if (isExpanded || hasReason) {
            flows.vary(FieldNumbers.ATTRIBUTES);
        } else {
            flows.setSame(FieldNumbers.ATTRIBUTES, family());
        }
        if (isIpv6 && !flows.varies(FieldNumbers.NHIP)) {
            flows.setSame(FieldNumbers.NHIP, 0);
        }
    }

    private int family() {
        return isIpv6 ? Attributes.IPV6 : 0;
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

        private long[] column(int number) {
            return switch (number - REASON) {
                case 0 -> reason;
                case 1 -> first;
                case 2 -> last;
                default -> flows.column(number);
            };
        }
    }

    /// Reads a number of each record.
    private void move(Cursor in, int place, int number, Rows rows) {
        long[] to = rows.column(number);
        long mask = MASKS[number];
        boolean isAddress =
                number == FieldNumbers.SIP
                        || number == FieldNumbers.DIP
                        || number == FieldNumbers.NHIP;
        long above = isAddress && !isIpv6 ? Ip.MAPPED : 0;
        int n = rows.count;
        int at = place >> OCTETS_BITS;
        int octets = place & OCTETS_MASK;
        switch (octets) {
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
                    to[i] = in.i32At(at) & MAX_U32 & mask | above;
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

    private static void bound(long[] labels, int n) {
        for (int i = 0; i < n; i++) {
            labels[i] = Math.min(labels[i], MAX_APPLICATION);
        }
    }

    /// Sets times, and finds out which records are usual.
    private void times(FlowMapper.Context context, Rows to) {
        long[] stime = to.flows.column(FieldNumbers.STIME);
        long[] duration = to.flows.column(FieldNumbers.DURATION);
        long[] protocols = to.flows.column(FieldNumbers.PROTOCOL);
        long[] packets = to.flows.column(FieldNumbers.PACKETS);
        long[] bytes = to.flows.column(FieldNumbers.BYTES);
        FlowRecord f = to.scratch;
        for (int i = 0; i < to.count; i++) {
            long first = to.first[i];
            long last = to.last[i];
            to.isUsual[i] =
                    protocols[i] != Protocols.ICMP
                            && protocols[i] != Protocols.ICMPV6
                            && packets[i] > 0
                            && bytes[i] > 0
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
    private void attributes(Rows to) {
        MessageFlows flows = to.flows;
        long[] attributes = flows.column(FieldNumbers.ATTRIBUTES);
        for (int i = 0; i < to.count; i++) {
            attributes[i] = family() | FlowMapper.ending((int) to.reason[i]);
        }
        if (!isExpanded) {
            return;
        }
        long[] initial = flows.column(FieldNumbers.INITIAL_FLAGS);
        long[] session = flows.column(FieldNumbers.SESSION_FLAGS);
        long[] flags = flows.column(FieldNumbers.FLAGS);
        long[] protocols = flows.column(FieldNumbers.PROTOCOL);
        FlowRecord f = to.scratch;
        for (int i = 0; i < to.count; i++) {
            f.clear();
            f.protocol = (int) protocols[i];
            f.flags = (int) flags[i];
            FlowMapper.expand(f, (int) initial[i], (int) session[i]);
            flags[i] = f.flags;
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
}
