package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.traffic.Exporter;
import dev.rearview.traffic.Player;
import dev.rearview.traffic.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// README and every how-to, followed from top to bottom as a reader would. [Page] says what the
/// fences mean; none of the pages is named here but that of the exporters.
class PagesIT {
    private static final long SEED = 20_261_123;
    private static final double SCALE = 0.1;
    private static final int PACE = 2_000;
    private static final int FLOWS_PORT = 2055;

    /// How the reader of a later page goes on collecting.
    private static final String SENSOR_CONF =
            """
            probe S0 flow
                listen-on-port 2055
                protocol udp
            end probe
            sensor S0
                flow-probes S0
                internal-ipblocks 192.0.2.0/24, 10.20.0.0/16, 2001:db8:20::/48
                external-ipblocks remainder
            end sensor
            """;

    @TempDir Path directory;

    private record Sent(int port, String protocol) {}

    @TestFactory
    Stream<DynamicTest> pagesAreTrue() throws Exception {
        Path repository = directory.resolve("repository");
        repository(repository);
        List<Page> pages = Page.all();
        assertThat(pages).hasSizeGreaterThan(3);
        return pages.stream()
                .map(p -> DynamicTest.dynamicTest(p.name(), () -> follow(p, repository)));
    }

    /// Follows a page; once more if midnight came between, for "yesterday" was another day then.
    private void follow(Page page, Path repository) throws Exception {
        LocalDate before = today();
        try {
            followOnce(page, repository);
        } catch (AssertionError e) {
            if (today().equals(before)) {
                throw e;
            }
            Path later = directory.resolve("repository-" + today());
            repository(later);
            followOnce(page, later);
        }
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    private void followOnce(Page page, Path repository) throws Exception {
        Path own = Files.createTempDirectory(directory, "page");
        try (ReadersMachine machine = new ReadersMachine(own)) {
            if (!page.makesRepository()) {
                machine.copy(repository);
            }
            for (Page.Block block : page.blocks()) {
                block.check(page.name());
                if (block.isRun()) {
                    machine.run(page.name(), block);
                } else if (block.isExporter()) {
                    export(machine);
                } else if (block.language().equals("conf")) {
                    machine.write(block);
                } else if (block.isOutput()) {
                    machine.expect(page.name(), block);
                }
            }
        }
    }

    /// A week of traffic as the exporters of a page send it: all to one port.
    private static void export(ReadersMachine machine) throws Exception {
        int port = machine.port(FLOWS_PORT);
        Path root = machine.home().resolve("flows/data");
        long before = flows(root.resolve(".rearview/ledger.tsv"));
        int sent = play(new int[] {port, port, port, port});
        awaitStored(root, before + sent);
    }

    /// Waits until as many flows have come and none of them is in the journal alone.
    private static void awaitStored(Path root, long sent) throws Exception {
        long came = 0;
        for (int i = 0; i < 1_200; i++) {
            came = flows(root.resolve(".rearview/ledger.tsv"));
            try (Stream<Path> waiting = Files.list(root.resolve(".rearview/journal"))) {
                if (came >= sent && waiting.findAny().isEmpty()) {
                    return;
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError(came + " of " + sent + " flows came");
    }

    /// Flows of all exporters by the ledger.
    static long flows(Path ledger) throws IOException {
        if (!Files.exists(ledger)) {
            return 0;
        }
        return Files.readAllLines(ledger).stream()
                .map(l -> l.split("\t", -1))
                .filter(row -> row.length == 4 && row[2].equals("flows"))
                .mapToLong(row -> Long.parseLong(row[3]))
                .sum();
    }

    /// @param ports for NetFlow v5, NetFlow v9, IPFIX and sFlow
    /// @return flows sent
    private static int play(int[] ports) throws IOException {
        Scenario scenario = new Scenario(SEED, System.currentTimeMillis(), SCALE);
        Exporter[] exporters = {
            Exporter.netflow5(), Exporter.netflow9(1), Exporter.ipfix(1), Exporter.sflow(100)
        };
        for (Scenario.Source source : Scenario.Source.values()) {
            int i = source.ordinal();
            Player.play(exporters[i], scenario.flows(source), ports[i], PACE);
        }
        return scenario.total();
    }

    /// What a reader has who comes to a page later: `silk.conf`, `sensor.conf` and `data`.
    private static void repository(Path target) throws Exception {
        Path work = Files.createDirectories(target.resolveSibling(target.getFileName() + "-work"));
        List<String> probes = List.of("netflow-v5", "netflow-v9", "ipfix", "sflow");
        try (CollectorProcess collector = new CollectorProcess(work, probes.size())) {
            StringBuilder conf = new StringBuilder();
            int[] ports = new int[probes.size()];
            for (int i = 0; i < ports.length; i++) {
                ports[i] = Ports.free();
                conf.append(sensor(i, probes.get(i), ports[i]));
            }
            collector.configure(conf.toString());
            collector.start();
            awaitStored(collector.root(), play(ports));
            collector.terminate();
            assertThat(collector.log()).doesNotContain("losses from");
        }
        ReadersMachine.copy(work.resolve("data"), target.resolve("data"));
        Files.copy(work.resolve("data/silk.conf"), target.resolve("silk.conf"));
        Files.writeString(target.resolve("sensor.conf"), SENSOR_CONF);
    }

    private static String sensor(int number, String probe, int port) {
        return """
        probe P%1$d %2$s
            listen-on-port %3$d
            protocol udp
            listen-as-host 127.0.0.1
        end probe
        sensor S%1$d
            %2$s-probes P%1$d
            internal-ipblocks 192.0.2.0/24, 10.20.0.0/16, 2001:db8:20::/48
            external-ipblocks remainder
        end sensor
        """
                .formatted(number, probe, port);
    }

    /// What a page says an exporter sends, and where to, comes through the configuration that the
    /// page prints: every flow of a real exporter that speaks so, and nothing is lost.
    @TestFactory
    Stream<DynamicTest> everyExporterFitsTheConfigurationPrinted() throws Exception {
        Path file = Shell.ROOT.resolve("docs/how-to/connect-exporters.md");
        Map<String, Sent> exporters = exporters(Files.readString(file));
        assertThat(exporters)
                .hasSizeGreaterThan(6)
                .containsEntry("DD-WRT (Rflow)", new Sent(2055, "NetFlow v5"));
        String conf =
                Page.read(file).blocks().stream()
                        .filter(b -> b.language().equals("conf"))
                        .filter(b -> b.info().endsWith("sensor.conf"))
                        .findFirst()
                        .orElseThrow()
                        .text();
        return exporters.entrySet().stream()
                .map(e ->
                        DynamicTest.dynamicTest(
                                e.getKey() + ": " + e.getValue(),
                                () -> exporterFits(e.getValue(), conf)));
    }

    /// Headings and their sentence, such as "Sends NetFlow v5 to port 2055."
    private static Map<String, Sent> exporters(String page) {
        Map<String, Sent> out = new LinkedHashMap<>();
        String all = page.substring(page.indexOf("\n## Exporters\n"));
        int end = all.indexOf("\n## ", 1);
        for (String part : all.substring(0, end).split("\n### ", -1)) {
            if (part.startsWith("\n## ")) {
                continue;
            }
            String name = part.substring(0, part.indexOf('\n'));
            Matcher m =
                    Pattern.compile("Sends (NetFlow v5|NetFlow v9|IPFIX|sFlow) to port ([0-9]+)\\.")
                            .matcher(part);
            assertThat(m.find()).as("what " + name + " sends").isTrue();
            int port = Integer.parseInt(m.group(2));
            if (part.contains("```")) {
                assertThat(part.substring(part.indexOf("```"))).as(name).contains(m.group(2));
                assertThat(versionIn(part)).as(name).contains(m.group(1));
            }
            out.put(name, new Sent(port, m.group(1)));
        }
        return out;
    }

    /// The protocol that the commands of an exporter choose.
    private static String versionIn(String part) {
        String commands = part.substring(part.indexOf("```"));
        if (Pattern.compile("-v 9|protocol=9|version=9|netflow-v9|version: 9")
                .matcher(commands)
                .find()) {
            return "NetFlow v9";
        }
        if (Pattern.compile("-v 10|version-ipfix|ipfix|version: 10").matcher(commands).find()) {
            return "IPFIX";
        }
        return commands.contains("sFlow") ? "sFlow" : "none chosen";
    }

    private void exporterFits(Sent sent, String conf) throws Exception {
        Path own = Files.createTempDirectory(directory, "exporter");
        String recording =
                switch (sent.protocol) {
                    case "NetFlow v5" -> "softflowd-v5";
                    case "NetFlow v9" -> "softflowd-v9";
                    case "IPFIX" -> "softflowd-ipfix";
                    default -> "pmacctd-sflow";
                };
        try (ReadersMachine machine = new ReadersMachine(own);
                CollectorProcess collector = new CollectorProcess(own, 1)) {
            // The page's sensor is the only one of this site.
            Files.writeString(
                    collector.root().resolve("silk.conf"),
                    Files.readString(collector.root().resolve("silk.conf"))
                            .replaceAll("\\bS0\\b", sensorOf(conf)));
            collector.configure(machine.ours(conf));
            collector.start();
            int flows =
                    Recordings.send(
                            Shell.ROOT.resolve("testdata/exports/" + recording + ".pcap"),
                            machine.port(sent.port));
            assertThat(flows).isPositive();
            Thread.sleep(500);
            collector.terminate();
            assertThat(collector.log()).doesNotContain("losses from", "disallowed");
            Shell.Result r =
                    collector
                            .shell()
                            .run(
                                    "rwfilter --type=all --start-date=2024/01/15"
                                            + " --end-date=2024/01/15 --proto=0- --pass=stdout"
                                            + " | rwuniq --fields=1-5 --no-titles --delimited=,");
            if (sent.protocol.equals("sFlow")) {
                // Samples are of the time of their receipt.
                r =
                        collector
                                .shell()
                                .run(
                                        "rwfilter --type=all --proto=0- --pass=stdout"
                                                + " | rwuniq --fields=1-5 --no-titles"
                                                + " --delimited=,");
            }
            assertThat(r.err()).isEmpty();
            assertThat(r.out().lines().map(l -> l.substring(0, l.lastIndexOf(','))))
                    .containsAll(keys(sent.protocol));
        }
    }

    private static String sensorOf(String conf) {
        Matcher m = Pattern.compile("(?m)^sensor (\\S+)").matcher(conf);
        assertThat(m.find()).isTrue();
        return m.group(1);
    }

    private static List<String> keys(String protocol) {
        return new Packets()
                .totals().stream()
                        .filter(l -> !protocol.equals("NetFlow v5") || !l.startsWith("2001:"))
                        .filter(l -> !protocol.equals("sFlow") || !l.startsWith("10.1.0.99,"))
                        .map(l -> l.replaceFirst(",[0-9]+,[0-9]+$", ""))
                        .toList();
    }

    /// What is left out of the pages' test is left out by name, with a reason.
    @Test
    void whatIsNotRunSaysWhy() throws Exception {
        for (Page page : Page.all()) {
            page.blocks().forEach(b -> b.check(page.name()));
        }
    }
}
