package dev.rearview.tools;

import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Runner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs commands in this process, each in a world of its own.
///
/// @param directory in which they run
/// @param outIsTerminal whether they think that they print to a terminal
public record Cli(Path directory, Map<String, String> variables, boolean outIsTerminal) {
    public record Result(int status, String out, String err) {
        public List<String> lines() {
            return out.lines().toList();
        }
    }

    public Cli(Path directory) {
        this(directory, Map.of(), false);
    }

    public Cli with(String variable, String value) {
        return new Cli(directory, Map.of(variable, value), outIsTerminal);
    }

    public Cli onTerminal() {
        return new Cli(directory, variables, true);
    }

    public Result run(String... words) {
        return feed("", words);
    }

    /// Runs a command with text as its standard input.
    public Result feed(String in, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Env env =
                new Env(
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        directory,
                        variables,
                        String.join(" ", words),
                        false,
                        outIsTerminal,
                        Optional.empty(),
                        Optional.empty());
        List<String> arguments = Arrays.asList(words).subList(1, words.length);
        int status = Runner.run(Tools.create(words[0], env).orElseThrow(), env, arguments);
        return new Result(
                status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
