package dev.rearview.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Work on the threads of a pool that may have none to spare.
@Timeout(60)
class ParallelTest {
    private final Machine machine = new Machine(new Budget(0, 1, 1), new Workers(2), new Kept(0));
    private final Context run = new Context(machine, Path.of(""), Map.of());
    private final CountDownLatch end = new CountDownLatch(1);

    /// Gives both threads of the pool something to wait for.
    private Thread occupy() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(3);
        Parallel.Task hold =
                () -> {
                    begun.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                };
        Thread holder =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                run.parallel().run(List.of(hold, hold, hold), () -> {});
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        begun.await();
        return holder;
    }

    @Test
    void aFullPoolBlocksNobody() throws Exception {
        Thread holder = occupy();
        AtomicInteger sum = new AtomicInteger();
        Thread here = Thread.currentThread();
        List<Integer> items = IntStream.rangeClosed(1, 100).boxed().toList();
        run.parallel()
                .forEach(
                        items,
                        8,
                        () ->
                                item -> {
                                    assertThat(Thread.currentThread()).isSameAs(here);
                                    sum.addAndGet(item);
                                });
        assertThat(sum.get()).isEqualTo(5050);
        end.countDown();
        holder.join();
    }

    /// Work within work, deeper than there are threads.
    @Test
    void workMayContainWork() throws IOException {
        AtomicInteger leaves = new AtomicInteger();
        nest(6, leaves);
        assertThat(leaves.get()).isEqualTo(64);
    }

    private void nest(int depth, AtomicInteger leaves) throws IOException {
        if (depth == 0) {
            leaves.incrementAndGet();
            return;
        }
        run.parallel().run(Collections.nCopies(2, () -> nest(depth - 1, leaves)), () -> {});
    }

    @Test
    void theFirstFailureIsThrownAndToldAtOnce() {
        CountDownLatch told = new CountDownLatch(1);
        Parallel.Task fails =
                () -> {
                    throw new IOException("no");
                };
        Parallel.Task waits =
                () -> {
                    try {
                        told.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                };
        assertThatThrownBy(() -> run.parallel().run(List.of(waits, fails), told::countDown))
                .isInstanceOf(IOException.class)
                .hasMessage("no");
        assertThatThrownBy(() -> run.parallel().run(List.of(fails, fails), () -> {}))
                .hasMessage("no");
    }

    @Test
    void aCancelledRunEndsBetweenTwoItems() {
        AtomicInteger done = new AtomicInteger();
        List<Integer> items = IntStream.range(0, 1000).boxed().toList();
        assertThatThrownBy(() ->
                        run.parallel()
                                .forEach(
                                        items,
                                        1,
                                        () ->
                                                item -> {
                                                    if (done.incrementAndGet() == 10) {
                                                        run.cancel();
                                                    }
                                                }))
                .isInstanceOf(Cancelled.class);
        assertThat(done.get()).isEqualTo(10);
    }
}
