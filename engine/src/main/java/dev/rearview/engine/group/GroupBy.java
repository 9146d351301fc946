package dev.rearview.engine.group;

import dev.rearview.engine.exec.Ahead;
import dev.rearview.engine.exec.Parallel;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.words.RadixSort;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Groups flows by key fields and aggregates each group. Several threads take flows in, each with a
/// consumer of its own; then the groups are put together partition by partition. What does not fit
/// into the memory given goes to disk.
public final class GroupBy implements Closeable {
    private final List<Evaluator> values;
    private final List<Integer> distinct = new ArrayList<>();
    private final List<Peak> peaks = new ArrayList<>();
    private final List<Evaluator> times;
    private final KeyLayout layout;
    private final Aggregate.Kind[] kinds;
    private final Room room;
    private final Parallel parallel;
    private final List<GroupWorker> workers = new ArrayList<>();
    private final List<SortedGroups> sortedRuns = new ArrayList<>();

    /// For groups with narrow keys and for those with wide ones, by aggregate that counts different
    /// values.
    private final List<List<LargeGroups>> large;

    /// An aggregate that is the most which a bin of time has.
    record Peak(int aggregate, long binMs) {}

    /// Takes the groups.
    @FunctionalInterface
    public interface GroupConsumer {
        /// @param words key words, then one word for each aggregate; reused
        void accept(long[] words) throws IOException;
    }

    /// @param compiler makes kernels of keys and aggregates
    /// @param room what it may hold in memory; closed with this
    /// @throws IOException if what keys or aggregates name cannot be read
    public GroupBy(Compiler compiler, List<Expr> keys, List<Aggregate> aggregates, Room room)
            throws IOException {
        this(compiler.evaluators(keys), compiler, aggregates, room);
    }

    private GroupBy(List<Evaluator> keys, Compiler compiler, List<Aggregate> aggregates, Room room)
            throws IOException {
        this.values = compiler.evaluators(aggregates.stream().map(Aggregate::of).toList());
        this.kinds = aggregates.stream().map(Aggregate::kind).toArray(Aggregate.Kind[]::new);
        List<Expr> wanted = List.of();
        for (int a = 0; a < kinds.length; a++) {
            if (kinds[a] == Aggregate.Kind.DISTINCT) {
                distinct.add(a);
            } else if (kinds[a] == Aggregate.Kind.PEAK) {
                peaks.add(new Peak(a, aggregates.get(a).binMs()));
                wanted = List.of(Flows.START_MS, Flows.DURATION_MS);
            }
        }
        this.times = compiler.evaluators(wanted);
        this.layout = new KeyLayout(keys);
        this.room = room;
        this.parallel = room.context().parallel();
        this.large =
                List.of(
                        large(layout.narrowWords(), layout.narrowFree()),
                        large(layout.wideWords(), 0));
    }

    private List<LargeGroups> large(int keyWords, int free) {
        List<LargeGroups> out = new ArrayList<>();
        for (int a : distinct) {
            out.add(new LargeGroups(MemberLayout.of(keyWords, free, values.get(a)), room));
        }
        return out;
    }

    /// A grouping of runs: flows with equal keys that do not follow each other are several groups.
    /// Behind its rows' first word, which numbers the runs, stands the key. One thread hands in the
    /// flows in their order.
    ///
    /// @throws IOException if what keys or aggregates name cannot be read
    public static GroupBy ofRuns(
            Compiler compiler, List<Expr> keys, List<Aggregate> aggregates, Room room)
            throws IOException {
        List<Evaluator> own = compiler.evaluators(keys);
        List<Evaluator> by = new ArrayList<>();
        by.add(new RunNumber(own));
        by.addAll(own);
        return new GroupBy(by, compiler, aggregates, room);
    }

    KeyLayout layout() {
        return layout;
    }

    /// What is combined, one for each aggregate.
    List<Evaluator> values() {
        return values;
    }

    Aggregate.Kind[] kinds() {
        return kinds;
    }

    /// The aggregates that count different values.
    List<Integer> distinct() {
        return distinct;
    }

    List<Peak> peaks() {
        return peaks;
    }

    /// Whether different values are all that is counted. Then each flow's group is in a row of its
    /// value, and needs none of its own.
    boolean membersTellGroups() {
        return !distinct.isEmpty() && distinct.size() == kinds.length;
    }

    /// @param wide whether keys are wide
    /// @param i number among the aggregates that count different values
    LargeGroups largeGroups(boolean wide, int i) {
        return large.get(wide ? 1 : 0).get(i);
    }

    /// Octets of all values of large groups.
    long largeBytes() {
        long sum = 0;
        for (List<LargeGroups> side : large) {
            for (LargeGroups l : side) {
                sum += l.bytes();
            }
        }
        return sum;
    }

    /// Writes the values of large groups to disk, unless another thread has just done that.
    ///
    /// @param seen octets that they had
    synchronized void spillLarge(long seen) throws IOException {
        if (largeBytes() < seen / 2) {
            return;
        }
        for (List<LargeGroups> side : large) {
            for (LargeGroups l : side) {
                l.spill();
            }
        }
    }

    /// Start and duration, if any aggregate asks for them.
    List<Evaluator> times() {
        return times;
    }

    /// The columns that keys and aggregates are made of.
    public Set<Field> columns() {
        Set<Field> all = Evaluator.fields(layout.fields());
        all.addAll(Evaluator.fields(times));
        for (int a = 0; a < kinds.length; a++) {
            if (kinds[a] != Aggregate.Kind.COUNT) {
                all.addAll(values.get(a).fields());
            }
        }
        return all;
    }

