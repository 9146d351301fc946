package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.rearview.model.FlowRecord;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.pcap.Captures;
import dev.rearview.wire.sflow.SFlow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What other projects expect of recordings in their own tests: each flow that they describe is
/// among ours, with the same value for every field that both know.
class ThirdPartyDecodesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /// Names of fields in the projects' spellings, lower case, letters and digits only.
    private static final Map<String, List<String>> NAMES =
            Map.ofEntries(
                    Map.entry(
                            "sip",
                            List.of(
                                    "ipv4srcaddr",
                                    "ipv6srcaddr",
                                    "sourceipv4address",
                                    "sourceipv6address",
                                    "srcaddr")),
                    Map.entry(
                            "dip",
                            List.of(
                                    "ipv4dstaddr",
                                    "ipv6dstaddr",
                                    "destinationipv4address",
                                    "destinationipv6address",
                                    "dstaddr")),
                    Map.entry("sport", List.of("l4srcport", "sourcetransportport", "srcport")),
                    Map.entry("dport", List.of("l4dstport", "destinationtransportport", "dstport")),
                    Map.entry(
                            "protocol",
                            List.of("protocol", "protocolidentifier", "protocolnumber")),
                    Map.entry(
                            "packets",
                            List.of("inpkts", "packetdeltacount", "packettotalcount", "dpkts")),
                    Map.entry(
                            "bytes",
                            List.of("inbytes", "octetdeltacount", "octettotalcount", "doctets")),
                    Map.entry("flags", List.of("tcpflags", "tcpcontrolbits")),
                    Map.entry("input", List.of("inputsnmp", "ingressinterface", "input")),
                    Map.entry("output", List.of("outputsnmp", "egressinterface", "output")),
                    Map.entry("start", List.of("firstswitched", "flowstartmilliseconds")),
                    Map.entry("end", List.of("lastswitched", "flowendmilliseconds")));

    @BeforeEach
    void recordings() {
        Recordings.assumeThere();
    }

    private static JsonNode expectations(String project) throws IOException {
        return JSON.readTree(Recordings.EXPORTS.resolve(project + "/expected.json").toFile());
    }

    @Test
    void logstashEvents() throws IOException {
        int compared = 0;
        for (JsonNode context : expectations("logstash-codec-netflow").path("contexts")) {
            Recordings ours = new Recordings();
            for (JsonNode f : context.path("files")) {
                ours.file(Recordings.EXPORTS.resolve("logstash-codec-netflow").resolve(f.asText()));
            }
            for (JsonNode e : context.path("expected_events")) {
                compared += compare(fields(e.path("event").path("netflow")), ours, context);
            }
        }
        // The other 16 are options, or events without counts.
        assertThat(compared).isEqualTo(40);
    }

    @Test
    void fluentRecords() throws IOException {
        int compared = 0;
        for (JsonNode test : expectations("fluent-plugin-netflow").path("tests")) {
            Recordings ours = new Recordings();
            for (JsonNode feed : test.path("feed")) {
                Path f =
                        Recordings.EXPORTS
                                .resolve("fluent-plugin-netflow")
                                .resolve(feed.isArray() ? feed.path(1).asText() : feed.asText());
                String exporter = feed.isArray() ? feed.path(0).asText() : "file";
                ours.decode(exporter, 0, java.nio.ByteBuffer.wrap(Files.readAllBytes(f)), 0);
            }
            if (test.has("count")) {
                assertThat(ours.out.flows)
                        .as(test.path("name").asText())
                        .hasSize(test.path("count").asInt());
            }
            for (JsonNode r : test.path("records")) {
                compared += compare(fields(r), ours, test);
            }
        }
        assertThat(compared).isEqualTo(3);
    }

    @Test
    void netflowParserSnapshots() throws IOException {
        List<Path> snapshots;
        try (Stream<Path> all = Files.list(Recordings.EXPORTS.resolve("netflow_parser"))) {
            snapshots = all.filter(p -> p.toString().endsWith(".snap.yaml")).sorted().toList();
        }
        int compared = 0;
        for (Path snapshot : snapshots) {
            Recordings ours = new Recordings();
            String base = snapshot.toString().replace(".snap.yaml", "");
            for (int i = 0; Files.exists(Path.of(base + "." + i + ".dat")); i++) {
                ours.file(Path.of(base + "." + i + ".dat"));
            }
            List<JsonNode> documents =
                    YAML.readerFor(JsonNode.class)
                            .<JsonNode>readValues(snapshot.toFile())
                            .readAll();
            List<Map<String, String>> events = new ArrayList<>();
            documents.forEach(d -> snapshotRecords(d, events));
            for (Map<String, String> e : events) {
                compared += compare(e, ours, JSON.createObjectNode().put("snapshot", base));
            }
        }
        assertThat(compared).isGreaterThan(40);
    }

    /// Data records are lists of pairs of a name and a value wrapped in its type.
    private static void snapshotRecords(JsonNode node, List<Map<String, String>> out) {
        JsonNode records = node.path("Data").path("fields");
        for (JsonNode record : records) {
            Map<String, String> raw = new HashMap<>();
            for (JsonNode pair : record) {
                JsonNode name = pair.path(0);
                String key =
                        name.isObject()
                                ? name.properties().iterator().next().getValue().asText()
                                : name.asText();
                raw.putIfAbsent(key, innermost(pair.path(1)));
            }
            out.add(known(raw));
        }
        node.forEach(child -> snapshotRecords(child, out));
    }

    private static String innermost(JsonNode value) {
        JsonNode v = value;
        while (v.isObject() && v.size() == 1) {
            v = v.elements().next();
        }
        if (v.isArray()) {
            long n = 0;
            for (JsonNode octet : v) {
                n = n << 8 | octet.asLong();
            }
            return Long.toString(n);
        }
        return switch (v.asText()) {
            case "Tcp" -> "6";
            case "Udp" -> "17";
            case "Icmp" -> "1";
            case "Anydistributedprotocol" -> "61";
            default -> v.isValueNode() ? v.asText() : "";
        };
    }

    private static Map<String, String> fields(JsonNode event) {
        Map<String, String> raw = new HashMap<>();
        event.properties().forEach(e -> raw.put(e.getKey(), e.getValue().asText()));
        return known(raw);
    }

    private static Map<String, String> known(Map<String, String> raw) {
        Map<String, String> out = new TreeMap<>();
        raw.forEach((key, value) -> {
            String plain = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
            NAMES.forEach((name, spellings) -> {
                if (spellings.contains(plain) && !value.isEmpty()) {
                    out.put(name, value);
                }
            });
        });
        return out;
    }

    /// Looks for one event among our flows; 0 where it is none that makes a flow.
    private static int compare(Map<String, String> event, Recordings ours, JsonNode context) {
        boolean isFlow =
                event.containsKey("sip")
                        && event.containsKey("dip")
                        && !event.getOrDefault("packets", "0").equals("0")
                        && !event.getOrDefault("bytes", "0").equals("0");
        if (!isFlow) {
            return 0;
        }
        assertThat(ours.out.flows.stream().map(ThirdPartyDecodesTest::values))
                .as("%s", context.has("name") ? context.path("name") : context)
                .anySatisfy(values -> assertThat(differing(values, event)).isEmpty());
        return 1;
    }

    private static Map<String, String> values(FlowRecord r) {
        Flow f = Flow.of(r);
        Map<String, String> out = new HashMap<>();
        out.put("sip", f.sip().getHostAddress());
        out.put("dip", f.dip().getHostAddress());
        out.put("sport", Integer.toString(f.sport()));
        out.put("dport", Integer.toString(f.dport()));
        out.put("protocol", Integer.toString(f.protocol()));
        out.put("packets", Long.toString(f.packets()));
        out.put("bytes", Long.toString(f.bytes()));
        out.put("flags", Integer.toString(f.flags()));
        out.put("input", Long.toString(f.input()));
        out.put("output", Long.toString(f.output()));
        out.put("start", Instant.ofEpochMilli(f.start()).toString());
        out.put("end", Instant.ofEpochMilli(f.start() + f.duration()).toString());
        return out;
    }

    private static List<String> differing(Map<String, String> ours, Map<String, String> event) {
        List<String> out = new ArrayList<>();
        boolean icmp = ours.getOrDefault("protocol", "").matches("1|58");
        event.forEach((name, value) -> {
            // ICMP's type and code stand in the destination port, wherever they came from.
            if (!(icmp && name.endsWith("port"))
                    && !same(name, ours.getOrDefault(name, ""), value)) {
                out.add(name + ": " + ours.get(name) + ", expected " + value);
            }
        });
        return out;
    }

    private static boolean same(String name, String ours, String theirs) {
        return switch (name) {
            case "sip", "dip" -> Flow.address(ours).equals(Flow.address(theirs));
            case "start", "end" -> !theirs.contains("T") || sameTime(ours, theirs);
            default -> ours.equals(theirs);
        };
    }

    /// Other decoders leave roll-overs of the 32-bit uptime alone, and logstash forgets to borrow a
    /// second where milliseconds go below 0.
    private static boolean sameTime(String ours, String theirs) {
        long apart = Instant.parse(theirs).toEpochMilli() - Instant.parse(ours).toEpochMilli();
        long off = Math.floorMod(apart, 1L << 32);
        return off == 0 || off == 1000;
    }

    @Test
    void sflowSamplesOfGopacket() throws IOException {
        int samples = 0;
        for (Map.Entry<String, JsonNode> t : expectations("gopacket").path("tests").properties()) {
            JsonNode expected = t.getValue().path("expected");
            Recordings ours = new Recordings();
            ours.file(
                    Recordings.EXPORTS
                            .resolve("gopacket")
                            .resolve(t.getValue().path("packet").asText()));
            if (t.getKey().equals("TestDecodeLACPCounter")) {
                // The recording lacks the end of its only sample: counted, not guessed.
                assertThat(ours.counters.dropped(Drop.MALFORMED)).isEqualTo(1);
                continue;
            }
            long flowSamples = expected.path("FlowSamples").size();
            assertThat(ours.counters.total(Counters.Total.RECORDS))
                    .as(t.getKey())
                    .isEqualTo(flowSamples);
            assertThat(ours.counters.total(Counters.Total.COUNTER_SAMPLES))
                    .as(t.getKey())
                    .isEqualTo(expected.path("CounterSamples").size());
            List<List<Long>> theirs = new ArrayList<>();
            for (JsonNode s : expected.path("FlowSamples")) {
                theirs.add(
                        List.of(
                                s.path("SamplingRate").asLong(),
                                s.path("InputInterface").asLong(),
                                s.path("OutputInterface").asLong()));
            }
            if (!ours.out.flows.isEmpty()) {
                // Samples of other packets than IP make no flows.
                assertThat(theirs)
                        .as(t.getKey())
                        .containsSubsequence(
                                ours.out.flows.stream()
                                        .map(f -> List.of(f.sampling, f.input, f.output))
                                        .toList());
            }
            samples += ours.out.flows.size();
        }
        assertThat(samples).isEqualTo(9);
    }

    @Test
    void sflowSamplesOfGoflow2AndCistern() throws IOException {
        for (String project : List.of("goflow2", "cistern-sflow")) {
            for (Map.Entry<String, JsonNode> t : expectations(project).path("tests").properties()) {
                JsonNode expected = t.getValue();
                if (!expected.has("samples")) {
                    continue;
                }
                Recordings ours = new Recordings();
                ours.file(Recordings.EXPORTS.resolve(project).resolve(t.getKey()));
                Counters c = ours.counters;
                long seen =
                        c.total(Counters.Total.RECORDS)
                                + c.total(Counters.Total.COUNTER_SAMPLES)
                                + c.total(Counters.Total.UNKNOWN_ELEMENTS);
                assertThat(seen).as(t.getKey()).isEqualTo(expected.path("samples").asLong());
                assertThat(c.dropped(Drop.MALFORMED)).as(t.getKey()).isZero();
            }
        }
    }

    @Test
    void goflow2Records() throws IOException {
        Recordings ours = new Recordings();
        Path dir = Recordings.EXPORTS.resolve("goflow2");
        ours.file(dir.resolve("TestDecodeNetFlowV9_0.dat"));
        ours.file(dir.resolve("TestDecodeNetFlowV9_1.dat"));
        assertThat(ours.out.flows).hasSize(21);
        // The one record that goflow2 prints whole.
        assertThat(
                        differing(
                                values(ours.out.flows.getFirst()),
                                Map.of(
                                        "sip", "198.38.120.222",
                                        "dip", "88.121.217.208",
                                        "sport", "443",
                                        "dport", "15184",
                                        "packets", "1",
                                        "bytes", "1500",
                                        "input", "354",
                                        "output", "304",
                                        "protocol", "6",
                                        "flags", "16")))
                .isEmpty();
        Recordings five = new Recordings();
        five.file(dir.resolve("TestDecodeNetFlowV5_0.dat"));
        assertThat(five.out.flows).hasSize(6);
        assertThat(five.out.flows.getFirst().input).isEqualTo(9);
    }

    @Test
    void scapyRecords() throws IOException {
        Recordings nine = new Recordings();
        nine.file(Recordings.EXPORTS.resolve("scapy/netflowv9.pcap"));
        assertThat(nine.out.flows.stream().map(ThirdPartyDecodesTest::values))
                .anySatisfy(v -> {
                    assertThat(v).containsEntry("sip", "20.0.0.248");
                    assertThat(v).containsEntry("dip", "30.0.0.248");
                });
        Recordings ten = new Recordings();
        ten.file(Recordings.EXPORTS.resolve("scapy/ipfix.pcap"));
        assertThat(ten.out.flows.stream().map(ThirdPartyDecodesTest::values))
                .anySatisfy(v -> {
                    assertThat(v).containsEntry("sip", "70.1.115.1");
                    assertThat(v)
                            .containsEntry(
                                    "start", Instant.ofEpochMilli(1_480_449_931_519L).toString());
                });
    }

    /// What tcpdump prints of sFlow: as many samples of each kind, and of flow samples the rate and
    /// the interfaces.
    @Test
    void tcpdumpPrints() throws IOException {
        int samples = 0;
        for (String name :
                List.of(
                        "sflow-print-v6",
                        "sflow_expanded",
                        "sflow_multiple_counter_30_pdus",
                        "sflow_print-segv")) {
            Path dir = Recordings.EXPORTS.resolve("tcpdump");
            Counters counters = new Counters();
            Collected out = new Collected();
            Exporter from = new Exporter(new StateBudget(1 << 20));
            Captures.payloads(
                    Files.newInputStream(dir.resolve(name + ".pcap")),
                    name,
                    (payload, tuple, us) ->
                            new SFlow(ProbeOptions.DEFAULT)
                                    .decode(
                                            new Cursor(payload),
                                            from,
                                            new Arrival(0, us, 0),
                                            counters,
                                            out));
            String printed = Files.readString(dir.resolve(name + ".out"));
            assertThat(counters.total(Total.COUNTER_SAMPLES))
                    .as(name)
                    .isEqualTo(count(printed, "counter sample \\("));
            assertThat(counters.dropped(Drop.VERSION))
                    .as(name)
                    .isEqualTo(count(printed, "packet not supported"));
            assertThat(counters.dropped(Drop.MALFORMED))
                    .as(name)
                    .isEqualTo(count(printed, "\\(invalid\\)"));
            List<String> flows = new ArrayList<>();
            Matcher m =
                    Pattern.compile(
                                    "flow sample.* rate (\\d+),.* input (\\d+)(?: \\(0\\), | )output")
                            .matcher(printed);
            while (m.find()) {
                flows.add(m.group(1) + " " + m.group(2));
            }
            assertThat(counters.total(Total.RECORDS)).as(name).isEqualTo(flows.size());
            assertThat(out.flows)
                    .as(name)
                    .hasSize(flows.size() - (int) counters.dropped(Drop.IGNORED))
                    .allSatisfy(r -> assertThat(flows).contains(r.sampling + " " + r.input));
            samples += flows.size();
        }
        assertThat(samples).isEqualTo(14);
    }

    private static long count(String text, String regex) {
        return Pattern.compile(regex).matcher(text).results().count();
    }
}
