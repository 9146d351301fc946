package dev.rearview.tools.rwresolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names from a server on this host: which, in which order, how often asked for, and what happens
/// where it does not answer.
class RwResolveTest {
    @TempDir Path directory;
    private Workbench bench;
    private Server server;

    @BeforeEach
    void server() throws IOException {
        bench = new Workbench(directory, RwResolve::new);
        server = new Server();
    }

    @AfterEach
    void end() {
        server.socket.close();
    }

    /// Answers by a table of reverse names; says nothing of those that begin with 9.
    private static final class Server {
        private final DatagramSocket socket;
        private final Map<String, String> names = new ConcurrentHashMap<>();
        private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
        private final Set<Integer> ids = ConcurrentHashMap.newKeySet();
        private final AtomicInteger asked = new AtomicInteger();

        /// Put before each right answer: datagrams that somebody else might send.
        private volatile boolean withStrayAnswers;

        /// Whether datagrams say no more than that there is more.
        private volatile boolean isTruncating;

        Server() throws IOException {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            Thread.ofPlatform().daemon().start(this::serve);
        }

        String address() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        private void serve() {
            byte[] octets = new byte[512];
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(octets, octets.length);
                    socket.receive(packet);
                    answer(ByteBuffer.wrap(octets, 0, packet.getLength()), packet);
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void answer(ByteBuffer question, DatagramPacket from) throws IOException {
            asked.incrementAndGet();
            ports.add(from.getPort());
            ids.add(question.getShort(0) & 0xFFFF);
            String name = name(question, 12);
            if (name.startsWith("9.")) {
                return;
            }
            if (withStrayAnswers) {
                ByteBuffer wrong = reply(question, "wrong.example");
                wrong.putShort(0, (short) (question.getShort(0) + 1));
                send(wrong, from);
                ByteBuffer other = reply(question, "other.example");
                other.put(13, (byte) 'x');
                send(other, from);
                send(ByteBuffer.allocate(3), from);
            }
            ByteBuffer reply = reply(question, isTruncating ? null : names.get(name));
            if (isTruncating) {
                reply.putShort(2, (short) 0x8380);
            }
            send(reply, from);
        }

        private void send(ByteBuffer b, DatagramPacket to) throws IOException {
            socket.send(new DatagramPacket(b.array(), b.limit(), to.getAddress(), to.getPort()));
        }

        private static ByteBuffer reply(ByteBuffer question, @Nullable String name) {
            ByteBuffer b = ByteBuffer.allocate(512);
            b.put(question.array(), 0, question.limit());
            b.putShort(2, (short) (name == null ? 0x8183 : 0x8180));
            if (name != null) {
                b.putShort(6, (short) 2);
                // The name asked for is another one's.
                record(b, 5, 0xC00C, "alias.example");
                record(b, 12, 0xC00C, name);
            }
            return b.flip();
        }

        private static void record(ByteBuffer b, int type, int owner, String name) {
            b.putShort((short) owner).putShort((short) type).putShort((short) 1).putInt(60);
            int size = b.position();
            b.putShort((short) 0);
            for (String label : name.split("\\.", -1)) {
                byte[] text = label.getBytes(StandardCharsets.ISO_8859_1);
                b.put((byte) text.length).put(text);
            }
            b.put((byte) 0);
            b.putShort(size, (short) (b.position() - size - 2));
        }

        private static String name(ByteBuffer b, int from) {
            StringBuilder out = new StringBuilder();
            int at = from;
            for (int n = b.get(at++); n > 0; n = b.get(at++)) {
                out.append(new String(b.array(), at, n, StandardCharsets.US_ASCII)).append('.');
                at += n;
            }
            return out.toString();
        }
    }

    /// Says how the server's answers to questions over TCP are written.
    private interface Stream {
        void write(OutputStream out, byte[] answer) throws IOException, InterruptedException;
    }

