package dev.rearview.tools.silkconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What scripts ask for, and what there is none of.
class SilkConfigTest {
    @TempDir Path directory;

    @Test
    void aLineForEachThatIsAskedFor() {
        Workbench bench = new Workbench(directory, SilkConfig::new);
        assertThat(bench.good("silk_config --silk-version")).isEqualTo("3.22.1\n");
        assertThat(bench.good("silk_config --data-rootdir --silk-version"))
                .isEqualTo("3.22.1\n/data\n");
        assertThat(bench.good("silk_config --libs")).isEqualTo("\n");
        assertThat(bench.good("silk_config --libs --libsilk-libs")).isEqualTo("\n");
        assertThat(bench.good("silk_config"))
                .startsWith("silk-version: 3.22.1\ncompiler: \n")
                .hasLineCount(9);
        assertThat(bench.run("silk_config x").status()).isEqualTo(1);
    }
}
