package dev.rearview.resident;

import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.DescriptorInput;
import dev.rearview.descriptors.DescriptorOutput;
import dev.rearview.descriptors.LocalSocket;
import dev.rearview.descriptors.Stop;
import dev.rearview.descriptors.ThisProcess;
import dev.rearview.descriptors.ThreadMask;
import dev.rearview.engine.exec.Cancelled;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Host;
import dev.rearview.kit.command.Env;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client, from the time when it comes: a thread reads what it wants and runs that; what the
/// client says later, or that it has gone, is told by the engine's thread.
final class Session implements Runnable {
    private static final int SIGCONT = 18;
    private static final int SIGTSTP = 20;
    private static final int STREAMS = 3;

    /// Beside the streams: the socket at which others wait who write to standard input.
    private static final int LISTENER = 8;

    /// How long a client may take to say what it wants.
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final byte TAKEN = 'T';
    private static final byte NOT_TAKEN = 'N';
    private static final byte EXIT = 'X';
    private static final byte KILLED = 'K';

    private final Sessions sessions;
    private final LocalSocket socket;
    private final long startNs = System.nanoTime();
    private final List<Descriptor> received = new ArrayList<>();
    private volatile String command = "";
    private @Nullable Context context;
    private @Nullable Stop stop;
    private int signal;
    private boolean answered;

    Session(Sessions sessions, LocalSocket socket) {
        this.sessions = sessions;
        this.socket = socket;
    }

    Descriptor descriptor() {
        return socket.descriptor();
    }

    /// What it runs, for people; nothing before it does.
    String command() {
        return command;
    }

    long ageNs() {
        return System.nanoTime() - startNs;
    }

    // What the client wants -----------------------------------------------------------------------

