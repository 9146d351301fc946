package dev.rearview.wire;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;

/// Reads the headers of one packet into a flow: Ethernet or what Linux captures instead of it, with
/// VLAN, QinQ, PPPoE, MPLS and Ethernet over MPLS, then IPv4 or IPv6 and the ports. A packet that
/// is cut off gives what its headers still tell.
public final class PacketHeader {
    // Link types, by their numbers in captures.
    public static final int LINK_NULL = 0;
    public static final int LINK_ETHERNET = 1;
    static final int LINK_RAW_OF_BSD = 12;
    static final int LINK_RAW_OF_OPENBSD = 14;
    public static final int LINK_PPP = 9;
    public static final int LINK_RAW_IP = 101;
    public static final int LINK_LOOP = 108;
    public static final int LINK_LINUX_SLL = 113;
    public static final int LINK_MPLS = 219;
    static final int LINK_IPV4 = 228;
    static final int LINK_IPV6 = 229;
    public static final int LINK_LINUX_SLL2 = 276;

    private static final int VLAN = 0x8100;
    private static final int QINQ = 0x88A8;
    private static final int QINQ_OLD = 0x9100;
    private static final int MPLS = 0x8847;
    private static final int MPLS_MULTICAST = 0x8848;
    private static final int PPPOE = 0x8864;
    private static final int PROVIDER_BACKBONE = 0x88E7;
    private static final int FABRIC_PATH = 0x8903;
    private static final int VN_TAG = 0x8926;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;

    /// Tags, labels and headers that one packet may have before its IP header, and extension
    /// headers behind it; what has more is not taken for IP.
    private static final int MAX_TAGS = 16;

    /// Hardware types of Linux whose protocol field is none of Ethernet's: netlink and GRE.
    private static final int ARPHRD_NETLINK = 824;

    private static final int ARPHRD_IPGRE = 778;

    // Extension headers of IPv6.
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;

    // Protocols of PPP.
    private static final int PPP_ADDRESS = 0xFF03;
    private static final int PPP_IPV4 = 0x21;
    private static final int PPP_IPV6 = 0x57;

    private int tags;
    private int vlan;
    private int ipOffset;
    private int transportOffset;
    private int end;
    private int fragmentOffset;
    private boolean moreFragments;
    private int fragmentId;
    private int dataOffset;
    private int dataProtocol;

    /// The outermost VLAN of the packet last read, 0 if none.
    public int vlan() {
        return vlan;
    }

    /// Position in the packet of its IP header, -1 if it is not IP.
    public int ipOffset() {
        return ipOffset;
    }

    /// Position in the packet of its transport header, -1 if there is none.
    public int transportOffset() {
        return transportOffset;
    }

    /// Position where the IP packet ends by its own length: Ethernet pads short frames. Beyond the
    /// octets there are if the packet is cut off.
    public int end() {
        return end;
    }

    /// Where the data of a fragment stands in its datagram, octets.
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /// Whether the packet is part of a datagram and others follow it.
    public boolean moreFragments() {
        return moreFragments;
    }

    public boolean isFragment() {
        return moreFragments || fragmentOffset > 0;
    }

    /// The identification that fragments of one datagram share.
    public int fragmentId() {
        return fragmentId;
    }

    /// Position in the packet of what a fragment carries of its datagram.
    public int dataOffset() {
        return dataOffset;
    }

    /// Protocol of a fragmented datagram, behind the headers that each fragment repeats.
    public int dataProtocol() {
        return dataProtocol;
    }

    /// Whether packets of a capture's link type can be read.
    public static boolean isKnown(int link) {
        return switch (link) {
            case LINK_NULL,
                    LINK_ETHERNET,
                    LINK_PPP,
                    LINK_RAW_OF_BSD,
                    LINK_RAW_OF_OPENBSD,
                    LINK_RAW_IP,
                    LINK_LOOP,
                    LINK_LINUX_SLL,
                    LINK_MPLS,
                    LINK_IPV4,
                    LINK_IPV6,
                    LINK_LINUX_SLL2 ->
                    true;
            default -> false;
        };
    }

