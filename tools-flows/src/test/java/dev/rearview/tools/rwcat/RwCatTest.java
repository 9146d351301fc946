package dev.rearview.tools.rwcat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Streams put behind each other, whatever is wrong with one.
class RwCatTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwCat::new, RwCut::new);
        SampleSite.writeWholeAndCut(bench);
    }

    private String protocols(String file) {
        return bench.good("rwcut --fields=proto --no-titles --delimited " + file);
    }

    @Test
    void whatCameBeforeAMissingFileIsWritten() {
        Workbench.Result r = bench.run("rwcat --output-path=o.rw f.rw none.rw f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).isEqualTo("rwcat: " + bench.path("none.rw") + ": no such file\n");
        assertThat(protocols("o.rw")).isEqualTo("6\n17\n");
    }

    @Test
    void aFileThatEndsWithinARecordIsToldAndEndsTheStream() {
        Workbench.Result r = bench.run("rwcat --output-path=o.rw cut.rw f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwcat: cut.rw: ").hasLineCount(1);
        assertThat(protocols("o.rw")).isEqualTo("6\n");
    }

    @Test
    void aListOfNamesThatCannotBeReadLeavesAStreamWithoutFlows() {
        Workbench.Result r = bench.run("rwcat --xargs=none.txt --output-path=o.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).isEqualTo("rwcat: " + bench.path("none.txt") + ": no such file\n");
        assertThat(protocols("o.rw")).isEmpty();
    }

    @Test
    void anOutputOfIpv4HasNoOtherFlows() {
        bench.good("rwcat --ipv4-output --output-path=o.rw f.rw");
        assertThat(protocols("o.rw")).isEqualTo("6\n");
    }

    @Test
    void namesComeWithCounts() {
        Workbench.Result r = bench.run("rwcat --print-filenames --output-path=o.rw f.rw f.rw");
        assertThat(r.status()).isZero();
        assertThat(r.err()).isEqualTo("f.rw\nRead 2 Wrote 2\nf.rw\nRead 2 Wrote 2\n");
    }
}
