package dev.rearview.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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

    /// What is begun in order is made by whoever is free.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void begunInOrder(int threads) throws IOException {
        List<Long> begun = new ArrayList<>();
        long[] taken = new long[4];
        Ahead.Numbered<Long> source =
                new Ahead.Numbered<>() {
                    @Override
                    public void begin(long number) {
                        begun.add(number);
                        taken[(int) (number % 4)] = number * number;
                    }

                    @Override
                    public @Nullable Long make(long number) {
                        return number < 1000 ? taken[(int) (number % 4)] : null;
                    }
                };
        List<Long> got = new ArrayList<>();
        try (Ahead<Long> ahead = parallel(threads).ahead(source, 3)) {
            for (Long i = ahead.next(); i != null; i = ahead.next()) {
                got.add(i);
            }
        }
        assertThat(got).hasSize(1000).isSorted().endsWith(999L * 999);
        assertThat(begun).isSorted().doesNotHaveDuplicates().startsWith(0L);
    }

    /// Closed while some wait for their turn.
    @Test
    void whoWaitsForItsTurnIsLetGo() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Ahead.Numbered<Integer> source =
                new Ahead.Numbered<>() {
                    @Override
                    public void begin(long number) throws IOException {
                        if (number == 1) {
                            try {
                                held.await();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        }
                    }

                    @Override
                    public Integer make(long number) {
                        return (int) number;
                    }
                };
        Ahead<Integer> ahead = parallel(3).ahead(source, 4);
        assertThat(ahead.next()).isZero();
        Thread closer = Thread.ofPlatform().start(ahead::close);
        held.countDown();
        assertThat(closer.join(Duration.ofSeconds(20))).isTrue();
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
