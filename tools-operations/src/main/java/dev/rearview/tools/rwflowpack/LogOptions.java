package dev.rearview.tools.rwflowpack;

import dev.rearview.collector.commands.PathCommand;
import dev.rearview.collector.log.Log;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// The switches that say where a daemon logs to, and how much.
public final class LogOptions {
    private static final List<String> LEVELS = Names.words(Log.Level.values());

    private static final List<String> DESTINATIONS =
            List.of("none", "stdout", "stderr", "syslog", "both");

    private static final int SYSLOG_USER = 1;

    private final Env env;
    private final String program;
    private Optional<String> destination = Optional.empty();
    private Optional<String> directory = Optional.empty();
    private Optional<String> path = Optional.empty();
    private Optional<String> base = Optional.empty();
    private Optional<PathCommand> postRotate = Optional.empty();
    private OptionalInt facility = OptionalInt.empty();
    private Log.Level level = Log.Level.INFO;

    public LogOptions(Env env, String program) {
        this.env = env;
        this.program = program;
    }

    /// The switches of commands that are no daemons.
    public void declareDestination(Options o) {
        o.value(
                        "log-destination",
                        "DEST",
                        "Log to none, stdout, stderr, syslog, both (stderr and syslog) or the file"
                                + " /PATH",
                        v -> destination = Optional.of(v))
                .words(() -> DESTINATIONS);
        o.value(
                "log-sysfacility",
                "NUMBER",
                "Facility of messages to syslog; default 1, user",
                v -> facility = OptionalInt.of((int) IpText.parseUnsigned(v, 23, "facility")));
        o.value(
                        "log-level",
                        "LEVEL",
                        "Least severity logged: " + String.join(", ", LEVELS),
                        v -> level = level(v))
                .words(() -> LEVELS);
    }

    void declare(Options o) {
        declareDestination(o);
        o.value(
                "log-directory",
                "DIR",
                "Log to a file a day in DIR",
                v -> directory = Optional.of(v));
        o.value(
                "log-basename",
                "NAME",
                "Name of the files in --log-directory; default rwflowpack",
                v -> base = Optional.of(v));
        o.value(
                "log-post-rotate",
                "COMMAND",
                "Run COMMAND, without a shell, on yesterday's log in --log-directory, %s being its"
                        + " path; default is to gzip it",
                v -> postRotate = Optional.of(new PathCommand(v)));
        o.value(
                "log-pathname",
                "PATH",
                "Log to one file; after it was renamed HUP makes a new one",
                v -> path = Optional.of(v));
    }

    private static Log.Level level(String name) {
        return Names.constant(name.toLowerCase(Locale.ROOT), Log.Level.values(), "level");
    }

    /// Refuses what [#declareDestination] alone declares where it does not go together.
    public void checkDestination() {
        if (destination.isEmpty()) {
            throw new ToolException("--log-destination is required");
        }
        String d = destination.get();
        if (!DESTINATIONS.contains(d) && !d.startsWith("/")) {
            throw new ToolException("invalid --log-destination '" + d + "'");
        }
        check();
    }

    /// Refuses switches that do not go together.
    void check() {
        int destinations =
                (destination.isPresent() ? 1 : 0)
                        + (directory.isPresent() ? 1 : 0)
                        + (path.isPresent() ? 1 : 0);
        if (destinations != 1) {
            throw new ToolException(
                    "exactly one of --log-destination, --log-directory and --log-pathname is"
                            + " required");
        }
        if (postRotate.isPresent() && directory.isEmpty()) {
            throw new ToolException("--log-post-rotate needs --log-directory");
        }
        boolean toSyslog = destination.filter(d -> d.matches("syslog|both")).isPresent();
        if (facility.isPresent() && !toSyslog) {
            throw new ToolException("--log-sysfacility needs --log-destination=syslog");
        }
    }

    /// The directory of daily files, if that is where it goes.
    Optional<Path> directory() {
        return directory.map(env::path);
    }

    /// Whether the log's lines can be seen where messages of commands are.
    boolean isOnStderr() {
        return destination.filter(d -> d.equals("stderr") || d.equals("both")).isPresent();
    }

    /// Whether the log's lines go to where output of commands goes.
    boolean isOnStdout() {
        return destination.filter(d -> d.equals("stdout")).isPresent();
    }

    public Log open() throws IOException {
        if (path.isPresent()) {
            return Log.toFile(program, level, env.path(path.get()));
        }
        if (directory.isPresent()) {
            Path place = env.path(directory.get());
            return Log.toDirectory(
                    program, level, place, base.orElse(program), postRotate.orElse(null));
        }
        String d = destination.orElseThrow();
        return switch (d) {
            case "none" -> Log.to(program, level, null);
            case "stdout" ->
                    Log.to(
                            program,
                            level,
                            new PrintStream(env.out(), true, StandardCharsets.UTF_8));
            case "stderr" -> Log.to(program, level, env.err());
            case "syslog", "both" ->
                    Log.toSyslog(
                            program,
                            level,
                            facility.orElse(SYSLOG_USER),
                            env.err(),
                            d.equals("both"));
            default -> {
                if (!d.startsWith("/")) {
                    throw new ToolException("invalid --log-destination '" + d + "'");
                }
                yield Log.toFile(program, level, Path.of(d));
            }
        };
    }
}
