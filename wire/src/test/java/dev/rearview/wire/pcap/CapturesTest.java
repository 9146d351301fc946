package dev.rearview.wire.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.TcpFlags;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReport.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Captures as people make them: of any device, with fragments, with TCP.
class CapturesTest {
    private static final int UDP = 17;
    private static final int MORE = 0x2000;
    private static final int SYN = TcpFlags.SYN;
    private static final int ACK = 0x10;
    private static final int FIN = TcpFlags.FIN;

    private final List<byte[]> payloads = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private CaptureReport report = new CaptureReport();

    private void read(byte[] capture) throws IOException {
        report =
                Captures.payloads(
                        new ByteArrayInputStream(capture),
                        "test",
                        (bytes, tuple, us) -> {
                            byte[] copy = new byte[bytes.remaining()];
                            bytes.get(bytes.position(), copy);
                            payloads.add(copy);
                            ports.add(tuple.sport);
                            assertThat(tuple.sipLo)
                                    .isEqualTo(tuple.isIpv6() ? 1 : Ip.mapped(0xC0000201));
                        });
        assertThat(report.payloads()).isEqualTo(payloads.size());
    }

    private static byte[] octets(int size, int seed) {
        byte[] out = new byte[size];
        new Random(seed).nextBytes(out);
        return out;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] behind(String header, byte[] packet) {
        byte[] h = bytes(header);
        byte[] out = Arrays.copyOf(h, h.length + packet.length);
        System.arraycopy(packet, 0, out, h.length, packet.length);
        return out;
    }

    /// `tcpdump -i any`, of today and of before; and frames that Ethernet has padded.
    @ParameterizedTest
    @CsvSource({
        "276, 0800 0000 00000002 0001 00 06 020000000001 0000",
        "113, 0000 0001 0006 020000000001 0000 0800",
        "1, 020000000001 020000000002 0800"
    })
    void datagramsOfLinuxCapturesAreFound(int link, String header) throws IOException {
        byte[] datagram = octets(30, 1);
        byte[] frame = behind(header, Frames.ipv4(UDP, 1, 0, Frames.udp(datagram)));
        read(new Frames(link).add(frame).add(Arrays.copyOf(frame, frame.length + 9)).pcap());
        assertThat(payloads).containsExactly(datagram, datagram);
        assertThat(report.packets()).isEqualTo(2);
        assertThat(report.lost()).isZero();
        assertThat(report.losses()).isEmpty();
    }

    @Test
    void unknownLinkTypesAreToldNotPassedOver() throws IOException {
        byte[] packet = Frames.ipv4(UDP, 1, 0, Frames.udp(octets(30, 1)));
        read(new Frames(147).add(packet).add(packet).pcap());
        assertThat(payloads).isEmpty();
        assertThat(report.count(Reason.LINK_TYPE)).isEqualTo(2);
        assertThat(report.lost()).isEqualTo(2);
        assertThat(report.losses()).isEqualTo("2 packets of link types that are not read [147]");
    }

