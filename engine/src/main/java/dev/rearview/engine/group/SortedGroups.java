package dev.rearview.engine.group;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.spill.Run;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The groups of one partition, ascending by key.
final class SortedGroups implements Closeable {
    private final Partition part;
    private final @Nullable GroupTable table;
    private final int[] order;
    private final @Nullable Run run;
    private final long[] row;
    private int next;
    private boolean atEnd;

    private SortedGroups(
            Partition part, @Nullable GroupTable table, int[] order, @Nullable Run run, int n) {
        this.part = part;
        this.table = table;
        this.order = order;
        this.run = run;
        this.row = new long[n];
    }

    static SortedGroups inMemory(Partition part, GroupTable table, int[] order, int stride) {
        return new SortedGroups(part, table, order, null, stride);
    }

    /// Writes the groups to a temporary file.
    static SortedGroups onDisk(Partition part, GroupTable table, int[] order, int stride, Room room)
            throws IOException {
        Run run = new Run(room);
        SortedGroups groups = new SortedGroups(part, null, new int[0], run, stride);
        for (int i : order) {
            part.row(table, i, groups.row);
            run.write(groups.row, 0, stride);
        }
        run.rewind();
        return groups;
    }

    /// Moves to the next group.
    boolean advance() throws IOException {
        GroupTable t = table;
        if (t != null) {
            atEnd = next == order.length;
            if (!atEnd) {
                part.row(t, order[next++], row);
            }
        } else if (run != null) {
            atEnd = !run.read(row, 0, row.length);
        }
        return !atEnd;
    }

    boolean isAtEnd() {
        return atEnd;
    }

    /// The current group: wide key and aggregates.
    long[] row() {
        return row;
    }

    @Override
    public void close() throws IOException {
        if (run != null) {
            run.close();
        }
    }
}
