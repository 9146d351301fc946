package dev.rearview.tools;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.resident.Commands;
import dev.rearview.resident.PipeHost;
import dev.rearview.text.Nearest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The one entry point of all commands: the first argument names the command.
public final class Main {
    /// What the script in the root of the sources does and a command cannot.
    private static final List<String> OF_SOURCES = List.of("build", "test", "bench", "finish");

    private Main() {}

    public static void main(String[] args) {
        String pipe = System.getProperty("rearview.pipe");
        int status = pipe == null ? runAlone(args) : runWithWriters(Integer.parseInt(pipe), args);
        // Not exit: that starts the logging of java.base to say so, a fifth of a short command.
        Runtime.getRuntime().halt(status);
    }

    private static int runAlone(String[] args) {
        Env env = Env.ofProcess();
        int status = run(args, env);
        env.end();
        return status;
    }

    /// Runs a command in one process with those that write to its standard input.
    private static int runWithWriters(int listener, String[] args) {
        try {
            return PipeHost.run(listener, Arrays.asList(args), new ForOthers());
        } catch (IOException e) {
            System.err.println(args[0] + ": " + Runner.describe(e));
            return 1;
        }
    }

    static int run(String[] args, Env env) {
        if (args.length == 0) {
            env.err().print(Help.overview(Tools.all()));
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(env::end));
        return run(Arrays.asList(args), env);
    }

    private static int run(List<String> words, Env env) {
        List<String> arguments = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "--help", "-help", "-h" -> command("help", env, arguments);
            case "--version", "-version", "-V", "version" -> version(env);
            default -> command(words.getFirst(), env, arguments);
        };
    }

    /// The commands that the resident engine runs for others.
    static final class ForOthers implements Commands {
        /// What lives long, changes what is installed, or has to do with the engine itself.
        private static final List<String> APART =
                List.of(
                        "demo",
                        "engine",
                        "init",
                        "install",
                        "rwflowcapd",
                        "rwflowpack",
                        "uninstall");

        @Override
        public boolean canRunHere(String name) {
            return !APART.contains(name);
        }

        @Override
        public int run(List<String> words, Env env) {
            return Main.run(words, env);
        }
    }

    private static int command(String name, Env env, List<String> arguments) {
        String line = name + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
        Env named = env.withCommand(line);
        Optional<Tool> tool = Tools.create(name, named);
        if (tool.isPresent()) {
            return run(tool.get(), named, arguments);
        }
        env.err()
                .println(
                        "rearview: "
                                + (OF_SOURCES.contains(name)
                                        ? "'"
                                                + name
                                                + "' needs the sources: run ./rearview "
                                                + name
                                                + " there"
                                        : Nearest.unknown("command", name, Tools.names())
                                                + "; see rearview help"));
        return 1;
    }

    private static int run(Tool tool, Env env, List<String> arguments) {
        if (env.meeting().isEmpty()) {
            return Runner.run(tool, env, arguments);
        }
        return env.meeting()
                .get()
                .run(() ->
                        Runner.run(Tools.create(tool.name(), env).orElseThrow(), env, arguments));
    }

    private static int version(Env env) {
        try {
            env.print(Help.productVersion());
            env.out().flush();
            return 0;
        } catch (IOException e) {
            if (Runner.isClosedPipe(e)) {
                return 0;
            }
            env.err().println("rearview: " + Runner.describe(e));
            return 1;
        }
    }
}
