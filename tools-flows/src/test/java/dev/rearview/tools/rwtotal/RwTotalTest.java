package dev.rearview.tools.rwtotal;

import static dev.rearview.testkit.SampleSite.DAY_MS;
import static dev.rearview.testkit.SampleSite.flow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RwTotalTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void flows() throws IOException {
        bench = SampleSite.bench(directory, RwTotal::new);
        SampleSite.write(
                bench.path("f.rw"),
                lasting(0),
                lasting(7),
                lasting(4095),
                lasting(4096),
                lasting(9000));
    }

    private static FlowRecord lasting(long seconds) {
        FlowRecord r = flow(DAY_MS, 6);
        r.duration = seconds * 1_000_000;
        return r;
    }

    @Test
    void durationsHave4096RowsAndLongerFlowsTheirOwn() {
        Workbench.Result r = bench.run("rwtotal --duration --delimited --no-titles f.rw");
        assertThat(r.status()).isZero();
        List<String> lines = r.lines();
        assertThat(lines).hasSize(4098);
        assertThat(lines.subList(0, 2)).containsExactly("0|1|40|1", "1|0|0|0");
        assertThat(lines.subList(4094, 4098))
                .containsExactly("4094|0|0|0", "4095|1|40|1", "4096|1|40|1", "9000|1|40|1");
        assertThat(bench.run("rwtotal --duration --skip-zeroes --summation f.rw").lines())
                .hasSize(7)
                .last()
                .asString()
                .matches(" *TOTALS\\|  *5\\|  *200\\|  *5\\|");
    }

    @ParameterizedTest
    @ValueSource(strings = {"records", "bytes", "packets"})
    void withoutZeroesTheLeastIsOne(String volume) {
        String max = " --max-" + volume + "=0";
        Workbench.Result r = bench.run("rwtotal --proto --skip-zeroes" + max + " f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("--min-" + volume);
        assertThat(
                        bench.run(
                                        "rwtotal --proto --skip-zeroes --min-"
                                                + volume
                                                + "=0"
                                                + max
                                                + " f.rw")
                                .status())
                .isZero();
        assertThat(bench.run("rwtotal --proto" + max + " f.rw").lines()).hasSize(256);
    }
}
