package dev.rearview.tools;

import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Runner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs commands in this process, in a directory of their own, as a shell would.
public final class Workbench {
    private final Path directory;
    private final Map<String, String> variables = new HashMap<>();
    private byte[] input = new byte[0];

    /// @param directory what relative names are relative to
    public Workbench(Path directory) {
        this.directory = directory;
        variables.put("TMPDIR", directory.toString());
    }

    /// What a command printed, and its exit status.
    public record Result(int status, byte[] octets, String err) {
        public String out() {
            return new String(octets, StandardCharsets.ISO_8859_1);
        }
    }

    public Workbench set(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    public Workbench unset(String variable) {
        variables.remove(variable);
        return this;
    }

    /// What the next commands find on standard input.
    public Workbench input(byte[] octets) {
        input = octets.clone();
        return this;
    }

    public Workbench input(String text) {
        return input(text.getBytes(StandardCharsets.UTF_8));
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    public byte[] octets(String name) throws IOException {
        return Files.readAllBytes(path(name));
    }

    public String text(String name) throws IOException {
        return new String(octets(name), StandardCharsets.ISO_8859_1);
    }

    public void write(String name, String text) throws IOException {
        Files.writeString(path(name), text);
    }

    /// Runs a line of words with single blanks between them.
    public Result run(String line) {
        return run(line.split(" "));
    }

    public Result run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = Arrays.asList(words);
        Env env =
                new Env(
                        new ByteArrayInputStream(input),
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        directory,
                        variables,
                        String.join(" ", all),
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty());
        int status =
                Runner.run(
                        Tools.create(words[0], env).orElseThrow(), env, all.subList(1, all.size()));
        return new Result(status, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    /// Runs a command that has to succeed.
    ///
    /// @return what it printed
    public String good(String... words) {
        Result result = words.length == 1 ? run(words[0]) : run(words);
        if (result.status() != 0) {
            throw new AssertionError(String.join(" ", words) + ": " + result.err());
        }
        return result.out();
    }
}