    /// A datagram of a truncated answer has none of it; the whole comes over TCP.
    @Test
    void truncatedAnswersComeOverTcp() throws IOException {
        server.isTruncating = true;
        server.names.put("1.0.0.10.in-addr.arpa.", "host.example");
        // Nobody listens for TCP.
        assertThat(resolve("--timeout=2", "10.0.0.1|x").out()).doesNotContain("host");
        try (ServerSocket stream = listen((out, answer) -> out.write(answer))) {
            assertThat(stream.isBound()).isTrue();
            assertThat(resolve("--timeout=2", "10.0.0.1|x").out()).contains("host.example");
        }
    }

    @Test
    void streamsThatEndOrDripAreGivenUp() throws IOException {
        server.isTruncating = true;
        server.names.put("1.0.0.10.in-addr.arpa.", "host.example");
        List<Stream> bad =
                List.of(
                        (out, answer) -> out.write(answer, 0, answer.length / 2),
                        (out, answer) -> out.write(new byte[] {0, 3, 1, 2, 3}),
                        (out, answer) -> {
                            for (byte b : answer) {
                                out.write(b);
                                Thread.sleep(1000);
                            }
                        });
        AtomicReference<Stream> way = new AtomicReference<>(bad.getFirst());
        try (ServerSocket stream =
                listen((out, answer) -> Objects.requireNonNull(way.get()).write(out, answer))) {
            assertThat(stream.isBound()).isTrue();
            for (Stream each : bad) {
                way.set(each);
                long began = System.nanoTime();
                assertThat(resolve("--timeout=2", "10.0.0.1|x").out()).doesNotContain("host");
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .isLessThan(Duration.ofSeconds(30));
            }
        }
    }

