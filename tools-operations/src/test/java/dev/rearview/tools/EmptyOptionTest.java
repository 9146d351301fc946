package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `--fail-if-empty` tells by the exit status alone that nothing came out.
class EmptyOptionTest {
    @TempDir Path directory;
    private final StringBuilder errors = new StringBuilder();

    private int run(String line) {
        return status(new Workbench(directory, Tools::create).run(line));
    }

    private int pipeline(String line) {
        return status(new Workbench(directory, Tools::create).fused(line));
    }

    private int status(Workbench.Result result) {
        errors.append(result.err());
        return result.status();
    }

    @BeforeEach
    void flows() throws Exception {
        Files.writeString(
                directory.resolve("flows.txt"),
                """
                sIP|dIP|protocol|packets|bytes|sTime
                192.0.2.1|198.51.100.1|6|1|40|2026/11/24T08:00:00
                192.0.2.2|198.51.100.1|17|2|80|2026/11/24T08:00:01
                """);
        assertThat(run("rwtuc --output-path=flows.rw flows.txt")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|rwfilter --proto=6 --pass=stdout",
                "1|rwfilter --proto=50 --pass=stdout",
                "0|rwfilter --proto=50 --fail=stdout",
                "1|rwfilter --proto=0- --fail=stdout",
                "0|rwfilter --proto=50 --pass=none.rw --all=stdout",
                "0|rwfilter --proto=6 --print-statistics=/dev/null",
                "1|rwfilter --proto=50 --print-statistics=/dev/null",
                "0|rwuniq --fields=sip",
                "1|rwuniq --fields=sip --bytes=1000-",
                "0|rwstats --fields=sip --count=1",
                "1|rwstats --fields=sip --bytes --threshold=1000",
                "0|rwstats --overall-stats",
            })
    void statusSaysWhetherAnythingCameOut(int expected, String command) {
        assertThat(run(command + " --fail-if-empty flows.rw")).isEqualTo(expected);
        assertThat(run(command.replace("none.rw", "more.rw") + " flows.rw")).isZero();
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void statisticsOfNoFlowsAreEmpty() {
        assertThat(run("rwfilter --proto=50 --pass=none.rw flows.rw")).isZero();
        assertThat(run("rwstats --overall-stats --fail-if-empty none.rw")).isEqualTo(1);
        assertThat(errors.toString()).isEmpty();
    }

    /// Damage is told and counts, whether or not anything came out.
    @Test
    void aMissingInputFailsWithItsMessage() {
        assertThat(run("rwfilter --proto=6 --pass=stdout --fail-if-empty flows.rw gone.rw"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("gone.rw");
    }

    /// In one process each command's status counts, as with a shell's pipefail.
    @Test
    void aPipelineFailsWhereItsFilterHandsNothingOn() {
        String line =
                "rwfilter --proto=%d --pass=stdout --fail-if-empty flows.rw | rwstats"
                        + " --fields=sip --count=5";
        assertThat(pipeline(line.formatted(6))).isZero();
        assertThat(pipeline(line.formatted(50))).isEqualTo(1);
    }
}
