package dev.rearview.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.text.NumberRange.Integers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is known of the values of a row group, and what follows from it.
class BoundsTest {
    private static final long MIN = Long.MIN_VALUE;
    private static final long MAX = Long.MAX_VALUE;

    /// What operators make of values between two bounds, by the four corners.
    @ParameterizedTest
    @CsvSource({
        "PLUS, -3, 5, 10, 20, 7, 25",
        "MINUS, -3, 5, 10, 20, -23, -5",
        "TIMES, 2, 5, 10, 20, 20, 100",
        "TIMES, 0, 5, 0, 20, 0, 100",
        "DIVIDED_BY, -3, 25, 10, 10, -1, 2",
        "DIVIDED_BY, -3, 25, 1, 1, -3, 25",
        "DOWN_TO, -3, 25, 10, 10, -10, 20",
        "AT_MOST, -3, 25, 4, 10, -3, 10",
        "AT_LEAST, -3, 25, 4, 10, 4, 25"
    })
    void operatorsMoveTheBounds(
            Operator operator, long a, long b, long c, long d, long low, long high) {
        assertThat(new Bounds(a, b).combine(operator, new Bounds(c, d)))
                .isEqualTo(new Bounds(low, high));
    }

    /// Signs that turn a product, divisors that vary or are 0 or below, and sums that wrap around.
    @ParameterizedTest
    @CsvSource({
        "TIMES, -1, 5, 10, 20",
        "TIMES, 1, 5, -10, 20",
        "DIVIDED_BY, 1, 5, 1, 2",
        "DIVIDED_BY, 1, 5, 0, 0",
        "DIVIDED_BY, 1, 5, -2, -2",
        "DOWN_TO, 1, 5, 0, 0",
        "PLUS, 1, 9223372036854775807, 1, 1",
        "MINUS, -9223372036854775807, 0, 2, 2",
        "TIMES, 1, 4611686018427387904, 2, 2"
    })
    void whatCannotBeToldIsNotKnown(Operator operator, long a, long b, long c, long d) {
        Bounds known = new Bounds(a, b).combine(operator, new Bounds(c, d));
        assertThat(known).isEqualTo(Bounds.ANY);
        assertThat(known.isKnown()).isFalse();
    }

    @Test
    void nothingFollowsFromWhatIsNotKnown() {
        Bounds one = Bounds.of(1);
        assertThat(Bounds.ANY.combine(Operator.AT_MOST, one)).isEqualTo(Bounds.ANY);
        assertThat(one.combine(Operator.AT_MOST, Bounds.ANY)).isEqualTo(Bounds.ANY);
        assertThat(new Bounds(MIN, 5).isKnown()).isTrue();
        assertThat(new Bounds(5, MAX).isKnown()).isTrue();
        assertThat(new Bounds(1, 5).or(new Bounds(3, 9))).isEqualTo(new Bounds(1, 9));
        assertThat(new Bounds(3, 9).or(new Bounds(1, 5))).isEqualTo(new Bounds(1, 9));
    }

    @ParameterizedTest
    @CsvSource({
        // The values are 10 to 20.
        "10, 20, ALL",
        "9, 21, ALL",
        "10, 19, SOME",
        "11, 20, SOME",
        "20, 30, SOME",
        "0, 10, SOME",
        "21, 30, NONE",
        "0, 9, NONE"
    })
    void aRangeHoldsAllSomeOrNone(long low, long high, Outcome expected) {
        List<Integers> ranges = List.of(new Integers(low, high));
        assertThat(new Bounds(10, 20).in(ranges, true)).isEqualTo(expected);
        assertThat(new Bounds(10, 20).in(ranges, false)).isEqualTo(expected);
    }

    @Test
    void theFirstRangeThatMeetsTheValuesTells() {
        Bounds b = new Bounds(10, 20);
        assertThat(b.in(List.of(), true)).isEqualTo(Outcome.NONE);
        assertThat(b.in(List.of(new Integers(0, 5), new Integers(10, 20)), false))
                .isEqualTo(Outcome.ALL);
        assertThat(b.in(List.of(new Integers(0, 5), new Integers(30, 40)), false))
                .isEqualTo(Outcome.NONE);
        assertThat(b.in(List.of(new Integers(0, 15), new Integers(30, 40)), false))
                .isEqualTo(Outcome.SOME);
    }

    /// Unsigned ends above all signed numbers lie above the values.
    @Test
    void endsOfUnsignedRangesAreLargeNotNegative() {
        Bounds b = new Bounds(10, 20);
        assertThat(b.in(List.of(new Integers(10, -1)), false)).isEqualTo(Outcome.ALL);
        assertThat(b.in(List.of(new Integers(11, -1)), false)).isEqualTo(Outcome.SOME);
        assertThat(b.in(List.of(new Integers(21, -1)), false)).isEqualTo(Outcome.NONE);
        assertThat(b.in(List.of(new Integers(-5, -1)), false)).isEqualTo(Outcome.NONE);
        assertThat(b.in(List.of(new Integers(-5, -1)), true)).isEqualTo(Outcome.NONE);
        assertThat(b.in(List.of(new Integers(-5, 30)), true)).isEqualTo(Outcome.ALL);
        assertThat(new Bounds(-5, 20).in(List.of(new Integers(-5, 20)), true))
                .isEqualTo(Outcome.ALL);
    }

    @Test
    void valuesThatMayBeNegativeTellNothingOfUnsignedRanges() {
        List<Integers> small = List.of(new Integers(0, 5));
        assertThat(new Bounds(-1, 20).in(small, false)).isEqualTo(Outcome.SOME);
        assertThat(new Bounds(-9, -1).in(small, false)).isEqualTo(Outcome.SOME);
        assertThat(new Bounds(0, 5).in(small, false)).isEqualTo(Outcome.ALL);
        assertThat(Bounds.ANY.in(small, true)).isEqualTo(Outcome.SOME);
        assertThat(Bounds.ANY.in(List.of(), true)).isEqualTo(Outcome.NONE);
        assertThat(new Bounds(-1, 20).in(List.of(), false)).isEqualTo(Outcome.NONE);
    }
}
