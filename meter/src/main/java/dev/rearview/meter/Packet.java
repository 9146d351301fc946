package dev.rearview.meter;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A packet as a meter sees it: the headers of its flow, which may be those inside a tunnel, and
/// what it carries.
final class Packet {
    /// Tunnels inside one another that are entered; what is in more is the innermost tunnel's.
    static final int MAX_TUNNELS = 8;

    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;

    private final Tunnels tunnels = new Tunnels();

    // The headers that count, and those of a tunnel's inside while it is tried.
    private PacketHeader header = new PacketHeader();
    private PacketHeader otherHeader = new PacketHeader();
    private FlowRecord record = new FlowRecord();
    private FlowRecord otherRecord = new FlowRecord();

    private ByteBuffer frame = ByteBuffer.allocate(0);
    private int vlan;
    private boolean isInTunnel;
    private int payloadFrom;
    private int payloadLength;

    /// Reads a packet.
    ///
    /// @param us when it was seen
    /// @param entersTunnels whether the inside of a tunnel counts
    /// @return whether it is IP
    boolean read(ByteBuffer octets, int link, long us, boolean entersTunnels) {
        frame = octets.order(ByteOrder.BIG_ENDIAN);
        isInTunnel = false;
        record.clear();
        if (!header.read(new Cursor(frame), link, record)) {
            return false;
        }
        vlan = header.vlan();
        for (int depth = 0; entersTunnels && depth < MAX_TUNNELS && enter(); depth++) {
            isInTunnel = true;
        }
        record.stime = us;
        record.packets = 1;
        if (record.bytes == 0) {
            record.bytes = (long) header.end() - header.ipOffset();
        }
        findPayload();
        return true;
    }

    /// Takes the place of a fragment that waited.
    ///
    /// @param length octets that it carries
    void restore(FlowRecord fragment, int ofVlan, int length) {
        record.copyFrom(fragment);
        vlan = ofVlan;
        isInTunnel = false;
        frame = ByteBuffer.allocate(0);
        payloadFrom = 0;
        payloadLength = length;
    }

    /// Takes the inside of a tunnel, if the packet is in one and that is IP.
    private boolean enter() {
        if (!tunnels.find(header, record, frame)) {
            return false;
        }
        int end = Math.clamp(header.end(), tunnels.from(), frame.limit());
        ByteBuffer inside = frame.slice(tunnels.from(), end - tunnels.from());
        otherRecord.clear();
        if (!otherHeader.read(new Cursor(inside), tunnels.link(), otherRecord)) {
            return false;
        }
        PacketHeader outer = header;
        header = otherHeader;
        otherHeader = outer;
        FlowRecord outerRecord = record;
        record = otherRecord;
        otherRecord = outerRecord;
        frame = inside.order(ByteOrder.BIG_ENDIAN);
        vlan = header.vlan() == 0 ? vlan : header.vlan();
        return true;
    }

    private void findPayload() {
        int from = header.transportOffset();
        int end = header.end();
        payloadFrom = frame.limit();
        payloadLength = 0;
        if (from < 0 || from > end) {
            return;
        }
        if (header.fragmentOffset() == 0) {
            from += transportHeader(from);
        }
        boolean isBegun = header.fragmentOffset() == 0;
        payloadFrom = isBegun ? Math.min(from, frame.limit()) : frame.limit();
        payloadLength = Math.max(0, end - from);
    }

    private int transportHeader(int from) {
        return switch (record.protocol) {
            case Protocols.UDP -> UDP_HEADER;
            case Protocols.TCP ->
                    frame.limit() > from + 12
                            ? Math.max(TCP_HEADER, (frame.get(from + 12) >>> 4 & 0xF) * 4)
                            : TCP_HEADER;
            default -> 0;
        };
    }

    /// The headers as a flow of this packet alone.
    FlowRecord record() {
        return record;
    }

    /// The headers as they were read; not those of a fragment that waited.
    PacketHeader header() {
        return header;
    }

    /// The innermost VLAN with a number, 0 if none.
    int vlan() {
        return vlan;
    }

    boolean isInTunnel() {
        return isInTunnel;
    }

    /// Octets behind the transport header, by the packet's own lengths.
    int payloadLength() {
        return payloadLength;
    }

    /// What the capture has of them, if they begin what the transport header stands before.
    ByteBuffer payload() {
        int there = Math.min(payloadLength, frame.limit() - payloadFrom);
        return frame.slice(payloadFrom, there).order(ByteOrder.BIG_ENDIAN);
    }
}
