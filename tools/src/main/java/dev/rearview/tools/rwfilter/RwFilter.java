package dev.rearview.tools.rwfilter;

import dev.rearview.engine.filter.Predicate;
import dev.rearview.engine.filter.Predicates;
import dev.rearview.engine.scan.HourInputs;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.engine.scan.Repository;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.silk.SilkHeader;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.text.IpText;
import dev.rearview.text.Numbers;
import dev.rearview.text.Table;
import dev.rearview.tools.kit.CompressionOption;
import dev.rearview.tools.kit.EmptyOption;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FileStage;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.FlowOutput;
import dev.rearview.tools.kit.FlowProducer;
import dev.rearview.tools.kit.FlowStage;
import dev.rearview.tools.kit.NoteOptions;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.OutputFiles;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.SelectionOptions;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.TableOptions;
import dev.rearview.tools.kit.ToolException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Partitions flows into those that pass all tests and those that fail.
public final class RwFilter implements FlowProducer {
    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private final SelectionOptions selection;
    private final FlowInputs inputs;
    private final Partition partition;
    private final Tuples tuples;
    private final NoteOptions notes;
    private final CompressionOption compression;
    private final EmptyOption empty = new EmptyOption();
    private final List<String> passPaths = new ArrayList<>();
    private final List<String> failPaths = new ArrayList<>();
    private final List<String> allPaths = new ArrayList<>();
    private Optional<String> statistics = Optional.empty();
    private boolean volume;
    private Optional<String> pipe = Optional.empty();
    private boolean dryRun;
    private long maxPass;
    private long maxFail;

    private final Tally total = new Tally();
    private final Tally passed = new Tally();

    /// Flows written to any output or handed on; without outputs those that passed.
    private long results;

    /// Whether anything could not be read, which a message has told. Set by any thread of a scan.
    private volatile boolean failed;

