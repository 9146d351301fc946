package dev.rearview.meter;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Frames in hexadecimal.
final class Frames {
    static final String ETHERNET = "020000000002 020000000001";
    static final String IPV4 = ETHERNET + "0800";

    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;

    /// 192.0.2.1 and 198.51.100.2.
    static final String A = "c0000201";

    static final String B = "c6336402";

    private Frames() {}

    static ByteBuffer octets(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String blanks(String hex) {
        return hex.replace(" ", "");
    }

    /// A packet of IPv4.
    ///
    /// @param fragment flags and offset in eights
    static String ipv4(int protocol, String from, String to, int fragment, String data) {
        return String.format(
                        "4500%04x0007%04x40%02x0000",
                        20 + blanks(data).length() / 2, fragment, protocol)
                + from
                + to
                + data;
    }

    static String ipv6(int next, String data) {
        return String.format("60000000%04x%02x40", blanks(data).length() / 2, next)
                + "20010db8000000000000000000000001"
                + "20010db8000000000000000000000002"
                + data;
    }

    static String udp(int sport, int dport, String payload) {
        return String.format("%04x%04x%04x0000", sport, dport, 8 + blanks(payload).length() / 2)
                + payload;
    }

    static String tcp(int sport, int dport, int flags, String payload) {
        return String.format("%04x%04x000000010000000150%02x040000000000", sport, dport, flags)
                + payload;
    }

    /// A segment from the client to the server of a connection, as a frame.
    static String there(int flags, String payload) {
        return IPV4 + ipv4(6, A, B, 0, tcp(40_000, 443, flags, payload));
    }

    /// One back.
    static String back(int flags, String payload) {
        return IPV4 + ipv4(6, B, A, 0, tcp(443, 40_000, flags, payload));
    }

    /// A datagram as a frame.
    static String datagram(int sport, int dport, String payload) {
        return IPV4 + ipv4(17, A, B, 0, udp(sport, dport, payload));
    }
}