    /// Reads a packet's headers into `r`: addresses, protocol, ports, TCP flags, and the octets of
    /// the IP packet.
    ///
    /// @param link link type, as in captures
    /// @return whether it is IP; false for link types that are not known
    public boolean read(Cursor in, int link, FlowRecord r) {
        tags = 0;
        vlan = 0;
        ipOffset = -1;
        transportOffset = -1;
        fragmentOffset = 0;
        moreFragments = false;
        fragmentId = 0;
        return switch (link) {
            case LINK_ETHERNET -> ethernet(in, r);
            case LINK_RAW_OF_BSD, LINK_RAW_OF_OPENBSD, LINK_RAW_IP, LINK_IPV4, LINK_IPV6 ->
                    ip(in, r);
            case LINK_NULL, LINK_LOOP -> skip(in, 4) && ip(in, r);
            case LINK_PPP -> ppp(in, r);
            case LINK_LINUX_SLL -> linux(in, 2, 14, 16, r);
            case LINK_LINUX_SLL2 -> linux(in, 8, 0, 20, r);
            case LINK_MPLS -> mpls(in, r);
            default -> false;
        };
    }

    private static boolean skip(Cursor in, int octets) {
        if (!in.has(octets)) {
            return false;
        }
        in.skip(octets);
        return true;
    }

    private boolean ethernet(Cursor in, FlowRecord r) {
        if (!in.has(14)) {
            return false;
        }
        in.skip(12);
        return typed(in, in.u16(), r);
    }

    /// What `tcpdump -i any` captures, in its older and its newer form.
    ///
    /// @param hardwareAt position of the hardware type, and so on
    private boolean linux(Cursor in, int hardwareAt, int protocolAt, int length, FlowRecord r) {
        if (!in.has(length)) {
            return false;
        }
        Cursor header = in.take(length);
        Cursor protocol = new Cursor(header, protocolAt);
        int hardware = new Cursor(header, hardwareAt).u16();
        return hardware != ARPHRD_NETLINK
                && hardware != ARPHRD_IPGRE
                && typed(in, protocol.u16(), r);
    }

