package dev.rearview.engine.changes;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.model.words.WordRows;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The values of all keys in both windows, and which of them have changed. On disk what memory does
/// not hold.
public final class ChangeTable implements Closeable {
    /// The most changes that are told.
    public static final int MAX_CHANGES = 1_000_000;

    private final int keyWords;
    private final Windows windows;
    private final Counts counts;
    private final RowCombiner rows;
    private final long[] row;
    private final long[] told = new long[Change.Kind.values().length];
    private long keysBefore;
    private long keysAfter;
    private long within;

    /// By what changes are ranked.
    public enum Rank {
        DIFFERENCE,
        SCORE
    }

    /// @param keyWords words of a key
    /// @param distinct whether values count distinct things
    /// @param room what it may hold in memory; closed with this
    public ChangeTable(int keyWords, Windows windows, boolean distinct, Room room) {
        this.keyWords = keyWords;
        this.windows = windows;
        this.counts = new Counts(windows, distinct);
        this.rows = new RowCombiner(keyWords + 1, 2, Long::sum, room);
        this.row = new long[keyWords + 3];
    }

    /// Takes in groups as [ChangeQuery] has them made.
    public void add(GroupBy groups) throws IOException {
        groups.drain(
                false,
                words -> {
                    System.arraycopy(words, 0, row, 0, row.length);
                    put();
                });
    }

    /// Takes in bins, by how far from the start of their part they start.
    public void add(TimeBins bins, boolean isAfter) throws IOException {
        long start = isAfter ? windows.after().startMs() : windows.before().startMs();
        try {
            bins.forEach(
                    false,
                    (startMs, bin) -> {
                        long offset = startMs - start;
                        row[0] = Math.floorMod(offset, windows.partMs());
                        row[1] =
                                isAfter
                                        ? windows.parts() + offset / windows.partMs()
                                        : offset / windows.partMs();
                        row[2] = Math.round(bin.records());
                        row[3] = row[2];
                        try {
                            put();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Bins may reach beyond their window.
    private void put() throws IOException {
        if (row[keyWords] >= 0 && row[keyWords] <= windows.parts()) {
            rows.add(row);
        }
    }

    /// The changes that exceed the noise, the largest first; to be called once.
    ///
    /// @param noise how many times
    /// @param most how many are wanted
    public List<Change> changes(double noise, int most, Rank rank) throws IOException {
        Comparator<Change> largestFirst =
                Comparator.<Change>comparingDouble(
                                c -> rank == Rank.SCORE ? c.score() : Math.abs(c.difference()))
                        .reversed()
                        .thenComparing(Change::compareKey);
        PriorityQueue<Change> largest = new PriorityQueue<>(Collections.reverseOrder(largestFirst));
        RowSource sorted = rows.sorted();
        long[] key = new long[keyWords];
        boolean any = sorted.next(row);
        while (any) {
            System.arraycopy(row, 0, key, 0, keyWords);
            counts.clear();
            do {
                counts.add(row[keyWords], unsigned(row[keyWords + 1]), unsigned(row[keyWords + 2]));
                any = sorted.next(row);
            } while (any && WordRows.compare(row, 0, key, 0, keyWords) == 0);
            keysBefore += counts.isBefore() ? 1 : 0;
            keysAfter += counts.isAfter() ? 1 : 0;
            Change change = counts.change(key);
            if (change.difference() == 0 || change.score() < noise) {
                within++;
                continue;
            }
            told[change.kind().ordinal()]++;
            largest.add(change);
            if (largest.size() > most) {
                largest.remove();
            }
        }
        List<Change> out = new ArrayList<>(largest);
        out.sort(largestFirst);
        return out;
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : value + 0x1p64;
    }

    /// How many changes of a kind exceed the noise.
    public long count(Change.Kind kind) {
        return told[kind.ordinal()];
    }

    /// Keys that are the same in both windows, or differ no more than noise does.
    public long within() {
        return within;
    }

    public long keysBefore() {
        return keysBefore;
    }

    public long keysAfter() {
        return keysAfter;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
