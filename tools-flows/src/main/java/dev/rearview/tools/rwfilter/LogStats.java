package dev.rearview.tools.rwfilter;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tells the program that `SILK_LOGSTATS_RWFILTER` or else `SILK_LOGSTATS` names what a run has
/// read and written. It is started as it is, without a shell, and not waited for; it gets nothing
/// to read, and what it prints goes nowhere, so that whoever reads the flows is not kept waiting.
final class LogStats {
    private static final String NAME = "rwfilter";
    private static final String VERSION = "v0001";

    private final Env env;
    private final InstantSource clock;
    private final Optional<Path> program;
    private final long startSeconds;

    LogStats(Env env, InstantSource clock) {
        this.env = env;
        this.clock = clock;
        this.startSeconds = clock.millis() / 1000;
        this.program = find();
    }

    private Optional<Path> find() {
        String variable =
                env.variables().containsKey("SILK_LOGSTATS_RWFILTER")
                        ? "SILK_LOGSTATS_RWFILTER"
                        : "SILK_LOGSTATS";
        Optional<String> value = env.variable(variable);
        Optional<Path> path =
                value.filter(v -> v.indexOf('/') >= 0)
                        .map(env::path)
                        .filter(p -> Files.isRegularFile(p) && Files.isExecutable(p));
        if (value.isPresent() && path.isEmpty()) {
            explain(variable + "=" + value.get() + " is no path of an executable file");
        }
        return path.map(Path::toAbsolutePath);
    }

    /// Whether anybody is to be told.
    boolean isWanted() {
        return program.isPresent();
    }

    /// Starts the program.
    ///
    /// @param arguments of the command line
    /// @param files inputs that were opened
    /// @param read flows
    /// @param written flows, to all outputs together
    void tell(List<String> arguments, long files, long read, long written) {
        if (program.isEmpty()) {
            return;
        }
        List<String> words = new ArrayList<>(List.of(program.get().toString(), NAME, VERSION));
        for (long number : new long[] {startSeconds, clock.millis() / 1000, files, read, written}) {
            words.add(Long.toString(number));
        }
        words.add(NAME);
        words.addAll(arguments);
        explain("starting " + String.join(" ", words));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words)
                            .directory(env.directory().toAbsolutePath().toFile())
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            builder.environment().putAll(env.variables());
            builder.start();
        } catch (IOException e) {
            explain(Runner.describe(e));
        }
    }

    private void explain(String text) {
        if (env.variable("SILK_LOGSTATS_DEBUG").isPresent()) {
            env.err().println(NAME + ": " + text);
        }
    }
}
