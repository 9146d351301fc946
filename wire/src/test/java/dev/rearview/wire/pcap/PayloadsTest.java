package dev.rearview.wire.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.pcap.CaptureReport.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of single packets: handed out, or counted for what is wrong with them.
class PayloadsTest {
    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int MORE = 0x2000;

    private final CaptureReport report = new CaptureReport();
    private final List<String> payloads = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final Payloads packets =
            new Payloads(
                    report,
                    (b, tuple, us) -> {
                        byte[] octets = new byte[b.remaining()];
                        b.get(b.position(), octets);
                        payloads.add(HexFormat.of().formatHex(octets));
                        ports.add(tuple.sport);
                        ports.add(tuple.dport);
                    });

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private void packet(byte[] packet) {
        packets.packet(ByteBuffer.wrap(packet), 101, 0);
    }

    private void assertCounted(Reason reason, long count) {
        for (Reason r : Reason.values()) {
            assertThat(report.count(r)).as(r.toString()).isEqualTo(r == reason ? count : 0);
        }
    }

    /// The length of UDP counts, 0 stands for all there is, and a cut datagram is what is there.
    @ParameterizedTest
    @CsvSource({
        "ffff f000 000a 0000 0102, 0102",
        "ffff f000 0009 0000 0102, 01",
        "ffff f000 0000 0000 010203, 010203",
        "ffff f000 8000 0000 010203, 010203",
        "ffff f000 0008 0000 0102, ''"
    })
    void aDatagramIsAsLongAsItSays(String datagram, String payload) {
        packet(Frames.ipv4(UDP, 1, 0, bytes(datagram)));
        assertThat(payloads).containsExactly(payload);
        assertThat(ports).containsExactly(0xFFFF, 0xF000);
        assertThat(report.lost()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "17, ffff f000 0007 0000 0102",
        "17, ffff f000 000800",
        "17, ''",
        "6, ffff f000 00000001 00000000 4002 ffff 0000 0000",
        "6, ffff f000 00000001 00000000 5002 ffff 0000 00",
        "6, ffff f000 00000001 00000000 6002 ffff 0000 0000 000000"
    })
    void aHeaderThatIsCutOrContradictsItselfIsCounted(int protocol, String data) {
        packet(Frames.ipv4(protocol, 1, 0, bytes(data)));
        assertThat(payloads).isEmpty();
        assertCounted(Reason.DAMAGED, 1);
        assertThat(report.lost()).isEqualTo(1);
    }

    @Test
    void aPacketWhoseOptionsAreCutIsCounted() {
        byte[] packet = Frames.ipv4(UDP, 1, 0, Frames.udp(bytes("0102")));
        packet[0] = 0x4F;
        packet(packet);
        assertThat(payloads).isEmpty();
        assertCounted(Reason.DAMAGED, 1);
    }

    @Test
    void optionsOfTcpAreNoPayload() {
        packet(
                Frames.ipv4(
                        TCP,
                        1,
                        0,
                        bytes(
                                "9c40 f000 00000001 00000000 6010 ffff 0000 0000 01010101"
                                        + "000a 0010 65920080 00000000 00000001")));
        assertThat(payloads).containsExactly("000a0010659200800000000000000001");
        assertThat(ports).containsExactly(40_000, 0xF000);
    }

    /// Fragments that no datagram can have: of other than eights before the last, of nothing, cut
    /// off, and behind the end of the largest. Each voids its datagram once.
    @Test
    void fragmentsThatCannotBeAreCounted() {
        byte[] data = new byte[64];
        packet(Frames.ipv4(UDP, 1, MORE, Arrays.copyOf(data, 63)));
        packet(Frames.ipv4(UDP, 1, 8, data));
        packet(Frames.ipv4(UDP, 2, MORE, new byte[0]));
        byte[] cut = Frames.ipv4(UDP, 3, MORE, data);
        packet(Arrays.copyOf(cut, cut.length - 1));
        packet(Frames.ipv4(UDP, 4, 0x1FFF, data));
        packets.finish();
        assertThat(payloads).isEmpty();
        assertCounted(Reason.FRAGMENTS, 4);
        assertThat(packets.octets()).isZero();
    }

    /// What cannot be a fragment voids what else has its identification.
    @Test
    void aBrokenFragmentVoidsItsDatagram() {
        byte[] data = Frames.udp(new byte[120]);
        packet(Frames.ipv4(UDP, 1, MORE, Frames.part(data, 0, 63)));
        packet(Frames.ipv4(UDP, 1, MORE, Frames.part(data, 0, 64)));
        packet(Frames.ipv4(UDP, 1, 8, Frames.part(data, 64, 128)));
        assertThat(payloads).isEmpty();
        assertCounted(Reason.FRAGMENTS, 1);
    }

    /// Not its rest alone may contradict the last fragment, but also one that came before it.
    @Test
    void aLastFragmentBeforeAnotherVoidsTheDatagram() {
        byte[] data = Frames.udp(new byte[120]);
        packet(Frames.ipv4(UDP, 1, 8 | MORE, Frames.part(data, 64, 128)));
        packet(Frames.ipv4(UDP, 1, 8, Frames.part(data, 64, 96)));
        packet(Frames.ipv4(UDP, 1, MORE, Frames.part(data, 0, 64)));
        packets.finish();
        assertThat(payloads).isEmpty();
        assertCounted(Reason.FRAGMENTS, 1);
    }

    /// More datagrams that wait than there is room for: the oldest is counted when it goes.
    @Test
    void theOldestDatagramGoesFirst() {
        byte[] data = Frames.udp(new byte[8]);
        for (int id = 0; id <= Fragments.MAX_DATAGRAMS; id++) {
            packet(Frames.ipv4(UDP, id, MORE, Frames.part(data, 0, 8)));
        }
        assertCounted(Reason.FRAGMENTS, 1);
        packet(Frames.ipv4(UDP, 1, 1, Frames.part(data, 8, 16)));
        assertThat(payloads).hasSize(1);
        packets.finish();
        assertCounted(Reason.FRAGMENTS, Fragments.MAX_DATAGRAMS);
        assertThat(packets.octets()).isZero();
    }

    /// More connections than there is room for: the one longest silent goes, and what it waited for
    /// is lost.
    @Test
    void theConnectionLongestSilentGoesFirst() {
        byte[] message = bytes("000a 0014 65920080 00000000 00000001 00000000");
        for (int i = 0; i <= TcpStreams.MAX_STREAMS; i++) {
            packet(Frames.segment(1024 + i, 1, 0x10, Frames.part(message, 0, 18)));
        }
        assertThat(report.count(Reason.STREAMS)).isEqualTo(1);
        // Its message was cut.
        assertThat(report.count(Reason.STREAM_GAP)).isEqualTo(1);
        packet(Frames.segment(1025, 19, 0x10, Frames.part(message, 18, 20)));
        assertThat(payloads).hasSize(1);
        packets.finish();
        assertThat(packets.octets()).isZero();
    }
}
