package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.log.Log;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.StateBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which probe takes a datagram, and what its decoder makes of it.
class RoutingTest {
    private static final ListenAddress ADDRESS = new ListenAddress(2055, Optional.empty());

    @TempDir Path directory;

    /// @param probes types, each of a probe of that name on one port
    private Routing routing(String... probes) {
        StringBuilder conf = new StringBuilder();
        StringBuilder sensor = new StringBuilder("sensor S0\n    internal-ipblocks 192.0.2.0/24\n");
        for (String type : probes) {
            conf.append("probe ").append(type).append(' ').append(type);
            conf.append("\n    listen-on-port 2055\n    protocol udp\nend probe\n");
            sensor.append("    ").append(type).append("-probes ").append(type).append('\n');
        }
        try {
            return new Routing(
                    TestConfiguration.of(directory, conf + "" + sensor + "end sensor\n"),
                    Log.to("test", Log.Level.ERR, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // All but the last are strict.
        "netflow-v5 netflow-v9 ipfix sflow, 5, netflow-v5",
        "netflow-v5 netflow-v9 ipfix sflow, 9, netflow-v9",
        "netflow-v5 netflow-v9 ipfix sflow, 10, ipfix",
        "netflow-v5 netflow-v9 ipfix sflow, 0, sflow",
        // Either of these two takes what the other is meant for, if that is not there.
        "netflow-v5 netflow-v9, 10, netflow-v9",
        "sflow ipfix, 9, ipfix",
        // What no probe takes is counted by the first.
        "netflow-v5 netflow-v9, 0, netflow-v5",
        "sflow ipfix, 7, sflow",
        "sflow netflow, 5, netflow",
        "flow, 0, flow",
        "flow, 8, flow"
    })
    void theVersionTellsProbesOfOnePortApart(String probes, int version, String taker) {
        assertThat(
                        routing(probes.split(" ", -1))
                                .datagramProbe(ADDRESS, InetAddress.ofLiteral("192.0.2.9"), version)
                                .orElseThrow()
                                .name())
                .isEqualTo(taker);
    }

    @Test
    void noProbeIsAtAnotherPort() {
        assertThat(
                        routing("flow")
                                .datagramProbe(
                                        new ListenAddress(2056, Optional.empty()),
                                        InetAddress.ofLiteral("192.0.2.9"),
                                        5))
                .isEmpty();
    }

    /// Datagrams without any record: their header is right, or their version is not.
    @ParameterizedTest
    @CsvSource({
        "netflow, 0005, false, malformed",
        "netflow, 0009000000000001000000010000000100000001, true,",
        "netflow, 000a0010000000010000000100000001, true,",
        "netflow, 00000005000000017f0000010000000000000001000000010000000000000000, false, unsupported-version",
        "netflow, 0007, false, malformed",
        "netflow, 000700100000000100000001000000010000000100000001, false, unsupported-version",
        "flow, 0009000000000001000000010000000100000001, true,",
        "flow, 000a0010000000010000000100000001, true,",
        "flow, 00000005000000017f00000100000000000000010000000100000000, true,",
        "flow, 00000004000000017f00000100000000000000010000000100000000, false, unsupported-version",
        "flow, 000700100000000100000001000000010000000100000001, false, unsupported-version",
        "netflow-v5, 0009000000000001000000010000000100000001000000010000, false, unsupported-version",
        "sflow, 000a0010000000010000000100000001, false, unsupported-version",
        "netflow-v5, 000a0010000000010000000100000001, false, unsupported-version",
        "netflow-v5, 00000000, false, malformed",
        "ipfix, 0009000000000001000000010000000100000001, true,",
        "netflow-v9, 000a0010000000010000000100000001, true,",
        "netflow-v9, 000500100000000100000001000000010000000100000001, false, unsupported-version",
    })
    void aDecoderGoesByTheVersion(String type, String hex, boolean valid, String lost) {
        Counters counters = new Counters();
        Exporter exporter = new Exporter(new StateBudget(1 << 20));
        Decoder decoder = new Decoder(routing(type).probes().getFirst());
        assertThat(
                        decoder.decode(
                                ByteBuffer.wrap(HexFormat.of().parseHex(hex)),
                                exporter,
                                new Arrival(1, 0, 0),
                                counters,
                                (r, c) -> {}))
                .isEqualTo(valid);
        for (Drop d : Drop.values()) {
            assertThat(counters.dropped(d)).as(d.label()).isEqualTo(d.label().equals(lost) ? 1 : 0);
        }
        exporter.close(counters);
    }
}
