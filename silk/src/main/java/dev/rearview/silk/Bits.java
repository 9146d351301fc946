package dev.rearview.silk;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import java.nio.ByteBuffer;

/// The bit groups that several record layouts share; names follow the format description.
final class Bits {

    /// The code of a port that no web server has.
    static final int OTHER_PORT = 3;

    private static final int[] SERVER_PORTS = {80, 443, 8080, 0};

    private Bits() {}

    static int u8(ByteBuffer b, int at) {
        return b.get(at) & 0xFF;
    }

    static int u16(ByteBuffer b, int at) {
        return b.getShort(at) & 0xFFFF;
    }

    static long u32(ByteBuffer b, int at) {
        return b.getInt(at) & 0xFFFF_FFFFL;
    }

    /// Packet count from its 20 bits and the flag that says "times 64".
    static long packets(long pkts20, boolean times64) {
        return times64 ? pkts20 * 64 : pkts20;
    }

    /// Byte count from 14.6 fixed-point bytes per packet, rounded half up.
    static long bytes(long bpp, long packets) {
        long fraction = (bpp & 63) * packets;
        return (bpp >>> 6) * packets + fraction / 64 + (fraction % 64 >= 32 ? 1 : 0);
    }

    /// Start and volumes of the oldest layouts: whole seconds.
    static void sbbPef(long sbb, long pef, long hourMs, FlowRecord r) {
        r.stime = (hourMs + (sbb >>> 20) * 1000) * 1000;
        r.duration = (pef >>> 1 & 0x7FF) * 1_000_000;
        r.packets = packets(pef >>> 12, (pef & 1) != 0);
        r.bytes = bytes(sbb & 0xFFFFF, r.packets);
    }

    /// Three words with start, duration and volumes in milliseconds; returns the third.
    static long timeBytesPktsFlags(ByteBuffer b, int at, long hourMs, FlowRecord r) {
        long pktsStime = u32(b, at);
        long bbe = u32(b, at + 4);
        long msecFlags = u32(b, at + 8);
        r.stime = (hourMs + (pktsStime & 0xFFF) * 1000 + (msecFlags >>> 22)) * 1000;
        r.duration = ((bbe & 0xFFF) * 1000 + (msecFlags >>> 12 & 0x3FF)) * 1000;
        r.packets = packets(pktsStime >>> 12, (msecFlags >>> 11 & 1) != 0);
        r.bytes = bytes(bbe >>> 12, r.packets);
        return msecFlags;
    }

    /// Three words of the newer packed layouts; returns the third.
    static long flagsTimesVolumes(ByteBuffer b, int at, long hourMs, FlowRecord r) {
        long w0 = u32(b, at);
        long w1 = u32(b, at + 4);
        long w2 = u32(b, at + 8);
        r.stime = (hourMs + (w0 >>> 10)) * 1000;
        r.duration = (w1 & 0x3FFFFF) * 1000;
        r.packets = packets(w2 & 0xFFFFF, (w2 >>> 23 & 1) != 0);
        r.bytes = bytes((w0 & 0x3FF) << 10 | w1 >>> 22, r.packets);
        return w2;
    }

    /// Six octets with start, flags and protocol; returns the first word.
    static long timesFlagsProto(ByteBuffer b, int at, long hourMs, FlowRecord r) {
        long w0 = u32(b, at);
        int octet = u8(b, at + 4);
        r.attributes = u8(b, at + 5);
        r.stime = (hourMs + (w0 & 0x3FFFFF)) * 1000;
        if ((w0 >>> 23 & 1) == 0) {
            r.protocol = octet;
        } else {
            r.protocol = Protocols.TCP;
            if ((r.attributes & Attributes.EXPANDED) != 0) {
                r.initialFlags = octet;
                r.sessionFlags = (int) (w0 >>> 24);
                r.flags = r.initialFlags | r.sessionFlags;
            } else {
                r.flags = octet;
            }
        }
        return w0;
    }

    /// Protocol and flags where a record has both a prot_flags and a rest_flags octet.
    static void flags(boolean tcp, int protFlags, int restFlags, int attributes, FlowRecord r) {
        r.attributes = attributes;
        if (!tcp) {
            r.protocol = protFlags;
            r.flags = restFlags;
        } else {
            r.protocol = Protocols.TCP;
            if ((attributes & Attributes.EXPANDED) != 0) {
                r.initialFlags = protFlags;
                r.sessionFlags = restFlags;
                r.flags = protFlags | restFlags;
            } else {
                r.flags = protFlags;
            }
        }
    }

    /// Protocol or flags where there is no rest_flags octet.
    static void protFlags(boolean tcp, int octet, FlowRecord r) {
        if (tcp) {
            r.protocol = Protocols.TCP;
            r.flags = octet;
        } else {
            r.protocol = octet;
        }
    }

    /// Ports of the web layouts.
    static void webPorts(boolean sourceIsServer, int code, int client, FlowRecord r) {
        int server = SERVER_PORTS[code & 3];
        r.sport = sourceIsServer ? server : client;
        r.dport = sourceIsServer ? client : server;
    }

    /// The code of a web server's port, [#OTHER_PORT] of any other.
    static int webCode(int port) {
        int code = 0;
        while (code < OTHER_PORT && SERVER_PORTS[code] != port) {
            code++;
        }
        return code;
    }

    static void ports(ByteBuffer b, int at, FlowRecord r) {
        r.sport = u16(b, at);
        r.dport = u16(b, at + 2);
    }

    static void interfaces(ByteBuffer b, int at, FlowRecord r) {
        r.input = u16(b, at);
        r.output = u16(b, at + 2);
    }

    /// Packets and octets of 32 bits each.
    static void volumes(ByteBuffer b, int at, FlowRecord r) {
        r.packets = u32(b, at);
        r.bytes = u32(b, at + 4);
    }

    /// The first 24 octets, which RWAUGMENTED v5 shares with RWIPV6 v2.
    static void augmented(ByteBuffer b, int at, long hourMs, FlowRecord r) {
        timesFlagsProto(b, at, hourMs, r);
        r.application = u16(b, at + 6);
        ports(b, at + 8, r);
        r.duration = u32(b, at + 12) * 1000;
        volumes(b, at + 16, r);
    }

    static void addresses(ByteBuffer b, int at, FlowRecord r) {
        r.setSipV4(b.getInt(at));
        r.setDipV4(b.getInt(at + 4));
    }

    static void origin(RecordLayout.Origin o, FlowRecord r) {
        r.flowtype = o.flowtype();
        r.sensor = o.sensor();
    }
}
