package dev.rearview.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One budget for any number of runs.
@Timeout(60)
class BudgetTest {
    private static final Path HERE = Path.of("");

    /// 1000 to grow by, floors of 16 and room for four of them when all else is taken.
    private final Budget budget = new Budget(1000, 64, 16);

    private final Machine machine = new Machine(budget, new Workers(2), new Kept(0));

    private Context run() {
        return new Context(machine, HERE, Map.of());
    }

    private Room room(Context run, long most) {
        return run.room(most, HERE);
    }

    @Test
    void aSingleCommandGetsAllThatItMayHave() throws Exception {
        try (Context run = run();
                Room room = room(run, budget.most())) {
            assertThat(room.holds(1000)).isTrue();
            assertThat(room.holds(1001)).isFalse();
            assertThat(budget.taken()).isLessThanOrEqualTo(budget.total());
        }
        assertThat(budget.taken()).isZero();
        assertThat(budget.highest()).isBetween(1000L, budget.total());
    }

    /// Shares are small until they are filled, so that small queries do not keep others out.
    @Test
    void memoryIsTakenWhenItIsFilled() throws Exception {
        try (Context run = run();
                Room room = room(run, 900)) {
            assertThat(budget.taken()).isEqualTo(16);
            assertThat(room.holds(8)).isTrue();
            assertThat(budget.taken()).isEqualTo(16);
            assertThat(room.holds(9)).isTrue();
            assertThat(budget.taken()).isEqualTo(16 + 8);
            assertThat(room.holds(100)).isTrue();
            assertThat(budget.taken()).isEqualTo(16 + 92);
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void aQuarterStaysFreeForTheSecondOperator() throws Exception {
        try (Context run = run();
                Room first = room(run, 1000);
                Room second = room(run, 1000)) {
            assertThat(first.holds(759)).isFalse();
            assertThat(first.holds(758)).isTrue();
            assertThat(second.holds(5)).isFalse();
            assertThat(second.holds(4)).isTrue();
            first.close();
            assertThat(second.holds(1000)).isTrue();
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void theReserveLetsOthersInWhenOneHasAll() throws Exception {
        List<Context> runs = new ArrayList<>();
        Context greedy = run();
        assertThat(room(greedy, 1000).holds(1000)).isTrue();
        for (int i = 0; i < 3; i++) {
            runs.add(run());
            Room room = room(runs.getLast(), 1000);
            assertThat(room.holds(8)).isTrue();
            assertThat(room.holds(9)).isFalse();
        }
        assertThat(budget.highest()).isLessThanOrEqualTo(budget.total());
        greedy.close();
        for (Context run : runs) {
            run.close();
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void whoFindsNoFloorWaitsUntilOneIsGivenBack() throws Exception {
        Context greedy = run();
        assertThat(room(greedy, 1000).holds(1000)).isTrue();
        List<Context> small = List.of(run(), run(), run());
        small.forEach(c -> room(c, 16));
        CountDownLatch waits = new CountDownLatch(1);
        Context late = run();
        FutureTask<Long> waiter =
                new FutureTask<>(() -> {
                    waits.countDown();
                    try (Room room = room(late, 1000)) {
                        return room.most();
                    }
                });
        Thread thread = Thread.ofPlatform().daemon().start(waiter);
        waits.await();
        awaitWaiting(thread);
        assertThat(waiter.isDone()).isFalse();
        small.getFirst().close();
        assertThat(waiter.get()).isEqualTo(1000);
        late.close();
        greedy.close();
        small.get(1).close();
        small.get(2).close();
        assertThat(budget.taken()).isZero();
        assertThat(budget.highest()).isLessThanOrEqualTo(budget.total());
    }

    @Test
    void whoWaitsCanBeCancelledAndTheNextOneGoesOn() throws Exception {
        Context greedy = run();
        assertThat(room(greedy, 1000).holds(1000)).isTrue();
        List<Context> small = List.of(run(), run(), run());
        small.forEach(c -> room(c, 16));
        Context first = run();
        FutureTask<Room> cancelled = new FutureTask<>(() -> room(first, 16));
        Thread thread = Thread.ofPlatform().daemon().start(cancelled);
        awaitWaiting(thread);
        Context second = run();
        FutureTask<Room> next = new FutureTask<>(() -> room(second, 16));
        Thread behind = Thread.ofPlatform().daemon().start(next);
        awaitWaiting(behind);
        first.cancel();
        assertThatThrownBy(cancelled::get).hasCauseInstanceOf(Cancelled.class);
        greedy.close();
        assertThat(next.get().most()).isEqualTo(16);
        second.close();
        for (Context run : small) {
            run.close();
        }
        first.close();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void aRunThatHasEndedHoldsNothing() throws Exception {
        Context run = run();
        Room room = room(run, 1000);
        assertThat(room.holds(500)).isTrue();
        run.close();
        assertThat(budget.taken()).isZero();
        assertThat(room.holds(501)).isFalse();
        room.close();
        assertThat(budget.taken()).isZero();
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }
}