    private ServerSocket listen(Stream way) throws IOException {
        ServerSocket stream =
                new ServerSocket(server.socket.getLocalPort(), 9, InetAddress.getLoopbackAddress());
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    while (!stream.isClosed()) {
                        try (Socket from = stream.accept()) {
                            byte[] size = from.getInputStream().readNBytes(2);
                            byte[] question =
                                    from.getInputStream()
                                            .readNBytes(ByteBuffer.wrap(size).getShort());
                            ByteBuffer b = ByteBuffer.wrap(question);
                            ByteBuffer reply =
                                    Server.reply(b, server.names.get(Server.name(b, 12)));
                            byte[] answer = new byte[2 + reply.limit()];
                            ByteBuffer.wrap(answer).putShort((short) reply.limit()).put(reply);
                            way.write(from.getOutputStream(), answer);
                        } catch (IOException | InterruptedException e) {
                            // The client has gone, or the test is over.
                        }
                    }
                });
        return stream;
    }

    private Workbench.Result resolve(String switches, String... lines) {
        bench.input(String.join("\n", lines) + "\n");
        return bench.run("rwresolve --dns-server=" + server.address() + " " + switches);
    }

    @Test
    void namesStandInPlaceOfTheirAddresses() {
        server.names.put("1.2.0.192.in-addr.arpa.", "a.example.org");
        server.names.put(
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
                "six.example.org");
        Workbench.Result r =
                resolve(
                        "--ip-fields=1-3",
                        "192.0.2.1|192.0.2.2| 2001:db8::1|192.0.2.1",
                        "::ffff:192.0.2.1|12|+192.0.2.1");
        assertThat(r)
                .isEqualTo(
                        new Workbench.Result(
                                0,
                                """
                                a.example.org|192.0.2.2|six.example.org|192.0.2.1
                                a.example.org|12|+192.0.2.1
                                """,
                                ""));
        r =
                resolve(
                        "--ip-fields=1-3 --column-width=15 --resolver=adns",
                        "192.0.2.1|x|  2001:db8::1");
        assertThat(r.out()).isEqualTo("  a.example.org|              x|    2001:db8::1\n");
    }

    @Test
    void anAddressIsAskedForOnceAndEachQuestionComesFromAPortOfItsOwn() {
        String[] lines = new String[2000];
        for (int i = 0; i < lines.length; i++) {
            int host = i % 100;
            server.names.put(host + ".0.51.198.in-addr.arpa.", "h" + host);
            lines[i] = "198.51.0." + host + "|" + i;
        }
        server.names.put("9.0.51.198.in-addr.arpa.", "never.said");
        List<String> rows = resolve("--timeout=2", lines).lines();
        assertThat(rows).hasSize(lines.length);
        for (int i = 0; i < lines.length; i++) {
            int host = i % 100;
            assertThat(rows.get(i)).isEqualTo((host == 9 ? "198.51.0.9" : "h" + host) + "|" + i);
        }
        // One more for the one that is not answered.
        assertThat(server.asked.get()).isEqualTo(101);
        assertThat(server.ports).hasSizeGreaterThan(90);
        assertThat(server.ids).hasSizeGreaterThan(90);
    }

    @Test
    void whatIsNoAnswerToTheQuestionIsNotHeard() {
        server.withStrayAnswers = true;
        server.names.put("1.2.0.192.in-addr.arpa.", "right.example");
        assertThat(resolve("", "192.0.2.1|x").out()).isEqualTo("right.example|x\n");
    }

    /// A name may not lead astray who reads it.
    @Test
    void octetsThatNoHostNameHasAreShownAsNumbers() {
        server.names.put("1.2.0.192.in-addr.arpa.", "a|b\u001b[31m.\u00e4");
        assertThat(resolve("", "192.0.2.1|x").out()).isEqualTo("a\\124b\\027\\09131m.\\228|x\n");
    }

    @Test
    void aDeadServerIsNotWaitedForAgainAndAgain() {
        String[] lines = new String[5000];
        Set<String> hosts = new HashSet<>();
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "10." + i / 250 + "." + i % 250 + ".9|" + i;
            hosts.add(lines[i]);
        }
        assertThat(hosts).hasSize(lines.length);
        long start = System.nanoTime();
        Workbench.Result r = resolve("--timeout=0.5", lines);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(r).isEqualTo(new Workbench.Result(0, String.join("\n", lines) + "\n", ""));
        // One after the other would take 40 minutes, 128 at a time 20 seconds.
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        assertThat(server.asked.get()).isLessThan(600);
    }

    @Test
    void whereNobodyListensAddressesStayAtOnce() {
        String address = server.address();
        server.socket.close();
        bench.input("192.0.2.1|192.0.2.2|x\n");
        assertThat(bench.run("rwresolve --timeout=60 --dns-server=" + address))
                .isEqualTo(new Workbench.Result(0, "192.0.2.1|192.0.2.2|x\n", ""));
    }

    @Test
    void theOtherServerIsAskedWhereOneIsDead() throws IOException {
        server.names.put("1.2.0.192.in-addr.arpa.", "a.example.org");
        try (DatagramSocket dead = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            bench.input("192.0.2.1|x\n");
            Workbench.Result r =
                    bench.run(
                            "rwresolve --timeout=2 --dns-server=127.0.0.1:"
                                    + dead.getLocalPort()
                                    + " --dns-server="
                                    + server.address());
            assertThat(r.out()).isEqualTo("a.example.org|x\n");
        }
    }

    @Test
    void faultySwitchesAreRefused() {
        for (String s :
                List.of(
                        "--dns-server=host.example",
                        "--dns-server=127.0.0.1:0",
                        "--dns-server=[::1]:99999",
                        "--timeout=0",
                        "--max-requests=0",
                        "--resolver=none",
                        "--delimiter=",
                        "operand")) {
            Workbench.Result r = bench.run("rwresolve " + s);
            assertThat(r.status()).as(s).isEqualTo(1);
            assertThat(r.err()).as(s).startsWith("rwresolve: ");
            assertThat(r.out()).isEmpty();
        }
    }
}
