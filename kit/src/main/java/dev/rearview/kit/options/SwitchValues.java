package dev.rearview.kit.options;

import dev.rearview.text.IpText;

/// Values that switches of several commands take. What makes no sense is an
/// `IllegalArgumentException`, of which the command line's parser makes a message with the switch.
public final class SwitchValues {
    private SwitchValues() {}

    /// A number above 0.
    ///
    /// @param most the largest one, unsigned
    public static long positive(String value, long most) {
        long n = IpText.parseUnsigned(value.strip(), most, "number");
        if (n == 0) {
            throw new IllegalArgumentException("must be above 0");
        }
        return n;
    }

    /// Bits of an address, at least 1.
    public static int prefixLength(String value, int most) {
        int bits = (int) IpText.parseUnsigned(value.strip(), most, "prefix length");
        if (bits == 0) {
            throw new IllegalArgumentException("must be 1-" + most);
        }
        return bits;
    }

    /// A name, such as that of a file.
    ///
    /// @param what it is, for the message
    public static String notEmpty(String value, String what) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("empty " + what);
        }
        return value;
    }

    public static String path(String value) {
        return notEmpty(value, "path");
    }

    /// The character between columns of a text in which `#` begins a comment.
    public static String separator(String value) {
        if (value.isEmpty() || value.charAt(0) == '#' || value.charAt(0) == '\n') {
            throw new IllegalArgumentException("expected one character other than '#'");
        }
        return value.substring(0, 1);
    }

    public static boolean zeroOrOne(String value) {
        return switch (value.strip()) {
            case "0" -> false;
            case "1" -> true;
            default -> throw new IllegalArgumentException("expected 0 or 1");
        };
    }
}
