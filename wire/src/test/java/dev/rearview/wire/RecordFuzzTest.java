package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow9.NetFlow9;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mutated records of tunnels, packet sections, firewalls and times of eight octets, read with and
/// without the options that concern them: each record is a flow or counted under one reason, and
/// what comes out is in the ranges that are promised.
class RecordFuzzTest {
    private static final String[] SEEDS = {
        // Two headers.
        """
        000a 009b 65920080 00000000 00000001
        0002 0040 0100 000e
        001b 0010 001c 0010 0004 0001 0008 0004 000c 0004 0004 0001 0007 0002 000b 0002 0006 0001
        0002 0004 0001 0004 00a0 0008 0016 0004 0015 0004
        0100 004b
        20010db8000000000000000000000001 20010db8000000000000000000000002
        04 c0000201 c6336407 06 d431 0050 1b 00000007 00000700
        0000018cc0000000 00000001 00000002
        """,
        // A frame, and times of eight octets.
        """
        000a 0085 65920080 00000000 00000001
        0002 0020 0100 0006
        0098 0008 00a1 0008 000a 0004 0138 0002 019a 0002 013b ffff
        0100 0055
        0000018cc251f400 0000000000000005 00012345 0040 0038 38
        020000000001 020000000002 8847 00010140 00000001
        020000000001 020000000002 0800
        4500002c 00010000 40060000 c0000201 c6336407
        """,
        // A firewall's update.
        """
        0009 0002 000186a0 65920080 00000000 00000001
        0000 0034 0107 000b
        0094 0004 0008 0004 000c 0004 0007 0002 000b 0002 0004 0001
        0098 0008 0143 0008 00e7 0004 00e8 0004 00e9 0001
        0107 002e
        00000007 c0000201 c6336407 d431 0050 06
        0000018cc251f400 0000018cc252f400 00000100 00000200 05
        """
    };

    private static void assertInRange(FlowRecord r) {
        boolean good =
                r.stime >= -FlowTimes.LIMIT_US
                        && r.stime <= FlowTimes.LIMIT_US
                        && r.duration >= 0
                        && r.duration <= FlowTimes.MAX_DURATION_US
                        && r.packets > 0
                        && r.bytes > 0
                        && r.input >>> 32 == 0
                        && r.output >>> 32 == 0
                        && r.sampling >>> 32 == 0
                        && r.protocol >>> 8 == 0
                        && (r.sport | r.dport) >>> 16 == 0;
        if (!good) {
            throw new AssertionError(
                    "start %d, duration %d, packets %d, octets %d, interfaces %d %d"
                            .formatted(r.stime, r.duration, r.packets, r.bytes, r.input, r.output));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void mutatedRecordsAreFlowsOrCounted(int seed) {
        Random random = new Random(seed);
        byte[] whole = Bytes.array(SEEDS[seed]);
        ProbeOptions all =
                ProbeOptions.of(
                        true,
                        Set.of(
                                "firewall-event",
                                "firewall-update",
                                "inner-header",
                                "missing-ips",
                                "zero-packets"));
        for (ProbeOptions options : new ProbeOptions[] {ProbeOptions.DEFAULT, all}) {
            Counters counters = new Counters();
            long[] flows = new long[1];
            NetFlow9 nine = new NetFlow9(options);
            Ipfix ten = new Ipfix(options);
            for (int i = 0; i < 20_000; i++) {
                byte[] b = whole.clone();
                // The first is whole; headers and lengths stay right more often than not.
                for (int n = i == 0 ? 0 : 1 + random.nextInt(4); n > 0; n--) {
                    int at = random.nextInt(5) == 0 ? random.nextInt(b.length) : data(b, random);
                    b[at] =
                            random.nextBoolean()
                                    ? (byte) (b[at] ^ 1 << random.nextInt(8))
                                    : (byte) (random.nextInt(3) - 1);
                }
                Exporter from = new Exporter(new StateBudget(1 << 20));
                Cursor in = new Cursor(ByteBuffer.wrap(b));
                FlowConsumer out =
                        (r, c) -> {
                            assertInRange(r);
                            flows[0]++;
                        };
                if (seed == 2) {
                    nine.decode(in, from, new Arrival(1, 0, 0), counters, out);
                } else {
                    ten.decode(in, from, new Arrival(1, 0, 0), counters, out);
                }
                from.close(counters);
                if (i == 0) {
                    assertThat(counters.total(Total.RECORDS)).isEqualTo(1);
                    assertThat(counters.dropped(Drop.MALFORMED)).isZero();
                }
            }
            assertThat(flows[0])
                    .isEqualTo(counters.total(Total.FLOWS) + counters.total(Total.REVERSE_FLOWS));
            assertThat(flows[0]).isGreaterThan(seed == 2 ? 0 : 5_000);
            assertThat(counters.total(Total.RECORDS))
                    .isEqualTo(
                            counters.total(Total.FLOWS)
                                    + counters.dropped(Drop.IGNORED)
                                    + counters.dropped(Drop.BAD_RECORD));
        }
    }

    /// A position in the last third, where the record's values are.
    private static int data(byte[] b, Random random) {
        return b.length - 1 - random.nextInt(b.length / 3);
    }
}
