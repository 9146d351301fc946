package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Product.Counting;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.FilteredFlows;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.run.SplitCounts;
import dev.rearview.engine.scan.Repository;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.NoteOptions;
import dev.rearview.kit.options.EmptyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.CompletenessOption;
import dev.rearview.kit.site.SelectionOptions;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Partitions flows into those that pass all tests and those that fail.
public final class RwFilter implements FlowTool {
    private static final History HISTORY = History.OF_FIRST;
    private static final int FILE_TYPE = 0xF000;
    private static final int FIFO = 0x1000;

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private final SelectionOptions selection;
    private final CompletenessOption completeness;
    private final Inputs inputs;
    private final Partition partition;
    private final TupleSwitches tuples = new TupleSwitches();
    private final NoteOptions notes;
    private final CompressionOption compression;
    private final Destinations destinations = new Destinations();
    private final Statistics statistics;
    private final LogStats logStats;
    private final EmptyOption empty = new EmptyOption();
    private boolean dryRun;
    private Supplier<List<String>> arguments = List::of;

    /// Flows written to any output or handed on; without outputs those that passed.
    private long results;

    /// Whether anything could not be read, which a message has told. Set by any thread of a scan.
    private volatile boolean failed;

    public RwFilter(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
        this.selection = new SelectionOptions(env, site);
        this.completeness = new CompletenessOption(env);
        this.inputs = new Inputs();
        this.partition = new Partition(env, site);
        inputs.references(partition.files());
        this.notes = new NoteOptions(env);
        this.compression = new CompressionOption(env);
        this.statistics = new Statistics(env, table);
        this.logStats = new LogStats(env, InstantSource.system());
    }

    @Override
    public String name() {
        return "rwfilter";
    }

    @Override
    public String summary() {
        return "Choose which flow records to process: select files of the repository or read named"
                + " files, and write the records that pass all tests and those that fail";
    }

    @Override
    public String usage() {
        return "INPUT_SWITCHES OUTPUT_SWITCHES PARTITIONING_SWITCHES [FILES]";
    }

