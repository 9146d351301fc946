package dev.rearview.tools;

import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Runner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs commands as a shell would, in one process and a directory of their own.
public final class Commands {
    private final Path directory;
    private final Map<String, String> variables = new HashMap<>();

    public Commands(Path directory) {
        this.directory = directory;
        variables.put("TMPDIR", directory.toString());
    }

    /// What a pipeline printed, and how it ended.
    public record Result(int status, String out, String err) {
        public List<String> lines() {
            return out.lines().toList();
        }
    }

    public Commands with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    public Result run(String pipeline) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Env env =
                new Env(
                        new ByteArrayInputStream(new byte[0]),
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        directory,
                        Map.copyOf(variables),
                        "",
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty());
        int status = Runner.run(Tools.create("run", env).orElseThrow(), env, List.of(pipeline));
        return new Result(
                status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// What a pipeline prints that must end well.
    public String out(String pipeline) {
        Result r = run(pipeline);
        if (r.status != 0 || !r.err.isEmpty()) {
            throw new AssertionError(pipeline + " ended with " + r.status + ": " + r.err);
        }
        return r.out;
    }

    public void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean exists(String file) {
        return Files.exists(directory.resolve(file));
    }

    public byte[] read(String file) {
        try {
            return Files.readAllBytes(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
