package dev.rearview.engine.group;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.spill.RowTaker;
import dev.rearview.engine.spill.Run;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The groups that one thread has seen: first in a table that fits the cache, and when that is full
/// in partitions by hash, which go to disk when memory is short. Where nearly every row is a group
/// of its own the table is left out.
///
/// A row is the key words and the values that combine. Rows of equal keys lie in one partition.
final class Spool implements Closeable {
    static final int PARTITIONS = 256;

    private static final int PARTITION_SHIFT = 56;
    private static final int TABLE_WORDS = 1 << 18;
    private static final int FIRST_CHUNK = 1 << 8;
    private static final int LAST_CHUNK = 1 << 14;

    /// Rows that go to a partition together: 256 places to write to are more than a core keeps at
    /// hand, with what is known of each.
    private static final int STAGED = 8;

    /// Rows of one partition in memory.
    private static final class Rows {
        private final List<long[]> chunks = new ArrayList<>();
        private long[] last = {};
        private int used;
        private long words;

        /// @param count words of whole rows
        void add(long[] from, int at, int count, int stride) {
            int done = 0;
            while (done < count) {
                if (used == last.length) {
                    if (used > 0) {
                        chunks.add(last);
                    }
                    int size = Math.clamp(last.length * 2L, FIRST_CHUNK, LAST_CHUNK);
                    last = new long[Math.max(size / stride, 1) * stride];
                    used = 0;
                }
                int n = Math.min(count - done, last.length - used);
                System.arraycopy(from, at + done, last, used, n);
                used += n;
                done += n;
            }
            words += count;
        }

        void forEach(int stride, RowTaker out) {
            for (long[] chunk : chunks) {
                for (int at = 0; at < chunk.length; at += stride) {
                    out.row(chunk, at);
                }
            }
            for (int at = 0; at < used; at += stride) {
                out.row(last, at);
            }
        }
    }

    private final int partitionWords;
    private final long partitionMask;
    private final int keyWords;
    private final Aggregate.Kind[] values;
    private final int stride;
    private final int tableRows;

    /// Rows in the table at which it is looked at first, as long as it fits a core's own cache.
    private final int firstLook;

    private final Room room;
    private final GroupTable table;
    private Rows @Nullable [] partitions;

    /// For each partition up to [#STAGED] rows that are not in it yet, and how many.
    private long[] staged = {};

    private final int[] stagedRows = new int[PARTITIONS];
    private final List<Run> spilled = new ArrayList<>();
    private boolean direct;
    private long rowsIn;
    private long bytes;

    /// @param partitionWords of the key, those that decide on the partition
    /// @param keyWords those that tell rows apart
    /// @param values how the words behind the key combine
    Spool(int partitionWords, int keyWords, Aggregate.Kind[] values, Room room) {
        this(partitionWords, -1L, keyWords, values, room);
    }

    /// @param partitionMask what of the last of those words does
    Spool(
            int partitionWords,
            long partitionMask,
            int keyWords,
            Aggregate.Kind[] values,
            Room room) {
        this.partitionWords = partitionWords;
        this.partitionMask = partitionMask;
        this.keyWords = keyWords;
        this.values = values;
        this.stride = keyWords + values.length;
        this.tableRows = Math.max(1024, TABLE_WORDS / Math.max(1, stride));
        this.firstLook = tableRows / 8;
        this.room = room;
        this.table = new GroupTable(keyWords, values.length);
    }

    boolean isEmpty() {
        return !isPartitioned() && table.size() == 0;
    }

    /// Whether rows have left the table.
    boolean isPartitioned() {
        return partitions != null;
    }

    /// Octets held in memory.
    long bytes() {
        return bytes + table.bytes();
    }

    /// Octets that go to disk when this is spilled.
    long rowBytes() {
        return bytes;
    }

    /// Adds one row: a flow, or what some flows came to.
    ///
    /// @param words key and values from `at` on
    void add(long[] words, int at) {
        if (direct) {
            partition(words, at);
            return;
        }
        rowsIn++;
        int before = table.size();
        int group = table.find(words, at, GroupTable.hash(words, at, keyWords));
        if (table.size() > before) {
            System.arraycopy(
                    words, at + keyWords, table.words(), group * stride + keyWords, values.length);
            if (table.size() == tableRows || isOfNoUse()) {
                flush();
            }
            return;
        }
        combine(table.words(), group * stride, words, at);
    }

