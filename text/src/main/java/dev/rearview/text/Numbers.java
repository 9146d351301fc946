package dev.rearview.text;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Numbers as text, like C's `%.2f` and `%10d`. `String.format` would cost a short command a third
/// of its time, for the locale data that it loads.
public final class Numbers {
    private static final double EXACT = 0x1p46;
    private static final double NEAR_TIE = 0x1p-6;
    private static final long[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

    private Numbers() {}

    /// A number with so many digits behind the point, 0 to 6, rounded as C does: the exact value of
    /// the double, ties to even.
    public static String fixed(double value, int digits) {
        double scaled = Math.abs(value) * POWERS[digits];
        double whole = Math.floor(scaled);
        double rest = scaled - whole;
        // Written so that NaN is no number either.
        boolean simple = scaled < EXACT && Math.abs(rest - 0.5) > NEAR_TIE;
        if (!simple) {
            return Double.isFinite(value)
                    ? new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString()
                    : Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        long n = (long) whole + (rest > 0.5 ? 1 : 0);
        StringBuilder out = new StringBuilder();
        if (value < 0 || n == 0 && 1 / value < 0) {
            out.append('-');
        }
        out.append(n / POWERS[digits]);
        if (digits > 0) {
            String fraction = Long.toString(n % POWERS[digits]);
            out.append('.').repeat('0', digits - fraction.length()).append(fraction);
        }
        return out.toString();
    }

    /// Appends a number that is not negative, with zeros before it up to `width` digits.
    public static void digits(long value, int width, StringBuilder out) {
        int zeros = width - 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            zeros--;
        }
        out.repeat('0', Math.max(0, zeros)).append(value);
    }

    /// Whether a text is nothing but digits, and has some.
    public static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// Text at the right of a column that is at least `width` wide.
    public static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /// A number at the right of a column that is at least `width` wide.
    public static String right(long value, int width) {
        return right(Long.toString(value), width);
    }
}
