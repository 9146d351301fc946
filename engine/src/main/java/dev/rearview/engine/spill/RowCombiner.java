package dev.rearview.engine.spill;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongBinaryOperator;

/// Sorts rows of words by their first words and makes one of those whose first words are the same,
/// with sorted runs on disk once the memory given is full.
public final class RowCombiner implements Closeable {
    private static final int MIN_ROWS = 1024;

    /// Sorting takes two keys and two row numbers of each row, and compacting a second row.
    private static final int SORTING = 24;

    private final int keyWords;
    private final int stride;
    private final LongBinaryOperator combine;
    private final int maxRows;
    private final Path directory;
    private final List<Run> runs = new ArrayList<>();
    private long[] words;
    private int rows;

    /// @param keyWords words that rows are sorted by
    /// @param valueWords words that are combined
    /// @param combine makes one value of two
    /// @param directory for temporary files
    public RowCombiner(
            int keyWords,
            int valueWords,
            LongBinaryOperator combine,
            long memoryBytes,
            Path directory) {
        this.keyWords = keyWords;
        this.stride = keyWords + valueWords;
        this.combine = combine;
        long most = memoryBytes / (stride * 2L * Long.BYTES + SORTING);
        this.maxRows = (int) Math.clamp(most, MIN_ROWS, (Integer.MAX_VALUE - 64) / stride);
        this.directory = directory;
        this.words = new long[MIN_ROWS * stride];
    }

    public void add(long[] row) throws IOException {
        if (rows * stride == words.length) {
            makeRoom();
        }
        System.arraycopy(row, 0, words, rows++ * stride, stride);
    }

    private void makeRoom() throws IOException {
        compact();
        if (rows <= words.length / stride / 2) {
            return;
        }
        if (words.length / stride < maxRows) {
            long larger = Math.min(words.length * 2L, (long) maxRows * stride);
            words = Arrays.copyOf(words, (int) larger);
        } else {
            spill();
        }
    }

    private void compact() {
        int[] order = RadixOrder.of((row, k) -> words[row * stride + k], keyWords, rows, false);
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
    }

    private void combine(long[] into, int at, long[] from, int fromAt) {
        for (int i = keyWords; i < stride; i++) {
            into[at + i] = combine.applyAsLong(into[at + i], from[fromAt + i]);
        }
    }

    private void spill() throws IOException {
        Run run = new Run(directory);
        runs.add(run);
        run.write(words, 0, rows * stride);
        run.rewind();
        rows = 0;
    }

    /// The rows, ascending; to be called once, after the last has been added.
    public RowSource sorted() throws IOException {
        compact();
        if (runs.isEmpty()) {
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
        return new Merge();
    }

    private record Head(long[] row, int run) {}

    private final class Merge implements RowSource {
        private final PriorityQueue<Head> heads =
                new PriorityQueue<>((a, b) -> WordRows.compare(a.row, 0, b.row, 0, keyWords));

        Merge() throws IOException {
            for (int i = 0; i < runs.size(); i++) {
                advance(new Head(new long[stride], i));
            }
        }

        private void advance(Head head) throws IOException {
            if (runs.get(head.run).read(head.row, 0, stride)) {
                heads.add(head);
            }
        }

        @Override
        public boolean next(long[] row) throws IOException {
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
        for (Run run : runs) {
            run.close();
        }
        runs.clear();
    }
}
