package dev.rearview.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is made ahead comes in order and once, fails where it is asked for, and nothing is made any
/// more after the end.
class AheadTest {
    @TempDir Path directory;

    private Parallel parallel(int threads) {
        Machine machine = new Machine(new Budget(1, 1, 1), new Workers(threads), new Kept(1));
        return new Context(machine, directory, Map.of()).parallel();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void inOrderAndOnce(int threads) throws IOException {
        AtomicInteger made = new AtomicInteger();
        List<Integer> got = new ArrayList<>();
        try (Ahead<Integer> ahead =
                parallel(threads).ahead(() -> made.get() == 1000 ? null : made.incrementAndGet())) {
            for (Integer i = ahead.next(); i != null; i = ahead.next()) {
                got.add(i);
            }
            assertThat(ahead.next()).isNull();
        }
        assertThat(got).hasSize(1000).isSorted().doesNotHaveDuplicates();
    }

    /// Several at a time, each in memory that the one which is used does not share.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void severalAtATimeInOrder(int threads) throws IOException {
        int most = 3;
        long[] memory = new long[most + 1];
        List<Long> got = new ArrayList<>();
        Ahead.Numbered<long[]> source =
                number -> {
                    int at = (int) (number % memory.length);
                    memory[at] = number;
                    return number < 1000 ? new long[] {at, number} : null;
                };
        try (Ahead<long[]> ahead = parallel(threads).ahead(source, most)) {
            for (long[] i = ahead.next(); i != null; i = ahead.next()) {
                assertThat(memory[(int) i[0]]).isEqualTo(i[1]);
                got.add(i[1]);
            }
            assertThat(ahead.next()).isNull();
        }
        assertThat(got).hasSize(1000).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFailureComesInItsPlace(int threads) throws IOException {
        AtomicInteger made = new AtomicInteger();
        try (Ahead<Integer> ahead =
                parallel(threads)
                        .ahead(() -> {
                            if (made.incrementAndGet() == 2) {
                                throw new IOException("second");
                            }
                            return made.get();
                        })) {
            assertThat(ahead.next()).isEqualTo(1);
            assertThatThrownBy(ahead::next).isInstanceOf(IOException.class).hasMessage("second");
        }
    }

    @Test
    void nothingIsMadeAfterTheEnd() throws IOException {
        AtomicInteger made = new AtomicInteger();
        Ahead<Integer> ahead = parallel(2).ahead(made::incrementAndGet);
        assertThat(ahead.next()).isEqualTo(1);
        ahead.close();
        int before = made.get();
        ahead.close();
        assertThat(before).isBetween(1, 2);
        assertThat(made.get()).isEqualTo(before);
    }
}
