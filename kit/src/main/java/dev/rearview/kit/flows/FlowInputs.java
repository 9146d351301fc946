package dev.rearview.kit.flows;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.Attendant;
import dev.rearview.engine.run.Execution;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.Outlets;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowFiles;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.engine.scan.Repository;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.site.SelectionOptions;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.MalformedInputException;
import dev.rearview.silk.SilkHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The flows that a command reads: which inputs its switches and operands name, as a plan, and the
/// running of that plan with what the user is told of it.
public class FlowInputs implements Attendant {
    private final Env env;
    private final SiteOption site;
    private final History past;
    private final InputNames names;
    private final InputCopy copy;
    private final InputProgress progress;
    private References files = References.NONE;
    private final List<SilkHeader.Entry> history = new ArrayList<>();
    private boolean printNames;
    private boolean anyOpened;
    private boolean readsUpstream;

    /// What was read in place of standard input.
    private Optional<Handover> met = Optional.empty();

    /// Of the header that standard input would have had, where more comes through it.
    private boolean goesOnBehindMet;

    private Optional<QueryRun> last = Optional.empty();

    /// The inputs of a tool that keeps nothing of their past.
    public FlowInputs(Env env, SiteOption site) {
        this(env, site, History.NONE);
    }

    /// @param past what the tool's output keeps of their past
    public FlowInputs(Env env, SiteOption site, History past) {
        this.env = env;
        this.site = site;
        this.past = past;
        this.names = new InputNames(env);
        this.copy = new InputCopy(env);
        this.progress = new InputProgress(env);
    }

    public void declare(Options options) {
        names.declare(options);
        options.flag(
                "print-filenames",
                "Print the name of each input file on standard error",
                () -> printNames = true);
    }

    /// Opens what expressions and predicates of plans name.
    public void references(References references) {
        files = references;
    }

    public void declareCopy(Options options) {
        copy.declare(options);
    }

    public InputNames names() {
        return names;
    }

    /// The names of the inputs; "-" stands for standard input.
    public List<String> names(List<String> operands) throws IOException {
        return names.of(operands);
    }

    public InputCopy copy() {
        return copy;
    }

    /// Whether the names of inputs are printed.
    public boolean printsNames() {
        return printNames;
    }

    /// Shows no progress: for a command that prints to the terminal while it reads.
    public void withoutProgress() {
        progress.hide();
    }

    /// The flows of inputs, or of the command before this one; copied where that is wanted.
    public FlowPlan plan(List<String> inputs) {
        return copy.of(source(inputs));
    }

    private FlowPlan source(List<String> inputs) {
        boolean isStdin = inputs.size() == 1 && InputFiles.isStdin(inputs.getFirst());
        return isStdin && env.upstream().isPresent()
                ? new FlowPlan.Upstream()
                : new FlowPlan.Files(inputs);
    }

    /// The flows of inputs with what a policy makes of them; copied where that is wanted.
    public FlowPlan plan(List<String> inputs, Ipv6Policy policy) {
        FlowPlan source = source(inputs);
        return copy.of(policy == Ipv6Policy.MIX ? source : new FlowPlan.Policy(source, policy));
    }

    /// Runs plans over these inputs.
    public Execution execution() {
        return new Execution(this);
    }

    /// A query that is ready to run and writes nothing while it reads.
    public QueryRun open(Query query) throws IOException {
        return open(query, Outlets.NONE);
    }

    /// A query that is ready to run.
    ///
    /// @param outlets of what is written while it reads
    public QueryRun open(Query query, Outlets outlets) throws IOException {
        QueryRun run = execution().open(query, outlets);
        last = Optional.of(run);
        return run;
    }

    /// What the query opened last has read, a line each, for a person.
    public List<String> explain() {
        return last.map(QueryRun::explain).orElse(List.of());
    }

    @Override
    public FlowFile pull(String name) throws IOException {
        named(name);
        FlowFile file = open(name);
        opened(file);
        return progress.watched(file, !InputFiles.isStdin(name));
    }

