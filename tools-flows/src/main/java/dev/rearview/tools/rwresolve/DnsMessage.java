package dev.rearview.tools.rwresolve;

import dev.rearview.model.Ip;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A question for the name of an address, and what a server answers: RFC 1035.
final class DnsMessage {
    /// Octets of an answer over UDP.
    static final int MOST = 512;

    private static final int HEADER = 12;
    private static final int PTR = 12;
    private static final int IN = 1;
    private static final int QUERY_RECURSION = 0x0100;
    private static final int RESPONSE = 0x8000;
    private static final int TRUNCATED = 0x0200;
    private static final int NAME_ERROR = 3;
    private static final int MOST_NAME = 255;
    private static final int MOST_LABEL = 63;

    /// What an answer says.
    ///
    /// @param isFinal whether another server need not be asked
    /// @param isTruncated whether a datagram did not hold all of it
    record Answer(boolean isFinal, boolean isTruncated, Optional<String> name) {}

    private DnsMessage() {}

    /// The question for an address.
    ///
    /// @param id 16 bits
    static byte[] question(int id, long hi, long lo) {
        ByteBuffer b = ByteBuffer.allocate(MOST);
        b.putShort((short) id).putShort((short) QUERY_RECURSION).putShort((short) 1);
        b.putShort((short) 0).putInt(0);
        for (String label : reverseName(hi, lo).split("\\.", -1)) {
            b.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        b.put((byte) 0).putShort((short) PTR).putShort((short) IN);
        byte[] out = new byte[b.position()];
        b.flip().get(out);
        return out;
    }

    /// The name under which that of an address stands.
    static String reverseName(long hi, long lo) {
        StringBuilder out = new StringBuilder();
        if (Ip.isMapped(hi, lo)) {
            for (int shift = 0; shift < 32; shift += 8) {
                out.append(lo >>> shift & 0xFF).append('.');
            }
            return out.append("in-addr.arpa").toString();
        }
        for (int i = 0; i < 32; i++) {
            long word = i < 16 ? lo : hi;
            out.append(Character.forDigit((int) (word >>> 4 * (i & 15)) & 0xF, 16)).append('.');
        }
        return out.append("ip6.arpa").toString();
    }

    /// Reads a message.
    ///
    /// @param question what was asked
    /// @return empty where it is no answer to that
    static Optional<Answer> answer(byte[] message, int length, byte[] question) {
        int asked = question.length - HEADER;
        if (length < HEADER + asked) {
            return Optional.empty();
        }
        ByteBuffer b = ByteBuffer.wrap(message, 0, length);
        boolean isSame =
                b.getShort(0) == ByteBuffer.wrap(question).getShort(0)
                        && (b.getShort(2) & RESPONSE) != 0
                        && b.getShort(4) == 1;
        for (int i = HEADER; isSame && i < question.length; i++) {
            isSame = lower(message[i]) == lower(question[i]);
        }
        if (!isSame) {
            return Optional.empty();
        }
        int code = b.getShort(2) & 0xF;
        boolean isTruncated = (b.getShort(2) & TRUNCATED) != 0;
        if (code != 0) {
            return Optional.of(new Answer(code == NAME_ERROR, isTruncated, Optional.empty()));
        }
        Optional<String> name = firstName(b, question.length, b.getShort(6) & 0xFFFF);
        return Optional.of(new Answer(true, isTruncated, name));
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    /// The name in the first PTR record. Records before it lead from one name to another.
    private static Optional<String> firstName(ByteBuffer b, int from, int records) {
        int at = from;
        for (int i = 0; i < records; i++) {
            at = behindName(b, at);
            if (at < 0 || at + 10 > b.limit()) {
                return Optional.empty();
            }
            int type = b.getShort(at) & 0xFFFF;
            int size = b.getShort(at + 8) & 0xFFFF;
            at += 10;
            if (at + size > b.limit()) {
                return Optional.empty();
            }
            if (type == PTR) {
                return name(b, at);
            }
            at += size;
        }
        return Optional.empty();
    }

    /// Where what follows a name begins, negative if the name does not end.
    private static int behindName(ByteBuffer b, int from) {
        int at = from;
        while (at < b.limit()) {
            int length = b.get(at) & 0xFF;
            if (length == 0) {
                return at + 1;
            }
            if (length > MOST_LABEL) {
                return length >= 0xC0 ? at + 2 : -1;
            }
            at += 1 + length;
        }
        return -1;
    }

    /// A name as text. Octets that no host name has come out as `\DDD`, so that neither a terminal
    /// nor a reader of columns is led astray.
    private static Optional<String> name(ByteBuffer b, int from) {
        StringBuilder out = new StringBuilder();
        int at = from;
        int octets = 0;
        while (at < b.limit()) {
            int length = b.get(at) & 0xFF;
            if (length == 0) {
                return out.isEmpty() ? Optional.empty() : Optional.of(out.toString());
            }
            if (length >= 0xC0) {
                if (at + 1 >= b.limit()) {
                    return Optional.empty();
                }
                int target = (length & 0x3F) << 8 | b.get(at + 1) & 0xFF;
                // Each step leads backwards, so there is an end to them.
                if (target >= at) {
                    return Optional.empty();
                }
                at = target;
                continue;
            }
            octets += 1 + length;
            if (length > MOST_LABEL || octets > MOST_NAME || at + 1 + length > b.limit()) {
                return Optional.empty();
            }
            out.append(out.isEmpty() ? "" : ".");
            for (int i = at + 1; i <= at + length; i++) {
                append(b.get(i) & 0xFF, out);
            }
            at += 1 + length;
        }
        return Optional.empty();
    }

    private static void append(int octet, StringBuilder out) {
        boolean isPlain =
                octet >= 'a' && octet <= 'z'
                        || octet >= 'A' && octet <= 'Z'
                        || octet >= '0' && octet <= '9'
                        || octet == '-'
                        || octet == '_';
        if (isPlain) {
            out.append((char) octet);
        } else {
            out.append('\\').append((char) ('0' + octet / 100));
            out.append((char) ('0' + octet / 10 % 10)).append((char) ('0' + octet % 10));
        }
    }
}
