package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.text.Numbers;
import dev.rearview.text.TimeText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Numbers, durations, sizes, times and the words that stand for some.
final class Constants {
    private static final Map<String, Long> DURATIONS_MS =
            Map.of(
                    "ms", 1L,
                    "s", 1000L,
                    "m", 60_000L,
                    "h", 3_600_000L,
                    "d", 86_400_000L,
                    "w", 604_800_000L);

    private static final String SIZES = "kKMGT";
    private static final List<String> DAYS =
            List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Map<String, Integer> PROTOCOLS =
            Map.of(
                    "icmp", 1,
                    "igmp", 2,
                    "tcp", 6,
                    "udp", 17,
                    "gre", 47,
                    "esp", 50,
                    "ah", 51,
                    "icmp6", 58,
                    "ospf", 89,
                    "sctp", 132);

    private Constants() {}

    /// A number of any kind that stands in a text.
    ///
    /// @param exact in the unit of its kind
    record Quantity(Kind kind, BigDecimal exact) {
        /// Whether it is a number without decimals.
        boolean isWhole() {
            return kind != Kind.REAL;
        }
    }

    /// What a number says, perhaps with a unit.
    ///
    /// @throws IllegalArgumentException if it is out of range
    static Quantity number(String text) {
        if (text.length() > 1 && Character.toLowerCase(text.charAt(1)) == 'x') {
            return new Quantity(Kind.WHOLE, new BigDecimal(new BigInteger(text.substring(2), 16)));
        }
        int end = text.length();
        while (end > 0 && !Character.isDigit(text.charAt(end - 1))) {
            end--;
        }
        String digits = text.substring(0, end);
        String unit = text.substring(end);
        BigDecimal value = new BigDecimal(digits);
        Long durationMs = DURATIONS_MS.get(unit);
        if (durationMs != null) {
            BigDecimal ms = value.multiply(BigDecimal.valueOf(durationMs)).stripTrailingZeros();
            if (ms.scale() > 0) {
                throw new IllegalArgumentException("durations are whole milliseconds");
            }
            return new Quantity(Kind.DURATION, inRange(ms));
        }
        value = value.multiply(BigDecimal.valueOf(size(unit)));
        boolean isWhole =
                unit.isEmpty() ? Numbers.isDigits(digits) : value.stripTrailingZeros().scale() <= 0;
        return new Quantity(isWhole ? Kind.WHOLE : Kind.REAL, isWhole ? inRange(value) : value);
    }

    private static BigDecimal inRange(BigDecimal whole) {
        if (whole.toBigInteger().bitLength() > Long.SIZE) {
            throw new IllegalArgumentException("the number is above 64 bits");
        }
        return whole;
    }

    /// How many one of a unit is: k is 1000, Ki 1024, and so on; B is 1.
    private static long size(String unit) {
        int power = unit.isEmpty() ? -1 : SIZES.indexOf(unit.charAt(0));
        if (power < 0) {
            return 1;
        }
        long base = unit.indexOf('i') > 0 ? 1024 : 1000;
        long out = 1;
        for (int i = 0; i < Math.max(1, power); i++) {
            out *= base;
        }
        return out;
    }

    /// The milliseconds of a time, and the last ones that it covers.
    static TimeText.Moment time(String text) {
        return TimeText.parse(text);
    }

    /// What a word of the language stands for.
    static Optional<Quantity> word(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "now", "today", "yesterday" ->
                    Optional.of(new Quantity(Kind.TIME, BigDecimal.valueOf(time(word).ms())));
            default -> Optional.empty();
        };
    }

    /// The number that a name stands for among values of a kind.
    static Optional<Integer> named(Kind kind, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (kind == Kind.PROTOCOL) {
            return Optional.ofNullable(PROTOCOLS.get(lower));
        }
        int day = lower.length() < 3 ? -1 : DAYS.indexOf(lower.substring(0, 3));
        return kind == Kind.WEEKDAY && day >= 0 ? Optional.of(day + 1) : Optional.empty();
    }

    /// The names that are known among values of a kind.
    static List<String> names(Kind kind) {
        return kind == Kind.PROTOCOL ? PROTOCOLS.keySet().stream().sorted().toList() : DAYS;
    }

    /// A constant as an expression.
    ///
    /// @throws IllegalArgumentException if it does not fit
    static Term.Value value(Quantity q) {
        if (!q.isWhole()) {
            return new Term.Value(Kind.REAL, new Expr.Real(q.exact().doubleValue()));
        }
        BigInteger whole = q.exact().toBigIntegerExact();
        if (whole.bitLength() >= Long.SIZE) {
            throw new IllegalArgumentException("the number is above " + Long.MAX_VALUE);
        }
        return new Term.Value(q.kind(), new Expr.Constant(whole.longValue()));
    }
}
