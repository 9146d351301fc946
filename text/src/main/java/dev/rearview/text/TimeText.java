package dev.rearview.text;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;

/// Parses dates and times: SiLK's, ISO 8601's, and those that count from now. All are UTC.
public final class TimeText {
    public static final long SECOND_MS = 1000;
    public static final long MINUTE_MS = 60 * SECOND_MS;
    public static final long HOUR_MS = 60 * MINUTE_MS;
    public static final long DAY_MS = 24 * HOUR_MS;

    private static final long MIN_EPOCH = 536_870_912L;
    private static final long MAX_EPOCH = 2_147_483_647L;

    private TimeText() {}

    /// How finely a time was given.
    public enum Precision {
        DAY,
        HOUR,
        MINUTE,
        SECOND,
        FRACTION
    }

    /// @param ms milliseconds since 1970 UTC, missing parts at their minimum
    /// @param epoch whether it was given as epoch seconds
    public record Moment(long ms, Precision precision, boolean epoch) {
        /// The last millisecond that the given precision covers.
        public long endMs() {
            return switch (precision) {
                case DAY -> epoch ? ms + SECOND_MS - 1 : ms + DAY_MS - 1;
                case HOUR -> epoch ? ms + SECOND_MS - 1 : ms + HOUR_MS - 1;
                case MINUTE -> epoch ? ms + SECOND_MS - 1 : ms + MINUTE_MS - 1;
                case SECOND -> ms + SECOND_MS - 1;
                case FRACTION -> ms;
            };
        }
    }

    /// @param startMs first millisecond
    /// @param endMs last millisecond
    public record Window(long startMs, long endMs) {}

    /// A start and, where one is given, an end that is not before it.
    public record Range(Moment start, Optional<Moment> end) {}

    /// Parses a time as [#parse(String, InstantSource)] does, by the system's clock.
    public static Moment parse(String text) {
        return parse(text, InstantSource.system());
    }

    /// Parses `YYYY/MM/DD[:hh[:mm[:ss[.sss]]]]` (or `T` before the hour), epoch seconds,
    /// `YYYY-MM-DD[Thh[:mm[:ss[.sss]]][Z]]` (or a blank before the hour), `now`, `today`,
    /// `yesterday`, a day of the week, or how long ago in minutes, hours, days or weeks: `-30m`,
    /// `-2h`, `-7d`, `-4w`.
    ///
    /// @param clock tells what now is
    /// @throws IllegalArgumentException naming what is out of range
    public static Moment parse(String text, InstantSource clock) {
        String s = text.strip();
        Optional<Moment> relative = DateWords.relative(s, clock);
        if (relative.isPresent()) {
            return relative.get();
        }
        if (isEpoch(s)) {
            return parseEpoch(s);
        }
        return new Parser(DateWords.silkOfIso(s).orElse(s)).parse();
    }

    /// The window of a time switch, by the system's clock.
    public static Window window(String text) {
        return window(text, InstantSource.system());
    }

    /// The window of a time switch: an instant, or from the start of one to the end of the other.
    ///
    /// @param clock tells what now is
    public static Window window(String text, InstantSource clock) {
        Range range = range(text, clock);
        long start = range.start.ms();
        return new Window(start, range.end.map(Moment::endMs).orElse(start));
    }

    /// Two times with a dash between, of which the second may be missing.
    ///
    /// @param clock tells what now is
    public static Range range(String text, InstantSource clock) {
        int dash = dash(text, clock);
        Moment start = parse(dash < 0 ? text : text.substring(0, dash), clock);
        String rest = dash < 0 ? "" : text.substring(dash + 1);
        if (rest.isBlank()) {
            return new Range(start, Optional.empty());
        }
        Moment end = parse(rest, clock);
        if (end.endMs() < start.ms()) {
            throw new IllegalArgumentException("'" + text + "' ends before it starts");
        }
        return new Range(start, Optional.of(end));
    }

    /// The time that is named as a whole, by the system's clock.
    public static Window span(String text) {
        return span(text, InstantSource.system());
    }

    /// The time that is named as a whole: a day, hour, minute or second, or from the start of one
    /// to the end of another, with two dots, a colon or a dash between.
    ///
    /// @param clock tells what now is
    public static Window span(String text, InstantSource clock) {
        if (isTime(text, clock)) {
            Moment all = parse(text, clock);
            return new Window(all.ms(), all.endMs());
        }
        int dots = text.indexOf("..");
        if (dots >= 0) {
            return span(text, dots, dots + 2, clock);
        }
        for (int i = text.indexOf(':'); i >= 0; i = text.indexOf(':', i + 1)) {
            if (isTime(text.substring(0, i), clock) && isTime(text.substring(i + 1), clock)) {
                return span(text, i, i + 1, clock);
            }
        }
        return window(text, clock);
    }

