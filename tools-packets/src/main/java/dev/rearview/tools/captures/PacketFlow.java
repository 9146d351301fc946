package dev.rearview.tools.captures;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The flow that one packet of IPv4 on Ethernet makes. Tags are not looked through: with one, a
/// packet is none of IPv4.
public final class PacketFlow {
    private static final int ETHERNET = 14;
    private static final int SHORTEST = ETHERNET + 20;
    private static final int IPV4 = 0x0800;

    // Octets of a transport header up to the last field that a flow takes from it.
    private static final int ICMP_FIELDS = 2;
    private static final int UDP_FIELDS = 4;
    private static final int TCP_FIELDS = 14;

    /// What a packet is.
    public enum Kind {
        FLOW,
        TOO_SHORT,
        NOT_IPV4
    }

    private final PacketHeader header = new PacketHeader();
    private final FlowRecord record = new FlowRecord();
    private boolean isIncomplete;

    /// Reads the packet that a capture is at.
    public Kind read(CaptureReader in) {
        ByteBuffer frame = in.bytes().order(ByteOrder.BIG_ENDIAN);
        if (frame.remaining() < SHORTEST) {
            return Kind.TOO_SHORT;
        }
        record.clear();
        boolean isIpv4 =
                frame.getShort(12) == IPV4
                        && header.read(new Cursor(frame), PacketHeader.LINK_ETHERNET, record)
                        && !record.isIpv6();
        if (!isIpv4) {
            return Kind.NOT_IPV4;
        }
        record.packets = 1;
        record.stime = in.timeUs();
        // SiLK's flows of packets are of the first type, without a sensor.
        record.flowtype = 0;
        isIncomplete = header.fragmentOffset() == 0 && !hasFields(frame.limit());
        return Kind.FLOW;
    }

    private boolean hasFields(int end) {
        int needed =
                switch (record.protocol) {
                    case Protocols.ICMP -> ICMP_FIELDS;
                    case Protocols.UDP -> UDP_FIELDS;
                    case Protocols.TCP -> TCP_FIELDS;
                    default -> 0;
                };
        return needed == 0
                || header.transportOffset() >= 0 && end - header.transportOffset() >= needed;
    }

    /// The flow of the packet last read, which is used again for the next one.
    public FlowRecord record() {
        return record;
    }

    public boolean isFragment() {
        return header.isFragment();
    }

    /// Whether the packet begins its datagram.
    public boolean isFirst() {
        return header.fragmentOffset() == 0;
    }

    /// Whether the packet begins its datagram, and the capture has too little of it for the ports
    /// and flags, or the type and code, that its protocol has.
    public boolean isIncomplete() {
        return isIncomplete;
    }
}
