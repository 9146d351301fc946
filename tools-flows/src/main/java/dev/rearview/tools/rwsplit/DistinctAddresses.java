package dev.rearview.tools.rwsplit;

import dev.rearview.engine.exec.Room;
import dev.rearview.kit.options.ToolException;
import java.util.Arrays;

/// Counts the addresses of a piece, each once: a table of slots, of which a bitmap says which are
/// taken.
final class DistinctAddresses {
    private static final int LEAST_SLOTS = 1 << 10;
    private static final int MOST_SLOTS = 1 << 29;

    /// Octets of a slot: an address, and its bit.
    private static final long SLOT = 17;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Room room;
    private long[] his = new long[LEAST_SLOTS];
    private long[] los = new long[LEAST_SLOTS];
    private long[] taken = new long[LEAST_SLOTS / Long.SIZE];
    private int count;

    /// @param room what the table may grow to; closed by whoever gives it
    DistinctAddresses(Room room) {
        this.room = room;
    }

    int count() {
        return count;
    }

    void clear() {
        Arrays.fill(taken, 0);
        count = 0;
    }

    void add(long hi, long lo) {
        int slot = find(hi, lo);
        if (isTaken(slot)) {
            return;
        }
        put(slot, hi, lo);
        count++;
        if (count > his.length / 2) {
            grow();
        }
    }

    /// The slot of an address, or the free one that it would get.
    private int find(long hi, long lo) {
        int mask = his.length - 1;
        long hash = (hi * MIX ^ lo) * MIX;
        int slot = (int) (hash >>> 33) & mask;
        while (isTaken(slot) && (his[slot] != hi || los[slot] != lo)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isTaken(int slot) {
        return (taken[slot >>> 6] >>> slot & 1) != 0;
    }

    private void put(int slot, long hi, long lo) {
        his[slot] = hi;
        los[slot] = lo;
        taken[slot >>> 6] |= 1L << slot;
    }

    private void grow() {
        int slots = his.length * 2;
        // The old table is there until its addresses have moved.
        if (slots > MOST_SLOTS || !room.holds(slots * SLOT * 3 / 2)) {
            throw ToolException.failure(
                    "a piece has more addresses than memory holds: " + count + " so far");
        }
        long[] oldHis = his;
        long[] oldLos = los;
        long[] oldTaken = taken;
        his = new long[slots];
        los = new long[slots];
        taken = new long[slots / Long.SIZE];
        for (int i = 0; i < oldHis.length; i++) {
            if ((oldTaken[i >>> 6] >>> i & 1) != 0) {
                put(find(oldHis[i], oldLos[i]), oldHis[i], oldLos[i]);
            }
        }
    }
}
