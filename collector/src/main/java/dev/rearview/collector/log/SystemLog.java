package dev.rearview.collector.log;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The system's log, through logger(1). Where it takes nothing that is told once, and messages go
/// to standard error in its place.
final class SystemLog implements Closeable {
    /// Where the system's log listens.
    private static final Path SOCKET = Path.of("/dev/log");

    private final String tag;
    private final int facility;
    private final PrintStream stderr;

    /// Whether somebody else writes all messages to standard error.
    private final boolean both;

    private @Nullable Process logger;

    private SystemLog(String tag, int facility, PrintStream stderr, boolean both) {
        this.tag = tag;
        this.facility = facility;
        this.stderr = stderr;
        this.both = both;
    }

    /// @throws IOException if there is no logger(1)
    static SystemLog start(String tag, int facility, PrintStream stderr, boolean both)
            throws IOException {
        SystemLog log = new SystemLog(tag, facility, stderr, both);
        if (!Files.exists(SOCKET)) {
            log.giveUp("there is no " + SOCKET);
            return log;
        }
        log.logger =
                new ProcessBuilder(
                                "logger",
                                "--prio-prefix",
                                "--priority",
                                Integer.toString(facility * 8 + Log.Level.NOTICE.ordinal()),
                                "--tag",
                                tag)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return log;
    }

    private void giveUp(String why) {
        logger = null;
        stderr.println(tag + ": The system's log takes no messages, is its daemon running? " + why);
    }

    /// @param message of one line
    void write(Log.Level severity, String message) {
        Process to = logger;
        if (to != null) {
            String line = "<" + (facility * 8 + severity.ordinal()) + ">" + message + "\n";
            try {
                to.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
                to.getOutputStream().flush();
                return;
            } catch (IOException e) {
                giveUp(String.valueOf(e.getMessage()));
            }
        }
        if (!both) {
            stderr.println(tag + ": " + message);
        }
    }

    @Override
    public void close() throws IOException {
        if (logger != null) {
            logger.getOutputStream().close();
        }
    }
}
