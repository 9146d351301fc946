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
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every recording decoded by TShark too: addresses, ports, protocol, counts, flags, interfaces and
/// times of all flows agree, in order.
class TSharkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> flowsAgree() throws IOException {
        Recordings.assumeThere();
        List<Path> groups;
        try (Stream<Path> all = Files.list(Recordings.EXPORTS.resolve("_tshark"))) {
            groups = all.filter(p -> p.toString().endsWith(".json.gz")).sorted().toList();
        }
        assertThat(groups).hasSizeGreaterThan(180);
        return groups.stream()
                .map(p -> DynamicTest.dynamicTest(p.getFileName().toString(), () -> compare(p)));
    }

    private static void compare(Path group) throws IOException {
        JsonNode decode;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(group))) {
            decode = JSON.readTree(in);
        }
        Recordings ours = new Recordings();
        ours.limit(decode.path("decoded_first").asLong(Long.MAX_VALUE));
        for (JsonNode file : decode.path("files")) {
            ours.file(Recordings.EXPORTS.resolve(file.asText()));
        }
        List<Flow> expected = new ArrayList<>();
        for (JsonNode packet : decode.path("packets")) {
            TSharkFlows.of(packet, expected);
        }
        List<Flow> got = ours.out.flows.stream().map(Flow::of).toList();
        for (int i = 0; i < Math.min(got.size(), expected.size()); i++) {
            assertThat(got.get(i))
                    .as("flow %d of %d", i, expected.size())
                    .isEqualTo(expected.get(i));
        }
        assertThat(got).hasSameSizeAs(expected);
    }
}
