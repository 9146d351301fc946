package dev.rearview.tools.called;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Streams;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.ShellWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/// Runs commands for another one: in this process, or as the program that a variable with the
/// command's name in capitals gives, such as `RWFILTER`. No shell is asked: arguments are handed on
/// as they are.
public final class CalledCommands {
    private final Env env;
    private final BiFunction<String, Env, Optional<Tool>> tools;

    /// @param tools a fresh command by its name
    public CalledCommands(Env env, BiFunction<String, Env, Optional<Tool>> tools) {
        this.env = env;
        this.tools = tools;
    }

    /// The command line, as a person would type it.
    public static String line(String name, List<String> arguments) {
        StringBuilder out = new StringBuilder(name);
        arguments.forEach(a -> out.append(' ').append(ShellWords.quoted(a)));
        return out.toString();
    }

    /// Runs a command whose output is that of whoever calls it.
    ///
    /// @return its exit status
    public int run(String name, List<String> arguments) throws IOException {
        Optional<String> program = env.variable(name.toUpperCase(Locale.ROOT));
        return program.isPresent()
                ? runProgram(program.get(), arguments)
                : runHere(name, arguments);
    }

    private int runHere(String name, List<String> arguments) {
        Streams streams =
                new Streams(
                        InputStream.nullInputStream(),
                        env.out(),
                        env.err(),
                        Streams.End.OTHER,
                        env.streams().outEnd());
        Env own = new Env(streams, env.context(), line(name, arguments));
        Tool tool =
                tools.apply(name, own)
                        .orElseThrow(() -> new IllegalStateException("no command " + name));
        return Runner.run(tool, own, arguments);
    }

    private int runProgram(String program, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(program);
        words.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(env.directory().toAbsolutePath().toFile());
        builder.environment().clear();
        builder.environment().putAll(env.variables());
        Process process = builder.start();
        // Not inherited: standard error of this run need not be that of this process.
        Thread messages =
                Thread.ofPlatform()
                        .daemon()
                        .name("messages")
                        .start(() -> tell(process.getErrorStream()));
        try {
            process.getOutputStream().close();
            copy(process.getInputStream(), env.out());
            messages.join();
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ToolException.failure("interrupted");
        } finally {
            process.destroy();
        }
    }

    private void tell(InputStream messages) {
        try {
            copy(messages, env.err());
        } catch (IOException e) {
            env.err().println(env.toolName() + ": " + Runner.describe(e));
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        try (from) {
            from.transferTo(to);
        }
        to.flush();
    }
}
