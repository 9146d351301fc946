package dev.rearview.collector.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorConf;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.wire.Drop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossCausesTest {
    @TempDir Path directory;

    private static final Probe PROBE =
            new Probe(
                    "cr",
                    Probe.Type.NETFLOW_V9,
                    Probe.Source.udp(9995, List.of()),
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
            causes.host(from, new ListenAddress(9995, Optional.empty()));
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
    void aTemplateThatDoesNotComeIsNamed() {
        Statistics statistics =
                new Statistics(ledger, causes, Log.to("test", Log.Level.INFO, null));
        for (int i = 0; i < 3; i++) {
            ledger.of("cr", "192.0.2.1").drop(Drop.UNKNOWN_TEMPLATE, 2);
            statistics.tell(List.of());
        }
        assertThat(lines())
                .containsExactly(
                        "'cr': data from 192.0.2.1 is lost, as its template did not come: have the"
                                + " exporter send templates more often");
    }

    private Site site(String types) throws IOException {
        Path conf = directory.resolve("silk.conf");
        Files.writeString(
                conf,
                "version 2\nsensor 0 S0\nclass all\nsensors S0\n"
                        + types
                        + "default-types in\nend class\ndefault-class all\n");
        return SilkConf.read(conf);
    }

    @Test
    void aProbeWithoutASensorAndATypeThatIsMissingAreNamed() throws IOException {
        FlowRecord r = new FlowRecord();
        r.sipLo = Ip.mapped(0x0A000001);
        r.dipLo = Ip.mapped(0x0A000002);
        SensorConf.Result alone = new SensorConf.Result(List.of(PROBE), List.of());
        Site poor = site("type 0 in in\n");
        causes.sensor(new Configuration(poor, PackingLogic.TWOWAY, alone), PROBE, "192.0.2.1", r);
        Path conf = directory.resolve("sensor.conf");
        Files.writeString(
                conf,
                """
                probe cr netflow-v9
                    listen-on-port 9995
                    protocol udp
                end probe
                sensor S0
                    netflow-v9-probes cr
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """);
        StringBuilder all = new StringBuilder();
        List<String> names =
                List.of(
                        "in", "out", "inweb", "outweb", "innull", "outnull", "int2int", "ext2ext",
                        "inicmp", "outicmp", "other");
        for (int i = 0; i < names.size(); i++) {
            all.append("type ").append(i).append(' ').append(names.get(i));
            all.append(' ').append(names.get(i)).append('\n');
        }
        SensorConf.Result whole =
                SensorConf.read(
                        conf,
                        site(all.toString()),
                        PackingLogic.TWOWAY,
                        path -> {
                            throw new AssertionError(path);
                        });
        causes.sensor(
                new Configuration(poor, PackingLogic.TWOWAY, whole), PROBE, LossLedger.NONE, r);
        assertThat(lines())
                .containsExactly(
                        "'cr': flows from 192.0.2.1 are lost: no sensor in sensor.conf names the"
                                + " probe",
                        "'cr': flows from polled files are lost: class 'all' of silk.conf has no"
                                + " type 'ext2ext', which the packing logic needs");
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