    @Override
    public String description() {
        return """
        Dates are 2026/11/28:10 or 2026-11-28T10:00, seconds since 1970, today, yesterday, now,\
         or how long ago: -7d, -3h, -30m, -2w. A window of time is START-END, such as -2h-now.\
         All are UTC.

        Where SILK_LOGSTATS_RWFILTER, or else SILK_LOGSTATS, is the path of a program, that is\
         started at the end, without a shell, with these arguments: rwfilter, v0001, start and\
         end in seconds since 1970, files opened, flows read, flows written, and the words of\
         the command line.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Which servers did a remote address touch last week",
                        "rwfilter --type=in,inweb --start-date=2026/11/16 --end-date=2026/11/22 --saddress=198.51.100.7 --pass=stdout | rwuniq --fields=dip,dport,protocol"),
                new Example(
                        "Split web traffic from the rest",
                        "rwfilter --proto=6 --aport=80,443 --pass=web.rw --fail=rest.rw flows.rw"),
                new Example(
                        "Large packets at night, which no switch says",
                        "rwfilter --expr='bytes/packets > 1000 and hour(stime) < 6' --pass=stdout"
                                + " flows.rw | rwcut"),
                new Example(
                        "Anything to or from China",
                        "rwfilter --type=all --start-date=2026/11/24 --any-cc=cn --pass=stdout | rwstats --fields=sip,dip --bytes --count=10"));
    }

    @Override
    public void declare(Options o) {
        arguments = o::arguments;
        selection.declare(o);
        completeness.declare(o);
        inputs.names().declarePipe(o);
        inputs.declare(o);
        destinations.declare(o);
        statistics.declare(o);
        empty.declare(o, "flow is written or, without such an output, passes");
        o.flag(
                "dry-run",
                "Check the switches, print the names of the files and exit",
                () -> dryRun = true);
        destinations.declareLimits(o);
        o.value(
                "threads",
                "NUM",
                "Number of threads that read files",
                v -> SwitchValues.positive(v, Long.MAX_VALUE));
        partition.declare(o);
        tuples.declare(o);
        notes.declare(o);
        compression.declare(o);
        table.declareFormat(o);
        site.declare(o);
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) {
        boolean fromFiles = inputs.names().isGiven(operands);
        checkInputs(operands, fromFiles);
        if (fromFiles) {
            selection.tests().forEach(partition::add);
        }
        tuples.predicate().ifPresent(partition::add);
        checkOutputs();
        Product.Split split =
                new Product.Split(
                        partition.predicate(),
                        destinations.outputs(),
                        destinations.maxPass(),
                        destinations.maxFail(),
                        counting());
        return Optional.of(new Query(source(operands, fromFiles), split));
    }

    @Override
    public int run(Query query) throws IOException {
        if (dryRun) {
            partition.filter(query.product(Product.Split.class).test());
            printNames(query.flows());
            logStats.tell(arguments.get(), 0, 0, 0);
            return failed ? 1 : 0;
        }
        notes.entries();
        SplitCounts counts;
        try (DestinationFiles outputs =
                        new DestinationFiles(env, destinations, compression, this::headerEntries);
                QueryRun run = inputs.open(query, outputs)) {
            statistics.path().ifPresent(p -> OutputFiles.checkNew(env, p));
            read(run);
            counts = run.counts(0);
        }
        conclude(query, counts);
        return status();
    }

    private void read(QueryRun run) throws IOException {
        try {
            run.read();
        } finally {
            selection.flushMissing();
            SplitCounts counts = run.counts(0);
            long written = destinations.isEmpty() ? 0 : counts.written();
            logStats.tell(arguments.get(), counts.files(), counts.read().records(), written);
        }
    }

    /// What was good has been read; what was not makes the command fail.
    private int status() {
        return failed ? 1 : empty.status(results);
    }

    private FlowPlan source(List<String> operands, boolean fromFiles) {
        if (!fromFiles) {
            return selection.plan();
        }
        return inputs.plan(namesOrNone(operands));
    }

    /// What is counted of the flows.
    private Counting counting() {
        boolean counts = statistics.path().isPresent() || logStats.isWanted();
        boolean volumes = statistics.path().isPresent() && statistics.volumes();
        return !counts ? Counting.ROWS : volumes ? Counting.VOLUMES : Counting.OUTCOMES;
    }

    @Override
    public boolean handsOver(Query query) {
        Product.Split split = query.product(Product.Split.class);
        return split.outputs().size() == 1
                && OutputFiles.isStdout(split.outputs().getFirst().path())
                && !dryRun
                && !destinations.hasLimit()
                && !logStats.isWanted()
                && statistics.path().filter(OutputFiles::isStdout).isEmpty();
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        if (!handsOver(query)) {
            return Optional.empty();
        }
        // What is wrong with these ends the command before it reads.
        notes.entries();
        statistics.path().ifPresent(p -> OutputFiles.checkNew(env, p));
        Product.Split split = query.product(Product.Split.class);
        Product.Part part = split.outputs().getFirst().part();
        FilteredFlows flows = inputs.execution().open(query.flows(), split, part);
        FlowPlan plan =
                switch (part) {
                    case PASSING -> new FlowPlan.Filter(query.flows(), split.test());
                    case FAILING -> new FlowPlan.Filter(query.flows(), Predicate.not(split.test()));
                    case ALL -> query.flows();
                };
        return Optional.of(
                new Handover(
                        plan,
                        flows,
                        () ->
                                FlowOutput.header(
                                        env,
                                        compression.of(split.outputs().getFirst().path()),
                                        ByteOrder.nativeOrder(),
                                        headerEntries()),
                        () -> {
                            selection.flushMissing();
                            conclude(query, flows.counts());
                        },
                        this::status));
    }

    private void conclude(Query query, SplitCounts counts) throws IOException {
        results += counts.written();
        statistics.print(counts);
        if (query.flows() instanceof FlowPlan.Hours hours) {
            completeness.tell(hours);
        }
    }

    /// Tells of an input that cannot be read; the others are.
    private boolean report(IOException e) {
        failed = true;
        env.tell(e);
        return true;
    }

    /// The inputs: a bad one is reported and the next ones are read.
    private final class Inputs extends FlowInputs {
        Inputs() {
            super(env, site, HISTORY);
        }

        @Override
        public void named(String name) {
            selection.flushMissing();
            super.named(name);
        }

        @Override
        public void missing(Repository.HourFile hour) {
            selection.tellMissing(hour.name());
        }

        @Override
        public boolean goesOn(IOException e) {
            return report(e);
        }
    }

    private void printNames(FlowPlan flows) {
        if (flows instanceof FlowPlan.Files files) {
            files.names().forEach(this::printName);
        } else if (flows instanceof FlowPlan.Upstream) {
            printName("-");
        } else {
            selection.forEachFile(f -> printName(f.name()), this::report);
        }
    }

    /// A missing list of names is reported, and then counts as empty.
    private List<String> namesOrNone(List<String> operands) {
        try {
            return inputs.names(operands);
        } catch (IOException e) {
            report(e);
            return List.of();
        }
    }

    private void printName(String name) {
        try {
            env.print(name + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkInputs(List<String> operands, boolean fromFiles) {
        inputs.names().checkPipe(operands);
        Optional<String> pipe = inputs.names().pipe();
        if (pipe.isPresent() && !InputFiles.isStdin(pipe.get()) && !isPipe(pipe.get())) {
            throw new ToolException(
                    "--input-pipe needs '-', 'stdin' or a named pipe, not '"
                            + pipe.get()
                            + "'; name a file as an operand");
        }
        if (fromFiles && selection.hasFileSwitch()) {
            throw new ToolException(
                    "switches that select from the repository do not go with named inputs");
        }
        if (fromFiles) {
            completeness.refuse();
        }
        if (!fromFiles
                && !selection.hasFileSwitch()
                && !selection.hasTypeSwitch()
                && !selection.hasSensors()) {
            throw new ToolException("no input: name files, or select from the repository");
        }
    }

    /// Whether a path is that of a named pipe; `/dev/stdin` counts as none, whatever it leads to.
    private boolean isPipe(String path) {
        try {
            int mode = (int) Files.getAttribute(env.path(path), "unix:mode");
            return (mode & FILE_TYPE) == FIFO && !path.equals("/dev/stdin");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void checkOutputs() {
        if (destinations.isEmpty() && statistics.path().isEmpty()) {
            throw new ToolException("no output: use --pass-destination or another output switch");
        }
        boolean onlyAll =
                destinations.passPaths().isEmpty()
                        && destinations.failPaths().isEmpty()
                        && !destinations.allPaths().isEmpty();
        if (partition.isEmpty() && !onlyAll) {
            throw new ToolException("no partitioning switch");
        }
        Set<String> seen = new HashSet<>();
        List<String> all = destinations.all();
        statistics.path().ifPresent(all::add);
        for (String path : all) {
            String key = OutputFiles.isStdout(path) ? "-" : path;
            if (!seen.add(key) && !key.equals("stderr") && !key.equals("/dev/null")) {
                throw new ToolException("several outputs go to '" + path + "'");
            }
        }
    }

    /// History of the inputs, this command and its notes.
    private List<SilkHeader.Entry> headerEntries() {
        return HISTORY.entries(inputs.history(), env, notes.entries());
    }
}
