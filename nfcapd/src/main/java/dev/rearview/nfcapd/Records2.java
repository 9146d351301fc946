package dev.rearview.nfcapd;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;

/// Records of nfdump 1.7: a head that counts its elements, and these, each with a type and a size.
final class Records2 extends Records {
    private static final int FLOW = 11;
    private static final int FLOW_HEAD = 12;

    // Types of elements.
    private static final int GENERIC = 1;
    private static final int IPV4 = 2;
    private static final int IPV6 = 3;
    private static final int MISCELLANY = 4;
    private static final int COUNTERS = 5;
    private static final int NEXT_HOP_V4 = 10;
    private static final int NEXT_HOP_V6 = 11;

    @Override
    boolean decode(ByteBuffer data, int at, int size, FlowRecord r) throws Damage {
        if ((data.getShort(at) & 0xFFFF) != FLOW) {
            return false;
        }
        need(FLOW_HEAD, size, "it");
        reversePackets = 0;
        reverseBytes = 0;
        int elements = data.getShort(at + 4) & 0xFFFF;
        int end = at + size;
        int next = at + FLOW_HEAD;
        for (int i = 0; i < elements; i++) {
            need(HEAD, end - next, "element " + (i + 1));
            int type = data.getShort(next) & 0xFFFF;
            int octets = data.getShort(next + 2) & 0xFFFF;
            if (octets < HEAD || octets > end - next) {
                throw new Damage("has an element of " + octets + " octets");
            }
            element(type, data, next + HEAD, octets - HEAD, r);
            next += octets;
        }
        return true;
    }

    private void element(int type, ByteBuffer b, int at, int size, FlowRecord r) throws Damage {
        switch (type) {
            case GENERIC -> {
                need(48, size, "element generic");
                times(r, b.getLong(at), b.getLong(at + 8));
                r.packets = b.getLong(at + 24);
                r.bytes = b.getLong(at + 32);
                r.sport = b.getShort(at + 40) & 0xFFFF;
                // Of ICMP: the code, and the type in the octet behind it.
                r.dport = b.getShort(at + 42) & 0xFFFF;
                r.protocol = b.get(at + 44) & 0xFF;
                r.flags = b.get(at + 45) & 0xFF;
                r.setTypesOfService(b.get(at + 47), r.otherTypeOfService());
            }
            case IPV4 -> {
                need(8, size, "element IPv4");
                ipv4(r, b.getInt(at), b.getInt(at + 4));
            }
            case IPV6 -> {
                need(32, size, "element IPv6");
                ipv6(r, b, at);
            }
            case MISCELLANY -> {
                need(8, size, "element of interfaces");
                r.input = b.getInt(at) & 0xFFFF_FFFFL;
                r.output = b.getInt(at + 4) & 0xFFFF_FFFFL;
                if (size >= 12) {
                    r.setTypesOfService(r.typeOfService(), b.get(at + 11));
                }
            }
            case COUNTERS -> {
                need(24, size, "element of counters");
                reversePackets = b.getLong(at + 8);
                reverseBytes = b.getLong(at + 16);
            }
            case NEXT_HOP_V4 -> {
                need(4, size, "element of the next hop");
                r.setNhipV4(b.getInt(at));
            }
            case NEXT_HOP_V6 -> {
                need(16, size, "element of the next hop");
                r.nhipHi = b.getLong(at);
                r.nhipLo = b.getLong(at + 8);
            }
            default -> {
                // What a flow record has no field for.
            }
        }
    }
}
