package dev.rearview.tools.engine;

import dev.rearview.collector.Signals;
import dev.rearview.descriptors.ThisProcess;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.resident.Bounds;
import dev.rearview.resident.Commands;
import dev.rearview.resident.Engine;
import dev.rearview.resident.EngineClient;
import dev.rearview.resident.EngineDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `rearview engine`: starts and ends the resident engine, and tells how it is.
public final class EngineTool implements Tool {
    private static final Duration STOPPING = Duration.ofSeconds(15);
    private static final int LOOK_MS = 20;
    private static final int MOST_REQUESTS = 1024;
    private static final int NONE = 2;

    /// Memory that each command gets at least, in octets.
    private static final long LEAST_FLOOR = 2 << 20;

    private final Env env;
    private final Commands commands;
    private boolean foreground;
    private int requests = usualRequests();
    private Duration idle = Duration.ofMinutes(30);

    /// @param commands that it runs for others
    public EngineTool(Env env, Commands commands) {
        this.env = env;
        this.commands = commands;
    }

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public String summary() {
        return "Keep one process that runs the commands of this user, so that each starts at once";
    }

    @Override
    public String usage() {
        return "start|stop|status [SWITCHES]";
    }

    @Override
    public List<String> operandWords() {
        return List.of("start", "stop", "status");
    }

    @Override
    public String description() {
        return """
        Once it runs, all commands of this user and this installation are run by it, with the\
         streams, the directory, the environment and the file mode mask of whoever calls them;\
         what they print, write and return is what they do without it. Whatever it cannot run in\
         that way runs as a process of its own: daemons, requests with limits or groups that it\
         has not, and those beyond --requests.

        REARVIEW_ENGINE=off makes a command run without it; REARVIEW_ENGINE=auto makes a command\
         start it for the next ones where it does not run. Its socket is in a directory of\
         $XDG_RUNTIME_DIR, or of /tmp, that belongs to the user alone.

        Exit status of status: 0 it runs, 2 it does not.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("From now on", "rearview engine start"),
                new Example("As a service", "rearview engine start --foreground --idle=1d"),
                new Example("For one script", "REARVIEW_ENGINE=off sh report.sh"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "idle",
                "TIME",
                "End after TIME without a command, such as 10m or 2h; default 30m",
                v -> idle = Duration.ofNanos(TimeWindow.durationUs(v) * 1_000));
        options.value(
                "requests",
                "N",
                "Run at most N commands at the same time, 1 to 1024; default 512, fewer with little memory",
                v -> requests = count(v));
        options.flag("foreground", "Serve in this process", () -> foreground = true);
    }

    /// A script of a hundred lines in the background should find a place for each of its commands:
    /// what does not is a whole process.
    private static int usualRequests() {
        return (int) Math.clamp(Runtime.getRuntime().maxMemory() / 4 / LEAST_FLOOR, 16, 512);
    }

    private static int count(String text) {
        int n = Integer.parseInt(text);
        if (n < 1 || n > MOST_REQUESTS) {
            throw new IllegalArgumentException("not from 1 to " + MOST_REQUESTS);
        }
        return n;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.size() != 1 || !operandWords().contains(operands.getFirst())) {
            throw new ToolException("one of start, stop and status is wanted");
        }
        EngineDirectory directory = directory();
        return switch (operands.getFirst()) {
            case "start" -> foreground ? serve(directory) : start(directory);
            case "stop" -> stop(directory);
            default -> status(directory);
        };
    }

    private EngineDirectory directory() throws IOException {
        Path jar = Path.of(System.getProperty("java.class.path", ""));
        if (!jar.toString().endsWith(".jar") || !Files.exists(jar)) {
            throw ToolException.failure("only what was built or installed has an engine");
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return EngineDirectory.of(env.variables(), jar, java);
    }

    private void print(String line) throws IOException {
        env.out().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    // Starting ----------------------------------------------------------------------------------

    private int serve(EngineDirectory directory) throws IOException {
        ThisProcess.leadSession();
        ThisProcess.bar(0);
        ThisProcess.bar(1);
        Bounds bounds = new Bounds(requests, idle, Duration.ofSeconds(10));
        try (Engine engine = new Engine(directory, bounds, commands, env.err())) {
            for (String signal : List.of("TERM", "INT")) {
                Signals.on(signal, s -> engine.end());
            }
            if (!engine.serve()) {
                throw ToolException.failure("another one serves at " + directory.socket());
            }
            return 0;
        }
    }

    private int start(EngineDirectory directory) throws IOException {
        directory.prepare();
        Optional<String> there = new EngineClient(directory).status();
        if (there.isPresent()) {
            print("The engine runs already, as process " + value(there.get(), "pid") + ".");
            return 0;
        }
        Started process =
                Started.of(
                        directory,
                        env,
                        List.of("--idle=" + idle.toSeconds() + "s", "--requests=" + requests));
        print("The engine runs as process " + value(process.status(), "pid") + ".");
        return 0;
    }

    // Asking ------------------------------------------------------------------------------------

    private int stop(EngineDirectory directory) throws IOException {
        Optional<Long> process = new EngineClient(directory).end();
        if (process.isEmpty()) {
            print("No engine runs.");
            return 0;
        }
        long end = System.nanoTime() + STOPPING.toNanos();
        while (ProcessHandle.of(process.get()).map(ProcessHandle::isAlive).orElse(false)) {
            env.context().check();
            if (System.nanoTime() > end) {
                throw ToolException.failure(
                        "process " + process.get() + " does not end; see " + directory.log());
            }
            pause();
        }
        print("The engine has ended.");
        return 0;
    }

    private int status(EngineDirectory directory) throws IOException {
        Optional<String> status = new EngineClient(directory).status();
        if (status.isEmpty()) {
            print("No engine runs.");
            return NONE;
        }
        for (String line : status.get().lines().toList()) {
            int tab = line.indexOf('\t');
            String name = tab < 0 ? line : line.substring(0, tab);
            print(name + " ".repeat(Math.max(1, 10 - name.length())) + line.substring(tab + 1));
        }
        return 0;
    }

    /// A value of the engine's status.
    private static String value(String status, String name) {
        return status.lines()
                .filter(l -> l.startsWith(name + "\t"))
                .map(l -> l.substring(name.length() + 1))
                .findFirst()
                .orElse("?");
    }

    static void pause() throws IOException {
        try {
            Thread.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
