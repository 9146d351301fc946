package dev.rearview.model.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RadixSortTest {
    @ParameterizedTest
    @CsvSource({
        "0, 64, 0", "1, 64, 0", "300, 63, 0", "300, 64, 0", "700, 64, 0", "20000, 64, 0",
                "20000, 33, 0",
        "0, 64, 20", "1, 64, 20", "300, 52, 20", "700, 64, 20", "20000, 52, 20", "20000, 21, 20",
                "20000, 64, 63",
        "20000, 10, 20"
    })
    void wordsAreInOrderOfTheirUpperBits(int n, int bits, int low) {
        Random random = new Random(n + bits + low);
        long[] words = new long[n];
        Arrays.setAll(words, i -> random.nextLong() >>> Long.SIZE - bits);
        Long[] wanted = Arrays.stream(words).boxed().toArray(Long[]::new);
        // Stable: what is the same in the bits that count keeps its order.
        Arrays.sort(wanted, Comparator.comparing(w -> w >>> low, Long::compareUnsigned));
        if (low == 0) {
            RadixSort.unsigned(words, new long[n], n);
        } else {
            RadixSort.unsigned(words, new long[n], n, low);
        }
        assertThat(words).containsExactly(wanted);
    }
}
