package dev.rearview.meter;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.wire.PacketHeader;
import java.nio.ByteBuffer;

/// Finds the packet that a tunnel's packet carries: IP in IP, GRE with IP, Ethernet, PPP, MPLS or
/// ERSPAN in it, EtherIP, VXLAN, Geneve, GTP's user plane, Teredo, and GRE and MPLS over UDP.
final class Tunnels {
    private static final int IPV4_INSIDE = 4;
    private static final int IPV6_INSIDE = 41;
    private static final int GRE = 47;
    private static final int ETHERIP = 97;

    // Ports of UDP.
    private static final int GTP_PORT = 2152;
    private static final int TEREDO_PORT = 3544;
    private static final int GRE_PORT = 4754;
    private static final int VXLAN_PORT = 4789;
    private static final int VXLAN_OF_LINUX = 8472;
    private static final int GENEVE_PORT = 6081;
    private static final int MPLS_PORT = 6635;

    // Types of Ethernet, as GRE and Geneve use them.
    private static final int IPV4_TYPE = 0x0800;
    private static final int IPV6_TYPE = 0x86DD;
    private static final int ETHERNET_TYPE = 0x6558;
    private static final int MPLS_TYPE = 0x8847;
    private static final int PPP_TYPE = 0x880B;
    private static final int ERSPAN_TYPE = 0x88BE;
    private static final int ERSPAN_3_TYPE = 0x22EB;

    // Bits of GRE.
    private static final int CHECKSUM = 0x8000;
    private static final int ROUTING = 0x4000;
    private static final int KEY = 0x2000;
    private static final int SEQUENCE = 0x1000;
    private static final int ACKNOWLEDGE = 0x0080;
    private static final int VERSION = 7;

    private static final int UDP_HEADER = 8;
    private static final int GTP_DATA = 0xFF;

    private int from;
    private int link;

    /// Where in the frame the packet inside begins.
    int from() {
        return from;
    }

    /// Its link type.
    int link() {
        return link;
    }

    /// Looks for a packet inside one whose headers were read.
    boolean find(PacketHeader header, FlowRecord r, ByteBuffer frame) {
        int at = header.transportOffset();
        if (at < 0 || header.fragmentOffset() > 0) {
            return false;
        }
        return switch (r.protocol) {
            case IPV4_INSIDE, IPV6_INSIDE -> inside(frame, at, PacketHeader.LINK_RAW_IP);
            case GRE -> gre(frame, at);
            case ETHERIP ->
                    has(frame, at, 2)
                            && (frame.get(at) & 0xF0) == 0x30
                            && inside(frame, at + 2, PacketHeader.LINK_ETHERNET);
            case Protocols.UDP -> udp(r.sport, r.dport, frame, at + UDP_HEADER);
            default -> false;
        };
    }

    private static boolean has(ByteBuffer frame, int at, int octets) {
        return at <= frame.limit() - octets;
    }

    private boolean inside(ByteBuffer frame, int at, int type) {
        from = at;
        link = type;
        return has(frame, at, 1);
    }

    private boolean typed(ByteBuffer frame, int at, int type) {
        return switch (type) {
            case IPV4_TYPE, IPV6_TYPE -> inside(frame, at, PacketHeader.LINK_RAW_IP);
            case ETHERNET_TYPE -> inside(frame, at, PacketHeader.LINK_ETHERNET);
            case MPLS_TYPE -> inside(frame, at, PacketHeader.LINK_MPLS);
            default -> false;
        };
    }

    private boolean gre(ByteBuffer frame, int at) {
        if (!has(frame, at, 4)) {
            return false;
        }
        int flags = frame.getShort(at) & 0xFFFF;
        int type = frame.getShort(at + 2) & 0xFFFF;
        if ((flags & ROUTING) != 0 || (flags & VERSION) > 1) {
            return false;
        }
        int data = at + 4;
        data += (flags & CHECKSUM) != 0 ? 4 : 0;
        data += (flags & KEY) != 0 ? 4 : 0;
        data += (flags & SEQUENCE) != 0 ? 4 : 0;
        data += (flags & VERSION) == 1 && (flags & ACKNOWLEDGE) != 0 ? 4 : 0;
        return switch (type) {
            case PPP_TYPE -> ppp(frame, data);
            // Its first version has neither a sequence number nor a header of its own.
            case ERSPAN_TYPE ->
                    inside(
                            frame,
                            (flags & SEQUENCE) == 0 ? data : data + 8,
                            PacketHeader.LINK_ETHERNET);
            case ERSPAN_3_TYPE -> erspan3(frame, data);
            default -> typed(frame, data, type);
        };
    }

