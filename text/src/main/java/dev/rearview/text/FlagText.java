package dev.rearview.text;

import dev.rearview.model.Attributes;
import dev.rearview.model.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Letters of TCP flags and of flow attributes.
public final class FlagText {
    private static final String ATTRIBUTE_LETTERS = "TCFS";
    private static final int[] ATTRIBUTE_BITS = {
        Attributes.TIMED_OUT, Attributes.CONTINUED, Attributes.FIN_FOLLOWED, Attributes.UNIFORM
    };

    private FlagText() {}

    /// The bits that must match within a mask.
    ///
    /// @param high bits that must be set
    /// @param mask bits that are looked at
    public record HighMask(int high, int mask) {
        public boolean matches(int flags) {
            return (flags & mask) == high;
        }
    }

    /// Appends the letters, absent ones as blanks (8 characters) or left out.
    public static void flags(int bits, boolean padded, StringBuilder out) {
        for (int i = 0; i < 8; i++) {
            if ((bits >>> i & 1) != 0) {
                out.append(TcpFlags.LETTERS.charAt(i));
            } else if (padded) {
                out.append(' ');
            }
        }
    }

    /// Appends attribute letters in the order T C F S, blanks for absent ones and to 8 characters.
    public static void attributes(int bits, boolean padded, StringBuilder out) {
        for (int i = 0; i < 4; i++) {
            if ((bits & ATTRIBUTE_BITS[i]) != 0) {
                out.append(ATTRIBUTE_LETTERS.charAt(i));
            } else if (padded) {
                out.append(' ');
            }
        }
        if (padded) {
            out.append("    ");
        }
    }

    /// Parses TCP flag letters in any order and case; blanks are ignored.
    public static int parseFlags(String text) {
        int bits = 0;
        for (char c : text.toUpperCase(Locale.ROOT).toCharArray()) {
            if (c == ' ') {
                continue;
            }
            int i = TcpFlags.LETTERS.indexOf(c);
            if (i < 0) {
                throw new IllegalArgumentException("unknown TCP flag '" + c + "'");
            }
            bits |= 1 << i;
        }
        return bits;
    }

    /// Parses attribute letters in any order and case; blanks are ignored.
    public static int parseAttributes(String text) {
        int bits = 0;
        for (char c : text.toUpperCase(Locale.ROOT).toCharArray()) {
            if (c == ' ') {
                continue;
            }
            int i = ATTRIBUTE_LETTERS.indexOf(c);
            if (i < 0) {
                throw new IllegalArgumentException("unknown attribute '" + c + "'");
            }
            bits |= ATTRIBUTE_BITS[i];
        }
        return bits;
    }

    /// Parses a comma list of `HIGH/MASK` pairs; `-` stands for all letters.
    ///
    /// @param attributes whether the letters are attributes, not TCP flags
    /// @param most how many pairs are allowed
    public static List<HighMask> parsePairs(String text, boolean attributes, int most) {
        List<HighMask> pairs = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (item.isBlank()) {
                continue;
            }
            int slash = item.indexOf('/');
            if (slash < 0) {
                throw new IllegalArgumentException("'" + item + "' is not of the form HIGH/MASK");
            }
            int high = letters(item.substring(0, slash), attributes);
            int mask = letters(item.substring(slash + 1), attributes);
            if (mask == 0) {
                throw new IllegalArgumentException("'" + item + "' has an empty mask");
            }
            if ((high & ~mask) != 0) {
                throw new IllegalArgumentException("'" + item + "' sets bits outside its mask");
            }
            if (pairs.size() == most) {
                throw new IllegalArgumentException("more than " + most + " HIGH/MASK pairs");
            }
            pairs.add(new HighMask(high, mask));
        }
        return pairs;
    }

    private static int letters(String s, boolean attributes) {
        if (s.strip().equals("-")) {
            return attributes ? Attributes.VISIBLE : 0xFF;
        }
        return attributes ? parseAttributes(s) : parseFlags(s);
    }
}
