package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.RecordWords;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.registry.ElementIds;
import dev.rearview.wire.state.StateReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whoever takes up what an exporter had announced decodes what comes next as the one before would
/// have.
class ExporterStateTest {
    private static final Path OWN =
            Path.of(System.getProperty("rearview.root", "..")).resolve("testdata/exports");

    private static final ProbeOptions ALL =
            ProbeOptions.of(false, Set.of("firewall-event", "firewall-update"));

    private final StateBudget budget = new StateBudget(16 << 20);
    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final Ipfix ipfix = new Ipfix(ProbeOptions.DEFAULT);

    private static List<String> flows(Path recording, int restartEach) throws IOException {
        Recordings r = new Recordings(ALL);
        r.restartEach(restartEach);
        r.file(recording);
        List<String> out = new ArrayList<>();
        r.out.flows.forEach(f -> {
            long[] words = new long[RecordWords.COUNT];
            RecordWords.pack(f, words, 0);
            out.add(Arrays.toString(words));
        });
        return out;
    }

    /// Each of its flows is what it is without, also of data that waited for its template.
    @Test
    void recordingsGiveTheSameFlowsWhereverAnotherGoesOn() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path directory : List.of(OWN, Recordings.EXPORTS)) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> all = Files.walk(directory)) {
                    all.filter(p -> p.toString().matches(".*\\.(dat|pcap|pcapng|dump|ipfix)"))
                            .sorted()
                            .forEach(files::add);
                }
            }
        }
        assertThat(files).hasSizeGreaterThan(9);
        int flows = 0;
        for (Path file : files) {
            List<String> whole = flows(file, 0);
            assertThat(flows(file, 1)).as(file.toString()).isEqualTo(whole);
            assertThat(flows(file, 3)).as(file.toString()).isEqualTo(whole);
            flows += whole.size();
        }
        assertThat(flows).isGreaterThan(1_000);
    }

    private void decode(Exporter exporter, int port, long nowMs, Messages m) {
        ipfix.decode(new Cursor(m.bytes()), exporter, new Arrival(port, 0, nowMs), counters, out);
    }

    /// Twenty domains with what can be announced, of two processes, and data that waits.
    private Exporter exporter() {
        Exporter e = new Exporter(budget);
        for (int domain = 0; domain < 20; domain++) {
            for (int port = 1; port <= 2; port++) {
                // The two contradict each other.
                decode(
                        e,
                        port,
                        domain * 10 + port,
                        Messages.ipfix(0, domain)
                                .template(2, 256, 8, 4, 12, 4, 2, 4, 1, 4 + port)
                                .hex("0003 0012 0101 0002 0001 008f 0004 0022 0004")
                                .hex("0101 000c 00000001")
                                .u32(port * 100 + domain));
            }
            decode(e, 1, 7, Messages.ipfix(0, domain).hex("0300 0008 00000001"));
        }
        assertThat(counters.total(Total.AWAITED_SETS)).isEqualTo(20);
        return e;
    }

    private Exporter restored(byte[] saved, long nowMs, StateBudget of)
            throws StateReader.Malformed {
        Exporter e = new Exporter(of);
        StateReader in = new StateReader(ByteBuffer.wrap(saved), nowMs);
        e.restore(in);
        assertThat(in.hasMore()).isFalse();
        return e;
    }

    @Test
    void whatIsRestoredIsWhatWasSaved() throws Exception {
        Exporter before = exporter();
        byte[] saved = Recordings.saved(before);
        Exporter after = restored(saved, 0, budget);
        assertThat(after.waitingCount()).isEqualTo(20);
        assertThat(Recordings.saved(after)).isEqualTo(saved);
        assertThat(after.octets()).isEqualTo(before.octets());
        before.close(counters);
        after.close(counters);
        assertThat(budget.used()).isZero();
    }

    /// The first numbers of one that has announced nothing.
    @Test
    void theFormIsWhatItWas() throws Exception {
        Exporter e = new Exporter(budget);
        decode(e, 9, 0, Messages.ipfix(0, 5).template(2, 256, 8, 4, 9999, 2));
        assertThat(HexFormat.of().formatHex(Recordings.saved(e)))
                .isEqualTo(
                        "00000002 00000000"
                                        // One domain: IPFIX, number 5, heard of now; its port.
                                        .replace(" ", "")
                                + "00000001 0000000a 0000000000000005 0000000000000000 00000009"
                                        .replace(" ", "")
                                // No samplers, interfaces, rate or start.
                                + "00000000 00000000 00000000 00000000".replace(" ", "")
                                // The sequence of one port, which asked for it once: it has begun.
                                + "00000001 00000009 0000000000000000 00000000".replace(" ", "")
                                + "00000001 0000000000000000 0000000000000000".replace(" ", "")
                                + "0000000000000000 00000000".replace(" ", "")
                                // One template, of that domain, its number, announced by one port.
                                + "00000001 00000000 00000100 00000001".replace(" ", "")
                                + "00000009 0000000000000000 00000000".replace(" ", "")
                                // Two fields, one of which is skipped.
                                + "00000100 00000000 00000002".replace(" ", "")
                                + "0000000000000008 00000004 00000000000000d2 00000002"
                                        .replace(" ", "")
                                // Nothing waits, no connections.
                                + "00000000 00000000".replace(" ", ""));
        e.close(counters);
    }

    @Test
    void templatesAgeOnWhereTheyWere() throws Exception {
        long day = 86_400_000;
        Exporter before = new Exporter(budget);
        decode(before, 1, -day / 2, Messages.ipfix(0, 1).template(2, 256, 8, 4, 12, 4));
        Exporter after = restored(Recordings.saved(before), 1_000, budget);
        after.expire(1_000 + day / 2 - 1, day, counters);
        assertThat(after.octets()).isPositive();
        after.expire(1_000 + day / 2 + 1, day, counters);
        after.expire(1_000 + 2 * day, day, counters);
        assertThat(after.octets()).isZero();
        before.close(counters);
    }

    @Test
    void whatHasNoRoomIsLeftOut() throws Exception {
        byte[] saved = Recordings.saved(exporter());
        StateBudget small = new StateBudget(8 << 10);
        Exporter after = restored(saved, 0, small);
        assertThat(after.octets()).isBetween(1L, 1L << 10);
        after.close(counters);
        assertThat(small.used()).isZero();
    }

    /// Whatever stands there: it is refused, or is a state within the budget.
    @Test
    void damageIsRefusedOrHarmless() {
        byte[] saved = Recordings.saved(exporter());
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = Arrays.copyOf(saved, random.nextInt(saved.length) + 1);
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            StateBudget own = new StateBudget(1 << 20);
            Exporter e = new Exporter(own);
            try {
                e.restore(new StateReader(ByteBuffer.wrap(damaged), 0));
            } catch (StateReader.Malformed expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
            assertThat(own.used()).isEqualTo(e.octets()).isLessThanOrEqualTo(1 << 17);
            e.close(counters);
            assertThat(own.used()).isZero();
        }
        byte[] other = saved.clone();
        other[3] = 1;
        assertThatThrownBy(() -> restored(other, 0, budget)).hasMessage("state of version 1");
    }

    /// Ten records are sent after each message; who goes on finds missing what came in between.
    @Test
    void whatIsLostWhileNobodyListensIsCountedOnce() throws Exception {
        String template = "0002 000c 0100 0001 0008 0004";
        Exporter before = new Exporter(budget);
        decode(before, 1, 0, Messages.ipfix(100, 1).hex(template));
        decode(before, 1, 1, Messages.ipfix(110, 1).hex(template));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(10);
        Exporter after = restored(Recordings.saved(before), 2, budget);
        decode(after, 1, 3, Messages.ipfix(110, 1).hex(template));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(10);
        decode(after, 1, 4, Messages.ipfix(117, 1).hex(template));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(17);
        // What was counted by the one before is not taken back.
        decode(after, 1, 5, Messages.ipfix(105, 1).hex(template));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(17);
        before.close(counters);
        after.close(counters);
        assertThat(budget.used()).isZero();
    }

    @Test
    void everyElementIsKnownByItsSlot() {
        for (int slot : ElementIds.all()) {
            long element = Elements.element(slot);
            if (Elements.slot((int) (element >>> 32), (int) element) != slot) {
                // No template names it: it stands for what a packet's header says.
                assertThat(slot).isGreaterThan(ElementIds.CERT_REVERSE_BASE);
            }
        }
    }
}
