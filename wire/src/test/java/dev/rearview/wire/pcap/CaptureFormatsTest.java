package dev.rearview.wire.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.MalformedInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of pcap and pcapng, octet by octet.
class CaptureFormatsTest {
    private static final String SECTION =
            "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c";
    private static final String RAW_IP = "00000001 00000014 0065 0000 00040000 00000014";
    private static final String PACKET =
            "00000006 00000028 00000000 00060dd9 80000001 00000005 00000009"
                    + "aabbccddee 000000 00000028";

    /// The time of [#PACKET], microseconds.
    private static final long TIME = 0x00060dd9_80000001L;

    private record Packet(String octets, int link, long us) {}

    private final List<Packet> packets = new ArrayList<>();

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private void read(byte[] file) throws IOException {
        Captures.packets(
                new ByteArrayInputStream(file),
                "test",
                (b, link, us) -> {
                    byte[] octets = new byte[b.remaining()];
                    b.get(b.position(), octets);
                    packets.add(new Packet(HexFormat.of().formatHex(octets), link, us));
                });
    }

    private void read(String hex) throws IOException {
        read(bytes(hex));
    }

    private void assertMalformed(String hex) {
        assertThatThrownBy(() -> read(hex))
                .as(hex)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("test");
    }

    // pcap ----------------------------------------------------------------------------------------

    private static final String HEADER = "0002 0004 00000000 00000000 00040000 00000065";

    @Test
    void pcapIsOfEitherOrderAndOfMicrosecondsOrNanoseconds() throws IOException {
        String packet = "80000001 %s 00000003 00000009 aabbcc";
        read("a1b2c3d4" + HEADER + packet.formatted("000f423f"));
        read("a1b23c4d" + HEADER + packet.formatted("3b9ac9ff"));
        String header = "0200 0400 00000000 00000000 00000400 65000000";
        String turned = "01000080 %s 03000000 09000000 aabbcc";
        read("d4c3b2a1" + header + turned.formatted("3f420f00"));
        read("4d3cb2a1" + header + turned.formatted("ffc99a3b"));
        long us = 0x80000001L * 1_000_000 + 999_999;
        assertThat(packets).hasSize(4).containsOnly(new Packet("aabbcc", 101, us));
    }

    @Test
    void aCaptureIsToldByItsFirstOctets() {
        for (String magic : List.of("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a")) {
            assertThat(Captures.isCapture(bytes(magic))).as(magic).isTrue();
            assertThat(Captures.isCapture(bytes(magic + "00"))).as(magic).isTrue();
            assertThat(Captures.isCapture(bytes(magic.substring(2)))).as(magic).isFalse();
        }
        assertThat(Captures.isCapture(bytes("a1b2c3d5"))).isFalse();
        assertThat(Captures.isCapture(new byte[0])).isFalse();
        assertMalformed("000a 0010 00000000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A header that is cut, of a packet too; fewer octets than told; lengths.
                "a1b2c3d4 0002 0004",
                "00000001 00000000 00000003 000000",
                "00000001 00000000 00000003 00000003 aabb",
                "00000001 00000000 00100001 00100001",
                "00000001 00000000 ffffffff 00000003"
            })
    void whatBreaksPcapIsMalformedBehindWhatCameBefore(String broken) {
        if (broken.startsWith("a1")) {
            assertMalformed(broken);
            return;
        }
        String whole = "00000001 00000002 00000003 00000003 aabbcc";
        assertMalformed("a1b2c3d4" + HEADER + whole + broken);
        assertThat(packets).containsExactly(new Packet("aabbcc", 101, 1_000_002));
    }

    @Test
    void aPacketMayHaveAMebioctetOrNone() throws IOException {
        byte[] head =
                bytes(
                        "a1b2c3d4"
                                + HEADER
                                + "00000001 00000000 00000000 00000003"
                                + "00000001 00000000 00100000 00100000");
        read(Arrays.copyOf(head, head.length + (1 << 20)));
        assertThat(packets).hasSize(2);
        assertThat(packets.get(0).octets).isEmpty();
        assertThat(packets.get(1).octets).hasSize(2 << 20);
    }

    // pcapng --------------------------------------------------------------------------------------

    @Test
    void pcapngIsOfEitherOrder() throws IOException {
        read(SECTION + RAW_IP + PACKET);
        read(
                "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
                        + "01000000 14000000 6500 0000 00000400 14000000"
                        + "06000000 28000000 00000000 d90d0600 01000080 05000000 09000000"
                        + "aabbccddee 000000 28000000");
        assertThat(packets).hasSize(2).containsOnly(new Packet("aabbccddee", 101, TIME));
    }

