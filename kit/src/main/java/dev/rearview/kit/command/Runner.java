package dev.rearview.kit.command;

import dev.rearview.engine.exec.Cancelled;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/// Runs a command: parses its switches, answers `--help` and `--version`, turns failures into
/// messages and exit codes. This is the edge of a run, and of each part of it that has a stream of
/// its own: the one place that answers running out of memory and being cancelled.
public final class Runner {
    private static final class Answered extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Runner() {}

    /// What a command does once its switches are parsed.
    @FunctionalInterface
    public interface Work {
        /// @return exit status
        int run() throws IOException;
    }

    /// @return exit status: 0 done, 1 failed unless the command says otherwise
    public static int run(Tool tool, Env env, List<String> arguments) {
        return run(tool, env, () -> parseAndRun(tool, env, arguments));
    }

    /// Runs a part of what a command does, or all of it.
    ///
    /// @return exit status: 0 done, 1 failed unless the command says otherwise
    public static int run(Tool tool, Env env, Work work) {
        try {
            int status = ended(env, work);
            return status != 0 && env.context().isCancelled() ? Cancelled.STATUS : status;
        } catch (Cancelled e) {
            return Cancelled.STATUS;
        } catch (ToolException | IOException e) {
            return failed(tool, env, e);
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            return failed(tool, env, cause == null ? new IOException(e) : cause);
        } catch (OutOfMemoryError e) {
            env.err().println(tool.name() + ": out of memory");
            return 1;
        }
    }

    /// Tells why a command fails.
    ///
    /// @param e a [ToolException] or an `IOException`
    /// @return exit status
    public static int failed(Tool tool, Env env, Exception e) {
        // What fails after that fails for that.
        if (env.context().isCancelled()) {
            return Cancelled.STATUS;
        }
        if (e instanceof ToolException t) {
            return misused(tool, env, t);
        }
        return report(tool, env, e instanceof IOException io ? io : new IOException(e));
    }

    private static int misused(Tool tool, Env env, ToolException e) {
        String message = e.getMessage();
        if (message != null && !message.isEmpty()) {
            env.err().println(tool.name() + ": " + message);
        }
        if (e.isUsage()) {
            env.err().println("Use '" + tool.call() + " --help' for usage");
        }
        return e.status();
    }

    private static int parseAndRun(Tool tool, Env env, List<String> arguments) throws IOException {
        Options options = new Options();
        tool.declare(options);
        Help.declare(tool, options, text -> answer(env, text));
        List<String> operands;
        try {
            operands = options.parse(arguments);
            options.check();
        } catch (Answered e) {
            return 0;
        } catch (ToolException e) {
            int status = misused(tool, env, e);
            return status == 1 ? tool.misuseStatus() : status;
        }
        return tool.run(operands);
    }

    private static int ended(Env env, Work work) throws IOException {
        int status;
        try {
            status = work.run();
        } finally {
            env.progress().ifPresent(Progress::end);
        }
        env.out().flush();
        return status;
    }

    private static void answer(Env env, String text) {
        try {
            env.print(text);
            env.out().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new Answered();
    }

    private static int report(Tool tool, Env env, IOException e) {
        if (isClosedPipe(e)) {
            return 0;
        }
        env.err().println(tool.name() + ": " + describe(e));
        return 1;
    }

    /// Whether whoever reads the output has gone, which is no failure.
    public static boolean isClosedPipe(IOException e) {
        String message = e.getMessage();
        return message != null
                && (message.contains("Broken pipe") || message.contains("Pipe closed"));
    }

    /// A message for a person: the path and the reason.
    public static String describe(IOException e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getFile() + ": " + f.getReason();
        }
        return String.valueOf(e.getMessage());
    }
}
