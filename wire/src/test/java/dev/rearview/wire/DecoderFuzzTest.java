package dev.rearview.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.pcap.Captures;
import dev.rearview.wire.sflow.SFlow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Fuzz targets, one for each decoder, and a bounded run of mutations that always runs.
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
        000a 005c 65920080 00000000 00000001
        0002 0028 0100 0008 0008 0004 000c 0004 0060 ffff 8001 0004 00000009 0002 0004
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

    private static void all(byte[] bytes) {
        netflow5(bytes);
        netflow9(bytes);
        ipfix(bytes);
        sflow(bytes);
        capture(bytes);
    }

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
        twice(new NetFlow5()::decode, bytes);
    }

    private static void netflow9(byte[] bytes) {
        twice(new NetFlow9(ProbeOptions.DEFAULT)::decode, bytes);
    }

    private static void ipfix(byte[] bytes) {
        twice(new Ipfix(ProbeOptions.DEFAULT)::decode, bytes);
    }

    private static void sflow(byte[] bytes) {
        twice(new SFlow(ProbeOptions.DEFAULT)::decode, bytes);
    }

    private interface Decoder {
        boolean decode(
                Cursor in,
                Exporter from,
                int port,
                long receivedUs,
                long nowMs,
                Counters counters,
                FlowConsumer out);
    }

    private static void twice(Decoder decoder, byte[] bytes) {
        Exporter from = new Exporter(new StateBudget(1 << 20));
        for (int i = 0; i < 2; i++) {
            decoder.decode(
                    new Cursor(ByteBuffer.wrap(bytes)), from, 0, 0, 0, new Counters(), r -> {});
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
        for (String seed : SEEDS) {
            byte[] whole = Bytes.array(seed);
            for (int length = 0; length <= whole.length; length++) {
                all(java.util.Arrays.copyOf(whole, length));
            }
            for (int i = 0; i < 50_000; i++) {
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
                all(b);
            }
        }
    }
}
