package dev.rearview.kit.files;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lines of a text that cannot be read: `--bad-input-lines`, `--verbose` and `--stop-on-error`.
public final class BadLines implements Closeable {
    private final Env env;
    private final Charset charset;
    private Optional<String> path = Optional.empty();
    private boolean verbose;
    private boolean stopOnError;
    private @Nullable OutputStream copies;
    private long count;

    /// @param charset of the text, in which lines are copied
    public BadLines(Env env, Charset charset) {
        this.env = env;
        this.charset = charset;
    }

    public void declare(Options options) {
        options.value(
                "bad-input-lines",
                "PATH",
                "Copy lines that cannot be read to PATH",
                v -> path = Optional.of(v));
        options.flag("verbose", "Report each line that cannot be read", () -> verbose = true);
        options.flag(
                "stop-on-error",
                "Stop at the first line that cannot be read",
                () -> stopOnError = true);
    }

    /// Whether lines are copied to standard output.
    public boolean isStdout() {
        return path.filter(OutputFiles::isStdout).isPresent();
    }

    /// Opens the file that lines are copied to, if that is wanted.
    public void open() throws IOException {
        if (path.isPresent()) {
            copies = OutputFiles.openPlain(env, path.get());
        }
    }

    /// Takes note of a line.
    ///
    /// @param where the name of the file, a colon and the number of the line
    /// @throws ToolException if the command is to end
    public void add(String where, String line, String why) throws IOException {
        count++;
        if (copies != null) {
            copies.write((where + ":" + line + "\n").getBytes(charset));
        }
        if (stopOnError) {
            throw ToolException.failure(where + ": " + why);
        }
        if (verbose) {
            env.tell(where + ": " + why);
        }
    }

    /// Tells how many lines could not be read, unless one of them ended the command.
    public void tell() {
        if (count > 0 && !stopOnError) {
            String more =
                    verbose ? "" : "; try again with --stop-on-error or --verbose for details";
            env.tell(
                    "Could not parse "
                            + count
                            + " lines"
                            + path.map(p -> "; invalid input written to '" + p + "'").orElse(more));
        }
    }

    /// Ends the copies. A file in which there are none is removed.
    @Override
    public void close() throws IOException {
        if (copies == null) {
            return;
        }
        copies.close();
        Path file = env.path(path.orElseThrow());
        if (count == 0 && !OutputFiles.isStream(path.get()) && Files.isRegularFile(file)) {
            Files.delete(file);
        }
    }
}
