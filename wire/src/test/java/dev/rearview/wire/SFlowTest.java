package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.sflow.SFlow;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SFlowTest {
    /// One flow sample at 1 in 512 with the header of a TCP SYN in an 802.1Q frame.
    private static final String DATAGRAM =
            """
            00000005 00000001 c0000264      # version 5, agent 192.0.2.100
            00000000 00000001 00002710      # sub-agent, sequence, uptime
            00000001                        # one sample
            00000001 00000074               # flow sample, 116 octets
            00000001 00000003 00000200      # sequence, source, rate 512
            00000200 00000000               # pool, drops
            00000003 00000004               # input, output
            00000001                        # one record
            00000001 0000004c               # raw packet header, 76 octets
            00000001 00000040 00000004      # Ethernet, frame of 64 octets, 4 stripped
            0000003a                        # 58 octets of it here
            020000000001 020000000002 8100 0064 0800
            4500002c 00010000 40060000 c0000201 c6336407
            d431 0050 00000001 00000000 5002 ffff 0000 0000
            0000                            # padding
            """;

    @Test
    void keepsTheSampledPacketAndItsRate() {
        Counters counters = new Counters();
        Collected out = new Collected();
        Exporter from = new Exporter(new StateBudget(1 << 20));
        new SFlow(ProbeOptions.DEFAULT)
                .decode(
                        Bytes.of(DATAGRAM),
                        from,
                        new Arrival(0, 1_704_067_200_000_000L, 0),
                        counters,
                        out);
        assertThat(out.flows).hasSize(1);
        FlowRecord r = out.flows.getFirst();
        assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC0000201));
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.flags).isEqualTo(2);
        assertThat(r.packets).isEqualTo(1);
        assertThat(r.sampling).isEqualTo(512);
        assertThat(r.input).isEqualTo(3);
        assertThat(r.output).isEqualTo(4);
        // As SiLK: the frame's octets.
        assertThat(r.bytes).isEqualTo(64);
    }

    private static FlowRecord only(ProbeOptions options, String hex, Counters counters) {
        Collected out = new Collected();
        Exporter from = new Exporter(new StateBudget(1 << 20));
        new SFlow(options).decode(Bytes.of(hex), from, new Arrival(0, 0, 0), counters, out);
        assertThat(out.flows).hasSize(1);
        assertThat(counters.total(Counters.Total.RECORDS)).isEqualTo(1);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(1);
        return out.flows.getFirst();
    }

    @Test
    void octetsOfTheIpPacketAreAnOption() {
        ProbeOptions options = ProbeOptions.of(false, Set.of("sflow-ip-length"));
        assertThat(only(options, DATAGRAM, new Counters()).bytes).isEqualTo(44);
    }

    /// Interfaces that are none: discarded for reason 258, sent three times, the agent itself; in
    /// the long form they are put as in the short one, and indexes above 65535 are whole.
    @ParameterizedTest
    @CsvSource({
        "40000102, 00000001 00000102, 1073742082",
        "80000003, 00000002 00000003, 2147483651",
        "3fffffff, 00000000 3fffffff, 1073741823",
        "00012345, 00000000 00012345, 74565"
    })
    void interfacesSayWhatBecameOfThePacket(String compact, String expanded, long expected) {
        String one = DATAGRAM.replace("00000003 00000004  ", "00000003 " + compact + "  ");
        FlowRecord r = only(ProbeOptions.DEFAULT, one, new Counters());
        assertThat(r.output).isEqualTo(expected);
        assertThat(r.input).isEqualTo(3);
        String wide =
                DATAGRAM.replace("00000001 00000074 ", "00000003 00000080 ")
                        .replace("00000003 00000200   ", "00000000 00000003 00000200   ")
                        .replace("00000003 00000004  ", "00000000 00000003 " + expanded + "  ");
        r = only(ProbeOptions.DEFAULT, wide, new Counters());
        assertThat(r.output).isEqualTo(expected);
        assertThat(r.input).isEqualTo(3);
    }

    /// The second sample has no frame, so it has no tag: not that of the first.
    @Test
    void aTagIsOfItsOwnSampleOnly() {
        String sample = DATAGRAM.substring(DATAGRAM.indexOf("00000001 00000074"));
        String header =
                DATAGRAM.substring(0, DATAGRAM.indexOf("00000001                        #"));
        String untagged =
                """
                00000001 00000048
                00000002 00000003 00000200
                00000200 00000000
                00000003 00000004
                00000001
                00000003 00000020
                0000002c 00000006 c0000201 c6336407 0000d431 00000050 00000002 00000000
                """;
        Collected out = new Collected();
        Counters counters = new Counters();
        new SFlow(ProbeOptions.of(true, Set.of()))
                .decode(
                        Bytes.of(header + "00000002" + sample + untagged),
                        new Exporter(new StateBudget(1 << 20)),
                        new Arrival(0, 0, 0),
                        counters,
                        out);
        assertThat(out.flows).extracting(r -> r.input).containsExactly(100L, 0L);
        assertThat(counters.dropped(Drop.BAD_RECORD)).isZero();
    }

    /// Three samples: a packet that is not IP, a damaged one and a good one. Each counts once.
    @Test
    void everySampleIsAFlowOrCountedOnce() {
        String sample = DATAGRAM.substring(DATAGRAM.indexOf("00000001 00000074"));
        String header =
                DATAGRAM.substring(0, DATAGRAM.indexOf("00000001                        #"));
        Counters counters = new Counters();
        Collected out = new Collected();
        new SFlow(ProbeOptions.DEFAULT)
                .decode(
                        Bytes.of(
                                header
                                        + "00000003"
                                        + sample.replace("8100 0064 0800", "8100 0064 0806")
                                        + sample.replace("00000001 0000004c", "00000001 0000ffff")
                                        + sample),
                        new Exporter(new StateBudget(1 << 20)),
                        new Arrival(0, 0, 0),
                        counters,
                        out);
        assertThat(out.flows).hasSize(1);
        assertThat(counters.total(Counters.Total.RECORDS)).isEqualTo(3);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(1);
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(1);
        assertThat(counters.dropped(Drop.BAD_RECORD)).isEqualTo(1);
    }

    @Test
    void aDatagramCutInTheMiddleIsCountedAsMalformed() {
        byte[] whole = Bytes.array(DATAGRAM);
        for (int length = 0; length < whole.length - 60; length++) {
            Counters counters = new Counters();
            Collected out = new Collected();
            Exporter from = new Exporter(new StateBudget(1 << 20));
            new SFlow(ProbeOptions.DEFAULT)
                    .decode(
                            new Cursor(java.nio.ByteBuffer.wrap(whole, 0, length).slice()),
                            from,
                            new Arrival(0, 0, 0),
                            counters,
                            out);
            assertThat(out.flows).as("length " + length).isEmpty();
            assertThat(counters.dropped(Drop.MALFORMED) + counters.dropped(Drop.VERSION))
                    .as("length " + length)
                    .isPositive();
        }
    }

    private static final String HEAD = "00000005 00000001 c0000264 00000000 00000001 00002710 ";

    /// A flow sample of some records.
    private static String sample(int count, String records) {
        HexFormat f = HexFormat.of();
        return "00000001"
                + f.toHexDigits(32 + Bytes.array(records).length)
                + "00000002 00000003 00000200 00000200 00000000 00000003 00000004"
                + f.toHexDigits(count)
                + records;
    }

    private static FlowRecord packet(int count, String records) {
        String hex = HEAD + "00000001" + sample(count, records);
        return only(ProbeOptions.DEFAULT, hex, new Counters());
    }

    private static final String IPV4 =
            "00000003 00000020 00000064 00000006 c0000201 c6336407"
                    + "0000d431 00000050 0000001b 00000000";
    private static final String IPV6 =
            "00000004 00000038 00000064 00000011 20010db8000000000000000000000001"
                    + "20010db8000000000000000000000002 0000d431 00000050 00000000 00000000";
    private static final String FRAME =
            "00000001 0000004c 00000001 00000040 00000004 0000003a"
                    + "020000000003 020000000004 8100 0064 0800"
                    + "4500002c 00010000 40110000 c0000203 c6336409"
                    + "1111 2222 00000001 00000000 5002 ffff 0000 0000 0000";

    @Test
    void aPacketMayBeToldWithoutItsHeader() {
        FlowRecord r = packet(1, IPV4);
        assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC0000201));
        assertThat(r.dipLo).isEqualTo(Ip.mapped(0xC6336407));
        assertThat(r.sport).isEqualTo(54321);
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.protocol).isEqualTo(6);
        assertThat(r.flags).isEqualTo(0x1b);
        assertThat(r.bytes).isEqualTo(100);
        assertThat(r.isIpv6()).isFalse();
        r = packet(1, IPV6);
        assertThat(r.sipHi).isEqualTo(0x20010db8_00000000L);
        assertThat(r.sipLo).isEqualTo(1);
        assertThat(r.dipLo).isEqualTo(2);
        assertThat(r.sport).isEqualTo(54321);
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.protocol).isEqualTo(17);
        assertThat(r.bytes).isEqualTo(100);
        assertThat(r.isIpv6()).isTrue();
        assertThat(r.nhipLo).isZero();
    }

    /// The header of the packet says more than what the agent read of it.
    @Test
    void aHeaderComesBeforeWhatTheAgentReadOfIt() {
        for (String told : new String[] {IPV4, IPV6}) {
            FlowRecord r = packet(2, FRAME + told);
            assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC0000203));
            assertThat(r.bytes).isEqualTo(64);
            assertThat(r.isIpv6()).isFalse();
        }
        assertThat(packet(1, FRAME + IPV4).sipLo).isEqualTo(Ip.mapped(0xC0000203));
    }

    /// Without a frame's length it is the IP packet's.
    @Test
    void aFrameOfNoLengthHasThatOfItsPacket() {
        assertThat(packet(1, FRAME.replace("00000040 00000004", "00000000 00000004")).bytes)
                .isEqualTo(44);
    }

    private static final String HOP4 = "000003ea 00000010 00000001 c0000263 00000018 00000018";
    private static final String HOP6 =
            "000003ea 0000001c 00000002 20010db8000000000000000000000063 00000040 00000040";

    @Test
    void theNextHopIsOfThePacketsFamilyOrNone() {
        assertThat(packet(2, IPV4 + HOP4).nhipLo).isEqualTo(Ip.mapped(0xC0000263));
        assertThat(packet(2, IPV4 + HOP6).nhipLo).isEqualTo(Ip.mapped(0));
        assertThat(packet(2, IPV4 + HOP6).nhipHi).isZero();
        FlowRecord six = packet(2, IPV6 + HOP6);
        assertThat(six.nhipHi).isEqualTo(0x20010db8_00000000L);
        assertThat(six.nhipLo).isEqualTo(0x63);
        assertThat(packet(2, IPV6 + HOP4).nhipLo).isEqualTo(Ip.mapped(0xC0000263));
        assertThat(packet(2, IPV6 + HOP4.replace("c0000263", "00000000")).nhipLo).isZero();
    }

    @Test
    void vlansOfASwitchAreInterfacesWhereTheyAreWanted() {
        String vlans = "000003e9 00000010 00000064 00000007 000000c8 00000007";
        FlowRecord r =
                only(
                        ProbeOptions.of(true, Set.of()),
                        HEAD + "00000001" + sample(2, FRAME.replace("0064", "012c") + vlans),
                        new Counters());
        assertThat(r.input).isEqualTo(100);
        assertThat(r.output).isEqualTo(200);
    }

    @Test
    void samplesOfCountersAndOfOthersAreCounted() {
        Counters counters = new Counters();
        only(
                ProbeOptions.DEFAULT,
                HEAD
                        + "00000004"
                        + "00000002 00000004 00000000"
                        + "00000004 00000000"
                        + "00000bad 00000004 00000000"
                        + sample(1, IPV4),
                counters);
        assertThat(counters.total(Counters.Total.COUNTER_SAMPLES)).isEqualTo(2);
        assertThat(counters.total(Counters.Total.UNKNOWN_ELEMENTS)).isEqualTo(1);
    }

    private boolean isDatagram(Exporter from, Counters counters, String hex) {
        return new SFlow(ProbeOptions.DEFAULT)
                .decode(Bytes.of(hex), from, new Arrival(0, 0, 0), counters, new Collected());
    }

    @Test
    void aDatagramIsOneByItsHeader() {
        Exporter from = new Exporter(new StateBudget(1 << 20));
        Counters counters = new Counters();
        assertThat(isDatagram(from, counters, HEAD.replace("00000005 ", "00000004 ") + "00000000"))
                .isFalse();
        assertThat(counters.dropped(Drop.VERSION)).isEqualTo(1);
        assertThat(isDatagram(from, counters, HEAD)).isFalse();
        assertThat(isDatagram(from, counters, HEAD + "ffffffff")).isFalse();
        String many = "00000002 00000000".repeat(4097);
        assertThat(isDatagram(from, counters, HEAD + "00001001" + many)).isFalse();
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(3);
        assertThat(isDatagram(from, counters, HEAD + "00001000" + many)).isTrue();
        assertThat(isDatagram(from, counters, HEAD + "00000000")).isTrue();
        assertThat(counters.total(Counters.Total.COUNTER_SAMPLES)).isEqualTo(4096);
        assertThat(from.isProven()).isFalse();
        String six =
                "00000005 00000002 20010db8000000000000000000000063 00000000 00000001 00002710";
        assertThat(isDatagram(from, counters, six + "00000001" + sample(1, IPV4))).isTrue();
        assertThat(from.isProven()).isTrue();
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(1);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(3);
    }
}
