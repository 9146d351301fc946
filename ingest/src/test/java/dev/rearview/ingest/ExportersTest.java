package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Exporters come and go in bounded room, and those that are good stay.
class ExportersTest {
    private static final long GOOD = -1;
    private static final int PORT = 2055;

    /// A template of IPFIX: addresses, packets, octets.
    private static final String TEMPLATE =
            "0002 0018 0100 0004 00080004 000c0004 00020004 00010004";

    private static final String DATA = "0100 0014 c0000201 c6336407 00000007 00000700";

    private final Map<Long, Counters> ledger = new HashMap<>();
    private final StateBudget budget = new StateBudget(16 << 20);
    private final Exporters<Long> exporters =
            new Exporters<>(budget, k -> ledger.computeIfAbsent(k, n -> new Counters()));
    private final Decoder decoder = new Decoder(probe(Probe.Type.IPFIX));
    private long flows;
    private long nowMs;

    static Probe probe(Probe.Type type) {
        return new Probe("p", type, Probe.Source.udp(PORT, List.of()), false, Set.of(), Set.of());
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static ByteBuffer message(int sequence, int domain, String sets) {
        String hex = sets.replace(" ", "");
        return bytes(
                "000a%04x65920080%08x%08x".formatted(16 + hex.length() / 2, sequence, domain)
                        + hex);
    }

    private boolean decode(long from, ByteBuffer bytes) {
        return exporters.decode(
                from, decoder, bytes, new Arrival(PORT, 0, nowMs), (r, c) -> flows++);
    }

    private Counters counters(long from) {
        return ledger.getOrDefault(from, new Counters());
    }

    @Test
    void onlyAValidMessageMakesAnEntry() {
        for (int i = 0; i < 1000; i++) {
            assertThat(decode(i, bytes("000a 0006 0000"))).isFalse();
            assertThat(decode(i, bytes("0009 0001 0000 0000"))).isFalse();
            assertThat(decode(i, bytes("00"))).isFalse();
            assertThat(decode(i, bytes("000a 0040 65920080 00000000 00000001"))).isFalse();
        }
        assertThat(exporters.size()).isZero();
        assertThat(budget.used()).isZero();
        assertThat(counters(1).dropped(Drop.MALFORMED)).isEqualTo(4);
        assertThat(decode(1, message(0, 1, TEMPLATE))).isTrue();
        assertThat(exporters.size()).isEqualTo(1);
    }

    @Test
    void whoeverWasSilentLongestMakesRoomAndUnprovenOnesFirst() {
        decode(1, message(0, 1, TEMPLATE + DATA));
        decode(2, message(0, 1, TEMPLATE));
        decode(3, message(0, 1, TEMPLATE + DATA));
        decode(4, message(0, 1, TEMPLATE));
        decode(1, message(1, 1, DATA));
        decode(5, message(0, 1, TEMPLATE + DATA));
        List<Long> gone = new ArrayList<>();
        for (int sequence = 1; exporters.size() > 1; sequence++) {
            long tooMuch = budget.limit() - budget.used() + 1;
            budget.charge(tooMuch);
            decode(5, message(sequence, 1, DATA));
            budget.release(tooMuch);
            for (long k = 1; k <= 4; k++) {
                if (counters(k).dropped(Drop.TABLE_FULL) > 0 && !gone.contains(k)) {
                    gone.add(k);
                }
            }
        }
        assertThat(gone).containsExactly(2L, 4L, 3L, 1L);
        assertThat(counters(5).dropped(Drop.TABLE_FULL)).isZero();
    }

    @Test
    void closingAnExporterGivesUpWhatWaits() {
        decode(1, message(0, 1, DATA + DATA));
        decode(2, message(0, 1, DATA));
        exporters.removeIf(k -> k == 1);
        assertThat(counters(1).dropped(Drop.UNKNOWN_TEMPLATE)).isEqualTo(2);
        assertThat(counters(2).dropped(Drop.UNKNOWN_TEMPLATE)).isZero();
        exporters.close();
        assertThat(counters(2).dropped(Drop.UNKNOWN_TEMPLATE)).isEqualTo(1);
        assertThat(counters(1).awaited())
                .containsExactly(new Counters.Awaited(1, 256, 2, 32, 2, 32));
        assertThat(budget.used()).isZero();
    }

    /// What files announce takes its part of the budget, and pushes out no exporter of datagrams.
    @Test
    void aPartOfTheBudgetPushesOutOnlyItsOwn() {
        decode(1, message(0, 1, TEMPLATE + DATA));
        StateBudget part = budget.part(budget.limit() / 4);
        Counters files = new Counters();
        try (Exporters<Long> ofFiles = new Exporters<>(part, k -> files)) {
            for (int i = 0; i < 20_000; i++) {
                ofFiles.decode(
                        (long) i,
                        decoder,
                        message(0, 1, TEMPLATE + DATA),
                        new Arrival(0, 0, 0),
                        (r, c) -> {});
            }
            assertThat(part.used()).isBetween(part.limit() * 9 / 10, part.limit());
            assertThat(budget.used()).isGreaterThan(part.used());
            assertThat(files.dropped(Drop.TABLE_FULL)).isEqualTo(20_000 - ofFiles.size());
            decode(2, message(0, 1, TEMPLATE + DATA));
            decode(1, message(1, 1, DATA));
        }
        assertThat(flows).isEqualTo(3);
        assertThat(exporters.size()).isEqualTo(2);
        exporters.close();
        assertThat(budget.used()).isZero();
    }

    /// An exporter whose clock is two days slow loses nothing; one that is silent for a day goes.
    @Test
    void ageIsTheCollectorsTime() {
        decode(1, message(0, 1, TEMPLATE + DATA));
        decode(2, message(0, 1, TEMPLATE + DATA));
        for (int hour = 0; hour < 48; hour++) {
            nowMs += 3_600_000;
            decode(1, message(1 + hour, 1, hour % 10 == 0 ? TEMPLATE + DATA : DATA));
            exporters.expire(nowMs);
        }
        assertThat(counters(1).total(Total.FLOWS)).isEqualTo(49);
        assertThat(counters(1).total(Total.AWAITED_SETS)).isZero();
        assertThat(exporters.size()).isEqualTo(1);
    }

    /// A million senders: headers without sets, templates over all domains, data that waits, forged
    /// flows; beside them a good exporter, which is seldom heard.
    ///
    /// In a process of its own with 64 MB, where the heap would end long before the flood.
    @Test
    void aMillionSendersDoNotTouchAGoodExporter() throws IOException, InterruptedException {
        Process p =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx64m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Flood.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(out).isEqualTo("good 1000 of 1000, lost 0\n");
        assertThat(p.exitValue()).isZero();
    }

    /// What runs in the small heap.
    static final class Flood {
        private static final int SENDERS = 1_000_000;
        private static final long LIMIT = 16 << 20;

        private Flood() {}

        public static void main(String[] args) {
            StateBudget budget = new StateBudget(LIMIT);
            Counters good = new Counters();
            Counters others = new Counters();
            Exporters<Long> exporters = new Exporters<>(budget, k -> k == GOOD ? good : others);
            Decoder decoder = new Decoder(probe(Probe.Type.IPFIX));
            Random random = new Random(1);
            long most = 0;
            int sent = 0;
            for (int i = 0; i < SENDERS; i++) {
                ByteBuffer bytes = attack(i, random);
                exporters.decode((long) i, decoder, bytes, new Arrival(PORT, 0, i), (r, c) -> {});
                most = Math.max(most, budget.used());
                if (i % 1000 == 0) {
                    String sets = sent == 0 ? TEMPLATE + DATA : DATA;
                    exporters.decode(
                            GOOD,
                            decoder,
                            message(sent, 1, sets),
                            new Arrival(PORT, 0, i),
                            (r, c) -> {});
                    sent++;
                }
            }
            if (most > LIMIT + budget.share()) {
                throw new AssertionError("used " + most);
            }
            if (exporters.size() < 1000) {
                throw new AssertionError("only " + exporters.size() + " entries");
            }
            exporters.close();
            if (budget.used() != 0) {
                throw new AssertionError("not released: " + budget.used());
            }
            System.out.print(
                    "good "
                            + good.total(Total.FLOWS)
                            + " of "
                            + sent
                            + ", lost "
                            + lost(good)
                            + "\n");
        }

        private static long lost(Counters c) {
            long sum = 0;
            for (Drop d : Drop.values()) {
                sum += c.dropped(d);
            }
            return sum;
        }

        private static final byte[] HEADER = message(0, 0, "").array();
        private static final byte[] NETFLOW9 =
                bytes("0009 0000 00000000 65920080 00000000 00000000").array();
        private static final byte[] SIX_OCTETS = bytes("000a 0006 0000").array();
        private static final byte[] ONE = message(0, 0, TEMPLATE).array();
        private static final byte[] WAITS = message(0, 0, "0400 03ec" + "00".repeat(1000)).array();
        private static final byte[] FLOW = message(0, 0, TEMPLATE + DATA).array();

        /// Templates of 56 numbers, about 1,400 octets.
        private static final byte[] TEMPLATES = message(0, 0, TEMPLATE.repeat(56)).array();

        private static ByteBuffer attack(int i, Random random) {
            return switch (i % 7) {
                case 0 -> ByteBuffer.wrap(SIX_OCTETS);
                case 1 -> ByteBuffer.wrap(HEADER.clone()).putInt(12, random.nextInt());
                case 2 -> ByteBuffer.wrap(NETFLOW9.clone()).putInt(16, i);
                case 3 -> ByteBuffer.wrap(ONE.clone()).putInt(12, random.nextInt());
                case 4 -> ByteBuffer.wrap(WAITS);
                case 5 -> templates(i);
                default -> ByteBuffer.wrap(FLOW.clone()).putInt(8, random.nextInt());
            };
        }

        private static ByteBuffer templates(int i) {
            ByteBuffer b = ByteBuffer.wrap(TEMPLATES.clone()).putInt(12, i);
            for (int k = 0; k < 56; k++) {
                b.putShort(16 + 24 * k + 4, (short) (256 + (i * 56 + k) % 60_000));
            }
            return b;
        }
    }
}
