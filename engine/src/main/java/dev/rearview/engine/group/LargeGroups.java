package dev.rearview.engine.group;

import dev.rearview.engine.exec.Parallel;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.spill.Run;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The groups of which a value is counted that have very many of them, and their narrow values, as
/// sets that all threads share: so a value is held once, in a few bits where they lie close, and
/// what threads have need not be put together.
///
/// Values are kept in slices by their highest bits, each with a lock. A value here is one word: the
/// number of its group in the upper half, and itself in the lower one.
final class LargeGroups implements Closeable {
    /// Sets of one slice are in memory together at the end; a set has at most 2 MiB.
    static final int MOST = 256;

    static final int SLICES = 256;

    /// The fewest rows that make a group a large one, as long as there are few such groups.
    static final int LEAST_ROWS = 1 << 14;

    /// Large groups with which that number doubles, so that those that come late have a place if
    /// they are larger.
    private static final int STEP = MOST / 8;

    private static final int FIRST_WAITING = 1 << 7;
    private static final int MOST_WAITING = 1 << 13;

    /// The values with some highest bits.
    private final class Slice {
        private @Nullable NumberSet[] sets = new NumberSet[1];
        private long bytes;

        /// Values that are put into the sets together: so what they touch comes into the cache once
        /// for many of them.
        private long[] waiting = new long[FIRST_WAITING];

        private int waitingCount;

        /// Adds values.
        synchronized void add(long[] values, int from, int to) {
            int at = from;
            while (at < to) {
                int n = Math.min(to - at, waiting.length - waitingCount);
                System.arraycopy(values, at, waiting, waitingCount, n);
                waitingCount += n;
                at += n;
                if (waitingCount == waiting.length) {
                    put();
                }
            }
        }

        /// Puts what waits into the sets.
        private void put() {
            int n = 0;
            for (int i = 0; i < waitingCount; i++) {
                long v = waiting[i];
                waiting[n] = v;
                n += of((int) (v >>> Integer.SIZE)).isFirst((int) v & sliceMask) ? 0 : 1;
            }
            for (int i = 0; i < n; i++) {
                of((int) (waiting[i] >>> Integer.SIZE)).add((int) waiting[i] & sliceMask);
            }
            waitingCount = 0;
            long now = 0;
            for (NumberSet s : sets) {
                now += s == null ? 0 : s.bytes();
            }
            if (waiting.length < MOST_WAITING && waiting.length * 64L < now) {
                waiting = new long[waiting.length * 2];
            }
            now += waiting.length * 8L;
            total.addAndGet(now - bytes);
            bytes = now;
        }

        private NumberSet of(int group) {
            if (group >= sets.length) {
                sets = Arrays.copyOf(sets, Math.min(MOST, group * 2));
            }
            NumberSet s = sets[group];
            if (s == null) {
                s = new NumberSet(sliceBits);
                sets[group] = s;
            }
            return s;
        }

        /// Adds how many each group has, and forgets them.
        void count(AtomicLongArray sums) {
            @Nullable NumberSet[] taken = take();
            for (int g = 0; g < taken.length; g++) {
                NumberSet s = taken[g];
                if (s != null) {
                    sums.addAndGet(g, s.size());
                }
            }
        }

        /// Forgets all values.
        synchronized @Nullable NumberSet[] take() {
            put();
            @Nullable NumberSet[] taken = sets;
            sets = new NumberSet[1];
            total.addAndGet(-bytes);
            bytes = 0;
            return taken;
        }
    }

    private final MemberLayout layout;
    private final Room room;
    private final int sliceBits;
    private final int sliceMask;
    private final Slice[] slices = new Slice[SLICES];
    private final AtomicLong total = new AtomicLong();
    private final List<Run> spilled = new ArrayList<>();

    /// The groups, by number; replaced as a whole.
    private volatile GroupTable keys;

    private @Nullable AtomicLongArray counts;

    LargeGroups(MemberLayout layout, Room room) {
        this.layout = layout;
        this.room = room;
        this.sliceBits = Math.max(0, layout.bits() - 8);
        this.sliceMask = (1 << sliceBits) - 1;
        this.keys = new GroupTable(layout.keyWords(), 0, 1);
        Arrays.setAll(slices, i -> new Slice());
    }

    MemberLayout layout() {
        return layout;
    }

