package dev.rearview.tools.rwsetcat;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/// `--network-structure`: netblocks of chosen sizes with their hosts and smaller netblocks.
final class Network {
    private static final int[] DEFAULT_V4 = {8, 16, 24, 27};
    private static final int[] DEFAULT_V6 = {48, 64};

    private final boolean v6;
    private final int bits;
    private final TreeSet<Integer> rows = new TreeSet<>();
    private final TreeSet<Integer> summary = new TreeSet<>();
    private boolean total;
    private boolean counts;

    /// @param low first address, numbered within its family
    private record Range(BigInteger low, BigInteger high) {}

    /// How lines are laid out.
    record Style(IpFormat ip, boolean padded, String separator) {}

    private Network(boolean v6) {
        this.v6 = v6;
        this.bits = v6 ? 128 : 32;
    }

    /// Parses STRUCTURE.
    static Network parse(String structure) {
        String s = structure.strip();
        String lower = s.toLowerCase(Locale.ROOT);
        boolean six = lower.startsWith("v6:");
        Network n = new Network(six);
        String body = six || lower.startsWith("v4:") ? s.substring(3) : s;
        if (body.isEmpty()) {
            body = "TS";
        }
        int slash = body.indexOf('/');
        n.list(slash < 0 ? body : body.substring(0, slash), true, slash >= 0);
        if (slash >= 0) {
            n.list(body.substring(slash + 1), false, true);
            n.counts = true;
        }
        if (n.rows.isEmpty() && !n.total) {
            throw new IllegalArgumentException("'" + structure + "' names no netblock to print");
        }
        return n;
    }

