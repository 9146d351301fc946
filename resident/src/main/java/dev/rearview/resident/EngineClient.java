package dev.rearview.resident;

import dev.rearview.descriptors.LocalSocket;
import dev.rearview.descriptors.SystemCallException;
import dev.rearview.descriptors.ThisProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Asks the engine of this user, if there is one.
public final class EngineClient {
    private static final int PATIENCE_MS = 2_000;
    private static final int MOST = 1 << 20;

    private final EngineDirectory directory;

    public EngineClient(EngineDirectory directory) {
        this.directory = directory;
    }

    /// How the engine is: lines of a name, a tab and a value; empty if there is none.
    public Optional<String> status() throws IOException {
        return ask(Header.Kind.STATUS);
    }

    /// Has the engine end, after what runs there.
    ///
    /// @return number of its process; empty if there is none
    public Optional<Long> end() throws IOException {
        return ask(Header.Kind.END).map(text -> Long.parseLong(text.strip()));
    }

    private Optional<String> ask(Header.Kind kind) throws IOException {
        try {
            directory.check();
        } catch (SystemCallException e) {
            // There is no such directory.
            return Optional.empty();
        }
        try (LocalSocket socket = LocalSocket.connected(directory.socket().toString())) {
            if (socket.peer().user() != ThisProcess.user()) {
                throw new IOException(directory.socket() + ": of another user");
            }
            socket.send(Header.alone(kind), List.of());
            return Optional.of(answer(socket));
        } catch (SystemCallException e) {
            // Nobody is there any more.
            return Optional.empty();
        }
    }

    private String answer(LocalSocket socket) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[4096];
        while (socket.descriptor().awaitReadable(PATIENCE_MS) && out.size() < MOST) {
            int read = socket.receive(part, 0, 0).octets();
            if (read == 0) {
                return out.toString(StandardCharsets.UTF_8);
            }
            out.write(part, 0, read);
        }
        throw new IOException(directory.socket() + ": the engine does not answer");
    }
}
