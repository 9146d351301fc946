package dev.rearview.text;

import dev.rearview.model.Ip;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Prints addresses in one of SiLK's `--ip-format` styles.
///
/// @param style notation
/// @param mapping what happens to IPv4 and to ::ffff:0:0/96
/// @param zeroPadded whether numbers are filled with zeros
public record IpFormat(Style style, Mapping mapping, boolean zeroPadded) {
    /// What an address looks like.
    public enum Style {
        CANONICAL,
        NO_MIXED,
        DECIMAL,
        HEXADECIMAL
    }

    /// What becomes of the family of an address.
    public enum Mapping {
        NONE,
        MAP_V4,
        UNMAP_V6
    }

    public static final IpFormat CANONICAL = new IpFormat(Style.CANONICAL, Mapping.NONE, false);

    private static final List<String> WORDS =
            List.of(
                    "canonical",
                    "no-mixed",
                    "decimal",
                    "hexadecimal",
                    "map-v4",
                    "unmap-v6",
                    "zero-padded",
                    "force-ipv6");

    /// Parses a comma list of format words, each abbreviated to a unique prefix if wished.
    public static IpFormat parse(String text) {
        Style style = null;
        Mapping mapping = null;
        boolean padded = false;
        boolean any = false;
        for (String item : text.split(",", -1)) {
            if (item.isEmpty()) {
                continue;
            }
            any = true;
            String word = Names.unique(item.toLowerCase(Locale.ROOT), WORDS, "IP format");
            switch (word) {
                case "canonical" -> style = once(style, Style.CANONICAL, text);
                case "no-mixed" -> {
                    // force-ipv6 stands for map-v4,no-mixed and goes with the latter.
                    if (!text.contains("force") || style != Style.NO_MIXED) {
                        style = once(style, Style.NO_MIXED, text);
                    }
                }
                case "decimal" -> style = once(style, Style.DECIMAL, text);
                case "hexadecimal" -> style = once(style, Style.HEXADECIMAL, text);
                case "map-v4" -> mapping = once(mapping, Mapping.MAP_V4, text);
                case "unmap-v6" -> mapping = once(mapping, Mapping.UNMAP_V6, text);
                case "zero-padded" -> {
                    if (padded) {
                        throw new IllegalArgumentException("zero-padded is given twice");
                    }
                    padded = true;
                }
                default -> {
                    if (style != Style.NO_MIXED) {
                        style = once(style, Style.NO_MIXED, text);
                    }
                    mapping = once(mapping, Mapping.MAP_V4, text);
                }
            }
        }
        if (!any) {
            throw new IllegalArgumentException("empty IP format");
        }
        return new IpFormat(
                style == null ? Style.CANONICAL : style,
                mapping == null ? Mapping.NONE : mapping,
                padded);
    }

    private static <T> T once(@Nullable T old, T now, String text) {
        if (old != null) {
            throw new IllegalArgumentException("'" + text + "' names two formats of one kind");
        }
        return now;
    }

    public IpFormat padded() {
        return new IpFormat(style, mapping, true);
    }

    /// The same without a mapping from IPv6 to IPv4.
    public IpFormat keepingV6() {
        return mapping == Mapping.UNMAP_V6 ? new IpFormat(style, Mapping.NONE, zeroPadded) : this;
    }

    /// Column width for addresses.
    ///
    /// @param ipv6 whether IPv6 addresses can occur
    public int width(boolean ipv6) {
        boolean wide = ipv6 || (mapping == Mapping.MAP_V4 && zeroPadded);
        if (mapping == Mapping.MAP_V4 && !wide) {
            return switch (style) {
                case CANONICAL -> 22;
                case NO_MIXED -> 16;
                case DECIMAL -> 15;
                case HEXADECIMAL -> 12;
            };
        }
        return switch (style) {
            case CANONICAL, NO_MIXED -> wide ? 39 : 15;
            case DECIMAL -> wide ? 39 : 10;
            case HEXADECIMAL -> wide ? 32 : 8;
        };
    }

    /// An IPv4 address of 32 bits in dotted decimal.
    public static String ofIpv4(int bits) {
        StringBuilder out = new StringBuilder(15);
        quad(bits, false, out);
        return out.toString();
    }

    public String format(long hi, long lo, boolean v6) {
        StringBuilder out = new StringBuilder(40);
        format(hi, lo, v6, out);
        return out.toString();
    }

