package dev.rearview.resident;

import dev.rearview.descriptors.Bell;
import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.LocalSocket;
import dev.rearview.descriptors.Poller;
import dev.rearview.descriptors.ThreadMask;
import dev.rearview.engine.exec.Machine;
import dev.rearview.kit.command.Meetings;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Takes requests at a socket and runs them side by side. One thread accepts clients and hears what
/// they say while their commands run; each request has a thread of its own, and shares the pool,
/// the memory and what is kept of files with the others. Nothing of a request lives in the process.
public final class Engine implements Closeable {
    private static final int WAITING = 1024;

    /// How long what was cancelled may take to notice it, before its files are removed and its
    /// client is told.
    private static final long GRACE_MS = 300;

    private final EngineDirectory directory;
    private final Bounds bounds;
    private final Commands commands;
    private final Machine machine;
    private final Meetings meetings = new Meetings();
    private final PrintStream log;
    private final Fitness fitness;
    private final int mask = ThreadMask.get();
    private final boolean hasMasks;
    private final Bell bell = new Bell();
    private final Instant since = Instant.now();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /// Those whose thread has not ended.
    private final List<Session> sessions = new ArrayList<>();

    /// Those that are heard.
    private final List<Session> watched = new ArrayList<>();

    /// Those that are no longer.
    private final List<Session> over = new ArrayList<>();

    private @Nullable Unfinished unfinished;
    private volatile boolean ending;
    private long idleSince = System.nanoTime();

    /// @param log for what is to be looked into later
    public Engine(EngineDirectory directory, Bounds bounds, Commands commands, PrintStream log)
            throws IOException {
        this.directory = directory;
        this.bounds = bounds;
        this.commands = commands;
        this.machine = Machine.ofProcess(bounds.requests());
        this.log = log;
        this.fitness = new Fitness(commands::canRunHere);
        try {
            this.hasMasks = ThreadMask.isAllowed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
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
                note("removed " + left + " files that were not ended");
            }
            try (Unfinished list = new Unfinished(directory.unfinished());
                    LocalSocket listener =
                            LocalSocket.listening(directory.socket().toString(), WAITING)) {
                unfinished = list;
                note("serves at " + directory.socket());
                loop(listener);
                listener.close();
                Files.deleteIfExists(directory.socket());
                finish();
            } finally {
                Files.deleteIfExists(directory.socket());
            }
            note("ends");
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

    private void loop(LocalSocket listener) throws IOException {
        while (!ending && !isIdle()) {
            if (hears(List.of(listener.descriptor()), idleLeftMs())) {
                accept(listener);
            }
        }
    }

    /// Waits until a client says something, and hears it.
    ///
    /// @param others that end the waiting as well
    /// @return whether there is something for one of them
    private boolean hears(List<Descriptor> others, int timeoutMs) throws IOException {
        List<Session> heard = heard();
        List<Descriptor> all = new ArrayList<>(others);
        all.add(bell.descriptor());
        heard.forEach(s -> all.add(s.descriptor()));
        List<Descriptor> ready = Poller.readable(all, timeoutMs);
        if (ready.contains(bell.descriptor())) {
            bell.silence();
        }
        for (Session s : heard) {
            if (ready.contains(s.descriptor()) && !s.hear()) {
                unwatch(s);
            }
        }
        return !Collections.disjoint(ready, others);
    }

    private void accept(LocalSocket listener) {
        try {
            Session session = new Session(this, listener.accept());
            synchronized (this) {
                sessions.add(session);
            }
            Thread.ofPlatform().daemon().name("request").start(session);
        } catch (IOException | OutOfMemoryError e) {
            note(e);
        }
    }

    private synchronized boolean isIdle() {
        return sessions.isEmpty() && System.nanoTime() - idleSince >= bounds.idle().toNanos();
    }

    private synchronized int idleLeftMs() {
        if (!sessions.isEmpty()) {
            return -1;
        }
        long left = bounds.idle().toNanos() - (System.nanoTime() - idleSince);
        return (int) Math.clamp(left / 1_000_000 + 1, 1, Integer.MAX_VALUE);
    }

    /// Waits for those who run; ends them when that takes too long.
    private void finish() throws IOException {
        long end = System.nanoTime() + bounds.ending().toNanos();
        while (System.nanoTime() < end && !isQuiet()) {
            hears(List.of(), 100);
        }
        List<Session> left;
        synchronized (this) {
            left = new ArrayList<>(sessions);
        }
        left.forEach(s -> s.cancel(0));
        long last = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() < last && !isQuiet()) {
            hears(List.of(), 10);
        }
        // Closes what is still open of those who have ended.
        heard();
    }

