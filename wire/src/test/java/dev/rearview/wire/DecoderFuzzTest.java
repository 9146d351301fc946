package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.SequenceTracker.LossWindow;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.pcap.Captures;
import dev.rearview.wire.sflow.SFlow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Fuzz targets, one for each decoder, and a bounded run of mutations that always runs.
///
/// Whatever comes, nothing is thrown, every record is accounted for, what exporters hold is charged
/// exactly, and a good exporter beside it loses nothing: neither one of its own address, nor one
/// whose address the attacker uses from another port.
class DecoderFuzzTest {
    private static final String[] SEEDS = {
        """
        0005 0001 000186a0 65920080 00000000 00000000 00 00 0000
        c0000201 c6336407 00000000 0003 0004 0000000a 00000400 00015f90 00017318 d431 0050
        00 1b 06 00 0000 0000 00 00 0000
        """,
        """
        0009 0002 000186a0 65920080 00000000 00000001
        0000 0024 0100 0007
        0008 0004 000c 0004 0004 0001 0002 0004 0001 0004 0016 0004 0015 0004
        0001 0018 0101 0004 0008 0001 0002 0030 0001 0032 0004 0000
        0100 0020 c0000201 c6336407 11 0000000a 00000400 00015f90 00017318 000000
        """,
        """
        000a 0060 65920080 00000000 00000001
        0002 002c 0100 0008 0008 0004 000c 0004 0060 ffff 8001 0004 00000009 0002 0004
        0001 0004 0096 0004 0097 0004
        0100 0024 c0000201 c6336407 03 646e73 deadbeef 00000007 00000700 65920000 65920001
        """,
        """
        00000005 00000001 c0000264 00000000 00000001 00002710 00000001
        00000001 00000074 00000001 00000003 00000200 00000200 00000000 00000003 00000004
        00000001 00000001 0000004c 00000001 00000040 00000004 0000003a
        020000000001 020000000002 8100 0064 0800
        4500002c 00010000 40060000 c0000201 c6336407 d431 0050 00000001 00000000 5002 ffff 0000
        0000 0000
        """,
    };

    @FuzzTest(maxDuration = "1m")
    void netflow5Target(byte[] bytes) {
        netflow5(bytes);
    }

    @FuzzTest(maxDuration = "1m")
    void netflow9Target(byte[] bytes) {
        netflow9(bytes);
    }

    @FuzzTest(maxDuration = "1m")
    void ipfixTarget(byte[] bytes) {
        ipfix(bytes);
    }

    @FuzzTest(maxDuration = "1m")
    void sflowTarget(byte[] bytes) {
        sflow(bytes);
    }

    @FuzzTest(maxDuration = "1m")
    void captureTarget(byte[] bytes) {
        capture(bytes);
    }

    private static void netflow5(byte[] bytes) {
        new Attacked(0).once(bytes);
    }

    private static void netflow9(byte[] bytes) {
        new Attacked(1).once(bytes);
    }

    private static void ipfix(byte[] bytes) {
        new Attacked(2).once(bytes);
    }

    private static void sflow(byte[] bytes) {
        new Attacked(3).once(bytes);
    }

    private interface Decoder {
        boolean decode(
                Cursor in, Exporter from, Arrival arrival, Counters counters, FlowConsumer out);
    }

    /// A decoder that serves a good exporter and an attacker.
    private static final class Attacked {
        private static final int GOOD_PORT = 1;
        private static final int BAD_PORT = 2;

        private final StateBudget budget = new StateBudget(8 << 20);
        private final Exporter good = new Exporter(budget);
        private final Exporter bad = new Exporter(budget);
        private final Counters goodCounters = new Counters();
        private final Counters badCounters = new Counters();
        private final byte[] seed;
        private final Decoder decoder;
        private long goodFlows;
        private long badFlows;
        private long forged;
        private long sent;

