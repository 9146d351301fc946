package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every recording decoded by TShark too: addresses, ports, protocol, counts, flags, interfaces and
/// times of all flows agree, in order.
class TSharkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Recordings that TShark reads differently, and why ours is right.
    private static final Map<String, String> EXPLAINED =
            Map.ofEntries(
                    Map.entry(
                            "logstash-codec-netflow_Netflow_9_Cisco_ASA",
                            "octets of firewall events are totals without packets: one is assumed"),
                    Map.entry(
                            "logstash-codec-netflow_Netflow_9_Cisco_ASA_2",
                            "octets of firewall events are totals without packets: one is assumed"),
                    Map.entry(
                            "logstash-codec-netflow_Netflow_9_H3C",
                            "TShark knows no variable length in NetFlow v9; logstash has our 16"),
                    Map.entry(
                            "logstash-codec-netflow_Netflow_9_invalid_01",
                            "TShark wants the template in an earlier datagram"),
                    Map.entry(
                            "generated_softflowd-psamp-ftp.pcap",
                            "TShark does not look into packet sections; see PacketSectionTest"),
                    Map.entry(
                            "netflow_parser_it_parses_v5.0.dat",
                            "an invented flow of fewer octets than packets, which is refused"),
                    Map.entry(
                            "netflow_parser_it_parses_multiple_packets.1.dat",
                            "an invented flow of fewer octets than packets, which is refused"),
                    Map.entry(
                            "netflow_parser_it_parses_multiple_packets.2.dat",
                            "NetFlow v7, which is counted as an unknown version"),
                    Map.entry(
                            "netflow_parser_it_parses_v7.0.dat",
                            "NetFlow v7, which is counted as an unknown version"),
                    Map.entry(
                            "ipfixcol_two_inputs_filter_by_ipVersion.expected.ipfix",
                            "data before its templates, of which TShark reads 236 of 262 records"),
                    Map.entry(
                            "generated_softflowd-v9-ftp.pcap",
                            "softflowd counts flows in the header, not records: TShark stops early"),
                    Map.entry(
                            "logstash-codec-netflow_IPFIX_YAF_basic_with_applabel",
                            "TShark does not add YAF's delta to the start of reverse flows"),
                    Map.entry(
                            "logstash-codec-netflow_Netflow_5_invalid_01",
                            "the count does not fit the length; logstash drops the datagram too"),
                    Map.entry(
                            "logstash-codec-netflow_Netflow_5_invalid_02",
                            "the count does not fit the length; logstash drops the datagram too"));

    @TestFactory
    Stream<DynamicTest> flowsAgree() throws IOException {
        Recordings.assumeThere();
        List<Path> groups;
        try (Stream<Path> all = Files.list(Recordings.EXPORTS.resolve("_tshark"))) {
            groups = all.filter(p -> p.toString().endsWith(".json.gz")).sorted().toList();
        }
        assertThat(groups).hasSizeGreaterThan(180);
        return groups.stream()
                .filter(p ->
                        !EXPLAINED.containsKey(p.getFileName().toString().replace(".json.gz", "")))
                .map(p -> DynamicTest.dynamicTest(p.getFileName().toString(), () -> compare(p)));
    }

    private static void compare(Path group) throws IOException {
        JsonNode decode;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(group))) {
            decode = JSON.readTree(in);
        }
        // TShark shows the IP packet's length of sFlow samples, not the frame's.
        Recordings ours = new Recordings(ProbeOptions.of(false, Set.of("sflow-ip-length")));
        ours.limit(decode.path("decoded_first").asLong(Long.MAX_VALUE));
        for (JsonNode file : decode.path("files")) {
            ours.file(Recordings.EXPORTS.resolve(file.asText()));
        }
        List<Flow> expected = new ArrayList<>();
        TSharkFlows theirs = new TSharkFlows(expected);
        decode.path("packets").forEach(theirs::packet);
        List<Flow> got = ours.out.flows.stream().map(Flow::of).toList();
        for (int i = 0; i < Math.min(got.size(), expected.size()); i++) {
            assertThat(got.get(i).comparableWith(expected.get(i)))
                    .as("flow %d of %d", i, expected.size())
                    .isEqualTo(expected.get(i));
        }
        assertThat(got).hasSameSizeAs(expected);
    }
}
