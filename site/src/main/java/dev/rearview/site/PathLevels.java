package dev.rearview.site;

import dev.rearview.text.TimeText;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The directories of a path format, level by level: which names may lead to hours that are wanted,
/// and what they tell of the time. So a repository can be searched by what is there.
///
/// A name that is let through need not lead to anything; one that is not leads to nothing.
public final class PathLevels {
    private static final String OF_FILE = "%F-%N_%Y%m%d.%H";

    private final List<Level> levels = new ArrayList<>();

    /// What the names of directories tell of the hours below them; -1 where they do not.
    public record Dates(int year, int month, int day, int hour) {
        public static final Dates UNKNOWN = new Dates(-1, -1, -1, -1);

        /// Start of the first hour that these may be, milliseconds since 1970.
        public long firstMs() {
            return year < 0 ? 0 : start().toEpochSecond(ZoneOffset.UTC) * 1000;
        }

        /// Start of the last one.
        public long lastMs() {
            if (year < 0) {
                return PathFormat.END_MS - TimeText.HOUR_MS;
            }
            LocalDateTime end =
                    month < 0
                            ? start().plusYears(1)
                            : day < 0
                                    ? start().plusMonths(1)
                                    : hour < 0 ? start().plusDays(1) : start().plusHours(1);
            return end.toEpochSecond(ZoneOffset.UTC) * 1000 - TimeText.HOUR_MS;
        }

        private LocalDateTime start() {
            return LocalDateTime.of(
                    year,
                    month < 0 ? 1 : month,
                    month < 0 || day < 0 ? 1 : day,
                    month < 0 || day < 0 || hour < 0 ? 0 : hour,
                    0);
        }

        /// Whether there is such an hour.
        boolean isPossible() {
            return (year < 0 || year >= 1970)
                    && (month < 0 || month >= 1 && month <= 12)
                    && (day < 0 || day >= 1 && day <= 31)
                    && hour < 24
                    && (year < 0
                            || month < 0
                            || day < 0
                            || day <= YearMonth.of(year, month).lengthOfMonth());
        }

        /// With a part that a name tells, empty where another name told otherwise.
        Optional<Dates> with(char part, int value) {
            int known =
                    switch (part) {
                        case 'Y' -> year;
                        case 'm' -> month;
                        case 'd' -> day;
                        default -> hour;
                    };
            if (known >= 0) {
                return known == value ? Optional.of(this) : Optional.empty();
            }
            return Optional.of(
                    switch (part) {
                        case 'Y' -> new Dates(value, month, day, hour);
                        case 'm' -> new Dates(year, value, day, hour);
                        case 'd' -> new Dates(year, month, value, hour);
                        default -> new Dates(year, month, day, value);
                    });
        }
    }

    /// @param flowtypes those wanted
    /// @param sensors those wanted
    public PathLevels(
            PathFormat format, Collection<Flowtype> flowtypes, Collection<Sensor> sensors) {
        String[] parts = format.format().split("/", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            levels.add(
                    new Level(
                            parts[i].replace("%%", "%\u0000").replace("%x", OF_FILE),
                            flowtypes,
                            sensors));
        }
    }

    /// How many directories lie between the root and a file.
    public int count() {
        return levels.size();
    }

    /// The only name at a level, where its directories all have the same.
    public Optional<String> fixedName(int level) {
        return levels.get(level).fixedName;
    }

    /// What a directory's name tells, empty if nothing that is wanted can lie below it.
    ///
    /// @param above what the names above it tell
    public Optional<Dates> enter(int level, String name, Dates above) {
        return levels.get(level).enter(name, above);
    }

    /// One level. Dates have a fixed width, so their place in a name is known unless two parts of
    /// unknown width stand in it: then they are not looked at.
    private static final class Level {
        private final Pattern pattern;
        private final Set<String> words = new HashSet<>();
        private final StringBuilder groups = new StringBuilder();
        private final Optional<String> fixedName;

        Level(String format, Collection<Flowtype> flowtypes, Collection<Sensor> sensors) {
            int open = 0;
            int conversions = 0;
            for (int i = format.indexOf('%'); i >= 0; i = format.indexOf('%', i + 2)) {
                char c = format.charAt(i + 1);
                open += "CTFfNn".indexOf(c) >= 0 ? 1 : 0;
                conversions += c == 0 ? 0 : 1;
            }
            fixedName =
                    conversions == 0
                            ? Optional.of(format.replace("%\u0000", "%"))
                            : Optional.empty();
            StringBuilder regex = new StringBuilder();
            for (int i = 0; i < format.length(); i++) {
                char c = format.charAt(i);
                if (c != '%') {
                    regex.append(Pattern.quote(String.valueOf(c)));
                    continue;
                }
                c = format.charAt(++i);
                if (c == 0) {
                    regex.append('%');
                } else if ("YmdH".indexOf(c) >= 0) {
                    regex.append(c == 'Y' ? "([0-9]{4})" : "([0-9]{2})");
                    groups.append(open > 1 ? '-' : c);
                } else {
                    word(values(c, flowtypes, sensors), open > 1, regex);
                }
            }
            pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
        }

        /// Several words may run into each other, so that only all together can be tried.
        private void word(Set<String> values, boolean among, StringBuilder regex) {
            if (among) {
                regex.append(
                        values.stream()
                                .map(Pattern::quote)
                                .collect(Collectors.joining("|", "(?:", ")")));
            } else {
                words.addAll(values);
                regex.append("(.+)");
                groups.append('w');
            }
        }

        private static Set<String> values(
                char conversion, Collection<Flowtype> flowtypes, Collection<Sensor> sensors) {
            return switch (conversion) {
                case 'C' -> texts(flowtypes, Flowtype::className);
                case 'T' -> texts(flowtypes, Flowtype::type);
                case 'F' -> texts(flowtypes, Flowtype::name);
                case 'f' -> texts(flowtypes, t -> Integer.toString(t.id()));
                case 'N' -> texts(sensors, Sensor::name);
                default -> texts(sensors, s -> Integer.toString(s.id()));
            };
        }

        private static <T> Set<String> texts(Collection<T> of, Function<T, String> text) {
            return of.stream().map(text).collect(Collectors.toSet());
        }

        Optional<Dates> enter(String name, Dates above) {
            Matcher m = pattern.matcher(name);
            if (!m.matches()) {
                return Optional.empty();
            }
            Optional<Dates> dates = Optional.of(above);
            for (int i = 0; i < groups.length(); i++) {
                char part = groups.charAt(i);
                String text = m.group(i + 1);
                if (part == 'w' && !words.contains(text)) {
                    return Optional.empty();
                }
                if ("YmdH".indexOf(part) >= 0) {
                    dates = dates.flatMap(d -> d.with(part, Integer.parseInt(text)));
                }
            }
            return dates.filter(Dates::isPossible);
        }
    }
}
