package dev.rearview.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.RecountLedger;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.model.RecordWords;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.StateBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whoever decodes waits for whoever writes, so that what is decoded and not written has a bound.
@Timeout(60)
class DecodingWaitsTest {
    private static final InetSocketAddress FROM = new InetSocketAddress("192.0.2.9", 4000);
    private static final int RECORDS = 30;
    private static final int JOURNALS = 40;

    /// Octets of the flows of a journal, which has one datagram.
    private static final long EACH = (long) RECORDS * RecordWords.COUNT * Long.BYTES;

    @TempDir Path directory;
    private final ByteArrayOutputStream troubles = new ByteArrayOutputStream();
    private final Log log =
            Log.to(
                    "test",
                    Log.Level.WARNING,
                    new PrintStream(troubles, true, StandardCharsets.UTF_8));
    private final LossLedger ledger = new LossLedger();
    private Configuration configuration;

    @BeforeEach
    void configuration() throws IOException {
        configuration =
                TestConfiguration.of(
                        directory,
                        """
                        probe P5 netflow-v5
                            listen-on-port 2055
                            protocol udp
                        end probe
                        sensor S0
                            netflow-v5-probes P5
                            internal-ipblocks 192.0.2.0/24
                            external-ipblocks remainder
                        end sensor
                        """);
    }

    /// A datagram of flows from 192.0.2.1.
    private static ByteBuffer datagram(int sequence) {
        int seconds = (int) (System.currentTimeMillis() / 1000);
        ByteBuffer out = ByteBuffer.allocate(24 + RECORDS * 48);
        out.putShort((short) 5).putShort((short) RECORDS).putInt(1000).putInt(seconds);
        out.putInt(0).putInt(sequence).putInt(0);
        for (int i = 0; i < RECORDS; i++) {
            out.putInt(0xC000_0201).putInt(0xC633_6407).position(out.position() + 8);
            out.putInt(7).putInt(700).putInt(500).putInt(900);
            out.position(out.position() + 16);
        }
        return out.flip();
    }

    /// Many journals, each with fewer flows than are handed over before its end, and a writer that
    /// does not come to them.
    @Test
    void manySmallJournalsWaitForTheWriter() throws Exception {
        Path root = Files.createDirectory(directory.resolve("data"));
        LossCauses causes = new LossCauses(ledger, log, Ticks::ms);
        CountDownLatch writes = new CountDownLatch(1);
        CountDownLatch decoded = new CountDownLatch(1);
        long room = 3 * EACH;
        try (FlowStore store = FlowStore.open(root, configuration.site(), n -> {})) {
            HourLines hours = new HourLines(root, configuration::site, log);
            SegmentWriting segments = new SegmentWriting(store.writer(), 60_000, hours, log, room);
            DatagramDecoding decoding = new DatagramDecoding(store, segments, log);
            store.datagrams().onBegin(decoding::follow);
            segments.afterwards(() -> await(writes));
            RecountLedger counting = new RecountLedger(ledger);
            Reception reception =
                    new Reception(
                            new Routing(configuration, log),
                            TimeWindow.ANY,
                            new Reception.Budgets(
                                    new StateBudget(1 << 20), new StateBudget(1 << 20)),
                            new Accounts(counting, causes, log),
                            decoding);
            decoding.start(new Intake.Decoding(reception, counting, () -> {}, () -> {}));
            for (int i = 0; i < JOURNALS; i++) {
                long ms = Ticks.ms();
                ByteBuffer bytes = datagram(i * RECORDS);
                assertThat(store.datagrams().add("P5", FROM, 0, ms * 1000, ms, bytes)).isTrue();
                store.datagrams().commit();
                store.datagrams().rotate();
            }
            decoding.afterwards(decoded::countDown);
            assertThat(decoded.await(2, TimeUnit.SECONDS)).isFalse();
            assertThat(segments.octets()).isBetween(room, room + EACH);
            // What waits gets its turn.
            writes.countDown();
            assertThat(decoded.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(decoding.finish(Ticks.ms() + 30_000)).isTrue();
            assertThat(segments.finish(Long.MAX_VALUE, Ticks.ms() + 30_000)).isTrue();
            assertThat(segments.octets()).isZero();
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(troubles.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
