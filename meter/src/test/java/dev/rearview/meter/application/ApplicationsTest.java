package dev.rearview.meter.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplicationsTest {
    private static int label(int protocol, int sport, int dport, byte[] payload) {
        FlowRecord r = new FlowRecord();
        r.protocol = protocol;
        r.sport = sport;
        r.dport = dport;
        return Applications.ofPayload(ByteBuffer.wrap(payload), r);
    }

    private static int text(int protocol, int port, String payload) {
        String octets = payload.replace("\\r", "\r").replace("\\n", "\n");
        return label(protocol, 40_000, port, octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static int hex(int protocol, int port, String payload) {
        return label(protocol, 40_000, port, HexFormat.of().parseHex(payload.replace(" ", "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "9999|GET / HTTP/1.1\\r\\n|80",
                "9999|HTTP/1.0 200 OK\\r\\n|80",
                "9999|PRI * HTTP/2.0\\r\\n|80",
                "9999|GET /a/very/long/path/without/an/end|80",
                "9999|GET something else\\r\\n|0",
                "80|hello\\r\\n|0",
                "9999|OPTIONS * RTSP/1.0\\r\\n|554",
                "9999|RTSP/1.0 200 OK\\r\\n|554",
                "9999|OPTIONS sip:a@b SIP/2.0\\r\\n|5060",
                "9999|SIP/2.0 200 OK\\r\\n|5060",
                "9999|SSH-2.0-OpenSSH_9.9\\r\\n|22",
                "9999|220 mail.example.net ESMTP\\r\\n|25",
                "25|220 mail.example.net\\r\\n|25",
                "9999|EHLO client\\r\\n|25",
                "9999|220 (vsFTPd 3.0.3)\\r\\n|21",
                "21|220-welcome\\r\\n|21",
                "9999|220 welcome\\r\\n|0",
                "9999|2200 welcome\\r\\n|0",
                "21|USER anonymous\\r\\n|21",
                "9999|+OK ready\\r\\n|110",
                "110|+OK\\r\\n|110",
                "9999|+OK\\r\\n|0",
                "9999|* OK IMAP4rev1 ready\\r\\n|143",
                "9999|@RSYNCD: 31.0\\n|873",
                "9999|GNUTELLA CONNECT/0.6\\r\\n|6346",
                "9999|RFB 003.008\\n|5900",
                "9999|<?xml version='1.0'?><stream:stream to='x'>|5222",
                "9999|*1\\r\\n$4\\r\\nPING\\r\\n|6379",
                "9999|NICK someone\\r\\n|194",
                "119|200 news server\\r\\n|119",
                "9999|200 something\\r\\n|0",
                "514|<34>Oct 11 22:14:15 host su: x\\n|514",
                "9999|<34>Oct 11\\n|0",
                "514|<x>\\n|0"
            })
    void linesOfStreams(int port, String payload, int expected) {
        assertThat(text(6, port, payload)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "9999, 16 0301 0200 01 0001fc, 443",
        "9999, 17 0303 0020 00, 443",
        "443, 16 0301 0200 09 000000, 0",
        "443, 16 0301 ffff 01, 0",
        "443, 0102, 0",
        "9999, 13 426974546f7272656e742070726f746f636f6c, 6881",
        "9999, 00000054 ff534d42 72, 139",
        "9999, 00000054 fe534d42 40, 139",
        "9999, ffffffffffffffffffffffffffffffff 001d 01, 179",
        "9999, ffffffffffffffffffffffffffffffff 001d 09, 0",
        "9999, 10 0c 0004 4d515454 04, 1883",
        "9999, 03000013 0e e00000000000 0100080003000000, 3389",
        "9999, 4a000000 0a 382e 302e33 00, 3306",
        "9999, 00000008 04d2162f, 5432",
        "9999, 0000000f 00030000 75736572 00 78 00, 5432",
        "9999, 300c 0201 01 6007 0201 03 0400 8000, 389",
        "9999, 001d 1234 0100 0001000000000000 07 6578616d706c65 03636f6d 00 0001 0001, 53",
        "502, 0001 0000 0006 01 03 0000 0001, 502",
        "9999, 0001 0000 0006 01 03 0000 0001, 0",
        "9999, fffd18 fffd20, 23",
        "9999, '', 0"
    })
    void octetsOfStreams(int port, String payload, int expected) {
        assertThat(hex(6, port, payload)).isEqualTo(expected);
    }

    private static final String DNS_NAME = "07 6578616d706c65 03636f6d 00 0001 0001";

    @ParameterizedTest
    @CsvSource({
        "9999, 1234 0100 0001000000000000 NAME, 53",
        "5353, 0000 8400 0000000100000000 NAME 00000078 0004 0a000001, 53",
        "137, 1234 0110 0001000000000000 NAME, 137",
        "53, 1234 0100 0001000000000000 ff, 0",
        "53, 1234 0100 0000000000000000 NAME, 0",
        "53, 1234, 0",
        "123, 23 000000 00, 0",
        "9999, 30 0f 0201 01 0406 7075626c6963 a0 02, 161",
        "9999, 30 3e 0201 03 30 11, 161",
        "9999, 0001 0000 2112a442 000000000000000000000000, 3478",
        "9999, c3 00000001 08 0000000000000000, 443",
        "9999, c3 00000009 08 0000000000000000, 0",
        "9999, 16 feff 0000 000000000000 0010 01, 443",
        "69, 0001 66 00 6f63746574 00, 69",
        "1812, 01 01 0014 00000000000000000000000000000000, 1812",
        "9999, 01 01 0014 00000000000000000000000000000000, 0",
        "547, 01 000000, 0",
        "4789, 08 000000 000001 00, 4789",
        "2152, 30 ff 0000 00000001, 2152",
        "500, 00000000000000000000000000000000 21 20 22, 500",
        "9999, 64313a6164323a696432303a, 6881"
    })
    void octetsOfDatagrams(int port, String payload, int expected) {
        assertThat(hex(17, port, payload.replace("NAME", DNS_NAME))).isEqualTo(expected);
    }

    @Test
    void longerDatagrams() {
        assertThat(hex(17, 123, "23" + "00".repeat(47))).isEqualTo(123);
        assertThat(hex(17, 9999, "23" + "00".repeat(47))).isZero();
        assertThat(hex(17, 67, "0101060000" + "00".repeat(231) + "63825363")).isEqualTo(67);
        assertThat(hex(17, 67, "0101060000" + "00".repeat(231) + "63825364")).isZero();
        assertThat(hex(17, 9, "01000000" + "11".repeat(144))).isEqualTo(51_820);
        assertThat(text(17, 9, "INVITE sip:a@b SIP/2.0\\r\\n")).isEqualTo(5060);
        assertThat(text(17, 1900, "M-SEARCH * HTTP/1.1\\r\\n")).isEqualTo(1900);
        assertThat(text(17, 514, "<13>text")).isEqualTo(514);
    }

    @Test
    void otherProtocolsHaveNoApplication() {
        assertThat(text(132, 80, "GET / HTTP/1.1\\r\\n")).isZero();
        assertThat(Applications.ofPorts(1, 0, 0x800)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "6, 40000, 80, 80",
        "6, 80, 40000, 80",
        "6, 22, 443, 443",
        "6, 40000, 445, 139",
        "6, 40000, 993, 443",
        "6, 40000, 123, 0",
        "17, 40000, 53, 53",
        "17, 68, 67, 67",
        "17, 40000, 5353, 53",
        "17, 40000, 80, 0"
    })
    void portsSayWhatIsAtHomeThere(int protocol, int sport, int dport, int expected) {
        assertThat(Applications.ofPorts(protocol, sport, dport)).isEqualTo(expected);
    }

    private static ByteBuffer rtp(int first, int type, int number, int source) {
        ByteBuffer b = ByteBuffer.allocate(20);
        b.put((byte) first).put((byte) type).putShort((short) number).putInt(0).putInt(source);
        return b.rewind();
    }

    @Test
    void twoPacketsOfOneSourceAreAStreamOfRtp() {
        long mark = Rtp.mark(rtp(0x80, 96, 65_535, 7));
        assertThat(Rtp.follows(Rtp.mark(rtp(0x80, 96, 0, 7)), mark)).as("rolls over").isTrue();
        assertThat(Rtp.follows(Rtp.mark(rtp(0x80, 96, 15, 7)), mark)).isTrue();
        assertThat(Rtp.follows(Rtp.mark(rtp(0x80, 96, 16, 7)), mark)).as("a long gap").isFalse();
        assertThat(Rtp.follows(Rtp.mark(rtp(0x80, 96, 65_535, 7)), mark)).isFalse();
        assertThat(Rtp.follows(Rtp.mark(rtp(0x80, 96, 0, 8)), mark)).as("a source").isFalse();
        assertThat(Rtp.mark(rtp(0x40, 96, 0, 7))).as("version").isEqualTo(Rtp.NONE);
        assertThat(Rtp.mark(rtp(0x80, 200, 0, 7))).as("control").isEqualTo(Rtp.NONE);
        assertThat(Rtp.mark(rtp(0x80, 96, 0, 0))).isEqualTo(Rtp.NONE);
        assertThat(Rtp.mark(ByteBuffer.allocate(11))).isEqualTo(Rtp.NONE);
        assertThat(Rtp.follows(Rtp.NONE, Rtp.NONE)).isFalse();
    }
}
