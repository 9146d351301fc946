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
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Commands that a process runs for others, side by side. One thread accepts clients and hears what
/// they say while their commands run; each request has a thread of its own, and shares the pool,
/// the memory and what is kept of files with the others. Nothing of a request lives in the process.
final class Sessions implements Closeable {
    /// How long what was cancelled may take to notice it, before its files are removed and its
    /// client is told.
    private static final long GRACE_MS = 300;

    /// Whoever takes the requests.
    interface Owner {
        /// Told of a file that a request begins to write.
        void begins(Path file) throws IOException;

        /// Told that it is whole, or removed.
        void ends(Path file) throws IOException;

        /// Whether no more requests are taken.
        boolean isEnding();

        /// Has it end after those who run.
        void end();

        /// How it is, for a person.
        String report();
    }

    private final Owner owner;
    private final int most;
    private final Commands commands;
    private final Machine machine;
    private final Meetings meetings = new Meetings();
    private final PrintStream log;
    private final Fitness fitness;
    private final int mask = ThreadMask.get();
    private final boolean hasMasks;
    private final Bell bell = new Bell();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /// Where clients come.
    private final List<LocalSocket> listeners = new ArrayList<>();

    /// Where they come no longer.
    private final List<LocalSocket> leftListeners = new ArrayList<>();

    /// Those whose thread has not ended.
    private final List<Session> sessions = new ArrayList<>();

    /// Those that are heard.
    private final List<Session> watched = new ArrayList<>();

    /// Those that are no longer.
    private final List<Session> over = new ArrayList<>();

    private long quietSince = System.nanoTime();

    /// @param most requests at the same time
    /// @param mayHaveMasks whether requests may have another file mode mask than this process
    /// @param log for what is to be looked into later
    Sessions(Owner owner, int most, Commands commands, boolean mayHaveMasks, PrintStream log)
            throws IOException {
        this.owner = owner;
        this.most = most;
        this.commands = commands;
        this.machine = Machine.ofProcess(most);
        this.log = log;
        this.fitness = new Fitness(commands::canRunHere);
        try {
            this.hasMasks = mayHaveMasks && ThreadMask.isAllowed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    // Clients -----------------------------------------------------------------------------------

    /// Has clients come at one more socket, which is closed with this.
    synchronized void listen(LocalSocket listener) throws IOException {
        listeners.add(listener);
        bell.ring();
    }

    /// Has no more come there; the thread that hears closes it, which may wait for it now.
    void unlisten(LocalSocket listener) {
        synchronized (this) {
            listeners.remove(listener);
            leftListeners.add(listener);
        }
        wake();
    }

    private synchronized List<LocalSocket> listeners() {
        return new ArrayList<>(listeners);
    }

    /// Waits until a client says something, and hears it, or comes, and takes it in.
    ///
    /// @param timeoutMs at most; -1 for ever
    void hear(int timeoutMs) throws IOException {
        List<Session> heard = heard();
        List<LocalSocket> sockets = listeners();
        List<Descriptor> all = new ArrayList<>();
        all.add(bell.descriptor());
        sockets.forEach(l -> all.add(l.descriptor()));
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
        for (LocalSocket l : sockets) {
            if (ready.contains(l.descriptor())) {
                accept(l);
            }
        }
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

    /// Has whoever waits in [#hear] look again.
    void wake() {
        try {
            bell.ring();
        } catch (IOException e) {
            note(e);
        }
    }

    /// How long nothing has run; 0 while something does.
    synchronized long quietNs() {
        return sessions.isEmpty() ? System.nanoTime() - quietSince : 0;
    }

    synchronized boolean isQuiet() {
        return sessions.isEmpty();
    }

    /// Takes no more clients in.
    synchronized void closeListeners() throws IOException {
        close(listeners);
        close(leftListeners);
    }

    private static void close(List<LocalSocket> sockets) throws IOException {
        for (LocalSocket l : sockets) {
            l.close();
        }
        sockets.clear();
    }

    /// Waits for those who run; ends them when that takes too long.
    ///
    /// @param patienceNs how long they may go on
    void finish(long patienceNs) throws IOException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < patienceNs && !isQuiet()) {
            hear(100);
        }
        running().forEach(s -> s.cancel(0));
        long last = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() < last && !isQuiet()) {
            hear(10);
        }
        // Closes what is still open of those who have ended.
        heard();
    }

    /// Ends all that run at once, and removes what they have not ended: where the process ends.
    void abandon() {
        for (Session s : running()) {
            s.cancel(0);
            s.abandon();
        }
    }

    @Override
    public void close() throws IOException {
        closeListeners();
        bell.close();
    }

    // Sessions ----------------------------------------------------------------------------------

    private synchronized List<Session> running() {
        return new ArrayList<>(sessions);
    }

    /// Those to listen to; closes the connections of the others.
    private synchronized List<Session> heard() throws IOException {
        over.forEach(Session::close);
        over.clear();
        close(leftListeners);
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
            quietSince = System.nanoTime();
        }
        wake();
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
        if (owner.isEnding()) {
            return Optional.of("ending");
        }
        if (running.incrementAndGet() > most) {
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

    Owner owner() {
        return owner;
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

    /// What has been asked for so far, as lines of a name and a value.
    void report(StringBuilder out) {
        line(out, "requests", served + " served, " + refused + " left to processes of their own");
        line(out, "running", running + " of at most " + most);
        line(out, "pipes", meetings.fused() + " fused");
    }

    /// The commands that run, likewise.
    void reportRunning(StringBuilder out) {
        for (Session s : running()) {
            if (!s.command().isEmpty()) {
                double seconds = s.ageNs() / 1e9;
                line(
                        out,
                        "command",
                        String.format(Locale.ROOT, "%.1f s  %s", seconds, s.command()));
            }
        }
    }

    static void line(StringBuilder out, String name, String value) {
        out.append(name).append('\t').append(value).append('\n');
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
