package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.spill.JoinedRows;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows put together against a sorted map, in memory and with runs on disk.
class RowCombinerTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"1073741824,300000", "1,300000", "1,900000", "1,500", "200000,90000", "1,0"})
    void rowsOfOneKeyBecomeOne(long memory, int rows) throws IOException {
        Random random = new Random(rows);
        TreeMap<Long, long[]> twin = new TreeMap<>(Long::compareUnsigned);
        try (RowCombiner combiner =
                new RowCombiner(2, List.of(Long::sum, Math::max), Runs.room(memory, directory))) {
            for (int i = 0; i < rows; i++) {
                long key = random.nextLong() % Math.max(40_000, rows);
                long a = random.nextInt(100);
                long b = random.nextInt(7);
                combiner.add(new long[] {key >>> 7, key & 127, a, b});
                long[] sums = twin.computeIfAbsent(key, k -> new long[2]);
                sums[0] += a;
                sums[1] = Math.max(sums[1], b);
            }
            RowSource sorted = combiner.sorted();
            long[] row = new long[4];
            for (Map.Entry<Long, long[]> e : twin.entrySet()) {
                assertThat(sorted.next(row)).isTrue();
                assertThat(row[0] << 7 | row[1]).isEqualTo(e.getKey());
                assertThat(row[2]).isEqualTo(e.getValue()[0]);
                assertThat(row[3]).isEqualTo(e.getValue()[1]);
            }
            assertThat(sorted.next(row)).isFalse();
        }
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    private static TreeMap<Long, Long> counters(Random random) {
        TreeMap<Long, Long> out = new TreeMap<>();
        for (int i = random.nextInt(400); i > 0; i--) {
            out.put((long) random.nextInt(600), 1L + random.nextInt(50));
        }
        return out;
    }

    private static RowSource rows(TreeMap<Long, Long> of) {
        Iterator<Map.Entry<Long, Long>> each = of.entrySet().iterator();
        return row -> {
            if (!each.hasNext()) {
                return false;
            }
            Map.Entry<Long, Long> e = each.next();
            row[0] = e.getKey();
            row[1] = e.getValue();
            return true;
        };
    }

    private static TreeMap<Long, Long> join(
            TreeMap<Long, Long> a, TreeMap<Long, Long> b, LongBinaryOperator how)
            throws IOException {
        TreeMap<Long, Long> out = new TreeMap<>();
        JoinedRows joined =
                new JoinedRows(
                        rows(a),
                        rows(b),
                        1,
                        2,
                        (row, inFirst, other) -> {
                            assertThat(inFirst).isEqualTo(a.containsKey(row[0]));
                            assertThat(other[0]).isEqualTo(row[0]);
                            row[1] = how.applyAsLong(row[1], other[1]);
                            return row[1] != 0;
                        });
        long[] row = new long[2];
        while (joined.next(row)) {
            assertThat(row[1]).isNotZero();
            assertThat(out.isEmpty() || out.lastKey() < row[0]).isTrue();
            out.put(row[0], row[1]);
        }
        return out;
    }

    /// Laws of sums, differences and extremes of bags.
    @Test
    void lawsOfJoinedRows() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            TreeMap<Long, Long> a = counters(random);
            TreeMap<Long, Long> b = counters(random);
            TreeMap<Long, Long> c = counters(random);
            TreeMap<Long, Long> sum = join(a, b, Long::sum);
            TreeMap<Long, Long> twin = new TreeMap<>(a);
            b.forEach((k, n) -> twin.merge(k, n, Long::sum));
            assertThat(sum).isEqualTo(twin);
            assertThat(join(b, a, Long::sum)).isEqualTo(sum);
            assertThat(join(sum, c, Long::sum))
                    .isEqualTo(join(a, join(b, c, Long::sum), Long::sum));
            assertThat(join(sum, b, (x, y) -> x - y)).isEqualTo(a);
            TreeMap<Long, Long> least = join(a, b, Math::min);
            TreeMap<Long, Long> most = join(a, b, Math::max);
            assertThat(least.keySet()).isSubsetOf(a.keySet()).isSubsetOf(b.keySet());
            assertThat(join(least, most, Long::sum)).isEqualTo(sum);
            assertThat(join(a, a, (x, y) -> x - y)).isEmpty();
        }
    }
}
