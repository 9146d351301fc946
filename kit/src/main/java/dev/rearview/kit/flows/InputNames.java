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

/// The names of a command's inputs: operands, or `--xargs`.
public final class InputNames {
    private final Env env;
    private Optional<String> xargs = Optional.empty();

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

    /// Whether names are read from a file.
    public boolean hasXargs() {
        return xargs.isPresent();
    }

    /// The names of the inputs; "-" stands for standard input, which is read where nothing is
    /// named.
    public List<String> of(List<String> operands) throws IOException {
        return operands.isEmpty() && xargs.isEmpty() ? orStdin(env, operands) : named(operands);
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
        if (xargs.isPresent() && !operands.isEmpty()) {
            throw new ToolException("--xargs does not go with file names");
        }
        return xargs.isPresent() ? read(xargs.get()) : operands;
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
