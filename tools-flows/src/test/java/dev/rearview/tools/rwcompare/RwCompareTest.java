package dev.rearview.tools.rwcompare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwtuc.RwTuc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exit statuses for files that cannot be read to their ends.
class RwCompareTest {
    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = new Workbench(directory, RwCompare::new, RwTuc::new);
        bench.write(
                "text",
                "sIP|sTime|\n10.0.0.1|2024/02/28T10:00:00|\n10.0.0.2|2024/02/28T10:00:00|\n");
        bench.good("rwtuc --output-path=whole text");
        byte[] whole = bench.octets("whole");
        Files.write(bench.path("cut"), Arrays.copyOf(whole, whole.length - 5));
    }

    @Test
    void whichFileIsCutOff() {
        assertThat(bench.run("rwcompare whole whole").status()).isZero();
        assertThat(bench.run("rwcompare cut whole").status()).isEqualTo(2);
        assertThat(bench.run("rwcompare cut cut").status()).isEqualTo(2);
        Workbench.Result second = bench.run("rwcompare whole cut");
        assertThat(second.status()).isEqualTo(255);
        assertThat(second.err()).contains("cut");
        Workbench.Result quiet = bench.run("rwcompare --quiet whole cut");
        assertThat(quiet.status()).isEqualTo(255);
        assertThat(quiet.err()).isEmpty();
        assertThat(quiet.out()).isEmpty();
    }

    @Test
    void otherTrouble() {
        assertThat(bench.run("rwcompare whole missing").status()).isEqualTo(2);
        assertThat(bench.run("rwcompare missing whole").status()).isEqualTo(2);
        assertThat(bench.run("rwcompare whole").status()).isEqualTo(1);
        assertThat(bench.run("rwcompare whole whole whole").status()).isEqualTo(1);
    }
}
