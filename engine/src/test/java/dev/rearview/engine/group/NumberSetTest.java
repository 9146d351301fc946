package dev.rearview.engine.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberSetTest {
    private static void check(NumberSet set, TreeSet<Integer> expected) throws IOException {
        TreeSet<Integer> got = new TreeSet<>();
        set.forEach(number -> assertThat(got.add(number)).as("%s once", number).isTrue());
        assertThat(got).isEqualTo(expected);
        assertThat(set.size()).isEqualTo(expected.size());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5",
        "3, 20",
        "6, 200",
        "8, 300",
        "15, 5000",
        "16, 100000",
        "17, 3000",
        "24, 10",
        "24, 100000",
        "24, 400000"
    })
    void holdsWhatWasAdded(int bits, int additions) throws IOException {
        Random random = new Random(bits);
        NumberSet set = new NumberSet(bits);
        TreeSet<Integer> expected = new TreeSet<>();
        check(set, expected);
        for (int i = 0; i < additions; i++) {
            int number = random.nextInt(1 << bits);
            if (i % 3 == 0) {
                // The lowest bits of some are all zeroes.
                number &= ~0xFFFF;
            }
            if (set.isFirst(number)) {
                assertThat(expected.contains(number)).as("%s", number).isTrue();
            }
            set.add(number);
            set.add(number);
            expected.add(number);
            assertThat(set.size()).isEqualTo(expected.size());
        }
        check(set, expected);
    }

    /// Numbers close together, however they come.
    @Test
    void takesLittleMemoryForNeighbours() throws IOException {
        NumberSet set = new NumberSet(24);
        TreeSet<Integer> expected = new TreeSet<>();
        for (int i = 0; i < 1 << 17; i++) {
            int number = 0x12_0000 + (i * 40_503 & (1 << 17) - 1);
            set.add(number);
            expected.add(number);
        }
        check(set, expected);
        assertThat(set.bytes()).isLessThan(20_000);
    }

    @Test
    void takesSomeOctetsANumber() {
        Random random = new Random(1);
        NumberSet set = new NumberSet(24);
        for (int i = 0; i < 1_000_000; i++) {
            set.add(random.nextInt(1 << 24));
            if (set.size() > 10_000) {
                assertThat(set.bytes()).isLessThan(6L * set.size() + 2_000);
            }
        }
    }

    @Test
    void refusesWiderNumbers() {
        assertThatThrownBy(() -> new NumberSet(25)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NumberSet(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
