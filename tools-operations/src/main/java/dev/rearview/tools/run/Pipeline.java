package dev.rearview.tools.run;

import dev.rearview.engine.plan.PlanDescription;
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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A pipeline of commands in one process. Where a command hands flows to the next, these go over as
/// batches of columns; otherwise a thread runs the command and its output goes through a pipe.
final class Pipeline {
    private static final int PIPE = 1 << 16;

    private final Env env;
    private final BiFunction<String, Env, Optional<Tool>> tools;
    private final List<List<String>> commands;
    private final List<Optional<Handover>> stages;
    private final List<Upstream> upstreams = new ArrayList<>();
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
        this.commands = Words.parse(text);
        this.stages = new ArrayList<>(Collections.nCopies(commands.size(), Optional.empty()));
        this.statuses = new AtomicIntegerArray(commands.size());
        for (List<String> command : commands) {
            String name = command.getFirst();
            if (name.equals("run") || name.equals("explain") || tools.apply(name, env).isEmpty()) {
                throw new ToolException(Nearest.unknown("command", name, names));
            }
        }
    }

    /// Runs the commands.
    ///
    /// @return exit status of the last one that failed, as with a shell's `pipefail`: what is
    ///   missing in the answer may be missing because of any of them
    int run() throws IOException {
        return run(env.out());
    }

    /// Runs the commands.
    ///
    /// @param out gets the output of the last one
    int run(OutputStream out) throws IOException {
        int last = commands.size() - 1;
        Env own = env(last, out);
        int status = Runner.run(tool(last, own), own, arguments(last));
        // Those who still write are told that nobody reads.
        for (Upstream in : upstreams) {
            in.close();
        }
        for (Thread t : threads) {
            try {
                t.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        for (int i = last - 1; status == 0 && i >= 0; i--) {
            status = stages.get(i).map(h -> h.status().getAsInt()).orElse(0);
            status = status == 0 ? statuses.get(i) : status;
        }
        return status;
    }

    /// What was planned and done for each command.
    List<String> explain() {
        List<String> out = new ArrayList<>();
        for (int i = commands.size() - 1; i >= 0; i--) {
            out.add(String.join(" ", commands.get(i)));
            if (i > 0) {
                boolean fused = stages.get(i - 1).isPresent();
                out.add(fused ? "  reads batches of columns" : "  reads a stream of bytes");
            }
            stages.get(i)
                    .ifPresent(h -> {
                        PlanDescription.of(h.plan()).forEach(line -> out.add("  " + line));
                        h.flows().explain().forEach(line -> out.add("  " + line));
                    });
        }
        return out;
    }

    private List<String> arguments(int i) {
        return commands.get(i).subList(1, commands.get(i).size());
    }

    private Tool tool(int i, Env own) {
        return tools.apply(commands.get(i).getFirst(), own).orElseThrow();
    }

    /// The world of command `i`, which may read the command before it in two ways.
    private Env env(int i, OutputStream out) {
        String line = String.join(" ", commands.get(i));
        boolean isLast = i == commands.size() - 1;
        if (i == 0) {
            return env.inPipeline(line, env.in(), out, Optional.empty(), true, isLast);
        }
        Optional<Handover> before = stage(i - 1);
        Upstream in = new Upstream(i - 1);
        upstreams.add(in);
        return env.inPipeline(line, in, out, before, false, isLast);
    }

    /// The flows of command `i` where it does nothing but write flows to the next one.
    private Optional<Handover> stage(int i) {
        Env own = env(i, OutputStream.nullOutputStream());
        Optional<Handover> stage = Optional.empty();
        if (tool(i, own) instanceof FlowProducer producer) {
            try {
                Options options = new Options();
                producer.declare(options);
                Help.declare(
                        producer,
                        options,
                        text -> {
                            throw new ToolException("prints text");
                        });
                List<String> operands = options.parse(arguments(i));
                options.check();
                stage = producer.handover(operands);
            } catch (ToolException | IOException e) {
                // Run as a command of its own it tells the user what is wrong.
                stage = Optional.empty();
            }
        }
        stages.set(i, stage);
        return stage;
    }

    /// The output of a command as a stream, for which the command starts when it is first read.
    private final class Upstream extends InputStream {
        private final int command;
        private @Nullable PipedInputStream pipe;

        Upstream(int command) {
            this.command = command;
        }

        private PipedInputStream pipe() throws IOException {
            PipedInputStream in = pipe;
            if (in == null) {
                in = new PipedInputStream(PIPE);
                PipedOutputStream out = new PipedOutputStream(in);
                pipe = in;
                Thread t =
                        Thread.ofPlatform()
                                .daemon()
                                .name(commands.get(command).getFirst())
                                .start(() -> produce(out));
                threads.add(t);
            }
            return in;
        }

        private void produce(PipedOutputStream out) {
            try (out) {
                Env own = env(command, out);
                statuses.set(command, Runner.run(tool(command, own), own, arguments(command)));
            } catch (IOException e) {
                statuses.set(command, 1);
                env.err().println(commands.get(command).getFirst() + ": " + Runner.describe(e));
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