    public RwFilter(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
        this.selection = new SelectionOptions(env, site);
        this.inputs = new FlowInputs(env);
        this.partition = new Partition(env);
        this.tuples = new Tuples(env);
        this.notes = new NoteOptions(env);
        this.compression = new CompressionOption(env);
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
        selection.declare(o);
        o.value("input-pipe", "PATH", "Read flows from PATH, or stdin", v -> pipe = Optional.of(v));
        inputs.declare(o);
        output(o, "pass-destination", "passed all tests", passPaths);
        output(o, "fail-destination", "failed a test", failPaths);
        output(o, "all-destination", "were read", allPaths);
        o.optional(
                "print-statistics",
                "PATH",
                "Print counts of flows to PATH or standard error",
                v -> statistics(v, false));
        o.optional(
                "print-volume-statistics",
                "PATH",
                "Print counts of flows, packets and bytes to PATH or standard error",
                v -> statistics(v, true));
        empty.declare(o, "flow is written or, without such an output, passes");
        o.flag(
                "dry-run",
                "Check the switches, print the names of the files and exit",
                () -> dryRun = true);
        o.value(
                "max-pass-records",
                "NUM",
                "Write at most NUM passing flows; 0 for all",
                v -> maxPass = limit(v));
        o.value(
                "max-fail-records",
                "NUM",
                "Write at most NUM failing flows; 0 for all",
                v -> maxFail = limit(v));
        o.value(
                "threads",
                "NUM",
                "Number of threads that read files",
                v -> {
                    if (limit(v) == 0) {
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

    private static void output(Options o, String name, String what, List<String> paths) {
        o.value(
                name,
                "PATH",
                "Write the flows that " + what + " to PATH; repeatable",
                v -> {
                    if (paths.contains(v)) {
                        throw new ToolException("--" + name + "=" + v + " is given twice");
                    }
                    if (v.isEmpty()) {
                        throw new IllegalArgumentException("empty path");
                    }
                    paths.add(v);
                });
    }

    private static long limit(String v) {
        return IpText.parseUnsigned(v.strip(), Long.MAX_VALUE, "number");
    }

    private void statistics(String path, boolean withVolume) {
        if (statistics.isPresent()) {
            throw new ToolException("only one of the statistics switches may be given, once");
        }
        statistics = Optional.of(path.isEmpty() ? "stderr" : path);
        volume = withVolume;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        boolean fromFiles = !operands.isEmpty() || inputs.hasXargs() || pipe.isPresent();
        Predicate predicate = prepare(operands, fromFiles);
        if (dryRun) {
            printNames(operands, fromFiles);
            return failed ? 1 : 0;
        }
        FlowStage scan = source(operands, fromFiles, predicate);
        try (Outputs outputs = new Outputs()) {
            if (outputs.any()) {
                scan.inOrder((batch, rows) -> {
                    outputs.open();
                    return partition(batch, rows, predicate, outputs);
                });
                outputs.open();
            } else {
                new FilterStage(scan, predicate, predicate).inAnyOrder(() -> (batch, rows) -> true);
                return status();
            }
        }
        finish(scan);
        return status();
    }

    /// What was good has been read; what was not makes the command fail.
    private int status() {
        return failed ? 1 : empty.status(results);
    }

    /// Checks the switches and makes the test that flows must pass.
    private Predicate prepare(List<String> operands, boolean fromFiles) {
        checkInputs(operands, fromFiles);
        if (fromFiles) {
            partition.add(typePredicate());
            partition.add(sensorPredicate());
        }
        partition.add(tuples.predicate());
        checkOutputs();
        return partition.predicate();
    }

    /// Adds what was left out to the totals, and prints them.
    private void finish(FlowStage source) throws IOException {
        long files = 1;
        if (source instanceof FileStage scan) {
            ScanCounts counts = scan.counts();
            total.records += counts.prunedRows();
            total.packets += counts.prunedPackets();
            total.bytes += counts.prunedBytes();
            files = counts.files();
        }
        printStatistics(files);
    }

    private FlowStage source(List<String> operands, boolean fromFiles, Predicate predicate) {
        return fromFiles ? files(operands, predicate) : repository(predicate);
    }

    @Override
    public Optional<FlowStage> stage(List<String> operands) throws IOException {
        int outputs = passPaths.size() + failPaths.size() + allPaths.size();
        boolean toStdout =
                Stream.of(passPaths, failPaths, allPaths)
                        .flatMap(List::stream)
                        .allMatch(OutputFiles::isStdout);
        boolean fromFiles = !operands.isEmpty() || inputs.hasXargs() || pipe.isPresent();
        if (outputs != 1
                || !toStdout
                || dryRun
                || maxPass > 0
                || maxFail > 0
                || statistics.filter(OutputFiles::isStdout).isPresent()) {
            return Optional.empty();
        }
        Predicate predicate = prepare(operands, fromFiles);
        Predicate wanted =
                !passPaths.isEmpty()
                        ? predicate
                        : failPaths.isEmpty() ? Predicates.always() : Predicates.not(predicate);
        return Optional.of(
                new FilterStage(source(operands, fromFiles, predicate), predicate, wanted));
    }

    /// The flows that pass, or fail, for a command in the same process.
    private final class FilterStage implements FlowStage {
        private final FlowStage source;
        private final Predicate predicate;
        private final Predicate wanted;
        private final List<Tally> totals = new ArrayList<>();
        private final List<Tally> passes = new ArrayList<>();
        private final List<Tally> handedOn = new ArrayList<>();

        /// @param wanted what flows must pass to be handed on
        FilterStage(FlowStage source, Predicate predicate, Predicate wanted) {
            this.source = source;
            this.predicate = predicate;
            this.wanted = wanted;
        }

        private RowConsumer filtered(RowConsumer consumer) {
            Tally all = new Tally();
            Tally pass = new Tally();
            Tally on = new Tally();
            totals.add(all);
            passes.add(pass);
            handedOn.add(on);
            boolean counts = statistics.isPresent();
            boolean volumes = volumes();
            boolean passingGoOn = failPaths.isEmpty() && allPaths.isEmpty();
            return (batch, rows) -> {
                Tally read = Tally.of(batch, rows, counts && volumes);
                Tally passing = read;
                if (counts && !passingGoOn) {
                    Selection copy = rows.copy();
                    predicate.retain(batch, copy);
                    passing = Tally.of(batch, copy, volumes);
                }
                wanted.retain(batch, rows);
                if (counts && passingGoOn) {
                    passing = Tally.of(batch, rows, volumes);
                }
                int left = rows.count();
                boolean more = left == 0 || consumer.accept(batch, rows);
                all.add(read);
                pass.add(passing);
                on.records += left;
                return more;
            };
        }

        private void end() throws IOException {
            totals.forEach(total::add);
            passes.forEach(passed::add);
            for (Tally t : handedOn) {
                results += t.records;
            }
            finish(source);
        }

        @Override
        public boolean inOrder(RowConsumer consumer) throws IOException {
            source.inOrder(filtered(consumer));
            end();
            return true;
        }

        @Override
        public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
            source.inAnyOrder(() -> filtered(consumers.get()));
            end();
            return true;
        }

        @Override
        public int status() {
            return RwFilter.this.status();
        }

        @Override
        public List<SilkHeader.Entry> history() {
            return headerEntries();
        }

        @Override
        public List<String> explain() {
            List<String> out = new ArrayList<>();
            out.add("filter      " + wanted);
            if (source instanceof FileStage) {
                out.addAll(source.explain());
            }
            long sum = 0;
            for (Tally t : handedOn) {
                sum += t.records;
            }
            out.add(String.format(Locale.ROOT, "            %,d handed on", sum));
            return out;
        }
    }

    /// Row groups in which no flow can pass matter only to those who want what fails.
    private Predicate pruning(Predicate predicate) {
        return failPaths.isEmpty() && allPaths.isEmpty() ? predicate : Predicates.always();
    }

    /// A scan of the files named; a bad one is reported and the next ones are read.
    private FlowStage files(List<String> operands, Predicate predicate) {
        List<String> names = pipe.map(List::of).orElseGet(() -> namesOrNone(operands));
        return inputs.scan(
                names, site.site(), Predicates.always(), pruning(predicate)::mayPass, this::report);
    }

    /// Tells of an input that cannot be read; the others are.
    private boolean report(IOException e) {
        failed = true;
        env.err().println("rwfilter: " + Runner.describe(e));
        return true;
    }

    private FileStage repository(Predicate predicate) {
        return inputs.scan(
                new HourInputs(
                        cursor(),
                        f -> inputs.unannounced(f.name(), site.site(), Ipv6Policy.MIX),
                        inputs::announce,
                        this::tellMissing),
                Predicates.always(),
                pruning(predicate)::mayPass,
                this::report);
    }

    private Repository.Cursor cursor() {
        SelectionOptions.Hours hours = selection.hours();
        return selection.repository().cursor(hours.firstHourMs(), hours.lastHourMs());
    }

    private void tellMissing(Repository.HourFile file) {
        if (selection.printsMissing()) {
            env.err().println("Missing " + file.name());
        }
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
                    return;
                }
                if (file.exists()) {
                    printName(file.name());
                } else {
                    tellMissing(file);
                }
            } catch (IOException e) {
                report(e);
            }
        }
    }