    @Override
    public RowConsumer copying(FlowPlan.Copy plan, RowConsumer consumer) {
        return copy.before(consumer);
    }

    @Override
    public void copied() throws IOException {
        copy.close();
    }

    /// What is kept of the past of all inputs opened so far.
    public List<SilkHeader.Entry> history() {
        if (met.isPresent()) {
            return past.kept(met.get().header().get().entries(), true);
        }
        return readsUpstream
                ? past.kept(env.upstream().orElseThrow().header().get().entries(), true)
                : history;
    }

    @Override
    public FlowFile open(String name) throws IOException {
        boolean fixIcmp =
                !env.variables().getOrDefault("SILK_ICMP_SPORT_HANDLER", "").equals("none");
        FlowFiles opener = new FlowFiles(site.site(), fixIcmp, env.context().machine().files());
        return InputFiles.isStdin(name)
                ? opener.open(goesOnBehindMet ? behindMet() : env.in(), name)
                : opener.open(env.path(name), name, progress::counted);
    }

    /// Standard input with the header that it would have had.
    private InputStream behindMet() throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        met.orElseThrow().header().get().write(header);
        return new SequenceInputStream(new ByteArrayInputStream(header.toByteArray()), env.in());
    }

    @Override
    public FlowStream alone(String name, FlowStream read) {
        return InputFiles.isStdin(name) && env.meeting().isPresent()
                ? new MetFlows(this, env.meeting().get(), name, read)
                : read;
    }

    /// Told that flows of another command come in place of standard input.
    void meets(Handover flows, String name) {
        named(name);
        met = Optional.of(flows);
    }

    /// Told that there were none, nor anything else.
    void metNothing() {
        met = Optional.empty();
    }

    /// Told that standard input is to be read as if the flows had come through it.
    void goesOnBehindMet() {
        goesOnBehindMet = true;
    }

    Env env() {
        return env;
    }

    /// Whether an input can be read once: standard input, a pipe, a device.
    @Override
    public boolean isStream(String name) {
        return InputFiles.isStdin(name)
                || Files.exists(env.path(name)) && !Files.isRegularFile(env.path(name));
    }

    @Override
    public Repository repository(FlowPlan.Hours hours) {
        return SelectionOptions.repository(hours, env, site.requireSite());
    }

    @Override
    public FlowStream upstream() {
        readsUpstream = true;
        return env.upstream().map(Handover::stream).orElseThrow();
    }

    @Override
    public References references() {
        return files;
    }

    @Override
    public Context context() {
        return env.context();
    }

    @Override
    public Room room(int shares) {
        return env.room(shares);
    }

    @Override
    public void expect(NameList inputs) {
        progress.expect(inputs);
    }

    @Override
    public void named(String name) {
        if (printNames && !goesOnBehindMet) {
            env.err().println(name);
        }
    }

    @Override
    public void opened(FlowFile file) {
        history.addAll(past.kept(file.history(), !anyOpened));
        anyOpened = true;
        progress.opened(file);
    }

    @Override
    public void missing(Repository.HourFile hour) {}

    /// Prints a message on an input that cannot be read, which ends the command; what is wrong with
    /// this process does it without one.
    @Override
    public boolean goesOn(IOException e) throws IOException {
        // A stream ends too early where the command before this one has been cancelled.
        env.context().check();
        if (e instanceof MalformedInputException || e instanceof FileSystemException) {
            tell(e);
            return false;
        }
        throw e;
    }

    /// Prints a message on an input that cannot be read.
    protected final void tell(IOException e) {
        env.tell(e);
    }

    /// Prints a line for the user.
    protected final void tell(String text) {
        env.err().println(text);
    }

    @Override
    public RowConsumer watched(RowConsumer consumer) {
        return progress.watched(consumer);
    }

    @Override
    public void allRead() {
        progress.allRead();
    }
}
