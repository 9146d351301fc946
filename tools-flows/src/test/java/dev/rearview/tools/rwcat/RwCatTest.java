package dev.rearview.tools.rwcat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        FlowRecord six = SampleSite.flow(SampleSite.DAY_MS, 17);
        six.setIpv6(true);
        six.sipHi = 0x2001_0db8_0000_0000L;
        six.sipLo = 0xFFFF;
        SampleSite.write(bench.path("f.rw"), SampleSite.flow(SampleSite.DAY_MS, 6), six);
        byte[] whole = bench.octets("f.rw");
        Files.write(bench.path("cut.rw"), Arrays.copyOf(whole, whole.length - 5));
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
