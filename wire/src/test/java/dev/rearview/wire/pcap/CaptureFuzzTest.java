package dev.rearview.wire.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.TcpFlags;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Captures of fragments, TCP streams and Linux's own frames, damaged anywhere: nothing is thrown
/// but what refuses the file, what waits is bounded and accounted for, and nothing is left.
class CaptureFuzzTest {
    private static final int MORE = 0x2000;
    private static final int ACK = 0x10;
    private static final long MOST = Fragments.MAX_OCTETS + TcpStreams.MAX_TOTAL + 2 * 65_535;

    private static byte[] message(int size) {
        byte[] out = new byte[size];
        ByteBuffer.wrap(out).putShort((short) 10).putShort((short) size);
        return out;
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer b = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
        Arrays.stream(parts).forEach(b::put);
        return b.array();
    }

    private static byte[] linux(byte[] packet) {
        ByteBuffer b = ByteBuffer.allocate(20 + packet.length);
        return b.putShort(0, (short) 0x0800).putShort(8, (short) 1).put(20, packet).array();
    }

    private static byte[] seed(int link) {
        Frames out = new Frames(link);
        byte[] data = Frames.udp(message(100));
        byte[][] packets = {
            Frames.ipv4(17, 1, 0, data),
            Frames.ipv4(17, 2, MORE, Frames.part(data, 0, 48)),
            Frames.ipv4(17, 2, MORE + 6, Frames.part(data, 48, 96)),
            Frames.ipv4(17, 2, 12, Frames.part(data, 96, 108)),
            Frames.ipv4(17, 2, 12, Frames.part(data, 96, 108)),
            Frames.ipv4(17, 4, 1, Frames.part(data, 8, 108)),
            Frames.ipv4(17, 4, 12, Frames.part(data, 96, 108)),
            Frames.ipv4(17, 4, MORE, Frames.part(data, 0, 64)),
            Frames.ipv6(17, 3, 49, Frames.part(data, 48, 96)),
            Frames.ipv6(17, 3, 1, Frames.part(data, 0, 48)),
            Frames.ipv6(17, 3, 96, Frames.part(data, 96, 108)),
            Frames.segment(40_000, 0, TcpFlags.SYN, new byte[0]),
            Frames.segment(40_000, 61, ACK, Frames.part(message(100), 60, 100)),
            Frames.segment(40_000, 1, ACK, Frames.part(message(100), 0, 60)),
            Frames.segment(40_000, 201, ACK, message(50)),
            Frames.segment(40_000, 301, ACK, joined(new byte[7], message(30), message(40))),
            Frames.segment(40_000, 378, TcpFlags.FIN, new byte[0])
        };
        for (byte[] p : packets) {
            out.add(link == 276 ? linux(p) : p);
        }
        return out.pcap();
    }

    /// Reads a capture to its end.
    private static CaptureReport read(byte[] bytes) {
        CaptureReport report = new CaptureReport();
        long[] handed = new long[1];
        Payloads payloads =
                new Payloads(
                        report,
                        (b, tuple, us) -> {
                            handed[0]++;
                            if (b.remaining() > 65_535) {
                                throw new AssertionError("a payload of " + b.remaining());
                            }
                        });
        try {
            Captures.packets(
                    new ByteArrayInputStream(bytes),
                    "fuzz",
                    (b, link, us) -> {
                        payloads.packet(b, link, us);
                        if (payloads.octets() < 0 || payloads.octets() > MOST) {
                            throw new AssertionError(payloads.octets() + " octets wait");
                        }
                    });
        } catch (IOException expected) {
            // A capture that breaks its format is refused with a reason.
        }
        payloads.finish();
        if (payloads.octets() != 0 || handed[0] != report.payloads()) {
            throw new AssertionError(payloads.octets() + " octets are left");
        }
        return report;
    }

    @FuzzTest(maxDuration = "1m")
    void captureTarget(byte[] bytes) {
        read(bytes);
    }

    @Test
    void damagedCapturesNeverEscape() {
        for (int link : new int[] {101, 276}) {
            byte[] whole = seed(link);
            CaptureReport good = read(whole);
            assertThat(good.payloads()).isEqualTo(8);
            assertThat(good.count(CaptureReport.Reason.STREAM_GAP)).isEqualTo(2);
            assertThat(good.lost()).isEqualTo(2);
            for (int length = 0; length < whole.length; length++) {
                read(Arrays.copyOf(whole, length));
            }
            Random random = new Random(link);
            for (int i = 0; i < 8_000; i++) {
                byte[] b = whole.clone();
                for (int n = 1 + random.nextInt(4); n > 0; n--) {
                    int at = random.nextInt(b.length);
                    b[at] =
                            random.nextBoolean()
                                    ? (byte) (b[at] ^ 1 << random.nextInt(8))
                                    : (byte) random.nextInt();
                }
                read(b);
            }
        }
    }

    /// The same packets over and over, damaged: streams and fragments that never end.
    @Test
    void whatWaitsStaysBounded() {
        byte[] whole = seed(101);
        Random random = new Random(7);
        CaptureReport report = new CaptureReport();
        Payloads payloads = new Payloads(report, (b, tuple, us) -> {});
        long[] most = new long[1];
        for (int i = 0; i < 5_000; i++) {
            byte[] b = whole.clone();
            for (int n = 0; n < 12; n++) {
                b[24 + random.nextInt(b.length - 24)] = (byte) random.nextInt();
            }
            try {
                Captures.packets(
                        new ByteArrayInputStream(b),
                        "fuzz",
                        (packet, link, us) -> {
                            payloads.packet(packet, link, us);
                            most[0] = Math.max(most[0], payloads.octets());
                        });
            } catch (IOException expected) {
                // As above.
            }
        }
        payloads.finish();
        assertThat(most[0]).isBetween(1L, MOST);
        assertThat(payloads.octets()).isZero();
        assertThat(report.packets()).isGreaterThan(10_000);
    }
}
