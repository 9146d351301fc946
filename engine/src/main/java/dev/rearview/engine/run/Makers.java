package dev.rearview.engine.run;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.SizeStatistics;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives each product its maker.
///
/// @param flows of the query
/// @param shares groupings that share the memory
record Makers(Execution execution, Compiler compiler, Outlets outlets, FlowPlan flows, int shares)
        implements Product.Cases<Maker> {
    /// Groupings of a query that may grow.
    static int shares(Query query) {
        return (int)
                query.products().stream()
                        .filter(p -> p instanceof Product.Groups g && !g.keys().isEmpty())
                        .count();
    }

    @Override
    public Maker rows(Product.Rows p) {
        return Execution.unchecked(() -> new Listing(p, compiler.evaluators(p.columns()), outlets));
    }

    @Override
    public Maker flows(Product.Flows p) {
        return new Writing(p, outlets);
    }

    @Override
    public Maker split(Product.Split p) {
        return Execution.unchecked(() -> new Splitter(compiler.filter(p.test()), p, outlets));
    }

    @Override
    public Maker groups(Product.Groups p) {
        return Execution.unchecked(() -> {
            Room room = execution.attendant().room(Math.max(1, shares));
            return new Grouping(
                    p.runs()
                            ? GroupBy.ofRuns(compiler, p.keys(), p.values(), room)
                            : new GroupBy(compiler, p.keys(), p.values(), room),
                    p.runs());
        });
    }

    @Override
    public Maker bins(Product.Bins p) {
        return new Binning(
                new TimeBins(p.scheme(), p.sizeMs(), p.originMs(), p.firstMs(), p.endMs()));
    }

    @Override
    public Maker addresses(Product.Addresses p) {
        return new Collecting(p.of(), new ArrayList<>());
    }

    @Override
    public Maker sizes(Product.Sizes p) {
        return new Measuring(new SizeStatistics(p.protocols()));
    }

    @Override
    public Maker difference(Product.Difference p) {
        return new Comparing(() -> execution.pull(p.from()));
    }

    @Override
    public Maker contacts(Product.Contacts p) {
        return Execution.unchecked(() -> new Contacting(execution, flows, p, compiler));
    }

    record Grouping(GroupBy groups, boolean needsOrder) implements Maker {
        @Override
        public RowConsumer consumer() {
            return groups.consumer();
        }

        @Override
        public Set<Field> columns() {
            return groups.columns();
        }

        @Override
        public void close() throws IOException {
            groups.close();
        }
    }

    record Binning(TimeBins bins) implements Maker {
        @Override
        public RowConsumer consumer() {
            TimeBins.Share share = bins.share();
            return (batch, rows) -> {
                share.add(batch, rows);
                return true;
            };
        }

        @Override
        public boolean needsOrder() {
            return bins.needsOrder();
        }

        @Override
        public Set<Field> columns() {
            return bins.columns();
        }
    }

    record Measuring(SizeStatistics sizes) implements Maker {
        @Override
        public RowConsumer consumer() {
            return (batch, rows) -> {
                sizes.add(batch, rows);
                return true;
            };
        }

        @Override
        public boolean needsOrder() {
            return true;
        }

        @Override
        public Set<Field> columns() {
            return EnumSet.of(Field.PROTOCOL, Field.BYTES, Field.PACKETS);
        }
    }

    /// Collects addresses.
    ///
    /// @param shares what each thread has seen
    record Collecting(List<Field> of, List<IpSet.Builder> shares) implements Maker {
        @Override
        public RowConsumer consumer() {
            IpSet.Builder own = new IpSet.Builder();
            shares.add(own);
            return (batch, rows) -> {
                if (!rows.isEmpty()) {
                    batch.load(of);
                    of.forEach(field -> add(batch.addresses(field), batch, rows, own));
                }
                return true;
            };
        }

        private static void add(
                AddressColumn column, FlowBatch batch, Selection rows, IpSet.Builder set) {
            if (column.isCoded() && rows.count() == batch.size()) {
                for (int i = 0; i < column.dictionarySize(); i++) {
                    set.add(column.dictionary().hi(i), column.dictionary().lo(i));
                }
                return;
            }
            long[] hi = column.hi();
            long[] lo = column.lo();
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                set.add(hi[i], lo[i]);
            }
        }

        IpSet set() {
            IpSet.Builder all = new IpSet.Builder();
            shares.forEach(share -> all.addAll(share.build()));
            return all.build();
        }

        @Override
        public boolean needsOrder() {
            return false;
        }

        @Override
        public Set<Field> columns() {
            return EnumSet.copyOf(of);
        }
    }

    /// Hands values of flows to an outlet.
    private static final class Listing implements Maker {
        private final Product.Rows product;
        private final List<Evaluator> evaluators;
        private final Outlets outlets;
        private final int words;
        private long[][] columns = {};
        private Outlets.@Nullable RowOutlet outlet;

        Listing(Product.Rows product, List<Evaluator> evaluators, Outlets outlets) {
            this.product = product;
            this.evaluators = evaluators;
            this.outlets = outlets;
            this.words = Evaluator.words(evaluators);
        }

        @Override
        public RowConsumer consumer() {
            return (batch, rows) -> {
                Outlets.RowOutlet out = outlet;
                if (out == null) {
                    out = outlets.rows(product);
                    outlet = out;
                }
                if (rows.isEmpty()) {
                    return true;
                }
                if (columns.length == 0 || columns[0].length < batch.size()) {
                    columns = new long[Math.max(words, 1)][batch.size()];
                }
                Evaluator.evaluate(evaluators, batch, columns);
                out.accept(batch, columns, rows);
                return true;
            };
        }

        @Override
        public boolean needsOrder() {
            return true;
        }

        @Override
        public Set<Field> columns() {
            Set<Field> all = Evaluator.fields(evaluators);
            all.add(Field.ATTRIBUTES);
            return all;
        }
    }

    /// Hands flows to an outlet.
    private static final class Writing implements Maker {
        private final Product.Flows product;
        private final Outlets outlets;
        private @Nullable FlowSink sink;

        Writing(Product.Flows product, Outlets outlets) {
            this.product = product;
            this.outlets = outlets;
        }

        private FlowSink sink() throws IOException {
            FlowSink known = sink;
            if (known == null) {
                known = outlets.flows(product);
                sink = known;
            }
            return known;
        }

        @Override
        public RowConsumer consumer() {
            return (batch, rows) -> {
                sink().write(batch, rows);
                return true;
            };
        }

        @Override
        public void end() throws IOException {
            sink();
        }

        @Override
        public boolean needsOrder() {
            return true;
        }
    }
}
