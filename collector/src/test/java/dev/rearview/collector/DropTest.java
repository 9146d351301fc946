package dev.rearview.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.collector.sockets.Listeners;
import dev.rearview.collector.sockets.UdpReceiver;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.Gate;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.RecountLedger;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.ingest.files.ExportFiles;
import dev.rearview.ingest.store.StoreIntake;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// For each reason of loss the shortest input that is lost for it: one row of the ledger counts it,
/// and nothing else is counted anywhere.
class DropTest {
    private static final String LOOPBACK = "127.0.0.1";

    /// A datagram of NetFlow v5 with one record: 10 packets of 1,024 octets, from an address that
    /// is not internal to one that is.
    private static final String NETFLOW5 =
            """
            0005 0001 000186a0 65920080 00000000 00000000 00 00 0000
            c6336407 c0000201 00000000 0003 0004 0000000a 00000400 00015f90 00017318
            d431 0050 00 1b 06 00 0000 0000 00 00 0000
            """;

    /// A template of IPFIX: addresses, packets, octets.
    private static final String TEMPLATE =
            "0002 0018 0100 0004 00080004 000c0004 00020004 00010004";

    private static final String DATA = "0100 0014 c6336407 c0000201 00000007 00000700";

    /// Marks the test of a reason.
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Loses {
        Drop value();
    }

    @TempDir Path directory;
    private final LossLedger ledger = new LossLedger();
    private final Log log = Log.to("test", Log.Level.ERR, null);
    private final Accounts accounts =
            new Accounts(ledger, new LossCauses(ledger, log, Ticks::ms), log);
    private StoreIntake intake;

    @BeforeEach
    void open() throws IOException {
        intake = store(1 << 30);
    }

    @AfterEach
    void close() throws IOException {
        intake.close();
    }

    private StoreIntake store(long journalOctets) throws IOException {
        Path root = Files.createDirectories(directory.resolve("data"));
        return StoreIntake.open(
                new StoreIntake.Settings(
                        root, 60_000, journalOctets, Optional.empty(), Optional.empty()),
                configuration("netflow-v5", "").site(),
                accounts);
    }