    /// Whether any address among the keys is one of IPv6.
    public boolean hasIpv6Keys() {
        return layout.hasAddress()
                && workers.stream().anyMatch(worker -> !worker.wide.groups.isEmpty());
    }

    /// Words of a group's row before its aggregates.
    public int keyWords() {
        return layout.wideWords();
    }

    private int stride() {
        return layout.wideWords() + kinds.length;
    }

    /// A consumer for one more thread; wants all flows.
    public RowConsumer consumer() {
        GroupWorker worker = new GroupWorker(this, room);
        workers.add(worker);
        return (batch, rows) -> {
            worker.add(batch, rows);
            return true;
        };
    }

    private List<GroupWorker.Side> sides(boolean wide) {
        List<GroupWorker.Side> out = new ArrayList<>();
        for (GroupWorker w : workers) {
            out.add(wide ? w.wide : w.narrow);
        }
        return out;
    }

    /// Hands out the groups: ascending by key if `sorted`, otherwise in any order.
    public void drain(boolean sorted, GroupConsumer out) throws IOException {
        if (sorted) {
            drainSorted(out);
        } else {
            drain(() -> out, 1);
        }
    }

    /// Hands out the groups in any order on several threads, each with its own consumer.
    public void drain(Supplier<? extends GroupConsumer> consumers) throws IOException {
        drain(consumers, parallel.threads());
    }

    private void drain(Supplier<? extends GroupConsumer> consumers, int threads)
            throws IOException {
        List<Partition> parts = partitions();
        parallel.forEach(
                parts,
                threads,
                () -> {
                    GroupConsumer out = consumers.get();
                    long[] row = new long[stride()];
                    return part -> {
                        GroupTable table = part.build();
                        for (int i = 0; i < table.size(); i++) {
                            part.row(table.words(), i * table.stride(), row);
                            out.accept(row);
                        }
                    };
                });
    }

    private void drainSorted(GroupConsumer out) throws IOException {
        List<Partition> parts = partitions();
        long estimate = 0;
        for (Partition p : parts) {
            estimate += p.rows() * stride() * 8;
        }
        boolean onDisk = !room.holds(2 * estimate);
        List<SortedGroups> sorted = new ArrayList<>();
        try {
            parallel.forEach(
                    parts,
                    parallel.threads(),
                    () ->
                            part -> {
                                SortedGroups groups = sort(part, onDisk);
                                synchronized (sorted) {
                                    sorted.add(groups);
                                }
                            });
        } finally {
            sortedRuns.addAll(sorted);
        }
        long[] row = new long[stride()];
        SortedMerge merge = new SortedMerge(sorted, row.length, layout.wideWords());
        try (Ahead<SortedMerge.Block> blocks = parallel.ahead(merge)) {
            for (SortedMerge.Block b = blocks.next(); b != null; b = blocks.next()) {
                room.context().check();
                for (int i = 0; i < b.rows(); i++) {
                    System.arraycopy(b.words(), i * row.length, row, 0, row.length);
                    out.accept(row);
                }
            }
        }
    }

    private SortedGroups sort(Partition part, boolean onDisk) throws IOException {
        GroupTable table = part.build();
        long[] words = table.words();
        int[] order =
                RadixSort.order(
                        (row, k) -> words[row * table.stride() + k], part.keyWords(), table.size());
        return onDisk
                ? SortedGroups.onDisk(part, table, order, stride(), room)
                : SortedGroups.inMemory(part, table, order, stride());
    }

    /// All parts into which the groups fall; equal keys lie in one of them.
    private List<Partition> partitions() throws IOException {
        workers.forEach(GroupWorker::finish);
        List<Partition> out = new ArrayList<>();
        for (boolean wide : new boolean[] {false, true}) {
            if (wide && !layout.hasAddress()) {
                continue;
            }
            List<GroupWorker.Side> sides = sides(wide);
            boolean partitioned = sides.stream().anyMatch(GroupWorker.Side::isPartitioned);
            if (partitioned) {
                sides.forEach(GroupWorker.Side::flush);
                countLarge(sides, wide);
            }
            int n = partitioned ? Spool.PARTITIONS : 1;
            for (int p = 0; p < n; p++) {
                Partition part = new Partition(this, sides, wide, p);
                if (part.rows() > 0) {
                    out.add(part);
                }
            }
        }
        return out;
    }

    /// Counts the values of large groups.
    private void countLarge(List<GroupWorker.Side> sides, boolean wide) throws IOException {
        for (int i = 0; i < distinct.size(); i++) {
            LargeGroups groups = largeGroups(wide, i);
            if (groups.isEmpty() || groups.isCounted()) {
                continue;
            }
            List<DistinctValues> all = new ArrayList<>();
            for (GroupWorker.Side s : sides) {
                all.add(s.distinct[i]);
            }
            parallel.forEach(all, parallel.threads(), () -> DistinctValues::finish);
            groups.count(all.stream().map(DistinctValues::wideOfLarge).toList());
        }
    }

    @Override
    public void close() throws IOException {
        for (List<LargeGroups> side : large) {
            for (LargeGroups l : side) {
                l.close();
            }
        }
        for (GroupWorker w : workers) {
            w.close();
        }
        for (SortedGroups g : sortedRuns) {
            g.close();
        }
        room.close();
    }
}