    boolean isEmpty() {
        return keys.size() == 0;
    }

    int count() {
        return keys.size();
    }

    /// Octets of the sets.
    long bytes() {
        return total.get();
    }

    /// The number of a group, -1 unless it is one of these.
    ///
    /// @param at where the group's key starts in the words
    int number(long[] words, int at) {
        return keys.get(words, at, GroupTable.hash(words, at, layout.keyWords()));
    }

    /// Takes a group in if it has rows enough.
    synchronized void offer(long[] words, int at, long rows) {
        GroupTable old = keys;
        int count = old.size();
        if (count == MOST || rows < (long) LEAST_ROWS << count / STEP) {
            return;
        }
        GroupTable more = new GroupTable(layout.keyWords(), 0, count + 1);
        for (int i = 0; i < count; i++) {
            put(more, old.words(), i * more.stride());
        }
        put(more, words, at);
        keys = more;
    }

    private void put(GroupTable table, long[] words, int at) {
        table.find(words, at, GroupTable.hash(words, at, layout.keyWords()));
    }

    /// The slice of a value.
    int slice(long value) {
        return (int) value >>> sliceBits;
    }

    /// Adds values of one slice.
    void add(int slice, long[] values, int from, int to) {
        slices[slice].add(values, from, to);
    }

    /// Writes the sets to disk. One thread at a time asks for it.
    void spill() throws IOException {
        if (bytes() == 0) {
            return;
        }
        Run file = new Run(room, SLICES);
        spilled.add(file);
        long[] row = new long[1];
        for (int s = 0; s < SLICES; s++) {
            file.start(s);
            @Nullable NumberSet[] sets = slices[s].take();
            for (int g = 0; g < sets.length; g++) {
                NumberSet set = sets[g];
                long base = (long) g << Integer.SIZE | (long) s << sliceBits;
                if (set != null) {
                    set.forEach(number -> {
                        row[0] = base | number;
                        file.write(row, 0, 1);
                    });
                }
            }
        }
        file.rewind();
    }

    boolean isCounted() {
        return counts != null;
    }

    /// Counts the values of each group, when no more will come.
    ///
    /// @param wide for each thread rows of a group and a wide value, equal ones in one partition
    void count(List<Spool> wide) throws IOException {
        Parallel parallel = room.context().parallel();
        AtomicLongArray sums = new AtomicLongArray(count());
        parallel.forEach(
                numbers(SLICES),
                parallel.threads(),
                () ->
                        s -> {
                            for (Run file : spilled) {
                                file.forEach(s, 1, (words, at) -> slices[s].add(words, at, at + 1));
                            }
                            slices[s].count(sums);
                        });
        parallel.forEach(
                numbers(Spool.PARTITIONS), parallel.threads(), () -> p -> count(wide, p, sums));
        counts = sums;
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private void count(List<Spool> wide, int partition, AtomicLongArray sums) throws IOException {
        int width = layout.wideWords();
        GroupTable seen = new GroupTable(width, 0);
        for (Spool rows : wide) {
            rows.forEach(
                    partition,
                    (words, at) -> {
                        int before = seen.size();
                        seen.find(words, at, GroupTable.hash(words, at, width));
                        if (seen.size() > before) {
                            sums.incrementAndGet(number(words, at));
                        }
                    });
        }
    }

    /// Takes a group and how many values it has.
    interface Taker {
        /// @param at where the group's key starts in the words
        void take(long[] words, int at, long values);
    }

    /// Hands out the counts of the groups of one partition.
    void forEach(int partition, Taker out) {
        AtomicLongArray sums = counts;
        GroupTable all = keys;
        for (int i = 0; sums != null && i < all.size(); i++) {
            int at = i * all.stride();
            if (partition(all.words(), at) == partition) {
                out.take(all.words(), at, sums.get(i));
            }
        }
    }

    /// The partitions in which these groups are.
    BitSet partitions() {
        BitSet out = new BitSet(Spool.PARTITIONS);
        GroupTable all = keys;
        for (int i = 0; i < all.size(); i++) {
            out.set(partition(all.words(), i * all.stride()));
        }
        return out;
    }

    private int partition(long[] words, int at) {
        return Spool.partition(GroupTable.hash(words, at, layout.keyWords()));
    }

    @Override
    public void close() throws IOException {
        for (Run file : spilled) {
            file.close();
        }
    }
}
