package dev.rearview.collector.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Decoder;
import dev.rearview.model.MalformedInputException;
import dev.rearview.site.Probe;
import dev.rearview.store.ledger.LedgerSeries;
import dev.rearview.store.state.StateDirectory;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.StateBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossLedgerTest {
    private static final Probe IPFIX =
            new Probe(
                    "p",
                    Probe.Type.IPFIX,
                    Probe.Source.udp(2055, List.of()),
                    false,
                    Set.of(),
                    Set.of());

    private static final long NOW = 1_767_225_600_000L;
    private static final long DAY = 86_400_000;

    @TempDir Path directory;
    private long clock = NOW;
    private final LossLedger ledger = new LossLedger(() -> clock);

    /// Sums over all rows, by what is counted.
    private static Map<String, Long> sums(LossLedger of) {
        Map<String, Long> out = new TreeMap<>();
        for (Counters c : of.entries().values()) {
            for (Total t : Total.values()) {
                out.merge(t.name(), c.total(t), Long::sum);
            }
            for (Drop d : Drop.values()) {
                out.merge(d.name(), c.dropped(d), Long::sum);
            }
        }
        return out;
    }

    private static String address(Random random) {
        return random.nextInt(4) == 0
                ? "2001:db8:" + Integer.toHexString(random.nextInt(3000)) + ":0:0:0:0:1"
                : "10."
                        + random.nextInt(20)
                        + "."
                        + random.nextInt(256)
                        + "."
                        + random.nextInt(250);
    }

    @Test
    void sumsAreTheSameHoweverRowsAreFolded() {
        Random random = new Random(11);
        Map<String, Long> expected = new TreeMap<>();
        for (Total t : Total.values()) {
            expected.put(t.name(), 0L);
        }
        for (Drop d : Drop.values()) {
            expected.put(d.name(), 0L);
        }
        Map<String, Long> told = new TreeMap<>();
        for (int i = 0; i < 60_000; i++) {
            clock += random.nextInt(100) == 0 ? DAY / 100 : 1;
            String probe = List.of("-", "P0", "P1").get(random.nextInt(3));
            Counters c = ledger.of(probe, address(random));
            Drop d = Drop.values()[random.nextInt(Drop.values().length)];
            Total t = Total.values()[random.nextInt(Total.values().length)];
            long n = random.nextInt(5);
            c.drop(d, n);
            c.add(t, n + 1);
            expected.merge(d.name(), n, Long::sum);
            expected.merge(t.name(), n + 1, Long::sum);
            if (random.nextInt(5000) == 0) {
                ledger.age();
            }
            if (random.nextInt(3000) == 0) {
                count(ledger.news(LossLedger.Reader.LOG), told);
            }
        }
        assertThat(sums(ledger)).isEqualTo(expected);
        count(ledger.news(LossLedger.Reader.LOG), told);
        assertThat(told).isEqualTo(expected);
        assertThat(ledger.entries().size())
                .isLessThanOrEqualTo(
                        LossLedger.MAX_EXPORTERS
                                + LossLedger.MAX_STRANGERS
                                + LossLedger.MAX_NETWORKS
                                + 3);
        clock += 40 * DAY;
        for (int i = 0; i < 2; i++) {
            ledger.age();
            assertThat(sums(ledger)).isEqualTo(expected);
        }
    }

    private static void count(Map<LossLedger.Key, long[]> news, Map<String, Long> told) {
        for (long[] counts : news.values()) {
            for (Total t : Total.values()) {
                told.merge(t.name(), LossLedger.total(counts, t), Long::sum);
            }
            for (Drop d : Drop.values()) {
                told.merge(d.name(), LossLedger.dropped(counts, d), Long::sum);
            }
        }
    }

    @Test
    void whoeverIsSilentLongestIsFoldedIntoItsNetwork() {
        ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 1);
        ledger.of("P0", "192.0.2.1").drop(Drop.MALFORMED, 7);
        ledger.of("P0", "2001:db8:1:2:0:0:0:3").add(Total.FLOWS, 5);
        ledger.age();
        clock += 1000;
        for (int i = 0; i < LossLedger.MAX_EXPORTERS - 1; i++) {
            ledger.of("P0", "10.0." + i / 250 + "." + i % 250).add(Total.FLOWS, 1);
        }
        assertThat(ledger.of("P0", "192.0.2.0/24").dropped(Drop.MALFORMED)).isEqualTo(7);
        assertThat(ledger.of("P0", "2001:db8:1:0:0:0:0:0/48").total(Total.FLOWS)).isEqualTo(5);
        assertThat(ledger.entries())
                .doesNotContainKey(new LossLedger.Key("P0", "192.0.2.1"))
                .doesNotContainKey(new LossLedger.Key("P0", "2001:db8:1:2:0:0:0:3"));
        assertThat(ledger.generation()).isPositive();
    }

    @Test
    void anExporterThatGoesOnKeepsItsRow() {
        for (int i = 0; i < 50_000; i++) {
            clock++;
            ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 1);
            ledger.of("P0", "10." + i / 62_500 + "." + i / 250 % 250 + "." + i % 250)
                    .drop(Drop.MALFORMED, 1);
        }
        assertThat(ledger.of("P0", "192.0.2.1").total(Total.FLOWS)).isEqualTo(50_000);
        assertThat(sums(ledger)).containsEntry("MALFORMED", 50_000L);
    }

    /// Whoever makes up addresses has no flows to show for them.
    @Test
    void aSilentExporterKeepsItsRowInAFloodWithoutFlows() {
        ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 3);
        ledger.age();
        for (int i = 0; i < 20_000; i++) {
            clock++;
            ledger.of("P0", "10." + i / 62_500 + "." + i / 250 % 250 + "." + i % 250)
                    .drop(Drop.MALFORMED, 1);
        }
        assertThat(ledger.entries()).containsKey(new LossLedger.Key("P0", "192.0.2.1"));
        assertThat(ledger.of("P0", "192.0.2.1").total(Total.FLOWS)).isEqualTo(3);
        assertThat(sums(ledger)).containsEntry("MALFORMED", 20_000L).containsEntry("FLOWS", 3L);
    }

    /// What is folded takes its templates' rows along.
    @Test
    void aLineAboutSetsWithoutATemplateHasNoEmptyTail() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Log log =
                Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
        ledger.of("P0", "others").add(Total.AWAITED_SETS, 6363);
        new Statistics(ledger, new LossCauses(ledger, log, () -> clock), log).tell(List.of());
        assertThat(text.toString(StandardCharsets.UTF_8))
                .endsWith("'P0': data before its template from others: 6363 sets\n");
    }

    @Test
    void strangersShareTheRowsOfTheirNetworks() {
        for (int i = 0; i < 5000; i++) {
            ledger.of("-", "10.1." + i / 250 + "." + i % 250).drop(Drop.DISALLOWED_HOST, 1);
        }
        assertThat(sums(ledger)).containsEntry("DISALLOWED_HOST", 5000L);
        assertThat(ledger.entries()).hasSize(LossLedger.MAX_STRANGERS + 19);
        assertThat(ledger.of("-", "10.1.19.0/24").dropped(Drop.DISALLOWED_HOST)).isEqualTo(250);
    }

    @Test
    void whatIsSilentFor30DaysIsFolded() {
        ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 3);
        ledger.of("P0", "-").add(Total.FLOWS, 4);
        ledger.age();
        clock += 29 * DAY;
        ledger.of("P0", "192.0.2.2").add(Total.FLOWS, 1);
        ledger.age();
        assertThat(ledger.entries()).hasSize(3);
        clock += 2 * DAY;
        ledger.age();
        assertThat(ledger.entries().keySet())
                .containsExactly(
                        new LossLedger.Key("P0", "-"),
                        new LossLedger.Key("P0", "192.0.2.0/24"),
                        new LossLedger.Key("P0", "192.0.2.2"));
    }

    @Test
    void aLedgerIsSavedWhenSomethingWasCounted() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Log log =
                Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
        Path path = StateDirectory.ledger(directory);
        Files.createDirectory(path.getParent());
        LedgerSaving saving = new LedgerSaving(ledger, series(ledger), directory, log);
        ledger.of("journal", "-").add(Total.RECOVERED, 7);
        ledger.of("journal", "-").drop(Drop.JOURNAL_DAMAGED, 2);
        saving.save();
        assertThat(path)
                .content()
                .contains("journal\t-\trecovered\t7\n")
                .contains("journal\t-\tlost:journal-damaged\t2\n");
        Files.delete(path);
        saving.save();
        assertThat(path).doesNotExist();
        ledger.of("journal", "-").add(Total.RECOVERED, 1);
        saving.save();
        assertThat(path).content().contains("journal\t-\trecovered\t8\n");
        assertThat(text.size()).isZero();
    }

    /// A directory in the file's place stands for a disk that takes nothing.
    @Test
    void aLedgerThatCannotBeWrittenIsToldOnceAndLeavesNothing() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Log log =
                Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
        Path path = StateDirectory.ledger(directory);
        Files.createDirectories(path);
        Files.createFile(path.resolve("x"));
        LedgerSaving saving = new LedgerSaving(ledger, series(ledger), directory, log);
        ledger.of("P0", "-").add(Total.FLOWS, 1);
        saving.save();
        saving.save();
        assertThat(text.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("Cannot write " + path);
        assertThat(path.resolveSibling(".ledger.tsv.tmp")).doesNotExist();
    }

    private SeriesWriting series(LossLedger of) {
        return new SeriesWriting(of, LedgerSeries.of(directory), System::currentTimeMillis);
    }

    private Path written() throws IOException {
        ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 3);
        ledger.of("P0", "192.0.2.1").drop(Drop.MALFORMED, 2);
        ledger.of("-", "10.0.0.0/24").drop(Drop.DISALLOWED_HOST, 9);
        Path path = directory.resolve("ledger.tsv");
        LedgerFile.write(LedgerFile.text(ledger), path);
        return path;
    }

    /// Elements that no flow field needs are named, whoever sends how many of them.
    @Test
    void unknownElementsAreInTheLedgerUpToABound() throws IOException {
        Decoder decoder = new Decoder(IPFIX);
        Counters counters = ledger.of("P0", "192.0.2.1");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            many.append("%04x0001".formatted(300 + i));
        }
        // flowDirection, an element of an enterprise, and one that flows are made of.
        template("0100 0003 003d0001 800700040000270f 00080004", decoder, counters);
        template("0100 0001 003d0001", decoder, counters);
        template("0101 0064" + many, decoder, counters);
        Path path = directory.resolve("ledger.tsv");
        LedgerFile.write(LedgerFile.text(ledger), path);
        assertThat(path)
                .content()
                .contains("P0\t192.0.2.1\tunknown:0/61\t2\n")
                .contains("P0\t192.0.2.1\tunknown:9999/7\t1\n")
                .doesNotContain("unknown:0/8\t");
        assertThat(counters.unknownElements()).hasSize(Counters.MAX_UNKNOWN);
        LossLedger back = new LossLedger();
        LedgerFile.read(path, back);
        assertThat(back.of("P0", "192.0.2.1").total(Total.TEMPLATES)).isEqualTo(3);
        assertThat(LedgerEntry.read(path))
                .singleElement()
                .satisfies(e -> assertThat(e.details()).containsEntry("unknown:9999/7", 1L));
    }

    private static void template(String hex, Decoder decoder, Counters counters) {
        String body = hex.replace(" ", "");
        int length = body.length() / 2;
        String head = "000a%04x659200800000000000000001%s%04x";
        byte[] bytes =
                HexFormat.of().parseHex(head.formatted(20 + length, "0002", 4 + length) + body);
        Exporter from = new Exporter(new StateBudget(1 << 20));
        boolean valid =
                decoder.decode(
                        ByteBuffer.wrap(bytes), from, new Arrival(1, 0, 0), counters, (r, c) -> {});
        assertThat(valid).isTrue();
    }

    @Test
    void aLedgerComesBack() throws IOException {
        Path path = written();
        assertThat(path)
                .content()
                .startsWith("#rearview ledger 2\n")
                .contains("P0\t192.0.2.1\tflows\t3\n")
                .contains("P0\t192.0.2.1\tlost:malformed\t2\n")
                .contains("P0\t192.0.2.1\tactive\t1767225600\n")
                .containsPattern("\n#crc32 [0-9a-f]{8}\n$");
        LossLedger back = new LossLedger(() -> clock + DAY);
        LedgerFile.read(path, back);
        assertThat(sums(back)).isEqualTo(sums(ledger));
        assertThat(back.activity()).isEqualTo(ledger.activity());
        back.news(LossLedger.Reader.LOG)
                .values()
                .forEach(counts -> assertThat(counts).containsOnly(0));
    }

    /// Every octet damaged, and every cut.
    @Test
    void aDamagedLedgerIsNeverHalfBelieved() throws IOException {
        Path path = written();
        byte[] whole = Files.readAllBytes(path);
        for (int i = 20; i < whole.length; i++) {
            for (boolean cut : new boolean[] {false, true}) {
                byte[] bytes = cut ? java.util.Arrays.copyOf(whole, i) : whole.clone();
                if (!cut) {
                    bytes[i] ^= 1;
                }
                Files.write(path, bytes);
                LossLedger into = new LossLedger();
                assertThatThrownBy(() -> LedgerFile.read(path, into))
                        .as("%s at %d", cut ? "cut" : "flipped", i)
                        .isInstanceOf(MalformedInputException.class);
                assertThat(into.entries()).isEmpty();
            }
        }
    }

    /// A FIFO would keep the reader waiting for ever.
    @Test
    @Timeout(60)
    void aLedgerThatIsNoFileIsRefused() throws Exception {
        Path path = written();
        Path victim = directory.resolve("victim");
        Files.move(path, victim);
        Files.createSymbolicLink(path, victim);
        assertThatThrownBy(() -> LedgerFile.read(path, new LossLedger()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(path + ": is a symbolic link");
        Files.delete(path);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> LedgerFile.read(path, new LossLedger()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(path + ": is a FIFO");
    }

    @Test
    void linksInThePlaceOfALedgerAreReplacedAndNotFollowed() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious octets");
        Path path = directory.resolve("ledger.tsv");
        Files.createSymbolicLink(path, victim);
        Files.createSymbolicLink(directory.resolve(".ledger.tsv.tmp"), victim);
        written();
        assertThat(victim).hasContent("precious octets");
        assertThat(Files.isSymbolicLink(path)).isFalse();
        LedgerFile.read(path, new LossLedger());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"P0\t-\tflows\t1\nP0\t-\tflows", "P0\t-\tno-such\t1", "P0\t-\tflows\tx"})
    void aLedgerWithoutAChecksumIsTakenAsAWholeOrNot(String text) throws IOException {
        Path path = directory.resolve("ledger.tsv");
        Files.writeString(path, "#probe\texporter\twhat\tcount\nP1\t-\tflows\t5\n");
        LossLedger into = new LossLedger();
        LedgerFile.read(path, into);
        assertThat(into.of("P1", "-").total(Total.FLOWS)).isEqualTo(5);
        Files.writeString(path, "#probe\texporter\twhat\tcount\n" + text + "\n");
        LossLedger none = new LossLedger();
        assertThatThrownBy(() -> LedgerFile.read(path, none))
                .isInstanceOf(MalformedInputException.class);
        assertThat(none.entries()).isEmpty();
    }

    @Test
    void theLogHasTwentyLinesForEachReasonAndOneForTheRest() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Log log =
                Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
        Statistics statistics =
                new Statistics(ledger, new LossCauses(ledger, log, () -> clock), log);
        for (int i = 0; i < 2000; i++) {
            ledger.of("P0", "10.1." + i / 250 + "." + i % 250).drop(Drop.MALFORMED, i + 1);
        }
        ledger.of("P0", "192.0.2.1").drop(Drop.SEQUENCE_GAP, 77);
        statistics.tell(List.of());
        List<String> lines = text.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(22);
        assertThat(lines.getFirst()).endsWith("'P0': losses from 10.1.7.249: malformed 2000");
        assertThat(lines.get(20)).endsWith("'P0': losses from 192.0.2.1: sequence-gap 77");
        assertThat(lines.getLast())
                .endsWith("Losses from 1,980 other addresses: malformed 1,961,190");
        text.reset();
        statistics.tell(List.of());
        assertThat(text.size()).isZero();
    }
}
