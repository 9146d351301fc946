package dev.rearview.resident;

import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.DescriptorInput;
import dev.rearview.descriptors.DescriptorOutput;
import dev.rearview.descriptors.LocalSocket;
import dev.rearview.descriptors.Stop;
import dev.rearview.descriptors.ThreadMask;
import dev.rearview.engine.exec.Context;
import dev.rearview.kit.command.Env;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs a command that reads a pipe together with those that write to it, each of which has a
/// client of its own as with the resident engine: so they meet here as they would there. Ends when
/// all of them have.
public final class PipeHost implements Sessions.Owner {
    /// Commands of one pipeline.
    private static final int MOST = 64;

    private volatile boolean ending;

    private PipeHost() {}

    /// Runs a command on the standard streams of this process.
    ///
    /// @param listener number of the socket at which those wait who write to standard input
    /// @param words the command and its arguments
    /// @return its exit status
    public static int run(int listener, List<String> words, Commands commands) throws IOException {
        List<Descriptor> streams = List.of(Descriptor.of(0), Descriptor.of(1), Descriptor.of(2));
        return run(LocalSocket.of(Descriptor.of(listener)), streams, words, commands);
    }

    /// @param streams standard input, output and error of the command
    static int run(
            LocalSocket listener, List<Descriptor> streams, List<String> words, Commands commands)
            throws IOException {
        PipeHost host = new PipeHost();
        // Of a client that goes while it asks, the shell tells.
        PrintStream log =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try (Sessions sessions = new Sessions(host, MOST, commands, false, log)) {
            sessions.listen(listener);
            // Of a process that a signal ends; one that has run to its end halts.
            Runtime.getRuntime().addShutdownHook(new Thread(sessions::abandon));
            Thread hearing =
                    Thread.ofPlatform().daemon().name("clients").start(() -> host.hear(sessions));
            int status = run(sessions, streams, words, commands);
            host.end();
            sessions.wake();
            hearing.join();
            sessions.closeListeners();
            sessions.finish(Long.MAX_VALUE);
            return status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Both sides in this process: for the cache of classes and code that processes start from.
    ///
    /// @param directory for the socket
    /// @param writer a command and its arguments
    /// @param reader one that reads the output of that
    /// @return exit status of the reader
    public static int rehearse(
            Path directory, List<String> writer, List<String> reader, Commands commands)
            throws IOException {
        Path name = directory.resolve("rehearsal");
        Descriptor[] none = Descriptor.pipe();
        Descriptor[] between = Descriptor.pipe();
        Descriptor[] out = Descriptor.pipe();
        Descriptor[] err = Descriptor.pipe();
        LocalSocket listener = LocalSocket.listening(name.toString(), 1);
        try (LocalSocket client = LocalSocket.connected(name.toString())) {
            Request request =
                    Request.ofThisProcess(directory.toRealPath().toString(), writer, Map.of());
            client.send(request.message(7, ThreadMask.get()), List.of(none[0], between[1], err[1]));
            between[1].close();
            List<Descriptor> streams = List.of(between[0], out[1], err[1]);
            return run(listener, streams, reader, commands);
        } finally {
            Files.delete(name);
            for (Descriptor d : List.of(none[0], none[1], out[0], err[0])) {
                d.close();
            }
        }
    }

    private void hear(Sessions sessions) {
        try {
            while (!ending) {
                sessions.hear(-1);
            }
        } catch (IOException e) {
            sessions.note(e);
        }
    }

    /// The streams are closed behind it, so that those who still write are told that nobody reads.
    private static int run(
            Sessions sessions, List<Descriptor> streams, List<String> words, Commands commands)
            throws IOException {
        Context own = new Context(sessions.machine(), Path.of(""), System.getenv());
        try (Stop stop = new Stop(own::check);
                DescriptorInput in = new DescriptorInput(streams.get(0), stop);
                DescriptorOutput out = new DescriptorOutput(streams.get(1), stop);
                DescriptorOutput err = new DescriptorOutput(streams.get(2), stop)) {
            Env env = Env.of(in, out, err, own, sessions.meetings(), ThreadMask.get());
            int status = commands.run(words, env);
            env.end();
            return status;
        }
    }

    @Override
    public void begins(Path file) {
        // As in a process of its own, which leaves behind what it has not ended when it is killed.
    }

    @Override
    public void ends(Path file) {}

    @Override
    public boolean isEnding() {
        return ending;
    }

    @Override
    public void end() {
        ending = true;
    }

    @Override
    public String report() {
        return "";
    }
}