    @Override
    public void run() {
        try {
            serve();
        } catch (IOException e) {
            // Of a client that has gone, or that speaks otherwise, there is nothing to say.
            sessions.note("client: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            sessions.note(e);
        } finally {
            release();
            sessions.ended(this);
        }
    }

    private void serve() throws IOException {
        LocalSocket.Peer peer = socket.peer();
        if (peer.user() != ThisProcess.user()) {
            throw new IOException("of user " + peer.user());
        }
        Header header = Header.of(read(Header.OCTETS));
        byte[] body = read(header.length());
        switch (header.kind()) {
            case STATUS -> answer(sessions.owner().report());
            case END -> {
                sessions.owner().end();
                answer(ProcessHandle.current().pid() + "\n");
            }
            case RUN -> take(header, Request.of(body), peer);
        }
    }

    private void answer(String text) throws IOException {
        socket.send(text.getBytes(StandardCharsets.UTF_8), List.of());
    }

    private byte[] read(int length) throws IOException {
        byte[] out = new byte[length];
        for (int done = 0; done < length; ) {
            long left = PATIENCE_NS - ageNs();
            if (left <= 0 || !socket.descriptor().awaitReadable((int) (left / 1_000_000) + 1)) {
                throw new IOException("too slow");
            }
            LocalSocket.Received part = socket.receive(out, done, STREAMS + 1);
            received.addAll(part.descriptors());
            if (part.octets() == 0 || received.size() > STREAMS + 1) {
                throw new IOException(part.octets() == 0 ? "gone" : "too many descriptors");
            }
            done += part.octets();
        }
        return out;
    }

    private void take(Header header, Request request, LocalSocket.Peer peer) throws IOException {
        if (received.size() != Integer.bitCount(header.open())) {
            throw new IOException("descriptors are missing");
        }
        Descriptor[] streams = new Descriptor[STREAMS];
        int next = 0;
        for (int i = 0; i < STREAMS; i++) {
            boolean isOpen = (header.open() & 1 << i) != 0;
            streams[i] = isOpen ? received.get(next++) : Descriptor.closed();
        }
        boolean isShown = streams[1].isOpen() && streams[1].isTerminal();
        Optional<String> refusal = sessions.refusal(header, request, peer, isShown);
        if (refusal.isPresent()) {
            refuse();
            sessions.refused(refusal.get());
            return;
        }
        try {
            if ((header.open() & LISTENER) == 0) {
                runHere(header.mask(), request, streams);
                return;
            }
            LocalSocket writers = LocalSocket.of(received.removeLast());
            sessions.listen(writers);
            try {
                runHere(header.mask(), request, streams);
            } finally {
                sessions.unlisten(writers);
            }
        } finally {
            sessions.leave();
        }
    }

    private void refuse() throws IOException {
        release();
        socket.send(new byte[] {NOT_TAKEN}, List.of());
    }

    /// Gives the client's descriptors back. Whoever is at their other ends sees that before the
    /// client ends.
    private void release() {
        for (Descriptor d : received) {
            try {
                d.close();
            } catch (IOException e) {
                sessions.note("close: " + e.getMessage());
            }
        }
    }

    // Running -----------------------------------------------------------------------------------

    private void runHere(int mask, Request request, Descriptor[] streams) throws IOException {
        Context own =
                new Context(
                        sessions.machine(),
                        Path.of(request.directory()),
                        request.variables(),
                        new Told(mask));
        try (Stop ownStop = new Stop(own::check);
                DescriptorInput in = new DescriptorInput(streams[0], ownStop);
                DescriptorOutput out = new DescriptorOutput(streams[1], ownStop);
                DescriptorOutput err = new DescriptorOutput(streams[2], ownStop)) {
            own.enter();
            Env env = Env.of(in, out, err, own, sessions.meetings(), mask);
            begin(own, ownStop, request);
            socket.send(new byte[] {TAKEN}, List.of());
            sessions.watch(this);
            int status = 1;
            try {
                status = sessions.commands().run(request.arguments(), env);
            } catch (Cancelled e) {
                status = Cancelled.STATUS;
            } catch (RuntimeException | Error e) {
                sessions.note(e);
                complain(env, e);
            } finally {
                end(env, status);
            }
        }
    }

    /// The engine, as a request's run sees it.
    private final class Told implements Host {
        private final int mask;

        Told(int mask) {
            this.mask = mask;
        }

        @Override
        public void enters() {
            try {
                if (sessions.hasMasks()) {
                    ThreadMask.set(mask);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void begins(Path file) {
            try {
                sessions.owner().begins(file);
            } catch (IOException e) {
                sessions.note("unfinished: " + e.getMessage());
            }
        }

        @Override
        public void ends(Path file) {
            try {
                sessions.owner().ends(file);
            } catch (IOException e) {
                sessions.note("unfinished: " + e.getMessage());
            }
        }
    }

    /// As the JVM does in a process of its own.
    private static void complain(Env env, Throwable e) {
        try {
            e.printStackTrace(env.err());
        } catch (Cancelled cancelled) {
            // Nobody is there to be told.
        }
    }

    private synchronized void begin(Context own, Stop ownStop, Request request) {
        context = own;
        stop = ownStop;
        command = String.join(" ", request.arguments());
    }

    private void end(Env env, int status) {
        try {
            env.end();
        } catch (Cancelled e) {
            // What could not be removed cannot be told to anybody.
        }
        conclude(status);
    }

    /// Tells the client how the command has ended, once.
    private void conclude(int status) {
        byte[] answer;
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
            stop = null;
            answer =
                    signal != 0 && status != 0
                            ? new byte[] {KILLED, (byte) signal}
                            : new byte[] {EXIT, (byte) status};
        }
        release();
        try {
            socket.send(answer, List.of());
        } catch (IOException e) {
            sessions.note("client: " + e.getMessage());
        }
    }

    // Signals -----------------------------------------------------------------------------------

    /// Reads what the client says while the command runs; called by the engine's thread when there
    /// is something.
    ///
    /// @return whether there may be more
    boolean hear() {
        byte[] one = new byte[1];
        int octets;
        try {
            octets = socket.receive(one, 0, 0).octets();
        } catch (IOException e) {
            octets = 0;
        }
        if (octets == 0) {
            cancel(0);
            return false;
        }
        obey(one[0]);
        return true;
    }

    private void obey(int number) {
        Stop known;
        synchronized (this) {
            known = stop;
        }
        if (number == SIGTSTP && known != null) {
            known.pause();
        } else if (number == SIGCONT && known != null) {
            known.resume();
        } else if (number != SIGTSTP && number != SIGCONT) {
            cancel(number);
        }
    }

    /// Ends the command.
    ///
    /// @param number of the signal that the client was sent, 0 for none
    void cancel(int number) {
        Context known;
        synchronized (this) {
            known = context;
            if (known == null || answered || known.isCancelled()) {
                return;
            }
            signal = number;
            known.cancel();
            try {
                if (stop != null) {
                    stop.stop();
                }
            } catch (IOException e) {
                sessions.note("stop: " + e.getMessage());
            }
        }
        sessions.abandonLater(this);
    }

    /// Removes what is not whole, and tells the client, although some thread has not ended yet.
    void abandon() {
        Context known;
        synchronized (this) {
            known = context;
            if (known == null || answered) {
                return;
            }
        }
        try {
            known.close();
        } catch (IOException e) {
            sessions.note("cancelled: " + e.getMessage());
        }
        conclude(Cancelled.STATUS);
    }

    /// Closes the connection; called by the engine's thread, which watches it no longer.
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            sessions.note("close: " + e.getMessage());
        }
    }
}
