package dev.rearview.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rearview.collector.Collector;
import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.RecountLedger;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.store.FlowStore;
import dev.rearview.store.Repack;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.pcap.CaptureReport;
import dev.rearview.wire.pcap.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kept datagrams give the flows again that they gave, octet for octet, and others by another
/// configuration.
@Timeout(300)
class RepackingTest {
    private static final Path ROOT = Path.of(System.getProperty("rearview.root", ".."));
    private static final Repack.Hours EVER = new Repack.Hours(0, 2_208_988_800_000L);
    private static final InetSocketAddress FROM = new InetSocketAddress("192.0.2.9", 4000);

    /// Datagrams of a journal.
    private static final int EACH = 7;

    private static final String PROBES =
            """
            probe P5 netflow-v5
                listen-on-port 2055
                protocol udp
            end probe
            probe P9 netflow-v9
                listen-on-port 2056
                protocol udp
            end probe
            probe P10 ipfix
                listen-on-port 2057
                protocol udp
            end probe
            probe P0 sflow
                listen-on-port 2058
                protocol udp
            end probe
            sensor %1$s
                netflow-v5-probes P5
                netflow-v9-probes P9
                ipfix-probes P10
                sflow-probes P0
                internal-ipblocks 192.0.2.0/24
                external-ipblocks remainder
            end sensor
            """;

    /// A datagram of an exporter.
    private record Message(InetSocketAddress from, byte[] bytes) {
        String probe() {
            return "P" + (bytes.length < 2 ? 5 : Math.min(10, bytes[0] * 256 + bytes[1]));
        }

        boolean isFlows() {
            return List.of("P0", "P5", "P9", "P10").contains(probe());
        }
    }

    @TempDir Path directory;
    private final Log log = Log.to("test", Log.Level.ERR, null);
    private Configuration configuration;
    private Path root;
    private boolean keeps = true;
    private TimeWindow window = TimeWindow.ANY;
    private LossLedger collected = new LossLedger();
    private long lateFlows;
    private boolean isKilled;

    @BeforeEach
    void site() throws IOException {
        configuration = TestConfiguration.of(directory, PROBES.formatted("S0"));
        root = Files.createTempDirectory(directory, "data");
    }

    private Accounts accounts(LossLedger ledger) {
        return new Accounts(ledger, new LossCauses(ledger, log, Ticks::ms), log);
    }

    /// Takes messages as a collector does, in one run.
    private void collect(List<Message> messages) throws IOException {
        KeptIndex.Window its = new KeptIndex.Window(window.backUs(), window.aheadUs());
        LossLedger ledger = new LossLedger();
        collected = ledger;
        Accounts accounts = accounts(ledger);
        StoreIntake intake =
                StoreIntake.open(
                        new StoreIntake.Settings(
                                root,
                                60_000,
                                1 << 30,
                                Optional.empty(),
                                keeps
                                        ? Optional.of(
                                                new KeptJournals.Limits(
                                                        Long.MAX_VALUE, 1 << 30, its))
                                        : Optional.empty()),
                        configuration.site(),
                        accounts);
        RecountLedger counting = new RecountLedger(ledger);
        Routing routing = new Routing(configuration, log);
        Reception reception =
                new Reception(
                        routing,
                        window,
                        Collector.budgets(new StateBudget(1 << 26)),
                        new Accounts(counting, accounts.causes(), log),
                        intake.decoded());
        intake.use(routing);
        intake.start(new Intake.Decoding(reception, counting, () -> {}, () -> {}));
        for (int i = 0; i < messages.size(); i++) {
            Message m = messages.get(i);
            intake.message(m.probe(), m.from, 0, ByteBuffer.wrap(m.bytes));
            if (i % EACH == EACH - 1) {
                intake.flush();
            }
        }
        assertThat(intake.finish(0)).isTrue();
        if (isKilled) {
            awaitDecoded();
            intake.close();
            return;
        }
        intake.endDecoding(Ticks.ms() + 60_000);
        intake.end(Long.MAX_VALUE, Ticks.ms() + 60_000);
        intake.close();
    }

