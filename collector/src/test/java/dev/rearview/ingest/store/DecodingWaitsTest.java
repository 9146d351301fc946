package dev.rearview.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.MapLedger;
import dev.rearview.ingest.NoCauses;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.RecountLedger;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.ingest.Told;
import dev.rearview.model.RecordWords;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.SensorConf;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.StateBudget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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
    private final Told told = new Told();
    private Configuration configuration;

    @BeforeEach
    void configuration() throws IOException {
        Site site =
                SilkConf.read(
                        Files.writeString(
                                directory.resolve("silk.conf"),
                                """
                                version 2
                                sensor 0 S0
                                class all
                                    sensors S0
                                    type 0 in in
                                    type 1 out out
                                    type 2 inweb iw
                                    type 3 outweb ow
                                    type 4 innull innull
                                    type 5 outnull outnull
                                    type 6 int2int int2int
                                    type 7 ext2ext ext2ext
                                    type 8 inicmp inicmp
                                    type 9 outicmp outicmp
                                    type 10 other other
                                    default-types in
                                end class
                                default-class all
                                """));
        SensorConf.Result sensors =
                SensorConf.read(
                        Files.writeString(
                                directory.resolve("sensor.conf"),
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
                                """),
                        site,
                        PackingLogic.TWOWAY,
                        path -> {
                            throw new IOException(path + " is not there");
                        });
        configuration = new Configuration(site, PackingLogic.TWOWAY, sensors);
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
        Accounts accounts = new Accounts(new MapLedger(), new NoCauses(), told);
        CountDownLatch writes = new CountDownLatch(1);
        CountDownLatch decoded = new CountDownLatch(1);
        long room = 3 * EACH;
        try (FlowStore store = FlowStore.open(root, configuration.site(), n -> {})) {
            HourLines hours = new HourLines(root, configuration::site, told);
            SegmentWriting segments = new SegmentWriting(store.writer(), 60_000, hours, told, room);
            DatagramDecoding decoding = new DatagramDecoding(store, segments, told);
            store.datagrams().onBegin(decoding::follow);
            segments.afterwards(() -> await(writes));
            RecountLedger counting = new RecountLedger(accounts.ledger());
            Reception reception =
                    new Reception(
                            new Routing(configuration, told),
                            TimeWindow.ANY,
                            new Reception.Budgets(
                                    new StateBudget(1 << 20), new StateBudget(1 << 20)),
                            new Accounts(counting, accounts.causes(), told),
                            decoding::take);
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
        assertThat(told.troubles()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
