package dev.rearview.text;

/// Inclusive ranges of unsigned integers and of decimal numbers.
public final class NumberRange {
    private NumberRange() {}

    /// @param low smallest value, unsigned
    /// @param high largest value, unsigned
    public record Integers(long low, long high) {
        public boolean contains(long value) {
            return Long.compareUnsigned(value, low) >= 0 && Long.compareUnsigned(value, high) <= 0;
        }
    }

    /// @param low smallest value
    /// @param high largest value
    public record Decimals(double low, double high) {
        public boolean contains(double value) {
            return value >= low && value <= high;
        }
    }

    /// Parses `N`, `LOW-HIGH` or `LOW-`.
    ///
    /// @param single how `N` alone ends: at N, or open as a minimum
    public static Integers integers(String text, boolean single) {
        String s = text.strip();
        int dash = s.indexOf('-');
        long low = IpText.parseDigits(dash < 0 ? s : s.substring(0, dash), -1L, "number");
        if (dash < 0) {
            return new Integers(low, single ? low : -1L);
        }
        String end = s.substring(dash + 1);
        long high = end.isEmpty() ? -1L : IpText.parseDigits(end, -1L, "number");
        if (Long.compareUnsigned(high, low) < 0) {
            throw new IllegalArgumentException("range '" + s + "' runs down");
        }
        return new Integers(low, high);
    }

    /// Parses `X`, `LOW-HIGH` or `LOW-` with fractions and exponents.
    public static Decimals decimals(String text) {
        String s = text.strip();
        int dash = -1;
        for (int i = 1; i < s.length(); i++) {
            char before = s.charAt(i - 1);
            if (s.charAt(i) == '-' && before != 'e' && before != 'E') {
                dash = i;
                break;
            }
        }
        double low = unsigned(dash < 0 ? s : s.substring(0, dash));
        if (dash < 0) {
            return new Decimals(low, low);
        }
        String end = s.substring(dash + 1);
        double high = end.isEmpty() ? Double.MAX_VALUE : unsigned(end);
        if (high < low) {
            throw new IllegalArgumentException("range '" + s + "' runs down");
        }
        return new Decimals(low, high);
    }

    /// Parses a non-negative decimal number that stands alone; one `+` may come before it.
    public static double decimal(String s) {
        return unsigned(IpText.withoutSign(s));
    }

    private static double unsigned(String s) {
        boolean startsWell = !s.isEmpty() && (Character.isDigit(s.charAt(0)) || s.charAt(0) == '.');
        boolean endsWell =
                startsWell && Character.digit(s.charAt(s.length() - 1), 10) >= 0
                        || startsWell && s.endsWith(".");
        if (endsWell) {
            try {
                return Double.parseDouble(s);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + s + "' is not a number", e);
            }
        }
        throw new IllegalArgumentException("'" + s + "' is not a number");
    }

    /// Parses a size with an optional fraction and a suffix k, m, g or t (binary multiples).
    public static long size(String text) {
        String s = text.strip();
        int shift = 0;
        if (!s.isEmpty()) {
            shift =
                    switch (Character.toLowerCase(s.charAt(s.length() - 1))) {
                        case 'k' -> 10;
                        case 'm' -> 20;
                        case 'g' -> 30;
                        case 't' -> 40;
                        default -> 0;
                    };
        }
        return (long) (decimal(shift == 0 ? s : s.substring(0, s.length() - 1)) * (1L << shift));
    }
}
