package dev.rearview.wire.pcap;

import dev.rearview.model.AddressPair;
import dev.rearview.model.FlowRecord;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReport.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts IP fragments together. Fragments may repeat or overlap as long as they say the same (a
/// capture of any device sees packets twice): each octet is kept once. A datagram whose fragments
/// contradict each other is void as a whole (RFC 5722 wants that of IPv6).
///
/// The datagrams that became whole lately are remembered, so that their repeated fragments are no
/// halves of others. Only the same octets at the same place are a repetition: a fragment that says
/// anything else has the identification anew and begins another datagram.
final class Fragments {
    /// Datagrams that may wait for their rest; the oldest is dropped for a new one.
    static final int MAX_DATAGRAMS = 1024;

    /// Octets that may wait, with what keeping them costs.
    static final long MAX_OCTETS = 4 << 20;

    /// Whole datagrams that are remembered, and their octets; the oldest is forgotten.
    static final int MAX_WHOLE = 1024;

    static final int MAX_WHOLE_OCTETS = 2 << 20;

    /// What keeping one fragment costs besides its octets.
    private static final int OVERHEAD = 96;

    /// How long after its first fragment a datagram may get others, microseconds of the capture:
    /// identifications come again.
    static final long WAIT_US = 30_000_000;

    private static final int MAX_DATAGRAM = 0xFFFF;

    private record Key(boolean v6, AddressPair addresses, int protocol, int id) {}

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

    /// A datagram that became whole.
    private record Whole(long us, byte[] octets) {
        boolean has(ByteBuffer frame, int from, int at, int size, boolean moreFollow) {
            int end = at + size;
            return end <= octets.length
                    && moreFollow == (end < octets.length)
                    && frame.slice(from, size).equals(ByteBuffer.wrap(octets, at, size));
        }
    }

    private final CaptureReport report;
    private final Map<Key, Datagram> waiting = new LinkedHashMap<>();
    private final Map<Key, Whole> known = new LinkedHashMap<>();
    private long octets;
    private long knownOctets;

    Fragments(CaptureReport report) {
        this.report = report;
    }

    /// Octets that wait.
    long octets() {
        return octets;
    }

    /// Octets of the whole datagrams that are remembered.
    long knownOctets() {
        return knownOctets;
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
                new Key(r.isIpv6(), AddressPair.of(r), packet.dataProtocol(), packet.fragmentId());
        boolean isBroken =
                size <= 0
                        || packet.end() > frame.limit()
                        || at + size > MAX_DATAGRAM
                        || (packet.moreFragments() && size % 8 != 0);
        if (!isBroken && isRepeated(key, packet, frame, us)) {
            return null;
        }
        Datagram d = of(key, us);
        if (d.isVoid) {
            return null;
        }
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
            byte[] whole = whole(d);
            remember(key, new Whole(us, whole));
            return ByteBuffer.wrap(whole);
        }
        makeRoom(d);
        return null;
    }

    /// Whether a fragment is one of a datagram that became whole. If it is of another one with the
    /// same identification, the old one is forgotten.
    private boolean isRepeated(Key key, PacketHeader packet, ByteBuffer frame, long us) {
        Whole whole = known.get(key);
        if (whole == null) {
            return false;
        }
        int from = packet.dataOffset();
        boolean isSame =
                Math.abs(us - whole.us) <= WAIT_US
                        && whole.has(
                                frame,
                                from,
                                packet.fragmentOffset(),
                                packet.end() - from,
                                packet.moreFragments());
        if (!isSame) {
            known.remove(key);
            knownOctets -= whole.octets.length;
        }
        return isSame;
    }

    private void remember(Key key, Whole whole) {
        known.put(key, whole);
        knownOctets += whole.octets.length;
        Iterator<Whole> oldest = known.values().iterator();
        while (known.size() > MAX_WHOLE || knownOctets > MAX_WHOLE_OCTETS) {
            knownOctets -= oldest.next().octets.length;
            oldest.remove();
        }
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

    /// Adds what is new of a part; false if it contradicts another.
    private boolean put(Datagram d, int at, byte[] part, boolean moreFollow) {
        int end = at + part.length;
        if (d.length >= 0 && (moreFollow ? end >= d.length : end != d.length)) {
            return false;
        }
        if (!moreFollow && d.length < 0) {
            Map.Entry<Integer, byte[]> last = d.parts.lastEntry();
            if (last != null && last.getKey() + last.getValue().length >= end) {
                return false;
            }
        }
        if (!agrees(d, at, part)) {
            return false;
        }
        if (!moreFollow) {
            d.length = end;
        }
        fill(d, at, part);
        return true;
    }

    /// Whether the octets that are there already are the same.
    private static boolean agrees(Datagram d, int at, byte[] part) {
        int end = at + part.length;
        Integer before = d.parts.floorKey(at);
        int first = before == null ? at : before;
        for (Map.Entry<Integer, byte[]> e : d.parts.subMap(first, end).entrySet()) {
            int there = e.getKey();
            int from = Math.max(at, there);
            int to = Math.min(end, there + e.getValue().length);
            boolean isSame =
                    from >= to
                            || Arrays.equals(
                                    part,
                                    from - at,
                                    to - at,
                                    e.getValue(),
                                    from - there,
                                    to - there);
            if (!isSame) {
                return false;
            }
        }
        return true;
    }

    /// Keeps the octets that are not there yet.
    private void fill(Datagram d, int at, byte[] part) {
        int end = at + part.length;
        int from = at;
        while (from < end) {
            Map.Entry<Integer, byte[]> before = d.parts.floorEntry(from);
            if (before != null && before.getKey() + before.getValue().length > from) {
                from = before.getKey() + before.getValue().length;
                continue;
            }
            Integer after = d.parts.higherKey(from);
            int to = after == null ? end : Math.min(after, end);
            d.parts.put(from, Arrays.copyOfRange(part, from - at, to - at));
            d.octets += to - from;
            octets += to - from + OVERHEAD;
            from = to;
        }
    }

    private byte[] whole(Datagram d) {
        release(d);
        ByteBuffer out = ByteBuffer.allocate(d.length);
        d.parts.values().forEach(out::put);
        return out.array();
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
        known.clear();
        knownOctets = 0;
    }
}
