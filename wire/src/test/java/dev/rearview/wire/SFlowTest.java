package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.sflow.SFlow;
import org.junit.jupiter.api.Test;

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
                .decode(Bytes.of(DATAGRAM), from, 0, 1_704_067_200_000_000L, 0, counters, out);
        assertThat(out.flows).hasSize(1);
        FlowRecord r = out.flows.getFirst();
        assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC0000201));
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.flags).isEqualTo(2);
        assertThat(r.packets).isEqualTo(1);
        assertThat(r.sampling).isEqualTo(512);
        assertThat(r.input).isEqualTo(3);
        assertThat(r.output).isEqualTo(4);
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
                            0,
                            0,
                            0,
                            counters,
                            out);
            assertThat(out.flows).as("length " + length).isEmpty();
            assertThat(counters.dropped(Drop.MALFORMED) + counters.dropped(Drop.VERSION))
                    .as("length " + length)
                    .isPositive();
        }
    }
}
