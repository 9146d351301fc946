package dev.rearview.text;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneOffsetTransitionRule.TimeDefinition;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The local time zone that a value of `TZ` means: a name, or rules as POSIX spells them out
/// (`CET-1CEST,M3.5.0,M10.5.0/3`), which Java's own zones leave out.
public final class PosixZone {
    private static final String NAME = "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)";
    private static final String OFFSET = "([+-]?\\d{1,2}(?::\\d{2}(?::\\d{2})?)?)";
    private static final String DATE = "([MJ0-9.]+)(?:/(\\d{1,2}(?::\\d{2}(?::\\d{2})?)?))?";
    private static final Pattern ZONE =
            Pattern.compile(
                    ":?" + NAME + OFFSET + NAME + OFFSET + "?," + DATE + "," + DATE,
                    Pattern.CASE_INSENSITIVE);

    /// Without rules for the summer: none, or those that POSIX leaves to the system.
    private static final Pattern PLAIN =
            Pattern.compile(":?" + NAME + OFFSET + "(" + NAME + OFFSET + "?)?");

    private static final String USUAL_RULES = ",M3.2.0,M11.1.0";
    private static final String ZONE_FILES = "/usr/share/zoneinfo/";
    private static final Pattern MONTH_RULE = Pattern.compile("M(\\d{1,2})\\.([1-5])\\.([0-6])");
    private static final Pattern DAY_RULE = Pattern.compile("J(\\d{1,3})");

    /// A year before all times that flows can have, to start the rules from.
    private static final int FIRST_YEAR = 1969;

    private static final ZoneRules UTC = ZoneOffset.UTC.getRules();

    private PosixZone() {}

    /// The rules of the local zone. As in C, what means nothing is UTC.
    ///
    /// @param tz value of the environment variable; null or empty for the machine's own zone
    public static ZoneRules local(@Nullable String tz) {
        if (tz == null || tz.isEmpty()) {
            return ZoneId.systemDefault().getRules();
        }
        return parse(tz)
                .or(() -> ofDatabase(tz))
                .or(() -> plain(tz))
                .or(() -> named(tz))
                .orElse(UTC);
    }

    private static String name(String tz) {
        String name = tz.startsWith(":") ? tz.substring(1) : tz;
        return name.startsWith(ZONE_FILES) ? name.substring(ZONE_FILES.length()) : name;
    }

    private static Optional<ZoneRules> ofDatabase(String tz) {
        try {
            return Optional.of(ZoneRulesProvider.getRules(name(tz), false));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// Other names that Java knows.
    private static Optional<ZoneRules> named(String tz) {
        try {
            return Optional.of(ZoneId.of(name(tz), ZoneId.SHORT_IDS).getRules());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<ZoneRules> plain(String tz) {
        Matcher m = PLAIN.matcher(tz);
        if (!m.matches()) {
            return Optional.empty();
        }
        if (m.group(2) != null) {
            return parse(tz + USUAL_RULES);
        }
        try {
            return Optional.of(offset(m.group(1)).getRules());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// Reads a zone with summer time rules; empty for every other spelling.
    static Optional<ZoneRules> parse(String tz) {
        Matcher m = ZONE.matcher(tz);
        if (!m.matches()) {
            return Optional.empty();
        }
        try {
            ZoneOffset winter = offset(m.group(1));
            ZoneOffset summer =
                    m.group(2) == null
                            ? ZoneOffset.ofTotalSeconds(winter.getTotalSeconds() + 3600)
                            : offset(m.group(2));
            ZoneOffsetTransitionRule start = rule(m.group(3), m.group(4), winter, winter, summer);
            ZoneOffsetTransitionRule end = rule(m.group(5), m.group(6), winter, summer, winter);
            boolean north =
                    start.createTransition(FIRST_YEAR).compareTo(end.createTransition(FIRST_YEAR))
                            < 0;
            List<ZoneOffsetTransitionRule> rules =
                    north ? List.of(start, end) : List.of(end, start);
            return Optional.of(
                    ZoneRules.of(
                            winter,
                            north ? winter : summer,
                            List.of(),
                            rules.stream().map(r -> r.createTransition(FIRST_YEAR)).toList(),
                            rules));
        } catch (DateTimeException | IllegalArgumentException e) {
            // As in C, a zone that makes no sense is no zone.
            return Optional.empty();
        }
    }

    /// POSIX counts offsets westward.
    private static ZoneOffset offset(String text) {
        boolean minus = text.startsWith("-");
        int seconds = seconds(minus || text.startsWith("+") ? text.substring(1) : text);
        return ZoneOffset.ofTotalSeconds(minus ? seconds : -seconds);
    }

    private static int seconds(String clock) {
        int total = 0;
        int unit = 3600;
        for (String part : clock.split(":", -1)) {
            total += Integer.parseInt(part) * unit;
            unit /= 60;
        }
        return total;
    }

    private static ZoneOffsetTransitionRule rule(
            String date,
            @Nullable String time,
            ZoneOffset standard,
            ZoneOffset before,
            ZoneOffset after) {
        int at = time == null ? 2 * 3600 : seconds(time);
        boolean midnight = at == 24 * 3600;
        LocalTime clock = midnight ? LocalTime.MIDNIGHT : LocalTime.ofSecondOfDay(at);
        Month month;
        int day;
        DayOfWeek weekday = null;
        Matcher byMonth = MONTH_RULE.matcher(date);
        Matcher byDay = DAY_RULE.matcher(date);
        if (byMonth.matches()) {
            month = Month.of(Integer.parseInt(byMonth.group(1)));
            int week = Integer.parseInt(byMonth.group(2));
            day = week == 5 ? -1 : 1 + 7 * (week - 1);
            int sunday = Integer.parseInt(byMonth.group(3));
            weekday = DayOfWeek.of(sunday == 0 ? 7 : sunday);
        } else if (byDay.matches()) {
            // Day of a year without a 29 February.
            var d = LocalDate.ofYearDay(1970, Integer.parseInt(byDay.group(1)));
            month = d.getMonth();
            day = d.getDayOfMonth();
        } else {
            throw new IllegalArgumentException("unknown date of a zone's rule: " + date);
        }
        return ZoneOffsetTransitionRule.of(
                month, day, weekday, clock, midnight, TimeDefinition.WALL, standard, before, after);
    }
}
