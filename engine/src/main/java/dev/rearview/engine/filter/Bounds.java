package dev.rearview.engine.filter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.text.NumberRange;
import java.util.List;

/// Between which signed numbers all values of a row group lie, both included.
record Bounds(long min, long max) {
    /// Nothing is known.
    static final Bounds ANY = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE);

    static Bounds of(long value) {
        return new Bounds(value, value);
    }

    boolean isKnown() {
        return min != Long.MIN_VALUE || max != Long.MAX_VALUE;
    }

    boolean isSingle() {
        return min == max;
    }

    private boolean isNegative() {
        return min < 0;
    }

    Bounds or(Bounds other) {
        return new Bounds(Math.min(min, other.min), Math.max(max, other.max));
    }

    /// What an operator makes of values within two bounds.
    Bounds combine(Expr.Operator operator, Bounds right) {
        if (!isKnown() || !right.isKnown()) {
            return ANY;
        }
        try {
            return switch (operator) {
                case PLUS ->
                        new Bounds(Math.addExact(min, right.min), Math.addExact(max, right.max));
                case MINUS ->
                        new Bounds(
                                Math.subtractExact(min, right.max),
                                Math.subtractExact(max, right.min));
                case TIMES ->
                        isNegative() || right.isNegative()
                                ? ANY
                                : new Bounds(
                                        Math.multiplyExact(min, right.min),
                                        Math.multiplyExact(max, right.max));
                case DIVIDED_BY, DOWN_TO ->
                        right.isSingle() && right.min > 0
                                ? new Bounds(
                                        operator.of(min, right.min), operator.of(max, right.min))
                                : ANY;
                case MODULO ->
                        right.isSingle() && right.min > 0 ? new Bounds(0, right.min - 1) : ANY;
                case AT_MOST, AT_LEAST ->
                        new Bounds(operator.of(min, right.min), operator.of(max, right.max));
            };
        } catch (ArithmeticException e) {
            // The values wrap around.
            return ANY;
        }
    }

    /// How many values lie in some ranges, which ascend.
    ///
    /// @param signed how the ranges compare
    Outcome in(List<NumberRange.Integers> ranges, boolean signed) {
        if (!isKnown() || !signed && isNegative()) {
            return ranges.isEmpty() ? Outcome.NONE : Outcome.SOME;
        }
        Outcome found = Outcome.NONE;
        for (NumberRange.Integers r : ranges) {
            // An unsigned end above all signed numbers lies above these bounds.
            boolean startsBelow = !signed && r.low() < 0 ? false : r.low() <= max;
            boolean endsAbove = !signed && r.high() < 0 || r.high() >= min;
            if (startsBelow && endsAbove) {
                boolean all = r.low() <= min && (!signed && r.high() < 0 || r.high() >= max);
                found = all ? Outcome.ALL : Outcome.SOME;
                break;
            }
        }
        return found;
    }
}
