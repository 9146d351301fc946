package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.sflow.SFlow;
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
}