    private Configuration configuration(String type, String more) throws IOException {
        return TestConfiguration.of(
                directory,
                """
                probe P0 %s
                    listen-on-port 2055
                    protocol udp
                %s
                end probe
                sensor S0
                    %s-probes P0
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """
                        .formatted(type, more, type));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    private static ByteBuffer ipfix(String sets) {
        String hex = sets.replace(" ", "");
        return bytes("000a%04x659200800000000000000001".formatted(16 + hex.length() / 2) + hex);
    }

    private Reception reception(Routing routing, StateBudget budget) {
        return new Reception(
                routing,
                TimeWindow.ANY,
                new Reception.Budgets(budget, budget),
                accounts,
                intake::append);
    }

    /// Sends datagrams to a probe, and then ends.
    private void receive(Configuration configuration, StateBudget budget, ByteBuffer... datagrams)
            throws IOException {
        Routing routing = new Routing(configuration, log);
        ListenAddress to = ListenAddress.of(routing.probes().getFirst());
        try (Reception reception = reception(routing, budget)) {
            Gate gate =
                    new Gate(
                            routing,
                            accounts,
                            (probe, from, session, bytes) ->
                                    reception.take(
                                            new Reception.Message(
                                                    probe,
                                                    from,
                                                    session,
                                                    new Arrival(from.getPort(), 0, 0),
                                                    bytes)));
            for (ByteBuffer d : datagrams) {
                gate.datagram(to, d, new InetSocketAddress(LOOPBACK, 4000));
            }
        }
    }

    private void receive(String type, ByteBuffer... datagrams) throws IOException {
        receive(configuration(type, ""), new StateBudget(1 << 20), datagrams);
    }

    /// Asserts what is lost in all: so much for one reason, in one row.
    private void assertLost(Drop reason, long count, String probe, String exporter) {
        for (var row : ledger.entries().entrySet()) {
            boolean its = row.getKey().equals(new LossLedger.Key(probe, exporter));
            for (Drop d : Drop.values()) {
                assertThat(row.getValue().dropped(d))
                        .as(row.getKey() + " " + d.label())
                        .isEqualTo(its && d == reason ? count : 0);
            }
        }
        assertThat(ledger.of(probe, exporter).dropped(reason)).isEqualTo(count);
    }

    private void assertFlows(long count) {
        assertThat(ledger.of("P0", LOOPBACK).total(Total.FLOWS)).isEqualTo(count);
    }

    @Test
    void everyReasonHasItsTest() {
        Stream<Drop> tested =
                Arrays.stream(DropTest.class.getDeclaredMethods())
                        .filter(m -> m.isAnnotationPresent(Test.class))
                        .map(m -> m.getAnnotation(Loses.class))
                        .filter(loses -> loses != null)
                        .map(Loses::value);
        assertThat(tested).containsExactlyInAnyOrder(Drop.values());
    }

    @Test
    void whatIsWholeIsNotLost() throws IOException {
        receive("netflow-v5", bytes(NETFLOW5));
        assertFlows(1);
        assertLost(Drop.MALFORMED, 0, "P0", LOOPBACK);
    }

    @Test
    @Loses(Drop.MALFORMED)
    void aDatagramWithoutItsLastOctet() throws IOException {
        ByteBuffer whole = bytes(NETFLOW5);
        receive("netflow-v5", whole.slice(0, whole.remaining() - 1));
        assertFlows(0);
        assertLost(Drop.MALFORMED, 1, "P0", LOOPBACK);
    }

    @Test
    @Loses(Drop.VERSION)
    void aDatagramOfAnotherVersion() throws IOException {
        receive("netflow-v9", bytes(NETFLOW5));
        assertLost(Drop.VERSION, 1, "P0", LOOPBACK);
    }

    @Test
    @Loses(Drop.UNKNOWN_TEMPLATE)
    void dataWhoseTemplateDoesNotComeUntilTheEnd() throws IOException {
        receive("ipfix", ipfix(DATA));
        assertFlows(0);
        assertLost(Drop.UNKNOWN_TEMPLATE, 1, "P0", LOOPBACK);
    }

    @Test
    @Loses(Drop.BAD_RECORD)
    void aRecordOfNoPackets() throws IOException {
        receive("netflow-v5", bytes(NETFLOW5.replace("0000000a", "00000000")));
        assertThat(ledger.of("P0", LOOPBACK).total(Total.RECORDS)).isEqualTo(1);
        assertFlows(0);
        assertLost(Drop.BAD_RECORD, 1, "P0", LOOPBACK);
    }

    @Test
    @Loses(Drop.IGNORED)
    void aRecordOfIpfixWithoutOctets() throws IOException {
        receive("ipfix", ipfix(TEMPLATE + DATA.replace("00000700", "00000000")));
        assertThat(ledger.of("P0", LOOPBACK).total(Total.RECORDS)).isEqualTo(1);
        assertFlows(0);
        assertLost(Drop.IGNORED, 1, "P0", LOOPBACK);
    }

    @Test
    @Loses(Drop.SEQUENCE_GAP)
    void recordsThatTheSequenceCountsAndNobodySent() throws IOException {
        ByteBuffer late = bytes(NETFLOW5);
        late.putInt(16, 5);
        receive("netflow-v5", bytes(NETFLOW5), late);
        assertFlows(2);
        assertLost(Drop.SEQUENCE_GAP, 4, "P0", LOOPBACK);
    }

    /// The budget has room for no domain, so nothing of the message can be known.
    @Test
    @Loses(Drop.TABLE_FULL)
    void aDomainForWhichThereIsNoRoom() throws IOException {
        receive(configuration("ipfix", ""), new StateBudget(1000), ipfix(TEMPLATE + DATA));
        assertFlows(0);
        assertLost(Drop.TABLE_FULL, 1, "P0", LOOPBACK);
    }

    @Test
    @Loses(Drop.DISALLOWED_HOST)
    void aDatagramFromAHostThatNoProbeAccepts() throws IOException {
        Configuration other = configuration("netflow-v5", "accept-from-host 192.0.2.77");
        receive(other, new StateBudget(1 << 20), bytes(NETFLOW5));
        assertLost(Drop.DISALLOWED_HOST, 1, LossLedger.NONE, LOOPBACK);
    }

    /// The thread that receives is held up meanwhile. A socket that is closed has told of its
    /// losses before.
    @Test
    @Loses(Drop.KERNEL)
    void datagramsForWhichTheKernelHasNoRoom() throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket()) {
            port = free.getLocalPort();
        }
        CountDownLatch goOn = new CountDownLatch(1);
        try (DatagramSocket sender = new DatagramSocket();
                Selector selector = Selector.open();
                UdpReceiver receiver = new UdpReceiver(log, () -> await(goOn));
                Listeners listeners = new Listeners(receiver, selector)) {
            listeners.open(List.of(listeningAt(port)));
            int sent = 4000;
            for (int i = 0; i < sent; i++) {
                sender.send(
                        new DatagramPacket(
                                new byte[60_000], 60_000, InetAddress.getLoopbackAddress(), port));
            }
            goOn.countDown();
            listeners.open(List.of());
            listeners.countDrops(ledger, log);
            long lost = ledger.of("udp:" + port, LossLedger.NONE).dropped(Drop.KERNEL);
            assertThat(lost).isBetween(1L, sent - 1L);
            assertLost(Drop.KERNEL, lost, "udp:" + port, LossLedger.NONE);
            listeners.countDrops(ledger, log);
            assertLost(Drop.KERNEL, lost, "udp:" + port, LossLedger.NONE);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Probe listeningAt(int port) throws IOException {
        Probe p = configuration("netflow-v5", "").sensors().probes().getFirst();
        return new Probe(
                p.name(),
                p.type(),
                new Probe.Source(
                        port,
                        false,
                        Optional.of(LOOPBACK),
                        p.acceptFrom(),
                        p.pollDirectory(),
                        Optional.empty()),
                p.vlanInterfaces(),
                p.logFlags(),
                p.quirks());
    }

    /// A capture of one packet of a link type that nobody reads.
    @Test
    @Loses(Drop.CAPTURE)
    void aPacketOfAnUnknownLinkType() throws IOException {
        ByteBuffer capture =
                bytes(
                        "a1b2c3d4 00020004 00000000 00000000 0000ffff 000000fb"
                                + " 65920080 00000000 00000001 00000001 00");
        Path file = Files.write(directory.resolve("capture"), capture.array());
        Probe probe = configuration("netflow-v5", "").sensors().probes().getFirst();
        try (ExportFiles files =
                new ExportFiles(
                        new StateBudget(1 << 20), ledger, TimeWindow.ANY, () -> true, log)) {
            Counters counters = ledger.of("P0", LossLedger.NONE);
            assertThat(files.read(file, probe, counters, Site.NONE, (r, c, us) -> {}).outcome())
                    .isEqualTo(ExportFiles.Outcome.INVALID);
        }
        assertLost(Drop.CAPTURE, 1, "P0", LossLedger.NONE);
    }

    /// No sensor names the probe.
    @Test
    @Loses(Drop.UNCATEGORIZED)
    void aFlowOfAProbeWithoutASensor() throws IOException {
        Configuration whole = configuration("netflow-v5", "");
        Configuration without =
                new Configuration(
                        whole.site(),
                        whole.logic(),
                        new SensorConf.Result(whole.sensors().probes(), List.of(), List.of()));
        receive(without, new StateBudget(1 << 20), bytes(NETFLOW5));
        assertFlows(1);
        assertLost(Drop.UNCATEGORIZED, 1, "P0", LOOPBACK);
    }

    /// Journals hold more than they may, as nobody has written their flows to segments.
    @Test
    @Loses(Drop.DISK_FULL)
    void aFlowForWhichJournalsHaveNoRoom() throws IOException {
        intake.close();
        intake = store(1);
        receive("netflow-v5", bytes(NETFLOW5));
        assertThat(intake.commit()).isTrue();
        receive("netflow-v5", bytes(NETFLOW5));
        assertFlows(2);
        assertLost(Drop.DISK_FULL, 1, "P0", LOOPBACK);
    }

    /// A journal that an earlier run left, with one octet of its flows changed.
    @Test
    @Loses(Drop.JOURNAL_DAMAGED)
    void flowsOfADamagedJournal() throws IOException {
        FlowRecord r = new FlowRecord();
        r.stime = 1_767_225_600_000_000L;
        for (int i = 0; i < 3; i++) {
            intake.append(r, new Counters());
        }
        assertThat(intake.commit()).isTrue();
        intake.close();
        Path journals = directory.resolve("data/.rearview/journal");
        try (Stream<Path> all = Files.list(journals)) {
            flipLastOctet(all.findFirst().orElseThrow());
        }
        intake = store(1 << 30);
        Routing routing = new Routing(configuration("netflow-v5", ""), log);
        intake.start(
                new Intake.Decoding(
                        reception(routing, new StateBudget(1 << 20)),
                        new RecountLedger(ledger),
                        () -> {},
                        () -> {}));
        intake.end(Long.MAX_VALUE, Ticks.ms() + 60_000);
        intake.count();
        assertLost(Drop.JOURNAL_DAMAGED, 3, "journal", LossLedger.NONE);
    }

    private static void flipLastOctet(Path file) throws IOException {
        try (FileChannel f =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            f.read(last, f.size() - 1);
            last.put(0, (byte) (last.get(0) ^ 1));
            f.write(last.rewind(), f.size() - 1);
        }
    }
}
