package dev.rearview.engine.run;

import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Flows that pass a test, or fail it; counts them on the way.
public final class FilteredFlows implements FlowStream {
    /// Which flows go on.
    public enum Wanted {
        PASSING,
        FAILING,
        ALL
    }

    private final FlowStream source;
    private final Filter filter;
    private final Wanted wanted;
    private final Counting counting;
    private final List<Counter> counters = new ArrayList<>();

    /// What is counted.
    public enum Counting {
        /// The flows that go on.
        ROWS,
        /// Also those read, and those that pass.
        OUTCOMES,
        /// Also packets and octets.
        VOLUMES
    }

    /// The counts of one thread.
    private static final class Counter {
        private final Tally read = new Tally();
        private final Tally passed = new Tally();
        private final Tally handedOn = new Tally();
    }

    FilteredFlows(FlowStream source, Filter filter, Wanted wanted, Counting counting) {
        this.source = source;
        this.filter = filter;
        this.wanted = wanted;
        this.counting = counting;
    }

    private RowConsumer filtered(RowConsumer consumer) {
        Counter counter = new Counter();
        counters.add(counter);
        boolean counts = counting != Counting.ROWS;
        boolean volumes = counting == Counting.VOLUMES;
        return (batch, rows) -> {
            Tally read = Tally.of(batch, rows, volumes);
            Selection passing = wanted == Wanted.PASSING ? rows : rows.copy();
            if (wanted != Wanted.ALL || counts) {
                filter.retain(batch, passing);
            }
            Tally passed = counts ? Tally.of(batch, passing, volumes) : new Tally();
            if (wanted == Wanted.FAILING) {
                rows.removeAll(passing);
            }
            int left = rows.count();
            boolean more = left == 0 || consumer.accept(batch, rows);
            counter.read.add(read);
            counter.passed.add(passed);
            counter.handedOn.addRecords(left);
            return more;
        };
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        return source.inOrder(filtered(consumer));
    }

    @Override
    public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        return source.inAnyOrder(() -> filtered(consumers.get()));
    }

    /// Flows read, and those that were left out since none of them could pass.
    public Tally read() {
        Tally sum = source instanceof ScannedFlows s ? Tally.leftOut(s.counts()) : new Tally();
        counters.forEach(c -> sum.add(c.read));
        return sum;
    }

    /// Flows that passed; not counted where only rows are.
    public Tally passed() {
        Tally sum = new Tally();
        counters.forEach(c -> sum.add(c.passed));
        return sum;
    }

    /// Flows that went on.
    public long handedOn() {
        return counters.stream().mapToLong(c -> c.handedOn.records()).sum();
    }

    @Override
    public Optional<ScanCounts> estimate() throws IOException {
        return source instanceof ScannedFlows ? source.estimate() : Optional.empty();
    }

    /// Inputs that were read.
    public long files() {
        return source instanceof ScannedFlows s ? s.counts().files() : 1;
    }

    @Override
    public List<String> explain() {
        List<String> out = new ArrayList<>();
        if (source instanceof ScannedFlows) {
            out.addAll(source.explain());
        }
        out.add(String.format(Locale.ROOT, "            %,d handed on", handedOn()));
        return out;
    }
}
