package dev.rearview.text;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Prints times in one of SiLK's `--timestamp-format` styles.
///
/// @param style notation
/// @param zone whose times are printed, null for UTC
/// @param milliseconds whether `.sss` is printed
public record TimeFormat(Style style, @Nullable ZoneRules zone, boolean milliseconds) {
    /// What a time looks like.
    public enum Style {
        DEFAULT,
        ISO,
        MDY,
        EPOCH
    }

    public static final TimeFormat DEFAULT = new TimeFormat(Style.DEFAULT, null, true);

    /// Seconds since 1970.
    public static final TimeFormat EPOCH = new TimeFormat(Style.EPOCH, null, true);

    /// `YYYY-MM-DD hh:mm:ss`, as databases have it.
    public static final TimeFormat ISO = new TimeFormat(Style.ISO, null, false);

    /// That of SiLK's first versions.
    public static final TimeFormat OLD = new TimeFormat(Style.MDY, null, false);

    private static final List<String> WORDS =
            List.of("default", "iso", "m/d/y", "epoch", "utc", "local", "no-msec");

    /// Parses a comma list of at most one style, one zone and `no-msec`.
    ///
    /// @param here the zone that `local` means; asked for where the text names it
    public static TimeFormat parse(String text, Supplier<ZoneRules> here) {
        Style style = null;
        Boolean local = null;
        boolean ms = true;
        List<String> seen = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (item.isEmpty()) {
                continue;
            }
            String word = Names.unique(item.toLowerCase(Locale.ROOT), WORDS, "timestamp format");
            seen.add(word);
            switch (word) {
                case "utc", "local" -> {
                    if (local != null) {
                        throw new IllegalArgumentException("'" + text + "' names two zones");
                    }
                    local = word.equals("local");
                }
                case "no-msec" -> {
                    if (!ms) {
                        throw new IllegalArgumentException("no-msec is given twice");
                    }
                    ms = false;
                }
                default -> {
                    if (style != null) {
                        throw new IllegalArgumentException("'" + text + "' names two formats");
                    }
                    style =
                            switch (word) {
                                case "iso" -> Style.ISO;
                                case "m/d/y" -> Style.MDY;
                                case "epoch" -> Style.EPOCH;
                                default -> Style.DEFAULT;
                            };
                }
            }
        }
        if (seen.isEmpty()) {
            throw new IllegalArgumentException("empty timestamp format");
        }
        ZoneRules zone = local != null && local ? here.get() : null;
        return new TimeFormat(style == null ? Style.DEFAULT : style, zone, ms);
    }

    public TimeFormat withMilliseconds(boolean wanted) {
        return new TimeFormat(style, zone, wanted);
    }

    public int width() {
        int plain = style == Style.EPOCH ? 10 : 19;
        return milliseconds ? plain + 4 : plain;
    }

    public String format(long ms) {
        StringBuilder out = new StringBuilder(24);
        format(ms, out);
        return out.toString();
    }

    /// Appends a time given in milliseconds since 1970.
    public void format(long ms, StringBuilder out) {
        long seconds = Math.floorDiv(ms, 1000L);
        int fraction = (int) Math.floorMod(ms, 1000L);
        if (style == Style.EPOCH) {
            out.append(seconds);
        } else {
            date(seconds, out);
        }
        if (milliseconds) {
            out.append('.');
            Numbers.digits(fraction, 3, out);
        }
    }

    private void date(long seconds, StringBuilder out) {
        ZoneRules local = zone;
        ZoneOffset offset =
                local == null ? ZoneOffset.UTC : local.getOffset(Instant.ofEpochSecond(seconds));
        LocalDateTime t = LocalDateTime.ofEpochSecond(seconds, 0, offset);
        char separator = style == Style.ISO ? '-' : '/';
        if (style == Style.MDY) {
            Numbers.digits(t.getMonthValue(), 2, out);
            out.append('/');
            Numbers.digits(t.getDayOfMonth(), 2, out);
            out.append('/');
            Numbers.digits(t.getYear(), 4, out);
        } else {
            Numbers.digits(t.getYear(), 4, out);
            out.append(separator);
            Numbers.digits(t.getMonthValue(), 2, out);
            out.append(separator);
            Numbers.digits(t.getDayOfMonth(), 2, out);
        }
        out.append(style == Style.DEFAULT ? 'T' : ' ');
        Numbers.digits(t.getHour(), 2, out);
        out.append(':');
        Numbers.digits(t.getMinute(), 2, out);
        out.append(':');
        Numbers.digits(t.getSecond(), 2, out);
    }

    /// Appends a duration in seconds, with `.sss` if this format has milliseconds.
    public void duration(long ms, StringBuilder out) {
        out.append(ms / 1000);
        if (milliseconds) {
            out.append('.');
            Numbers.digits(ms % 1000, 3, out);
        }
    }
}
