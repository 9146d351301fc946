package dev.rearview.engine.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Aggregate.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What of a thread's groups is in memory, and what on disk.
class SpoolTest {
    private static final int GROUPS = 5000;

    /// Octets of a row: a key and two values.
    private static final long ROW = 3 * 8;

    @TempDir Path directory;

    private static void add(Spool spool, int groups) {
        for (int i = 0; i < groups; i++) {
            spool.add(new long[] {7, i, 1, i * 10L}, 1);
        }
    }

    /// Flows and octets by key.
    private static Map<Long, String> read(Spool spool) throws IOException {
        Map<Long, long[]> sums = new TreeMap<>();
        for (int p = 0; p < Spool.PARTITIONS; p++) {
            int partition = p;
            long[] rows = new long[1];
            spool.forEach(
                    p,
                    (words, at) -> {
                        rows[0]++;
                        assertThat(GroupTable.hash(words, at, 1) >>> 56).isEqualTo(partition);
                        long[] sum = sums.computeIfAbsent(words[at], k -> new long[2]);
                        sum[0] += words[at + 1];
                        sum[1] += words[at + 2];
                    });
            assertThat(spool.size(p)).isEqualTo(rows[0]);
        }
        Map<Long, String> out = new TreeMap<>();
        sums.forEach((key, sum) -> out.put(key, sum[0] + " " + sum[1]));
        return out;
    }

    private static Map<Long, String> expected(int times) {
        Map<Long, String> out = new TreeMap<>();
        for (long i = 0; i < GROUPS; i++) {
            out.put(i, times + " " + times * i * 10);
        }
        return out;
    }

    @Test
    void rowsAreCountedInMemoryUntilTheyGoToDisk() throws IOException {
        Context context = new Context(Machine.ofProcess(), directory, Map.of());
        try (Room room = context.room(1L << 30, directory);
                Spool spool = new Spool(1, 1, new Kind[] {Kind.COUNT, Kind.SUM}, room)) {
            add(spool, GROUPS);
            add(spool, GROUPS);
            assertThat(spool.isPartitioned()).isFalse();
            assertThat(spool.size(0)).isEqualTo(GROUPS);
            long table = spool.bytes();
            assertThat(table).isGreaterThan(GROUPS * ROW);
            spool.flush();
            assertThat(spool.isPartitioned()).isTrue();
            assertThat(spool.bytes()).isEqualTo(table + GROUPS * ROW);
            assertThat(read(spool)).isEqualTo(expected(2));
            add(spool, GROUPS);
            assertThat(directory).isEmptyDirectory();
            spool.spill();
            assertThat(spool.bytes()).isEqualTo(table);
            assertThat(directory).isNotEmptyDirectory();
            assertThat(read(spool)).isEqualTo(expected(3));
            add(spool, GROUPS);
            spool.spill();
            add(spool, GROUPS);
            spool.flush();
            assertThat(spool.bytes()).isEqualTo(table + GROUPS * ROW);
            assertThat(read(spool)).isEqualTo(expected(5));
        }
        assertThat(directory).as("temporary files left").isEmptyDirectory();
    }

    @Test
    void nothingThatWasAddedIsNothingOnDisk() throws IOException {
        Context context = new Context(Machine.ofProcess(), directory, Map.of());
        try (Room room = context.room(1L << 30, directory);
                Spool spool = new Spool(1, 1, new Kind[] {Kind.COUNT, Kind.SUM}, room)) {
            spool.spill();
            assertThat(directory).isEmptyDirectory();
            assertThat(spool.size(0)).isZero();
        }
    }
}
