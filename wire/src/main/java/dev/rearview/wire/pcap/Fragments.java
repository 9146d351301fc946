package dev.rearview.wire.pcap;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReport.Reason;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts IP fragments together. A datagram whose fragments overlap or contradict each other is void
/// as a whole (RFC 5722 wants that of IPv6), except for exact repetitions.
final class Fragments {
    /// Datagrams that may wait for their rest; the oldest is dropped for a new one.
    static final int MAX_DATAGRAMS = 1024;

    /// Octets that may wait, with what keeping them costs.
    static final long MAX_OCTETS = 4 << 20;

    /// What keeping one fragment costs besides its octets.
    private static final int OVERHEAD = 96;

    /// How long after its first fragment a datagram may get others, microseconds of the capture:
    /// identifications come again.
    static final long WAIT_US = 30_000_000;

    private static final int MAX_DATAGRAM = 0xFFFF;

    private record Key(
            boolean v6, long sipHi, long sipLo, long dipHi, long dipLo, int protocol, int id) {}

    /// A datagram that waits. Void ones stay, so that their other fragments are nobody's.
    private static final class Datagram {
        final long firstUs;
        final TreeMap<Integer, byte[]> parts = new TreeMap<>();
        int octets;
        int length = -1;
        boolean isVoid;

        Datagram(long firstUs) {
            this.firstUs = firstUs;
        }
    }

    private final CaptureReport report;
    private final Map<Key, Datagram> waiting = new LinkedHashMap<>();
    private long octets;

    Fragments(CaptureReport report) {
        this.report = report;
    }

    /// Octets that wait.
    long octets() {
        return octets;
    }

    int datagrams() {
        return waiting.size();
    }

    /// Takes a fragment.
    ///
    /// @param packet whose headers were just read
    /// @return what the datagram carries, if it is whole now
    @Nullable ByteBuffer add(PacketHeader packet, ByteBuffer frame, FlowRecord r, long us) {
        int from = packet.dataOffset();
        int size = packet.end() - from;
        int at = packet.fragmentOffset();
        Key key =
                new Key(
                        r.isIpv6(),
                        r.sipHi,
                        r.sipLo,
                        r.dipHi,
                        r.dipLo,
                        packet.dataProtocol(),
                        packet.fragmentId());
        Datagram d = of(key, us);
        if (d.isVoid) {
            return null;
        }
        boolean isBroken =
                size <= 0
                        || packet.end() > frame.limit()
                        || at + size > MAX_DATAGRAM
                        || (packet.moreFragments() && size % 8 != 0);
        if (isBroken) {
            discard(d);
            return null;
        }
        byte[] part = new byte[size];
        frame.get(from, part);
        if (!put(d, at, part, packet.moreFragments())) {
            discard(d);
            return null;
        }
        if (d.octets == d.length) {
            waiting.remove(key);
            return whole(d);
        }
        makeRoom(d);
        return null;
    }

    private Datagram of(Key key, long us) {
        Datagram d = waiting.get(key);
        if (d != null && (us - d.firstUs > WAIT_US || us < d.firstUs - WAIT_US)) {
            discard(d);
            waiting.remove(key);
            d = null;
        }
        if (d == null) {
            if (waiting.size() >= MAX_DATAGRAMS) {
                dropOldest();
            }
            d = new Datagram(us);
            waiting.put(key, d);
        }
        return d;
    }

    /// Adds a part; false if it contradicts another.
    private boolean put(Datagram d, int at, byte[] part, boolean moreFollow) {
        int end = at + part.length;
        if (d.length >= 0 && (end > d.length || !moreFollow && end != d.length)) {
            return false;
        }
        byte[] same = d.parts.get(at);
        if (same != null) {
            return java.util.Arrays.equals(same, part) && moreFollow == (end != d.length);
        }
        Map.Entry<Integer, byte[]> before = d.parts.lowerEntry(at);
        Integer after = d.parts.higherKey(at);
        boolean overlaps =
                before != null && before.getKey() + before.getValue().length > at
                        || after != null && (after < end || !moreFollow);
        if (overlaps) {
            return false;
        }
        if (!moreFollow) {
            d.length = end;
        }
        d.parts.put(at, part);
        d.octets += part.length;
        octets += part.length + OVERHEAD;
        return true;
    }

    private ByteBuffer whole(Datagram d) {
        release(d);
        ByteBuffer out = ByteBuffer.allocate(d.length);
        d.parts.values().forEach(out::put);
        return out.flip();
    }

    /// Drops the oldest until what waits fits, but not the datagram that grows.
    private void makeRoom(Datagram growing) {
        Iterator<Datagram> oldest = waiting.values().iterator();
        while (octets > MAX_OCTETS && oldest.hasNext()) {
            Datagram d = oldest.next();
            if (d != growing) {
                discard(d);
                oldest.remove();
            }
        }
    }

    private void dropOldest() {
        Iterator<Datagram> oldest = waiting.values().iterator();
        discard(oldest.next());
        oldest.remove();
    }

    /// Gives up a datagram; counted once.
    private void discard(Datagram d) {
        if (!d.isVoid) {
            report.skip(Reason.FRAGMENTS, 1);
            release(d);
            d.parts.clear();
            d.isVoid = true;
        }
    }

    private void release(Datagram d) {
        octets -= d.octets + (long) d.parts.size() * OVERHEAD;
    }

    /// Counts what never became whole.
    void finish() {
        waiting.values().forEach(this::discard);
        waiting.clear();
    }
}
