package dev.rearview.tools.run;

import dev.rearview.engine.plan.PlanDescription;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.PassingFlows;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A pipeline of commands in one process. Where a command hands flows to the next, these go over as
/// batches of columns; otherwise a thread runs the command and its output goes through a pipe.
public final class Pipeline {
    private static final int PIPE = 1 << 16;

    private final Env env;
    private final BiFunction<String, Env, Optional<Tool>> tools;
    private final List<Command> commands = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Rewriting rewriting = (tool, query, first, last) -> query;

    /// Exit status of each command that ran as a stream of its own.
    private final AtomicIntegerArray statuses;

    /// @param names of the commands that may be part of it
    /// @throws ToolException if the text is no pipeline of known commands
    Pipeline(
            Env env,
            String text,
            BiFunction<String, Env, Optional<Tool>> tools,
            List<String> names) {
        this(env, Words.parse(text), tools, names);
    }

    /// @param pipeline the words of each command
    /// @param names of the commands that may be part of it
    /// @throws ToolException if it is no pipeline of known commands
    public Pipeline(
            Env env,
            List<List<String>> pipeline,
            BiFunction<String, Env, Optional<Tool>> tools,
            List<String> names) {
        this.env = env;
        this.tools = tools;
        for (List<String> words : pipeline) {
            commands.add(new Command(commands.size(), words));
        }
        this.statuses = new AtomicIntegerArray(commands.size());
        for (Command c : commands) {
            String name = c.name();
            if (name.equals("run") || name.equals("explain") || tools.apply(name, env).isEmpty()) {
                throw new ToolException(Nearest.unknown("command", name, names));
            }
        }
    }

    /// Gives a switch to the commands that know it; notes in outputs do not tell of it.
    ///
    /// @param value what stands behind its name
    /// @throws ToolException if none does
    void addSwitch(String name, String value) {
        boolean known = false;
        for (Command c : commands) {
            Options options = new Options();
            c.tool(env).declare(options);
            if (options.all().stream().anyMatch(o -> o.name().equals(name))) {
                c.added.add("--" + name + value);
                known = true;
            }
        }
        if (!known) {
            throw new ToolException("no command of the pipeline has the switch --" + name);
        }
    }

    /// The commands of a pipeline, each as its words.
    ///
    /// @throws ToolException on anything that a shell would do beyond pipes
    public static List<List<String>> words(String text) {
        return Words.parse(text);
    }

    /// Runs the commands.
    ///
    /// @param out gets the output of the last one
    /// @return exit status of the last one that failed, as with a shell's `pipefail`: what is
    ///   missing in the answer may be missing because of any of them
    int run(OutputStream out) throws IOException {
        return ended(commands.getLast().run(out));
    }

    /// Changes the queries that commands make, before they run.
    @FunctionalInterface
    public interface Rewriting {
        /// @param tool the command
        /// @param isFirst whether it is the first
        /// @param isLast whether it is the last
        Query rewrite(FlowTool tool, Query query, boolean isFirst, boolean isLast);
    }

    /// Takes what was made of flows.
    @FunctionalInterface
    public interface Taker {
        /// @param tool the last command
        /// @param query that it has asked
        /// @param run what came of that, all read
        void take(FlowTool tool, Query query, QueryRun run) throws IOException;
    }

    /// Runs the commands, but has what the last one makes taken by another than the command.
    ///
    /// @param changes what first and last command ask, both of which must ask something
    /// @return exit status as of [#run]; the answer is not taken where it has failed for good
    public int ask(Rewriting changes, Taker taker) throws IOException {
        rewriting = changes;
        return ended(commands.getLast().ask(taker));
    }

