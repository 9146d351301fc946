package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import dev.rearview.text.NumberRange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// Tests of a number against constants: the same data that a switch makes.
final class Ranges {
    private static final BigInteger SIGNED_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger SIGNED_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger UNSIGNED_MAX =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger US_PER_MS = BigInteger.valueOf(1000);

    /// Where a range starts that has no start.
    private static final BigDecimal BELOW = BigDecimal.valueOf(-Double.MAX_VALUE);

    /// Where a range ends that has no end.
    static final BigDecimal ABOVE = BigDecimal.valueOf(Double.MAX_VALUE);

    private Ranges() {}

    /// From one number to another, both included.
    record Span(BigDecimal low, BigDecimal high) {}

    /// Between which numbers the values of an expression lie.
    private record Domain(BigInteger low, BigInteger high) {
        static Domain of(Expr e) {
            if (e.equals(Flows.DURATION_MS)) {
                return new Domain(BigInteger.ZERO, SIGNED_MAX);
            }
            if (e instanceof Expr.Stored s) {
                return of(s.field());
            }
            if (e instanceof Expr.Bits b && b.mask() >= 0) {
                return new Domain(BigInteger.ZERO, BigInteger.valueOf(b.mask()));
            }
            return ofWord(e.isSigned());
        }

        static Domain ofWord(boolean signed) {
            return signed
                    ? new Domain(SIGNED_MIN, SIGNED_MAX)
                    : new Domain(BigInteger.ZERO, UNSIGNED_MAX);
        }

        private static Domain of(Field field) {
            return switch (field.kind()) {
                case UINT8 -> new Domain(BigInteger.ZERO, BigInteger.valueOf(0xFF));
                case UINT16 -> new Domain(BigInteger.ZERO, BigInteger.valueOf(0xFFFF));
                case UINT32 -> new Domain(BigInteger.ZERO, BigInteger.valueOf(0xFFFF_FFFFL));
                case UINT64, TIME ->
                        field == Field.DURATION
                                ? new Domain(BigInteger.ZERO, SIGNED_MAX)
                                : ofWord(field.isSigned());
                case ADDRESS -> throw new IllegalArgumentException("an address is no number");
            };
        }
    }

    /// Values that compare with a number in some way.
    ///
    /// @param sign a comparison other than `!=`
    static Span span(String sign, BigDecimal number, boolean whole) {
        return switch (sign) {
            case "<" ->
                    new Span(
                            BELOW,
                            whole
                                    ? number.setScale(0, RoundingMode.CEILING)
                                            .subtract(BigDecimal.ONE)
                                    : new BigDecimal(Math.nextDown(number.doubleValue())));
            case "<=" -> new Span(BELOW, number);
            case ">" ->
                    new Span(
                            whole
                                    ? number.setScale(0, RoundingMode.FLOOR).add(BigDecimal.ONE)
                                    : new BigDecimal(Math.nextUp(number.doubleValue())),
                            ABOVE);
            case ">=" -> new Span(number, ABOVE);
            default -> new Span(number, number);
        };
    }

    /// A number lies in one of some spans.
    static Predicate of(Expr e, List<Span> spans) {
        return e.isReal() ? decimals(e, spans) : wholes(e, spans);
    }

    private static Predicate decimals(Expr e, List<Span> spans) {
        List<Predicate> parts = new ArrayList<>();
        double least = isNeverNegative(e) ? 0 : -Double.MAX_VALUE;
        for (Span s : spans) {
            double low = Math.max(least, s.low().doubleValue());
            parts.add(new Predicate.DecimalIn(e, low, s.high().doubleValue()));
        }
        return Predicate.any(parts);
    }

    private static boolean isNeverNegative(Expr e) {
        return switch (e) {
            case Expr.Ratio r -> isNeverNegative(r.dividend()) && isNeverNegative(r.divisor());
            case Expr.Constant c -> c.value() >= 0;
            case Expr.Real r -> r.value() >= 0;
            case Expr.When w -> isNeverNegative(w.then()) && isNeverNegative(w.otherwise());
            case Expr.Stored s -> s.field() != Field.STIME;
            case Expr.Binary b ->
                    b.operator() == Expr.Operator.AT_LEAST
                            ? isNeverNegative(b.right())
                            : b.operator() != Expr.Operator.MINUS
                                    && isNeverNegative(b.left())
                                    && isNeverNegative(b.right());
            default -> e.words() == 1 && !e.isSigned() && !e.isReal();
        };
    }

    private static Predicate wholes(Expr e, List<Span> spans) {
        Domain domain = Domain.of(e);
        Domain word = Domain.ofWord(e.isSigned());
        List<BigInteger[]> found = new ArrayList<>();
        for (Span s : spans) {
            BigInteger low = s.low().setScale(0, RoundingMode.CEILING).toBigInteger();
            BigInteger high = s.high().setScale(0, RoundingMode.FLOOR).toBigInteger();
            low = low.max(s.low().compareTo(BELOW) == 0 ? domain.low() : word.low());
            high = high.min(s.high().compareTo(ABOVE) == 0 ? domain.high() : word.high());
            if (low.compareTo(high) <= 0) {
                found.add(new BigInteger[] {low, high});
            }
        }
        List<BigInteger[]> joined = joined(found);
        if (e.equals(Flows.DURATION_MS) || e.equals(Flows.START_MS)) {
            // Statistics and dictionaries tell of the stored microseconds.
            Field field = e.equals(Flows.START_MS) ? Field.STIME : Field.DURATION;
            return new Predicate.In(Expr.of(field), integers(joined, true));
        }
        return new Predicate.In(e, integers(joined, false));
    }

    /// The same, ascending; neighbours are one.
    private static List<BigInteger[]> joined(List<BigInteger[]> spans) {
        spans.sort((a, b) -> a[0].compareTo(b[0]));
        List<BigInteger[]> out = new ArrayList<>();
        for (BigInteger[] s : spans) {
            BigInteger[] last = out.isEmpty() ? null : out.getLast();
            if (last != null && s[0].subtract(BigInteger.ONE).compareTo(last[1]) <= 0) {
                last[1] = last[1].max(s[1]);
            } else {
                out.add(s.clone());
            }
        }
        return out;
    }

    /// @param milliseconds whether they are turned into microseconds
    private static List<NumberRange.Integers> integers(
            List<BigInteger[]> spans, boolean milliseconds) {
        List<NumberRange.Integers> out = new ArrayList<>();
        for (BigInteger[] s : spans) {
            BigInteger low = s[0];
            BigInteger high = s[1];
            if (milliseconds) {
                low = low.multiply(US_PER_MS).max(SIGNED_MIN);
                high = high.multiply(US_PER_MS).add(BigInteger.valueOf(999)).min(SIGNED_MAX);
            }
            if (low.compareTo(high) <= 0) {
                out.add(new NumberRange.Integers(low.longValue(), high.longValue()));
            }
        }
        return out;
    }
}
