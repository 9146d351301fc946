package dev.rearview.model.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pairs come out by their keys, equal ones in their order, however many there are and whichever
/// bits of the keys differ.
class PairSortTest {
    @ParameterizedTest
    @CsvSource({
        "0, -1",
        "1, -1",
        "32, -1",
        "33, -1",
        "5000, -1",
        "5000, 255",
        "5000, 0",
        "40000, -1",
        "40000, 72057594037927935",
        "200000, 4294967295",
        "200000, 65280"
    })
    void pairsAreSortedAndKeepTheirOrder(int n, long mask) {
        Random random = new Random(n + mask);
        int from = 3;
        long[] keys = new long[n + 5];
        int[] rows = new int[n + 5];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = random.nextLong() & mask;
            rows[i] = i;
        }
        long[] before = keys.clone();
        List<Integer> wanted =
                IntStream.range(from, from + n)
                        .boxed()
                        .sorted(
                                Comparator.comparing(
                                        (Integer i) -> before[i], Long::compareUnsigned))
                        .toList();
        new PairSort(keys, rows, new long[n], new int[n], -from).sort(from, from + n);
        assertThat(IntStream.range(from, from + n).map(i -> rows[i]).boxed().toList())
                .isEqualTo(wanted);
        assertThat(IntStream.range(from, from + n).allMatch(i -> keys[i] == before[rows[i]]))
                .isTrue();
        // What lies outside stays as it is.
        assertThat(rows[from - 1]).isEqualTo(from - 1);
        assertThat(rows[from + n]).isEqualTo(from + n);
    }
}
