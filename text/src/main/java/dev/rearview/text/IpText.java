package dev.rearview.text;

import dev.rearview.model.Ip;

/// Parses IP addresses as SiLK's switches take them.
public final class IpText {
    private IpText() {}

    /// Parses dotted quad, an unsigned 32-bit integer, or IPv6 text (RFC 4291, embedded IPv4
    /// allowed); blanks at both ends are ignored, and one `+` before IPv4.
    ///
    /// @throws IllegalArgumentException for anything else
    public static Ip parse(String text) {
        String s = text.strip();
        if (s.isEmpty()) {
            throw new IllegalArgumentException("empty address");
        }
        if (s.indexOf(':') >= 0) {
            return parseV6(s);
        }
        if (s.indexOf('.') < 0) {
            long value = parseUnsigned(s, 0xFFFF_FFFFL, "address");
            return Ip.v4((int) value);
        }
        return Ip.v4(parseQuad(withoutSign(s)));
    }

    /// The text behind one `+`, which SiLK allows before a number that stands alone.
    static String withoutSign(String s) {
        return s.startsWith("+") ? s.substring(1) : s;
    }

    /// Parses an unsigned decimal number that stands alone, as a switch or in text: one `+` may
    /// come before it.
    ///
    /// @throws IllegalArgumentException unless the rest of `s` is only digits and at most `max`
    public static long parseUnsigned(String s, long max, String what) {
        return parseDigits(withoutSign(s), max, what);
    }

    /// Parses an unsigned decimal number of a list or range, which has no sign.
    ///
    /// @throws IllegalArgumentException unless `s` is only digits and at most `max`
    public static long parseDigits(String s, long max, String what) {
        if (s.isEmpty()) {
            throw new IllegalArgumentException("empty " + what);
        }
        long value = 0;
        for (int i = 0; i < s.length(); i++) {
            int digit = s.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("'" + s + "' is not a number");
            }
            if (Long.compareUnsigned(value, Long.divideUnsigned(-1L, 10)) > 0
                    || (value = value * 10 + digit) >= 0 && value < digit
                    || Long.compareUnsigned(value, digit) < 0
                    || Long.compareUnsigned(value, max) > 0) {
                throw new IllegalArgumentException(
                        "'" + s + "' is above the maximum of " + Long.toUnsignedString(max));
            }
        }
        return value;
    }

    private static int parseQuad(String s) {
        int bits = 0;
        int parts = 0;
        int value = -1;
        for (int i = 0; i <= s.length(); i++) {
            char c = i < s.length() ? s.charAt(i) : '.';
            if (c == '.') {
                if (value < 0 || ++parts > 4) {
                    throw new IllegalArgumentException("'" + s + "' is not an IPv4 address");
                }
                bits = bits << 8 | value;
                value = -1;
            } else if (c >= '0' && c <= '9') {
                value = Math.max(value, 0) * 10 + c - '0';
                if (value > 255) {
                    throw new IllegalArgumentException("'" + s + "' has an octet above 255");
                }
            } else {
                throw new IllegalArgumentException("'" + s + "' is not an IPv4 address");
            }
        }
        if (parts != 4) {
            throw new IllegalArgumentException("'" + s + "' is not an IPv4 address");
        }
        return bits;
    }

    private static Ip parseV6(String s) {
        int gap = s.indexOf("::");
        int[] groups = new int[8];
        if (gap < 0) {
            if (groups(s, s, groups, 0) != 8) {
                throw notV6(s);
            }
        } else {
            if (s.indexOf("::", gap + 1) >= 0) {
                throw notV6(s);
            }
            int head = groups(s.substring(0, gap), s, groups, 0);
            int[] tail = new int[8];
            int tailCount = groups(s.substring(gap + 2), s, tail, 0);
            if (head + tailCount > 7) {
                throw notV6(s);
            }
            System.arraycopy(tail, 0, groups, 8 - tailCount, tailCount);
        }
        long hi = 0;
        long lo = 0;
        for (int i = 0; i < 4; i++) {
            hi = hi << 16 | groups[i];
            lo = lo << 16 | groups[i + 4];
        }
        return Ip.v6(hi, lo);
    }

    private static IllegalArgumentException notV6(String s) {
        return new IllegalArgumentException("'" + s + "' is not an IPv6 address");
    }

    private static int groups(String part, String whole, int[] out, int from) {
        if (part.isEmpty()) {
            return 0;
        }
        int n = from;
        String[] pieces = part.split(":", -1);
        for (int i = 0; i < pieces.length; i++) {
            String piece = pieces[i];
            if (i == pieces.length - 1 && piece.indexOf('.') >= 0) {
                if (n > 6) {
                    throw notV6(whole);
                }
                int bits = parseQuad(piece);
                out[n++] = bits >>> 16;
                out[n++] = bits & 0xFFFF;
                continue;
            }
            if (piece.isEmpty() || piece.length() > 4 || n > 7) {
                throw notV6(whole);
            }
            int value = 0;
            for (int k = 0; k < piece.length(); k++) {
                int digit = Character.digit(piece.charAt(k), 16);
                if (digit < 0 || piece.charAt(k) > 'f') {
                    throw notV6(whole);
                }
                value = value << 4 | digit;
            }
            out[n++] = value;
        }
        return n - from;
    }
}
