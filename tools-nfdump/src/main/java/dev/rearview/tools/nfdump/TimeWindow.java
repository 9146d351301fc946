package dev.rearview.tools.nfdump;

import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.text.Numbers;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Flows that began and ended in a window of time (`-t`).
///
/// @param firstMs the first millisecond
/// @param lastMs the last one, `Long.MAX_VALUE` if there is none
record TimeWindow(long firstMs, long lastMs) {
    private static final Pattern TIME =
            Pattern.compile(
                    "(\\d{4})(?:/(\\d{1,2})(?:/(\\d{1,2})(?:\\.(\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2}))?)?)?)?)?");

    /// `TIME`, `TIME-TIME`, or `+SECONDS` and `-SECONDS` from the beginning or the end of all
    /// flows.
    ///
    /// @param style whose zone times are in
    /// @param all from the first to the last of all flows
    static TimeWindow parse(String text, Style style, All all) throws java.io.IOException {
        if (text.startsWith("+") || text.startsWith("-")) {
            long ms = Math.multiplyExact(seconds(text.substring(1)), 1000L);
            TimeWindow whole = all.find();
            long first = whole.firstMs - Math.floorMod(whole.firstMs, 1000L);
            long last = whole.lastMs - Math.floorMod(whole.lastMs, 1000L);
            return text.startsWith("+")
                    ? new TimeWindow(first, first + ms)
                    : new TimeWindow(last - ms, Long.MAX_VALUE);
        }
        int dash = text.indexOf('-');
        long first = time(dash < 0 ? text : text.substring(0, dash), style);
        long last = dash < 0 ? Long.MAX_VALUE : time(text.substring(dash + 1), style);
        if (last < first) {
            throw new IllegalArgumentException("the end is before the beginning");
        }
        return new TimeWindow(first, last);
    }

    /// Finds the window of all flows, for which they have to be read.
    interface All {
        TimeWindow find() throws java.io.IOException;
    }

    private static long seconds(String digits) {
        if (digits.length() > 9 || !Numbers.isDigits(digits)) {
            throw new IllegalArgumentException("expected a number of seconds");
        }
        return Long.parseLong(digits);
    }

    private static long time(String text, Style style) {
        Matcher m = TIME.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("expected YYYY/MM/DD.hh:mm:ss");
        }
        int[] parts = {0, 1, 1, 0, 0, 0};
        for (int i = 0; i < parts.length; i++) {
            if (m.group(i + 1) != null) {
                parts[i] = Integer.parseInt(m.group(i + 1));
            }
        }
        try {
            return style.instant(
                    LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no such time");
        }
    }

    Predicate predicate() {
        return Predicate.all(
                List.of(
                        Predicate.range(Flows.START_MS, firstMs, Long.MAX_VALUE),
                        Predicate.range(Flows.END_MS, Long.MIN_VALUE, lastMs)));
    }
}
