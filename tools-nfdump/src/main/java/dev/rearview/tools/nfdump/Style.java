package dev.rearview.tools.nfdump;

import dev.rearview.model.Ip;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Numbers;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.zone.ZoneRules;

/// How numbers, times and addresses look in nfdump's text.
///
/// @param plain numbers and durations as they are (`-N`)
/// @param full whole addresses of IPv6 (`-6`)
/// @param marked a control character before addresses (`-T`)
record Style(boolean plain, boolean full, boolean marked, ZoneRules zone) {
    private static final int SHORT_ADDRESS = 16;
    private static final int LONG_ADDRESS = 39;
    private static final char MARK = 1;

    /// Columns of an address.
    int addressWidth() {
        return full ? LONG_ADDRESS : SHORT_ADDRESS;
    }

    /// A count: from a million on, a tenth of a unit is the last digit.
    String count(long n) {
        if (plain || n >= 0 && n < 1_000_000) {
            return Long.toUnsignedString(n);
        }
        double value = n < 0 ? n + 0x1p64 : n;
        if (value < 1e9) {
            return tenths(value / 1e6) + " M";
        }
        return value < 1e12 ? tenths(value / 1e9) + " G" : tenths(value / 1e12) + " T";
    }

    /// A number with one decimal.
    static String tenths(double value) {
        return Numbers.fixed(value, 1);
    }

    static void right(String text, int width, StringBuilder out) {
        out.repeat(' ', Math.max(0, width - text.length())).append(text);
    }

    static void left(String text, int width, StringBuilder out) {
        out.append(text).repeat(' ', Math.max(0, width - text.length()));
    }

    /// A time by the second, or by the millisecond.
    void time(long ms, boolean withMs, char between, StringBuilder out) {
        Instant at = Instant.ofEpochMilli(ms);
        LocalDateTime t = LocalDateTime.ofInstant(at, zone.getOffset(at));
        Numbers.digits(t.getYear(), 4, out);
        Numbers.digits(t.getMonthValue(), 2, out.append('-'));
        Numbers.digits(t.getDayOfMonth(), 2, out.append('-'));
        Numbers.digits(t.getHour(), 2, out.append(between));
        Numbers.digits(t.getMinute(), 2, out.append(':'));
        Numbers.digits(t.getSecond(), 2, out.append(':'));
        if (withMs) {
            Numbers.digits(Math.floorMod(ms, 1000), 3, out.append('.'));
        }
    }

    /// The time of a wall clock.
    long instant(LocalDateTime local) {
        return local.toInstant(
                        zone.isFixedOffset()
                                ? zone.getOffset(Instant.EPOCH)
                                : zone.getOffset(local))
                .toEpochMilli();
    }

    static String seconds(long ms) {
        StringBuilder out = new StringBuilder();
        out.append(ms / 1000).append('.');
        Numbers.digits(ms % 1000, 3, out);
        return out.toString();
    }

    /// How long something took, as wide as its column.
    void duration(long ms, StringBuilder out) {
        if (plain) {
            right(seconds(ms), 16, out);
            return;
        }
        StringBuilder text = new StringBuilder();
        long days = ms / 86_400_000;
        if (days > 0) {
            text.append(days).append("d ");
        }
        Numbers.digits(ms / 3_600_000 % 24, 2, text);
        Numbers.digits(ms / 60_000 % 60, 2, text.append(':'));
        Numbers.digits(ms / 1000 % 60, 2, text.append(':'));
        Numbers.digits(ms % 1000, 3, text.append('.'));
        right(text.toString(), 16, out);
    }

    /// An address as wide as its column; one of IPv6 may lose its middle.
    void address(long hi, long lo, StringBuilder out) {
        boolean v6 = !Ip.isMapped(hi, lo);
        String text = IpFormat.CANONICAL.format(hi, lo, v6);
        if (!full && text.length() > SHORT_ADDRESS) {
            text = text.substring(0, 7) + ".." + text.substring(text.length() - 7);
        }
        if (marked) {
            out.append(MARK);
        }
        right(text, addressWidth(), out);
    }

    static String wholeAddress(long hi, long lo) {
        return IpFormat.CANONICAL.format(hi, lo, !Ip.isMapped(hi, lo));
    }
}
