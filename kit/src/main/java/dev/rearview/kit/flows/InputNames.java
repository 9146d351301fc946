package dev.rearview.kit.flows;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The names of a command's inputs: operands, `--xargs`, or `--input-pipe`.
public final class InputNames {
    private final Env env;
    private Optional<String> xargs = Optional.empty();
    private Optional<String> pipe = Optional.empty();

    public InputNames(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.optional(
                        "xargs",
                        "PATH",
                        "Read the names of the input files from PATH or standard input",
                        value -> xargs = Optional.of(value.isEmpty() ? "-" : value))
                .once();
    }

    public void declarePipe(Options options) {
        options.value(
                "input-pipe", "PATH", "Read flows from PATH, or stdin", v -> pipe = Optional.of(v));
    }

    /// The path that `--input-pipe` names.
    public Optional<String> pipe() {
        return pipe;
    }

    /// Whether inputs are named in any way.
    public boolean isGiven(List<String> operands) {
        return !operands.isEmpty() || xargs.isPresent() || pipe.isPresent();
    }

    /// Whether names are read from a file.
    public boolean hasXargs() {
        return xargs.isPresent();
    }

    /// The names of the inputs; "-" stands for standard input, which is read where nothing is
    /// named.
    public List<String> of(List<String> operands) throws IOException {
        return isGiven(operands) ? named(operands) : orStdin(env, operands);
    }

    /// Operands that name inputs; "-" where there are none.
    ///
    /// @throws ToolException where that would be a terminal
    public static List<String> orStdin(Env env, List<String> operands) {
        if (operands.isEmpty() && env.inIsTerminal()) {
            throw new ToolException("no input files, and standard input is a terminal");
        }
        return operands.isEmpty() ? List.of("-") : operands;
    }

    /// The names of the inputs, none where nothing is named.
    public List<String> named(List<String> operands) throws IOException {
        checkPipe(operands);
        if (pipe.isPresent()) {
            return List.of(pipe.get());
        }
        if (xargs.isPresent() && !operands.isEmpty()) {
            throw new ToolException("--xargs does not go with file names");
        }
        return xargs.isPresent() ? read(xargs.get()) : operands;
    }

    /// Refuses names beside `--input-pipe`.
    public void checkPipe(List<String> operands) {
        if (pipe.isPresent() && (!operands.isEmpty() || xargs.isPresent())) {
            throw new ToolException("--input-pipe does not go with file names or --xargs");
        }
    }

    private List<String> read(String path) throws IOException {
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
}