        private Attacked(int seed) {
            this.seed = Bytes.array(SEEDS[seed]);
            this.decoder =
                    switch (seed) {
                        case 0 -> new NetFlow5()::decode;
                        case 1 -> new NetFlow9(ProbeOptions.DEFAULT)::decode;
                        case 2 -> new Ipfix(ProbeOptions.DEFAULT)::decode;
                        default -> new SFlow(ProbeOptions.DEFAULT)::decode;
                    };
        }

        private static Cursor cursor(byte[] bytes) {
            return new Cursor(ByteBuffer.wrap(bytes));
        }

        /// Sends a datagram from an address of its own and from the good exporter's, and then a
        /// good one.
        private void attack(byte[] bytes) {
            decoder.decode(
                    cursor(bytes),
                    bad,
                    new Arrival(BAD_PORT, 0, sent),
                    badCounters,
                    (r, c) -> badFlows++);
            decoder.decode(
                    cursor(bytes),
                    good,
                    new Arrival(BAD_PORT, 0, sent),
                    goodCounters,
                    (r, c) -> forged++);
            decoder.decode(
                    cursor(seed),
                    good,
                    new Arrival(GOOD_PORT, 0, sent),
                    goodCounters,
                    (r, c) -> goodFlows++);
            sent++;
            if (goodFlows != sent) {
                throw new AssertionError("the good exporter lost a flow");
            }
        }

        private void once(byte[] bytes) {
            attack(bytes);
            attack(bytes);
            end();
        }

        private void end() {
            assertThat(budget.used()).isEqualTo(good.octets() + bad.octets());
            good.close(goodCounters);
            bad.close(badCounters);
            assertThat(budget.used()).isZero();
            accounted(goodCounters, goodFlows + forged);
            accounted(badCounters, badFlows);
        }

        /// Every record is a flow or has one reason why not, see [Counters].
        private static void accounted(Counters c, long flows) {
            long made = c.total(Total.FLOWS);
            assertThat(made + c.total(Total.REVERSE_FLOWS)).isEqualTo(flows);
            assertThat(c.dropped(Drop.SEQUENCE_GAP)).isBetween(0L, LossWindow.LEAST);
            long accounted = made + c.dropped(Drop.IGNORED) + c.dropped(Drop.BAD_RECORD);
            assertThat(c.total(Total.RECORDS)).isEqualTo(accounted);
            assertThat(c.dropped(Drop.UNKNOWN_TEMPLATE))
                    .isLessThanOrEqualTo(c.total(Total.AWAITED_SETS));
        }
    }

    private static void capture(byte[] bytes) {
        try {
            Captures.payloads(new ByteArrayInputStream(bytes), "fuzz", (payload, tuple, us) -> {});
        } catch (IOException expected) {
            // A capture that breaks its format is refused with a reason.
        }
    }

    @Test
    void mutatedDatagramsNeverEscapeTheDecoders() {
        Random random = new Random(20_240_101);
        for (int decoder = 0; decoder < SEEDS.length; decoder++) {
            for (int seed = 0; seed < SEEDS.length; seed++) {
                Attacked attacked = new Attacked(decoder);
                byte[] whole = Bytes.array(SEEDS[seed]);
                for (int length = 0; length <= whole.length; length++) {
                    attacked.attack(Arrays.copyOf(whole, length));
                }
                // Of another protocol's datagrams few get far.
                for (int i = 0; i < (seed == decoder ? 50_000 : 3_000); i++) {
                    attacked.attack(mutated(whole, random));
                }
                attacked.end();
            }
        }
    }

    @Test
    void mutatedDatagramsAreNoCaptures() {
        Random random = new Random(20_240_102);
        for (String seed : SEEDS) {
            byte[] whole = Bytes.array(seed);
            for (int i = 0; i < 20_000; i++) {
                capture(mutated(whole, random));
            }
        }
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] b = whole.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(b.length);
            b[at] =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> (byte) 0xFF;
                        case 2 -> (byte) (b[at] ^ 1 << random.nextInt(8));
                        default -> (byte) random.nextInt();
                    };
        }
        return b;
    }
}
