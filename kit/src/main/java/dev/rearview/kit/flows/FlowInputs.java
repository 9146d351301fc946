package dev.rearview.kit.flows;

import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowFiles;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.FlowStage;
import dev.rearview.kit.command.Progress;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.FlowSource;
import dev.rearview.silk.SilkHeader;
import dev.rearview.site.Site;
import dev.rearview.store.parquet.ParquetReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The inputs of a command: operands, `--xargs`, standard input; `--print-filenames` and
/// `--copy-input`.
public final class FlowInputs {
    private final Env env;
    private final History past;
    private Optional<String> xargs = Optional.empty();
    private boolean printNames;
    private Optional<String> copy = Optional.empty();
    private @Nullable FlowSink copier;
    private final List<SilkHeader.Entry> history = new ArrayList<>();
    private boolean anyOpened;

    /// Whether the flows of the input opened last are counted on the terminal. What comes through a
    /// pipe is not: there the command at the start of the pipeline shows its progress.
    private volatile boolean isShown;

    private Optional<Progress> progress;
    private Optional<FlowStage> before = Optional.empty();

    /// The inputs of a tool that keeps nothing of their past.
    public FlowInputs(Env env) {
        this(env, History.NONE);
    }

    /// @param past what the tool's output keeps of their past
    public FlowInputs(Env env, History past) {
        this.env = env;
        this.past = past;
        this.progress = env.progress();
    }

    public void declareXargs(Options options) {
        options.optional(
                        "xargs",
                        "PATH",
                        "Read the names of the input files from PATH or standard input",
                        value -> xargs = Optional.of(value.isEmpty() ? "-" : value))
                .once();
    }

    public void declare(Options options) {
        declareXargs(options);
        declarePrintNames(options);
    }

    public void declarePrintNames(Options options) {
        options.flag(
                "print-filenames",
                "Print the name of each input file on standard error",
                () -> printNames = true);
    }

    public void declareCopy(Options options) {
        options.value(
                        "copy-input",
                        "PATH",
                        "Copy all input flows to PATH, which may be standard output",
                        value -> copy = Optional.of(value))
                .once();
    }

    /// Whether the names of inputs are printed.
    public boolean printsNames() {
        return printNames;
    }

    public boolean hasXargs() {
        return xargs.isPresent();
    }

    public Optional<String> copyPath() {
        return copy;
    }

    /// The names of the inputs; "-" stands for standard input.
    public List<String> names(List<String> operands) throws IOException {
        return names(operands, true);
    }

    /// @param defaultToStdin whether standard input is read when nothing is named
    public List<String> names(List<String> operands, boolean defaultToStdin) throws IOException {
        if (xargs.isPresent()) {
            if (!operands.isEmpty()) {
                throw new ToolException("--xargs does not go with file names");
            }
            return readNames(xargs.get());
        }
        if (operands.isEmpty() && defaultToStdin) {
            if (env.inIsTerminal()) {
                throw new ToolException("no input files, and standard input is a terminal");
            }
            return List.of("-");
        }
        return operands;
    }

