package dev.rearview.meter;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.FlowRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Packets of any octets: nothing is thrown, every packet is counted once, what is remembered is
/// bounded, and the flows have all packets that were metered.
class FlowMeterFuzzTest {
    private static final int ROOM = 50;

    private static final List<String> SEEDS =
            List.of(
                    Frames.there(Frames.SYN, ""),
                    Frames.back(Frames.FIN | Frames.ACK, "485454502f312e31"),
                    Frames.datagram(53, 53, "000101000001000000000000037777770000010001"),
                    Frames.datagram(4000, 4789, "0800000000000100" + Frames.there(2, "")),
                    Frames.datagram(4000, 2152, "34ff0025000000010000008501000000"),
                    Frames.datagram(4000, 3544, "0001010200000000000000000000"),
                    Frames.datagram(5004, 5004, "80000001000000000000abcd"),
                    Frames.IPV4 + Frames.ipv4(17, Frames.A, Frames.B, 0x2000, "000100020030"),
                    Frames.IPV4 + Frames.ipv4(17, Frames.A, Frames.B, 3, "0001000200300000"),
                    Frames.IPV4 + Frames.ipv4(47, Frames.A, Frames.B, 0, "3081880b0000000100"),
                    Frames.ETHERNET + "86dd" + Frames.ipv6(44, "1100000100000007"));

    private long packets;

    private void run(byte[] octets) throws IOException {
        packets = 0;
        MeterOptions options =
                new MeterOptions()
                        .maxFlows(ROOM)
                        .entersTunnels(octets.length % 2 == 0)
                        .biflow(octets.length % 3 != 0);
        FlowMeter meter =
                new FlowMeter(
                        options,
                        f -> {
                            take(f.forward());
                            f.backward().ifPresent(this::take);
                        });
        ByteBuffer in = ByteBuffer.wrap(octets);
        long us = 0;
        while (in.remaining() >= 4) {
            int size = Math.min(in.get() & 0xFF, in.remaining());
            int link = LINKS[(in.get() & 0xFF) % LINKS.length];
            us += (in.get() & 0xFF) * 1_000_000L;
            size = Math.min(size, in.remaining());
            meter.packet(in.slice(in.position(), size), link, us);
            in.position(in.position() + size);
            assertThat(meter.flows()).isLessThanOrEqualTo(ROOM);
        }
        meter.end();
        MeterCounts c = meter.counts();
        assertThat(
                        c.metered()
                                + c.notIp()
                                + c.unknownLinks()
                                + c.otherFamily()
                                + c.fragmentsLeftOut())
                .isEqualTo(c.packets());
        assertThat(packets).isEqualTo(c.metered());
        assertThat(meter.flows()).isZero();
        assertThat(meter.waitingFragments()).isZero();
    }

    private static final int[] LINKS = {1, 1, 1, 1, 0, 9, 12, 101, 108, 113, 219, 276, 127};

    private void take(FlowRecord r) {
        packets += r.packets;
        assertThat(r.packets).isPositive();
        assertThat(r.bytes).isNotNegative();
        assertThat(r.duration).isNotNegative();
    }

    @FuzzTest
    void anyOctets(byte[] octets) throws IOException {
        run(octets);
    }

    @Test
    void packetsDamagedAnywhere() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 3000; round++) {
            ByteBuffer out = ByteBuffer.allocate(1 << 13);
            for (int i = 0; i < 20; i++) {
                String seed = SEEDS.get(random.nextInt(SEEDS.size())).replace(" ", "");
                byte[] frame = HexFormat.of().parseHex(seed);
                for (int n = random.nextInt(4); n > 0; n--) {
                    frame[random.nextInt(frame.length)] = (byte) random.nextInt();
                }
                int size = random.nextInt(5) == 0 ? random.nextInt(frame.length) : frame.length;
                out.put((byte) size).put((byte) 0).put((byte) random.nextInt(100));
                out.put(frame, 0, size);
            }
            byte[] octets = new byte[out.position()];
            out.get(0, octets);
            run(octets);
        }
    }
}
