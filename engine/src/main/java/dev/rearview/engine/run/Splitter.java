package dev.rearview.engine.run;

import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Product.Counting;
import dev.rearview.engine.plan.Product.Part;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Parts flows by a test: writes the parts, or hands one on, and counts them on the way.
final class Splitter implements Maker {
    private final Filter filter;
    private final Product.Split split;
    private final Outlets outlets;
    private final List<Counter> counters = new ArrayList<>();
    private final List<Written> parts = new ArrayList<>();
    private boolean isOpen;

    /// The counts of one thread.
    private static final class Counter {
        private final Tally read = new Tally();
        private final Tally passed = new Tally();
        private long written;
    }

    Splitter(Filter filter, Product.Split split, Outlets outlets) {
        this.filter = filter;
        this.split = split;
        this.outlets = outlets;
        for (Part part : Part.values()) {
            if (split.writes(part)) {
                parts.add(new Written(part, split.most(part)));
            }
        }
    }

    /// The rows of each part.
    private record Rows(Selection all, Selection passing, Selection failing) {
        Selection of(Part part) {
            return switch (part) {
                case ALL -> all;
                case PASSING -> passing;
                case FAILING -> failing;
            };
        }

        void endAfter(int row) {
            for (int i = row + 1; i < all.rows(); i++) {
                all.remove(i);
                passing.remove(i);
                failing.remove(i);
            }
        }
    }

    /// Row groups in which no flow can pass matter only to those who want what fails.
    @Override
    public FlowScan.Pruning pruning() {
        return split.writes(Part.FAILING) || split.writes(Part.ALL) ? READ_ALL : filter::mayPass;
    }

    private Counter counter() {
        Counter counter = new Counter();
        counters.add(counter);
        return counter;
    }

    private boolean counts() {
        return split.counting() != Counting.ROWS;
    }

    private boolean volumes() {
        return split.counting() == Counting.VOLUMES;
    }

    /// Hands a part on.
    RowConsumer before(RowConsumer consumer, Part part) {
        Counter counter = counter();
        return (batch, rows) -> {
            Tally read = Tally.of(batch, rows, volumes());
            Selection passing = part == Part.PASSING ? rows : rows.copy();
            if (part != Part.ALL || counts()) {
                filter.retain(batch, passing);
            }
            Tally passed = counts() ? Tally.of(batch, passing, volumes()) : new Tally();
            if (part == Part.FAILING) {
                rows.removeAll(passing);
            }
            int left = rows.count();
            boolean more = left == 0 || consumer.accept(batch, rows);
            counter.read.add(read);
            counter.passed.add(passed);
            counter.written += left;
            return more;
        };
    }

    @Override
    public RowConsumer consumer() {
        if (parts.isEmpty()) {
            return before((batch, rows) -> true, Part.PASSING);
        }
        Counter counter = counter();
        return (batch, rows) -> {
            open();
            return write(batch, rows, counter);
        };
    }

    private boolean write(FlowBatch batch, Selection all, Counter counter) throws IOException {
        Selection passing = all.copy();
        filter.retain(batch, passing);
        Selection failing = all.copy();
        failing.removeAll(passing);
        Rows rows = new Rows(all, passing, failing);
        int stop = stopAfter(rows);
        if (stop >= 0) {
            rows.endAfter(stop);
        }
        if (parts.stream().anyMatch(p -> !rows.of(p.part).isEmpty())) {
            // Several outputs get the batch, or none does.
            batch.load(Field.all());
        }
        if (counts()) {
            Tally passed = Tally.of(batch, passing, volumes());
            counter.read.add(Tally.of(batch, all, volumes()));
            counter.passed.add(passed);
        }
        for (Written p : parts) {
            counter.written += p.write(batch, rows.of(p.part));
        }
        return stop < 0;
    }

    /// The last row to read of a batch where the limits of all parts are reached in it, or -1.
    private int stopAfter(Rows rows) {
        int last = -1;
        for (Written p : parts) {
            if (p.most == 0) {
                return -1;
            }
            long left = p.most - p.count;
            int row = nth(rows.of(p.part), left);
            if (row < 0 && left > 0) {
                return -1;
            }
            last = Math.max(last, row);
        }
        return last;
    }

    /// The row of the n-th selected one, -1 if there are fewer or n is 0.
    private static int nth(Selection rows, long n) {
        int row = -1;
        for (long i = 0; i < n; i++) {
            row = rows.next(row + 1);
            if (row < 0) {
                return -1;
            }
        }
        return row;
    }

    /// Opens all outputs at once.
    private void open() throws IOException {
        if (isOpen) {
            return;
        }
        isOpen = true;
        for (Written p : parts) {
            for (Product.Output o : split.outputs()) {
                if (o.part() == p.part) {
                    p.sinks.add(outlets.part(o));
                }
            }
        }
    }

    @Override
    public void end() throws IOException {
        open();
    }

    /// @param flows that were parted
    SplitCounts counts(FlowStream flows) {
        Tally read = new Tally();
        Tally passed = new Tally();
        long written = 0;
        for (Counter c : counters) {
            read.add(c.read);
            passed.add(c.passed);
            written += c.written;
        }
        Optional<ScanCounts> scanned = flows.scanned();
        scanned.ifPresent(s -> read.add(Tally.leftOut(s)));
        long files = scanned.map(ScanCounts::files).orElse(1L);
        return new SplitCounts(files, read, passed, written);
    }

    @Override
    public boolean needsOrder() {
        return !parts.isEmpty();
    }

    /// The outputs of a part.
    private static final class Written {
        private final Part part;
        private final long most;
        private final List<FlowSink> sinks = new ArrayList<>();
        private long count;

        /// @param most flows that are written, 0 for all
        Written(Part part, long most) {
            this.part = part;
            this.most = most;
        }

        /// @return flows written, each once however many outputs get it
        int write(FlowBatch batch, Selection rows) throws IOException {
            Selection kept = rows;
            int n = rows.count();
            if (most > 0 && count + n > most) {
                kept = Selection.none(rows.rows());
                int row = rows.next(0);
                for (long i = count; i < most; i++) {
                    kept.add(row);
                    row = rows.next(row + 1);
                }
                n = (int) (most - count);
            }
            for (FlowSink sink : sinks) {
                sink.write(batch, kept);
            }
            count += n;
            return n;
        }
    }
}
