package dev.rearview.tools.rwidsquery;

import dev.rearview.text.IpText;
import java.util.BitSet;

/// Sets of small numbers, such as ports, as rules write them and as `rwfilter` takes them.
final class Numbers {
    static final int PORTS = 1 << 16;
    static final int OCTETS = 1 << 8;

    private Numbers() {}

    /// Numbers as `rwfilter` takes them: single ones and ranges, with commas between.
    static String text(BitSet set) {
        StringBuilder out = new StringBuilder();
        for (int from = set.nextSetBit(0); from >= 0; ) {
            int end = set.nextClearBit(from);
            if (!out.isEmpty()) {
                out.append(',');
            }
            out.append(from);
            if (end - 1 > from) {
                out.append('-').append(end - 1);
            }
            from = set.nextSetBit(end);
        }
        return out.toString();
    }

    /// A port, or a range of ports with a colon, either end of which may be left out.
    static BitSet ports(String text) {
        int colon = text.indexOf(':');
        BitSet out = new BitSet(PORTS);
        if (colon < 0) {
            out.set(number(text, PORTS));
            return out;
        }
        String low = text.substring(0, colon).strip();
        String high = text.substring(colon + 1).strip();
        int from = low.isEmpty() ? 0 : number(low, PORTS);
        int to = high.isEmpty() ? PORTS - 1 : number(high, PORTS);
        if (from > to) {
            throw new IllegalArgumentException("'" + text + "' ends before it begins");
        }
        out.set(from, to + 1);
        return out;
    }

    /// A comparison of an octet: `N`, `>N`, `<N`, `>=N`, `<=N`, `!N` or `A<>B`, which is between
    /// the two.
    static BitSet octets(String text) {
        String s = text.strip();
        BitSet out = new BitSet(OCTETS);
        int between = s.indexOf("<>");
        if (between > 0) {
            int low = number(s.substring(0, between).strip(), OCTETS);
            int high = number(s.substring(between + 2).strip(), OCTETS);
            if (low + 1 < high) {
                out.set(low + 1, high);
            }
        } else if (s.startsWith(">=")) {
            out.set(operand(s, 2), OCTETS);
        } else if (s.startsWith("<=")) {
            out.set(0, operand(s, 2) + 1);
        } else if (s.startsWith(">")) {
            out.set(operand(s, 1) + 1, OCTETS);
        } else if (s.startsWith("<")) {
            out.set(0, operand(s, 1));
        } else if (s.startsWith("!")) {
            out.set(0, OCTETS);
            out.clear(operand(s, 1));
        } else {
            out.set(operand(s, 0));
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is true of nothing");
        }
        return out;
    }

    private static int operand(String text, int from) {
        return number(text.substring(from).strip(), OCTETS);
    }

    private static int number(String text, int below) {
        return (int) IpText.parseDigits(text, below - 1L, "number");
    }
}
