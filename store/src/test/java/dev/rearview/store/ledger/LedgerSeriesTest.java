package dev.rearview.store.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerSeriesTest {
    private static final long NOON = ms("2026-11-28T12:00:00Z");

    @TempDir Path root;

    private static long ms(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private LedgerSeries series() {
        return LedgerSeries.of(root);
    }

    private Path file() {
        return root.resolve(".rearview/ledger/2026-11-28.tsv");
    }

    private List<LedgerPeriod> read(long damaged) throws IOException {
        List<LedgerPeriod> out = new ArrayList<>();
        assertThat(series().read(NOON, NOON + 3_600_000, out::add)).isEqualTo(damaged);
        return out;
    }

    @Test
    void periodsAreLinesOfTheirDay() throws IOException {
        List<LedgerPeriod> all =
                List.of(
                        LedgerPeriod.feeding(NOON, "P0", List.of("S0", "S1")),
                        LedgerPeriod.running(NOON, 60),
                        LedgerPeriod.counts(
                                NOON, "P0", "192.0.2.1", Map.of("lost:sequence-gap", 3L)));
        series().append(all);
        assertThat(Files.readString(file()).lines().map(l -> l.substring(0, l.lastIndexOf('\t'))))
                .containsExactly(
                        "2026-11-28T12:00:00Z\tP0\t-\tsensors=S0,S1",
                        "2026-11-28T12:00:00Z\t-\t-\tup=60",
                        "2026-11-28T12:00:00Z\tP0\t192.0.2.1\tlost:sequence-gap=3");
        assertThat(read(0)).isEqualTo(all);
    }

    /// What was said of a probe holds for the day; counts are those of the window.
    @Test
    void aWindowHasItsPeriodsAndWhatIsKnownOfItsProbes() throws IOException {
        LedgerPeriod fed = LedgerPeriod.feeding(NOON - 3_600_000, "P0", List.of("S0"));
        LedgerPeriod last = LedgerPeriod.running(NOON + 3_599_000, 1);
        series().append(
                        List.of(
                                fed,
                                LedgerPeriod.running(NOON - 1000, 1),
                                last,
                                LedgerPeriod.running(NOON + 3_600_000, 1)));
        assertThat(read(0)).containsExactly(fed, last);
    }

    /// A line that a killed process left costs itself alone, as does a damaged one.
    @Test
    void damageCostsALine() throws IOException {
        LedgerPeriod first = LedgerPeriod.running(NOON, 60);
        LedgerPeriod second = LedgerPeriod.running(NOON + 60_000, 60);
        series().append(List.of(first));
        Files.writeString(file(), "2026-11-28T12:00:00Z\tP0\t192", StandardOpenOption.APPEND);
        series().append(List.of(second));
        assertThat(read(1)).containsExactly(first, second);
        Files.writeString(file(), Files.readString(file()).replace("up=60", "up=61"));
        assertThat(read(3)).isEmpty();
    }

    @Test
    void linesWithoutAnEndAreNotKeptWhole() throws IOException {
        series().append(List.of(LedgerPeriod.running(NOON, 60)));
        Files.write(file(), new byte[3 * LedgerPeriod.MAX_CHARS], StandardOpenOption.APPEND);
        assertThat(read(1)).hasSize(1);
    }

    @Test
    void daysAreLetGoOf() throws IOException {
        for (int i = 0; i < 3; i++) {
            series().append(List.of(LedgerPeriod.running(NOON + i * TimeText.DAY_MS, 60)));
        }
        Files.writeString(file().resolveSibling("notes.tsv"), "mine\n");
        assertThat(series().expire(LocalDate.parse("2026-11-29"))).isEqualTo(1);
        assertThat(series().days())
                .containsExactly(LocalDate.parse("2026-11-29"), LocalDate.parse("2026-11-30"));
        assertThat(file().resolveSibling("notes.tsv")).exists();
    }

    @Test
    void aFileThatIsNoneIsRefused() throws IOException {
        Files.createDirectories(file().getParent());
        Files.createSymbolicLink(file(), Path.of("/dev/zero"));
        assertThatThrownBy(() -> read(0)).hasMessageContaining("symbolic link");
        assertThatThrownBy(() -> series().append(List.of(LedgerPeriod.running(NOON, 1))))
                .isInstanceOf(IOException.class);
    }
}
