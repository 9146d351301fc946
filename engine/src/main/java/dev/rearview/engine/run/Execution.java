package dev.rearview.engine.run;

import dev.rearview.engine.addresses.Randomizing;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.match.FlowCombiner;
import dev.rearview.engine.match.NearKeys;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.HourInputs;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.Repository;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Runs plans. What a plan names is opened by the attendant.
public final class Execution {
    private final Attendant attendant;
    private final Compiler compiler;

    public Execution(Attendant attendant) {
        this.attendant = attendant;
        this.compiler = new Compiler(attendant.references());
    }

    /// The flows of a plan.
    ///
    /// @throws IOException if what it names cannot be read
    public FlowStream open(FlowPlan plan) throws IOException {
        return open(plan, Maker.READ_ALL);
    }

    /// The flows of a plan but for some that do not matter.
    ///
    /// @param pruning which row groups are read
    /// @throws IOException if what it names cannot be read
    public FlowStream open(FlowPlan plan, FlowScan.Pruning pruning) throws IOException {
        try {
            return plan.accept(new Opening(pruning));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// A query that is ready to run.
    ///
    /// @param outlets of products that are written while flows are read
    /// @throws IOException if what it names cannot be read
    public QueryRun open(Query query, Outlets outlets) throws IOException {
        Makers makers = new Makers(this, compiler, outlets, query.flows(), Makers.shares(query));
        List<Maker> made = new ArrayList<>();
        try {
            for (Product p : query.products()) {
                made.add(p.accept(makers));
            }
            FlowScan.Pruning pruning =
                    made.size() == 1 ? made.getFirst().pruning() : Maker.READ_ALL;
            return new QueryRun(open(query.flows(), pruning), made);
        } catch (UncheckedIOException e) {
            close(made);
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            close(made);
            throw e;
        }
    }

    private static void close(List<Maker> makers) throws IOException {
        for (Maker m : makers) {
            m.close();
        }
    }

    /// A query that is ready to run and writes nothing while it reads.
    ///
    /// @throws IOException if what it names cannot be read
    public QueryRun open(Query query) throws IOException {
        return open(query, Outlets.NONE);
    }

    /// The part of split flows that is wanted, with what is to be counted of them.
    ///
    /// @param split of the flows of the query
    /// @throws IOException if what it names cannot be read
    public FilteredFlows open(FlowPlan flows, Product.Split split, Product.Part part)
            throws IOException {
        Splitter splitter = new Splitter(compiler.filter(split.test()), split, Outlets.NONE);
        return new FilteredFlows(open(flows, splitter.pruning()), splitter, part);
    }

    /// The flows of a plan for one who asks for them. Nothing is read before.
    FlowSource pull(FlowPlan plan) throws IOException {
        Ipv6Policy policy = Ipv6Policy.MIX;
        FlowPlan of = plan;
        if (plan instanceof FlowPlan.Policy p) {
            policy = p.policy();
            of = p.of();
        }
        if (of instanceof FlowPlan.Files files && files.names().size() == 1) {
            return policy.wrap(attendant.pull(files.names().getFirst()).source());
        }
        return new Pulled(open(plan), attendant.context());
    }

    /// Whether a plan's flows can be read but once, or are written somewhere when they are.
    public boolean comesOnce(FlowPlan p) {
        return switch (p) {
            case FlowPlan.Upstream u -> true;
            case FlowPlan.Copy c -> true;
            case FlowPlan.Files f -> f.names().stream().anyMatch(attendant::isStream);
            case FlowPlan.Hours h -> false;
            case FlowPlan.Randomize o -> o.octets().isEmpty() || comesOnce(o.of());
            case FlowPlan.OfOne o -> comesOnce(o.of());
            case FlowPlan.Match m -> comesOnce(m.queries()) || comesOnce(m.responses());
        };
    }

    Attendant attendant() {
        return attendant;
    }

    /// Opens something.
    interface Opener<T> {
        T open() throws IOException;
    }

    /// Opens what a visitor of plans or products makes, which throws no [IOException].
    static <T> T unchecked(Opener<T> opener) {
        try {
            return opener.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sorted flows.
    ///
    /// @throws IOException if what the keys name cannot be read
    public SortedFlows open(FlowPlan.Sort plan) throws IOException {
        return sorted(plan, false);
    }

    private SortedFlows sorted(FlowPlan.Sort plan, boolean distinct) throws IOException {
        List<Evaluator> keys = compiler.evaluators(plan.keys());
        return new SortedFlows(pruning -> inputs(plan, pruning), keys, plan, distinct, attendant);
    }

    /// Flows of which those that a timeout cut are one again.
    ///
    /// @throws IOException if what the plan names cannot be read
    public CombinedFlows open(FlowPlan.Combine plan) throws IOException {
        List<Expr> keys = new ArrayList<>(plan.same().stream().map(Expr::of).toList());
        keys.add(Expr.of(Field.STIME));
        keys.add(Expr.of(Field.DURATION));
        return new CombinedFlows(
                open(plan.of()),
                compiler.evaluators(keys),
                new FlowCombiner(plan.same(), plan.maxIdleMs()),
                attendant);
    }

    /// The inputs of a sort: each alone where they are only merged.
    private List<FlowStream> inputs(FlowPlan.Sort plan, FlowScan.Pruning pruning)
            throws IOException {
        if (!plan.presorted() || !(plan.of() instanceof FlowPlan.Files files)) {
            return List.of(open(plan.of(), pruning));
        }
        List<FlowStream> out = new ArrayList<>();
        for (String name : files.names()) {
            out.add(open(new FlowPlan.Files(List.of(name)), pruning));
        }
        return out;
    }

    private FlowStream files(List<String> names, FlowScan.Pruning pruning) {
        attendant.expect(() -> names);
        boolean once = names.stream().anyMatch(attendant::isStream);
        FlowStream out =
                new ScannedFlows(
                        scan(names, pruning, attendant),
                        attendant,
                        () ->
                                once
                                        ? Optional.empty()
                                        : Optional.of(scan(names, pruning, unnoticed())));
        return once && names.size() == 1 ? attendant.alone(names.getFirst(), out) : out;
    }

    private Attendant unnoticed() {
        return new Unnoticed(attendant);
    }

    private static FlowScan scan(List<String> names, FlowScan.Pruning pruning, Attendant told) {
        Iterator<String> next = names.iterator();
        return new FlowScan(
                told.context(),
                scan -> {
                    if (!next.hasNext()) {
                        return null;
                    }
                    String name = next.next();
                    told.named(name);
                    FlowFile file = told.open(name);
                    told.opened(file);
                    return file;
                },
                pruning,
                told::goesOn);
    }

    private FlowStream hours(FlowPlan.Hours plan, FlowScan.Pruning pruning) {
        Repository repository = attendant.repository(plan);
        attendant.expect(() -> names(plan, repository));
        return new ScannedFlows(
                scan(plan, repository, pruning, attendant),
                attendant,
                () -> Optional.of(scan(plan, repository, pruning, unnoticed())));
    }

    private static FlowScan scan(
            FlowPlan.Hours plan, Repository repository, FlowScan.Pruning pruning, Attendant told) {
        return new FlowScan(
                told.context(),
                new HourInputs(
                        repository.cursor(plan.firstMs(), plan.lastMs(), plan.withMissing()),
                        f -> told.open(f.name()),
                        f -> {
                            told.named(f.name());
                            told.opened(f);
                        },
                        told::missing),
                pruning,
                told::goesOn);
    }

    private static List<String> names(FlowPlan.Hours plan, Repository repository)
            throws IOException {
        List<String> names = new ArrayList<>();
        repository.forEach(plan.firstMs(), plan.lastMs(), f -> names.add(f.name()));
        return names;
    }

    /// Makes streams of plans.
    private final class Opening implements FlowPlan.Cases<FlowStream> {
        private final FlowScan.Pruning pruning;

        Opening(FlowScan.Pruning pruning) {
            this.pruning = pruning;
        }

        @Override
        public FlowStream files(FlowPlan.Files p) {
            return Execution.this.files(p.names(), pruning);
        }

        @Override
        public FlowStream hours(FlowPlan.Hours p) {
            return Execution.this.hours(p, pruning);
        }

        @Override
        public FlowStream upstream(FlowPlan.Upstream p) {
            return attendant.upstream();
        }

        @Override
        public FlowStream policy(FlowPlan.Policy p) {
            FlowStream of = p.of().accept(this);
            return p.policy() == Ipv6Policy.MIX
                    ? of
                    : new Wrapped(of, p.policy()::wrap, false, Wrapped.ANY);
        }

        @Override
        public FlowStream filter(FlowPlan.Filter p) {
            Product.Split split =
                    new Product.Split(p.predicate(), List.of(), 0, 0, Product.Counting.ROWS);
            return unchecked(() -> open(p.of(), split, Product.Part.PASSING));
        }

        @Override
        public FlowStream sort(FlowPlan.Sort p) {
            return unchecked(() -> open(p));
        }

        @Override
        public FlowStream first(FlowPlan.First p) {
            FlowStream of = p.of().accept(this);
            of.limit(p.rows());
            return new Wrapped(of, consumer -> first(consumer, p.rows()), true, 0);
        }

        @Override
        public FlowStream skip(FlowPlan.Skip p) {
            return new Wrapped(
                    p.of().accept(this), consumer -> behind(consumer, p.rows()), true, p.rows());
        }

        @Override
        public FlowStream copy(FlowPlan.Copy p) {
            return new Copied(p.of().accept(this), p, attendant);
        }

        @Override
        public FlowStream mask(FlowPlan.Mask p) {
            return new Wrapped(
                    p.of().accept(this),
                    consumer -> new Masking(p.addresses(), consumer),
                    false,
                    0);
        }

        @Override
        public FlowStream randomize(FlowPlan.Randomize p) {
            return unchecked(() -> {
                Filter sources = compiler.filter(p.sources());
                Filter destinations = compiler.filter(p.destinations());
                return new Wrapped(
                        p.of().accept(this),
                        consumer ->
                                new Randomizing(
                                        sources, destinations, p.octets(), p.seed(), consumer),
                        true,
                        0);
            });
        }

        @Override
        public FlowStream combine(FlowPlan.Combine p) {
            return unchecked(() -> open(p));
        }

        @Override
        public FlowStream match(FlowPlan.Match p) {
            return unchecked(() ->
                    new MatchedFlows(
                            Execution.this,
                            p,
                            compiler.evaluators(p.queryKeys()),
                            compiler.evaluators(p.responseKeys())));
        }

        @Override
        public FlowStream distinct(FlowPlan.Distinct p) {
            return unchecked(() -> {
                // Then equal flows are those with equal keys, which the sorter leaves out.
                if (p.near().isEmpty()
                        && p.of() instanceof FlowPlan.Sort sort
                        && !sort.presorted()
                        && sort.keys().equals(p.same())) {
                    return sorted(sort, true);
                }
                NearKeys keys = keys(p.same(), p.near(), true);
                return new Wrapped(
                        p.of().accept(this),
                        consumer -> new FirstOfEach(keys, consumer),
                        true,
                        Wrapped.ANY);
            });
        }

        @Override
        public FlowStream tag(FlowPlan.Tag p) {
            return unchecked(() -> {
                List<FlowPlan.Near> near = p.near().map(List::of).orElse(List.of());
                NearKeys keys = keys(p.same(), near, p.options().objective());
                return new TaggedFlows(p.of().accept(this), keys, p.options());
            });
        }

        private NearKeys keys(List<Expr> same, List<FlowPlan.Near> near, boolean toFirst)
                throws IOException {
            return new NearKeys(
                    compiler.evaluators(same),
                    compiler.evaluators(near.stream().map(FlowPlan.Near::of).toList()),
                    near.stream().mapToLong(FlowPlan.Near::most).toArray(),
                    toFirst);
        }

        private static RowConsumer behind(RowConsumer consumer, long rowsLeftOut) {
            long[] left = {rowsLeftOut};
            return (batch, rows) -> {
                int n = 0;
                for (int i = rows.next(0); n < left[0] && i >= 0; i = rows.next(i + 1)) {
                    rows.remove(i);
                    n++;
                }
                boolean more = consumer.accept(batch, rows);
                left[0] -= n;
                return more;
            };
        }

        private static RowConsumer first(RowConsumer consumer, long most) {
            long[] left = {most};
            return (batch, rows) -> {
                int n = 0;
                for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                    if (n < left[0]) {
                        n++;
                    } else {
                        rows.remove(i);
                    }
                }
                boolean more = consumer.accept(batch, rows);
                left[0] -= n;
                return more && left[0] > 0;
            };
        }
    }

    /// Does something with flows on their way.
    ///
    /// @param inOrder whether that wants them all, and in their order
    /// @param more flows that it takes beyond those that are wanted of it, [#ANY] if there may be
    ///   any number
    private record Wrapped(FlowStream of, Wrapping wrapping, boolean inOrder, long more)
            implements PassingFlows {
        private static final long ANY = -1;

        /// Puts something before a consumer.
        interface Wrapping {
            RowConsumer around(RowConsumer consumer);
        }

        @Override
        public boolean inOrder(RowConsumer consumer) throws IOException {
            return of.inOrder(wrapping.around(consumer));
        }

        @Override
        public <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
            return inOrder
                    ? PassingFlows.super.inOrder(consumer)
                    : of.inOrder(consumer.behind(wrapping::around));
        }

        @Override
        public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
            return inOrder
                    ? inOrder(consumers.get())
                    : of.inAnyOrder(() -> wrapping.around(consumers.get()));
        }

        @Override
        public void limit(long rows) {
            if (more != ANY && rows + more >= rows) {
                of.limit(rows + more);
            }
        }
    }

    /// Flows that are copied on their way.
    private record Copied(FlowStream of, FlowPlan.Copy plan, Attendant attendant)
            implements PassingFlows {
        @Override
        public boolean inOrder(RowConsumer consumer) throws IOException {
            try {
                return of.inOrder(attendant.copying(plan, consumer));
            } finally {
                attendant.copied();
            }
        }
    }
}
