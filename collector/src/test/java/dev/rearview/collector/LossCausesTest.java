package dev.rearview.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.site.Probe;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossCausesTest {
    private static final Probe PROBE =
            new Probe(
                    "cr",
                    Probe.Type.NETFLOW_V9,
                    9995,
                    false,
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Set.of(),
                    Set.of());

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final LossLedger ledger = new LossLedger(() -> 1_700_000_000_000L);
    private long clock;
    private final LossCauses causes =
            new LossCauses(
                    ledger,
                    Log.to(
                            "test",
                            Log.Level.INFO,
                            new PrintStream(text, true, StandardCharsets.UTF_8)),
                    () -> clock);

    private List<String> lines() {
        return text.toString(StandardCharsets.UTF_8)
                .lines()
                .map(l -> l.substring(l.indexOf("]: ") + 3))
                .toList();
    }

    private static InetAddress host(int i) {
        return InetAddress.ofLiteral("10.0." + i / 250 + "." + i % 250);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    @Test
    void aCauseIsNamedOnceForEachExporter() {
        InetAddress from = InetAddress.ofLiteral("192.0.2.1");
        for (int i = 0; i < 1000; i++) {
            causes.version(PROBE, from, bytes("0005001e"));
            causes.version(PROBE, host(7), bytes("000a0000"));
            causes.times(PROBE, "192.0.2.1", 1_800_000_000_500_000L);
            causes.host(from, new UdpSocket.Address(9995, Optional.empty()));
            clock += 60_000;
        }
        assertThat(lines())
                .containsExactly(
                        "NetFlow v5 arrived on netflow-v9 probe 'cr' from 192.0.2.1 and is dropped:"
                                + " give the probe that type, or set the exporter to it",
                        "IPFIX arrived on netflow-v9 probe 'cr' from 10.0.0.7 and is dropped: give"
                                + " the probe that type, or set the exporter to it",
                        "'cr': flows from 192.0.2.1 start too far from now (2027-01-15T08:00:00Z),"
                                + " their times are replaced by that of receipt: set the"
                                + " exporter's clock; softflowd -r needs -a; see --time-window and"
                                + " --replay",
                        "A datagram arrived at UDP port 9995 from 192.0.2.1 and is dropped: no"
                                + " probe of that port accepts the host (accept-from-host)");
    }

    @Test
    void aFloodOfAddressesGetsSomeLinesAMinute() {
        for (int i = 0; i < 5000; i++) {
            causes.version(PROBE, host(i), bytes("0006"));
        }
        assertThat(lines()).hasSize(LossCauses.MAX_LINES);
        clock += 60_000;
        // Held back, not forgotten.
        causes.version(PROBE, host(4999), bytes("0006"));
        assertThat(lines()).hasSize(LossCauses.MAX_LINES + 1);
        assertThat(lines().getLast()).startsWith("Version 6 arrived").contains("10.0.19.249");
    }

    @ParameterizedTest
    @CsvSource({
        "0005, NetFlow v5",
        "00090001, NetFlow v9",
        "000a, IPFIX",
        "0000000500000001, sFlow v5",
        "0000, Version 0",
        "4745, Version 18245",
        "00, A datagram of 1 octets",
        "'', A datagram of 0 octets"
    })
    void protocolsAreToldByTheirFirstOctets(String hex, String expected) {
        assertThat(LossCauses.protocol(bytes(hex))).isEqualTo(expected);
    }
}
