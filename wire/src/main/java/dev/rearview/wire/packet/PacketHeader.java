package dev.rearview.wire.packet;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.Cursor;

/// Reads the headers of one packet into a flow: Ethernet with VLAN, QinQ, MPLS and PPPoE, then IPv4
/// or IPv6 and the ports. A packet that is cut off gives what its headers still tell.
public final class PacketHeader {
    public static final int LINK_ETHERNET = 1;
    public static final int LINK_RAW_IP = 101;

    private static final int VLAN = 0x8100;
    private static final int QINQ = 0x88A8;
    private static final int QINQ_OLD = 0x9100;
    private static final int MPLS = 0x8847;
    private static final int MPLS_MULTICAST = 0x8848;
    private static final int PPPOE = 0x8864;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final int MAX_TAGS = 16;

    private int vlan;
    private int transportOffset;

    /// The outermost VLAN of the packet last read, 0 if none.
    public int vlan() {
        return vlan;
    }

    /// Octets from the start of the packet to its transport header, -1 if there is none.
    public int transportOffset() {
        return transportOffset;
    }

    /// Reads a packet's headers into `r`: addresses, protocol, ports, TCP flags, and the octets of
    /// the IP packet.
    ///
    /// @param link one of the LINK constants
    /// @return whether it is IP
    public boolean read(Cursor in, int link, FlowRecord r) {
        vlan = 0;
        transportOffset = -1;
        if (link == LINK_RAW_IP) {
            return ip(in, r);
        }
        if (!in.has(14)) {
            return false;
        }
        in.skip(12);
        int type = in.u16();
        for (int tags = 0; tags < MAX_TAGS; tags++) {
            switch (type) {
                case VLAN, QINQ, QINQ_OLD -> {
                    if (!in.has(4)) {
                        return false;
                    }
                    int tag = in.u16() & 0xFFF;
                    vlan = vlan == 0 ? tag : vlan;
                    type = in.u16();
                }
                case MPLS, MPLS_MULTICAST -> {
                    return mpls(in, r);
                }
                case PPPOE -> {
                    if (!in.has(8)) {
                        return false;
                    }
                    in.skip(6);
                    int protocol = in.u16();
                    type = protocol == 0x21 ? IPV4 : protocol == 0x57 ? IPV6 : 0;
                }
                case IPV4, IPV6 -> {
                    return ip(in, r);
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean mpls(Cursor in, FlowRecord r) {
        for (int labels = 0; labels < MAX_TAGS && in.has(4); labels++) {
            boolean bottom = (in.i32() & 0x100) != 0;
            if (bottom) {
                return ip(in, r);
            }
        }
        return false;
    }

    private boolean ip(Cursor in, FlowRecord r) {
        if (!in.has(1)) {
            return false;
        }
        int first = in.u8();
        return switch (first >>> 4) {
            case 4 -> v4(in, (first & 0xF) * 4, r);
            case 6 -> v6(in, r);
            default -> false;
        };
    }

    private boolean v4(Cursor in, int headerLength, FlowRecord r) {
        if (!in.has(19) || headerLength < 20) {
            return false;
        }
        in.skip(1);
        r.bytes = in.u16();
        in.skip(2);
        int fragment = in.u16() & 0x1FFF;
        in.skip(1);
        r.protocol = in.u8();
        in.skip(2);
        r.setIpv6(false);
        r.setSipV4(in.i32());
        r.setDipV4(in.i32());
        if (in.has(headerLength - 20)) {
            in.skip(headerLength - 20);
            transport(in, fragment == 0, r);
        }
        return true;
    }

    private boolean v6(Cursor in, FlowRecord r) {
        if (!in.has(39)) {
            return false;
        }
        in.skip(3);
        r.bytes = in.u16() + 40L;
        int next = in.u8();
        in.skip(1);
        r.setIpv6(true);
        r.sipHi = in.i64();
        r.sipLo = in.i64();
        r.dipHi = in.i64();
        r.dipLo = in.i64();
        r.nhipHi = 0;
        r.nhipLo = 0;
        boolean first = true;
        for (int headers = 0; headers < MAX_TAGS; headers++) {
            boolean fragment = next == 44;
            boolean extension = next == 0 || next == 43 || next == 60 || next == 135 || fragment;
            if (!extension || !in.has(8)) {
                break;
            }
            int after = in.u8();
            int length = fragment ? 8 : (in.u8() + 1) * 8;
            if (fragment) {
                in.skip(1);
                first = (in.u16() & 0xFFF8) == 0;
                in.skip(4);
            } else if (in.has(length - 2)) {
                in.skip(length - 2);
            } else {
                next = after;
                break;
            }
            next = after;
        }
        r.protocol = next;
        transport(in, first, r);
        return true;
    }

    private void transport(Cursor in, boolean firstFragment, FlowRecord r) {
        transportOffset = in.position();
        if (!firstFragment || !in.has(4)) {
            return;
        }
        switch (r.protocol) {
            case 1, 58 -> r.dport = in.u16();
            case 6, 17, 132 -> {
                r.sport = in.u16();
                r.dport = in.u16();
                if (r.protocol == 6 && in.has(10)) {
                    in.skip(9);
                    r.flags = in.u8();
                }
            }
            default -> {}
        }
    }
}