    /// Reads on behind an Ethernet type.
    private boolean typed(Cursor in, int first, FlowRecord r) {
        int type = first;
        while (tags++ < MAX_TAGS) {
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
                    type = ofPpp(in.u16());
                }
                case VN_TAG -> {
                    if (!in.has(6)) {
                        return false;
                    }
                    in.skip(4);
                    type = in.u16();
                }
                case PROVIDER_BACKBONE -> {
                    return skip(in, 4) && ethernet(in, r);
                }
                case FABRIC_PATH -> {
                    return skip(in, 2) && ethernet(in, r);
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

    private static int ofPpp(int protocol) {
        return protocol == PPP_IPV4 ? IPV4 : protocol == PPP_IPV6 ? IPV6 : 0;
    }

    /// Reads PPP, whose first octets may be left out.
    private boolean ppp(Cursor in, FlowRecord r) {
        if (in.has(2) && new Cursor(in, 0).u16() == PPP_ADDRESS) {
            in.skip(2);
        }
        return in.has(2) && typed(in, ofPpp(in.u16()), r);
    }

    /// Reads labels, and behind them IP or a pseudo-wire's Ethernet frame: by the first four bits,
    /// 4 and 6 are IP, 0 is a control word (RFC 4385) before the frame, 1 is the pseudo-wire's own
    /// channel, and anything else starts a frame without a control word.
    private boolean mpls(Cursor in, FlowRecord r) {
        boolean bottom = false;
        while (!bottom) {
            if (tags++ >= MAX_TAGS || !in.has(4)) {
                return false;
            }
            bottom = (in.i32() & 0x100) != 0;
        }
        if (!in.has(1)) {
            return false;
        }
        return switch (new Cursor(in, 0).u8() >>> 4) {
            case 4, 6 -> ip(in, r);
            case 0 -> skip(in, 4) && ethernet(in, r);
            case 1 -> false;
            default -> ethernet(in, r);
        };
    }

    private boolean ip(Cursor in, FlowRecord r) {
        if (!in.has(1)) {
            return false;
        }
        int start = in.position();
        int first = in.u8();
        return switch (first >>> 4) {
            case 4 -> v4(in, start, (first & 0xF) * 4, r);
            case 6 -> v6(in, start, r);
            default -> false;
        };
    }

    private boolean v4(Cursor in, int start, int headerLength, FlowRecord r) {
        if (!in.has(19) || headerLength < 20) {
            return false;
        }
        in.skip(1);
        r.bytes = in.u16();
        fragmentId = in.u16();
        int fragment = in.u16();
        fragmentOffset = (fragment & 0x1FFF) * 8;
        moreFragments = (fragment & 0x2000) != 0;
        in.skip(1);
        r.protocol = in.u8();
        in.skip(2);
        ipOffset = start;
        r.setIpv6(false);
        r.setSipV4(in.i32());
        r.setDipV4(in.i32());
        // Where the network card cuts segments, captures have packets without a length.
        end = r.bytes == 0 ? in.position() + in.remaining() : start + (int) r.bytes;
        if (in.has(headerLength - 20)) {
            in.skip(headerLength - 20);
            dataOffset = in.position();
            dataProtocol = r.protocol;
            transport(in, r);
        }
        return true;
    }

    private boolean v6(Cursor in, int start, FlowRecord r) {
        if (!in.has(39)) {
            return false;
        }
        ipOffset = start;
        in.skip(3);
        int payload = in.u16();
        r.bytes = payload + 40L;
        int next = in.u8();
        in.skip(1);
        r.setIpv6(true);
        r.sipHi = in.i64();
        r.sipLo = in.i64();
        r.dipHi = in.i64();
        r.dipLo = in.i64();
        r.nhipHi = 0;
        r.nhipLo = 0;
        end = payload == 0 ? in.position() + in.remaining() : start + 40 + payload;
        for (int headers = 0; headers < MAX_TAGS && isExtension(next) && in.has(8); headers++) {
            r.protocol = in.u8();
            if (next == FRAGMENT) {
                fragment(in);
                dataProtocol = r.protocol;
                dataOffset = in.position();
            } else if (!skip(in, (in.u8() + 1) * 8 - 2)) {
                return true;
            }
            next = r.protocol;
            if (fragmentOffset > 0) {
                break;
            }
        }
        r.protocol = next;
        transport(in, r);
        return true;
    }

    private static boolean isExtension(int header) {
        return switch (header) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS, MOBILITY -> true;
            default -> false;
        };
    }

    /// Reads a fragment header behind its first octet.
    private void fragment(Cursor in) {
        in.skip(1);
        int fragment = in.u16();
        fragmentOffset = fragment & 0xFFF8;
        moreFragments = (fragment & 1) != 0;
        fragmentId = in.i32();
    }

    private void transport(Cursor in, FlowRecord r) {
        transportOffset = in.position();
        boolean isIcmp = r.protocol == Protocols.ICMP || r.protocol == Protocols.ICMPV6;
        if (fragmentOffset > 0 || !in.has(isIcmp ? 2 : 4)) {
            return;
        }
        switch (r.protocol) {
            case Protocols.ICMP, Protocols.ICMPV6 -> r.dport = in.u16();
            case Protocols.TCP, Protocols.UDP, Protocols.SCTP -> {
                r.sport = in.u16();
                r.dport = in.u16();
                if (r.protocol == Protocols.TCP && in.has(10)) {
                    in.skip(9);
                    r.flags = in.u8();
                }
            }
            default -> {}
        }
    }
}
