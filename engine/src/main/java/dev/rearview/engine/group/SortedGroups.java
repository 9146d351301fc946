package dev.rearview.engine.group;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.spill.Run;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The groups of one partition, ascending by key.
final class SortedGroups implements Closeable {
    private final Partition part;

    /// The groups as their table had them, in order, so that they are read one after the other.
    private final long[] words;

    /// Words of one of them.
    private final int width;

    private final @Nullable Run run;
    private final long[] row;
    private int next;
    private boolean atEnd;

    private SortedGroups(Partition part, long[] words, int width, @Nullable Run run, int n) {
        this.part = part;
        this.words = words;
        this.width = width;
        this.run = run;
        this.row = new long[n];
    }

    static SortedGroups inMemory(Partition part, GroupTable table, int[] order, int stride) {
        int width = table.stride();
        long[] words = new long[order.length * width];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(table.words(), order[i] * width, words, i * width, width);
        }
        return new SortedGroups(part, words, width, null, stride);
    }

    /// Writes the groups to a temporary file.
    static SortedGroups onDisk(Partition part, GroupTable table, int[] order, int stride, Room room)
            throws IOException {
        Run run = new Run(room);
        SortedGroups groups = new SortedGroups(part, new long[0], table.stride(), run, stride);
        for (int i : order) {
            part.row(table.words(), i * table.stride(), groups.row);
            run.write(groups.row, 0, stride);
        }
        run.rewind();
        return groups;
    }

    /// Moves to the next group.
    boolean advance() throws IOException {
        if (run != null) {
            atEnd = !run.read(row, 0, row.length);
            return !atEnd;
        }
        atEnd = next == words.length;
        if (!atEnd) {
            part.row(words, next, row);
            next += width;
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
