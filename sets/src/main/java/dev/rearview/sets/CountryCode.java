package dev.rearview.sets;

import java.util.Locale;

/// Country codes as numbers: `(first << 8) | second` of two lower-case ASCII characters.
public final class CountryCode {
    /// No country: `--`.
    public static final int NONE = '-' << 8 | '-';

    /// What a lookup outside the map gives: `??`.
    public static final int UNKNOWN = '?' << 8 | '?';

    private CountryCode() {}

    public static String text(int value) {
        if (value == PrefixMap.NO_VALUE) {
            return "??";
        }
        char first = (char) (value >>> 8 & 0xFF);
        char second = (char) (value & 0xFF);
        if (first < 0x20 || second < 0x20 || value >>> 16 != 0) {
            return "??";
        }
        return new String(new char[] {first, second});
    }

    /// Parses two letters, letter and digit, `--` or `??`, ignoring case.
    public static int parse(String text) {
        String s = text.toLowerCase(Locale.ROOT);
        boolean good =
                s.equals("--")
                        || s.equals("??")
                        || (s.length() == 2
                                && s.charAt(0) >= 'a'
                                && s.charAt(0) <= 'z'
                                && (s.charAt(1) >= 'a' && s.charAt(1) <= 'z'
                                        || s.charAt(1) >= '0' && s.charAt(1) <= '9'));
        if (!good) {
            throw new IllegalArgumentException("'" + text + "' is not a country code");
        }
        return s.charAt(0) << 8 | s.charAt(1);
    }
}
