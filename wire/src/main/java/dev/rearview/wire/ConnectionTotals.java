package dev.rearview.wire;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the firewalls at one address have told of connections that still last, so that the total
/// which they tell in the end counts only what was not counted before.
///
/// Cisco's ASA tells in update events what passed since the last one, and in the final event what
/// passed in all. Both together would count it twice. Connections are known by addresses, ports,
/// protocol and number.
///
/// The total of a connection that began before watching did may have been counted in part already,
/// by an earlier process or before there was no more room for it: it is left out, because what is
/// counted twice is never found. Its updates count.
final class ConnectionTotals {
    /// Connections that are known at a time, where the exporter's share of the state budget has
    /// room for them; the one longest without an update is forgotten.
    static final int MAX_CONNECTIONS = 1 << 16;

    /// Estimated octets of a connection.
    static final int CONNECTION_OCTETS = 184;

    /// Octets of one that is written.
    private static final int SAVED_OCTETS = 6 * Long.BYTES + Integer.BYTES;

    /// No update of the connection is known.
    static final long NONE = Long.MIN_VALUE;

    private static final class Known {
        private final Counts told = new Counts();
        private final boolean isPartial;
        private long lastUs;

        private Known(boolean isPartial, long lastUs) {
            this.isPartial = isPartial;
            this.lastUs = lastUs;
        }
    }

    /// Packets and octets of both directions.
    static final class Counts {
        long packets;
        long bytes;
        long reversePackets;
        long reverseBytes;

        boolean isZero() {
            return (packets | bytes | reversePackets | reverseBytes) == 0;
        }

        void clear() {
            packets = bytes = reversePackets = reverseBytes = 0;
        }

        private void add(Counts more) {
            packets = sum(packets, more.packets);
            bytes = sum(bytes, more.bytes);
            reversePackets = sum(reversePackets, more.reversePackets);
            reverseBytes = sum(reverseBytes, more.reverseBytes);
        }

        private void takeOff(Counts less) {
            packets = Math.max(0, packets - less.packets);
            bytes = Math.max(0, bytes - less.bytes);
            reversePackets = Math.max(0, reversePackets - less.reversePackets);
            reverseBytes = Math.max(0, reverseBytes - less.reverseBytes);
        }

        private static long sum(long a, long b) {
            long s = a + b;
            return s < 0 || b < 0 ? Long.MAX_VALUE : s;
        }
    }

    private final Exporter owner;
    // In the order of their last update.
    private final LinkedHashMap<Long, Known> connections = new LinkedHashMap<>(16, 0.75f, true);
    private long sinceUs;

    /// @param sinceUs when watching began, microseconds since 1970
    ConnectionTotals(Exporter owner, long sinceUs) {
        this.owner = owner;
        this.sinceUs = sinceUs;
    }

    /// Adds an update.
    ///
    /// @param startUs when the connection began
    /// @param us when the update was
    /// @param receivedUs when it came
    /// @return when the update before it was, or [#NONE]
    long add(long key, Counts c, long startUs, long us, long receivedUs) {
        Known known = connections.get(key);
        long before = NONE;
        if (known != null) {
            before = known.lastUs;
            known.lastUs = Math.max(us, before);
        } else if (hasRoom(receivedUs)) {
            known = new Known(startUs < sinceUs, us);
            connections.put(key, known);
        } else {
            notAfter(us, receivedUs);
            return NONE;
        }
        known.told.add(c);
        return before;
    }

    /// Takes off a connection's total what its updates have told, and forgets it.
    ///
    /// @param startUs when it began
    /// @return when its last update was, or [#NONE]; the counts are then what is left
    long finish(long key, Counts total, long startUs) {
        Known known = connections.remove(key);
        if (known == null) {
            if (startUs >= sinceUs) {
                return NONE;
            }
            total.clear();
            return startUs;
        }
        owner.release(CONNECTION_OCTETS);
        if (known.isPartial) {
            total.clear();
        } else {
            total.takeOff(known.told);
        }
        return known.lastUs;
    }

    /// Writes all, the one longest without an update first.
    void save(StateWriter out) throws IOException {
        out.large(sinceUs);
        out.number(connections.size());
        for (Map.Entry<Long, Known> e : connections.entrySet()) {
            Known known = e.getValue();
            out.large(e.getKey());
            out.flag(known.isPartial);
            out.large(known.lastUs);
            out.large(known.told.packets);
            out.large(known.told.bytes);
            out.large(known.told.reversePackets);
            out.large(known.told.reverseBytes);
        }
    }

    /// Reads what [#save] wrote.
    static ConnectionTotals restore(StateReader in, Exporter of) throws StateReader.Malformed {
        ConnectionTotals out = new ConnectionTotals(of, in.large());
        int n = in.count(SAVED_OCTETS);
        for (int i = 0; i < n; i++) {
            long key = in.large();
            Known known = new Known(in.flag(), in.large());
            known.told.packets = in.large();
            known.told.bytes = in.large();
            known.told.reversePackets = in.large();
            known.told.reverseBytes = in.large();
            if (out.hasRoom(Long.MAX_VALUE)) {
                out.connections.put(key, known);
            } else {
                out.notAfter(known.lastUs, Long.MAX_VALUE);
            }
        }
        return out;
    }

    /// Forgets all.
    void clear() {
        owner.release((long) CONNECTION_OCTETS * connections.size());
        connections.clear();
    }

    /// Charges one more connection, for which the one longest without an update makes room.
    private boolean hasRoom(long receivedUs) {
        if (connections.size() < MAX_CONNECTIONS && owner.reserveSpare(CONNECTION_OCTETS)) {
            return true;
        }
        Map.Entry<Long, Known> oldest = connections.pollFirstEntry();
        if (oldest != null) {
            notAfter(oldest.getValue().lastUs, receivedUs);
        }
        return oldest != null;
    }

    /// Totals of connections that began before an update which is not remembered must not count.
    private void notAfter(long updateUs, long receivedUs) {
        sinceUs = Math.max(sinceUs, Math.min(updateUs, receivedUs));
    }

    /// The key of a record's connection.
    static long key(FlowRecord f, long number) {
        long h = mix(f.sipHi, f.sipLo);
        h = mix(h, f.dipHi);
        h = mix(h, f.dipLo);
        h = mix(h, (long) f.sport << 32 | (long) f.dport << 8 | f.protocol);
        return mix(h, number);
    }

    private static long mix(long hash, long value) {
        long h = (hash ^ value) * 0x9E37_79B9_7F4A_7C15L;
        return h ^ h >>> 29;
    }
}