    private void list(String text, boolean print, boolean hasSlash) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ',' || c == ' ') {
                at++;
            } else if (Character.isDigit(c)) {
                int from = at;
                while (at < text.length() && Character.isDigit(text.charAt(at))) {
                    at++;
                }
                level(
                        (int) IpText.parseUnsigned(text.substring(from, at), bits, "netblock size"),
                        print);
            } else {
                letter(c, print, hasSlash);
                at++;
            }
        }
    }

    private void letter(char c, boolean print, boolean hasSlash) {
        switch (c) {
            case 'S' -> {
                if (!print) {
                    throw new IllegalArgumentException("'S' cannot follow a slash");
                }
                if (!hasSlash) {
                    counts = true;
                    for (int level : v6 ? DEFAULT_V6 : DEFAULT_V4) {
                        summary.add(level);
                    }
                }
            }
            case 'T' -> level(0, print);
            case 'H' -> level(bits, print);
            case 'A', 'B', 'C', 'X' -> {
                if (v6) {
                    throw new IllegalArgumentException("'" + c + "' is for IPv4 only");
                }
                level(DEFAULT_V4["ABCX".indexOf(c)], print);
            }
            default -> throw new IllegalArgumentException("unknown character '" + c + "'");
        }
    }

    private void level(int length, boolean print) {
        if (length == 0) {
            total |= print;
        } else if (print) {
            rows.add(length);
        } else {
            summary.add(length);
        }
    }

    void print(IpSet set, Style wanted, StringBuilder out) {
        Style style =
                v6 ? new Style(wanted.ip.keepingV6(), wanted.padded, wanted.separator) : wanted;
        List<Range> ranges = ranges(set);
        List<Integer> levels = List.copyOf(rows);
        if (!levels.isEmpty()) {
            walk(ranges, 0, levels, style, out);
        }
        if (total) {
            line("TOTAL", 0, ranges, levels, style, out);
        }
    }

    private List<Range> ranges(IpSet set) {
        List<Range> out = new ArrayList<>();
        IpSet inFamily = v6 ? set : set.intersect(mapped());
        for (int i = 0; i < inFamily.rangeCount(); i++) {
            IpRange r = inFamily.range(i);
            out.add(new Range(number(r.loHi(), r.loLo()), number(r.hiHi(), r.hiLo())));
        }
        return out;
    }

    private static IpSet mapped() {
        IpSet.Builder builder = new IpSet.Builder();
        builder.addRange(0, Ip.MAPPED, 0, Ip.MAPPED | 0xFFFF_FFFFL);
        return builder.build();
    }

    private BigInteger number(long hi, long lo) {
        if (!v6) {
            return BigInteger.valueOf(lo & 0xFFFF_FFFFL);
        }
        return new BigInteger(Long.toUnsignedString(hi))
                .shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(lo)));
    }

    /// Prints the blocks of one level, each behind the smaller ones within it.
    private void walk(
            List<Range> ranges, int index, List<Integer> levels, Style style, StringBuilder out) {
        int length = levels.get(index);
        int shift = bits - length;
        int i = 0;
        BigInteger from = ranges.isEmpty() ? BigInteger.ZERO : ranges.getFirst().low;
        while (i < ranges.size()) {
            BigInteger block = from.shiftRight(shift);
            BigInteger end = block.add(BigInteger.ONE).shiftLeft(shift).subtract(BigInteger.ONE);
            List<Range> inside = new ArrayList<>();
            while (i < ranges.size() && from.compareTo(end) <= 0) {
                Range r = ranges.get(i);
                inside.add(new Range(from, r.high.min(end)));
                if (r.high.compareTo(end) > 0) {
                    from = end.add(BigInteger.ONE);
                    break;
                }
                i++;
                from = i < ranges.size() ? ranges.get(i).low : from;
            }
            if (index + 1 < levels.size()) {
                walk(inside, index + 1, levels, style, out);
            }
            row(block.shiftLeft(shift), length, inside, levels, style, out);
        }
    }

    private void row(
            BigInteger base,
            int length,
            List<Range> inside,
            List<Integer> levels,
            Style style,
            StringBuilder out) {
        StringBuilder text = new StringBuilder();
        boolean mappedShown = v6;
        long hi = v6 ? base.shiftRight(64).longValue() : 0;
        long lo = v6 ? base.longValue() : Ip.MAPPED | base.longValue();
        if (length == bits) {
            style.ip.format(hi, lo, mappedShown, text);
        } else {
            style.ip.formatPrefix(hi, lo, mappedShown, length, text);
        }
        boolean alone = levels.size() == 1 && !total;
        boolean rightAligned = alone && style.padded;
        if (rightAligned) {
            text.insert(0, " ".repeat(Math.max(0, width(levels, style) - text.length())));
        } else if (style.padded) {
            text.insert(0, "  ".repeat(total ? rank(length) + 1 : rank(length)));
        }
        line(text.toString(), length, inside, levels, style, out);
    }

    /// How many netblock sizes, printed or summarised, lie above one, down from the first that is
    /// printed.
    private int rank(int length) {
        TreeSet<Integer> all = new TreeSet<>(rows);
        all.addAll(summary);
        return all.subSet(rows.first(), length).size();
    }

    private int width(List<Integer> levels, Style style) {
        if (levels.isEmpty()) {
            return 5;
        }
        int width = 0;
        for (int level : levels) {
            int indent = 2 * (total ? rank(level) + 1 : rank(level));
            int suffix = level == bits ? 0 : suffix(levels, style);
            width = Math.max(width, indent + style.ip.width(v6) + suffix);
        }
        return width;
    }

    /// Columns for `/length`, as many as the longest of the rows would take.
    private int suffix(List<Integer> levels, Style style) {
        int longest = style.ip.zeroPadded() ? bits : Collections.max(levels);
        return 1 + Integer.toString(longest).length();
    }

    private void line(
            String label,
            int length,
            List<Range> inside,
            List<Integer> levels,
            Style style,
            StringBuilder out) {
        out.append(label);
        boolean alone = levels.size() == 1 && !total;
        if (style.padded && !alone) {
            for (int i = label.length(); i < width(levels, style); i++) {
                out.append(' ');
            }
        }
        BigInteger hosts = BigInteger.ZERO;
        for (Range r : inside) {
            hosts = hosts.add(r.high.subtract(r.low)).add(BigInteger.ONE);
        }
        if (length == bits) {
            // There is nothing to count in a single host.
            out.append(style.separator).append('\n');
            return;
        }
        out.append(style.separator).append(style.padded ? " " : "").append(hosts);
        if (counts) {
            out.append(hosts.equals(BigInteger.ONE) ? " host" : " hosts");
            smaller(length, inside, out);
        }
        out.append('\n');
    }

    private void smaller(int length, List<Range> inside, StringBuilder out) {
        TreeSet<Integer> wanted = new TreeSet<>(summary);
        wanted.addAll(rows);
        List<String> parts = new ArrayList<>();
        for (int level : wanted.tailSet(length, false)) {
            if (level == bits) {
                continue;
            }
            BigInteger n = occupied(inside, level);
            parts.add(n + " /" + level + (n.equals(BigInteger.ONE) ? "" : "s"));
        }
        if (parts.isEmpty()) {
            return;
        }
        out.append(" in ");
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                boolean last = i == parts.size() - 1;
                out.append(parts.size() > 2 ? ", " : " ").append(last ? "and " : "");
            }
            out.append(parts.get(i));
        }
    }

    private BigInteger occupied(List<Range> ranges, int level) {
        int shift = bits - level;
        BigInteger n = BigInteger.ZERO;
        BigInteger last = BigInteger.valueOf(-1);
        for (Range r : ranges) {
            BigInteger a = r.low.shiftRight(shift);
            BigInteger b = r.high.shiftRight(shift);
            n = n.add(b.subtract(a)).add(a.equals(last) ? BigInteger.ZERO : BigInteger.ONE);
            last = b;
        }
        return n;
    }

    /// Occupied netblocks of one size.
    static BigInteger occupied(IpSet set, boolean v6, int level) {
        Network n = new Network(v6);
        return n.occupied(n.ranges(set), level);
    }
}
