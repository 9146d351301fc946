package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketHeaderTest {
    private static final String MACS = "020000000001 020000000002";
    private static final String SYN =
            """
            4500002c 00010000 40060000 c0000201 c6336407
            d431 0050 00000001 00000000 5002 ffff 0000 0000
            """;

    private final PacketHeader header = new PacketHeader();
    private final FlowRecord r = new FlowRecord();

    private boolean read(int link, String hex) {
        r.clear();
        return header.read(Bytes.of(hex), link, r);
    }

    private void assertSyn() {
        assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC0000201));
        assertThat(r.dipLo).isEqualTo(Ip.mapped(0xC6336407));
        assertThat(r.protocol).isEqualTo(6);
        assertThat(r.sport).isEqualTo(54321);
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.flags).isEqualTo(2);
        assertThat(r.bytes).isEqualTo(44);
    }

    /// What stands before the IP header, by link type.
    @ParameterizedTest
    @CsvSource({
        "0, 02000000",
        "1, 020000000001 020000000002 0800",
        "1, 020000000001 020000000002 88a8 0001 8100 0064 0800",
        "1, 020000000001 020000000002 8864 11 00 0001 002e 0021",
        "1, 020000000001 020000000002 8847 00010040 00020140",
        "1, 020000000001 020000000002 88e7 00000007 020000000003 020000000004 0800",
        "1, 020000000001 020000000002 8903 0001 020000000003 020000000004 8100 0064 0800",
        "1, 020000000001 020000000002 8926 00000007 0800",
        "1, 020000000001 020000000002 8926 00000007 8100 0064 0800",
        "9, 0021",
        "9, ff03 0021",
        "12, ''",
        "14, ''",
        "101, ''",
        "108, 00000002",
        "113, 0000 0001 0006 020000000001 0000 0800",
        "113, 0000 0001 0006 020000000001 0000 8100 0064 0800",
        "219, 00010140",
        "228, ''",
        "276, 0800 0000 00000002 0001 00 06 020000000001 0000",
        "276, 8100 0000 00000002 0001 00 06 020000000001 0000 0064 0800",
        // Ethernet over MPLS: control word; then none, the frame starting with 2 or 8.
        "1, 020000000001 020000000002 8847 00010140 00000007 020000000003 020000000004 0800",
        "1, 020000000001 020000000002 8847 00010140 00000007 020000000003 020000000004 8100 0064 0800",
        "1, 020000000001 020000000002 8847 00010140 220000000003 020000000004 0800",
        "1, 020000000001 020000000002 8847 00010140 820000000003 020000000004 0800"
    })
    void headersOfEveryLinkTypeAreFound(int link, String before) {
        assertThat(PacketHeader.isKnown(link)).isTrue();
        assertThat(read(link, before + SYN)).isTrue();
        assertSyn();
        int at = Bytes.array(before).length;
        assertThat(header.transportOffset()).isEqualTo(at + 20);
        assertThat(header.end()).isEqualTo(at + 44);
        assertThat(header.isFragment()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "9, ff03 0055",
        "9, ff",
        "1, 020000000001 020000000002 8926 0000",
        "1, 020000000001 020000000002 88e7 00",
        // A pseudo-wire's own channel, a frame in it that is not IP, netlink, 802.3, ARP.
        "1, 020000000001 020000000002 8847 00010140 10000007 020000000003 020000000004 0800",
        "1, 020000000001 020000000002 8847 00010140 00000007 020000000003 020000000004 0806",
        "113, 0004 0338 0000 0000000000000000 0800",
        "113, 0000 0001 0006 020000000001 0000 0004",
        "276, 0806 0000 00000002 0001 00 06 020000000001 0000",
        "276, 0800 0000 00000002 0338 00 06 020000000001 0000",
        "147, ''"
    })
    void whatIsNotIpIsNotTakenForIt(int link, String before) {
        assertThat(read(link, before + SYN)).isFalse();
    }

    /// Each prefix of a packet is read without harm, and ports only where they are.
    @Test
    void packetsMayBeCutAnywhere() {
        byte[] whole =
                Bytes.array(
                        MACS
                                + "8847 00010140 00000007"
                                + MACS
                                + "86dd 60000000 0010 00 40"
                                + "20010db8000000000000000000000001"
                                + "20010db8000000000000000000000002"
                                + "11 00 0000 00000000"
                                + "d431 0035 0008 0000");
        for (int length = 0; length <= whole.length; length++) {
            r.clear();
            Cursor in = new Cursor(java.nio.ByteBuffer.wrap(whole, 0, length));
            boolean isIp = header.read(in, 1, r);
            assertThat(isIp).as("%d octets", length).isEqualTo(length >= 76);
            assertThat(r.dport).as("%d octets", length).isEqualTo(length >= 88 ? 53 : 0);
        }
        assertThat(r.isIpv6()).isTrue();
    }

    @Test
    void laterFragmentsHaveNoPorts() {
        assertThat(read(101, SYN.replace("00010000", "00012003"))).isTrue();
        assertThat(r.sport).isZero();
        assertThat(r.dport).isZero();
        assertThat(header.fragmentOffset()).isEqualTo(24);
        assertThat(header.moreFragments()).isTrue();
        String six =
                "60000000 0010 2c 40"
                        + "20010db8000000000000000000000001"
                        + "20010db8000000000000000000000002"
                        + "11 00 %s 0000abcd"
                        + "d431 0035 0008 0000";
        assertThat(read(101, six.formatted("0008"))).isTrue();
        assertThat(r.protocol).isEqualTo(17);
        assertThat(r.dport).isZero();
        assertThat(header.fragmentOffset()).isEqualTo(8);
        assertThat(header.fragmentId()).isEqualTo(0xabcd);
        assertThat(read(101, six.formatted("0001"))).isTrue();
        assertThat(r.dport).isEqualTo(53);
        assertThat(header.isFragment()).isTrue();
        // "Atomic": a fragment header on a whole packet.
        assertThat(read(101, six.formatted("0000"))).isTrue();
        assertThat(header.isFragment()).isFalse();
    }

    /// Labels without end, or tags, cost no more than their limit.
    @Test
    void tagsWithoutEndAreNoPacket() {
        assertThat(read(1, MACS + "8100 0001 ".repeat(40))).isFalse();
        assertThat(read(1, MACS + "8847 " + "00010040".repeat(40) + SYN)).isFalse();
        assertThat(read(219, ("00010140 00000000" + MACS + "8847").repeat(40) + SYN)).isFalse();
    }

    private static final String HOSTS6 =
            "20010db8000000000000000000000001 20010db8000000000000000000000002";

    @Test
    void portsStandBehindTheOptionsOfIpv4() {
        String options =
                SYN.replace("4500002c", "47000034")
                        .replace("c6336407", "c6336407" + "0101010101010101");
        assertThat(read(101, options)).isTrue();
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.bytes).isEqualTo(52);
        assertThat(header.transportOffset()).isEqualTo(28);
        assertThat(header.end()).isEqualTo(52);
        // Options that are cut, and a header that is shorter than one.
        assertThat(read(101, options.substring(0, options.indexOf("c6336407") + 14))).isTrue();
        assertThat(header.transportOffset()).isEqualTo(-1);
        assertThat(r.dport).isZero();
        assertThat(read(101, SYN.replace("4500", "4400"))).isFalse();
    }

    @Test
    void portsStandBehindTheExtensionsOfIpv6() {
        String extensions =
                "60000000 0028 00 40"
                        + HOSTS6
                        + "3c 00 010400000000"
                        + "06 01 0104000000000000000000000000"
                        + "d431 0050 00000001 00000000 5002 ffff";
        assertThat(read(101, extensions)).isTrue();
        assertThat(r.protocol).isEqualTo(6);
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.flags).isEqualTo(2);
        assertThat(r.bytes).isEqualTo(80);
        assertThat(header.transportOffset()).isEqualTo(64);
        assertThat(header.end()).isEqualTo(80);
        // The second one says that it goes on behind the packet.
        assertThat(read(101, extensions.replace("06 01", "06 ff"))).isTrue();
        assertThat(r.protocol).isEqualTo(6);
        assertThat(header.transportOffset()).isEqualTo(-1);
    }

    /// Network cards that cut segments themselves leave the length out.
    @Test
    void aPacketWithoutLengthEndsWhereItsOctetsDo() {
        assertThat(read(101, SYN.replace("4500002c", "45000000"))).isTrue();
        assertThat(r.dport).isEqualTo(80);
        assertThat(header.end()).isEqualTo(40);
        assertThat(read(101, "60000000 0000 11 40" + HOSTS6 + "d431 0035 0008 0000 0102")).isTrue();
        assertThat(r.dport).isEqualTo(53);
        assertThat(header.end()).isEqualTo(50);
    }

    @Test
    void aPacketIsOfItsOwnFamilyWhateverCameBefore() {
        FlowRecord same = new FlowRecord();
        String six = "60000000 0008 11 40" + HOSTS6 + "d431 0035 0008 0000";
        assertThat(header.read(Bytes.of(six), 101, same)).isTrue();
        assertThat(same.isIpv6()).isTrue();
        assertThat(header.read(Bytes.of(SYN), 101, same)).isTrue();
        assertThat(same.isIpv6()).isFalse();
        assertThat(same.sipLo).isEqualTo(Ip.mapped(0xC0000201));
    }

    @Test
    void pppoeCarriesBothFamilies() {
        String frame = MACS + "8864 11 00 0001 0032 %s";
        assertThat(read(1, frame.formatted("0057") + "60000000 0008 11 40" + HOSTS6 + "d431 0035"))
                .isTrue();
        assertThat(r.dport).isEqualTo(53);
        assertThat(read(1, frame.formatted("c021") + SYN)).isFalse();
        assertThat(read(1, MACS + "8864 11 00 0001 0032")).isFalse();
        assertThat(read(1, MACS + "8100 0064 08")).isFalse();
    }

    @Test
    void aPacketMayHaveFifteenTags() {
        assertThat(read(1, MACS + "8100 0001 ".repeat(15) + "0800" + SYN)).isTrue();
        assertThat(header.vlan()).isEqualTo(1);
        assertThat(read(1, MACS + "8100 0001 ".repeat(16) + "0800" + SYN)).isFalse();
        assertThat(read(219, "00010040".repeat(15) + "00010140" + SYN)).isTrue();
        assertThat(read(219, "00010040".repeat(16) + "00010140" + SYN)).isFalse();
        assertThat(read(219, "00010140")).isFalse();
    }
}
