package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.ingest.store.StoreIntake;
import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.state.StateReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A decoder with an error in it costs a message, and not the collector.
class ReceptionTest {
    private static final InetSocketAddress ONE = new InetSocketAddress("127.0.0.1", 4000);
    private static final InetSocketAddress TWO = new InetSocketAddress("127.0.0.2", 4000);

    /// One record: 10 packets of 1,024 octets.
    private static final String NETFLOW5 =
            """
            0005 0001 000186a0 65920080 00000000 00000000 00 00 0000
            c6336407 c0000201 00000000 0003 0004 0000000a 00000400 00015f90 00017318
            d431 0050 00 1b 06 00 0000 0000 00 00 0000
            """;

    @TempDir Path directory;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final Log log =
            Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
    private final LossLedger ledger = new LossLedger();
    private final Accounts accounts =
            new Accounts(ledger, new LossCauses(ledger, log, Ticks::ms), log);
    private boolean fails;
    private Routing routing;
    private StoreIntake intake;
    private Reception reception;

    @BeforeEach
    void open() throws IOException {
        Configuration configuration =
                TestConfiguration.of(
                        directory,
                        """
                        probe P0 netflow-v5
                            listen-on-port 2055
                            protocol udp
                        end probe
                        sensor S0
                            netflow-v5-probes P0
                            internal-ipblocks 192.0.2.0/24
                            external-ipblocks remainder
                        end sensor
                        """);
        routing = new Routing(configuration, log);
        intake =
                StoreIntake.open(
                        new StoreIntake.Settings(
                                Files.createDirectory(directory.resolve("data")),
                                60_000,
                                1 << 30,
                                Optional.empty(),
                                Optional.empty()),
                        configuration.site(),
                        accounts);
        reception =
                new Reception(
                        routing,
                        TimeWindow.ANY,
                        new Reception.Budgets(new StateBudget(1 << 20), new StateBudget(1 << 20)),
                        accounts,
                        intake::append,
                        this::decoder);
    }

    @AfterEach
    void close() throws IOException {
        reception.close();
        intake.close();
    }

    private Decoder decoder(Probe probe) {
        NetFlow5 good = new NetFlow5();
        return new Decoder(
                probe,
                Map.of(
                        ExportFormat.NETFLOW_V5,
                        (in, from, arrival, counters, out) -> {
                            if (fails) {
                                throw new IllegalStateException("of the test");
                            }
                            return good.decode(in, from, arrival, counters, out);
                        }));
    }

    private static ByteBuffer datagram() {
        return ByteBuffer.wrap(HexFormat.of().parseHex(NETFLOW5.replaceAll("\\s", "")));
    }

    private void send(InetSocketAddress from) {
        send(from, 0);
    }

    private void send(InetSocketAddress from, int session) {
        Arrival arrival = new Arrival(from.getPort(), 0, 0);
        assertThat(reception.take(new Reception.Message("P0", from, session, arrival, datagram())))
                .isTrue();
    }

    private List<String> told() {
        return text.toString(StandardCharsets.UTF_8)
                .lines()
                .map(l -> l.substring(l.indexOf("]: ") + 3).replaceAll(" at .*;", " at ...;"))
                .toList();
    }

    private static String message(String host) {
        return "'P0': a message from "
                + host
                + " is dropped, as its decoder failed: java.lang.IllegalStateException: of the test"
                + " at ...; please report that, with a capture if you can";
    }

    @Test
    void datagramsAtWhichItFailsAreCountedAndToldOnceForEachExporter() {
        send(ONE);
        fails = true;
        for (int i = 0; i < 50; i++) {
            send(ONE);
            send(TWO);
        }
        fails = false;
        send(ONE);
        for (String host : List.of("127.0.0.1", "127.0.0.2")) {
            assertThat(ledger.of("P0", host).dropped(Drop.MALFORMED)).isEqualTo(50);
        }
        Counters one = ledger.of("P0", "127.0.0.1");
        assertThat(one.total(Total.DATAGRAMS)).isEqualTo(52);
        assertThat(one.total(Total.FLOWS)).isEqualTo(2);
        assertThat(one.dropped(Drop.BAD_RECORD)).isZero();
        assertThat(told()).containsExactly(message("127.0.0.1"), message("127.0.0.2"));
    }

    @Test
    void soAreMessagesOfSessions() {
        fails = true;
        send(ONE, 7);
        send(ONE, 7);
        fails = false;
        send(ONE, 7);
        Counters counters = ledger.of("P0", "127.0.0.1");
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(2);
        assertThat(counters.total(Total.FLOWS)).isEqualTo(1);
        assertThat(told()).containsExactly(message("127.0.0.1"));
    }

    @Test
    void whatIsOfNoProbeIsCountedWithoutOne() {
        Arrival arrival = new Arrival(4000, 0, 0);
        assertThat(reception.take(new Reception.Message("gone", ONE, 0, arrival, datagram())))
                .isFalse();
        assertThat(ledger.of(Ledger.NONE, "127.0.0.1").dropped(Drop.DISALLOWED_HOST)).isEqualTo(1);
        assertThat(ledger.of("P0", "127.0.0.1").total(Total.DATAGRAMS)).isZero();
    }

    /// What was sent in between, by the sequence numbers, is missing; no more than that.
    @Test
    void anotherProcessGoesOnWhereThisOneIs() throws Exception {
        send(ONE);
        send(ONE);
        Counters counters = ledger.of("P0", "127.0.0.1");
        long gap = counters.dropped(Drop.SEQUENCE_GAP);
        byte[] state = reception.save(1 << 20, 5);
        reception.restore(ByteBuffer.wrap(state), 5);
        send(ONE);
        assertThat(counters.total(Total.FLOWS)).isEqualTo(3);
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(gap);
        // There is room for no exporter.
        byte[] none = reception.save(20, 5);
        assertThat(none.length).isLessThan(20);
        reception.restore(ByteBuffer.wrap(none), 5);
        assertThat(reception.save(1 << 20, 5)).isEqualTo(none);
        for (int length = 0; length < state.length; length++) {
            byte[] cut = Arrays.copyOf(state, length);
            assertThatThrownBy(() -> reception.restore(ByteBuffer.wrap(cut), 5))
                    .isInstanceOf(StateReader.Malformed.class);
        }
    }
}