    /// Appends one address.
    ///
    /// @param v6 whether it is an IPv6 address; IPv4 comes as `::ffff:a.b.c.d`
    public void format(long hi, long lo, boolean v6, StringBuilder out) {
        boolean six = isShownAsIpv6(hi, lo, v6);
        if (six) {
            formatV6(hi, lo, out);
        } else {
            formatV4((int) lo, out);
        }
    }

    /// Whether an address comes out as IPv6 once the mapping is applied.
    public boolean isShownAsIpv6(long hi, long lo, boolean v6) {
        return switch (mapping) {
            case NONE -> v6;
            case MAP_V4 -> true;
            case UNMAP_V6 -> v6 && !Ip.isMapped(hi, lo);
        };
    }

    /// Appends `/length`, moved by 96 where the address changed family.
    public void formatPrefix(long hi, long lo, boolean v6, int length, StringBuilder out) {
        format(hi, lo, v6, out);
        boolean six = isShownAsIpv6(hi, lo, v6);
        int shown = six == v6 ? length : six ? length + 96 : length - 96;
        out.append('/');
        if (zeroPadded) {
            Numbers.digits(shown, six ? 3 : 2, out);
        } else {
            out.append(shown);
        }
    }

    private void formatV4(int bits, StringBuilder out) {
        switch (style) {
            case CANONICAL, NO_MIXED -> quad(bits, zeroPadded, out);
            case DECIMAL -> {
                String s = Integer.toUnsignedString(bits);
                zeros(zeroPadded ? 10 - s.length() : 0, out);
                out.append(s);
            }
            case HEXADECIMAL -> {
                String s = Integer.toHexString(bits);
                zeros(zeroPadded ? 8 - s.length() : 0, out);
                out.append(s);
            }
        }
    }

    private static void quad(int bits, boolean padded, StringBuilder out) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            int octet = bits >>> shift & 0xFF;
            if (padded) {
                Numbers.digits(octet, 3, out);
            } else {
                out.append(octet);
            }
            if (shift > 0) {
                out.append('.');
            }
        }
    }

    private void formatV6(long hi, long lo, StringBuilder out) {
        switch (style) {
            case CANONICAL, NO_MIXED -> {
                if (zeroPadded) {
                    paddedGroups(hi, lo, out);
                } else {
                    groups(hi, lo, style == Style.CANONICAL, out);
                }
            }
            case DECIMAL -> {
                String s = decimal(hi, lo);
                zeros(zeroPadded ? 39 - s.length() : 0, out);
                out.append(s);
            }
            case HEXADECIMAL -> {
                String s = hi == 0 ? Long.toHexString(lo) : Long.toHexString(hi);
                if (hi != 0) {
                    String low = Long.toHexString(lo);
                    s = s + "0".repeat(16 - low.length()) + low;
                }
                zeros(zeroPadded ? 32 - s.length() : 0, out);
                out.append(s);
            }
        }
    }

    private static String decimal(long hi, long lo) {
        if (hi == 0) {
            return Long.toUnsignedString(lo);
        }
        return new BigInteger(Long.toUnsignedString(hi))
                .shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(lo)))
                .toString();
    }

    private static void paddedGroups(long hi, long lo, StringBuilder out) {
        for (int i = 0; i < 8; i++) {
            String s = Integer.toHexString(group(hi, lo, i));
            if (i > 0) {
                out.append(':');
            }
            zeros(4 - s.length(), out);
            out.append(s);
        }
    }

    private static int group(long hi, long lo, int i) {
        return (int) ((i < 4 ? hi : lo) >>> (48 - 16 * (i & 3))) & 0xFFFF;
    }

    private static void groups(long hi, long lo, boolean mixed, StringBuilder out) {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; ) {
            int j = i;
            while (j < 8 && group(hi, lo, j) == 0) {
                j++;
            }
            if (j - i > bestLength) {
                best = i;
                bestLength = j - i;
            }
            i = Math.max(j, i + 1);
        }
        boolean embeds =
                mixed
                        && best == 0
                        && (bestLength == 6 || (bestLength == 5 && group(hi, lo, 5) == 0xFFFF));
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                out.append("::");
                i += bestLength - 1;
                continue;
            }
            if (i > 0 && i != best + bestLength) {
                out.append(':');
            } else if (i > 0 && best < 0) {
                out.append(':');
            }
            if (embeds && i == 6) {
                quad((int) lo, false, out);
                return;
            }
            out.append(Integer.toHexString(group(hi, lo, i)));
        }
    }

    private static void zeros(int n, StringBuilder out) {
        for (int i = 0; i < n; i++) {
            out.append('0');
        }
    }
}
