package dev.rearview.site;

import dev.rearview.text.Numbers;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The repository layout: `path-format` of silk.conf.
///
/// @param format ends in `/%x` or is `%x`
public record PathFormat(String format) {
    public static final PathFormat DEFAULT = new PathFormat("%T/%Y/%m/%d/%x");

    /// Start of the year 10000: times from here on have no place.
    public static final long END_MS = 253_402_300_800_000L;

    /// @throws IllegalArgumentException for an unknown conversion, a format not ending in `%x`, or
    ///   one that leads out of the repository
    public PathFormat {
        if (!format.equals("%x") && !format.endsWith("/%x")) {
            throw new IllegalArgumentException("path-format must end in '/%x' or be '%x'");
        }
        if (format.startsWith("/") || List.of(format.split("/", -1)).contains("..")) {
            throw new IllegalArgumentException("path-format leads out of the repository");
        }
        for (int i = format.indexOf('%'); i >= 0; i = format.indexOf('%', i + 2)) {
            if (i + 1 >= format.length() || "CTFfNnYmdHx%".indexOf(format.charAt(i + 1)) < 0) {
                throw new IllegalArgumentException(
                        "path-format has an unknown conversion '" + format.substring(i) + "'");
            }
        }
    }

    /// A time that is no date of the repository.
    public static final class NoDateException extends DateTimeException {
        private static final long serialVersionUID = 1;

        NoDateException(long ms) {
            super(ms + " ms since 1970 is not in the years 1970 to 9999");
        }
    }

    /// Whether a time lies in the years 1970 to 9999, for which there are hourly files.
    ///
    /// @param ms milliseconds since 1970
    public static boolean isDate(long ms) {
        return ms >= 0 && ms < END_MS;
    }

    /// What a data file's name says.
    ///
    /// @param hourMs start of its hour, milliseconds since 1970
    public record FileKey(Flowtype flowtype, String sensor, long hourMs) {}

    /// The path of an hourly file relative to the root.
    ///
    /// @param hourMs in the hour, milliseconds since 1970
    /// @throws NoDateException for an hour before 1970 or after 9999
    public String expand(Flowtype flowtype, Sensor sensor, long hourMs) {
        if (!isDate(hourMs)) {
            throw new NoDateException(hourMs);
        }
        LocalDateTime t =
                LocalDateTime.ofEpochSecond(Math.floorDiv(hourMs, 1000L), 0, ZoneOffset.UTC);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            switch (format.charAt(++i)) {
                case 'C' -> out.append(flowtype.className());
                case 'T' -> out.append(flowtype.type());
                case 'F' -> out.append(flowtype.name());
                case 'f' -> out.append(flowtype.id());
                case 'N' -> out.append(sensor.name());
                case 'n' -> out.append(sensor.id());
                case 'Y' -> Numbers.digits(t.getYear(), 4, out);
                case 'm' -> Numbers.digits(t.getMonthValue(), 2, out);
                case 'd' -> Numbers.digits(t.getDayOfMonth(), 2, out);
                case 'H' -> Numbers.digits(t.getHour(), 2, out);
                case 'x' -> out.append(fileName(flowtype, sensor, t));
                default -> out.append('%');
            }
        }
        return out.toString();
    }

    private static String fileName(Flowtype flowtype, Sensor sensor, LocalDateTime t) {
        StringBuilder out = new StringBuilder();
        out.append(flowtype.name()).append('-').append(sensor.name()).append('_');
        Numbers.digits(t.getYear(), 4, out);
        Numbers.digits(t.getMonthValue(), 2, out);
        Numbers.digits(t.getDayOfMonth(), 2, out);
        out.append('.');
        Numbers.digits(t.getHour(), 2, out);
        return out.toString();
    }

    /// Reads flowtype, sensor and hour from a data file's name, such as `in-S0_20240131.13`.
    public static Optional<FileKey> parseFileName(String name, Site site) {
        return keys(name, site).stream().findFirst();
    }

    /// All that a data file's name can say: where flowtypes and sensors have dashes in their names,
    /// it may be split at each.
    public static List<FileKey> keys(String name, Site site) {
        List<FileKey> out = new ArrayList<>();
        for (int dash = name.indexOf('-'); dash > 0; dash = name.indexOf('-', dash + 1)) {
            Optional<Flowtype> flowtype = site.flowtypeNamed(name.substring(0, dash));
            int underscore = name.indexOf('_', dash);
            if (flowtype.isPresent() && underscore > dash + 1) {
                String sensor = name.substring(dash + 1, underscore);
                parseHour(name.substring(underscore + 1))
                        .ifPresent(ms -> out.add(new FileKey(flowtype.get(), sensor, ms)));
            }
        }
        return out;
    }

    private static Optional<Long> parseHour(String s) {
        if (s.length() < 11 || s.charAt(8) != '.' || (s.length() > 11 && s.charAt(11) != '.')) {
            return Optional.empty();
        }
        String digits = s.substring(0, 8) + s.substring(9, 11);
        if (!Numbers.isDigits(digits)) {
            return Optional.empty();
        }
        try {
            LocalDateTime t =
                    LocalDateTime.of(
                            Integer.parseInt(digits.substring(0, 4)),
                            Integer.parseInt(digits.substring(4, 6)),
                            Integer.parseInt(digits.substring(6, 8)),
                            Integer.parseInt(digits.substring(8, 10)),
                            0);
            return Optional.of(t.toEpochSecond(ZoneOffset.UTC) * 1000);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
