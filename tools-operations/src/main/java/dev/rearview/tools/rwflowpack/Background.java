package dev.rearview.tools.rwflowpack;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.ToolException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A daemon that its command leaves running: the command ends when the daemon says that it is ready
/// to serve, or has ended.
///
/// The daemon says so in a line of its standard output, which is a pipe to the command; of standard
/// error where the log is to go to standard output. Afterwards it holds neither of the command's,
/// but the one that its log is to go to.
final class Background {
    /// How long a start may take: names of hosts are looked up, and machines may be busy.
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Set for the daemon alone.
    private static final String MARK = "REARVIEW_BACKGROUND";

    private static final String READY = "rearview: ready";

    private final Env env;
    private final LogOptions logging;
    private final Duration patience;

    Background(Env env, LogOptions logging) {
        this(env, logging, PATIENCE);
    }

    Background(Env env, LogOptions logging, Duration patience) {
        this.env = env;
        this.logging = logging;
        this.patience = patience;
    }

    /// Starts a command that calls [#tellReady], and waits until it does or has ended.
    ///
    /// @return the exit status of this command
    int start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(MARK, "1");
        builder.redirectInput(Path.of("/dev/null").toFile());
        if (logging.isOnStdout()) {
            builder.redirectOutput(Redirect.INHERIT);
        } else {
            builder.redirectError(Redirect.INHERIT);
        }
        Process process = builder.start();
        InputStream signals =
                logging.isOnStdout() ? process.getErrorStream() : process.getInputStream();
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("background").start(() -> await(signals, ready));
        try {
            boolean serves = ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return serves ? 0 : process.waitFor();
        } catch (TimeoutException e) {
            throw ToolException.failure(
                    "process "
                            + process.pid()
                            + " was started and does not listen after "
                            + patience.toSeconds()
                            + " seconds; it goes on trying: see its log, or end it with kill "
                            + process.pid());
        } catch (ExecutionException e) {
            throw new IOException("the daemon cannot be heard: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while process " + process.pid() + " starts", e);
        }
    }

    /// Reads until the daemon is ready or ended; what else it says is handed on.
    private void await(InputStream signals, CompletableFuture<Boolean> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(signals, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(READY)) {
                    ready.complete(true);
                    return;
                }
                env.err().println(line);
            }
            ready.complete(false);
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    /// Tells the command that started this process, if one did, that it may end. From then on
    /// nothing is written to standard output and error but the log, where it goes there.
    void tellReady() {
        if (!env.variables().containsKey(MARK)) {
            return;
        }
        PrintStream signals = logging.isOnStdout() ? System.err : System.out;
        signals.print(READY + "\n");
        signals.flush();
        if (!logging.isOnStdout()) {
            leave(FileDescriptor.out);
        }
        if (!logging.isOnStderr()) {
            leave(FileDescriptor.err);
        }
    }

    /// Lets go of a stream that another process may be waiting for the end of: the system's number
    /// of it then leads nowhere.
    private static void leave(FileDescriptor descriptor) {
        try {
            new FileOutputStream(descriptor).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