    private void awaitDecoded() throws IOException {
        for (int i = 0; i < 1000; i++) {
            try (Stream<Path> left = Files.list(root.resolve(".rearview/journal"))) {
                if (left.findAny().isEmpty()) {
                    return;
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
        throw new AssertionError("journals are left");
    }

    private List<Repack.Hour> repack(Configuration by, Repack.Hours hours) throws IOException {
        List<String> notices = new ArrayList<>();
        LossLedger ledger = new LossLedger();
        try (Repack repack = Repack.open(root, by.site(), hours, notices::add)) {
            Repacking repacking =
                    new Repacking(
                            repack,
                            new Routing(by, log),
                            Collector.budgets(new StateBudget(1 << 26)),
                            accounts(ledger));
            repacking.run();
            lateFlows = repacking.lateFlows();
            List<Repack.Hour> done = repack.finish(false);
            assertThat(notices).isEmpty();
            return done;
        }
    }

    /// All words of all flows, sorted.
    private List<String> flows() throws IOException {
        List<String> out = new ArrayList<>();
        FlowRecord r = new FlowRecord();
        long[] words = new long[RecordWords.COUNT];
        List<Path> manifests;
        try (Stream<Path> all = Files.walk(root)) {
            manifests =
                    all.filter(p -> p.toString().endsWith(".manifest"))
                            .filter(p -> !p.toString().contains(".rearview"))
                            .toList();
        }
        for (Path m : manifests) {
            for (Path file : HourFiles.current(Path.of(m.toString().replace(".manifest", "")))) {
                try (ParquetReader in = ParquetReader.open(file, file.toString())) {
                    for (FlowBatch b = in.next(); b != null; b = in.next()) {
                        for (int i = 0; i < b.size(); i++) {
                            b.get(i, r);
                            RecordWords.pack(r, words, 0);
                            out.add(Arrays.toString(words));
                        }
                    }
                }
            }
        }
        out.sort(null);
        return out;
    }

    private static List<Message> recorded(Path capture) throws IOException {
        List<Message> out = new ArrayList<>();
        try (InputStream in = Files.newInputStream(capture)) {
            Captures.payloads(
                    in,
                    capture.toString(),
                    new CaptureReport(),
                    (payload, tuple, us) -> {
                        byte[] bytes = new byte[payload.remaining()];
                        payload.get(bytes);
                        out.add(new Message(FROM, bytes));
                    });
        } catch (IOException e) {
            // A capture that ends early: what came before counts.
            return out.stream().filter(Message::isFlows).toList();
        }
        return out.stream().filter(Message::isFlows).toList();
    }

    private void assertSame(String what) throws IOException {
        List<String> before = flows();
        List<Repack.Hour> done = repack(configuration, EVER);
        assertThat(done)
                .as(what)
                .allMatch(h -> h.missing().isEmpty())
                .allMatch(h -> h.before() == h.after());
        assertThat(flows()).as(what).isEqualTo(before);
    }

    private static List<Path> captures(Path below) throws IOException {
        if (!Files.isDirectory(below)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(p -> p.toString().matches(".*\\.(pcap|pcapng|cap|dmp)"))
                    .sorted()
                    .toList();
        }
    }

    /// In one run, and in two.
    private int assertAllSame(Path below) throws IOException {
        int flows = 0;
        for (Path capture : captures(below)) {
            List<Message> all = recorded(capture);
            for (int split : List.of(all.size(), all.size() / 2)) {
                if (!all.isEmpty()) {
                    root = Files.createTempDirectory(directory, "data");
                    collect(all.subList(0, split));
                    if (split < all.size()) {
                        collect(all.subList(split, all.size()));
                    }
                    assertSame(capture + " " + split);
                    flows += flows().size();
                }
            }
        }
        return flows;
    }

    @Test
    void ownRecordingsGiveTheSame() throws IOException {
        assertThat(assertAllSame(ROOT.resolve("testdata/exports"))).isGreaterThan(100);
    }

    @Test
    void recordingsOfOthersGiveTheSame() throws IOException {
        Path beside = ROOT.resolve("../shared/captures/exports").normalize();
        assumeThat(beside).isDirectory();
        assertThat(assertAllSame(beside)).isGreaterThan(1000);
    }

    // What was announced before journals were kept ------------------------------------------------

    /// The next hour but one: nothing came for it before now.
    private static long later() {
        long s = System.currentTimeMillis() / 1000;
        return s - s % 3600 + 2 * 3600 + 1800;
    }

    private static Message message(int version, String head, String sets) {
        String hex = sets.replace(" ", "");
        String start =
                version == 9
                        ? "00090001000000c8%08x".formatted(later()) + head
                        : "000a%04x%08x".formatted(16 + hex.length() / 2, later()) + head;
        return new Message(FROM, HexFormat.of().parseHex(start + hex));
    }

    /// Templates, the sampler and when the exporter began are of the time before.
    @Test
    void whatWasAnnouncedBeforeIsKnown() throws IOException {
        window = TimeWindow.DEFAULT;
        // A template, one of options, and a sampler of 1 in 64; data tells its sampler.
        String template9 =
                "0000 0020 0100 0006 00080004 000c0004 00020004 00010004 00160004 00150004";
        String template = "0002 001c 0100 0005 00080004 000c0004 00020004 00010004 00300001";
        String options = "0003 0012 0101 0002 0001 00300001 00220004";
        String sampler = "0101 0009 05 00000040";
        // When it began, told apart, and a template of times since then.
        String clock = "0003 0012 0102 0002 0001 00950004 00a00008";
        String began = "0102 0010 00000001" + "%016x".formatted(later() * 1000);
        String uptimes =
                "0002 0020 0103 0006 00080004 000c0004 00020004 00010004 00160004 00150004";
        keeps = false;
        collect(
                List.of(
                        message(10, "0000000000000002", clock),
                        message(10, "0000000000000002", began),
                        message(10, "0000000000000002", uptimes),
                        message(9, "0000000000000001", template9),
                        message(10, "0000000000000001", template),
                        message(10, "0000000000000001", options),
                        message(10, "0000000000000001", sampler)));
        keeps = true;
        String data9 = "0100 001c c6336407 c0000201 00000007 00000700 00000010 00000020";
        String data = "0100 0015 c6336408 c0000201 00000007 00000700 05";
        String dataUptimes = "0103 001c c6336409 c0000201 00000007 00000700 00001000 00001000";
        collect(
                List.of(
                        message(10, "0000000100000002", dataUptimes),
                        message(9, "0000000100000001", data9),
                        message(10, "0000000100000001", data),
                        message(10, "0000000200000001", data)));
        assertThat(flows()).hasSize(4);
        assertThat(KeptJournals.list(root.resolve(".rearview/kept")).getFirst().state())
                .isPresent();
        List<String> before = flows();
        long hour = later() * 1000 - 1_800_000;
        List<Repack.Hour> done = repack(configuration, new Repack.Hours(hour, hour + 3_600_000));
        assertThat(done).isNotEmpty().allMatch(h -> h.missing().isEmpty());
        assertThat(flows()).isEqualTo(before);
        assertThat(before.toString())
                .contains("64]")
                .contains(" " + (later() * 1000 + 0x1000) * 1000 + ",");
        // And to another sensor.
        Configuration other = TestConfiguration.of(directory, PROBES.formatted("S1"));
        done = repack(other, new Repack.Hours(hour, hour + 3_600_000));
        assertThat(done).allMatch(h -> h.missing().isEmpty());
        assertThat(done).filteredOn(h -> h.path().contains("S1")).isNotEmpty();
        assertThat(flows()).hasSize(4).doesNotContainAnyElementsOf(before);
    }

    // Templates that come late -------------------------------------------------------------------

    private static final String ADDRESSES = "00080004 000c0004";
    private static final String COUNTS = "00020004 00010004";
    private static final String TEMPLATE = "0002 0018 %s 0004 " + ADDRESSES + COUNTS;
    private static final String TURNED = "0002 0018 %s 0004 " + COUNTS + ADDRESSES;
    private static final String DATA = "%s 0014 c6336407 c0000201 00000007 00000700";
    private static final long MINUTE_MS = 60_000;

    /// Has messages in a journal of their own, as a collector left it that was killed before it
    /// decoded them.
    private void receive(long agoMs, Message... messages) throws IOException {
        try (FlowStore store = FlowStore.open(root, configuration.site(), n -> {})) {
            long ms = Ticks.ms() - agoMs;
            for (Message m : messages) {
                ByteBuffer bytes = ByteBuffer.wrap(m.bytes);
                assertThat(store.datagrams().add(m.probe(), m.from, 0, ms * 1000, ms, bytes))
                        .isTrue();
                ms++;
            }
            store.datagrams().commit();
            store.datagrams().rotate();
        }
    }

    private static Message ofDomain(int domain, String sets) {
        return message(10, "%08x%08x".formatted(1, domain), sets);
    }

    private long givenUp() {
        return collected
                .of("P10", FROM.getAddress().getHostAddress())
                .dropped(Drop.UNKNOWN_TEMPLATE);
    }

    /// What the collector gave up, a repack stores; twice gives the same.
    @Test
    void dataWhoseTemplateCameLateIsStored() throws IOException {
        window = TimeWindow.DEFAULT;
        String data = DATA.formatted("0100");
        collect(List.of());
        receive(40 * MINUTE_MS, ofDomain(1, data), ofDomain(1, data), ofDomain(2, data));
        receive(30 * MINUTE_MS, ofDomain(1, DATA.formatted("0101")));
        receive(20 * MINUTE_MS, ofDomain(1, data), ofDomain(1, data + data));
        collect(
                List.of(
                        ofDomain(1, TEMPLATE.formatted("0100")),
                        ofDomain(1, data),
                        ofDomain(1, TURNED.formatted("0100"))));
        assertThat(flows()).hasSize(1);
        assertThat(givenUp()).isEqualTo(7);
        // Of domain 2, and for template 0101, none was ever announced.
        List<Repack.Hour> done = repack(configuration, EVER);
        assertThat(done).isNotEmpty().allMatch(h -> h.missing().isEmpty());
        List<String> after = flows();
        assertThat(after).hasSize(1 + 5);
        assertThat(after.stream().distinct()).hasSize(1);
        assertThat(lateFlows).isEqualTo(5);
        repack(configuration, EVER);
        assertThat(flows()).isEqualTo(after);
        assertThat(lateFlows).isEqualTo(5);
    }

    /// A meaning that was known, or withdrawn, is not made up for by one that is announced later.
    @Test
    void aLaterMeaningIsNotThatOfEarlierData() throws IOException {
        window = TimeWindow.DEFAULT;
        String data = DATA.formatted("0100");
        collect(List.of());
        receive(50 * MINUTE_MS, ofDomain(1, TEMPLATE.formatted("0100")));
        receive(40 * MINUTE_MS, ofDomain(1, data), ofDomain(2, data), ofDomain(3, data));
        receive(
                30 * MINUTE_MS,
                ofDomain(2, "0002 0008 0100 0000"),
                ofDomain(3, "0002 0008 0002 0000"));
        String turned = TURNED.formatted("0100");
        collect(
                List.of(
                        ofDomain(1, turned),
                        ofDomain(2, turned),
                        ofDomain(3, turned),
                        ofDomain(1, data)));
        assertThat(flows()).hasSize(2).doesNotHaveDuplicates();
        assertThat(givenUp()).isEqualTo(2);
        assertSame("a later meaning");
        assertThat(lateFlows).isZero();
    }

    /// What a collector gives up when it ends is there all the same.
    @Test
    void dataThatWaitedWhenARunEndedIsStored() throws IOException {
        collect(List.of(ofDomain(1, DATA.formatted("0100"))));
        collect(List.of(ofDomain(1, TEMPLATE.formatted("0100"))));
        assertThat(flows()).isEmpty();
        repack(configuration, EVER);
        assertThat(flows()).hasSize(1);
        repack(configuration, EVER);
        assertThat(flows()).hasSize(1);
    }

    /// What waits is known from the journals and from what was saved in between: once is enough.
    @Test
    void dataThatWaitsFromOneRunToTheNextIsStoredOnce() throws IOException {
        isKilled = true;
        collect(List.of(ofDomain(1, DATA.formatted("0100"))));
        collect(List.of(ofDomain(2, DATA.formatted("0100"))));
        // By the journals' clock it has waited too long, by the collector's it has not.
        receive(-20 * MINUTE_MS, ofDomain(1, TEMPLATE.formatted("0100")));
        collect(List.of());
        assertThat(flows()).hasSize(1);
        assertSame("runs that were killed");
        assertThat(lateFlows).isEqualTo(1);
    }

    /// What went wrong while templates were looked for is told, though the last journal is gone.
    @Test
    void whatFailsBeforeTheLastJournalIsTold() throws IOException {
        collect(List.of(ofDomain(1, DATA.formatted("0100"))));
        collect(List.of(ofDomain(2, DATA.formatted("0100"))));
        collect(List.of(ofDomain(1, TEMPLATE.formatted("0100"))));
        List<KeptJournals.Kept> kept = KeptJournals.list(root.resolve(".rearview/kept"));
        assertThat(kept).hasSize(3);
        // Behind a gap nothing waits any more, so that its template is looked for.
        Files.delete(kept.get(1).journal());
        LossLedger ledger = new LossLedger();
        Ledger damaging =
                new Ledger() {
                    @Override
                    public Counters of(String probe, String exporter) {
                        spoil(kept.getFirst().journal(), kept.getLast().journal());
                        return ledger.of(probe, exporter);
                    }

                    @Override
                    public long generation() {
                        return ledger.generation();
                    }
                };
        try (Repack repack = Repack.open(root, configuration.site(), EVER, n -> {})) {
            Repacking repacking =
                    new Repacking(
                            repack,
                            new Routing(configuration, log),
                            Collector.budgets(new StateBudget(1 << 26)),
                            new Accounts(damaging, accounts(ledger).causes(), log));
            assertThatThrownBy(repacking::run).isInstanceOf(IOException.class);
        }
        assertThat(kept.getLast().journal()).doesNotExist();
    }

    /// Puts something that is no file in the place of one journal that is open, and removes
    /// another.
    private static void spoil(Path open, Path last) {
        try {
            Files.deleteIfExists(last);
            if (!Files.isDirectory(open)) {
                Files.delete(open);
                Files.createDirectory(open);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Hours that began before journals were kept are not covered.
    @Test
    void hoursFromBeforeStayAsTheyAre() throws IOException {
        keeps = false;
        collect(recorded(ROOT.resolve("testdata/exports/softflowd-v9.pcap")));
        keeps = true;
        collect(recorded(ROOT.resolve("testdata/exports/softflowd-v5.pcap")));
        List<String> before = flows();
        assertThat(repack(configuration, EVER)).isNotEmpty().noneMatch(h -> h.missing().isEmpty());
        assertThat(flows()).isEqualTo(before);
    }

    @Test
    void datagramsOfAProbeThatIsNoMoreKeepTheirHours() throws IOException {
        collect(recorded(ROOT.resolve("testdata/exports/softflowd-v5.pcap")));
        List<String> before = flows();
        Configuration other =
                TestConfiguration.of(directory, PROBES.formatted("S1").replace("P5", "P6"));
        List<Repack.Hour> done = repack(other, EVER);
        assertThat(done).isNotEmpty().noneMatch(h -> h.missing().isEmpty());
        assertThat(done.toString()).contains("of probes that the configuration does not have");
        assertThat(flows()).isEqualTo(before);
    }

    @Test
    void anotherSensorTakesAllOfThem() throws IOException {
        collect(recorded(ROOT.resolve("testdata/exports/pmacctd-ipfix.pcap")));
        int flows = flows().size();
        Configuration other = TestConfiguration.of(directory, PROBES.formatted("S1"));
        List<Repack.Hour> done = repack(other, EVER);
        assertThat(done).allMatch(h -> h.missing().isEmpty());
        assertThat(done.stream().filter(h -> h.path().contains("S0")).mapToLong(Repack.Hour::after))
                .containsOnly(0L);
        assertThat(flows()).hasSize(flows);
    }
}