    private List<String> readNames(String path) throws IOException {
        List<String> names = new ArrayList<>();
        try (BufferedReader reader = InputFiles.lines(env, path, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isEmpty()) {
                    names.add(line);
                }
            }
        }
        return names;
    }

    /// Opens one input of flows, whose progress is shown.
    public FlowFile open(String name, Site site, Ipv6Policy policy) throws IOException {
        FlowFile file = opened(name, site, policy);
        return watched(file, InputFiles.isStdin(name) ? Optional.empty() : progress);
    }

    /// Opens one input of flows.
    public FlowFile opened(String name, Site site, Ipv6Policy policy) throws IOException {
        if (printNames) {
            env.err().println(name);
        }
        FlowFile file = unannounced(name, site, policy);
        took(file);
        return file;
    }

    /// Opens one input of flows that may turn out not to be read; [#announce] follows if it is.
    public FlowFile unannounced(String name, Site site, Ipv6Policy policy) throws IOException {
        boolean fixIcmp =
                !env.variables().getOrDefault("SILK_ICMP_SPORT_HANDLER", "").equals("none");
        FlowFiles files = new FlowFiles(site, fixIcmp, policy);
        return InputFiles.isStdin(name)
                ? files.open(env.in(), name)
                : files.open(
                        env.path(name), name, in -> progress.map(p -> p.counted(in)).orElse(in));
    }

    /// Says that a file will be read now.
    public void announce(FlowFile file) {
        if (printNames) {
            env.err().println(file.name());
        }
        took(file);
    }

    private void took(FlowFile file) {
        history.addAll(past.kept(file.history(), !anyOpened));
        anyOpened = true;
        isShown = !InputFiles.isStdin(file.name());
        if (isShown) {
            progress.ifPresent(p -> started(p, file));
        }
    }

    private void started(Progress p, FlowFile file) {
        long rows = file.source() instanceof ParquetReader parquet ? parquet.rows() : 0;
        p.file(Math.max(0, size(file.name())), rows);
        p.startTicking();
    }

    /// Octets of a regular file, negative where they are not known.
    private long size(String name) {
        try {
            Path path = env.path(name);
            return !InputFiles.isStdin(name) && Files.isRegularFile(path) ? Files.size(path) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /// Octets of all files, negative where those of one are not known.
    private long sizes(List<String> names) {
        long sum = 0;
        for (String name : names) {
            long size = size(name);
            if (size < 0) {
                return -1;
            }
            sum += size;
        }
        return sum;
    }

    /// Says which files will be read, for the progress that is shown.
    ///
    /// @param names asked for by another thread, if the work takes long
    public void expect(Supplier<List<String>> names) {
        progress.ifPresent(p -> p.expect(() -> sizes(names.get())));
    }

    /// Says that all inputs have been read.
    void allRead() {
        progress.ifPresent(Progress::allRead);
    }

    /// Shows no progress: for a command that prints to the terminal while it reads.
    public void withoutProgress() {
        progress = Optional.empty();
    }

    /// Counts the flows of a consumer on the terminal.
    RowConsumer watched(RowConsumer consumer) {
        if (progress.isEmpty()) {
            return consumer;
        }
        Progress p = progress.get();
        return (batch, rows) -> {
            p.flows(isShown ? batch.size() : 0);
            return consumer.accept(batch, rows);
        };
    }

    /// A file whose flows are counted on the terminal, and that ends when the run is cancelled.
    private FlowFile watched(FlowFile file, Optional<Progress> shown) {
        FlowSource source = file.source();
        FlowSource counted =
                new FlowSource() {
                    @Override
                    public @Nullable FlowBatch next() throws IOException {
                        env.context().check();
                        FlowBatch batch = source.next();
                        if (batch != null && shown.isPresent()) {
                            shown.get().flows(batch.size());
                        }
                        return batch;
                    }

                    @Override
                    public void close() throws IOException {
                        source.close();
                    }
                };
        return new FlowFile(file.name(), counted, file.history());
    }

    /// What is kept of the past of all inputs opened so far.
    public List<SilkHeader.Entry> history() {
        return before.map(stage -> past.kept(stage.history(), true)).orElse(history);
    }

    /// Opens the copy of the input, once it is known that the text can be written.
    public void startCopy(TableOptions text) throws IOException {
        text.checkNew();
        startCopy(text.isStdout());
    }

    /// Opens the copy of the input.
    ///
    /// @param textToStdout whether text goes to standard output, which then cannot take the copy
    public void startCopy(boolean textToStdout) throws IOException {
        if (copy.isEmpty()) {
            return;
        }
        if (OutputFiles.isStdout(copy.get()) && textToStdout) {
            throw new ToolException(
                    "--copy-input to standard output needs --output-path for the text");
        }
        copier = FlowOutput.sink(env, copy.get(), new CompressionOption(env), List.of());
    }

    /// Reads all inputs in order. What is copied is read to its end whatever the consumer wants.
    ///
    /// @return whether all could be read; if not, a message has been printed
    public boolean forEach(List<String> names, Site site, Ipv6Policy policy, RowConsumer consumer)
            throws IOException {
        return forEach(names, site, policy, stats -> true, consumer);
    }

    /// Reads all inputs in order, but for the row groups that do not matter where nothing is
    /// copied.
    ///
    /// @return whether all could be read; if not, a message has been printed
    public boolean forEach(
            List<String> names,
            Site site,
            Ipv6Policy policy,
            FlowScan.Pruning pruning,
            RowConsumer consumer)
            throws IOException {
        FlowSink copying = copier;
        FlowStage flows =
                scan(names, site, copying == null ? pruning : stats -> true, this::report);
        if (copying == null) {
            return flows.inOrder(policy.wrap(consumer));
        }
        boolean[] wanted = {true};
        RowConsumer copies =
                (batch, rows) -> {
                    batch.load(Field.all());
                    copying.write(batch, rows);
                    wanted[0] = wanted[0] && consumer.accept(batch, rows);
                    return true;
                };
        try (copying) {
            return flows.inOrder(policy.wrap(copies));
        }
    }

    /// Reads all inputs in any order, with a consumer for each thread; in order and with one where
    /// the input is copied.
    ///
    /// @return whether all could be read; if not, a message has been printed
    public boolean forEachInAnyOrder(
            List<String> names,
            Site site,
            Ipv6Policy policy,
            Supplier<? extends RowConsumer> consumers)
            throws IOException {
        return copier == null
                ? flows(names, site).inAnyOrder(() -> policy.wrap(consumers.get()))
                : forEach(names, site, policy, consumers.get());
    }

    /// The flows of the inputs, or of the command before this one.
    private FlowStage flows(List<String> names, Site site) {
        return scan(names, site, stats -> true, this::report);
    }

    /// Says that no more than the first `rows` flows will be wanted.
    public void limit(List<String> names, long rows) {
        if (isUpstream(names) && copier == null) {
            env.upstream().ifPresent(u -> u.limit(rows));
        }
    }

    /// A scan of the inputs, or the flows of the command before this one.
    public FlowStage scan(
            List<String> names, Site site, FlowScan.Pruning pruning, FlowScan.Trouble trouble) {
        if (isUpstream(names)) {
            FlowStage upstream = env.upstream().orElseThrow();
            before = Optional.of(upstream);
            return upstream;
        }
        expect(() -> names);
        Iterator<String> next = names.iterator();
        return scan(
                scan -> next.hasNext() ? opened(next.next(), site, Ipv6Policy.MIX) : null,
                pruning,
                trouble);
    }

    /// A scan of inputs that are opened by [#opened].
    public FileStage scan(
            FlowScan.Inputs opener, FlowScan.Pruning pruning, FlowScan.Trouble trouble) {
        return new FileStage(new FlowScan(env.context(), opener, pruning, trouble), this);
    }

    private boolean isUpstream(List<String> names) {
        return names.size() == 1
                && InputFiles.isStdin(names.getFirst())
                && env.upstream().isPresent();
    }

    /// Prints a message on an input that cannot be read; what is wrong with this process ends it.
    private boolean report(IOException e) throws IOException {
        // A stream ends too early where the command before this one has been cancelled.
        env.context().check();
        if (e instanceof dev.rearview.model.MalformedInputException
                || e instanceof java.nio.file.FileSystemException) {
            env.err().println(toolName() + ": " + Runner.describe(e));
            return false;
        }
        throw e;
    }

    private String toolName() {
        int blank = env.command().indexOf(' ');
        return blank < 0 ? env.command() : env.command().substring(0, blank);
    }
}