    @Test
    void whatIsNoExportIsNoLoss() throws IOException {
        byte[] arp = bytes("020000000001 020000000002 0806 0001 0800 06 04 0001");
        byte[] icmp = behind("020000000001 020000000002 0800", Frames.ipv4(1, 1, 0, octets(8, 1)));
        byte[] web =
                behind(
                        "020000000001 020000000002 0800",
                        Frames.segment(
                                40_000,
                                1,
                                ACK,
                                "GET / HTTP/1.1"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        read(new Frames(1).add(arp).add(icmp).add(web).pcap());
        assertThat(payloads).isEmpty();
        assertThat(report.count(Reason.NOT_IP)).isEqualTo(1);
        assertThat(report.count(Reason.OTHER)).isEqualTo(2);
        assertThat(report.lost()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void fragmentsComeInAnyOrderAndMayRepeat(int order) throws IOException {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        byte[] datagram = octets(3000, 2);
        byte[] data = Frames.udp(datagram);
        for (boolean v6 : new boolean[] {false, true}) {
            payloads.clear();
            Frames frames = new Frames(101);
            for (int i : orders[order]) {
                int from = i * 1480;
                int to = Math.min(from + 1480, data.length);
                boolean more = to < data.length;
                byte[] part = Frames.part(data, from, to);
                byte[] packet =
                        v6
                                ? Frames.ipv6(UDP, 7, from + (more ? 1 : 0), part)
                                : Frames.ipv4(UDP, 7, from / 8 + (more ? MORE : 0), part);
                frames.add(packet);
                // The capture saw each twice; the last one makes it whole.
                if (i != orders[order][2]) {
                    frames.add(packet);
                }
            }
            read(frames.pcap());
            assertThat(payloads).containsExactly(datagram);
            assertThat(ports).containsOnly(40_000);
            assertThat(report.lost()).isZero();
        }
    }

    /// Fragments that overlap and say the same make a datagram, whatever comes first, and also the
    /// repeated ones behind its last one are nothing.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-800 400-1200 800-1600 1600-2008",
                "0-800 0-800 800-1600 800-1600 1600-2008 1600-2008",
                "400-1200 0-800 1600-2008 800-1600 800-1600 400-1200 1600-2008",
                "8-16 24-32 0-800 800-2008 0-2000 16-24",
                "1600-2008 2000-2008 0-8 0-1600 0-8"
            })
    void fragmentsMayOverlapIfTheySayTheSame(String parts) throws IOException {
        byte[] datagram = octets(2000, 6);
        byte[] data = Frames.udp(datagram);
        Frames frames = new Frames(101);
        for (String part : parts.split(" ", -1)) {
            int from = Integer.parseInt(part.substring(0, part.indexOf('-')));
            int to = Integer.parseInt(part.substring(part.indexOf('-') + 1));
            int more = to < data.length ? MORE : 0;
            frames.add(Frames.ipv4(UDP, 7, from / 8 + more, Frames.part(data, from, to)));
        }
        read(frames.pcap());
        assertThat(payloads).containsExactly(datagram);
        assertThat(report.lost()).isZero();
    }

    /// The same identification with other octets is another datagram, also right behind the first;
    /// the same octets long after it are the half of one.
    @Test
    void identificationsMayBeUsedAgain() throws IOException {
        byte[] first = octets(2000, 6);
        byte[] second = octets(2000, 7);
        Frames frames = new Frames(101);
        long us = 0;
        for (byte[] datagram : new byte[][] {first, second}) {
            byte[] data = Frames.udp(datagram);
            for (int i = 0; i < 2; i++) {
                frames.add(Frames.ipv4(UDP, 7, MORE, Frames.part(data, 0, 1000)), us++);
            }
            for (int i = 0; i < 2; i++) {
                frames.add(Frames.ipv4(UDP, 7, 125, Frames.part(data, 1000, 4000)), us++);
            }
        }
        byte[] half = Frames.part(Frames.udp(second), 0, 1000);
        frames.add(Frames.ipv4(UDP, 7, MORE, half), 31_000_000);
        read(frames.pcap());
        assertThat(payloads).containsExactly(first, second);
        assertThat(report.count(Reason.FRAGMENTS)).isEqualTo(1);
    }

    /// Of 2,000 datagrams seen, the last 1,024 are remembered; of large ones 2 MiB.
    @ParameterizedTest
    @CsvSource({"16, 24576", "40000, 2080416"})
    void wholeDatagramsAreRememberedWithinBounds(int size, long octets) {
        CaptureReport own = new CaptureReport();
        Fragments fragments = new Fragments(own);
        PacketHeader header = new PacketHeader();
        byte[] data = Frames.udp(octets(size, 1));
        int whole = 0;
        for (int id = 0; id < 2000; id++) {
            for (int from : new int[] {0, 16, 0}) {
                byte[] part = Frames.part(data, from, from == 0 ? 16 : data.length);
                byte[] packet = Frames.ipv4(UDP, id, from == 0 ? MORE : 2, part);
                FlowRecord tuple = new FlowRecord();
                header.read(new Cursor(ByteBuffer.wrap(packet)), 101, tuple);
                boolean isWhole = fragments.add(header, ByteBuffer.wrap(packet), tuple, 0) != null;
                whole += isWhole ? 1 : 0;
            }
        }
        assertThat(whole).isEqualTo(2000);
        assertThat(fragments.datagrams()).isZero();
        assertThat(fragments.knownOctets()).isEqualTo(octets);
        fragments.finish();
        assertThat(fragments.knownOctets()).isZero();
        assertThat(own.lost()).isZero();
    }

    /// Fragments of several datagrams mix; those of other identifications are others'.
    @Test
    void fragmentsOfSeveralDatagramsDoNotMix() throws IOException {
        Frames frames = new Frames(101);
        List<byte[]> all = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            for (int id = 0; id < 100; id++) {
                byte[] datagram = octets(2000, id);
                byte[] data = Frames.udp(datagram);
                byte[] part =
                        half == 0 ? Frames.part(data, 0, 1000) : Frames.part(data, 1000, 4000);
                frames.add(Frames.ipv4(UDP, id, half == 0 ? MORE : 125, part));
                if (half == 0) {
                    all.add(datagram);
                }
            }
        }
        read(frames.pcap());
        assertThat(payloads).containsExactlyElementsOf(all);
    }

    /// A datagram whose fragments contradict each other is void, whole, and counted once; what
    /// comes of it later is no datagram either.
    @ParameterizedTest
    @CsvSource({
        // Overlapping, with other octets at the same place, beyond the end, of no multiple of 8,
        // two ends, beyond 64 KiB.
        "0:16:1 8:16:1 24:16:0",
        "0:16:1 0:16:2 16:16:0",
        "0:16:1 32:16:1 16:16:0",
        "0:12:1 16:16:0",
        "16:16:0 8:8:0 0:16:1",
        "65528:16:0 0:16:1"
    })
    void contradictingFragmentsVoidTheDatagram(String parts) throws IOException {
        Frames frames = new Frames(101);
        for (String part : parts.split(" ", -1)) {
            String[] p = part.split(":", -1);
            int at = Integer.parseInt(p[0]);
            byte[] data = octets(Integer.parseInt(p[1]), Integer.parseInt(p[2]));
            boolean more = !p[2].equals("0");
            frames.add(Frames.ipv4(UDP, 7, at / 8 + (more ? MORE : 0), data));
        }
        read(frames.pcap());
        assertThat(payloads).isEmpty();
        assertThat(report.count(Reason.FRAGMENTS)).isEqualTo(1);
    }

    /// An identification comes again 31 s later: the older half is nobody's any more.
    @Test
    void oldFragmentsDoNotMeetNewOnes() throws IOException {
        byte[] datagram = octets(2000, 3);
        byte[] data = Frames.udp(datagram);
        Frames frames = new Frames(101);
        frames.add(Frames.ipv4(UDP, 7, MORE, octets(1000, 4)), 0);
        frames.add(Frames.ipv4(UDP, 7, MORE, Frames.part(data, 0, 1000)), 31_000_000);
        frames.add(Frames.ipv4(UDP, 7, 125, Frames.part(data, 1000, 4000)), 31_000_001);
        read(frames.pcap());
        assertThat(payloads).containsExactly(datagram);
        assertThat(report.count(Reason.FRAGMENTS)).isEqualTo(1);
    }

    /// 3,000 datagrams that never become whole, and one that does: the oldest go.
    @Test
    void fragmentsWithoutRestAreBounded() throws IOException {
        Frames frames = new Frames(101);
        byte[] data = Frames.udp(octets(2000, 5));
        for (int id = 0; id < 3000; id++) {
            frames.add(Frames.ipv4(UDP, id, MORE, octets(48_000, id)), 0);
        }
        frames.add(Frames.ipv4(UDP, 2999 + 1, MORE, Frames.part(data, 0, 1000)), 1);
        frames.add(Frames.ipv4(UDP, 2999 + 1, 125, Frames.part(data, 1000, 4000)), 2);
        CaptureReport own = new CaptureReport();
        Payloads waiting = new Payloads(own, (b, tuple, us) -> payloads.add(new byte[0]));
        long[] most = new long[1];
        Captures.packets(
                new ByteArrayInputStream(frames.pcap()),
                "test",
                (b, link, us) -> {
                    waiting.packet(b, link, us);
                    most[0] = Math.max(most[0], waiting.octets());
                });
        waiting.finish();
        assertThat(payloads).hasSize(1);
        assertThat(own.count(Reason.FRAGMENTS)).isEqualTo(3000);
        assertThat(most[0]).isBetween(Fragments.MAX_OCTETS / 2, Fragments.MAX_OCTETS + 65_535);
        assertThat(waiting.octets()).isZero();
    }

    // TCP ----------------------------------------------------------------------------------------

    private static byte[] message(int size, int seed) {
        byte[] out = octets(size, seed);
        ByteBuffer.wrap(out).putShort((short) 10).putShort((short) size);
        return out;
    }

    private static byte[] joined(List<byte[]> messages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        messages.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static List<byte[]> messages(int count) {
        List<byte[]> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(message(16 + i * 37 % 1400, i));
        }
        return out;
    }

    /// Segments of any size, in any order within a window, some of them twice and overlapping, with
    /// sequence numbers that roll over: every message once, in order.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void messagesAreCutFromTheStream(long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> messages = messages(200);
        byte[] stream = joined(messages);
        int start = -20_000;
        List<byte[]> segments = new ArrayList<>();
        for (int at = 0; at < stream.length; ) {
            int size = 1 + random.nextInt(1460);
            int from = Math.max(0, at - random.nextInt(2) * random.nextInt(100));
            byte[] data = Frames.part(stream, from, at + size);
            segments.add(Frames.segment(40_000, start + 1 + from, ACK, data));
            if (random.nextInt(5) == 0) {
                segments.add(Frames.segment(40_000, start + 1 + from, ACK, data));
            }
            at += size;
        }
        for (int i = 0; i + 8 < segments.size(); i += 8) {
            Collections.shuffle(segments.subList(i, i + 8), random);
        }
        Frames frames = new Frames(101);
        frames.add(Frames.segment(40_000, start, SYN, new byte[0]));
        frames.add(Frames.segment(40_000, start + 1, ACK, new byte[0]));
        segments.forEach(frames::add);
        frames.add(Frames.segment(40_000, start + 1 + stream.length, FIN | ACK, new byte[0]));
        read(frames.pcap());
        assertThat(payloads).containsExactlyElementsOf(messages);
        assertThat(ports).containsOnly(40_000);
        assertThat(report.lost()).isZero();
    }

