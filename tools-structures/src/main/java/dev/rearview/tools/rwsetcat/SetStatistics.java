package dev.rearview.tools.rwsetcat;

import dev.rearview.kit.fields.NetworkStructure;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import java.math.BigInteger;
import java.util.Locale;

/// What `--print-statistics` says of a set: its span, and how many blocks of each size it touches.
final class SetStatistics {
    private SetStatistics() {}

    /// @param f how the lowest and the highest address look
    static void append(IpSet set, IpFormat f, StringBuilder out) {
        out.append("Network Summary\n");
        boolean v6 = set.isV6();
        if (set.isEmpty()) {
            out.append(
                    String.format(
                            Locale.ROOT, "\tminimumIP = %15s%n\tmaximumIP = %15s%n", "-", "-"));
        } else {
            int width = f.width(v6);
            IpRange span = set.span();
            String format = "\tminimumIP = %" + width + "s\n\tmaximumIP = %" + width + "s\n";
            out.append(
                    String.format(
                            Locale.ROOT,
                            format,
                            f.format(span.loHi(), span.loLo(), v6),
                            f.format(span.hiHi(), span.hiLo(), v6)));
        }
        if (v6) {
            statisticsV6(set, out);
            return;
        }
        BigInteger hosts = set.size();
        countLine(hosts, "host", "/32", 32, out);
        for (int level : SetLines.statisticSizes(false)) {
            countLine(
                    NetworkStructure.occupied(set, false, level),
                    "occupied ",
                    "/" + level,
                    level,
                    out);
        }
    }

    private static void countLine(
            BigInteger n, String what, String block, int bits, StringBuilder out) {
        boolean one = n.equals(BigInteger.ONE);
        String text =
                what.equals("host")
                        ? (one ? "host (" + block + ")" : "hosts (" + block + "s)")
                        : what + block + (one ? "" : "s");
        out.append(
                String.format(
                        Locale.ROOT,
                        "\t%10s %-15s%10.6f%% of 2^%d%n",
                        n,
                        text + ",",
                        n.doubleValue() * 100 / Math.pow(2, bits),
                        bits));
    }

    private static void statisticsV6(IpSet set, StringBuilder out) {
        BigInteger hosts = set.size();
        for (int level : SetLines.statisticSizes(true)) {
            BigInteger n = NetworkStructure.occupied(set, true, level);
            out.append(
                    String.format(
                            Locale.ROOT,
                            "\t%39s occupied /%d%s%n",
                            n,
                            level,
                            n.equals(BigInteger.ONE) ? "" : "s"));
        }
        out.append(
                String.format(
                        Locale.ROOT,
                        "\t%39s host%s (/128%s)%n",
                        hosts,
                        hosts.equals(BigInteger.ONE) ? "" : "s",
                        hosts.equals(BigInteger.ONE) ? "" : "s"));
    }
}
