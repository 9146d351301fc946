package dev.rearview.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.RecountLedger;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.store.FlowIntake;
import dev.rearview.store.FlowStore;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From messages to segments over three threads, in one run and over several.
@Timeout(60)
class DatagramDecodingTest {
    private static final InetSocketAddress FROM = new InetSocketAddress("127.0.0.1", 4000);

    /// A template of IPFIX: addresses, packets, octets.
    private static final String TEMPLATE =
            "0002 0018 0100 0004 00080004 000c0004 00020004 00010004";

    private static final String DATA = "0100 0014 c6336407 c0000201 00000007 00000700";

    /// Flows of a message.
    private static final int AT_ONCE = 4000;

    /// Flows that are handed over together.
    private static final int PART = 2 * FlowIntake.MAX_EPOCH_FLOWS;

    @TempDir Path directory;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final Log log =
            Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
    private final LossLedger ledger = new LossLedger();
    private final Accounts accounts =
            new Accounts(ledger, new LossCauses(ledger, log, Ticks::ms), log);
    private Path root;

    @BeforeEach
    void root() throws IOException {
        root = Files.createDirectory(directory.resolve("data"));
    }

    private Routing routing(String probe, String sensor) throws IOException {
        return new Routing(
                TestConfiguration.of(
                        directory,
                        """
                        probe %1$s ipfix
                            listen-on-port 2055
                            protocol udp
                        end probe
                        sensor %2$s
                            ipfix-probes %1$s
                            internal-ipblocks 192.0.2.0/24
                            external-ipblocks remainder
                        end sensor
                        """
                                .formatted(probe, sensor)),
                log);
    }

    /// Has flows received that are so many that they are handed over in parts, which need numbers.
    private static void receive(StoreIntake intake, int count) {
        String record = DATA.substring(10).replace(" ", "");
        intake.message("P0", FROM, 0, message(0, TEMPLATE));
        for (int done = 0; done < count; done += AT_ONCE) {
            int n = Math.min(AT_ONCE, count - done);
            String set = "0100%04x".formatted(4 + n * record.length() / 2) + record.repeat(n);
            intake.message("P0", FROM, 0, message(done, set));
        }
    }

    /// A run that decodes.
    private StoreIntake run(Routing routing, long journalOctets) throws IOException {
        return run(routing, journalOctets, () -> {});
    }

    /// @param turn done by whoever decodes before each step
    private StoreIntake run(Routing routing, long journalOctets, Runnable turn) throws IOException {
        return run(routing, idle(routing, journalOctets), turn);
    }

    private StoreIntake run(Routing routing, StoreIntake intake, Runnable turn) {
        RecountLedger counting = new RecountLedger(ledger);
        Reception reception =
                new Reception(
                        routing,
                        TimeWindow.ANY,
                        new Reception.Budgets(new StateBudget(1 << 20), new StateBudget(1 << 20)),
                        new Accounts(counting, accounts.causes(), log),
                        intake.decoded());
        intake.use(routing);
        intake.start(new Intake.Decoding(reception, counting, turn, () -> {}));
        return intake;
    }

    /// One that was killed before it decoded anything.
    private StoreIntake idle(Routing routing, long journalOctets) throws IOException {
        return StoreIntake.open(
                new StoreIntake.Settings(
                        root, 60_000, journalOctets, Optional.empty(), Optional.empty()),
                routing.configuration().site(),
                accounts);
    }

    private static void end(StoreIntake intake) throws IOException {
        assertThat(intake.finish(0)).isTrue();
        intake.endDecoding(Ticks.ms() + 30_000);
        assertThat(intake.isRunning()).isFalse();
        intake.end(Long.MAX_VALUE, Ticks.ms() + 30_000);
        intake.count();
        intake.close();
    }

    private static ByteBuffer message(int sequence, String sets) {
        String hex = sets.replace(" ", "");
        return ByteBuffer.wrap(
                HexFormat.of()
                        .parseHex(
                                "000a%04x65920080%08x00000001"
                                                .formatted(16 + hex.length() / 2, sequence)
                                        + hex));
    }

