package dev.rearview.tools.rwsetcat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.bags.RwBagBuild;
import dev.rearview.tools.bags.RwBagCat;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sets are made and printed as SiLK does.
class SetToolsTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void sets() {
        bench =
                new Workbench(
                        directory, RwBagBuild::new, RwBagCat::new, RwSetBuild::new, RwSetCat::new);
        set("four", "10.0.0.1\n10.0.0.2\n");
        set("six", "2001:db8::1\n");
        set("none", "");
    }

    private void set(String name, String text) {
        bench.write(name + ".txt", text);
        bench.goodPipeline("rwsetbuild " + name + ".txt " + name + ".set");
    }

    @Test
    void aTotalOfNothingIsNotPadded() {
        assertThat(bench.goodPipeline("rwsetcat --network-structure=TBS none.set"))
                .isEqualTo("TOTAL| 0 hosts in 0 /8s, 0 /16s, 0 /24s, and 0 /27s\n");
        assertThat(bench.goodPipeline("rwsetcat --network-structure=TB six.set"))
                .isEqualTo("TOTAL| 0\n");
        assertThat(bench.goodPipeline("rwsetcat --network-structure=TB four.set"))
                .isEqualTo("  10.0.0.0/16       | 2\nTOTAL               | 2\n");
    }

    @Test
    void theColumnOfHostsIsWideWhereNothingIsCounted() {
        String four = " ".repeat(2) + "10.0.0.1" + " ".repeat(8) + "|\n";
        assertThat(bench.goodPipeline("rwsetcat --network-structure=TH four.set"))
                .startsWith(four)
                .endsWith("TOTAL" + " ".repeat(13) + "| 2\n");
        assertThat(bench.goodPipeline("rwsetcat --network-structure=THS four.set"))
                .startsWith("  10.0.0.1" + " ".repeat(7) + "|\n");
        assertThat(bench.goodPipeline("rwsetcat --network-structure=TH/24 four.set"))
                .contains("TOTAL" + " ".repeat(12) + "| 2 hosts in 1 /24\n");
        assertThat(bench.goodPipeline("rwsetcat --network-structure=v6:TH six.set"))
                .endsWith("TOTAL" + " ".repeat(38) + "| 1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-columns", "--delimited"})
    void aBlankStandsBeforeCountsOfSets(String switches) {
        assertThat(bench.goodPipeline("rwsetcat --network-structure=A " + switches + " four.set"))
                .isEqualTo("10.0.0.0/8| 2\n");
        assertThat(bench.goodPipeline("rwsetcat --network-structure=AS " + switches + " four.set"))
                .isEqualTo("10.0.0.0/8| 2 hosts in 1 /16, 1 /24, and 1 /27\n");
        assertThat(
                        bench.goodPipeline(
                                "rwbagbuild --set-input=four.set | rwbagcat --network-structure=AS "
                                        + switches))
                .isEqualTo("10.0.0.0/8|2| 2 hosts in 1 /16, 1 /24, and 1 /27\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r", "#"})
    void someDelimitersAreRefused(String delimiter) {
        bench.write("r.txt", "10.0.0.1-10.0.0.3\n");
        Workbench.Result r =
                bench.pipeline("rwsetbuild '--ip-ranges=" + delimiter + "' r.txt r.set");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("--ip-ranges");
        assertThat(bench.exists("r.set")).isFalse();
        assertThat(bench.goodPipeline("rwsetbuild --ip-ranges r.txt | rwsetcat --count"))
                .isEqualTo("3\n");
    }
}
