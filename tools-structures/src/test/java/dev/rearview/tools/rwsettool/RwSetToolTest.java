package dev.rearview.tools.rwsettool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import dev.rearview.tools.rwsetcat.RwSetCat;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Operations on sets, and those that there are not.
class RwSetToolTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwSetTool::new, RwSetBuild::new, RwSetCat::new);
        bench.write("a.txt", "10.0.0.1\n10.0.0.2\n10.0.1.1\n");
        bench.write("b.txt", "10.0.0.2\n2001:db8::1\n");
        bench.good("rwsetbuild a.txt a.set");
        bench.good("rwsetbuild b.txt b.set");
    }

    private String made(String switches) {
        bench.good("rwsettool " + switches + " --output-path=o.set");
        return bench.good("rwsetcat --cidr-blocks=0 o.set").replace('\n', ' ').strip();
    }

    @Test
    void aSampleIsTheSameForTheSameSeed() {
        String one = made("--sample --size=2 --seed=5 a.set");
        assertThat(one.split(" ")).hasSize(2);
        assertThat(made("--sample --size=2 --seed=5 a.set")).isEqualTo(one);
        assertThat(made("--sample --size=9 a.set")).isEqualTo("10.0.0.1 10.0.0.2 10.0.1.1");
        assertThat(made("--sample --ratio=0 a.set")).isEmpty();
        assertThat(made("--sample --ratio=1 a.set")).isEqualTo("10.0.0.1 10.0.0.2 10.0.1.1");
    }

    @Test
    void aLengthIsOfIpv4WhereTheSetIs() {
        assertThat(made("--mask=24 a.set")).isEqualTo("10.0.0.0 10.0.1.0");
        assertThat(made("--mask=33 a.set")).isEqualTo("10.0.0.1 10.0.0.2 10.0.1.1");
    }

    @Test
    void anInputThatIsMissingLeavesTheOutputAsItWas() {
        String before = made("--union a.set");
        Workbench.Result r = bench.run("rwsettool --union --output-path=o.set a.set none.set");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).isEqualTo("rwsettool: " + bench.path("none.set") + ": no such file\n");
        assertThat(bench.good("rwsetcat o.set").replace('\n', ' ').strip()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwsettool a.set; rwsettool: an operation is required, such as --union",
                "rwsettool --union --intersect a.set; rwsettool: only one operation is possible",
                "rwsettool --mask=24 --fill-blocks=24 a.set; rwsettool: only one operation is possible",
                "rwsettool --sample a.set; rwsettool: --sample needs either --size or --ratio",
                "rwsettool --sample --size=1 --ratio=1 a.set; rwsettool: --sample needs either --size or --ratio",
                "rwsettool --sample --size=0 a.set; rwsettool: invalid --size '0': must be above 0",
                "rwsettool --sample --ratio=1.5 a.set; rwsettool: invalid --ratio '1.5': must be 0-1",
                "rwsettool --mask=0 a.set; rwsettool: invalid --mask '0': must be 1-128",
                "rwsettool --mask=129 a.set; rwsettool: invalid --mask '129': '129' is above the maximum of 128"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
