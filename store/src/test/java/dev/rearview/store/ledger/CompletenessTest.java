package dev.rearview.store.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.store.ledger.Completeness.Gap;
import dev.rearview.store.ledger.Completeness.Window;
import dev.rearview.store.state.Expiry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletenessTest {
    private static final long HOUR = 3_600_000;
    private static final long NOON = Instant.parse("2026-11-28T12:00:00Z").toEpochMilli();
    private static final Window ANY_SENSOR = new Window(NOON, NOON + HOUR, List.of());

    @TempDir Path root;

    private Completeness of(Window window) throws IOException {
        return Completeness.of(root, window, NOON + 10 * HOUR);
    }

    private void write(LedgerPeriod... periods) throws IOException {
        LedgerSeries.of(root).append(List.of(periods));
    }

    /// A collector that runs from eleven to fourteen o'clock, save for some minutes.
    private void run(long fromMs, long toMs) throws IOException {
        List<LedgerPeriod> out = new ArrayList<>();
        for (long t = NOON - HOUR; t < NOON + 2 * HOUR; t += 60_000) {
            if (t < fromMs || t >= toMs) {
                out.add(LedgerPeriod.running(t, 60));
            }
        }
        LedgerSeries.of(root).append(out);
    }

    @Test
    void nothingIsKnownWithoutASeries() throws IOException {
        Completeness c = of(ANY_SENSOR);
        assertThat(c.isComplete()).isFalse();
        assertThat(c.knownFromMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aWindowInWhichNothingWasLostIsComplete() throws IOException {
        run(0, 0);
        write(
                LedgerPeriod.counts(
                        NOON, "P0", "192.0.2.1", Map.of("flows", 9L, "lost:ignored", 1L)));
        Completeness c = of(ANY_SENSOR);
        assertThat(c.isComplete()).isTrue();
        assertThat(c.total("flows")).isEqualTo(9);
        assertThat(c.lost()).isEmpty();
    }

    /// Losses until half an hour after the end count, as flows come when they have ended.
    @Test
    void lossesOfTheWindowAndSoonAfterCount() throws IOException {
        run(0, 0);
        Map<String, Long> lost = Map.of("lost:sequence-gap", 2L);
        write(
                LedgerPeriod.counts(NOON - 1000, "P0", "192.0.2.1", lost),
                LedgerPeriod.counts(NOON, "P0", "192.0.2.1", lost),
                LedgerPeriod.counts(NOON + HOUR + 1_799_000, "P0", "192.0.2.2", lost),
                LedgerPeriod.counts(NOON + HOUR + 1_800_000, "P0", "192.0.2.3", lost));
        Completeness c = of(ANY_SENSOR);
        assertThat(c.isComplete()).isFalse();
        assertThat(c.lost()).isEqualTo(Map.of("sequence-gap", 4L));
        assertThat(c.exporters())
                .extracting(e -> e.address())
                .containsExactly("192.0.2.1", "192.0.2.2");
    }

    @Test
    void timeWithoutACollectorIsToldWhateverCameBefore() throws IOException {
        run(NOON + 600_000, NOON + 1_200_000);
        Completeness c = of(ANY_SENSOR);
        assertThat(c.gaps()).containsExactly(new Gap(NOON + 600_000, NOON + 1_200_000));
        assertThat(c.missingSeconds()).isEqualTo(600);
        assertThat(c.isComplete()).isFalse();
    }

    /// What the collector has not written yet is no gap.
    @Test
    void thePresentIsNotMissing() throws IOException {
        run(NOON + 1_200_000, NOON + 10 * HOUR);
        assertThat(Completeness.of(root, ANY_SENSOR, NOON + 1_300_000).gaps()).isEmpty();
        assertThat(Completeness.of(root, ANY_SENSOR, NOON + 1_500_000).gaps())
                .containsExactly(new Gap(NOON + 1_200_000, NOON + 1_380_000));
    }

    @Test
    void whatIsBeforeTheSeriesIsNotKnown() throws IOException {
        write(LedgerPeriod.running(NOON + 60_000, 4 * 3600));
        Completeness c = of(ANY_SENSOR);
        assertThat(c.knownFromMs()).isEqualTo(NOON + 60_000);
        assertThat(c.gaps()).isEmpty();
        assertThat(c.isComplete()).isFalse();
    }

    /// A probe that feeds other sensors does not count; one of which nothing is known does.
    @Test
    void probesOfOtherSensorsDoNotCount() throws IOException {
        run(0, 0);
        Map<String, Long> lost = Map.of("lost:kernel-drop", 1L);
        write(
                LedgerPeriod.feeding(NOON - HOUR, "P0", List.of("S0")),
                LedgerPeriod.feeding(NOON - HOUR, "P1", List.of("S1", "S2")),
                LedgerPeriod.counts(NOON, "P0", "192.0.2.1", lost),
                LedgerPeriod.counts(NOON, "P1", "192.0.2.1", lost),
                LedgerPeriod.counts(NOON, "udp:2055", "-", lost));
        assertThat(of(new Window(NOON, NOON + HOUR, List.of("S2"))).exporters())
                .extracting(e -> e.probe())
                .containsExactly("P1", "udp:2055");
    }

    @Test
    void quarantineAndExpiredHoursAreTold() throws IOException {
        run(0, 0);
        Path quarantine = Files.createDirectories(root.resolve(".rearview/quarantine"));
        for (String name :
                List.of(
                        "parquet-20261129T080000.000-in-S0_20261128.12.parquet",
                        "parquet-20261129T080000.000-in-S0_20261128.13.parquet",
                        "parquet-20261129T080000.000-in-S0_99999999.99.parquet",
                        "manifest-20261129T080000.000-in-S0_20261128.12.manifest")) {
            Files.createFile(quarantine.resolve(name));
        }
        assertThat(of(ANY_SENSOR).disk()).isEqualTo(new Completeness.Disk(1, false));
        Expiry.announce(root, NOON);
        assertThat(of(ANY_SENSOR).disk().expired()).isTrue();
        assertThat(of(new Window(NOON + HOUR, NOON + 2 * HOUR, List.of())).disk().expired())
                .isFalse();
    }
}
