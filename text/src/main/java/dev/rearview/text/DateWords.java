package dev.rearview.text;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Dates that SiLK does not know: ISO 8601's, and those that count from now. All are UTC.
final class DateWords {
    private static final Pattern ISO =
            Pattern.compile(
                    "([0-9]{4})-([0-9]{2})-([0-9]{2})"
                            + "(?:[T ]([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]+))?)?)?Z?)?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern AGO =
            Pattern.compile("-([0-9]{1,6})([mhdw])", Pattern.CASE_INSENSITIVE);

    private static final List<String> WEEKDAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");
    private static final int THURSDAY_TO_MONDAY = 4;

    private DateWords() {}

    /// SiLK's way to write what is in ISO 8601's, empty for anything else.
    static Optional<String> silkOfIso(String s) {
        Matcher m = ISO.matcher(s);
        if (!m.matches()) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        out.append(m.group(1)).append('/').append(m.group(2)).append('/').append(m.group(3));
        for (int i = 4; i <= 7 && m.group(i) != null; i++) {
            out.append(i == 7 ? '.' : ':').append(m.group(i));
        }
        return Optional.of(out.toString());
    }

    /// A date that counts from now, empty for anything else. What counts in days is a day, what
    /// counts in hours is an hour, and so on.
    static Optional<TimeText.Moment> relative(String s, InstantSource clock) {
        String word = s.toLowerCase(Locale.ROOT);
        long nowMs = clock.millis();
        switch (word) {
            case "now":
                return Optional.of(floor(nowMs, TimeText.Precision.SECOND));
            case "today":
                return Optional.of(floor(nowMs, TimeText.Precision.DAY));
            case "yesterday":
                return Optional.of(floor(nowMs - TimeText.DAY_MS, TimeText.Precision.DAY));
            default:
                break;
        }
        int weekday = WEEKDAYS.indexOf(word);
        if (weekday >= 0) {
            long today = Math.floorDiv(nowMs, TimeText.DAY_MS);
            // The first day of 1970 was a Thursday.
            long ago = 1 + Math.floorMod(today - 1 - THURSDAY_TO_MONDAY - weekday, 7L);
            return Optional.of(floor(nowMs - ago * TimeText.DAY_MS, TimeText.Precision.DAY));
        }
        Matcher m = AGO.matcher(word);
        if (!m.matches()) {
            return Optional.empty();
        }
        long n = Long.parseLong(m.group(1));
        TimeText.Moment at =
                switch (m.group(2)) {
                    case "m" -> floor(nowMs - n * TimeText.MINUTE_MS, TimeText.Precision.MINUTE);
                    case "h" -> floor(nowMs - n * TimeText.HOUR_MS, TimeText.Precision.HOUR);
                    case "d" -> floor(nowMs - n * TimeText.DAY_MS, TimeText.Precision.DAY);
                    default -> floor(nowMs - n * 7 * TimeText.DAY_MS, TimeText.Precision.DAY);
                };
        if (at.ms() < 0) {
            throw new IllegalArgumentException("'" + s + "' is before 1970");
        }
        return Optional.of(at);
    }

    private static TimeText.Moment floor(long ms, TimeText.Precision precision) {
        long unitMs =
                switch (precision) {
                    case DAY -> TimeText.DAY_MS;
                    case HOUR -> TimeText.HOUR_MS;
                    case MINUTE -> TimeText.MINUTE_MS;
                    default -> TimeText.SECOND_MS;
                };
        return new TimeText.Moment(ms - Math.floorMod(ms, unitMs), precision, false);
    }
}
