package dev.rearview.engine.spill;

import dev.rearview.engine.exec.Room;
import dev.rearview.model.words.RadixSort;
import dev.rearview.model.words.WordRows;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongBinaryOperator;

/// Sorts rows of words by their first words and makes one of those whose first words are the same,
/// with sorted runs on disk once the memory given is full.
public final class RowCombiner implements Closeable {
    private static final int MIN_ROWS = 1024;

    /// Runs that are merged into one, so that neither their buffers nor their files are too many.
    private static final int FAN_IN = 64;

    /// Sorting takes two keys and two row numbers of each row, and compacting a second row.
    private static final int SORTING = 24;

    private final int keyWords;
    private final int stride;
    private final LongBinaryOperator[] combine;
    private final int maxRows;
    private final Room room;

    /// Runs on disk; a level's are each made of [#FAN_IN] of the level before.
    private final List<List<Run>> levels = new ArrayList<>();

    private long[] words;
    private int rows;

    /// Whether the rows in memory ascend, none like another, as those of a file mostly do.
    private boolean ascending = true;

    /// @param keyWords words that rows are sorted by
    /// @param valueWords words that are combined
    /// @param combine makes one value of two
    /// @param room what it may hold in memory; closed with this
    public RowCombiner(int keyWords, int valueWords, LongBinaryOperator combine, Room room) {
        this(keyWords, Collections.nCopies(valueWords, combine), room);
    }

    /// @param keyWords words that rows are sorted by
    /// @param combine makes one value of two, one operator for each word that is combined
    /// @param room what it may hold in memory; closed with this
    public RowCombiner(int keyWords, List<LongBinaryOperator> combine, Room room) {
        this.keyWords = keyWords;
        this.stride = keyWords + combine.size();
        this.combine = combine.toArray(new LongBinaryOperator[0]);
        long most = room.most() / rowOctets();
        this.maxRows = (int) Math.clamp(most, MIN_ROWS, (Integer.MAX_VALUE - 64) / stride);
        this.room = room;
        this.words = new long[MIN_ROWS * stride];
    }

    public void add(long[] row) throws IOException {
        if (rows * stride == words.length) {
            makeRoom();
        }
        int at = rows++ * stride;
        System.arraycopy(row, 0, words, at, stride);
        ascending &= at == 0 || WordRows.compare(words, at - stride, words, at, keyWords) < 0;
    }

    private long rowOctets() {
        return stride * 2L * Long.BYTES + SORTING;
    }

    private void makeRoom() throws IOException {
        compact();
        if (rows <= words.length / stride / 2) {
            return;
        }
        long larger = Math.min(words.length * 2L, (long) maxRows * stride);
        if (words.length / stride < maxRows && room.holds(larger / stride * rowOctets())) {
            words = Arrays.copyOf(words, (int) larger);
        } else {
            spill();
        }
    }

    private void compact() {
        if (ascending) {
            return;
        }
        int[] order = RadixSort.order((row, k) -> words[row * stride + k], keyWords, rows);
        long[] out = new long[words.length];
        int n = 0;
        for (int row : order) {
            int at = row * stride;
            int last = (n - 1) * stride;
            if (n > 0 && WordRows.compare(words, at, out, last, keyWords) == 0) {
                combine(out, last, words, at);
            } else {
                System.arraycopy(words, at, out, n++ * stride, stride);
            }
        }
        words = out;
        rows = n;
        ascending = true;
    }

    private void combine(long[] into, int at, long[] from, int fromAt) {
        for (int i = keyWords; i < stride; i++) {
            into[at + i] = combine[i - keyWords].applyAsLong(into[at + i], from[fromAt + i]);
        }
    }

    private void spill() throws IOException {
        room.context().check();
        Run run = started(0);
        run.write(words, 0, rows * stride);
        run.rewind();
        rows = 0;
        ascending = true;
        for (int level = 0; levels.get(level).size() == FAN_IN; level++) {
            Run merged = started(level + 1);
            Merge all = new Merge(levels.get(level));
            long[] row = new long[stride];
            while (all.next(row)) {
                merged.write(row, 0, stride);
            }
            merged.rewind();
            close(levels.get(level));
        }
    }

    private Run started(int level) throws IOException {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        Run run = new Run(room);
        levels.get(level).add(run);
        return run;
    }

    /// The rows, ascending; to be called once, after the last has been added.
    public RowSource sorted() throws IOException {
        compact();
        if (levels.isEmpty()) {
            int[] next = {0};
            return row -> {
                if (next[0] == rows) {
                    return false;
                }
                System.arraycopy(words, next[0]++ * stride, row, 0, stride);
                return true;
            };
        }
        spill();
        words = new long[0];
        return new Merge(levels.stream().flatMap(List::stream).toList());
    }

    private record Head(long[] row, Run run) {}

    private final class Merge implements RowSource {
        private final PriorityQueue<Head> heads =
                new PriorityQueue<>((a, b) -> WordRows.compare(a.row, 0, b.row, 0, keyWords));

        Merge(List<Run> runs) throws IOException {
            for (Run run : runs) {
                advance(new Head(new long[stride], run));
            }
        }

        private void advance(Head head) throws IOException {
            if (head.run.read(head.row, 0, stride)) {
                heads.add(head);
            }
        }

        @Override
        public boolean next(long[] row) throws IOException {
            room.context().check();
            Head head = heads.poll();
            if (head == null) {
                return false;
            }
            System.arraycopy(head.row, 0, row, 0, stride);
            advance(head);
            for (Head same = heads.peek();
                    same != null && WordRows.compare(same.row, 0, row, 0, keyWords) == 0;
                    same = heads.peek()) {
                heads.remove();
                combine(row, 0, same.row, 0);
                advance(same);
            }
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        for (List<Run> runs : levels) {
            close(runs);
        }
        room.close();
    }

    private static void close(List<Run> runs) throws IOException {
        for (Run run : runs) {
            run.close();
        }
        runs.clear();
    }
}