    private long flows() {
        return ledger.of("P0", "127.0.0.1").total(Total.FLOWS);
    }

    private long recovered() {
        return ledger.of("journal", LossLedger.NONE).total(Total.RECOVERED);
    }

    private List<String> files(String below, String suffix) throws IOException {
        Path at = root.resolve(below);
        if (!Files.exists(at)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(at)) {
            return all.map(p -> p.getFileName().toString())
                    .filter(n -> n.endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private List<String> hours() throws IOException {
        return files("", ".manifest").stream()
                .map(n -> n.replaceAll("_.*", ""))
                .distinct()
                .toList();
    }

    @Test
    void messagesBecomeFlowsAndNothingIsLeft() throws IOException {
        StoreIntake intake = run(routing("P0", "S0"), 1 << 30);
        intake.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        intake.message("P0", FROM, 0, message(1, DATA + DATA));
        end(intake);
        assertThat(flows()).isEqualTo(3);
        assertThat(recovered()).isZero();
        assertThat(hours()).containsExactly("in-S0");
        assertThat(files(".rearview/journal", "")).containsExactly("journal");
        assertThat(files(".rearview/segments", ".parquet")).isEmpty();
        assertThat(files(".rearview/exporters", ".state")).hasSize(1);
    }

    /// Where there is more than whoever decodes takes, the end still counts the rest.
    @Test
    void whatNoJournalTookIsCountedAtTheEnd() throws IOException {
        CountDownLatch held = new CountDownLatch(1);
        StoreIntake intake = run(routing("P0", "S0"), 1, () -> awaitOn(held));
        intake.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        assertThat(intake.commit()).isTrue();
        assertThat(intake.isFree()).isFalse();
        ByteBuffer large = message(1, TEMPLATE + DATA.repeat(1000));
        int messages = 9 * (1 << 20) / large.remaining() - 10;
        for (int i = 0; i < messages; i++) {
            intake.message("P0", FROM, 0, large.duplicate());
        }
        intake.finish(0);
        held.countDown();
        intake.endDecoding(Ticks.ms() + 30_000);
        intake.end(Long.MAX_VALUE, Ticks.ms() + 30_000);
        intake.close();
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.DISK_FULL))
                .isEqualTo(messages * 1000L);
    }

    private static void awaitOn(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Templates outlive the process; what it missed is counted, once.
    @Test
    void theNextRunGoesOnWhereThisOneWas() throws IOException {
        StoreIntake first = run(routing("P0", "S0"), 1 << 30);
        first.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        end(first);
        StoreIntake second = run(routing("P0", "S0"), 1 << 30);
        second.message("P0", FROM, 0, message(5, DATA));
        end(second);
        StoreIntake third = run(routing("P0", "S0"), 1 << 30);
        third.message("P0", FROM, 0, message(6, DATA));
        end(third);
        assertThat(flows()).isEqualTo(3);
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.SEQUENCE_GAP)).isEqualTo(4);
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.UNKNOWN_TEMPLATE)).isZero();
    }

    /// A session ends with its process, or where the journal says so: its templates are nobody's.
    @Test
    void whatASessionAnnouncedEndsWithIt() throws IOException {
        StoreIntake first = run(routing("P0", "S0"), 1 << 30);
        first.message("P0", FROM, 7, message(0, TEMPLATE + DATA));
        first.message("P0", FROM, 8, message(0, DATA));
        first.message("P0", FROM, 7, ByteBuffer.allocate(0));
        first.message("P0", FROM, 7, message(1, DATA));
        first.message("P0", FROM, 9, message(0, TEMPLATE));
        end(first);
        assertThat(flows()).isEqualTo(1);
        StoreIntake second = run(routing("P0", "S0"), 1 << 30);
        second.message("P0", FROM, 9, message(0, DATA));
        end(second);
        assertThat(flows()).isEqualTo(1);
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.UNKNOWN_TEMPLATE)).isEqualTo(3);
    }

    @Test
    void whatAnEarlierRunReceivedIsDecodedAsIsMeantNow() throws IOException {
        StoreIntake killed = idle(routing("P0", "S0"), 1 << 30);
        killed.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        killed.commit();
        killed.close();
        StoreIntake next = run(routing("P0", "S1"), 1 << 30);
        next.message("P0", FROM, 0, message(1, DATA));
        end(next);
        // That may have counted its own.
        assertThat(flows()).isEqualTo(1);
        assertThat(recovered()).isEqualTo(1);
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.SEQUENCE_GAP)).isZero();
        assertThat(hours()).containsExactly("in-S1");
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("Found 1 journals of an earlier run")
                .contains("Recovered 1 flows from the journal");
    }

    /// A run that ended in time says how much of a journal it counted; the next one counts the
    /// rest, and only the next one.
    @Test
    void whatTheEndLeftIsCountedByTheNextRun() throws IOException {
        StoreIntake ended = idle(routing("P0", "S0"), 1 << 30);
        ended.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        ended.message("P0", FROM, 0, message(1, DATA + DATA));
        ended.commit();
        ended.close();
        String number = files(".rearview/journal", ".raw").getFirst().replace(".raw", "");
        Path counted =
                Files.createDirectories(root.resolve(".rearview/exporters")).resolve("counted");
        Files.writeString(counted, "counted 1 " + Long.parseLong(number, 16) + " 1\n");
        StoreIntake next = run(routing("P0", "S0"), 1 << 30);
        next.commit();
        end(next);
        assertThat(flows()).isEqualTo(2);
        assertThat(ledger.of("P0", "127.0.0.1").total(Total.DATAGRAMS)).isEqualTo(1);
        assertThat(recovered()).isEqualTo(3);
        assertThat(Files.readString(counted))
                .startsWith("counted 1 " + Long.parseLong(number, 16) + " 9");
        StoreIntake last = run(routing("P0", "S0"), 1 << 30);
        last.message("P0", FROM, 0, message(3, DATA));
        end(last);
        assertThat(flows()).isEqualTo(3);
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.SEQUENCE_GAP)).isZero();
    }

    @Test
    void aJournalOfAProbeThatIsNoMoreIsKept() throws IOException {
        StoreIntake killed = idle(routing("P0", "S0"), 1 << 30);
        killed.message("gone", FROM, 0, message(0, TEMPLATE + DATA));
        killed.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        killed.commit();
        killed.close();
        end(run(routing("P0", "S0"), 1 << 30));
        assertThat(recovered()).isEqualTo(1);
        assertThat(files(".rearview/quarantine", ".raw")).hasSize(1);
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("1 datagrams of probes that are no more, such as 'gone'");
    }

    /// What came before a reload is decoded by the configuration of then.
    @Test
    void aReloadIsInItsPlace() throws IOException {
        StoreIntake intake = run(routing("P0", "S0"), 1 << 30);
        intake.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        intake.use(routing("P0", "S1"));
        intake.message("P0", FROM, 0, message(1, DATA));
        intake.use(routing("P1", "S1"));
        intake.message("P1", FROM, 0, message(2, DATA));
        end(intake);
        assertThat(flows()).isEqualTo(2);
        assertThat(hours()).containsExactly("in-S0", "in-S1");
        // Another probe's templates are not this one's.
        assertThat(ledger.of("P1", "127.0.0.1").dropped(Drop.UNKNOWN_TEMPLATE)).isEqualTo(1);
    }

    /// Where journals hold what they may, flows are counted and templates known.
    @Test
    void whatNoJournalTakesIsDecodedAndCounted() throws IOException {
        StoreIntake intake = run(routing("P0", "S0"), 200);
        intake.message("P0", FROM, 0, message(0, TEMPLATE + DATA));
        intake.message("P0", FROM, 0, message(1, DATA));
        assertThat(intake.commit()).isTrue();
        assertThat(intake.isFree()).isFalse();
        intake.message("P0", FROM, 0, message(2, TEMPLATE + DATA + DATA));
        intake.commit();
        end(intake);
        assertThat(flows()).isEqualTo(4);
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.DISK_FULL)).isEqualTo(2);
        assertThat(ledger.of("P0", "127.0.0.1").dropped(Drop.SEQUENCE_GAP)).isZero();
    }

    // Where no numbers can be reserved ------------------------------------------------------------

    /// A store whose lock file is on a disk that takes nothing until it is told otherwise, when the
    /// numbers that were reserved are used up.
    private static final class Numbers {
        private final Object epochs;
        private final Field lock;
        private final Object good;

        Numbers(FlowStore store, Path elsewhere) throws Exception {
            epochs = field(store.getClass(), "epochs").get(store);
            lock = field(epochs.getClass(), "lock");
            good = lock.get(epochs);
            RepositoryLock closed = RepositoryLock.open(elsewhere);
            closed.close();
            // The number of the journal is still there.
            field(epochs.getClass(), "reserved")
                    .set(epochs, (long) field(epochs.getClass(), "next").get(epochs) + 1);
            lock.set(epochs, closed);
        }

        void mend() throws Exception {
            lock.set(epochs, good);
        }

        private static Field field(Class<?> of, String name) throws NoSuchFieldException {
            Field f = of.getDeclaredField(name);
            f.setAccessible(true);
            return f;
        }
    }

    private StoreIntake on(FlowStore store, Routing routing) {
        StoreIntake.Settings settings =
                new StoreIntake.Settings(root, 60_000, 1 << 30, Optional.empty(), Optional.empty());
        return new StoreIntake(store, settings, routing.configuration().site(), accounts);
    }

    private List<String> lines(String part) {
        return text.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains(part)).toList();
    }

    private void awaitLine(String part) throws InterruptedException {
        while (lines(part).isEmpty()) {
            Thread.sleep(5);
        }
    }

    /// Whether it is in the midst of a journal or at its end, what is decoded waits for a number,
    /// and is told twice: when that begins and when it is over.
    @ParameterizedTest
    @ValueSource(ints = {PART + 1, 2 * PART + 1})
    void whatCannotBeNumberedWaits(int count) throws Exception {
        Routing routing = routing("P0", "S0");
        FlowStore store = FlowStore.open(root, routing.configuration().site(), log::warning);
        Numbers numbers = new Numbers(store, directory.resolve("elsewhere"));
        StoreIntake intake = run(routing, on(store, routing), () -> {});
        receive(intake, count);
        intake.flush();
        awaitLine("Cannot number");
        // So long that it is tried again.
        Thread.sleep(DatagramDecoding.RETRY_MS + 300);
        assertThat(intake.isRunning()).isTrue();
        assertThat(lines("number")).hasSize(1);
        numbers.mend();
        end(intake);
        assertThat(lines("number")).hasSize(2);
        assertThat(lines("Flows are numbered again")).hasSize(1);
        assertThat(lines("Cannot read")).isEmpty();
        assertThat(flows()).isEqualTo(count);
        assertThat(hours()).containsExactly("in-S0");
        assertThat(files(".rearview/journal", "")).containsExactly("journal");
    }

    /// What could not be numbered by the end is the next run's.
    @Test
    void whatCannotBeNumberedUntilTheEndIsLeft() throws Exception {
        Routing routing = routing("P0", "S0");
        FlowStore store = FlowStore.open(root, routing.configuration().site(), log::warning);
        Numbers numbers = new Numbers(store, directory.resolve("elsewhere"));
        StoreIntake intake = run(routing, on(store, routing), () -> {});
        receive(intake, PART + 1);
        intake.flush();
        awaitLine("Cannot number");
        assertThat(intake.finish(0)).isTrue();
        intake.endDecoding(Ticks.ms() + 200);
        assertThat(intake.isRunning()).isFalse();
        intake.end(Long.MAX_VALUE, Ticks.ms() + 30_000);
        intake.close();
        numbers.mend();
        assertThat(lines("Not all datagrams are decoded")).hasSize(1);
        assertThat(lines("Decoding ends")).isEmpty();
        assertThat(files(".rearview/journal", ".raw")).hasSize(1);
        end(run(routing, 1 << 30));
        assertThat(recovered()).isEqualTo(PART + 1);
        assertThat(flows()).isEqualTo(PART + 1);
        assertThat(files(".rearview/journal", "")).containsExactly("journal");
    }
}
