package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.SequenceTracker.LossWindow;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What gaps in sequence numbers count as lost, and how little a forger can make of them.
class SequenceTrackerTest {
    private final Counters counters = new Counters();
    private final SequenceTracker tracker = new SequenceTracker(new LossWindow());
    private long nowMs;

    private void accept(long sequence, long count) {
        tracker.accept(sequence, count, 0, nowMs, counters);
    }

    private long lost() {
        return counters.dropped(Drop.SEQUENCE_GAP);
    }

    @Test
    void aGapIsALossAndALateDatagramMakesGoodForIt() {
        accept(0, 30);
        accept(90, 30);
        assertThat(lost()).isEqualTo(60);
        accept(30, 30);
        assertThat(lost()).isEqualTo(30);
        accept(60, 30);
        assertThat(lost()).isZero();
        accept(120, 30);
        assertThat(lost()).isZero();
    }

    @Test
    void numbersRollOver() {
        accept(0xFFFF_FFF0L, 30);
        accept(14, 30);
        assertThat(lost()).isZero();
        accept(45, 30);
        assertThat(lost()).isEqualTo(1);
    }

    @Test
    void aJumpBeyondTheWindowIsARestart() {
        accept(0, 1);
        accept(1 + LossWindow.LEAST + 1, 1);
        assertThat(lost()).isZero();
        accept(3 + LossWindow.LEAST + 100, 1);
        assertThat(lost()).isEqualTo(100);
    }

    @Test
    void aLongOutageOfABusyExporterIsALoss() {
        accept(0, 30);
        for (long n = 30; n < 300_000; n += 30) {
            accept(n, 30);
        }
        accept(500_000, 30);
        assertThat(lost()).isEqualTo(200_000);
    }

    /// A forged number among good ones is taken back as soon as the stream goes on.
    @Test
    void oneForgedNumberCountsNothing() {
        long n = 0;
        accept(n, 1);
        for (int i = 0; i < 100; i++) {
            accept(n + 50_000 + i, 1);
            accept(n + 120_000 + i, 1);
            for (int k = 0; k < 3; k++) {
                accept(++n, 1);
            }
            assertThat(lost()).isZero();
        }
        n += 5;
        accept(n, 1);
        assertThat(lost()).isEqualTo(4);
    }

    /// A long outage still counts when the exporter goes on from there.
    @Test
    void aJumpThatTheStreamGoesOnFromIsBelieved() {
        accept(0, 1);
        accept(40_001, 1);
        for (long n = 40_002; n < 40_100; n++) {
            accept(n, 1);
        }
        assertThat(lost()).isEqualTo(40_000);
        accept(1, 1);
        assertThat(lost()).isEqualTo(40_000 - 1);
    }

    /// An exporter that restarts at 0 soon after it started: its numbers are not late for long.
    @Test
    void aRestartAtLowNumbersIsUnderstood() {
        for (long n = 0; n < 5000; n++) {
            accept(n, 1);
        }
        for (long n = 0; n < 100; n++) {
            accept(n, 1);
        }
        accept(150, 1);
        assertThat(lost()).isEqualTo(50);
    }

    /// A burst of late ones does not make the stream jump back and forth.
    @Test
    void aLongRunOfLateDatagramsIsTakenBack() {
        accept(0, 1);
        accept(101, 1);
        for (long n = 1; n < 101; n++) {
            accept(n, 1);
        }
        for (long n = 102; n < 200; n++) {
            accept(n, 1);
        }
        assertThat(lost()).isZero();
    }

    @Test
    void forgedNumbersAddNoMoreThanAWindow() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            accept(random.nextLong(1L << 32), 1);
        }
        assertThat(lost()).isBetween(0L, LossWindow.LEAST);
        long n = 0;
        for (int i = 0; i < 100_000; i++) {
            n += random.nextInt(60_000);
            accept(n & 0xFFFF_FFFFL, 1);
        }
        assertThat(lost()).isBetween(0L, LossWindow.LEAST);
        // In the next period it may be a window more.
        nowMs += LossWindow.PERIOD_MS;
        for (int i = 0; i < 100_000; i++) {
            n += random.nextInt(60_000);
            accept(n & 0xFFFF_FFFFL, 1);
        }
        assertThat(lost()).isBetween(0L, 2 * LossWindow.LEAST);
    }

    @Test
    void lateNumbersNeverMakeTheLossNegative() {
        Random random = new Random(2);
        accept(1_000_000, 1);
        for (int i = 0; i < 100_000; i++) {
            accept(1_000_000 - random.nextInt(50_000), 30);
            assertThat(lost()).isNotNegative();
        }
    }

    /// What was not lost after all leaves room for what is.
    @Test
    void whatComesLateIsCountedInTheWindowNoMore() {
        accept(0, 1);
        long n = 1 + LossWindow.LEAST - 10;
        for (long end = n + 20; n < end; n++) {
            accept(n, 1);
        }
        for (long late = 40_000; late < 40_100; late++) {
            accept(late, 1);
        }
        assertThat(lost()).isEqualTo(LossWindow.LEAST - 110);
        accept(n + 110, 1);
        assertThat(lost()).isEqualTo(LossWindow.LEAST);
        accept(n + 112, 1);
        assertThat(lost()).isEqualTo(LossWindow.LEAST);
    }

    @Test
    void aWindowHoldsForItsPeriod() {
        accept(0, 1);
        accept(1 + LossWindow.LEAST, 1);
        assertThat(lost()).isEqualTo(LossWindow.LEAST);
        nowMs = LossWindow.PERIOD_MS - 1;
        accept(3 + LossWindow.LEAST, 1);
        assertThat(lost()).isEqualTo(LossWindow.LEAST);
        nowMs++;
        accept(5 + LossWindow.LEAST, 1);
        assertThat(lost()).isEqualTo(LossWindow.LEAST + 1);
    }

    /// A start that moves by less than a second is rounding.
    @Test
    void aChangeOfTheStartIsARestart() {
        tracker.accept(0, 1, 10_000, 0, counters);
        tracker.accept(11, 1, 11_000, 0, counters);
        assertThat(lost()).isEqualTo(10);
        tracker.accept(22, 1, 11_001, 0, counters);
        assertThat(lost()).isEqualTo(10);
    }
}
