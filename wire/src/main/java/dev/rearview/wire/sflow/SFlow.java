package dev.rearview.wire.sflow;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.ProbeOptions;

/// Decodes sFlow version 5 datagrams: one flow of one packet for each flow sample of an IP packet.
///
/// Octets are those of the frame as the agent gives them, as in SiLK, or of the IP packet
/// ([ProbeOptions#sflowIpLength]); samples without a header have the latter only. An interface is
/// its index, or, as sFlow's short form has it, what became of the packet in the two highest bits:
/// 1 discarded, with a reason; 2 sent out more than once, with the number of times; 0x3FFFFFFF is
/// the agent itself. SiLK's files show all of these as 65535.
///
/// Counter samples are counted; samples and records of other enterprises are skipped by length.
public final class SFlow {
    public static final int VERSION = 5;

    private static final int FLOW_SAMPLE = 1;
    private static final int COUNTER_SAMPLE = 2;
    private static final int EXPANDED_FLOW_SAMPLE = 3;
    private static final int EXPANDED_COUNTER_SAMPLE = 4;
    private static final int RAW_HEADER = 1;
    private static final int SAMPLED_IPV4 = 3;
    private static final int SAMPLED_IPV6 = 4;
    private static final int EXTENDED_SWITCH = 1001;
    private static final int EXTENDED_ROUTER = 1002;
    private static final int HEADER_ETHERNET = 1;
    private static final int HEADER_IPV4 = 11;
    private static final int HEADER_IPV6 = 12;
    private static final int HEADER_MPLS = 13;
    private static final int UNKNOWN = -1;
    private static final int RECORD_HEADER = 8;
    private static final int FAMILY_IPV4 = 1;
    private static final int FAMILY_IPV6 = 2;

    /// The form of an interface in the long form that is a plain index.
    private static final int FORMAT_INDEX = 0;

    private static final int MAX_SAMPLES = 4096;

    private final ProbeOptions options;
    private final PacketHeader packet = new PacketHeader();
    private final FlowRecord record = new FlowRecord();
    // Of the sample in hand.
    private boolean isIp;
    private int tag;
    private int vlanIn;
    private int vlanOut;

    public SFlow(ProbeOptions options) {
        this.options = options;
    }

    /// Decodes one datagram.
    ///
    /// @param from who sent it
    /// @param arrival how it came; that is when its samples were taken
    /// @return whether its header is that of a datagram
    public boolean decode(
            Cursor in, Exporter from, Arrival arrival, Counters counters, FlowConsumer out) {
        int version = in.i32();
        if (!in.isOverrun() && version != VERSION) {
            counters.drop(Drop.VERSION, 1);
            return false;
        }
        in.skip(in.i32() == FAMILY_IPV6 ? 16 : 4);
        in.skip(12);
        int samples = in.i32();
        if (in.isOverrun() || samples < 0 || samples > MAX_SAMPLES) {
            counters.drop(Drop.MALFORMED, 1);
            return false;
        }
        long records = counters.total(Total.RECORDS);
        for (int i = 0; i < samples; i++) {
            int type = in.i32();
            Cursor body = in.take(in.i32());
            if (in.isOverrun()) {
                counters.drop(Drop.MALFORMED, 1);
                break;
            }
            sample(type, body, arrival.receivedUs(), counters, out);
        }
        if (counters.total(Total.RECORDS) > records) {
            from.prove();
        }
        return true;
    }

    private void sample(int type, Cursor in, long nowUs, Counters counters, FlowConsumer out) {
        switch (type) {
            case FLOW_SAMPLE, EXPANDED_FLOW_SAMPLE ->
                    flow(in, type == EXPANDED_FLOW_SAMPLE, nowUs, counters, out);
            case COUNTER_SAMPLE, EXPANDED_COUNTER_SAMPLE -> counters.add(Total.COUNTER_SAMPLES, 1);
            default -> counters.add(Total.UNKNOWN_ELEMENTS, 1);
        }
    }