    /// Whether packets and octets are told.
    private boolean volumes() {
        return volume || table.isStructured();
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
        if (pipe.isPresent() && (!operands.isEmpty() || inputs.hasXargs())) {
            throw new ToolException("--input-pipe does not go with file names or --xargs");
        }
        if (pipe.isPresent()
                && !FlowInputs.isStdin(pipe.get())
                && Files.isRegularFile(env.path(pipe.get()))) {
            throw new ToolException("--input-pipe needs a pipe; name the file as an operand");
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

    private void checkOutputs() {
        if (passPaths.isEmpty()
                && failPaths.isEmpty()
                && allPaths.isEmpty()
                && statistics.isEmpty()) {
            throw new ToolException("no output: use --pass-destination or another output switch");
        }
        boolean onlyAll = passPaths.isEmpty() && failPaths.isEmpty() && !allPaths.isEmpty();
        if (partition.isEmpty() && !onlyAll) {
            throw new ToolException("no partitioning switch");
        }
        Set<String> seen = new HashSet<>();
        List<String> all = new ArrayList<>(passPaths);
        all.addAll(failPaths);
        all.addAll(allPaths);
        statistics.ifPresent(all::add);
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
        return Optional.of(Predicates.in(Field.FLOWTYPE, ids));
    }

    private Optional<Predicate> sensorPredicate() {
        if (!selection.hasSensors()) {
            return Optional.empty();
        }
        BitSet ids = new BitSet();
        for (Sensor sensor : selection.sensors()) {
            ids.set(sensor.id());
        }
        return Optional.of(Predicates.in(Field.SENSOR, ids));
    }

    private boolean partition(FlowBatch batch, Selection all, Predicate predicate, Outputs outputs)
            throws IOException {
        Selection pass = all.copy();
        predicate.retain(batch, pass);
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
        if (statistics.isPresent()) {
            Tally passing = Tally.of(batch, pass, volumes());
            total.add(Tally.of(batch, all, volumes()));
            passed.add(passing);
        }
        outputs.write(batch, all, pass, fail);
        return wantsMore;
    }

    /// The outputs; they are opened when the first flows come, so that the header can carry the
    /// history of the first input.
    private final class Outputs implements AutoCloseable {
        private final List<FlowSink> pass = new ArrayList<>();
        private final List<FlowSink> fail = new ArrayList<>();
        private final List<FlowSink> all = new ArrayList<>();
        private long passCount;
        private long failCount;
        private long allCount;
        private boolean open;

        Outputs() {
            notes.entries();
            for (List<String> paths : List.of(passPaths, failPaths, allPaths)) {
                paths.forEach(p -> OutputFiles.checkNew(env, p));
            }
            statistics.ifPresent(p -> OutputFiles.checkNew(env, p));
        }

        boolean any() {
            return !(passPaths.isEmpty() && failPaths.isEmpty() && allPaths.isEmpty());
        }

        void open() throws IOException {
            if (open) {
                return;
            }
            open = true;
            List<SilkHeader.Entry> entries = headerEntries();
            open(passPaths, pass, entries);
            open(failPaths, fail, entries);
            open(allPaths, all, entries);
        }

        private void open(List<String> paths, List<FlowSink> out, List<SilkHeader.Entry> entries)
                throws IOException {
            for (String path : paths) {
                out.add(FlowOutput.sink(env, path, compression, entries));
            }
        }

        /// The last row to read of a batch where the limits are reached in it, or -1.
        int stopAfter(Selection passRows, Selection failRows) {
            boolean passLimited = maxPass > 0 && !passPaths.isEmpty();
            boolean failLimited = maxFail > 0 && !failPaths.isEmpty();
            if (!allPaths.isEmpty() || (!passLimited && !failLimited)) {
                return -1;
            }
            boolean passWanted = !passPaths.isEmpty();
            boolean failWanted = !failPaths.isEmpty();
            if ((passWanted && !passLimited) || (failWanted && !failLimited)) {
                return -1;
            }
            int last = -1;
            if (passLimited) {
                int row = nth(passRows, maxPass - passCount);
                if (row < 0 && passCount < maxPass) {
                    return -1;
                }
                last = Math.max(last, row);
            }
            if (failLimited) {
                int row = nth(failRows, maxFail - failCount);
                if (row < 0 && failCount < maxFail) {
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

        /// Whether any row is to be written.
        boolean wants(Selection allRows, Selection passRows, Selection failRows) {
            return !all.isEmpty() && !allRows.isEmpty()
                    || !pass.isEmpty() && !passRows.isEmpty()
                    || !fail.isEmpty() && !failRows.isEmpty();
        }

        void write(FlowBatch batch, Selection allRows, Selection passRows, Selection failRows)
                throws IOException {
            passCount = limited(pass, batch, passRows, passCount, maxPass);
            failCount = limited(fail, batch, failRows, failCount, maxFail);
            for (FlowSink writer : all) {
                writer.write(batch, allRows);
            }
            if (!all.isEmpty()) {
                allCount += allRows.count();
            }
            results = passCount + failCount + allCount;
        }

        private static long limited(
                List<FlowSink> writers, FlowBatch batch, Selection rows, long count, long most)
                throws IOException {
            if (writers.isEmpty()) {
                return count;
            }
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
            for (FlowSink writer : writers) {
                writer.write(batch, kept);
            }
            return count + n;
        }

        @Override
        public void close() throws IOException {
            for (List<FlowSink> writers : List.of(pass, fail, all)) {
                for (FlowSink writer : writers) {
                    writer.close();
                }
            }
        }
    }

    /// History of the inputs, this command and its notes.
    private List<SilkHeader.Entry> headerEntries() {
        List<SilkHeader.Entry> entries = new ArrayList<>(inputs.history());
        entries.add(SilkHeader.invocation(env.command()));
        entries.addAll(notes.entries());
        return entries;
    }

    private void printStatistics(long files) throws IOException {
        if (statistics.isEmpty()) {
            return;
        }
        if (table.isStructured()) {
            try (OutputStream out = OutputFiles.open(env, statistics.get(), true)) {
                statistics(out, files);
            }
            return;
        }
        StringBuilder text = new StringBuilder();
        if (volume) {
            line(text, "", "Recs", "Packets", "Bytes", "Files");
            line(text, "Total", total.records, total.packets, total.bytes, Long.toString(files));
            line(text, "Pass", passed.records, passed.packets, passed.bytes, "");
            line(
                    text,
                    "Fail",
                    total.records - passed.records,
                    total.packets - passed.packets,
                    total.bytes - passed.bytes,
                    "");
        } else {
            text.append("Files ").append(Numbers.right(files, 5));
            text.append(".  Read ").append(Numbers.right(total.records, 10));
            text.append(".  Pass ").append(Numbers.right(passed.records, 10));
            text.append(". Fail  ").append(Numbers.right(total.records - passed.records, 10));
            text.append(".\n");
        }
        try (OutputStream out = OutputFiles.open(env, statistics.get(), true)) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void statistics(OutputStream out, long files) {
        Table rows =
                table.structured(out, List.of("flows", "records#", "packets#", "bytes#", "files#"));
        row(rows, "total", total.records, total.packets, total.bytes);
        rows.cell(files);
        rows.endRow();
        row(rows, "pass", passed.records, passed.packets, passed.bytes);
        rows.cell("");
        rows.endRow();
        row(
                rows,
                "fail",
                total.records - passed.records,
                total.packets - passed.packets,
                total.bytes - passed.bytes);
        rows.cell("");
        rows.endRow();
        rows.finish();
    }

    private static void row(Table rows, String name, long records, long packets, long bytes) {
        rows.cell(name);
        rows.cell(records);
        rows.cell(packets);
        rows.cell(bytes);
    }

    private static void line(
            StringBuilder text, String name, long records, long packets, long bytes, String n) {
        line(text, name, Long.toString(records), Long.toString(packets), Long.toString(bytes), n);
    }

    private static void line(
            StringBuilder text,
            String name,
            String records,
            String packets,
            String bytes,
            String n) {
        text.append(Numbers.right(name, 5)).append('|');
        text.append(Numbers.right(records, 18)).append('|');
        text.append(Numbers.right(packets, 18)).append('|');
        text.append(Numbers.right(bytes, 20)).append('|');
        text.append(Numbers.right(n, 10)).append("|\n");
    }
}
