package dev.rearview.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.DescriptorInput;
import dev.rearview.descriptors.DescriptorOutput;
import dev.rearview.descriptors.FileStatus;
import dev.rearview.descriptors.LocalSocket;
import dev.rearview.descriptors.Stop;
import dev.rearview.descriptors.ThisProcess;
import dev.rearview.descriptors.ThreadMask;
import dev.rearview.kit.command.Env;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine with commands of its own, and a client that speaks by hand.
class EngineTest {
    @TempDir Path directory;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final CountDownLatch begun = new CountDownLatch(1);
    private EngineDirectory place;
    private CompletableFuture<Boolean> served;

    @BeforeEach
    void serve() throws Exception {
        place = new EngineDirectory(directory.resolve("engines"), "k");
        served = serve(place, 2);
        // Its socket has a name before it takes connections.
        while (new EngineClient(place).status().isEmpty()) {
            Thread.sleep(5);
        }
    }

    @AfterEach
    void end() throws Exception {
        new EngineClient(place).end();
        served.get(20, TimeUnit.SECONDS);
        assertThat(place.socket()).doesNotExist();
    }

    private CompletableFuture<Boolean> serve(EngineDirectory at, int requests) {
        Bounds bounds = new Bounds(requests, Duration.ofMinutes(5), Duration.ofSeconds(1));
        return CompletableFuture.supplyAsync(
                () -> {
                    try (Engine engine =
                            new Engine(at, bounds, new Samples(), new PrintStream(log, true))) {
                        return engine.serve();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    /// Commands for this test.
    private final class Samples implements Commands {
        @Override
        public boolean canRunHere(String name) {
            return !name.equals("daemon");
        }

        @Override
        public int run(List<String> words, Env env) {
            try {
                return switch (words.getFirst()) {
                    case "cat" -> {
                        env.in().transferTo(env.out());
                        yield 0;
                    }
                    case "world" -> {
                        env.out()
                                .write(
                                        (env.directory() + " " + env.variable("A").orElse("-"))
                                                .getBytes(StandardCharsets.UTF_8));
                        Files.writeString(env.path("made"), "");
                        yield 7;
                    }
                    case "wait" -> {
                        Path half = env.path("half");
                        Files.writeString(half, "");
                        env.context().leftovers().add(half, half);
                        begun.countDown();
                        yield env.in().read();
                    }
                    case "memory" -> throw new OutOfMemoryError("as if");
                    default -> throw new IllegalStateException("no such command");
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    // The client --------------------------------------------------------------------------------

    private static byte[] message(int mask, int niceness, Path here, String... words)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        for (String path : List.of("/", here.toString())) {
            FileStatus s = FileStatus.of(path);
            out.writeLong(s.device());
            out.writeLong(s.inode());
        }
        out.writeInt(niceness + 20);
        for (int limit :
                new int[] {
                    ThisProcess.LIMIT_CPU,
                    ThisProcess.LIMIT_FILE_SIZE,
                    ThisProcess.LIMIT_DATA,
                    ThisProcess.LIMIT_ADDRESS_SPACE
                }) {
            out.writeLong(ThisProcess.limit(limit));
        }
        int[] groups = ThisProcess.groups();
        out.writeInt(groups.length);
        for (int g : groups) {
            out.writeInt(g);
        }
        out.writeInt(words.length);
        out.writeInt(1);
        for (String text : new String[] {here.toString(), String.join("\0", words), "A=b"}) {
            out.write((text + "\0").getBytes(StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        DataOutputStream header = new DataOutputStream(all);
        header.writeInt(0x52564501);
        header.writeByte('R');
        header.writeByte(7);
        header.writeShort(mask);
        header.writeInt(body.size());
        all.write(body.toByteArray());
        return all.toByteArray();
    }

    /// A request that is under way.
    ///
    /// @param in where its standard input is written to
    /// @param out where its standard output is read from
    /// @param err where its standard error is read from
    private record Call(LocalSocket socket, Descriptor in, Descriptor out, Descriptor err)
            implements AutoCloseable {
        static Call of(EngineDirectory place, byte[] message) throws IOException {
            Descriptor[] in = Descriptor.pipe();
            Descriptor[] out = Descriptor.pipe();
            Descriptor[] err = Descriptor.pipe();
            LocalSocket socket = LocalSocket.connected(place.socket().toString());
            socket.send(message, List.of(in[0], out[1], err[1]));
            in[0].close();
            out[1].close();
            err[1].close();
            return new Call(socket, in[1], out[0], err[0]);
        }

        void write(String text) throws IOException {
            try (Stop stop = new Stop(() -> {});
                    DescriptorOutput to = new DescriptorOutput(in, stop)) {
                to.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }

        static String text(Descriptor from) throws IOException {
            try (Stop stop = new Stop(() -> {});
                    DescriptorInput stream = new DescriptorInput(from, stop)) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        /// The next octets of the answer, as text; less at the end.
        String answer(int octets) throws IOException {
            byte[] out = new byte[octets];
            int done = 0;
            while (done < octets && socket.descriptor().awaitReadable(10_000)) {
                byte[] part = new byte[octets - done];
                int read = socket.receive(part, 0, 0).octets();
                if (read == 0) {
                    break;
                }
                System.arraycopy(part, 0, out, done, read);
                done += read;
            }
            return new String(out, 0, done, StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
            in.close();
            out.close();
            err.close();
        }
    }

    private Call call(String... words) throws IOException {
        return Call.of(place, message(022, ThisProcess.niceness(), directory, words));
    }

    // What is tested ----------------------------------------------------------------------------

    @Test
    void aCommandHasTheStreamsAndTheWorldOfItsClient() throws Exception {
        try (Call call = call("cat")) {
            call.write("some text");
            assertThat(Call.text(call.out)).isEqualTo("some text");
            assertThat(call.answer(3)).isEqualTo("TX\0");
        }
        try (Call call = Call.of(place, message(027, ThisProcess.niceness(), directory, "world"))) {
            assertThat(Call.text(call.out)).isEqualTo(directory + " b");
            assertThat(call.answer(3)).isEqualTo("TX\7");
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("made"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void whoComesWhileItEndsTakesNoPlace() throws Exception {
        Bounds bounds = new Bounds(2, Duration.ofMinutes(5), Duration.ofSeconds(1));
        EngineDirectory other = new EngineDirectory(place.directory(), "other");
        try (Engine engine = new Engine(other, bounds, new Samples(), new PrintStream(log, true))) {
            engine.end();
            byte[] message = message(ThreadMask.get(), ThisProcess.niceness(), directory, "cat");
            Header header = Header.of(Arrays.copyOf(message, Header.OCTETS));
            byte[] body = Arrays.copyOfRange(message, Header.OCTETS, message.length);
            LocalSocket.Peer peer =
                    new LocalSocket.Peer(1, ThisProcess.user(), ThisProcess.group());
            assertThat(engine.sessions().refusal(header, Request.of(body), peer, false))
                    .contains("ending");
            assertThat(engine.report()).contains("running\t0 of at most 2");
        }
    }

    @Test
    void whoHasGoneIsCancelled() throws Exception {
        Call call = call("wait");
        assertThat(call.answer(1)).isEqualTo("T");
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("half")).exists();
        long start = System.nanoTime();
        call.socket.close();
        // The end of its streams is the end of its command.
        assertThat(Call.text(call.out)).isEmpty();
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
        assertThat(directory.resolve("half")).doesNotExist();
        call.close();
    }

    @Test
    void aSignalEndsTheCommand() throws Exception {
        try (Call call = call("wait")) {
            assertThat(call.answer(1)).isEqualTo("T");
            assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
            call.socket.send(new byte[] {2}, List.of());
            assertThat(call.answer(2)).isEqualTo("K\2");
            assertThat(directory.resolve("half")).doesNotExist();
        }
    }

    @Test
    void whatIsNotForItIsLeftToTheClient() throws Exception {
        for (byte[] message :
                List.of(
                        message(022, ThisProcess.niceness(), directory, "daemon"),
                        message(022, ThisProcess.niceness() + 1, directory, "cat"),
                        message(022, ThisProcess.niceness(), directory, "cat", "/dev/fd/63"),
                        message(022, ThisProcess.niceness(), directory, "cat", "/dev/stdin"))) {
            try (Call call = Call.of(place, message)) {
                assertThat(Call.text(call.out)).isEmpty();
                assertThat(call.answer(2)).isEqualTo("N");
            }
        }
        assertThat(new EngineClient(place).status().orElseThrow())
                .contains("0 served, 4 left to processes");
    }

    @Test
    void whatComesBeyondTheBoundIsLeftToTheClient() throws Exception {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            calls.add(call("cat"));
            assertThat(calls.getLast().answer(1)).isEqualTo("T");
        }
        try (Call third = call("cat")) {
            assertThat(third.answer(1)).isEqualTo("N");
        }
        for (Call c : calls) {
            c.write("x");
            assertThat(c.answer(2)).isEqualTo("X\0");
            c.close();
        }
        try (Call fourth = call("world")) {
            assertThat(fourth.answer(3)).isEqualTo("TX\7");
        }
    }

    @Test
    void oneThatFailsHarmsNoOther() throws Exception {
        for (String name : List.of("nonsense", "memory")) {
            try (Call call = call(name)) {
                assertThat(Call.text(call.err)).contains("java.lang.");
                assertThat(call.answer(3)).isEqualTo("TX\1");
            }
        }
        try (Call call = call("world")) {
            assertThat(call.answer(3)).isEqualTo("TX\7");
        }
    }

    @Test
    void whatIsNoRequestIsNoAnswer() throws Exception {
        for (String text : List.of("GET / HTTP/1.0\r\n\r\n", "RVE\1R\7\0\0\0\0\0\0")) {
            try (LocalSocket socket = LocalSocket.connected(place.socket().toString())) {
                socket.send(text.getBytes(StandardCharsets.ISO_8859_1), List.of());
                assertThat(socket.descriptor().awaitReadable(5_000)).isTrue();
                assertThat(isOver(socket)).isTrue();
            }
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("not the one of this engine");
    }

    /// Whether the other side has closed, be it with something unread.
    private static boolean isOver(LocalSocket socket) {
        try {
            return socket.receive(new byte[1], 0, 0).octets() == 0;
        } catch (IOException e) {
            return "Connection reset by peer".equals(e.getMessage());
        }
    }

    @Test
    void aSecondOneLeavesThePlaceToTheFirst() throws Exception {
        assertThat(serve(place, 1).get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(new EngineClient(place).status()).isPresent();
    }

    @Test
    void aSocketThatWasLeftIsReplaced() throws Exception {
        EngineDirectory other = new EngineDirectory(place.directory(), "other");
        LocalSocket.listening(other.socket().toString(), 1).close();
        assertThat(new EngineClient(other).status()).isEmpty();
        CompletableFuture<Boolean> second = serve(other, 1);
        while (new EngineClient(other).status().isEmpty()) {
            Thread.sleep(5);
        }
        assertThat(new EngineClient(other).end()).hasValue(ProcessHandle.current().pid());
        assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aDirectoryOfOthersIsNotTrusted() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), place.directory());
        for (Path bad : List.of(open, link)) {
            EngineDirectory there = new EngineDirectory(bad, "k");
            assertThatThrownBy(there::prepare).hasMessageContaining("not a directory of mode 0700");
            assertThatThrownBy(() -> new EngineClient(there).status())
                    .hasMessageContaining("not a directory of mode 0700");
        }
        assertThat(
                        EngineDirectory.of(Map.of("XDG_RUNTIME_DIR", "/x"), link, link)
                                .socket()
                                .toString())
                .matches("/x/rearview-\\d+/[0-9a-f]{16}\\.sock");
    }
}