    private void flow(
            Cursor in, boolean expanded, long nowUs, Counters counters, FlowConsumer out) {
        FlowRecord r = record;
        r.clear();
        counters.add(Total.RECORDS, 1);
        in.skip(4);
        in.skip(expanded ? 8 : 4);
        r.sampling = in.u32();
        in.skip(8);
        long input = expanded ? expanded(in) : in.u32();
        long output = expanded ? expanded(in) : in.u32();
        if (!packet(in, r)) {
            // Only this sample is damaged: its length led to the next.
            counters.drop(Drop.BAD_RECORD, 1);
            return;
        }
        if (!isIp) {
            counters.drop(Drop.IGNORED, 1);
            return;
        }
        r.input = options.vlanInterfaces() ? vlanIn != 0 ? vlanIn : tag : input;
        r.output = options.vlanInterfaces() ? vlanOut : output;
        r.packets = 1;
        r.stime = nowUs;
        fixNextHop(r);
        out.accept(r, counters);
        counters.add(Total.FLOWS, 1);
    }

    /// Reads what a flow sample says of its packet.
    ///
    /// @return whether all of it is whole
    private boolean packet(Cursor in, FlowRecord r) {
        isIp = false;
        tag = 0;
        vlanIn = 0;
        vlanOut = 0;
        int count = in.i32();
        for (int i = 0; i < count && in.has(RECORD_HEADER); i++) {
            int type = in.i32();
            Cursor body = in.take(in.i32());
            switch (type) {
                case RAW_HEADER -> {
                    isIp |= raw(body, r);
                    tag = packet.vlan();
                }
                case SAMPLED_IPV4 -> isIp |= sampledV4(body, r, isIp);
                case SAMPLED_IPV6 -> isIp |= sampledV6(body, r, isIp);
                case EXTENDED_SWITCH -> {
                    vlanIn = body.i32();
                    body.skip(4);
                    vlanOut = body.i32();
                }
                case EXTENDED_ROUTER -> nextHop(body, r);
                default -> {}
            }
            if (body.isOverrun()) {
                return false;
            }
        }
        return !in.isOverrun();
    }

    /// An interface of the long form, put as the short form has it where it is no plain index.
    private static long expanded(Cursor in) {
        long format = in.u32();
        long value = in.u32();
        return format == FORMAT_INDEX
                ? value
                : (format << 30 | value & 0x3FFF_FFFFL) & 0xFFFF_FFFFL;
    }

    private boolean raw(Cursor in, FlowRecord r) {
        int protocol = in.i32();
        long frame = in.u32();
        in.skip(4);
        int length = in.i32();
        Cursor header = in.take(Math.min(length, in.remaining()));
        int link =
                switch (protocol) {
                    case HEADER_ETHERNET -> PacketHeader.LINK_ETHERNET;
                    case HEADER_IPV4, HEADER_IPV6 -> PacketHeader.LINK_RAW_IP;
                    case HEADER_MPLS -> PacketHeader.LINK_MPLS;
                    default -> UNKNOWN;
                };
        boolean isIp = packet.read(header, link, r);
        if (isIp && frame > 0 && !options.sflowIpLength()) {
            r.bytes = frame;
        }
        return isIp;
    }

    private static boolean sampledV4(Cursor in, FlowRecord r, boolean known) {
        if (known) {
            return true;
        }
        r.bytes = in.u32();
        r.protocol = in.i32() & 0xFF;
        r.setSipV4(in.i32());
        r.setDipV4(in.i32());
        ports(in, r);
        return true;
    }

    private static boolean sampledV6(Cursor in, FlowRecord r, boolean known) {
        if (known) {
            return true;
        }
        r.bytes = in.u32();
        r.protocol = in.i32() & 0xFF;
        r.setIpv6(true);
        r.sipHi = in.i64();
        r.sipLo = in.i64();
        r.dipHi = in.i64();
        r.dipLo = in.i64();
        ports(in, r);
        return true;
    }

    private static void ports(Cursor in, FlowRecord r) {
        r.sport = in.i32() & 0xFFFF;
        r.dport = in.i32() & 0xFFFF;
        r.flags = in.i32() & 0xFF;
    }

    private static void nextHop(Cursor in, FlowRecord r) {
        int family = in.i32();
        if (family == FAMILY_IPV4) {
            r.setNhipV4(in.i32());
        } else if (family == FAMILY_IPV6) {
            r.nhipHi = in.i64();
            r.nhipLo = in.i64();
        }
    }

    /// A record has one family: a next hop of the other is mapped or dropped.
    private static void fixNextHop(FlowRecord r) {
        boolean mapped = Ip.isMapped(r.nhipHi, r.nhipLo);
        if (r.isIpv6() && mapped && (int) r.nhipLo == 0) {
            r.nhipHi = 0;
            r.nhipLo = 0;
        } else if (!r.isIpv6() && !mapped) {
            r.setNhipV4(0);
        }
    }
}
