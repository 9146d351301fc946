package dev.rearview.kit.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What a command sees of the world, so that commands can run inside one process and in tests.
///
/// @param directory what relative paths are relative to
/// @param variables environment variables
/// @param command the command line as file headers record it
/// @param outIsTerminal whether standard output is a terminal
/// @param upstream the command before this one, where both run in one process
/// @param progress shows how far long work has come, where standard error is a terminal
public record Env(
        InputStream in,
        OutputStream out,
        PrintStream err,
        Path directory,
        Map<String, String> variables,
        String command,
        boolean inIsTerminal,
        boolean outIsTerminal,
        Optional<Handover> upstream,
        Optional<Progress> progress) {
    public Env {
        in = in instanceof StandardInput ? in : new StandardInput(in);
    }

    /// The environment of this process.
    public static Env ofProcess() {
        OutputStream err = new java.io.FileOutputStream(java.io.FileDescriptor.err);
        Optional<Progress> progress =
                isTerminal(2) ? Optional.of(new Progress(err, System::nanoTime)) : Optional.empty();
        OutputStream out = new java.io.FileOutputStream(java.io.FileDescriptor.out);
        return new Env(
                new java.io.FileInputStream(java.io.FileDescriptor.in),
                progress.isPresent() && isTerminal(1) ? progress.get().output(out) : out,
                progress.map(Progress::messages).orElseGet(() -> new PrintStream(err, true)),
                Path.of(""),
                System.getenv(),
                "",
                isTerminal(0),
                isTerminal(1),
                Optional.empty(),
                progress);
    }

    /// The same world for another command line.
    public Env withCommand(String line) {
        return new Env(
                in,
                out,
                err,
                directory,
                variables,
                line,
                inIsTerminal,
                outIsTerminal,
                upstream,
                progress);
    }

    /// The world of one command of a pipeline in this process.
    ///
    /// @param isFirst whether `in` is that of this world
    /// @param isLast whether the output is that of this world
    public Env inPipeline(
            String line,
            InputStream from,
            OutputStream to,
            Optional<Handover> before,
            boolean isFirst,
            boolean isLast) {
        return new Env(
                from,
                to,
                err,
                directory,
                variables,
                line,
                isFirst && inIsTerminal,
                isLast && outIsTerminal,
                before,
                progress);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Path.of("/proc/self/fd/" + descriptor).toRealPath().toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            // A pipe or socket has no path, and without /proc the console answers.
            var console = System.console();
            return !Files.exists(Path.of("/proc/self")) && console != null && console.isTerminal();
        }
    }

    /// A variable that is set and not empty.
    public Optional<String> variable(String name) {
        String value = variables.get(name);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /// Name of the command, for messages.
    public String toolName() {
        int blank = command.indexOf(' ');
        return blank < 0 ? command : command.substring(0, blank);
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    /// Whether existing outputs may be overwritten.
    public boolean mayClobber() {
        String value = variables.getOrDefault("SILK_CLOBBER", "");
        return !value.isEmpty() && value.charAt(0) != '0';
    }

    /// Octets that tables and rows of a command may take before they spill.
    ///
    /// @param among how many share them
    public long memory(int among) {
        return Runtime.getRuntime().maxMemory() / 3 / among;
    }

    /// Directory for temporary files.
    public Path temporary(Optional<String> wanted) {
        return path(
                wanted.or(() -> variable("SILK_TMPDIR"))
                        .or(() -> variable("TMPDIR"))
                        .orElse("/tmp"));
    }

    /// The version that file headers carry.
    public int silkVersion() {
        return variable("SILK_HEADER_NOVERSION").isPresent()
                ? 0
                : dev.rearview.silk.SilkHeader.SILK_VERSION;
    }
}
