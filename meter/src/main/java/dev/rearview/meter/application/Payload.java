package dev.rearview.meter.application;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The octets that a packet carries, and the ports between which it does. Reads beyond the end give
/// -1, which is no octet.
final class Payload {
    /// Octets of a line that are looked at.
    private static final int MAX_LINE = 512;

    private final ByteBuffer bytes;
    private final int sport;
    private final int dport;

    Payload(ByteBuffer bytes, FlowRecord r) {
        this.bytes = bytes.slice().order(ByteOrder.BIG_ENDIAN);
        this.sport = r.sport;
        this.dport = r.dport;
    }

    int length() {
        return bytes.limit();
    }

    /// Whether one of the ports is this one.
    boolean isAt(int port) {
        return sport == port || dport == port;
    }

    int u8(int at) {
        return at >= 0 && at < bytes.limit() ? bytes.get(at) & 0xFF : -1;
    }

    int u16(int at) {
        return at >= 0 && at + 2 <= bytes.limit() ? bytes.getShort(at) & 0xFFFF : -1;
    }

    long u32(int at) {
        return at >= 0 && at + 4 <= bytes.limit() ? bytes.getInt(at) & 0xFFFF_FFFFL : -1;
    }

    /// Whether text stands at a place.
    boolean has(int at, String text) {
        if (at < 0 || at + text.length() > bytes.limit()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ((bytes.get(at + i) & 0xFF) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    boolean starts(String text) {
        return has(0, text);
    }

    /// Whether text stands at the start in either case.
    boolean startsAnyCase(String upper) {
        if (upper.length() > bytes.limit()) {
            return false;
        }
        for (int i = 0; i < upper.length(); i++) {
            if (Character.toUpperCase((char) (bytes.get(i) & 0xFF)) != upper.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Whether octets given in hexadecimal stand at a place.
    boolean hex(int at, String digits) {
        for (int i = 0; i < digits.length() / 2; i++) {
            int octet = Integer.parseInt(digits, 2 * i, 2 * i + 2, 16);
            if (u8(at + i) != octet) {
                return false;
            }
        }
        return true;
    }

    /// The first line, without its end, as far as it is there.
    String line() {
        int most = Math.min(bytes.limit(), MAX_LINE);
        int end = 0;
        while (end < most && bytes.get(end) != '\r' && bytes.get(end) != '\n') {
            end++;
        }
        byte[] out = new byte[end];
        bytes.get(0, out);
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    /// Whether the first line is whole.
    boolean hasLine() {
        int most = Math.min(bytes.limit(), MAX_LINE);
        for (int i = 0; i < most; i++) {
            if (bytes.get(i) == '\n') {
                return true;
            }
        }
        return false;
    }
}
