package dev.rearview.tools.rwscanquery;

import dev.rearview.kit.options.ToolException;
import dev.rearview.text.TimeFormat;
import dev.rearview.text.TimeText;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Optional;

/// Whole hours that are asked about.
///
/// @param endMs exclusive
record ScanWindow(long startMs, long endMs) {
    /// Of the switches; today where there are none.
    ///
    /// @param here whose today it is
    static ScanWindow of(Optional<String> start, Optional<String> end, ZoneRules here) {
        if (start.isEmpty()) {
            if (end.isPresent()) {
                throw new ToolException("--end-date needs a --start-date");
            }
            Instant now = Instant.now();
            long today =
                    LocalDate.ofInstant(now, here.getOffset(now))
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .toEpochMilli();
            return new ScanWindow(today, today + TimeText.DAY_MS);
        }
        TimeText.Moment first = moment("start-date", start.get());
        TimeText.Moment last = end.map(e -> moment("end-date", e)).orElse(first);
        long endMs = last.endMs() + 1;
        if (endMs <= first.ms()) {
            throw new ToolException("--end-date is before --start-date");
        }
        return new ScanWindow(first.ms(), endMs);
    }

    private static TimeText.Moment moment(String name, String text) {
        try {
            TimeText.Moment m = TimeText.parse(text);
            if (m.precision() != TimeText.Precision.DAY
                    && m.precision() != TimeText.Precision.HOUR) {
                throw new IllegalArgumentException("expected YYYY/MM/DD or YYYY/MM/DD:HH");
            }
            return m;
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --" + name + " '" + text + "': " + e.getMessage());
        }
    }

    /// Its first hour, as `rwfilter` takes it.
    String firstHour() {
        return hour(startMs);
    }

    String lastHour() {
        return hour(endMs - 1);
    }

    private static String hour(long ms) {
        String text = TimeFormat.DEFAULT.withMilliseconds(false).format(ms);
        return text.substring(0, "YYYY/MM/DDTHH".length())
                .replace('T', ':')
                .toUpperCase(Locale.ROOT);
    }
}