    /// Empty segments are nothing: not a datagram, not a loss.
    @Test
    void connectionsWithoutDataAreNothing() throws IOException {
        Frames frames = new Frames(101);
        frames.add(Frames.segment(40_000, 1, SYN, new byte[0]));
        frames.add(Frames.segment(40_000, 2, ACK, new byte[0]));
        frames.add(Frames.segment(40_000, 2, FIN | ACK, new byte[0]));
        frames.add(Frames.segment(40_000, 3, TcpFlags.RST, new byte[0]));
        read(frames.pcap());
        assertThat(payloads).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.count(Reason.OTHER)).isZero();
    }

    /// A capture that begins within a connection, and one that misses a segment: what is whole
    /// comes, the gap is counted.
    @Test
    void readingGoesOnAfterGaps() throws IOException {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            messages.add(message(500, i));
        }
        byte[] stream = joined(messages);
        Frames frames = new Frames(101);
        // The end of a message before the capture; messages 0 and 1; half of 2 is missing.
        frames.add(Frames.segment(40_000, 0, ACK, octets(100, 9)));
        frames.add(Frames.segment(40_000, 100, ACK, Frames.part(stream, 0, 1000)));
        frames.add(Frames.segment(40_000, 1100, ACK, Frames.part(stream, 1000, 1250)));
        frames.add(Frames.segment(40_000, 1600, ACK, Frames.part(stream, 1500, 2000)));
        frames.add(Frames.segment(40_000, 2100, ACK, Frames.part(stream, 2000, 3000)));
        read(frames.pcap());
        assertThat(payloads)
                .containsExactly(
                        messages.get(0),
                        messages.get(1),
                        messages.get(3),
                        messages.get(4),
                        messages.get(5));
        assertThat(report.count(Reason.STREAM_GAP)).isEqualTo(1);
        assertThat(report.count(Reason.OTHER)).isEqualTo(1);
        assertThat(report.losses()).isEqualTo("1 gaps in TCP streams");
    }

    /// Two messages in segments of 100 octets, of which one is missing: the message behind the gap
    /// begins within a segment and ends the stream.
    @Test
    void theLastMessageBehindAGapIsFound() throws IOException {
        byte[] first = message(1_540, 1);
        byte[] second = message(1_480, 2);
        byte[] stream = joined(List.of(first, second));
        Frames frames = new Frames(101);
        frames.add(Frames.segment(40_000, 0, SYN, new byte[0]));
        for (int at = 0; at < stream.length; at += 100) {
            if (at != 300) {
                byte[] data = Frames.part(stream, at, at + 100);
                frames.add(Frames.segment(40_000, 1 + at, ACK, data));
            }
        }
        read(frames.pcap());
        assertThat(payloads).containsExactly(second);
        assertThat(report.count(Reason.STREAM_GAP)).isEqualTo(1);
        assertThat(report.lost()).isEqualTo(1);
    }

    /// What looks like the header of a long message within a lost one holds nothing up.
    @Test
    void aHeaderThatLeadsNowhereIsPassedOver() throws IOException {
        byte[] lost = message(600, 1);
        ByteBuffer.wrap(lost).putInt(450, 0x000A_FFFF).putInt(500, 0x000A_0020);
        List<byte[]> behind = List.of(message(300, 2), message(300, 3));
        byte[] stream = joined(List.of(lost, behind.get(0), behind.get(1)));
        Frames frames = new Frames(101);
        frames.add(Frames.segment(40_000, 0, ACK, Frames.part(stream, 0, 200)));
        for (int at = 400; at < stream.length; at += 150) {
            byte[] data = Frames.part(stream, at, at + 150);
            frames.add(Frames.segment(40_000, at, ACK, data));
        }
        read(frames.pcap());
        assertThat(payloads).containsExactlyElementsOf(behind);
        assertThat(report.lost()).isEqualTo(1);
    }

    /// Any segments are missing: every message that none of them cut comes, and each gap counts
    /// once.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatNoGapTouchesComes(long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> messages = messages(200);
        byte[] stream = joined(messages);
        boolean[] isMissing = new boolean[stream.length];
        Frames frames = new Frames(101);
        frames.add(Frames.segment(40_000, 0, SYN, new byte[0]));
        int gaps = 0;
        boolean wasMissing = false;
        for (int at = 0; at < stream.length; ) {
            int end = Math.min(stream.length, at + 1 + random.nextInt(1460));
            boolean drop = at > 0 && end < stream.length && random.nextInt(30) == 0;
            if (drop) {
                Arrays.fill(isMissing, at, end, true);
                gaps += wasMissing ? 0 : 1;
            } else {
                byte[] packet = Frames.segment(40_000, 1 + at, ACK, Frames.part(stream, at, end));
                frames.add(packet).add(packet);
            }
            wasMissing = drop;
            at = end;
        }
        List<byte[]> whole = new ArrayList<>();
        int start = 0;
        for (byte[] m : messages) {
            boolean isWhole = true;
            for (int i = start; i < start + m.length; i++) {
                isWhole &= !isMissing[i];
            }
            if (isWhole) {
                whole.add(m);
            }
            start += m.length;
        }
        read(frames.pcap());
        assertThat(gaps).isPositive();
        assertThat(payloads).containsExactlyElementsOf(whole);
        assertThat(report.count(Reason.STREAM_GAP)).isEqualTo(gaps);
        assertThat(report.lost()).isEqualTo(gaps);
    }

    /// Every packet twice, also those that begin and end a connection.
    @Test
    void packetsOfStreamsMayBeSeenTwice() throws IOException {
        List<byte[]> messages = messages(4);
        Frames frames = new Frames(101);
        int at = 1;
        frames.add(Frames.segment(40_000, 0, SYN, new byte[0]));
        frames.add(Frames.segment(40_000, 0, SYN, new byte[0]));
        for (int i = 0; i < messages.size(); i++) {
            byte[] m = messages.get(i);
            int flags = i == messages.size() - 1 ? FIN | ACK : ACK;
            byte[] packet = Frames.segment(40_000, at, flags, m);
            frames.add(packet).add(packet);
            at += m.length;
        }
        // The ports are used again.
        frames.add(Frames.segment(40_000, at + 5_000_000, ACK, messages.getFirst()));
        read(frames.pcap());
        messages.add(messages.getFirst());
        assertThat(payloads).containsExactlyElementsOf(messages);
        assertThat(report.lost()).isZero();
    }

    /// Octets that are no message end the following until one begins at a segment.
    @Test
    void garbageInAStreamIsPassedOver() throws IOException {
        byte[] first = message(100, 1);
        byte[] last = message(100, 2);
        Frames frames = new Frames(101);
        frames.add(Frames.segment(40_000, 0, ACK, first));
        frames.add(Frames.segment(40_000, 100, ACK, bytes("000a 000f 00000000")));
        frames.add(Frames.segment(40_000, 108, ACK, octets(100, 3)));
        frames.add(Frames.segment(40_000, 208, ACK, last));
        read(frames.pcap());
        assertThat(payloads).containsExactly(first, last);
        assertThat(report.count(Reason.STREAM_GAP)).isEqualTo(1);
    }

    /// The same ports again, with other sequence numbers, are another connection.
    @Test
    void portsMayBeUsedAgain() throws IOException {
        byte[] first = message(100, 1);
        byte[] second = message(100, 2);
        Frames frames = new Frames(101);
        frames.add(Frames.segment(40_000, 0, SYN, new byte[0]));
        frames.add(Frames.segment(40_000, 1, ACK, first));
        frames.add(Frames.segment(40_000, 5_000_000, SYN, new byte[0]));
        frames.add(Frames.segment(40_000, 5_000_001, ACK, second));
        read(frames.pcap());
        assertThat(payloads).containsExactly(first, second);
        assertThat(report.lost()).isZero();
    }

    /// Streams behind gaps that are never filled, more of them than there is room for.
    @Test
    void streamsAreBounded() throws IOException {
        CaptureReport own = new CaptureReport();
        int[] seen = new int[1];
        Payloads waiting = new Payloads(own, (b, tuple, us) -> seen[0]++);
        long most = 0;
        for (int i = 0; i < 3_000; i++) {
            int port = 1024 + i;
            byte[] message = message(1000, i);
            byte[][] packets = {
                Frames.segment(port, 0, ACK, message),
                Frames.segment(port, 2000, ACK, octets(60_000, i)),
                Frames.segment(port, 70_000, ACK, message)
            };
            for (byte[] p : packets) {
                waiting.packet(ByteBuffer.wrap(p), 101, i);
                most = Math.max(most, waiting.octets());
            }
        }
        // One that waits for its own gap alone.
        waiting.packet(ByteBuffer.wrap(Frames.segment(1, 0, ACK, message(1000, 1))), 101, 1);
        for (int i = 1; i < 100; i++) {
            byte[] data = octets(60_000, i);
            waiting.packet(ByteBuffer.wrap(Frames.segment(1, i * 60_001, ACK, data)), 101, 1);
            most = Math.max(most, waiting.octets());
        }
        waiting.finish();
        assertThat(most).isBetween(TcpStreams.MAX_TOTAL / 2, TcpStreams.MAX_TOTAL + 65_535);
        assertThat(waiting.octets()).isZero();
        // Both messages of every stream come, whether it was dropped for others or ended.
        assertThat(seen[0]).isEqualTo(6_001);
        assertThat(own.count(Reason.STREAMS)).isPositive();
        assertThat(own.count(Reason.STREAM_GAP)).isGreaterThan(6_000);
    }

    // Recordings ---------------------------------------------------------------------------------

    private static Path recordings() {
        Path shared =
                Path.of(System.getProperty("rearview.root", ".."))
                        .resolve("../shared/captures")
                        .normalize();
        assumeTrue(Files.isDirectory(shared), shared + " is not there");
        return shared;
    }

    /// Real captures of other things than exports are read to their end, and nothing stays behind.
    @Test
    void realCapturesLeaveNothingBehind() throws IOException {
        List<Path> files;
        try (var all = Files.walk(recordings().resolve("pcaps"))) {
            files = all.filter(p -> p.toString().matches(".*\\.(pcap|pcapng)")).sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(300);
        long packets = 0;
        long whole = 0;
        for (Path p : files) {
            CaptureReport own = new CaptureReport();
            Payloads waiting = new Payloads(own, (b, tuple, us) -> {});
            try (var in = Files.newInputStream(p)) {
                Captures.packets(in, p.toString(), waiting);
            } catch (IOException e) {
                assertThat(e.getMessage()).contains(p.toString());
            }
            waiting.finish();
            assertThat(waiting.octets()).as(p.toString()).isZero();
            packets += own.packets();
            whole += own.payloads();
        }
        assertThat(packets).isGreaterThan(30_000);
        assertThat(whole).isGreaterThan(5_000);
    }

    /// The captures of the repository, in every byte order, precision and link type that they have.
    @Test
    void ownCapturesLeaveNothingBehind() throws IOException {
        Path own = Path.of(System.getProperty("rearview.root", "..")).resolve("testdata");
        List<String> seen = new ArrayList<>();
        for (String directory : List.of("golden/data/pcap", "exports")) {
            List<Path> files;
            try (var all = Files.list(own.resolve(directory))) {
                files = all.filter(p -> p.toString().endsWith(".pcap")).sorted().toList();
            }
            for (Path p : files) {
                CaptureReport read = new CaptureReport();
                Payloads waiting = new Payloads(read, (b, tuple, us) -> {});
                try (var in = Files.newInputStream(p)) {
                    Captures.packets(in, p.toString(), waiting);
                }
                waiting.finish();
                assertThat(waiting.octets()).as(p.toString()).isZero();
                seen.add(p.getFileName() + " " + read.packets() + " " + read.payloads());
            }
        }
        assertThat(seen)
                .containsExactly(
                        // name, packets, messages handed out
                        "rwpcut-mix.pcap 7 3",
                        "rwpdedupe-a.pcap 7 6",
                        "rwpdedupe-b.pcap 8 7",
                        "rwptoflow-be.pcap 6 2",
                        "rwptoflow-empty.pcap 0 0",
                        "rwptoflow-frags.pcap 22 7",
                        "rwptoflow-ns.pcap 6 2",
                        "rwptoflow-raw.pcap 2 2",
                        "nfreplay-v5.pcap 5 5",
                        "nfreplay-v9.pcap 7 7",
                        "pmacctd-ipfix.pcap 17 17",
                        "pmacctd-sflow.pcap 53 53",
                        "pmacctd-v5.pcap 5 5",
                        "pmacctd-v9.pcap 17 17",
                        "softflowd-ipfix-biflow.pcap 4 4",
                        "softflowd-ipfix.pcap 5 5",
                        "softflowd-v5.pcap 5 5",
                        "softflowd-v9.pcap 5 5");
    }

    /// A recording of IPFIX, sent over TCP and in fragments: the same datagrams come out.
    @ParameterizedTest
    @ValueSource(strings = {"softflowd-ipfix", "softflowd-ipfix-biflow", "pmacctd-ipfix"})
    void recordedExportsComeOutOfStreamsAndFragments(String name) throws IOException {
        Path file =
                Path.of(System.getProperty("rearview.root", ".."))
                        .resolve("testdata/exports/" + name + ".pcap");
        List<byte[]> recorded = new ArrayList<>();
        try (var in = Files.newInputStream(file)) {
            Captures.payloads(
                    in,
                    name,
                    (b, tuple, us) -> {
                        byte[] copy = new byte[b.remaining()];
                        b.get(b.position(), copy);
                        recorded.add(copy);
                    });
        }
        assertThat(recorded).isNotEmpty();
        byte[] stream = joined(recorded);
        Frames tcp = new Frames(101);
        for (int at = 0; at < stream.length; at += 1448) {
            byte[] part = Frames.part(stream, at, at + 1448);
            tcp.add(Frames.segment(40_000, at, ACK, part));
        }
        read(tcp.pcap());
        assertThat(payloads).containsExactlyElementsOf(recorded);
        payloads.clear();
        Frames fragments = new Frames(276);
        for (int i = 0; i < recorded.size(); i++) {
            byte[] data = Frames.udp(recorded.get(i));
            for (int at = 0; at < data.length; at += 512) {
                boolean more = at + 512 < data.length;
                byte[] part = Frames.part(data, at, at + 512);
                byte[] packet = Frames.ipv4(UDP, i, at / 8 + (more ? MORE : 0), part);
                fragments.add(behind("0800 0000 00000002 0001 00 06 020000000001 0000", packet));
            }
        }
        read(fragments.pcap());
        assertThat(payloads).containsExactlyElementsOf(recorded);
        assertThat(report.lost()).isZero();
    }
}
