package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Ahead;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.sort.RowBlocks.Block;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sorts flows by key fields, with sorted runs on disk once the memory given is full. Equal flows
/// keep their order.
public final class FlowSorter implements Closeable {
    private static final int MIN_ROWS = RowBlocks.BLOCK;
    private static final int MAX_ROWS = 1 << 30;

    /// Sorting takes two keys and two row numbers of each row.
    private static final int SORTING = 24;

    /// Runs that are merged into one, so that neither their buffers nor their files are too many.
    private static final int FAN_IN = 64;

    /// Of fewer rows than one in so many, whole columns are not decoded.
    private static final int SPARSE = 8;

    private final SortKeys keys;
    private final int stride;
    private final boolean reverse;
    private final boolean presorted;
    private final Room room;
    private final RowBlocks rows;
    private final long[][] columns;

    private final FlowRecord record = new FlowRecord();
    private final long[] packed = new long[RecordWords.COUNT];

    /// Runs on disk; a level's are each made of [#FAN_IN] of the level before.
    private final List<List<SortedRun>> levels = new ArrayList<>();

    /// @param reverse descending order
    /// @param presorted whether each input is believed to be in order, so that inputs are merged
    ///   only
    /// @param room what it may hold in memory; closed with this
    public FlowSorter(List<Evaluator> keys, boolean reverse, boolean presorted, Room room) {
        this.keys = new SortKeys(keys);
        this.stride = this.keys.stride();
        this.reverse = reverse;
        this.presorted = presorted;
        this.room = room;
        this.rows = new RowBlocks(stride);
        this.columns = new long[stride][0];
    }

    public void add(FlowBatch batch, Selection selected) throws IOException {
        int n = selected.count();
        if (n == 0) {
            return;
        }
        keys.compute(batch, columns);
        if (n <= batch.size() / SPARSE) {
            addFew(batch, selected);
            return;
        }
        RecordWords.columns(batch, columns);
        int[] which = n == batch.size() ? null : numbers(selected, n);
        for (int from = 0; from < n; ) {
            makeRoom();
            int take = Math.min(n - from, rows.space());
            long[][] open = rows.open();
            for (int w = 0; w < stride; w++) {
                if (which == null) {
                    System.arraycopy(columns[w], from, open[w], rows.openAt(), take);
                } else {
                    pick(columns[w], which, from, take, open[w], rows.openAt());
                }
            }
            rows.added(take);
            from += take;
        }
    }

    private static int[] numbers(Selection selected, int n) {
        int[] out = new int[n];
        int at = 0;
        for (int i = selected.next(0); i >= 0; i = selected.next(i + 1)) {
            out[at++] = i;
        }
        return out;
    }

    private static void pick(long[] column, int[] which, int from, int count, long[] into, int at) {
        for (int i = 0; i < count; i++) {
            into[at + i] = column[which[from + i]];
        }
    }

    private void addFew(FlowBatch batch, Selection selected) throws IOException {
        for (int i = selected.next(0); i >= 0; i = selected.next(i + 1)) {
            batch.get(i, record);
            RecordWords.pack(record, packed, 0);
            makeRoom();
            long[][] open = rows.open();
            int at = rows.openAt();
            for (int w = 0; w < stride; w++) {
                open[w][at] = w < RecordWords.COUNT ? packed[w] : columns[w][i];
            }
            rows.added(1);
        }
    }

    private void makeRoom() throws IOException {
        int n = rows.rows();
        if (n >= MIN_ROWS && (n >= MAX_ROWS || !room.holds(rows.octets() + (long) n * SORTING))) {
            spill();
        }
    }

    /// Says that the next flows come from another input.
    public void endInput() throws IOException {
        if (presorted && rows.rows() > 0) {
            spill();
        }
    }

    private int[] order(Block[] blocks) throws IOException {
        return presorted
                ? RowOrder.asTheyAre(rows.rows())
                : RowOrder.of(room.context(), rows, blocks, keys.words(), reverse);
    }

    private void spill() throws IOException {
        room.context().check();
        Block[] blocks = rows.blocks();
        SortedRun run = started(0);
        for (int row : order(blocks)) {
            blocks[row >>> RowBlocks.BITS].get(row & RowBlocks.BLOCK - 1, run.next(), run.nextAt());
            run.added();
        }
        run.rewind();
        rows.clear();
        for (int level = 0; levels.get(level).size() == FAN_IN; level++) {
            mergeLevel(level);
        }
    }