    private static Window span(String text, int end, int start, InstantSource clock) {
        long startMs = parse(text.substring(0, end), clock).ms();
        long endMs = parse(text.substring(start), clock).endMs();
        if (endMs < startMs) {
            throw new IllegalArgumentException("'" + text + "' ends before it starts");
        }
        return new Window(startMs, endMs);
    }

    /// Where the dash between two times is, -1 if there is none. Times may hold dashes themselves.
    private static int dash(String text, InstantSource clock) {
        int first = text.indexOf('-', text.strip().startsWith("-") ? text.indexOf('-') + 1 : 0);
        if (isTime(text, clock)) {
            return -1;
        }
        for (int i = first; i >= 0; i = text.indexOf('-', i + 1)) {
            String rest = text.substring(i + 1);
            if (isTime(text.substring(0, i), clock) && (rest.isBlank() || isTime(rest, clock))) {
                return i;
            }
        }
        return first;
    }

    private static boolean isTime(String text, InstantSource clock) {
        try {
            parse(text, clock);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isEpoch(String s) {
        if (s.length() < 9) {
            return false;
        }
        for (int i = 0; i < 9; i++) {
            char c = s.charAt(i);
            if ((c < '0' || c > '9') && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static Moment parseEpoch(String s) {
        int dot = s.indexOf('.');
        long seconds =
                IpText.parseUnsigned(dot < 0 ? s : s.substring(0, dot), MAX_EPOCH, "epoch time");
        if (seconds < MIN_EPOCH) {
            throw new IllegalArgumentException("epoch time '" + s + "' is below " + MIN_EPOCH);
        }
        String fraction = dot < 0 ? "" : s.substring(dot + 1);
        if (!fraction.isEmpty()) {
            return new Moment(
                    seconds * SECOND_MS + milliseconds(fraction), Precision.FRACTION, true);
        }
        Precision precision =
                seconds % 86400 == 0
                        ? Precision.DAY
                        : seconds % 3600 == 0
                                ? Precision.HOUR
                                : seconds % 60 == 0 ? Precision.MINUTE : Precision.SECOND;
        return new Moment(seconds * SECOND_MS, precision, true);
    }

    private static int milliseconds(String fraction) {
        int ms = 0;
        for (int i = 0; i < fraction.length(); i++) {
            int digit = fraction.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("'" + fraction + "' is not a fraction");
            }
            if (i < 3) {
                ms = ms * 10 + digit;
            }
        }
        for (int i = fraction.length(); i < 3; i++) {
            ms *= 10;
        }
        return ms;
    }

    private static final class Parser {
        private final String s;
        private int at;

        Parser(String s) {
            this.s = s;
        }

        Moment parse() {
            int year = number("year", 1970, 2039);
            expect('/');
            int month = number("month", 1, 12);
            expect('/');
            int day = number("day", 1, YearMonth.of(year, month).lengthOfMonth());
            long ms = LocalDate.of(year, month, day).toEpochDay() * DAY_MS;
            if (!more(":T")) {
                return new Moment(ms, Precision.DAY, false);
            }
            ms += number("hour", 0, 23) * HOUR_MS;
            if (!more(":")) {
                return new Moment(ms, Precision.HOUR, false);
            }
            ms += number("minute", 0, 59) * MINUTE_MS;
            if (!more(":")) {
                return new Moment(ms, Precision.MINUTE, false);
            }
            ms += number("second", 0, 59) * SECOND_MS;
            if (!more(".")) {
                return new Moment(ms, Precision.SECOND, false);
            }
            return new Moment(ms + milliseconds(s.substring(at)), Precision.FRACTION, false);
        }

        /// Takes one of the separators; a separator with nothing behind it ends the time.
        private boolean more(String separators) {
            if (at == s.length()) {
                return false;
            }
            if (separators.indexOf(s.charAt(at)) < 0) {
                throw new IllegalArgumentException("'" + s + "' is not a date");
            }
            at++;
            return at < s.length();
        }

        private void expect(char c) {
            if (at >= s.length() || s.charAt(at) != c) {
                throw new IllegalArgumentException(
                        "'" + s + "' is not a date (YYYY/MM/DD, YYYY-MM-DD, today, -7d)");
            }
            at++;
        }

        private int number(String what, int min, int max) {
            int from = at;
            while (at < s.length() && Character.digit(s.charAt(at), 10) >= 0 && at - from < 9) {
                at++;
            }
            if (at == from) {
                throw new IllegalArgumentException("'" + s + "' has no " + what);
            }
            int value = Integer.parseInt(s.substring(from, at));
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        what + " " + value + " is not in " + min + "-" + max);
            }
            return value;
        }
    }
}
