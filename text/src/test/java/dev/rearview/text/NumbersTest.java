package dev.rearview.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource({
        "0, 2, 0.00",
        "0.125, 2, 0.12",
        "0.375, 2, 0.38",
        "1.005, 2, 1.00",
        "2.675, 2, 2.67",
        "-1.5, 0, -2",
        "-0.001, 2, -0.00",
        "99.9999996, 6, 100.000000",
        "123456789012345.67, 2, 123456789012345.67",
        "1e20, 1, 100000000000000000000.0",
        "NaN, 2, nan",
        "Infinity, 2, inf",
        "-Infinity, 2, -inf",
    })
    void roundsAsCDoes(double value, int digits, String expected) {
        assertThat(Numbers.fixed(value, digits)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 2, 00", "9, 2, 09", "10, 2, 10", "123, 2, 123", "7, 3, 007"})
    void writesZerosBeforeDigits(long value, int width, String expected) {
        StringBuilder out = new StringBuilder();
        Numbers.digits(value, width, out);
        assertThat(out).hasToString(expected);
    }

    @Test
    void agreesWithExactArithmetic() {
        Random random = new Random(9);
        for (int i = 0; i < 200_000; i++) {
            double v = random.nextDouble() * Math.pow(10, random.nextInt(16));
            int digits = random.nextInt(7);
            assertThat(Numbers.fixed(v, digits))
                    .isEqualTo(
                            new BigDecimal(v)
                                    .setScale(digits, RoundingMode.HALF_EVEN)
                                    .toPlainString());
        }
    }

    @Test
    void alignsToTheRight() {
        assertThat(Numbers.right(42, 5)).isEqualTo("   42");
        assertThat(Numbers.right("abcdef", 3)).isEqualTo("abcdef");
    }
}
