package dev.rearview.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final String SILK_CONF =
            """
            version 2
            sensor 0 S0 "the router"
            sensor 1 S1
            class all
                sensors S0 S1
                type 0 in in
                type 1 out out
                type 2 inweb iw
                type 3 outweb ow
                type 4 innull innull
                type 5 outnull outnull
                type 6 int2int int2int
                type 7 ext2ext ext2ext
                type 8 inicmp inicmp
                type 9 outicmp outicmp
                type 10 other other
                default-types in inweb
            end class
            default-class all
            packing-logic "packlogic-twoway.so"
            """;

    @TempDir Path directory;

    private Site site(String text) throws IOException {
        Path file = directory.resolve("silk.conf");
        Files.writeString(file, text);
        return SilkConf.read(file);
    }

    private SensorConf.Result sensors(String text) throws IOException {
        Path file = directory.resolve("sensor.conf");
        Files.writeString(file, text);
        return SensorConf.read(
                file,
                site(SILK_CONF),
                PackingLogic.TWOWAY,
                path -> {
                    throw new IOException(path + ": no sets here");
                });
    }

    @Test
    void aSiteHasItsSensorsClassesAndTypes() throws IOException {
        Site site = site(SILK_CONF);
        assertThat(site.sensor("S0").orElseThrow().description()).isEqualTo("the router");
        assertThat(site.defaultClass().orElseThrow().name()).isEqualTo("all");
        assertThat(site.flowtype("all", "outweb").orElseThrow().id()).isEqualTo(3);
        assertThat(site.typeName(2)).isEqualTo("inweb");
    }

    /// Such as one that an editor has emptied: it would close all sockets.
    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "group home\n ipblocks 192.0.2.0/24\nend group\n"})
    void aConfigurationWithoutProbesIsRefused(String text) {
        assertThatThrownBy(() -> sensors(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(directory.resolve("sensor.conf") + ":")
                .hasMessageEndingWith(": no probe is defined");
    }

    @Test
    void theProbesAndSensorsOfARouterAndAFirewall() throws IOException {
        SensorConf.Result r =
                sensors(
                        """
                        group home
                            ipblocks 192.0.2.0/24, 2001:db8::/32
                        end group
                        probe S0 netflow-v5
                            listen-on-port 9901
                            protocol udp
                            accept-from-host 198.51.100.1
                        end probe
                        probe S1 ipfix
                            listen-on-port 9902
                            protocol tcp
                        end probe
                        sensor S0
                            netflow-v5-probes S0
                            internal-ipblocks @home
                            external-ipblocks remainder
                        end sensor
                        sensor S1
                            ipfix-probes S1
                            internal-interfaces 1, 2
                            external-interfaces remainder
                        end sensor
                        """);
        assertThat(r.probes()).extracting(Probe::name).containsExactly("S0", "S1");
        assertThat(r.probes().getFirst().port()).isEqualTo(9901);
        assertThat(r.probes().get(1).tcp()).isTrue();
        assertThat(r.sensorsOf(r.probes().getFirst())).hasSize(1);
    }

    @Test
    void quirksSayHowAProbeReadsItsRecords() throws IOException {
        SensorConf.Result r =
                sensors(
                        """
                        probe S0 netflow-v9
                            listen-on-port 9901
                            protocol udp
                            quirks firewall-event firewall-update, inner-header sflow-ip-length
                        end probe
                        sensor S0
                            netflow-v9-probes S0
                            internal-ipblocks 192.0.2.0/24
                        end sensor
                        """);
        assertThat(r.probes().getFirst().quirks())
                .containsExactlyInAnyOrder(
                        "firewall-event", "firewall-update", "inner-header", "sflow-ip-length");
        assertThatThrownBy(() -> sensors("probe S0 ipfix\n    quirks outer-header\nend probe\n"))
                .hasMessageContaining("sensor.conf:2")
                .hasMessageContaining("outer-header");
    }

    @Test
    void errorsNameFileLineAndWhatWasExpected() {
        assertThatThrownBy(() ->
                        sensors(
                                """
                                probe S0 netflow-v5
                                    listen-on-port 99010
                                end probe
                                """))
                .hasMessageContaining("sensor.conf:2")
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> site("version 2\nsensor x S0\n"))
                .hasMessageContaining("silk.conf:2")
                .hasMessageContaining("sensor id");
        assertThatThrownBy(() -> sensors("probe S0 netflow-v4\nend probe\n"))
                .hasMessageContaining("sensor.conf:1")
                .hasMessageContaining("netflow-v4");
    }
}
