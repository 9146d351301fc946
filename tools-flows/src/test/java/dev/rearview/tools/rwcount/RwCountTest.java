package dev.rearview.tools.rwcount;

import static dev.rearview.testkit.SampleSite.DAY_MS;
import static dev.rearview.testkit.SampleSite.flow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RwCountTest {
    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 3_600_000;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void flows() throws IOException {
        bench = SampleSite.bench(directory, RwCount::new);
        SampleSite.write(
                bench.path("f.rw"),
                flow(DAY_MS + 8 * HOUR_MS, 6),
                flow(DAY_MS + 9 * HOUR_MS + 25 * MINUTE_MS, 6),
                flow(DAY_MS + 9 * HOUR_MS + 55 * MINUTE_MS, 6),
                flow(DAY_MS + 10 * HOUR_MS + 5 * MINUTE_MS, 6));
    }

    private Workbench.Result count(String switches) {
        return bench.run("rwcount --delimited --no-titles " + switches + " f.rw");
    }

    @Test
    void anEndAlonePrintsThroughTheUnitThatItNames() {
        Workbench.Result hour = count("--bin-size=600 --skip-zeroes --end-time=2024/02/28T09");
        assertThat(hour.status()).isZero();
        assertThat(hour.lines())
                .containsExactly(
                        "2024/02/28T08:00:00|1.00|40.00|1.00",
                        "2024/02/28T09:20:00|1.00|40.00|1.00",
                        "2024/02/28T09:50:00|1.00|40.00|1.00");
        assertThat(count("--bin-size=3600 --end-time=2024/02/28").lines())
                .as("a day")
                .hasSize(16)
                .endsWith("2024/02/28T23:00:00|0.00|0.00|0.00");
        assertThat(count("--bin-size=20 --end-time=2024/02/28T08:00").lines())
                .as("a minute")
                .containsExactly(
                        "2024/02/28T08:00:00|1.00|40.00|1.00",
                        "2024/02/28T08:00:20|0.00|0.00|0.00",
                        "2024/02/28T08:00:40|0.00|0.00|0.00");
    }

    @Test
    void anEndAloneAlignsTheBinsOnTheInstantAsWritten() {
        assertThat(count("--bin-size=7200 --skip-zeroes --end-time=2024/02/28T09").lines())
                .containsExactly(
                        "2024/02/28T07:00:00|1.00|40.00|1.00",
                        "2024/02/28T09:00:00|3.00|120.00|3.00");
        assertThat(count("--bin-size=3600 --skip-zeroes --end-time=2024/02/28T09:30").lines())
                .containsExactly(
                        "2024/02/28T07:30:00|1.00|40.00|1.00",
                        "2024/02/28T08:30:00|1.00|40.00|1.00",
                        "2024/02/28T09:30:00|2.00|80.00|2.00");
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30000, false",
        "+30, 30000, false",
        "60.0, 60000, false",
        "0.001, 1, true",
        "0.0019999999, 1, true",
        "0.29, 290, true",
        "60.0005, 60000, true",
        "2147483647, 2147483647000, false"
    })
    void binSizes(String text, long ms, boolean fraction) {
        assertThat(BinSize.parse(text)).isEqualTo(new BinSize(ms, fraction));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.00099999", "2147483647.5", "2147483648", "-1", "x", ""})
    void whatIsNoBinSize(String text) {
        assertThatThrownBy(() -> BinSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFractionThatIsCutTurnsMillisecondsOn() {
        assertThat(count("--bin-size=3600.0005 --skip-zeroes --end-time=2024/02/28T08").out())
                .isEqualTo("2024/02/28T08:00:00.000|1.00|40.00|1.00\n");
    }

    @Test
    void theEpochColumnHasRoomForMilliseconds() {
        String switches = " --end-time=2024/02/28T08 --skip-zeroes --no-titles --epoch-time f.rw";
        assertThat(bench.run("rwcount --bin-size=0.5" + switches).out())
                .startsWith("         1709107200.000|           1.00|");
        assertThat(bench.run("rwcount --bin-size=60" + switches).out())
                .startsWith("         1709107200|           1.00|");
    }

    @Test
    void loadSchemesAreADigitOrAName() {
        assertThat(count("--load-scheme=4").status()).isZero();
        assertThat(count("--load-scheme=start").status()).isZero();
        for (String bad : new String[] {"04", "7", "44", "", "x"}) {
            Workbench.Result r = count("--load-scheme=" + bad);
            assertThat(r.status()).as(bad).isEqualTo(1);
            assertThat(r.out()).as(bad).isEmpty();
            assertThat(r.err()).as(bad).contains("--load-scheme");
        }
    }
}
