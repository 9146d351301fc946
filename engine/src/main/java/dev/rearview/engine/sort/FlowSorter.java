package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.spill.Run;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import dev.rearview.model.words.RadixSort;
import dev.rearview.model.words.WordRows;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/// Sorts flows by key fields, with sorted runs on disk once the memory given is full. Equal flows
/// keep their order.
public final class FlowSorter implements Closeable {
    private static final int MIN_ROWS = 4096;
    private static final int MAX_ROWS = 1 << 30;

    /// Rows between two looks at whether to go on, a power of two.
    private static final int MANY = 4096;

    /// Sorting takes two keys and two row numbers of each row.
    private static final int SORTING = 24;

    private final List<Evaluator> keys;
    private final int keyWords;
    private final int stride;
    private final boolean reverse;
    private final boolean presorted;
    private final Room room;
    private final RowBlocks rows;
    private final long[] row;
    private final List<Run> runs = new ArrayList<>();
    private final FlowRecord record = new FlowRecord();

    /// Takes the sorted flows.
    @FunctionalInterface
    public interface RecordConsumer {
        void accept(FlowRecord record) throws IOException;
    }

    /// @param reverse descending order
    /// @param presorted whether each input is believed to be in order, so that inputs are merged
    ///   only
    /// @param room what it may hold in memory; closed with this
    public FlowSorter(List<Evaluator> keys, boolean reverse, boolean presorted, Room room) {
        this.keys = List.copyOf(keys);
        this.keyWords = keys.stream().mapToInt(Evaluator::words).sum();
        this.stride = keyWords + RecordWords.COUNT;
        this.reverse = reverse;
        this.presorted = presorted;
        this.room = room;
        this.rows = new RowBlocks(stride);
        this.row = new long[stride];
    }

    public void add(FlowBatch batch, Selection selected) throws IOException {
        long[][] columns = new long[keyWords][Math.max(batch.size(), 1)];
        int at = 0;
        for (Evaluator key : keys) {
            key.evaluate(batch, columns, at);
            at += key.words();
        }
        for (int i = selected.next(0); i >= 0; i = selected.next(i + 1)) {
            if (isFull()) {
                spill();
            }
            long[] words = rows.next();
            int base = rows.nextAt();
            for (int k = 0; k < keyWords; k++) {
                words[base + k] = columns[k][i];
            }
            batch.get(i, record);
            RecordWords.pack(record, words, base + keyWords);
            rows.added();
        }
    }

    private boolean isFull() {
        int n = rows.rows();
        return n >= MIN_ROWS && (n == MAX_ROWS || !room.holds(rows.octets() + (long) n * SORTING));
    }

    /// Says that the next flows come from another input.
    public void endInput() throws IOException {
        if (presorted && rows.rows() > 0) {
            spill();
        }
    }

    private int[] sorted() {
        return presorted
                ? RadixSort.unsorted(rows.rows())
                : RadixSort.order(rows::word, keyWords, rows.rows(), reverse);
    }

    private void spill() throws IOException {
        room.context().check();
        Run run = new Run(room);
        runs.add(run);
        for (int i : sorted()) {
            rows.get(i, row);
            run.write(row, 0, stride);
        }
        run.rewind();
        rows.clear();
    }

    /// Hands out all flows in order; the record is reused.
    public void drain(RecordConsumer out) throws IOException {
        if (runs.isEmpty()) {
            int done = 0;
            for (int i : sorted()) {
                if ((done++ & MANY - 1) == 0) {
                    room.context().check();
                }
                rows.get(i, row);
                RecordWords.unpack(row, keyWords, record);
                out.accept(record);
            }
            return;
        }
        spill();
        merge(out);
    }

    private record Head(long[] row, int run) {}

    private void merge(RecordConsumer out) throws IOException {
        PriorityQueue<Head> heads =
                new PriorityQueue<>(
                        runs.size(),
                        (a, b) -> {
                            int c = WordRows.compare(a.row, 0, b.row, 0, keyWords);
                            return c != 0 ? (reverse ? -c : c) : Integer.compare(a.run, b.run);
                        });
        for (int i = 0; i < runs.size(); i++) {
            Head head = new Head(new long[stride], i);
            if (runs.get(i).read(head.row, 0, stride)) {
                heads.add(head);
            }
        }
        for (Head head = heads.poll(); head != null; head = heads.poll()) {
            room.context().check();
            RecordWords.unpack(head.row, keyWords, record);
            out.accept(record);
            if (runs.get(head.run).read(head.row, 0, stride)) {
                heads.add(head);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Run run : runs) {
            run.close();
        }
        runs.clear();
        room.close();
    }
}
