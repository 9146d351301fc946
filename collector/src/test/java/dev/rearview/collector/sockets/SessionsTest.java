package dev.rearview.collector.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Routing;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real connections over loopback, from several of its addresses, served by one thread.
class SessionsTest {
    private static final byte[] EMPTY_MESSAGE = {
        0, 10, 0, 16, 0x65, (byte) 0x92, 0, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0
    };

    @TempDir Path directory;
    private final StateBudget budget = new StateBudget(1 << 19);
    private final LossLedger ledger = new LossLedger();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final List<Socket> clients = new ArrayList<>();
    private final List<Integer> received = new ArrayList<>();
    private long clock;
    private Selector selector;
    private ServerSocketChannel server;
    private Sessions sessions;
    private Routing routing;

    @BeforeEach
    void listen() throws IOException {
        selector = Selector.open();
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2000);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        Log log =
                Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
        routing = new Routing(configuration(""), log);
        LossCauses causes = new LossCauses(ledger, log, () -> clock);
        Accounts accounts = new Accounts(ledger, causes, log);
        sessions = new Sessions(selector, budget, accounts, () -> clock, this::message);
    }

    private int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /// @param more lines of the probe
    private Configuration configuration(String more) throws IOException {
        return TestConfiguration.of(
                directory,
                """
                probe P0 ipfix
                    listen-on-port %d
                    protocol tcp
                %s
                end probe
                sensor S0
                    ipfix-probes P0
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """
                        .formatted(port(), more));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket s : clients) {
            s.close();
        }
        sessions.close();
        server.close();
        selector.close();
        assertThat(budget.used()).isZero();
    }

    private void message(TcpSession from, ByteBuffer bytes) {
        received.add(bytes.remaining());
    }

    /// @param from last octet of the client's address
    private Socket connect(int from) throws IOException {
        Socket s = new Socket();
        s.bind(new InetSocketAddress("127.0.0." + from, 0));
        s.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
        clients.add(s);
        serve();
        return s;
    }

    /// Serves until nothing happens any more.
    private void serve() throws IOException {
        while (selector.select(20) > 0) {
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid() && key.attachment() instanceof TcpSession session) {
                    sessions.read(session);
                } else if (key.isValid()) {
                    Probe p = routing.probes().getFirst();
                    sessions.accept(server, new ListenAddress(p.port(), p.listenAs()), routing);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void send(Socket s, byte[] bytes) throws IOException {
        s.getOutputStream().write(bytes);
        serve();
    }

    private static boolean isClosed(Socket s) throws IOException {
        s.setSoTimeout(20);
        try {
            return s.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private long dropped(String host, Drop d) {
        return ledger.of("P0", host).dropped(d);
    }

    @Test
    void messagesComeInPieces() throws IOException {
        Socket s = connect(1);
        byte[] large = new byte[60_000];
        ByteBuffer.wrap(large).putShort((short) 10).putShort((short) 60_000);
        for (int at = 0; at < large.length; at += 7_000) {
            send(s, java.util.Arrays.copyOfRange(large, at, Math.min(at + 7_000, large.length)));
        }
        send(s, EMPTY_MESSAGE);
        assertThat(received).containsExactly(60_000, 16);
        assertThat(budget.used()).isZero();
    }

    @Test
    void thoseThatNeverSentAMessageMakeRoomFirst() throws IOException {
        Socket good = connect(1);
        send(good, EMPTY_MESSAGE);
        Socket idle = connect(1);
        for (int i = 2; i < Sessions.MAX_OF_HOST; i++) {
            connect(1);
        }
        assertThat(sessions.count()).isEqualTo(Sessions.MAX_OF_HOST);
        connect(1);
        assertThat(sessions.count()).isEqualTo(Sessions.MAX_OF_HOST);
        assertThat(isClosed(idle)).isTrue();
        assertThat(isClosed(good)).isFalse();
        assertThat(dropped("127.0.0.1", Drop.TABLE_FULL)).isEqualTo(1);
    }

    @Test
    void aFloodLocksNobodyOut() throws IOException {
        Socket good = connect(1);
        send(good, EMPTY_MESSAGE);
        for (int i = 0; i < 600; i++) {
            connect(2 + i / 60);
        }
        assertThat(sessions.count()).isEqualTo(Sessions.MAX_OF_PROBE);
        Socket late = connect(20);
        send(late, EMPTY_MESSAGE);
        send(good, EMPTY_MESSAGE);
        assertThat(received).containsExactly(16, 16, 16);
        assertThat(isClosed(good)).isFalse();
        assertThat(isClosed(late)).isFalse();
        assertThat(sessions.count()).isEqualTo(Sessions.MAX_OF_PROBE);
        // Two more than may be were the good ones; the flood paid for them all.
        long evicted = 0;
        for (Counters c : ledger.entries().values()) {
            evicted += c.dropped(Drop.TABLE_FULL);
        }
        assertThat(evicted).isEqualTo(602 - Sessions.MAX_OF_PROBE);
    }

    @Test
    void garbageIsCountedExactlyAndLoggedOnce() throws IOException {
        for (int i = 0; i < 50; i++) {
            Socket s = connect(3);
            send(s, "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(isClosed(s)).isTrue();
        }
        assertThat(dropped("127.0.0.3", Drop.MALFORMED)).isEqualTo(50);
        assertThat(text.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("no IPFIX message: version 18245");
        assertThat(sessions.count()).isZero();
    }

    @Test
    void halfMessagesOfManyKeepWithinTheBudget() throws IOException {
        byte[] half = new byte[60_000];
        ByteBuffer.wrap(half).putShort((short) 10).putShort((short) 65_535);
        Socket good = connect(1);
        send(good, EMPTY_MESSAGE);
        for (int i = 0; i < 40; i++) {
            send(connect(2 + i), half);
        }
        assertThat(budget.used()).isLessThanOrEqualTo(budget.limit());
        assertThat(isClosed(good)).isFalse();
        send(good, EMPTY_MESSAGE);
        assertThat(received).containsExactly(16, 16);
    }

    @Test
    void whoeverSendsNoMessageInTimeIsClosed() throws IOException {
        Socket good = connect(1);
        Socket silent = connect(2);
        Socket slow = connect(3);
        send(good, EMPTY_MESSAGE);
        send(slow, new byte[] {0, 10, 0});
        clock = Sessions.HANDSHAKE_MS;
        sessions.expire();
        assertThat(sessions.count()).isEqualTo(3);
        clock++;
        sessions.expire();
        assertThat(isClosed(good)).isFalse();
        assertThat(isClosed(silent)).isTrue();
        assertThat(isClosed(slow)).isTrue();
        clock = Sessions.IDLE_MS;
        send(good, EMPTY_MESSAGE);
        clock = 2 * Sessions.IDLE_MS;
        sessions.expire();
        assertThat(isClosed(good)).isFalse();
        clock++;
        sessions.expire();
        assertThat(isClosed(good)).isTrue();
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("no message came in time")
                .contains(" was idle");
    }

    @Test
    void aHostThatIsNotAllowedIsNamedOnce() throws IOException {
        Log quiet = Log.to("test", Log.Level.INFO, null);
        routing = new Routing(configuration("accept-from-host 192.0.2.7"), quiet);
        for (int i = 0; i < 3; i++) {
            assertThat(isClosed(connect(4))).isTrue();
        }
        assertThat(ledger.of(LossLedger.NONE, "127.0.0.4").dropped(Drop.DISALLOWED_HOST))
                .isEqualTo(3);
        assertThat(text.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .endsWith(
                        "A session was opened to TCP port "
                                + port()
                                + " from 127.0.0.4 and is closed: no probe of that port accepts"
                                + " the host (accept-from-host)");
    }

    @Test
    void aProbeMayBeTakenAway() throws IOException {
        Socket s = connect(1);
        sessions.closeUnless(session -> Optional.empty().isPresent());
        assertThat(isClosed(s)).isTrue();
        assertThat(sessions.count()).isZero();
    }
}
