package dev.rearview.wire;

import dev.rearview.model.FlowRecord;

/// What firewalls have told of connections that still last, so that the total which they tell in
/// the end counts only what was not counted before.
///
/// Cisco's ASA tells in update events what passed since the last one, and in the final event what
/// passed in all. Both together would count it twice. Connections are known by addresses, ports,
/// protocol and number.
///
/// The total of a connection that began before watching did may have been counted in part already,
/// by an earlier process or before there was no more room for it: it is left out, because what is
/// counted twice is never found. Its updates count.
final class ConnectionTotals {
    /// Connections that are known at a time; the one longest without an update is forgotten.
    static final int MAX_CONNECTIONS = 1 << 16;

    private static final int WAYS = 8;

    /// No update of the connection is known.
    static final long NONE = Long.MIN_VALUE;

    private long[] keys = new long[0];
    private long[] lastUs = new long[0];
    private long[] packets = new long[0];
    private long[] bytes = new long[0];
    private long[] reversePackets = new long[0];
    private long[] reverseBytes = new long[0];
    private boolean[] isPartial = new boolean[0];
    private int[] used = new int[0];
    private int clock;
    private long sinceUs = Long.MAX_VALUE;

    /// Packets and octets of both directions.
    static final class Counts {
        long packets;
        long bytes;
        long reversePackets;
        long reverseBytes;

        boolean isZero() {
            return (packets | bytes | reversePackets | reverseBytes) == 0;
        }
    }

    /// Starts watching, if that has not happened yet.
    ///
    /// @param exportUs time of the first message; not taken if it is in the future
    void watch(long exportUs) {
        if (sinceUs == Long.MAX_VALUE) {
            sinceUs = Math.min(exportUs, System.currentTimeMillis() * 1000);
        }
    }

    /// Adds an update.
    ///
    /// @param startUs when the connection began
    /// @param us when the update was
    /// @return when the update before it was, or [#NONE]
    long add(long key, Counts c, long startUs, long us) {
        if (keys.length == 0) {
            allocate();
        }
        int at = find(key);
        long before = NONE;
        if (at >= 0) {
            before = lastUs[at];
        } else {
            at = free(key);
            keys[at] = key;
            isPartial[at] = startUs < sinceUs;
            packets[at] = bytes[at] = reversePackets[at] = reverseBytes[at] = 0;
        }
        lastUs[at] = Math.max(us, before);
        packets[at] = sum(packets[at], c.packets);
        bytes[at] = sum(bytes[at], c.bytes);
        reversePackets[at] = sum(reversePackets[at], c.reversePackets);
        reverseBytes[at] = sum(reverseBytes[at], c.reverseBytes);
        used[at] = ++clock;
        return before;
    }

    /// Takes off a connection's total what its updates have told, and forgets it.
    ///
    /// @param startUs when it began
    /// @return when its last update was, or [#NONE]; the counts are then what is left
    long finish(long key, Counts total, long startUs) {
        int at = keys.length == 0 ? -1 : find(key);
        if (at < 0 ? startUs < sinceUs : isPartial[at]) {
            total.packets = total.bytes = total.reversePackets = total.reverseBytes = 0;
        }
        if (at < 0) {
            return startUs < sinceUs ? startUs : NONE;
        }
        total.packets = Math.max(0, total.packets - packets[at]);
        total.bytes = Math.max(0, total.bytes - bytes[at]);
        total.reversePackets = Math.max(0, total.reversePackets - reversePackets[at]);
        total.reverseBytes = Math.max(0, total.reverseBytes - reverseBytes[at]);
        keys[at] = 0;
        used[at] = 0;
        return lastUs[at];
    }

    /// The key of a record's connection, never 0.
    static long key(FlowRecord f, long number) {
        long h = mix(f.sipHi, f.sipLo);
        h = mix(h, f.dipHi);
        h = mix(h, f.dipLo);
        h = mix(h, (long) f.sport << 32 | (long) f.dport << 8 | f.protocol);
        h = mix(h, number);
        return h == 0 ? 1 : h;
    }

    private static long mix(long hash, long value) {
        long h = (hash ^ value) * 0x9E37_79B9_7F4A_7C15L;
        return h ^ h >>> 29;
    }

    private static long sum(long a, long b) {
        long s = a + b;
        return s < 0 || b < 0 ? Long.MAX_VALUE : s;
    }

    private void allocate() {
        keys = new long[MAX_CONNECTIONS];
        lastUs = new long[MAX_CONNECTIONS];
        packets = new long[MAX_CONNECTIONS];
        bytes = new long[MAX_CONNECTIONS];
        reversePackets = new long[MAX_CONNECTIONS];
        reverseBytes = new long[MAX_CONNECTIONS];
        isPartial = new boolean[MAX_CONNECTIONS];
        used = new int[MAX_CONNECTIONS];
    }

    private static int first(long key) {
        return (int) (key >>> 20) & MAX_CONNECTIONS - WAYS;
    }

    private int find(long key) {
        for (int at = first(key), end = at + WAYS; at < end; at++) {
            if (keys[at] == key) {
                return at;
            }
        }
        return -1;
    }

    /// A place for a key: an empty one of its eight, else that of the longest without update.
    private int free(long key) {
        int best = first(key);
        for (int at = best, end = at + WAYS; at < end; at++) {
            if (keys[at] == 0) {
                return at;
            }
            best = used[at] - used[best] < 0 ? at : best;
        }
        // Its total must not count again: it began before its last update.
        long forgotten = Math.min(lastUs[best], System.currentTimeMillis() * 1000);
        sinceUs = Math.max(sinceUs, forgotten);
        return best;
    }
}
