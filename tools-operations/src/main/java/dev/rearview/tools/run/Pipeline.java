package dev.rearview.tools.run;

import dev.rearview.engine.plan.PlanDescription;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.flows.FlowProducer;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A pipeline of commands in one process. Where a command hands flows to the next, these go over as
/// batches of columns; otherwise a thread runs the command and its output goes through a pipe.
final class Pipeline {
    private static final int PIPE = 1 << 16;

    private final Env env;
    private final BiFunction<String, Env, Optional<Tool>> tools;
    private final List<Command> commands = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /// Exit status of each command that ran as a stream of its own.
    private final AtomicIntegerArray statuses;

    /// @param names of the commands that may be part of it
    /// @throws ToolException if the text is no pipeline of known commands
    Pipeline(
            Env env,
            String text,
            BiFunction<String, Env, Optional<Tool>> tools,
            List<String> names) {
        this.env = env;
        this.tools = tools;
        for (List<String> words : Words.parse(text)) {
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

    /// Runs the commands.
    ///
    /// @param out gets the output of the last one
    /// @return exit status of the last one that failed, as with a shell's `pipefail`: what is
    ///   missing in the answer may be missing because of any of them
    int run(OutputStream out) throws IOException {
        int status = commands.getLast().run(out);
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
            Optional<Handover> handover =
                    c.number == commands.size() - 1 ? Optional.empty() : c.handover();
            if (c.number > 0) {
                boolean columns = commands.get(c.number - 1).handover().isPresent();
                out.add(columns ? "  is given batches of columns" : "  is given a stream of bytes");
            }
            if (handover.isPresent()) {
                PlanDescription.of(handover.get().plan()).forEach(line -> out.add("  " + line));
                Optional<ScanCounts> estimate = handover.get().flows().estimate();
                estimate.ifPresent(e -> e.forecast().forEach(line -> out.add("  " + line)));
            }
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
            if (c.isHandedOn()) {
                c.handover.orElseThrow().flows().explain().forEach(line -> out.add("  " + line));
            }
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
        private final Output output = new Output(this);
        private boolean isPlanned;
        private Optional<Handover> handover = Optional.empty();

        /// What went wrong when the flows were planned, which is what the command would tell.
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
            return words.subList(1, words.size());
        }

        private Tool tool(Env own) {
            return tools.apply(name(), own).orElseThrow();
        }

        /// Its world, in which it may read the command before it in two ways.
        private Env world(OutputStream out) {
            String line = String.join(" ", words);
            boolean isLast = number == commands.size() - 1;
            if (number == 0) {
                return env.inPipeline(line, env.in(), out, Optional.empty(), true, isLast);
            }
            Command before = commands.get(number - 1);
            return env.inPipeline(line, before.output, out, before.handover(), false, isLast);
        }

        /// Runs the command for itself.
        int run(OutputStream out) {
            Env own = world(out);
            Exception e = failure;
            return e != null
                    ? Runner.failed(tool(own), own, e)
                    : Runner.run(tool(own), own, arguments());
        }

        /// Its flows where it does nothing but hand flows on. They are planned once: what is read
        /// for that, such as a set on standard input, cannot be read again.
        Optional<Handover> handover() {
            if (!isPlanned) {
                isPlanned = true;
                handover = plan().map(this::seen);
            }
            return handover;
        }

        private Optional<Handover> plan() {
            if (!(tool(env) instanceof FlowProducer)) {
                return Optional.empty();
            }
            FlowProducer producer = (FlowProducer) tool(world(OutputStream.nullOutputStream()));
            try {
                Options options = new Options();
                producer.declare(options);
                Help.declare(
                        producer,
                        options,
                        text -> {
                            throw new PrintsText();
                        });
                List<String> operands = options.parse(arguments());
                options.check();
                return producer.handover(operands);
            } catch (PrintsText e) {
                return Optional.empty();
            } catch (ToolException | IOException e) {
                failure = e;
                return Optional.empty();
            }
        }

        private Handover seen(Handover h) {
            Seen flows = new Seen(h.flows());
            seen = flows;
            return new Handover(h.plan(), flows, h.history(), h.conclusion(), h.status());
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

    /// Flows that know whether they were read.
    private static final class Seen implements FlowStream {
        private final FlowStream of;
        private boolean isRead;

        Seen(FlowStream of) {
            this.of = of;
        }

        @Override
        public boolean inOrder(RowConsumer consumer) throws IOException {
            isRead = true;
            return of.inOrder(consumer);
        }

        @Override
        public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
            isRead = true;
            return of.inAnyOrder(consumers);
        }

        @Override
        public void limit(long rows) {
            of.limit(rows);
        }

        @Override
        public Optional<ScanCounts> estimate() throws IOException {
            return of.estimate();
        }

        @Override
        public List<String> explain() {
            return of.explain();
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
