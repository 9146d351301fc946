package dev.rearview.tools.rwsort;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.sort.FlowSorter;
import dev.rearview.engine.sort.TopRows;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.FlowStage;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowProducer;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.silk.SilkHeader;
import dev.rearview.text.NumberRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Sorts flows.
public final class RwSort implements FlowProducer {
    private static final long MIN_BUFFER = 64 * 1024;

    private final Env env;
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final FieldCatalog catalog;
    private Optional<String> fields = Optional.empty();
    private Optional<String> pipe = Optional.empty();
    private Optional<String> temporary = Optional.empty();
    private boolean reverse;
    private boolean presorted;
    private boolean helpFields;
    private long buffer;

    public RwSort(Env env) {
        this.env = env;
        this.buffer = env.context().machine().budget().most();
        this.inputs = new FlowInputs(env, History.OF_ALL);
        this.output = new FlowOutput(env, History.OF_ALL);
        this.site = new SiteOption(env);
        this.catalog = new FieldCatalog(env, site, true);
    }

    @Override
    public String name() {
        return "rwsort";
    }

    @Override
    public String summary() {
        return "Sort SiLK flow records by one or more fields";
    }

    @Override
    public String usage() {
        return "--fields=LIST [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Longest flows first",
                        "rwsort --fields=duration --reverse flows.rw | rwcut --num-recs=10"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "fields",
                        "LIST",
                        "Sort by these fields, the first being the most significant: "
                                + FieldCatalog.LIST,
                        v -> fields = Optional.of(v))
                .once()
                .words(catalog::names);
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        options.flag("reverse", "Sort from high to low", () -> reverse = true);
        options.flag(
                "presorted-input",
                "The inputs are sorted already: merge them",
                () -> presorted = true);
        options.value(
                "temp-directory",
                "DIR",
                "Directory for temporary files",
                v -> temporary = Optional.of(v));
        options.value(
                "sort-buffer-size",
                "SIZE",
                "Memory to sort in, with suffix k, m or g",
                v -> {
                    buffer = NumberRange.size(v);
                    if (buffer < MIN_BUFFER) {
                        throw new IllegalArgumentException("must be at least 64k");
                    }
                });
        options.value(
                "input-pipe", "PATH", "Read flows from PATH, or stdin", v -> pipe = Optional.of(v));
        inputs.declare(options);
        output.declare(options);
        site.declare(options);
        catalog.declare(options);
    }

    private static List<List<String>> eachAlone(List<String> names) {
        return names.stream().map(List::of).toList();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.out().write(catalog.help().getBytes(StandardCharsets.UTF_8));
            return 0;
        }
        List<Evaluator> order = order();
        List<String> names = names(operands);
        Path directory = directory();
        OutputFiles.checkNew(env, output.path());
        try (FlowSorter sorter =
                new FlowSorter(order, reverse, presorted, env.context().room(buffer, directory))) {
            if (!fill(sorter, names)) {
                return 1;
            }
            try (FlowSink writer = output.open(inputs.history())) {
                sorter.drain(writer::write);
            }
        }
        return 0;
    }

    private List<Evaluator> order() throws IOException {
        try {
            String list = fields.orElseThrow(() -> new ToolException("--fields is required"));
            List<Expr> keys = catalog.parse(list, false).stream().map(FlowFields::sorted).toList();
            return new Compiler(catalog.files()).evaluators(keys);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
    }

    private List<String> names(List<String> operands) throws IOException {
        if (pipe.isPresent() && (!operands.isEmpty() || inputs.hasXargs())) {
            throw new ToolException("--input-pipe does not go with file names or --xargs");
        }
        return pipe.isPresent() ? List.of(pipe.get()) : inputs.names(operands);
    }

    private Path directory() {
        Path directory = env.temporary(temporary);
        if (!Files.isDirectory(directory)) {
            throw ToolException.failure("temporary directory " + directory + " does not exist");
        }
        return directory;
    }

    private boolean fill(FlowSorter sorter, List<String> names) throws IOException {
        for (List<String> part : presorted ? eachAlone(names) : List.of(names)) {
            boolean good =
                    inputs.forEach(
                            part,
                            site.site(),
                            Ipv6Policy.MIX,
                            (batch, rows) -> {
                                sorter.add(batch, rows);
                                return true;
                            });
            sorter.endInput();
            if (!good) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Optional<FlowStage> stage(List<String> operands) throws IOException {
        return helpFields || !output.isStdout()
                ? Optional.empty()
                : Optional.of(new SortStage(order(), names(operands), directory()));
    }

    /// The sorted flows for a command in the same process. Where it wants only the first, the
    /// others are not sorted.
    private final class SortStage implements FlowStage {
        /// More than these are sorted like all.
        private static final long MOST_KEPT = 100_000;

        private final List<Evaluator> order;
        private final List<String> names;
        private final Path directory;
        private long limit = Long.MAX_VALUE;

        SortStage(List<Evaluator> order, List<String> names, Path directory) {
            this.order = order;
            this.names = names;
            this.directory = directory;
        }

        @Override
        public void limit(long rows) {
            limit = rows;
        }

        private boolean keepsFirst() {
            return limit > 0 && limit <= MOST_KEPT && !presorted;
        }

        @Override
        public boolean inOrder(RowConsumer consumer) throws IOException {
            Batches out = new Batches(consumer);
            if (keepsFirst()) {
                TopRows top = new TopRows(order, reverse, (int) limit);
                boolean good =
                        inputs.forEach(
                                names,
                                site.site(),
                                Ipv6Policy.MIX,
                                top::mayMatter,
                                (batch, rows) -> {
                                    top.add(batch, rows);
                                    return true;
                                });
                if (good) {
                    top.drain(out::add);
                    out.finish();
                }
                return good;
            }
            try (FlowSorter sorter =
                    new FlowSorter(
                            order, reverse, presorted, env.context().room(buffer, directory))) {
                if (!fill(sorter, names)) {
                    return false;
                }
                sorter.drain(out::add);
                out.finish();
                return true;
            }
        }

        @Override
        public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
            return inOrder(consumers.get());
        }

        @Override
        public List<SilkHeader.Entry> history() {
            return output.entries(inputs.history());
        }

        @Override
        public List<String> explain() {
            return List.of(
                    keepsFirst() ? "keeps the first " + limit + " in order" : "sorts all flows");
        }
    }

    /// Gathers flows into batches.
    private static final class Batches {
        private final RowConsumer consumer;
        private final FlowBatch batch = FlowBatch.allocate(4096);
        private boolean wanted = true;

        Batches(RowConsumer consumer) {
            this.consumer = consumer;
        }

        void add(FlowRecord r) throws IOException {
            batch.add(r);
            if (batch.isFull()) {
                finish();
            }
        }

        void finish() throws IOException {
            if (wanted && batch.size() > 0) {
                wanted = consumer.accept(batch, Selection.all(batch.size()));
            }
            batch.reset();
        }
    }
}