    private synchronized boolean isQuiet() {
        return sessions.isEmpty();
    }

    @Override
    public void close() throws IOException {
        bell.close();
    }

    // Sessions ----------------------------------------------------------------------------------

    /// Those to listen to; closes the connections of the others.
    private synchronized List<Session> heard() {
        over.forEach(Session::close);
        over.clear();
        return new ArrayList<>(watched);
    }

    void watch(Session session) throws IOException {
        synchronized (this) {
            watched.add(session);
        }
        bell.ring();
    }

    private synchronized void unwatch(Session session) {
        watched.remove(session);
    }

    /// Says that the thread of a session ends.
    void ended(Session session) {
        synchronized (this) {
            sessions.remove(session);
            watched.remove(session);
            over.add(session);
            idleSince = System.nanoTime();
        }
        try {
            bell.ring();
        } catch (IOException e) {
            note(e);
        }
    }

    /// Why a request is not taken; one that is has a place then.
    Optional<String> refusal(
            Header header, Request request, LocalSocket.Peer peer, boolean isOutShown) {
        if (!hasMasks && header.mask() != mask) {
            return Optional.of("mask");
        }
        Optional<String> unfit = fitness.refusal(request, peer, isOutShown);
        if (unfit.isPresent()) {
            return unfit;
        }
        if (ending) {
            return Optional.of("ending");
        }
        if (running.incrementAndGet() > bounds.requests()) {
            running.decrementAndGet();
            return Optional.of("too many");
        }
        return Optional.empty();
    }

    void refused(String why) {
        refused.incrementAndGet();
        note("not taken: " + why);
    }

    /// Gives the place of a request back.
    void leave() {
        running.decrementAndGet();
        served.incrementAndGet();
    }

    /// Has an end put to a session that was cancelled, should it not end by itself.
    void abandonLater(Session session) {
        Thread.ofPlatform()
                .daemon()
                .name("cancel")
                .start(() -> {
                    try {
                        Thread.sleep(GRACE_MS);
                        session.abandon();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    /// Whether threads have their own masks here.
    boolean hasMasks() {
        return hasMasks;
    }

    /// Where files are written down that requests have begun.
    Unfinished unfinished() {
        return Objects.requireNonNull(unfinished);
    }

    Commands commands() {
        return commands;
    }

    Meetings meetings() {
        return meetings;
    }

    Machine machine() {
        return machine;
    }

    // Telling -----------------------------------------------------------------------------------

    /// Has the engine end, after those who run; called by any thread.
    public void end() {
        ending = true;
        try {
            bell.ring();
        } catch (IOException e) {
            note(e);
        }
    }

    /// Lines of a name and a value, for `engine status`.
    String report() {
        Runtime runtime = Runtime.getRuntime();
        List<Session> now;
        synchronized (this) {
            now = new ArrayList<>(sessions);
        }
        StringBuilder out = new StringBuilder();
        line(out, "pid", Long.toString(ProcessHandle.current().pid()));
        line(out, "since", since.truncatedTo(ChronoUnit.SECONDS).toString());
        line(out, "socket", directory.socket().toString());
        line(out, "log", directory.log().toString());
        line(out, "requests", served + " served, " + refused + " left to processes of their own");
        line(out, "running", running + " of at most " + bounds.requests());
        line(out, "pipes", meetings.fused() + " fused");
        line(
                out,
                "heap",
                mebibytes(runtime.totalMemory() - runtime.freeMemory())
                        + " used, "
                        + mebibytes(runtime.totalMemory())
                        + " held, "
                        + mebibytes(runtime.maxMemory())
                        + " at most");
        line(
                out,
                "rows",
                mebibytes(machine.budget().taken())
                        + " taken, "
                        + mebibytes(machine.budget().total())
                        + " at most");
        line(out, "kept", mebibytes(machine.kept().octets()) + " of sets and maps");
        for (Session s : now) {
            if (!s.command().isEmpty()) {
                double seconds = s.ageNs() / 1e9;
                line(
                        out,
                        "command",
                        String.format(Locale.ROOT, "%.1f s  %s", seconds, s.command()));
            }
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append('\t').append(value).append('\n');
    }

    private static String mebibytes(long octets) {
        return octets / (1 << 20) + " MiB";
    }

    void note(String text) {
        synchronized (log) {
            log.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
        }
    }

    void note(Throwable e) {
        synchronized (log) {
            note("failed:");
            e.printStackTrace(log);
        }
    }
}
