package dev.rearview.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.PacketHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tunnels octet by octet: what is inside is 10.0.0.1:7 to 10.0.0.2:8, or the same of IPv6.
class TunnelsTest {
    private static final String V4 =
            Frames.ipv4(17, "0a000001", "0a000002", 0, Frames.udp(7, 8, "aa"));
    private static final String V6 = Frames.ipv6(17, Frames.udp(7, 8, "aa"));
    private static final String FRAME = Frames.IPV4 + V4;

    private static List<String> ports(String packet, boolean enters) throws IOException {
        List<String> out = new ArrayList<>();
        FlowMeter meter =
                new FlowMeter(
                        new MeterOptions().entersTunnels(enters),
                        f ->
                                out.add(
                                        f.forward().sport
                                                + ">"
                                                + f.forward().dport
                                                + " "
                                                + f.forward().bytes
                                                + " "
                                                + f.vlan()));
        meter.packet(Frames.octets(Frames.IPV4 + packet), PacketHeader.LINK_ETHERNET, 0);
        meter.end();
        assertThat(meter.counts().inTunnels())
                .isEqualTo(enters && out.getFirst().startsWith("7>8 ") ? 1 : 0);
        return out;
    }

    private static String replaced(String pattern) {
        return pattern.replace("FRAME", FRAME).replace("V4", V4).replace(" ", "");
    }

    private static String outer(int protocol, String data) {
        return Frames.ipv4(protocol, Frames.A, Frames.B, 0, data);
    }

    @ParameterizedTest
    @CsvSource({
        "4, V4",
        "97, 3000 FRAME",
        "97, 3000 020000000002 020000000001 8100 0000 0800 V4",
        "47, 0000 0800 V4",
        "47, b000 0800 00000000 00000001 00000002 V4",
        "47, 2000 6558 00000001 FRAME",
        "47, 0000 88be FRAME",
        "47, 1000 88be 00000001 0000000000000000 FRAME",
        "47, 1000 22eb 00000001 000000000000000000000000 FRAME",
        "47, 1000 22eb 00000001 000000000000000000000001 0000000000000000 FRAME",
        "47, 3081 880b 00000001 00000002 00000003 ff03 0021 V4",
        "47, 3001 880b 00000001 00000002 21 V4",
        "47, 0000 8847 00001140 V4"
    })
    void whatProtocolsCarryIsFound(int protocol, String data) throws IOException {
        String packet = outer(protocol, replaced(data));
        assertThat(ports(packet, true)).containsExactly("7>8 29 0");
        assertThat(ports(packet, false))
                .as("the tunnel's own flow")
                .hasSize(1)
                .doesNotContain("7>8 29 0");
    }

    @ParameterizedTest
    @CsvSource({
        "4789, 0800000000000100 FRAME",
        "8472, 0800000000000100 FRAME",
        "6081, 0000655800000100 FRAME",
        "6081, 0240080000000100 0000000000000000 V4",
        "2152, 30ff 001d 00000001 V4",
        "2152, 32ff 0021 00000001 00010000 V4",
        "2152, 34ff 0025 00000001 00000085 01000000 V4",
        "4754, 0000 0800 V4",
        "6635, 00001140 V4"
    })
    void whatUdpCarriesIsFound(int port, String data) throws IOException {
        String packet = outer(17, Frames.udp(4000, port, replaced(data)));
        assertThat(ports(packet, true)).containsExactly("7>8 29 0");
        assertThat(ports(packet, false)).first().asString().startsWith("4000>" + port + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "3544, ''",
        "3544, 0000 0fa0 c0000201",
        "3544, 0001 0000 0000000000000000 00",
        "3544, 0001 0102 0000000000000000 00 aabbcc 0000 0fa0 c0000201"
    })
    void teredoIsFound(int port, String before) throws IOException {
        String packet = outer(17, Frames.udp(4000, port, before.replace(" ", "") + V6));
        assertThat(ports(packet, true)).containsExactly("7>8 49 0");
        assertThat(ports(outer(41, V6), true)).containsExactly("7>8 49 0");
    }

    @ParameterizedTest
    @CsvSource({
        "4, ''",
        "4, 50",
        "97, 40",
        "47, 0000",
        "47, 4000 0800 V4",
        "47, 0002 0800 V4",
        "47, 0000 0806 V4",
        "47, b000 0800",
        "47, 0000 880b 0000",
        "47, 1000 22eb 00000001 0000"
    })
    void whatIsNoTunnelIsItsOwnFlow(int protocol, String data) throws IOException {
        assertThat(ports(outer(protocol, replaced(data)), true))
                .hasSize(1)
                .doesNotContain("7>8 29 0");
    }

    @ParameterizedTest
    @CsvSource({
        "4789, 0000000000000100 FRAME",
        "4789, 08",
        "6081, c000655800000100 FRAME",
        "6081, 0000ffff00000100 FRAME",
        "2152, 3001 001d 00000001 V4",
        "2152, 34ff 0025 00000001 00000085 00000000 V4",
        "2152, 34ff",
        "3544, 0001",
        "3544, 45",
        "4000, V4"
    })
    void whatOnlyHasThePortIsItsOwnFlow(int port, String data) throws IOException {
        assertThat(ports(outer(17, Frames.udp(4000, port, replaced(data))), true))
                .first()
                .asString()
                .startsWith("4000>" + port);
    }

    @Test
    void tunnelsInTunnelsHaveAnEnd() throws IOException {
        String packet = V4;
        for (int i = 0; i < Packet.MAX_TUNNELS; i++) {
            packet = outer(4, packet);
        }
        assertThat(ports(packet, true)).containsExactly("7>8 29 0");
        List<String> deeper = new ArrayList<>();
        FlowMeter meter =
                new FlowMeter(
                        new MeterOptions().entersTunnels(true),
                        f -> deeper.add(f.forward().protocol + " " + f.forward().bytes));
        meter.packet(Frames.octets(Frames.IPV4 + outer(4, packet)), PacketHeader.LINK_ETHERNET, 0);
        meter.end();
        assertThat(deeper).containsExactly("4 49");
    }

    @Test
    void aVlanInsideCountsBeforeThatOfTheTunnel() throws IOException {
        String tagged = Frames.ETHERNET + "8100 0009 0800" + V4;
        String packet =
                outer(17, Frames.udp(4000, 4789, ("0800000000000100" + tagged).replace(" ", "")));
        assertThat(ports(packet, true)).containsExactly("7>8 29 9");
    }
}
