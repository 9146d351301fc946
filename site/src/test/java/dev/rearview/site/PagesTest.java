package dev.rearview.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The pages of the two files: their examples are valid, and they name every keyword.
class PagesTest {
    private static final Path REFERENCE = Path.of("../docs/reference");
    private static final String EXAMPLE = "Example: ";

    @TempDir Path directory;

    private static String page(String name) throws IOException {
        return Files.readString(REFERENCE.resolve(name));
    }

    /// The indented blocks after lines that say what they are an example of.
    private static Stream<String> examples(String name) throws IOException {
        List<String> out = new ArrayList<>();
        for (String part : page(name).split("(?m)^" + EXAMPLE, -1)) {
            StringBuilder block = new StringBuilder();
            for (String line :
                    part.lines()
                            .skip(2)
                            .takeWhile(l -> l.isEmpty() || l.startsWith("    "))
                            .toList()) {
                block.append(line).append('\n');
            }
            out.add(block.toString());
        }
        return out.stream().skip(1);
    }

    static Stream<String> sites() throws IOException {
        return examples("silk.conf.md");
    }

    static Stream<String> sensors() throws IOException {
        return examples("sensor.conf.md");
    }

    private Site site(String text) throws IOException {
        return SilkConf.read(Files.writeString(directory.resolve("silk.conf"), text));
    }

    private static InetAddress[] noNames(String host) throws UnknownHostException {
        return new InetAddress[] {InetAddress.ofLiteral(host)};
    }

    private SensorConf.Result read(String text, Site site) throws IOException {
        return SensorConf.read(
                Files.writeString(directory.resolve("sensor.conf"), text),
                site,
                PackingLogic.TWOWAY,
                new SensorConf.Surroundings(
                        path -> {
                            throw new IOException(path + ": no sets here");
                        },
                        PagesTest::noNames,
                        false));
    }

    @ParameterizedTest
    @MethodSource("sites")
    void aSiteOfThePageServesACollector(String text) throws IOException {
        Site site = site(text);
        String conf =
                """
                probe P0 flow
                    listen-on-port 1
                    protocol udp
                end probe
                sensor S0
                    flow-probes P0
                    internal-ipblocks 192.0.2.0/24
                end sensor
                """;
        assertThat(read(conf, site).warnings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sensors")
    void aConfigurationOfThePageIsValid(String text) throws IOException {
        Site site = site(sites().skip(1).findFirst().orElseThrow());
        assertThat(read(text, site).warnings()).isEmpty();
    }

    @Test
    void thereAreExamples() throws IOException {
        assertThat(sites()).hasSize(2);
        assertThat(sensors()).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen-on-port",
                "protocol",
                "listen-as-host",
                "accept-from-host",
                "poll-directory",
                "read-from-file",
                "listen-on-unix-socket",
                "interface-values",
                "log-flags",
                "quirks",
                "priority",
                "source-network",
                "destination-network",
                "isp-ip",
                "discard-when",
                "discard-unless",
                "remainder",
                "include"
            })
    void thePageNamesTheKeyword(String keyword) throws IOException {
        assertThat(page("sensor.conf.md")).contains("`" + keyword);
    }

    @Test
    void thePagesNameTypesAndFlags() throws IOException {
        String sensors = page("sensor.conf.md");
        for (Probe.Type t : Probe.Type.values()) {
            assertThat(sensors).contains("| `" + t.keyword() + "` |");
        }
        ProbeBlock.QUIRKS.forEach(q -> assertThat(sensors).contains("| `" + q + "` |"));
        ProbeBlock.LOG_FLAGS.forEach(f -> assertThat(sensors).contains("`" + f + "`"));
        String site = page("silk.conf.md");
        PackingLogic.TWOWAY
                .standardTypes()
                .forEach(t ->
                        assertThat(site)
                                .contains(
                                        "    type "
                                                + t.id()
                                                + " "
                                                + t.type()
                                                + " "
                                                + t.flowtype()
                                                + "\n"));
    }
}
