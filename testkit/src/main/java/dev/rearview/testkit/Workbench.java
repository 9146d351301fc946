package dev.rearview.testkit;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Streams;
import dev.rearview.kit.command.Tool;
import dev.rearview.text.ShellWords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Runs commands in this process, in a directory of their own, as a shell would.
public final class Workbench {
    private final Path directory;
    private final BiFunction<String, Env, Optional<Tool>> tools;
    private final Map<String, String> variables = new HashMap<>();
    private byte[] input = new byte[0];
    private @Nullable InputStream stream;
    private boolean inIsTerminal;
    private boolean outIsTerminal;
    private Machine machine = Machine.ofProcess();
    private Consumer<Context> started = context -> {};

    /// A bench for all commands of a registry.
    ///
    /// @param directory what relative names are relative to
    /// @param tools a fresh command by its name
    public Workbench(Path directory, BiFunction<String, Env, Optional<Tool>> tools) {
        this.directory = directory;
        this.tools = tools;
        variables.put("TMPDIR", directory.toString());
    }

    /// A bench for some commands.
    ///
    /// @param directory what relative names are relative to
    /// @param makers their constructors
    public Workbench(Path directory, Maker... makers) {
        this(
                directory,
                (name, env) ->
                        Arrays.stream(makers)
                                .map(m -> m.make(env))
                                .filter(t -> t.name().equals(name))
                                .findFirst());
    }

    /// Makes a command for one run.
    public interface Maker {
        Tool make(Env env);
    }

    /// What a command printed, and its exit status.
    ///
    /// @param octets standard output
    /// @param err standard error
    public record Result(int status, byte[] octets, String err) {
        public Result(int status, String out, String err) {
            this(status, out.getBytes(StandardCharsets.UTF_8), err);
        }

        public String out() {
            return new String(octets, StandardCharsets.UTF_8);
        }

        /// The lines of standard output.
        public List<String> lines() {
            return out().lines().toList();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Result r
                    && status == r.status
                    && Arrays.equals(octets, r.octets)
                    && err.equals(r.err);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * status + Arrays.hashCode(octets)) + err.hashCode();
        }

        @Override
        public String toString() {
            return "status " + status + ", out '" + out() + "', err '" + err + "'";
        }
    }

    // What commands find ------------------------------------------------------------------------

    public Workbench set(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    public Workbench unset(String variable) {
        variables.remove(variable);
        return this;
    }

    /// Has the next commands share threads, memory and opened files with those of other benches.
    public Workbench on(Machine shared) {
        machine = shared;
        return this;
    }

    /// Has the next runs seen by `watcher`, each at its start.
    public Workbench watched(Consumer<Context> watcher) {
        started = watcher;
        return this;
    }

    /// What the next commands find on standard input.
    public Workbench input(byte[] octets) {
        input = octets.clone();
        return this;
    }

    /// A stream that the next command finds on standard input.
    public Workbench input(InputStream octets) {
        stream = octets;
        return this;
    }

    public Workbench input(String text) {
        return input(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether the next commands think that they read from and print to a terminal.
    public Workbench terminal(boolean in, boolean out) {
        inIsTerminal = in;
        outIsTerminal = out;
        return this;
    }

    // Files -------------------------------------------------------------------------------------

    public Path path(String name) {
        return directory.resolve(name);
    }

    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    public byte[] octets(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file's octets as characters.
    public String text(String name) {
        return new String(octets(name), StandardCharsets.ISO_8859_1);
    }

    public void write(String name, String text) {
        try {
            Files.writeString(path(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Commands ----------------------------------------------------------------------------------

    /// Runs a line of words with single blanks between them.
    public Result run(String line) {
        return run(line.split(" "));
    }

    public Result run(String... words) {
        return run(env -> tools.apply(words[0], env).orElseThrow(), words);
    }

    /// Runs a tool that is not made as usual.
    ///
    /// @param words its name and its arguments
    public Result run(Function<Env, Tool> tool, String... words) {
        List<String> arguments = Arrays.asList(words).subList(1, words.length);
        return within(String.join(" ", words), env -> Runner.run(tool.apply(env), env, arguments));
    }

    /// Runs a line with a shell's quotes and pipes: one command after the other, each reading all
    /// that the one before it wrote. The status is that of the last one that failed.
    public Result pipeline(String line) {
        byte[] before = input;
        Result last = new Result(0, "", "");
        int status = 0;
        StringBuilder errors = new StringBuilder();
        for (List<String> command : ShellWords.pipeline(line)) {
            last = run(command.toArray(String[]::new));
            input = last.octets;
            status = last.status == 0 ? status : last.status;
            errors.append(last.err);
        }
        input = before;
        return new Result(status, last.octets, errors.toString());
    }

    /// Runs a line with a shell's quotes and pipes by the command `run`, that is, at once.
    public Result fused(String line) {
        return run("run", line);
    }

    /// Does something in the world that commands run in.
    ///
    /// @param command the command line
    /// @param work gives the exit status
    public Result within(String command, ToIntFunction<Env> work) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams =
                new Streams(
                        stream != null ? stream : new ByteArrayInputStream(input),
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        end(inIsTerminal),
                        end(outIsTerminal));
        Context context = new Context(machine, directory, Map.copyOf(variables));
        started.accept(context);
        Env env = new Env(streams, context, command);
        int status = work.applyAsInt(env);
        env.end();
        return new Result(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    private static Streams.End end(boolean isTerminal) {
        return isTerminal ? Streams.End.TERMINAL : Streams.End.OTHER;
    }

    /// Runs a command that has to succeed without a message.
    ///
    /// @return what it printed
    public String good(String... words) {
        Result result = words.length == 1 ? run(words[0]) : run(words);
        return printed(String.join(" ", words), result);
    }

    /// Runs a pipeline that has to succeed without a message.
    ///
    /// @return what it printed
    public String goodPipeline(String line) {
        return printed(line, pipeline(line));
    }

    private static String printed(String line, Result result) {
        if (result.status != 0 || !result.err.isEmpty()) {
            throw new AssertionError(line + " ended with " + result);
        }
        return result.out();
    }
}
