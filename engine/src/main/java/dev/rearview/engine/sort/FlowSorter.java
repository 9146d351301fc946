package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.scan.Preparation;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Selection;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Sorts flows by key fields, with sorted runs on disk once the memory given is full. Equal flows
/// keep their order.
public final class FlowSorter implements PreparedConsumer<RowPacker.Flows>, Closeable {
    private static final int MAX_BLOCKS = 1 << 18;

    /// Sorting takes two keys and three row numbers of each row.
    private static final int SORTING = 28;

    /// Runs that are merged into one, so that neither their buffers nor their files are too many.
    private static final int FAN_IN = 64;

    /// The words of rows are fetched together with those of any field.
    private static final Set<Field> FETCHED = Set.of(Field.STIME);

    private final SortKeys keys;
    private final int stride;
    private final boolean reverse;
    private final boolean presorted;
    private boolean distinct;
    private final Room room;
    private final KnownLayout known;
    private final Slabs slabs;
    private final RowPacker packer;
    private final RowBlocks rows;

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
        this.known = new KnownLayout(stride);
        this.slabs = new Slabs(room.context().parallel()::start);
        this.packer = new RowPacker(this.keys, known, slabs);
        this.rows = new RowBlocks(stride, known, packer);
    }

    /// Has only the first of flows with equal keys handed out; called before any is added.
    public void keepFirst() {
        distinct = true;
    }

    @Override
    public Preparer<RowPacker.Flows> preparer() {
        return new RowPacker(keys, known, slabs)::pack;
    }

    /// Takes flows that were prepared, as long as there is memory or disk for them.
    @Override
    public boolean accept(RowPacker.Flows flows) throws IOException {
        if (!flows.blocks().isEmpty() && rows.hasOpen()) {
            add(rows.packOpen());
        }
        for (RowPacker.Block block : flows.blocks()) {
            add(block);
        }
        for (int from = 0; from < flows.fewRows(); ) {
            from += rows.open(flows.few(), from, flows.fewRows() - from);
            if (rows.isFull()) {
                add(rows.packOpen());
            }
        }
        return true;
    }

    /// Takes flows of a batch.
    public void add(FlowBatch batch, Selection selected) throws IOException {
        accept(packer.pack(batch, selected));
    }

    /// Adds packed rows; those before them go to disk if not all of them have room.
    private void add(RowPacker.Block block) throws IOException {
        long n = (long) rows.packedRows() + block.rows();
        long octets = rows.octets(block) + slabs.unused() + n * SORTING;
        boolean fits = rows.count() < MAX_BLOCKS && room.holds(octets);
        if (!fits && rows.packedRows() > 0) {
            spill();
        }
        rows.add(block);
    }

    /// Says that the next flows come from another input.
    public void endInput() throws IOException {
        if (presorted && !rows.isEmpty()) {
            spillAll();
        }
    }

    private void packOpen() throws IOException {
        if (rows.hasOpen()) {
            add(rows.packOpen());
        }
    }

    private List<RowOrder.Part> order(PackedRows packed) throws IOException {
        return presorted
                ? RowOrder.asTheyAre(packed)
                : RowOrder.of(
                        room.context(),
                        packed,
                        new KeyChunks(packed, keys.words(), reverse),
                        distinct);
    }

    private void spillAll() throws IOException {
        packOpen();
        spill();
    }

    /// Writes the rows that are packed to a run.
    private void spill() throws IOException {
        room.context().check();
        PackedRows packed = rows.packed(room.context().parallel());
        SortedRun run = started(0, packed.layout());
        for (RowOrder.Part part : order(packed)) {
            part.copy(run);
        }
        run.rewind();
        rows.clear();
        slabs.clear();
        for (int level = 0; levels.get(level).size() == FAN_IN; level++) {
            mergeLevel(level);
        }
    }

    private SortedRun started(int level, RowLayout layout) throws IOException {
        if (levels.size() == level) {
            levels.add(new ArrayList<>());
        }
        SortedRun run = new SortedRun(room, layout, stride);
        levels.get(level).add(run);
        return run;
    }

    /// Makes one run of all of a level.
    private void mergeLevel(int level) throws IOException {
        RowLayout layout = known.rows().layout();
        SortedRun merged = started(level + 1, layout);
        RunMerge all = merge(levels.get(level));
        long[] packed = new long[layout.width()];
        for (SortedRun run = all.next(); run != null; run = all.next()) {
            layout.pack(run.row(), packed);
            merged.add(packed, 0);
        }
        merged.rewind();
        close(levels.get(level));
    }

    private RunMerge merge(List<SortedRun> runs) throws IOException {
        return new RunMerge(runs, keys.words(), reverse, distinct);
    }

    /// Hands out all flows in order; a batch is valid until the next comes.
    public void drain(RowConsumer out) throws IOException {
        drain(
                new PreparedConsumer<FlowBatch>() {
                    @Override
                    public Preparer<FlowBatch> preparer() {
                        return (batch, rows) -> {
                            batch.load(FETCHED);
                            return batch;
                        };
                    }

                    @Override
                    public boolean accept(FlowBatch batch) throws IOException {
                        return out.accept(batch, Selection.all(batch.size()));
                    }
                });
    }

    /// Hands out all flows in order to one that several threads work for.
    public <T> void drain(PreparedConsumer<T> out) throws IOException {
        packOpen();
        if (rows.isEmpty() && levels.isEmpty()) {
            return;
        }
        Supplier<SortedLane> lane = levels.isEmpty() ? inMemory() : inRuns();
        Preparation<T> preparation = new Preparation<>(room.context(), out);
        List<FlowSource> lanes = new ArrayList<>();
        for (int i = 0; i < preparation.lanes(); i++) {
            lanes.add(lane.get());
        }
        preparation.all(lanes);
    }

    private Supplier<SortedLane> inMemory() throws IOException {
        PackedRows packed = rows.packed(room.context().parallel());
        return new SortedRows(order(packed))::lane;
    }

    private Supplier<SortedLane> inRuns() throws IOException {
        if (rows.packedRows() > 0) {
            spill();
        }
        List<SortedRun> all = new ArrayList<>();
        // Those of the last level hold the first flows.
        for (List<SortedRun> level : levels.reversed()) {
            all.addAll(level);
        }
        return new MergedRows(merge(all))::lane;
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