    /// Adds the values of one row to those of another.
    void combine(long[] into, int to, long[] from, int at) {
        for (int v = 0; v < values.length; v++) {
            int i = to + keyWords + v;
            long value = from[at + keyWords + v];
            into[i] =
                    switch (values[v]) {
                        case COUNT, SUM, DISTINCT, PEAK -> into[i] + value;
                        case MIN -> Math.min(into[i], value);
                        case MAX -> Math.max(into[i], value);
                    };
        }
    }

    /// Whether so few rows have met equal ones in the table that it is not worth its while.
    private boolean isOfNoUse() {
        int size = table.size();
        return size == firstLook && rowsIn < size * 9L / 8
                || size == tableRows && rowsIn < size * 3L / 2;
    }

    /// Moves the table's rows to the partitions. If the table brought little, it is not used again.
    void flush() {
        for (int i = 0; i < table.size(); i++) {
            partition(table.words(), i * stride);
        }
        settle();
        direct = isOfNoUse();
        rowsIn = 0;
        table.clear();
    }

    /// Adds one row without a look at the rows before it: for one that stands for several flows.
    void partition(long[] words, int at) {
        Rows[] all = partitions;
        if (all == null) {
            all = new Rows[PARTITIONS];
            Arrays.setAll(all, i -> new Rows());
            partitions = all;
            staged = new long[PARTITIONS * STAGED * stride];
        }
        int p = partitionOf(words, at);
        int row = stagedRows[p]++;
        int to = (p * STAGED + row) * stride;
        // A loop: rows have two or three words.
        for (int i = 0; i < stride; i++) {
            staged[to + i] = words[at + i];
        }
        if (row == STAGED - 1) {
            settle(all, p);
        }
        bytes += stride * 8L;
    }

    /// Moves the staged rows of a partition to it.
    private void settle(Rows[] all, int partition) {
        all[partition].add(
                staged, partition * STAGED * stride, stagedRows[partition] * stride, stride);
        stagedRows[partition] = 0;
    }

    /// Moves all staged rows to their partitions; to be called before other threads ask.
    private void settle() {
        Rows[] all = partitions;
        if (all != null) {
            for (int p = 0; p < PARTITIONS; p++) {
                settle(all, p);
            }
        }
    }

    /// The partition of a row.
    int partitionOf(long[] words, int at) {
        return partition(GroupTable.hash(words, at, partitionWords, partitionMask));
    }

    /// The partition of rows whose partition words have a hash.
    static int partition(long hash) {
        return (int) (hash >>> PARTITION_SHIFT);
    }

    /// Rows of a partition that are in memory.
    long held(int partition) {
        Rows[] all = partitions;
        return all == null ? 0 : all[partition].words / Math.max(1, stride) + stagedRows[partition];
    }

    /// Hands out the rows of a partition that are in memory.
    void forEachHeld(int partition, RowTaker out) {
        Rows[] all = partitions;
        if (all != null) {
            settle(all, partition);
            all[partition].forEach(stride, out);
        }
    }

    /// Takes the rows of a partition out of memory; some of them may be put back.
    void takeOut(int partition, RowTaker out) {
        Rows[] all = partitions;
        if (all == null) {
            return;
        }
        settle(all, partition);
        Rows rows = all[partition];
        all[partition] = new Rows();
        bytes -= rows.words * 8;
        rows.forEach(stride, out);
    }

    /// Writes all rows in memory to disk.
    void spill() throws IOException {
        flush();
        Rows[] all = partitions;
        if (all == null || bytes == 0) {
            return;
        }
        Run file = new Run(room, PARTITIONS);
        spilled.add(file);
        for (int p = 0; p < PARTITIONS; p++) {
            file.start(p);
            Rows rows = all[p];
            for (long[] chunk : rows.chunks) {
                file.writeAll(chunk, chunk.length);
            }
            file.writeAll(rows.last, rows.used);
            all[p] = new Rows();
        }
        file.rewind();
        bytes = 0;
    }

    /// Hands out the rows of a partition; of the table where nothing has left it. Several threads
    /// may ask for different partitions.
    void forEach(int partition, RowTaker out) throws IOException {
        Rows[] all = partitions;
        if (all == null) {
            for (int i = 0; i < table.size(); i++) {
                out.row(table.words(), i * stride);
            }
            return;
        }
        all[partition].forEach(stride, out);
        for (Run file : spilled) {
            file.forEach(partition, stride, out);
        }
    }

    /// Rows of a partition.
    long size(int partition) {
        Rows[] all = partitions;
        if (all == null) {
            return table.size();
        }
        long words = all[partition].words;
        for (Run file : spilled) {
            words += file.words(partition);
        }
        return words / Math.max(1, stride);
    }

    @Override
    public void close() throws IOException {
        for (Run file : spilled) {
            file.close();
        }
    }
}
