package dev.rearview.resident;

import dev.rearview.descriptors.LocalSocket;
import dev.rearview.engine.exec.Machine;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes requests at a socket of its user until it is told to end or none have come for long.
public final class Engine implements Closeable, Sessions.Owner {
    private static final int WAITING = 1024;

    /// How long a file stays open that nobody reads: one that was removed holds its place on the
    /// disk so long.
    private static final Duration OPEN = Duration.ofMinutes(1);

    private final EngineDirectory directory;
    private final Bounds bounds;
    private final Sessions sessions;
    private final Instant since = Instant.now();
    private @Nullable Unfinished unfinished;
    private volatile boolean ending;

    /// @param log for what is to be looked into later
    public Engine(EngineDirectory directory, Bounds bounds, Commands commands, PrintStream log)
            throws IOException {
        this.directory = directory;
        this.bounds = bounds;
        this.sessions = new Sessions(this, bounds.requests(), commands, true, log);
    }

    // Its life ----------------------------------------------------------------------------------

    /// Serves until it is told to end or nothing has come for long.
    ///
    /// @return false if another one serves here already
    public boolean serve() throws IOException {
        directory.prepare();
        try (FileChannel file =
                        FileChannel.open(
                                directory.lock(),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = lock(file)) {
            if (lock == null) {
                return false;
            }
            // Left by one that was killed.
            Files.deleteIfExists(directory.socket());
            int left = Unfinished.remove(directory.unfinished());
            if (left > 0) {
                sessions.note("removed " + left + " files that were not ended");
            }
            try (Unfinished list = new Unfinished(directory.unfinished());
                    LocalSocket listener =
                            LocalSocket.listening(directory.socket().toString(), WAITING)) {
                unfinished = list;
                sessions.note("serves at " + directory.socket());
                sessions.listen(listener);
                while (!ending && sessions.quietNs() < bounds.idle().toNanos()) {
                    sessions.hear(untilNextLookMs());
                    sessions.machine().files().forgetUnused(OPEN.toNanos());
                }
                sessions.closeListeners();
                Files.deleteIfExists(directory.socket());
                sessions.finish(bounds.ending().toNanos());
            } finally {
                Files.deleteIfExists(directory.socket());
            }
            sessions.note("ends");
            return true;
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            // Of this process.
            return null;
        }
    }

    /// How long to wait for the next request at most.
    private int untilNextLookMs() {
        long left =
                sessions.isQuiet() ? bounds.idle().toNanos() - sessions.quietNs() : Long.MAX_VALUE;
        if (sessions.machine().files().count() > 0) {
            left = Math.min(left, OPEN.toNanos());
        }
        return left == Long.MAX_VALUE
                ? -1
                : (int) Math.clamp(left / 1_000_000 + 1, 1, Integer.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
        sessions.close();
    }

    Sessions sessions() {
        return sessions;
    }

    // For its sessions --------------------------------------------------------------------------

    @Override
    public void begins(Path file) throws IOException {
        Objects.requireNonNull(unfinished).begins(file);
    }

    @Override
    public void ends(Path file) throws IOException {
        Objects.requireNonNull(unfinished).ends(file);
    }

    @Override
    public boolean isEnding() {
        return ending;
    }

    /// Has the engine end, after those who run; called by any thread.
    @Override
    public void end() {
        ending = true;
        sessions.wake();
    }

    /// Lines of a name and a value, for `engine status`.
    @Override
    public String report() {
        Runtime runtime = Runtime.getRuntime();
        Machine machine = sessions.machine();
        StringBuilder out = new StringBuilder();
        Sessions.line(out, "pid", Long.toString(ProcessHandle.current().pid()));
        Sessions.line(out, "since", since.truncatedTo(ChronoUnit.SECONDS).toString());
        Sessions.line(out, "socket", directory.socket().toString());
        Sessions.line(out, "log", directory.log().toString());
        sessions.report(out);
        Sessions.line(
                out,
                "heap",
                mebibytes(runtime.totalMemory() - runtime.freeMemory())
                        + " used, "
                        + mebibytes(runtime.totalMemory())
                        + " held, "
                        + mebibytes(runtime.maxMemory())
                        + " at most");
        Sessions.line(
                out,
                "rows",
                mebibytes(machine.budget().taken())
                        + " taken, "
                        + mebibytes(machine.budget().total())
                        + " at most");
        Sessions.line(
                out,
                "kept",
                mebibytes(machine.kept().octets())
                        + " of sets, maps and catalogs, "
                        + machine.files().count()
                        + " files open");
        sessions.reportRunning(out);
        return out.toString();
    }

    private static String mebibytes(long octets) {
        return octets / (1 << 20) + " MiB";
    }
}
