package dev.rearview.engine.group;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Aggregate;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// The values that one thread has seen of each group, for one aggregate that counts different ones:
/// rows of a group and a value, equal ones once or more often. Those of large groups leave it.
final class DistinctValues {
    private static final Aggregate.Kind[] NO_VALUES = {};

    /// Values of large groups that are sorted into slices together.
    private static final int PENDING = 1 << 14;

    /// The fewest rows of a partition in which large groups are looked for.
    private static final long LEAST_ROWS = 2L * LargeGroups.LEAST_ROWS;

    private final MemberLayout layout;
    private final Room room;
    private final LargeGroups large;
    private final Spool narrow;
    private final Spool wide;

    /// Rows of large groups, of which those that are equal lie in one partition.
    private final Spool wideOfLarge;

    private final long[] row;
    private final long[] group;

    /// At how many rows each partition of the two is looked at again.
    private final long[][] limits = new long[2][Spool.PARTITIONS];

    private long[] pending = {};
    private long[] sorted = {};
    private final int[] ends = new int[LargeGroups.SLICES + 1];
    private int pendingCount;

    /// @param large of all threads
    /// @param room of all threads
    DistinctValues(LargeGroups large, Room room) {
        this.layout = large.layout();
        this.room = room;
        this.large = large;
        int keyWords = layout.keyWords();
        this.narrow =
                new Spool(keyWords, layout.groupMask(), layout.narrowWords(), NO_VALUES, room);
        this.wide = new Spool(keyWords, layout.wideWords(), NO_VALUES, room);
        this.wideOfLarge = new Spool(layout.wideWords(), layout.wideWords(), NO_VALUES, room);
        this.row = new long[keyWords + 2];
        this.group = new long[keyWords];
        for (long[] l : limits) {
            Arrays.fill(l, LEAST_ROWS);
        }
    }

    /// All that holds rows.
    List<Spool> spools() {
        return List.of(narrow, wide, wideOfLarge);
    }

    Spool narrow() {
        return narrow;
    }

    Spool wide() {
        return wide;
    }

    Spool wideOfLarge() {
        return wideOfLarge;
    }

    /// Adds narrow values.
    ///
    /// @param keys for each word of a group's key that of `n` rows
    void add(long[][] keys, long[] values, int n) {
        boolean anyLarge = !large.isEmpty();
        int number = -1;
        for (int i = 0; i < n; i++) {
            boolean isOther = i == 0;
            for (int w = 0; w < group.length; w++) {
                long word = keys[w][i];
                isOther |= group[w] != word;
                group[w] = word;
            }
            if (isOther && anyLarge) {
                number = large.number(group, 0);
            }
            if (number >= 0) {
                addToLarge(number, (int) values[i]);
            } else {
                layout.narrow(group, (int) values[i], row);
                narrow.add(row, 0);
            }
        }
    }

    /// Adds a narrow value of the group whose key starts the words.
    void add(long[] key, int value) {
        int number = large.isEmpty() ? -1 : large.number(key, 0);
        if (number >= 0) {
            addToLarge(number, value);
            return;
        }
        layout.narrow(key, value, row);
        narrow.add(row, 0);
    }

    /// Adds a value of the group whose key starts the words.
    void add(long[] key, long hi, long lo) {
        if (layout.isNarrow(hi, lo)) {
            add(key, (int) lo);
            return;
        }
        layout.wide(key, hi, lo, row);
        (large.isEmpty() || large.number(key, 0) < 0 ? wide : wideOfLarge).add(row, 0);
    }

    private void addToLarge(int number, int value) {
        if (pendingCount == pending.length) {
            settle();
        }
        pending[pendingCount++] = (long) number << Integer.SIZE | value & 0xFFFF_FFFFL;
    }

    /// Hands what is pending to the large groups, slice by slice.
    private void settle() {
        if (pending.length == 0) {
            pending = new long[PENDING];
            sorted = new long[PENDING];
        }
        int n = pendingCount;
        Arrays.fill(ends, 0);
        for (int i = 0; i < n; i++) {
            ends[large.slice(pending[i]) + 1]++;
        }
        for (int s = 1; s < ends.length; s++) {
            ends[s] += ends[s - 1];
        }
        for (int i = 0; i < n; i++) {
            long v = pending[i];
            sorted[ends[large.slice(v)]++] = v;
        }
        int from = 0;
        for (int s = 0; s < LargeGroups.SLICES; s++) {
            if (ends[s] > from) {
                large.add(s, sorted, from, ends[s]);
            }
            from = ends[s];
        }
        pendingCount = 0;
    }

    // Which groups are large -------------------------------------------------------------------

    /// Looks for large groups where many rows have come together, and moves theirs to them.
    void look() {
        look(narrow, limits[0]);
        look(wide, limits[1]);
    }

    private void look(Spool rows, long[] limit) {
        for (int p = 0; p < Spool.PARTITIONS; p++) {
            if (rows.held(p) >= limit[p]) {
                look(rows, p);
                limit[p] = Math.max(LEAST_ROWS, 2 * rows.held(p));
            }
        }
    }

    private void look(Spool rows, int partition) {
        int keyWords = layout.keyWords();
        GroupTable counts = new GroupTable(keyWords, 1);
        rows.forEachHeld(
                partition,
                (words, at) -> {
                    groupOf(rows, words, at);
                    int g = counts.find(group, 0, GroupTable.hash(group, 0, keyWords));
                    counts.words()[g * counts.stride() + keyWords]++;
                });
        boolean any = false;
        for (int g = 0; g < counts.size(); g++) {
            int at = g * counts.stride();
            large.offer(counts.words(), at, counts.words()[at + keyWords]);
            any |= large.number(counts.words(), at) >= 0;
        }
        if (any) {
            rows.takeOut(
                    partition,
                    (words, at) -> {
                        if (!moves(rows, words, at)) {
                            rows.partition(words, at);
                        }
                    });
        }
    }

    private void groupOf(Spool rows, long[] words, int at) {
        MemberLayout.group(words, at, rows == narrow ? layout.groupMask() : -1L, group);
    }

    /// Whether a row was one of a large group, to which it is added then.
    private boolean moves(Spool rows, long[] words, int at) {
        groupOf(rows, words, at);
        int number = large.number(group, 0);
        if (number < 0) {
            return false;
        }
        if (rows == narrow) {
            addToLarge(number, layout.value(words, at));
        } else {
            wideOfLarge.add(words, at);
        }
        return true;
    }

    /// Adds to the large groups what came of them before they were large. To be called when no more
    /// will come.
    void finish() throws IOException {
        BitSet partitions = large.partitions();
        for (Spool rows : List.of(narrow, wide)) {
            for (int p = partitions.nextSetBit(0); p >= 0; p = partitions.nextSetBit(p + 1)) {
                room.context().check();
                rows.forEach(p, (words, at) -> moves(rows, words, at));
                if (!room.holds(wideOfLarge.bytes() * room.context().parallel().threads())) {
                    wideOfLarge.spill();
                }
            }
        }
        wideOfLarge.flush();
        settle();
    }
}
