package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/// The values are found, sorted, and each row has its own: however many there are, and whatever
/// range they have.
class NumberingTest {
    private static final int ROWS = 65_536;

    private final Numbering numbering = new Numbering();

    private void check(LongSupplier values, int rows, boolean isSigned) {
        long[] all = new long[ROWS];
        for (int i = 0; i < rows; i++) {
            all[i] = values.getAsLong();
        }
        long flip = isSigned ? 0 : Long.MIN_VALUE;
        long[] expected =
                Arrays.stream(all, 0, rows)
                        .map(v -> v ^ flip)
                        .sorted()
                        .distinct()
                        .map(v -> v ^ flip)
                        .toArray();
        int n = numbering.find(all, rows, rows, isSigned);
        assertThat(Arrays.copyOf(numbering.sorted, n)).isEqualTo(expected);
        for (int i = 0; i < rows; i++) {
            if (numbering.sorted[numbering.codes[i]] != all[i]) {
                assertThat(numbering.sorted[numbering.codes[i]]).as("row %d", i).isEqualTo(all[i]);
            }
        }
        assertThat(numbering.find(all, rows, expected.length, isSigned)).isEqualTo(n);
        if (n > 1) {
            assertThat(numbering.find(all, rows, n - 1, isSigned)).isEqualTo(-1);
            assertThat(numbering.find(all, rows, n / 2, isSigned)).isEqualTo(-1);
        }
    }

    @Test
    void valuesOfEachRangeAndNumber() {
        Random random = new Random(1);
        for (int rows : new int[] {1, 2, 100, 4097, 30_000, ROWS}) {
            for (boolean isSigned : new boolean[] {false, true}) {
                check(() -> random.nextInt(2), rows, isSigned);
                check(() -> random.nextInt(5000), rows, isSigned);
                check(() -> random.nextInt(1 << 20), rows, isSigned);
                check(() -> random.nextInt(), rows, isSigned);
                check(random::nextLong, rows, isSigned);
                check(() -> random.nextInt(3) * Long.MAX_VALUE, rows, isSigned);
                check(() -> -1L - random.nextInt(70_000), rows, isSigned);
                check(() -> 0xFFFF_0000_0000L | random.nextInt() & 0xFFFF_FFFFL, rows, isSigned);
            }
        }
    }

    @Test
    void ascendingValuesNeedNoSorting() {
        long[] next = {-50_000};
        check(() -> next[0]++, ROWS, true);
        next[0] = 0;
        check(() -> next[0]++ / 3, ROWS, false);
    }

    /// What one column left is not found in the next.
    @Test
    void nothingIsLeftOver() {
        Random random = new Random(2);
        for (int round = 0; round < 20; round++) {
            int values = 1 + random.nextInt(9000);
            check(() -> random.nextInt(values), 10_000, false);
        }
    }
}