    private boolean erspan3(ByteBuffer frame, int at) {
        if (!has(frame, at, 12)) {
            return false;
        }
        int more = (frame.get(at + 11) & 1) != 0 ? 8 : 0;
        return inside(frame, at + 12 + more, PacketHeader.LINK_ETHERNET);
    }

    /// PPP, whose address and control octets may be left out, as may the first octet of a protocol.
    private boolean ppp(ByteBuffer frame, int at) {
        int data = has(frame, at, 2) && frame.getShort(at) == (short) 0xFF03 ? at + 2 : at;
        if (!has(frame, data, 2)) {
            return false;
        }
        if (frame.get(data) == 0) {
            data++;
        }
        int protocol = frame.get(data) & 0xFF;
        return (protocol == 0x21 || protocol == 0x57)
                && inside(frame, data + 1, PacketHeader.LINK_RAW_IP);
    }

    private boolean udp(int sport, int dport, ByteBuffer frame, int at) {
        return switch (dport) {
            case VXLAN_PORT, VXLAN_OF_LINUX -> vxlan(frame, at);
            case GENEVE_PORT -> geneve(frame, at);
            case GTP_PORT -> gtp(frame, at);
            case GRE_PORT -> gre(frame, at);
            case MPLS_PORT -> inside(frame, at, PacketHeader.LINK_MPLS);
            case TEREDO_PORT -> teredo(frame, at);
            default ->
                    sport == GTP_PORT ? gtp(frame, at) : sport == TEREDO_PORT && teredo(frame, at);
        };
    }

    private boolean vxlan(ByteBuffer frame, int at) {
        return has(frame, at, 8)
                && (frame.get(at) & 0x08) != 0
                && inside(frame, at + 8, PacketHeader.LINK_ETHERNET);
    }

    private boolean geneve(ByteBuffer frame, int at) {
        if (!has(frame, at, 8) || (frame.get(at) & 0xC0) != 0) {
            return false;
        }
        int options = (frame.get(at) & 0x3F) * 4;
        return typed(frame, at + 8 + options, frame.getShort(at + 2) & 0xFFFF);
    }

    /// GTP version 1 with a packet of a user in it.
    private boolean gtp(ByteBuffer frame, int at) {
        if (!has(frame, at, 8)
                || (frame.get(at) & 0xF0) != 0x30
                || (frame.get(at + 1) & 0xFF) != GTP_DATA) {
            return false;
        }
        int flags = frame.get(at) & 0x07;
        int data = at + (flags == 0 ? 8 : 12);
        if ((flags & 0x04) == 0) {
            return inside(frame, data, PacketHeader.LINK_RAW_IP);
        }
        // Each extension says what follows it, and is at least four octets.
        while (has(frame, data, 1) && frame.get(data - 1) != 0) {
            int length = (frame.get(data) & 0xFF) * 4;
            if (length == 0) {
                return false;
            }
            data += length;
        }
        return inside(frame, data, PacketHeader.LINK_RAW_IP);
    }

    /// Teredo, with what says where a packet came from before it.
    private boolean teredo(ByteBuffer frame, int at) {
        int data = at;
        if (has(frame, data, 4) && frame.getShort(data) == 1) {
            int identity = frame.get(data + 2) & 0xFF;
            int secret = frame.get(data + 3) & 0xFF;
            data += 13 + identity + secret;
        }
        if (has(frame, data, 8) && frame.getShort(data) == 0) {
            data += 8;
        }
        return has(frame, data, 1)
                && (frame.get(data) & 0xF0) == 0x60
                && inside(frame, data, PacketHeader.LINK_RAW_IP);
    }
}
