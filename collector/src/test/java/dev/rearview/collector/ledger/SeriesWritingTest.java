package dev.rearview.collector.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.store.ledger.LedgerPeriod;
import dev.rearview.store.ledger.LedgerSeries;
import dev.rearview.store.state.StateDirectory;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesWritingTest {
    private static final long NOON = Instant.parse("2026-11-28T12:00:00Z").toEpochMilli();

    @TempDir Path directory;

    private long now = NOON + 3_200;
    private final LossLedger ledger = new LossLedger(() -> now);

    private List<LedgerPeriod> written() throws IOException {
        List<LedgerPeriod> out = new ArrayList<>();
        assertThat(LedgerSeries.of(directory).read(0, Long.MAX_VALUE, out::add)).isZero();
        return out;
    }

    private SeriesWriting series() {
        return new SeriesWriting(ledger, LedgerSeries.of(directory), () -> now);
    }

    @Test
    void aLineForEachThatCountedIsWrittenWhenAMinuteHasEnded() throws IOException {
        SeriesWriting series = series();
        ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 5);
        ledger.of("P0", "192.0.2.2");
        series.tick();
        assertThat(written()).isEmpty();
        now = NOON + 61_000;
        series.tick();
        ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 1);
        ledger.of("P0", "192.0.2.1").drop(Drop.SEQUENCE_GAP, 2);
        now = NOON + 70_000;
        series.tick();
        series.write();
        assertThat(written())
                .containsExactly(
                        LedgerPeriod.running(NOON + 3000, 58),
                        LedgerPeriod.counts(NOON + 3000, "P0", "192.0.2.1", Map.of("flows", 5L)),
                        LedgerPeriod.running(NOON + 61_000, 9),
                        LedgerPeriod.counts(
                                NOON + 61_000,
                                "P0",
                                "192.0.2.1",
                                Map.of("flows", 1L, "lost:sequence-gap", 2L)));
    }

    /// The log's share of the news and the series' do not take from each other, nor does an earlier
    /// run's ledger count anew.
    @Test
    void eachReaderIsToldAllThatIsNew() throws IOException {
        Path file = directory.resolve("ledger.tsv");
        ledger.of("P0", "192.0.2.1").add(Total.FLOWS, 5);
        LedgerFile.write(LedgerFile.text(ledger), file);
        LossLedger next = new LossLedger(() -> now);
        LedgerFile.read(file, next);
        SeriesWriting series = new SeriesWriting(next, LedgerSeries.of(directory), () -> now);
        next.of("P0", "192.0.2.1").add(Total.FLOWS, 2);
        assertThat(next.news(LossLedger.Reader.LOG)).hasSize(1);
        series.write();
        assertThat(written().getLast().counts()).isEqualTo(Map.of("flows", 2L));
    }

    @Test
    void exportersBeyondTheBoundShareALine() throws IOException {
        int count = SeriesWriting.MAX_ROWS + 100;
        for (int i = 0; i < count; i++) {
            ledger.of("P0", "10.0." + i / 250 + "." + i % 250).add(Total.FLOWS, 1);
        }
        series().write();
        List<LedgerPeriod> all = written();
        assertThat(all).hasSizeLessThanOrEqualTo(SeriesWriting.MAX_ROWS + 2);
        assertThat(all.stream().mapToLong(p -> p.count("flows")).sum()).isEqualTo(count);
    }

    /// What the disk did not take is in the ledger; its time counts as one without a record.
    @Test
    void aPeriodThatCannotBeWrittenIsGone() throws IOException {
        Path blocked = StateDirectory.series(directory);
        Files.createDirectory(blocked.getParent());
        Files.createFile(blocked);
        SeriesWriting series = series();
        now += 60_000;
        assertThatThrownBy(series::tick).isInstanceOf(IOException.class);
        Files.delete(blocked);
        now += 60_000;
        series.tick();
        assertThat(written()).containsExactly(LedgerPeriod.running(NOON + 63_000, 60));
    }

    @Test
    void aClockThatIsSetBackTellsNoTimeTwice() throws IOException {
        SeriesWriting series = series();
        now = NOON - 120_000;
        series.tick();
        now += 61_000;
        series.tick();
        assertThat(written())
                .containsExactly(
                        LedgerPeriod.running(NOON - 120_000, 0),
                        LedgerPeriod.running(NOON - 120_000, 61));
    }
}
