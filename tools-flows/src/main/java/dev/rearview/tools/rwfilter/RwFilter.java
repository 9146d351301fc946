package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.run.FilteredFlows;
import dev.rearview.engine.run.FilteredFlows.Counting;
import dev.rearview.engine.run.FilteredFlows.Wanted;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.ScannedFlows;
import dev.rearview.engine.run.Tally;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.Repository;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowProducer;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.NoteOptions;
import dev.rearview.kit.options.EmptyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SelectionOptions;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.silk.SilkHeader;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Partitions flows into those that pass all tests and those that fail.
public final class RwFilter implements FlowProducer {
    private static final History HISTORY = History.OF_FIRST;
    private static final int FILE_TYPE = 0xF000;
    private static final int FIFO = 0x1000;

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private final SelectionOptions selection;
    private final Inputs inputs;
    private final Partition partition;
    private final TupleSwitches tuples = new TupleSwitches();
    private final NoteOptions notes;
    private final CompressionOption compression;
    private final Destinations destinations = new Destinations();
    private final Statistics statistics;
    private final LogStats logStats;
    private final EmptyOption empty = new EmptyOption();
    private Optional<String> pipe = Optional.empty();
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
        this.inputs = new Inputs();
        this.partition = new Partition(env);
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
                        "Anything to or from China",
                        "rwfilter --type=all --start-date=2026/11/24 --any-cc=cn --pass=stdout | rwstats --fields=sip,dip --bytes --count=10"));
    }

    @Override
    public void declare(Options o) {
        arguments = o::arguments;
        selection.declare(o);
        o.value("input-pipe", "PATH", "Read flows from PATH, or stdin", v -> pipe = Optional.of(v));
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
                v -> {
                    if (Destinations.limit(v) == 0) {
                        throw new IllegalArgumentException("must be above 0");
                    }
                });
        partition.declare(o);
        tuples.declare(o);
        notes.declare(o);
        compression.declare(o);
        table.declareFormat(o);
        site.declare(o);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        boolean fromFiles = !operands.isEmpty() || inputs.names().hasXargs() || pipe.isPresent();
        FlowPlan.Filter plan = plan(operands, fromFiles);
        Filter filter = partition.filter(plan.predicate());
        if (dryRun) {
            printNames(operands, fromFiles);
            logStats.tell(arguments.get(), 0, 0, 0);
            return failed ? 1 : 0;
        }
        notes.entries();
        if (destinations.isEmpty()) {
            statistics.path().ifPresent(p -> OutputFiles.checkNew(env, p));
            count(plan);
        } else {
            split(plan, filter);
        }
        return status();
    }

    /// Reads the flows for their counts alone.
    private void count(FlowPlan.Filter plan) throws IOException {
        FilteredFlows flows = inputs.execution().open(plan, Wanted.PASSING, counting());
        try {
            flows.inAnyOrder(() -> (batch, rows) -> true);
        } finally {
            selection.flushMissing();
            logStats.tell(arguments.get(), flows.files(), flows.read().records(), 0);
        }
        conclude(flows);
    }

    /// Reads the flows into files.
    private void split(FlowPlan.Filter plan, Filter filter) throws IOException {
        FlowStream flows = inputs.execution().open(plan.of(), pruning(filter));
        Tally read = new Tally();
        Tally passed = new Tally();
        try (DestinationFiles outputs =
                new DestinationFiles(env, destinations, compression, this::headerEntries)) {
            statistics.path().ifPresent(p -> OutputFiles.checkNew(env, p));
            try {
                flows.inOrder((batch, rows) -> {
                    outputs.open();
                    return partition(batch, rows, filter, outputs, List.of(read, passed));
                });
                outputs.open();
                results = outputs.written();
                if (flows instanceof ScannedFlows scan) {
                    read.add(Tally.leftOut(scan.counts()));
                }
            } finally {
                selection.flushMissing();
                logStats.tell(arguments.get(), files(flows), read.records(), outputs.written());
            }
        }
        statistics.print(files(flows), read, passed);
    }

    /// What was good has been read; what was not makes the command fail.
    private int status() {
        return failed ? 1 : empty.status(results);
    }

    /// Checks the switches and makes the plan that they describe.
    private FlowPlan.Filter plan(List<String> operands, boolean fromFiles) {
        checkInputs(operands, fromFiles);
        if (fromFiles) {
            partition.add(typePredicate());
            partition.add(sensorPredicate());
        }
        partition.add(tuples.predicate());
        checkOutputs();
        return new FlowPlan.Filter(source(operands, fromFiles), partition.predicate());
    }

    private FlowPlan source(List<String> operands, boolean fromFiles) {
        if (!fromFiles) {
            return selection.plan();
        }
        return inputs.plan(pipe.map(List::of).orElseGet(() -> namesOrNone(operands)));
    }

    /// Inputs that were read.
    private static long files(FlowStream source) {
        return source instanceof ScannedFlows scan ? scan.counts().files() : 1;
    }

    /// Whether flows have to be counted.
    private boolean counts() {
        return statistics.path().isPresent() || logStats.isWanted();
    }

    /// What is counted of flows that are not written to files here.
    private Counting counting() {
        return !counts() ? Counting.ROWS : volumes() ? Counting.VOLUMES : Counting.OUTCOMES;
    }

    @Override
    public Optional<Handover> handover(List<String> operands) throws IOException {
        List<String> outputs = destinations.all();
        boolean fromFiles = !operands.isEmpty() || inputs.names().hasXargs() || pipe.isPresent();
        if (outputs.size() != 1
                || !OutputFiles.isStdout(outputs.getFirst())
                || dryRun
                || destinations.hasLimit()
                || logStats.isWanted()
                || statistics.path().filter(OutputFiles::isStdout).isPresent()) {
            return Optional.empty();
        }
        Wanted wanted =
                !destinations.passPaths().isEmpty()
                        ? Wanted.PASSING
                        : destinations.failPaths().isEmpty() ? Wanted.ALL : Wanted.FAILING;
        FlowPlan.Filter plan = plan(operands, fromFiles);
        FilteredFlows flows = inputs.execution().open(plan, wanted, counting());
        FlowPlan shown =
                switch (wanted) {
                    case PASSING -> plan;
                    case FAILING -> new FlowPlan.Filter(plan.of(), Predicate.not(plan.predicate()));
                    case ALL -> plan.of();
                };
        return Optional.of(
                new Handover(
                        shown, flows, this::headerEntries, () -> conclude(flows), this::status));
    }

    /// Prints the counts of flows that were not written to files here.
    private void conclude(FilteredFlows flows) throws IOException {
        results += flows.handedOn();
        statistics.print(flows.files(), flows.read(), flows.passed());
    }

    /// Row groups in which no flow can pass matter only to those who want what fails.
    private FlowScan.Pruning pruning(Filter filter) {
        return destinations.wantsPassingOnly() ? filter::mayPass : stats -> true;
    }

    /// Tells of an input that cannot be read; the others are.
    private boolean report(IOException e) {
        failed = true;
        env.err().println("rwfilter: " + Runner.describe(e));
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

    private Repository.Cursor cursor() {
        SelectionOptions.Hours hours = selection.hours();
        return selection
                .repository()
                .cursor(hours.firstHourMs(), hours.lastHourMs(), selection.printsMissing());
    }

    private void printNames(List<String> operands, boolean fromFiles) throws IOException {
        if (fromFiles) {
            pipe.map(List::of).orElseGet(() -> namesOrNone(operands)).forEach(this::printName);
            return;
        }
        Repository.Cursor cursor = cursor();
        while (true) {
            try {
                Repository.HourFile file = cursor.next();
                if (file == null) {
                    selection.flushMissing();
                    return;
                }
                if (file.exists()) {
                    printName(file.name());
                } else {
                    selection.tellMissing(file.name());
                }
            } catch (IOException e) {
                report(e);
            }
        }
    }

    /// Whether packets and octets are told.
    private boolean volumes() {
        return statistics.path().isPresent() && statistics.volumes();
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
            env.out().write((name + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void checkInputs(List<String> operands, boolean fromFiles) {
        if (pipe.isPresent() && (!operands.isEmpty() || inputs.names().hasXargs())) {
            throw new ToolException("--input-pipe does not go with file names or --xargs");
        }
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

    private Optional<Predicate> typePredicate() {
        if (!selection.hasTypeSwitch()) {
            return Optional.empty();
        }
        BitSet ids = new BitSet();
        for (Flowtype type : selection.flowtypes()) {
            ids.set(type.id());
        }
        return Optional.of(Predicate.in(Field.FLOWTYPE, ids));
    }

    private Optional<Predicate> sensorPredicate() {
        if (!selection.hasSensors()) {
            return Optional.empty();
        }
        BitSet ids = new BitSet();
        for (Sensor sensor : selection.sensors()) {
            ids.set(sensor.id());
        }
        return Optional.of(Predicate.in(Field.SENSOR, ids));
    }

    private boolean partition(
            FlowBatch batch,
            Selection all,
            Filter filter,
            DestinationFiles outputs,
            List<Tally> sums)
            throws IOException {
        Selection pass = all.copy();
        filter.retain(batch, pass);
        Selection fail = all.copy();
        fail.removeAll(pass);
        boolean wantsMore = true;
        int stop = outputs.stopAfter(pass, fail);
        if (stop >= 0) {
            wantsMore = false;
            for (int i = stop + 1; i < batch.size(); i++) {
                all.remove(i);
                pass.remove(i);
                fail.remove(i);
            }
        }
        if (outputs.wants(all, pass, fail)) {
            // Several outputs get the batch, or none does.
            batch.load(Field.all());
        }
        if (counts()) {
            Tally passing = Tally.of(batch, pass, volumes());
            sums.getFirst().add(Tally.of(batch, all, volumes()));
            sums.getLast().add(passing);
        }
        outputs.write(batch, all, pass, fail);
        return wantsMore;
    }

    /// History of the inputs, this command and its notes.
    private List<SilkHeader.Entry> headerEntries() {
        return HISTORY.entries(inputs.history(), env, notes.entries());
    }
}
