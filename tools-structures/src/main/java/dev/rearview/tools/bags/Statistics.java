package dev.rearview.tools.bags;

import dev.rearview.model.Ip;
import dev.rearview.sets.BagCounter;
import java.util.Locale;

/// What `--print-statistics` says of a bag's keys and counters.
final class Statistics {
    private static final int DIGITS = 4;

    private long keys;
    private long sum;
    private long min = -1L;
    private long max;
    private Ip first = Ip.v4(0);
    private Ip last = Ip.v4(0);

    /// The mean so far, and the sums of the second and third powers of the distances from it, which
    /// lose nothing to huge means (Pébay 2008, section 2).
    private double mean;

    private double squares;
    private double cubes;

    void add(long hi, long lo, long counter) {
        Ip key = Ip.v6(hi, lo);
        first = keys == 0 ? key : first;
        last = key;
        keys++;
        sum += counter;
        min = Long.compareUnsigned(counter, min) < 0 ? counter : min;
        max = Long.compareUnsigned(counter, max) > 0 ? counter : max;
        double distance = BagCounter.asDouble(counter) - mean;
        double share = distance / keys;
        double term = distance * share * (keys - 1);
        mean += share;
        cubes += term * share * (keys - 2) - 3 * share * squares;
        squares += term;
    }

    /// Takes a figure, its name first.
    @FunctionalInterface
    interface Figures {
        /// @param isNumber whether the text is a number, which keys may not be
        void figure(String label, String text, boolean isNumber);
    }

    /// Hands out what is known of a bag.
    void forEach(KeyText key, Figures out) {
        out.figure("number of keys", Long.toString(keys), true);
        if (keys == 0) {
            return;
        }
        double variance = squares / (keys - 1);
        double deviation = Math.sqrt(variance);
        out.figure("sum of counters", Long.toUnsignedString(sum), true);
        out.figure("minimum key", key.of(first), key.isNumeric());
        out.figure("maximum key", key.of(last), key.isNumeric());
        out.figure("minimum counter", Long.toUnsignedString(min), true);
        out.figure("maximum counter", Long.toUnsignedString(max), true);
        out.figure("mean", general(BagCounter.asDouble(sum) / keys), true);
        out.figure("variance", general(variance), true);
        out.figure("standard deviation", general(deviation), true);
        out.figure("skew", general(cubes / (keys * deviation * deviation * deviation)), true);
        // SiLK's figure: the square of the squares' sum, not the sum of fourth powers.
        out.figure("kurtosis", general(squares * squares / (keys * variance * variance)), true);
    }

    String text(KeyText key) {
        StringBuilder out = new StringBuilder("\nStatistics\n");
        if (keys == 0) {
            return out.append("  No entries in bag.\n").toString();
        }
        forEach(key, (label, text, isNumber) -> line(out, label, text));
        line(out, "nodes allocated", "0 (0 bytes)");
        line(out, "counter density", "inf%");
        return out.toString();
    }

    private static void line(StringBuilder out, String label, String value) {
        out.repeat(' ', 18 - label.length()).append(label).append(":  ").append(value).append('\n');
    }

    /// C's `%.4g`.
    static String general(double v) {
        if (Double.isNaN(v)) {
            return "nan";
        }
        if (Double.isInfinite(v)) {
            return v > 0 ? "inf" : "-inf";
        }
        if (v == 0) {
            return "0";
        }
        String scientific = String.format(Locale.ROOT, "%." + (DIGITS - 1) + "e", v);
        int e = scientific.indexOf('e');
        int exponent = Integer.parseInt(scientific.substring(e + 1));
        if (exponent >= -4 && exponent < DIGITS) {
            return stripped(String.format(Locale.ROOT, "%." + (DIGITS - 1 - exponent) + "f", v));
        }
        return stripped(scientific.substring(0, e)) + scientific.substring(e);
    }

    private static String stripped(String s) {
        if (s.indexOf('.') < 0) {
            return s;
        }
        int end = s.length();
        while (s.charAt(end - 1) == '0') {
            end--;
        }
        return s.substring(0, s.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
