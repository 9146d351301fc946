package dev.rearview.model.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RadixSortTest {
    @ParameterizedTest
    @CsvSource({"0, 64", "1, 64", "300, 63", "300, 64", "700, 64", "20000, 64", "20000, 33"})
    void wordsAreInOrder(int n, int bits) {
        Random random = new Random(n + bits);
        long[] words = new long[n];
        Arrays.setAll(words, i -> random.nextLong() >>> Long.SIZE - bits);
        Long[] wanted = Arrays.stream(words).boxed().toArray(Long[]::new);
        Arrays.sort(wanted, Long::compareUnsigned);
        RadixSort.unsigned(words, new long[n], n);
        assertThat(words).containsExactly(wanted);
    }

    /// Rows of the same value keep their order; values may be below 0, and as far apart as there is
    /// room for.
    @ParameterizedTest
    @CsvSource({
        "1, 1, 16",
        "1, 48, 16",
        "300, 48, 16",
        "700, 9, 20",
        "20000, 44, 20",
        "20000, 8, 20",
        "65536, 33, 16",
        "65536, 12, 16",
        "65536, 48, 16"
    })
    void rowsAreInOrderOfTheirValues(int n, int bits, int rowBits) {
        Random random = new Random(n + bits);
        long least = random.nextBoolean() ? -1000 : random.nextLong() >> 1;
        long[] values = new long[n];
        Arrays.setAll(values, i -> least + (random.nextLong() >>> Long.SIZE - bits));
        values[n / 2] = least;
        Integer[] wanted = IntStream.range(0, n).boxed().toArray(Integer[]::new);
        Arrays.sort(wanted, Comparator.comparingLong(i -> values[i]));
        RadixSort.Range range = RadixSort.Range.of(values, n, 0);
        assertThat(range.least()).isEqualTo(least);
        assertThat(range.bits()).isBetween(n == 1 ? 0 : bits - 1, bits);
        long[] kept = values.clone();
        long[] words = RadixSort.rows(values, n, range, rowBits, new long[n], new long[n]);
        assertThat(values).containsExactly(kept);
        long[] inPlace = RadixSort.rows(kept, n, range, rowBits, new long[n], kept);
        assertThat(inPlace).containsExactly(words);
        for (int i = 0; i < n; i++) {
            int row = wanted[i];
            assertThat(words[i]).isEqualTo(values[row] - least << rowBits | row);
        }
    }
}