    /// An interface says how fine its times are, behind other options and before their end.
    @ParameterizedTest
    @CsvSource({
        "0009 0001 03000000, 00000000 000003e9, 1001000",
        "0009 0001 00000000, 00000000 00000002, 2000000",
        "0009 0001 09000000, 00000000 000007d0, 2",
        "0009 0001 8a000000, 00000000 00000e00, 3500000",
        "0009 0001 80000000, 00000000 00000002, 2000000",
        "0002 0003 61626300 0009 0001 03000000, 00000000 00000001, 1000",
        "0002 0004 61626364 0009 0001 03000000 0000 0000, 00000000 00000001, 1000",
        "0002 0005 6162636465000000 0009 0001 03000000, 00000000 00000001, 1000",
        "0002 0000 0009 0001 03000000, 00000000 00000001, 1000",
        "0000 0000 0009 0001 03000000, 00000000 00000001, 1",
        "0009 0002 03000000, 00000000 00000001, 1",
        "000a 0001 03000000, 00000000 00000001, 1",
        "8009 0001 03000000, 00000000 00000001, 1"
    })
    void timesAreAsFineAsTheInterfaceSays(String options, String stamp, long us)
            throws IOException {
        String length = HexFormat.of().toHexDigits(20 + bytes(options).length);
        String face = "00000001" + length + "0065 0000 00040000" + options + length;
        read(SECTION + face + PACKET.replace("00060dd9 80000001", stamp));
        assertThat(packets).containsExactly(new Packet("aabbccddee", 101, us));
    }

    @Test
    void anOptionThatRunsPastItsBlockIsNone() throws IOException {
        read(
                SECTION
                        + "00000001 00000018 0065 0000 00040000 0009 0001 00000018"
                        + "00000001 0000001c ffff 0000 00040000 0002 ffff 00000000 0000001c"
                        + PACKET
                        + PACKET.replace("00000028 00000000 0006", "00000028 00000001 0006"));
        assertThat(packets)
                .containsExactly(
                        new Packet("aabbccddee", 101, TIME),
                        new Packet("aabbccddee", 0xFFFF, TIME));
    }

    @Test
    void packetsAreOfTheInterfaceThatTheyName() throws IOException {
        String second = PACKET.replace("00000028 00000000 0006", "00000028 00000001 0006");
        String ethernet = RAW_IP.replace("0065", "0001");
        read(SECTION + ethernet + RAW_IP + PACKET + second);
        assertThat(packets).extracting(Packet::link).containsExactly(1, 101);
        packets.clear();
        // A section begins anew; what names no interface is Ethernet.
        read(SECTION + RAW_IP + SECTION + PACKET + RAW_IP + PACKET + second);
        assertThat(packets).extracting(Packet::link).containsExactly(1, 101, 1);
        assertThat(packets).extracting(Packet::us).containsOnly(TIME);
    }

    @Test
    void simplePacketsAreOfTheFirstInterfaceAndAsLongAsTheyWere() throws IOException {
        read(
                SECTION
                        + RAW_IP
                        + RAW_IP.replace("0065", "0001")
                        + "00000003 00000018 00000005 aabbccddee 000000 00000018"
                        + "00000003 00000014 00000064 aabbccdd 00000014"
                        + "00000003 00000010 00000000 00000010");
        assertThat(packets)
                .containsExactly(
                        new Packet("aabbccddee", 101, 0),
                        new Packet("aabbccdd", 101, 0),
                        new Packet("", 101, 0));
    }

    @Test
    void blocksThatAreTooShortOrOfOtherKindsArePassedOver() throws IOException {
        read(
                SECTION
                        + "00000bad 0000000c 0000000c"
                        + "00000001 00000010 0065 0000 00000010"
                        + "00000003 0000000c 0000000c"
                        + "00000003 00000010 ffffffff 00000010"
                        + "00000006 0000001c 00000000 00000000 00000000 00000000 0000001c"
                        // One octet more than there is, and a negative number of them.
                        + "00000006 00000020 00000000 00000000 00000000 00000001 00000001 00000020"
                        + "00000006 00000020 00000000 00000000 00000000 ffffffff 00000001 00000020"
                        + "00000006 00000020 00000000 00000000 00000007 00000000 00000001 00000020"
                        + PACKET);
        // The interface's link type was cut off.
        assertThat(packets)
                .containsExactly(new Packet("", 1, 7), new Packet("aabbccddee", 1, TIME));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000bad",
                "00000bad 00",
                "00000bad 000000",
                "00",
                "00000bad 0000000c 000000",
                "00000bad 00000008",
                "00000bad 0000000e 0000 0000000e",
                "00000bad 80000000 00000000",
                "00000bad 00110004 00000000",
                "0a0d0d0a 0000001c",
                "0a0d0d0a 0000001c 1a2b",
                "0a0d0d0a 0000000c 1a2b3c4d 0000000c"
            })
    void whatBreaksPcapngIsMalformedBehindWhatCameBefore(String broken) {
        assertMalformed(SECTION + RAW_IP + PACKET + broken);
        assertThat(packets).containsExactly(new Packet("aabbccddee", 101, TIME));
    }

    @Test
    void theShortestAndTheLongestBlocksAreWhole() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(
                bytes(
                        SECTION.replace("1a2b3c4d 0001 0000 ffffffffffffffff", "1a2b3c4d")
                                .replace("0000001c", "00000010")));
        int length = (1 << 20) + (1 << 16);
        ByteBuffer longest = ByteBuffer.allocate(length).order(ByteOrder.BIG_ENDIAN);
        file.writeBytes(longest.putInt(0, 0xBAD).putInt(4, length).array());
        file.writeBytes(bytes(RAW_IP + PACKET));
        read(file.toByteArray());
        assertThat(packets).containsExactly(new Packet("aabbccddee", 101, TIME));
    }
}
