package dev.rearview.meter;

import dev.rearview.meter.application.Rtp;
import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.model.TcpFlags;
import org.jspecify.annotations.Nullable;

/// A flow that goes on, and its place in the table.
final class Flow {
    /// What a flow takes of the heap, with its place in the table.
    static final int OCTETS = 448;

    /// One direction.
    private static final class Way {
        long packets;
        long bytes;
        long firstUs;
        int initialFlags;
        int sessionFlags;
        boolean isFinished;
        boolean isFinFollowed;

        /// Octets of the first payload, and how many packets had one.
        long payload;

        long payloads;
        boolean isUneven;

        /// What the last payload would be as one of RTP.
        long mark = Rtp.NONE;
    }

    final long sipHi;
    final long sipLo;
    final long dipHi;
    final long dipLo;
    final int ports;
    final int protocol;
    final boolean isIpv6;
    final int vlan;
    final long hash;

    /// Others: with the same bucket, and before and behind it by their last packets.
    @Nullable Flow next;

    @Nullable Flow older;
    @Nullable Flow newer;

    private final Way forward = new Way();
    private final Way backward = new Way();
    private long startUs;
    private long endUs;
    private boolean isContinued;
    private boolean isCut;

    /// Number of the application, and how many payloads it was looked for in.
    int application;

    int looks;

    Flow(Packet first, int vlan, long hash) {
        FlowRecord r = first.record();
        this.sipHi = r.sipHi;
        this.sipLo = r.sipLo;
        this.dipHi = r.dipHi;
        this.dipLo = r.dipLo;
        this.ports = r.sport << 16 | r.dport;
        this.protocol = r.protocol;
        this.isIpv6 = r.isIpv6();
        this.vlan = vlan;
        this.hash = hash;
        this.startUs = r.stime;
        this.endUs = r.stime;
    }

    long startUs() {
        return startUs;
    }

    long endUs() {
        return endUs;
    }

    boolean hasBackward() {
        return backward.packets > 0;
    }

    boolean hasPayload() {
        return forward.payloads + backward.payloads > 0;
    }

    int sport() {
        return ports >>> 16;
    }

    int dport() {
        return ports & 0xFFFF;
    }

    void continues() {
        isContinued = true;
    }

    void cut() {
        isCut = true;
    }

    /// Adds a packet.
    void add(Packet packet, boolean isForward) {
        FlowRecord r = packet.record();
        Way way = isForward ? forward : backward;
        startUs = Math.min(startUs, r.stime);
        endUs = Math.max(endUs, r.stime);
        if (way.packets == 0) {
            way.firstUs = r.stime;
            way.initialFlags = r.flags;
        } else {
            way.firstUs = Math.min(way.firstUs, r.stime);
            way.sessionFlags |= r.flags;
        }
        way.packets++;
        way.bytes += r.bytes;
        if (way.isFinished && (packet.payloadLength() > 0 || (r.flags & TcpFlags.SYN) != 0)) {
            way.isFinFollowed = true;
        }
        way.isFinished |= (r.flags & TcpFlags.FIN) != 0;
        if (packet.payloadLength() > 0) {
            way.isUneven |= way.payloads > 0 && packet.payloadLength() != way.payload;
            way.payload = packet.payloadLength();
            way.payloads++;
        }
    }

    /// Keeps the mark of a direction's last payload.
    ///
    /// @return that of the one before
    long mark(boolean isForward, long mark) {
        Way way = isForward ? forward : backward;
        long before = way.mark;
        way.mark = mark;
        return before;
    }

    /// Whether a packet, which was added, is the last of a connection of TCP: one that resets it,
    /// or an acknowledgement when both sides have closed it.
    boolean isEndedBy(Packet packet) {
        int flags = packet.record().flags;
        if (protocol != Protocols.TCP) {
            return false;
        }
        boolean isClosed = forward.isFinished && backward.isFinished;
        return (flags & TcpFlags.RST) != 0
                || isClosed && (flags & TcpFlags.ACK) != 0 && (flags & TcpFlags.FIN) == 0;
    }

    /// Gives one direction as a record.
    void fill(FlowRecord r, boolean isForward) {
        Way way = isForward ? forward : backward;
        r.clear();
        r.sipHi = isForward ? sipHi : dipHi;
        r.sipLo = isForward ? sipLo : dipLo;
        r.dipHi = isForward ? dipHi : sipHi;
        r.dipLo = isForward ? dipLo : sipLo;
        r.sport = isForward ? sport() : dport();
        r.dport = isForward ? dport() : sport();
        r.protocol = protocol;
        r.setIpv6(isIpv6);
        if (isIpv6) {
            r.nhipLo = 0;
        }
        r.packets = way.packets;
        r.bytes = way.bytes;
        r.stime = isForward ? startUs : way.firstUs;
        r.duration = endUs - r.stime;
        r.application = application;
        r.attributes |= attributes(way);
        if (protocol == Protocols.TCP) {
            r.attributes |= Attributes.EXPANDED;
            r.initialFlags = way.initialFlags;
            r.sessionFlags = way.sessionFlags;
            r.flags = way.initialFlags | way.sessionFlags;
        }
    }

    private int attributes(Way way) {
        int out = isCut ? Attributes.TIMED_OUT : 0;
        out |= isContinued ? Attributes.CONTINUED : 0;
        out |= way.isFinFollowed ? Attributes.FIN_FOLLOWED : 0;
        out |= way.payloads > 1 && !way.isUneven ? Attributes.UNIFORM : 0;
        return out;
    }
}
