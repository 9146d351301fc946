package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.log.Log;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Template;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateTemplatesTest {
    private static final long SECOND_US = 1_000_000;

    /// Of fields of as many octets in all.
    private static final String OF_8 = "0100 0002 00080004 000c0004";

    private static final String OF_12 = "0100 0003 00080004 000c0004 00010004";

    private static final String NONE = "0100 0000";

    @TempDir Path directory;
    private Routing routing;
    private LateTemplates late;

    @BeforeEach
    void routing() throws Exception {
        routing =
                new Routing(
                        TestConfiguration.of(
                                directory,
                                """
                                probe P9 netflow-v9
                                    listen-on-port 2055
                                    protocol udp
                                end probe
                                probe P10 ipfix
                                    listen-on-port 2056
                                    protocol udp
                                end probe
                                sensor S0
                                    netflow-v9-probes P9
                                    ipfix-probes P10
                                    internal-ipblocks 192.0.2.0/24
                                    external-ipblocks remainder
                                end sensor
                                """),
                        Log.to("test", Log.Level.ERR, null));
        late = new LateTemplates(routing);
    }

    private void take(String host, int session, long second, String hex) throws Exception {
        boolean isNetflow9 = hex.startsWith("0009");
        late.take(
                new Reception.Message(
                        isNetflow9 ? "P9" : "P10",
                        new InetSocketAddress(InetAddress.getByName(host), 4000),
                        session,
                        new Arrival(4000, second * SECOND_US, second * 1000),
                        ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")))));
    }

    /// A message of IPFIX with one set.
    private static String ipfix(int set, String content) {
        int octets = content.replace(" ", "").length() / 2;
        return "000a%04x000000000000000000000001".formatted(20 + octets)
                + "%04x%04x".formatted(set, 4 + octets)
                + content;
    }

    private void announce(long second, String template) throws Exception {
        take("192.0.2.1", 0, second, ipfix(2, template));
    }

    private @Nullable Template after(String host, int session, long second) throws Exception {
        ExporterKey of = new ExporterKey("P10", InetAddress.getByName(host), session);
        return late.after(of, 10, 1, 256, second * SECOND_US);
    }

    private int octets(long second) throws Exception {
        Template t = after("192.0.2.1", 0, second);
        return t == null ? 0 : t.minimum();
    }

    @Test
    void theFirstOneAfterwardsCounts() throws Exception {
        announce(100, OF_8);
        announce(200, OF_8);
        announce(300, OF_12);
        assertThat(octets(50)).isEqualTo(8);
        assertThat(octets(150)).isEqualTo(8);
        assertThat(octets(201)).isEqualTo(12);
        assertThat(octets(301)).isZero();
        assertThat(after("192.0.2.2", 0, 50)).isNull();
        assertThat(after("192.0.2.1", 1, 50)).isNull();
    }

    @Test
    void nothingCountsBehindAWithdrawal() throws Exception {
        announce(100, NONE);
        announce(200, OF_8);
        announce(300, "0002 0000");
        announce(400, OF_12);
        assertThat(octets(50)).isZero();
        assertThat(octets(100)).isZero();
        assertThat(octets(101)).isEqualTo(8);
        assertThat(octets(250)).isZero();
        assertThat(octets(301)).isEqualTo(12);
    }

    /// Nobody knows whether data of that moment came before or afterwards.
    @Test
    void aChangeInTheSameMomentLeavesItOpen() throws Exception {
        announce(100, OF_8);
        announce(100, OF_12);
        assertThat(octets(100)).isZero();
        assertThat(octets(99)).isEqualTo(8);
    }

    @Test
    void nothingCountsBehindAGap() throws Exception {
        announce(100, OF_8);
        late.gap();
        announce(200, OF_12);
        assertThat(octets(50)).isEqualTo(8);
        assertThat(octets(100)).isEqualTo(8);
        assertThat(octets(101)).isEqualTo(12);
        take("192.0.2.9", 0, 300, ipfix(256, "00000000"));
        late.gap();
        announce(400, OF_8);
        assertThat(octets(250)).isZero();
    }

    /// Another session may have the same number.
    @Test
    void nothingCountsBehindTheEndOfASession() throws Exception {
        take("192.0.2.1", 7, 100, "");
        take("192.0.2.1", 7, 200, ipfix(2, OF_8));
        assertThat(after("192.0.2.1", 7, 50)).isNull();
        assertThat(after("192.0.2.1", 7, 150)).isNotNull();
    }

    /// What comes later is later, whatever the clock says.
    @Test
    void aClockMayBeSetBack() throws Exception {
        announce(1000, OF_8);
        announce(100, OF_12);
        announce(200, OF_12);
        assertThat(octets(500)).isEqualTo(8);
        assertThat(octets(1001)).isZero();
    }

    @Test
    void optionsAndNetflow9Count() throws Exception {
        take(
                "192.0.2.1",
                0,
                100,
                "0009 0001 00000000 00000000 00000000 00000001"
                        + "0001 0012 0101 0004 0004 00010004 00220004");
        ExporterKey of = new ExporterKey("P9", InetAddress.getByName("192.0.2.1"), 0);
        Template t = Objects.requireNonNull(late.after(of, 9, 1, 257, 0));
        assertThat(t.isOptions()).isTrue();
    }

    /// One that announces too much gets nothing, and takes from nobody.
    @Test
    void anExporterHasAShare() throws Exception {
        late = new LateTemplates(routing, 80_000);
        announce(100, OF_8);
        for (int i = 0; i < 1000; i++) {
            take("192.0.2.2", 0, 200 + i, ipfix(2, i % 2 == 0 ? OF_8 : OF_12));
        }
        assertThat(octets(50)).isEqualTo(8);
        assertThat(after("192.0.2.2", 0, 50)).isNull();
        // Nor do those for whom there was no room at first.
        for (int i = 0; i < 1000; i++) {
            take("192.0.2." + (3 + i % 200), 0, 2000 + i, ipfix(2, OF_8));
        }
        assertThat(after("192.0.2.3", 0, 50)).isNotNull();
        assertThat(after("192.0.2.202", 0, 50)).isNull();
    }

    @Test
    void whatIsCutOffIsNoHarm() throws Exception {
        String whole = ipfix(2, OF_8).replace(" ", "");
        for (int i = 0; i < whole.length(); i += 2) {
            take("192.0.2.1", 0, 10, whole.substring(0, i));
        }
        assertThat(octets(0)).isZero();
        announce(20, OF_8);
        assertThat(octets(0)).isEqualTo(8);
    }
}
