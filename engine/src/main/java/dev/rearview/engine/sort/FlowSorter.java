package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Ahead;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.scan.RowConsumer;
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
            if (which == null && rows.openRows() == 0 && n - from >= PackedRows.BLOCK) {
                pack(rows.unpacked(columns, from));
                from += PackedRows.BLOCK;
                continue;
            }
            int take = Math.min(n - from, rows.space());
            long[][] open = rows.open();
            for (int w = 0; w < stride; w++) {
                if (which == null) {
                    System.arraycopy(columns[w], from, open[w], rows.openRows(), take);
                } else {
                    pick(columns[w], which, from, take, open[w], rows.openRows());
                }
            }
            added(take);
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
            long[][] open = rows.open();
            int at = rows.openRows();
            for (int w = 0; w < stride; w++) {
                open[w][at] = w < RecordWords.COUNT ? packed[w] : columns[w][i];
            }
            added(1);
        }
    }

    private void added(int more) throws IOException {
        rows.added(more);
        if (rows.space() == 0) {
            packOpen();
        }
    }

    private void packOpen() throws IOException {
        if (rows.openRows() > 0) {
            pack(rows.unpacked());
        }
    }

    /// Packs rows; those before them go to disk if not all of them have room.
    private void pack(RowBlocks.Unpacked more) throws IOException {
        int n = rows.packedRows() + more.rows();
        boolean fits = n <= MAX_ROWS && room.holds(rows.octets(more) + (long) n * SORTING);
        if (!fits && rows.packedRows() > 0) {
            spill();
        }
        rows.pack(more);
    }

    /// Says that the next flows come from another input.
    public void endInput() throws IOException {
        if (presorted && !isEmpty()) {
            spillAll();
        }
    }

    private boolean isEmpty() {
        return rows.packedRows() + rows.openRows() == 0;
    }

    private int[] order(PackedRows packed) throws IOException {
        return presorted
                ? RowOrder.asTheyAre(rows.packedRows())
                : RowOrder.of(room.context(), rows, packed, keys.parts(), reverse);
    }

    private void spillAll() throws IOException {
        packOpen();
        spill();
    }

    /// Writes the rows that are packed to a run.
    private void spill() throws IOException {
        room.context().check();
        PackedRows packed = rows.packed(room.context().parallel());
        SortedRun run = started(0);
        for (int row : order(packed)) {
            packed.get(row, run.next(), run.nextAt());
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
        RunMerge all = new RunMerge(levels.get(level), keys.parts(), reverse);
        for (SortedRun run = all.next(); run != null; run = all.next()) {
            System.arraycopy(run.row(), run.rowAt(), merged.next(), merged.nextAt(), stride);
            merged.added();
        }
        merged.rewind();
        close(levels.get(level));
    }

    /// Hands out all flows in order; a batch is valid until the next comes.
    public void drain(RowConsumer out) throws IOException {
        packOpen();
        if (!levels.isEmpty()) {
            drainRuns(out);
        } else if (rows.packedRows() > 0) {
            drainMemory(out);
        }
    }

    private void drainMemory(RowConsumer out) throws IOException {
        PackedRows packed = rows.packed(room.context().parallel());
        int[] order = order(packed);
        int threads = room.context().parallel().threads();
        SortedBatch[] batches = batches(threads + 1);
        Ahead.Numbered<SortedBatch> source =
                number -> {
                    long from = number * SortedBatch.ROWS;
                    if (from >= order.length) {
                        return null;
                    }
                    SortedBatch batch = batches[(int) (number % batches.length)];
                    batch.gather(packed, order, (int) from);
                    return batch;
                };
        try (Ahead<SortedBatch> ahead = room.context().parallel().ahead(source, threads)) {
            drain(ahead, out);
        }
    }

    private void drainRuns(RowConsumer out) throws IOException {
        if (rows.packedRows() > 0) {
            spill();
        }
        List<SortedRun> all = new ArrayList<>();
        // Those of the last level hold the first flows.
        for (List<SortedRun> level : levels.reversed()) {
            all.addAll(level);
        }
        RunMerge merge = new RunMerge(all, keys.parts(), reverse);
        SortedBatch[] batches = batches(2);
        Ahead.Numbered<SortedBatch> source =
                number -> {
                    SortedBatch batch = batches[(int) (number % batches.length)];
                    return batch.fill(columns -> merged(merge, columns)) ? batch : null;
                };
        try (Ahead<SortedBatch> ahead = room.context().parallel().ahead(source, 1)) {
            drain(ahead, out);
        }
    }

    private static SortedBatch[] batches(int n) {
        SortedBatch[] batches = new SortedBatch[n];
        for (int i = 0; i < n; i++) {
            batches[i] = new SortedBatch();
        }
        return batches;
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

    private void drain(Ahead<SortedBatch> ahead, RowConsumer out) throws IOException {
        for (SortedBatch b = next(ahead); b != null; b = next(ahead)) {
            FlowBatch batch = b.batch();
            if (!out.accept(batch, Selection.all(batch.size()))) {
                return;
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
