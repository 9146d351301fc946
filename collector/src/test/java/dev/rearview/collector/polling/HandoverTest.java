package dev.rearview.collector.polling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.ingest.Intake;
import dev.rearview.ingest.Routing;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final int FLOWS = 1000;

    private final Counters counters = new Counters();
    private final Handover handover = new Handover();
    private final Taking intake = new Taking();

    /// An intake that takes all or nothing.
    private static final class Taking implements Intake {
        private boolean isFree = true;
        private boolean failsOnceTaken;
        private boolean refuses;
        private int taken;

        @Override
        public void use(Routing next) {}

        @Override
        public FlowConsumer decoded() {
            return this::append;
        }

        @Override
        public void start(Decoding how) {}

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public void message(String probe, InetSocketAddress from, int session, ByteBuffer bytes) {}

        @Override
        public void expire() {}

        @Override
        public void endDecoding(long untilMs) {}

        @Override
        public void append(FlowRecord record, Counters of) {
            if (refuses) {
                of.drop(Drop.BAD_RECORD, 1);
            } else {
                taken++;
            }
        }

        @Override
        public boolean isFree() {
            return isFree;
        }

        @Override
        public boolean commit() {
            return taken == 0 || !failsOnceTaken;
        }

        @Override
        public void sync() {}

        @Override
        public void flush() {}

        @Override
        public void count() {}

        @Override
        public void tell() {}

        @Override
        public boolean finish(int notLost) {
            return true;
        }

        @Override
        public void end(long writeUntilMs, long untilMs) {}

        @Override
        public void close() {}
    }

    private static long[] flows() {
        long[] words = new long[FLOWS * RecordWords.COUNT];
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < FLOWS; i++) {
            r.stime = 1_767_225_600_000_000L + i;
            r.setSipV4(i);
            RecordWords.pack(r, words, i * RecordWords.COUNT);
        }
        return words;
    }

    private CompletableFuture<Boolean> give() {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        CompletableFuture<Boolean> safe =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return handover.give(
                                flows(), FLOWS, counters, () -> arrived.complete(null));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        arrived.join();
        return safe;
    }

    @Test
    void flowsAreSafeWhenTheIntakeSaysSo() {
        CompletableFuture<Boolean> safe = give();
        assertThat(safe).isNotDone();
        handover.store(intake);
        assertThat(safe.join()).isTrue();
        assertThat(intake.taken).isEqualTo(FLOWS);
        assertThat(handover.unsafeCount()).isZero();
    }

    @Test
    void whatTheIntakeRefusesIsCountedForWhoeverGaveIt() {
        intake.refuses = true;
        CompletableFuture<Boolean> safe = give();
        handover.store(intake);
        assertThat(safe.join()).isTrue();
        assertThat(counters.dropped(Drop.BAD_RECORD)).isEqualTo(FLOWS);
    }

    /// What is taken but not safe when the end comes stays in its file.
    @Test
    void whatIsNotSafeAtTheEndIsNotTaken() {
        intake.failsOnceTaken = true;
        CompletableFuture<Boolean> safe = give();
        handover.store(intake);
        assertThat(safe).isNotDone();
        assertThat(handover.unsafeCount()).isEqualTo(FLOWS);
        handover.close(false);
        assertThat(safe.join()).isFalse();
    }

    @Test
    void theyWaitWhileTheIntakeHasNoRoom() {
        intake.isFree = false;
        CompletableFuture<Boolean> waiting = give();
        handover.store(intake);
        assertThat(waiting).isNotDone();
        assertThat(intake.taken).isZero();
        handover.close(true);
        assertThat(waiting.join()).isFalse();
        assertThat(counters.dropped(Drop.DISK_FULL)).isZero();
    }
}