    private int ended(int last) throws IOException {
        int status = last;
        // Those who still write are told that nobody reads.
        for (Command c : commands) {
            c.output.close();
        }
        for (Thread t : threads) {
            try {
                t.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        for (int i = commands.size() - 2; status == 0 && i >= 0; i--) {
            status = commands.get(i).status();
        }
        return status;
    }

    /// What is planned for each command, before it runs; the last one comes first.
    List<String> plan() throws IOException {
        List<String> out = new ArrayList<>();
        for (Command c : commands.reversed()) {
            out.add(String.join(" ", c.words));
            if (c.number > 0) {
                boolean columns = commands.get(c.number - 1).handover().isPresent();
                out.add(columns ? "  is given batches of columns" : "  is given a stream of bytes");
            }
            c.describe().forEach(line -> out.add("  " + line));
            Optional<ScanCounts> estimate = c.estimate();
            estimate.ifPresent(e -> e.forecast().forEach(line -> out.add("  " + line)));
        }
        return out;
    }

    /// What each command has read and done; the last one comes first.
    List<String> explain() {
        List<String> out = new ArrayList<>();
        for (Command c : commands.reversed()) {
            out.add(String.join(" ", c.words));
            if (c.number > 0) {
                out.add(commands.get(c.number - 1).wasRead());
            }
            c.explain().forEach(line -> out.add("  " + line));
        }
        return out;
    }

    /// The switches ask for text, which the command prints when it runs for itself.
    private static final class PrintsText extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /// One command of the pipeline.
    private final class Command {
        private final int number;
        private final List<String> words;
        private final List<String> added = new ArrayList<>();
        private final Output output = new Output(this);
        private boolean isParsed;
        private Optional<Planned> planned = Optional.empty();
        private boolean isHandoverKnown;
        private Optional<Handover> handover = Optional.empty();

        /// What went wrong when the query was made, which is what the command would tell.
        private @Nullable Exception failure;

        private @Nullable Seen seen;

        Command(int number, List<String> words) {
            this.number = number;
            this.words = words;
        }

        String name() {
            return words.getFirst();
        }

        private List<String> arguments() {
            List<String> out = new ArrayList<>(added);
            out.addAll(words.subList(1, words.size()));
            return out;
        }

        private Tool tool(Env own) {
            return tools.apply(name(), own).orElseThrow();
        }

        /// Its world, in which it may read the command before it in two ways.
        private Env world(OutputStream out) {
            String line = String.join(" ", words);
            if (number == 0) {
                return env.inPipeline(line, env.in(), out, Optional.empty(), true, isLast());
            }
            Command before = commands.get(number - 1);
            return env.inPipeline(line, before.output, out, before.handover(), false, isLast());
        }

        /// Runs the command for itself.
        int run(OutputStream out) {
            if (planned.isPresent()) {
                Planned p = planned.get();
                p.out.to(out);
                return Runner.run(p.tool, p.env, () -> p.tool.run(p.query));
            }
            Env own = world(out);
            Exception e = failure;
            return e != null
                    ? Runner.failed(tool(own), own, e)
                    : Runner.run(tool(own), own, arguments());
        }

        /// Runs the command without its printing.
        int ask(Taker taker) {
            if (planned().isPresent() && asksFlows(commands.getFirst())) {
                Planned p = planned().get();
                return Runner.run(
                        p.tool,
                        p.env,
                        () -> {
                            try (QueryRun run = p.tool.inputs().open(p.query)) {
                                if (!run.read()) {
                                    return 1;
                                }
                                taker.take(p.tool, p.query, run);
                                return 0;
                            }
                        });
            }
            Exception e = failure != null ? failure : commands.getFirst().failure;
            if (e == null) {
                throw new ToolException(
                        "the first and the last command have to ask something of flows");
            }
            Command failed = failure != null ? this : commands.getFirst();
            Env own = failed.world(OutputStream.nullOutputStream());
            return Runner.failed(failed.tool(own), own, e);
        }

        private static boolean asksFlows(Command command) {
            return command.planned().isPresent();
        }

        /// Its query where it asks one of flows. It is made once: what is read for that, such as
        /// names of files on standard input, cannot be read again.
        private Optional<Planned> planned() {
            if (!isParsed) {
                isParsed = true;
                planned = parse();
            }
            return planned;
        }

        private Optional<Planned> parse() {
            if (!(tool(env) instanceof FlowTool)) {
                return Optional.empty();
            }
            LateOutput out = new LateOutput();
            Env own = world(out);
            FlowTool tool = (FlowTool) tool(own);
            try {
                Options options = new Options();
                tool.declare(options);
                Help.declare(
                        tool,
                        options,
                        text -> {
                            throw new PrintsText();
                        });
                List<String> operands = options.parse(arguments());
                options.check();
                return tool.query(operands)
                        .map(query -> rewriting.rewrite(tool, query, number == 0, isLast()))
                        .map(query -> new Planned(tool, own, query, out));
            } catch (PrintsText e) {
                return Optional.empty();
            } catch (ToolException | IOException e) {
                failure = e;
                return Optional.empty();
            }
        }

        /// Its flows where it does nothing but hand flows on.
        Optional<Handover> handover() {
            if (!isHandoverKnown) {
                isHandoverKnown = true;
                try {
                    if (planned().isPresent()) {
                        Planned p = planned().get();
                        handover = p.tool.handover(p.query).map(this::seen);
                    }
                } catch (ToolException | IOException e) {
                    failure = e;
                    planned = Optional.empty();
                }
            }
            return handover;
        }

        private boolean isLast() {
            return number == commands.size() - 1;
        }

        /// What is planned, a line each.
        List<String> describe() {
            if (!isLast() && handover().isPresent()) {
                return PlanDescription.of(handover().get().plan());
            }
            return planned().map(p -> PlanDescription.of(p.query)).orElse(List.of());
        }

        /// What would be read of files.
        Optional<ScanCounts> estimate() throws IOException {
            if (!isLast() && handover().isPresent()) {
                return handover().get().flows().estimate();
            }
            if (number > 0 || planned().isEmpty()) {
                return Optional.empty();
            }
            Planned p = planned().get();
            try (QueryRun run = p.tool.inputs().open(p.query)) {
                return run.estimate();
            }
        }

        /// What was read and done, a line each.
        List<String> explain() {
            if (isHandedOn()) {
                return handover.orElseThrow().flows().explain();
            }
            return number > 0
                    ? List.of()
                    : planned.map(p -> p.tool.inputs().explain()).orElse(List.of());
        }

        private Handover seen(Handover h) {
            Seen flows = new Seen(h.flows());
            seen = flows;
            return new Handover(h.plan(), flows, h.header(), h.conclusion(), h.status());
        }

        boolean isHandedOn() {
            return seen != null && seen.isRead;
        }

        /// How the next command has read this one.
        String wasRead() {
            return isHandedOn()
                    ? "  reads batches of columns"
                    : output.isRead() ? "  reads a stream of bytes" : "  reads nothing of it";
        }

        int status() {
            int own = handover.map(h -> h.status().getAsInt()).orElse(0);
            return own == 0 ? statuses.get(number) : own;
        }
    }

    /// A query that a command has made of its switches.
    ///
    /// @param out what the command's output is then
    private record Planned(FlowTool tool, Env env, Query query, LateOutput out) {}

    /// An output that is known later.
    private static final class LateOutput extends OutputStream {
        private OutputStream to = OutputStream.nullOutputStream();

        void to(OutputStream out) {
            to = out;
        }

        @Override
        public void write(int b) throws IOException {
            to.write(b);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            to.write(b, off, len);
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }

    /// Flows that know whether they were read.
    private static final class Seen implements PassingFlows.Unchanged {
        private final FlowStream of;
        private boolean isRead;

        Seen(FlowStream of) {
            this.of = of;
        }

        @Override
        public FlowStream of() {
            return of;
        }

        @Override
        public boolean read(Reading reading) throws IOException {
            isRead = true;
            return reading.of(of);
        }
    }

    /// The output of a command as a stream, for which the command starts when it is first read.
    private final class Output extends InputStream {
        private final Command command;
        private @Nullable PipedInputStream pipe;

        Output(Command command) {
            this.command = command;
        }

        boolean isRead() {
            return pipe != null;
        }

        private PipedInputStream pipe() throws IOException {
            PipedInputStream in = pipe;
            if (in == null) {
                in = new PipedInputStream(PIPE);
                PipedOutputStream out = new PipedOutputStream(in);
                pipe = in;
                Thread t =
                        Thread.ofPlatform().daemon().name(command.name()).start(() -> produce(out));
                threads.add(t);
            }
            return in;
        }

        private void produce(PipedOutputStream out) {
            env.context().enter();
            try (out) {
                statuses.set(command.number, command.run(out));
            } catch (IOException e) {
                statuses.set(command.number, 1);
                env.err().println(command.name() + ": " + Runner.describe(e));
            }
        }

        @Override
        public int read() throws IOException {
            return pipe().read();
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            return pipe().read(b, off, len);
        }

        @Override
        public int available() throws IOException {
            return pipe().available();
        }

        @Override
        public void close() throws IOException {
            if (pipe != null) {
                pipe.close();
            }
        }
    }
}