    private SortedRun started(int level) throws IOException {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        SortedRun run = new SortedRun(room, stride);
        levels.get(level).add(run);
        return run;
    }

    /// Makes one run of all of a level.
    private void mergeLevel(int level) throws IOException {
        SortedRun merged = started(level + 1);
        RunMerge all = new RunMerge(levels.get(level), keys.words(), reverse);
        for (SortedRun run = all.next(); run != null; run = all.next()) {
            System.arraycopy(run.row(), run.rowAt(), merged.next(), merged.nextAt(), stride);
            merged.added();
        }
        merged.rewind();
        close(levels.get(level));
    }

    /// Hands out all flows in order; a batch is valid until the next comes.
    public void drain(RowConsumer out) throws IOException {
        if (levels.isEmpty()) {
            Block[] blocks = rows.blocks();
            drain(new Gathering(blocks, order(blocks)), out);
            return;
        }
        if (rows.rows() > 0) {
            spill();
        }
        List<SortedRun> all = new ArrayList<>();
        // Those of the last level hold the first flows.
        for (List<SortedRun> level : levels.reversed()) {
            all.addAll(level);
        }
        RunMerge merge = new RunMerge(all, keys.words(), reverse);
        drain(columns -> merged(merge, columns), out);
    }

    private static int merged(RunMerge merge, long[][] columns) throws IOException {
        int n = 0;
        while (n < SortedBatch.ROWS) {
            SortedRun run = merge.next();
            if (run == null) {
                break;
            }
            for (int w = 0; w < columns.length; w++) {
                columns[w][n] = run.row()[run.rowAt() + w];
            }
            n++;
        }
        return n;
    }

    /// Takes rows in their order out of the blocks.
    private static final class Gathering implements SortedBatch.Filling {
        private static final int AHEAD = 16;

        private final Block[] blocks;
        private final int[] order;
        private int next;

        /// What was fetched, so that fetching is not left out.
        @SuppressWarnings("UnusedVariable")
        long touched;

        Gathering(Block[] blocks, int[] order) {
            this.blocks = blocks;
            this.order = order;
        }

        @Override
        public int fill(long[][] columns) {
            int n = Math.min(SortedBatch.ROWS, order.length - next);
            for (int from = 0; from < n; from += AHEAD) {
                int to = Math.min(n, from + AHEAD);
                // Rows lie anywhere: several are fetched at a time.
                for (int i = from; i < to; i++) {
                    int row = order[next + i];
                    touched ^= blocks[row >>> RowBlocks.BITS].touch(row & RowBlocks.BLOCK - 1);
                }
                for (int i = from; i < to; i++) {
                    int row = order[next + i];
                    blocks[row >>> RowBlocks.BITS].get(row & RowBlocks.BLOCK - 1, columns, i);
                }
            }
            next += n;
            return n;
        }
    }

    private void drain(SortedBatch.Filling filling, RowConsumer out) throws IOException {
        SortedBatch[] two = {new SortedBatch(), new SortedBatch()};
        int[] turn = {0};
        Ahead.Source<SortedBatch> source =
                () -> {
                    SortedBatch batch = two[turn[0]++ & 1];
                    return batch.fill(filling) ? batch : null;
                };
        try (Ahead<SortedBatch> ahead = room.context().parallel().ahead(source)) {
            for (SortedBatch b = next(ahead); b != null; b = next(ahead)) {
                FlowBatch batch = b.batch();
                if (!out.accept(batch, Selection.all(batch.size()))) {
                    return;
                }
            }
        }
    }

    private @Nullable SortedBatch next(Ahead<SortedBatch> ahead) throws IOException {
        room.context().check();
        return ahead.next();
    }

    @Override
    public void close() throws IOException {
        for (List<SortedRun> level : levels) {
            close(level);
        }
        levels.clear();
        room.close();
    }

    private static void close(List<SortedRun> runs) throws IOException {
        for (SortedRun run : runs) {
            run.close();
        }
        runs.clear();
    }
}
