package dev.rearview.tools.rwset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwsetcat.RwSetCat;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sets of flows that are damaged, and outputs that get in each other's way.
class RwSetTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwSet::new, RwSetCat::new);
        SampleSite.writeWholeAndCut(bench);
    }

    @Test
    void whatIsWholeIsKeptAndTheDamageTold() {
        Workbench.Result r = bench.run("rwset --sip-file=o.set cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwset: cut.rw: ").hasLineCount(1);
        assertThat(bench.good("rwsetcat o.set")).isEqualTo("10.0.0.1\n");
    }

    @Test
    void nothingIsWrittenWhereAnInputIsMissing() {
        Workbench.Result r = bench.run("rwset --sip-file=o.set --dip-file=p.set f.rw none.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).isEqualTo("rwset: " + bench.path("none.rw") + ": no such file\n");
        assertThat(bench.exists("o.set")).isFalse();
        assertThat(bench.exists("p.set")).isFalse();
    }

    @Test
    void noSetGoesToATerminal() {
        Workbench.Result r = bench.terminal(false, true).run("rwset --sip-file=- f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.octets()).isEmpty();
        assertThat(r.err()).isEqualTo("rwset: will not write binary data to a terminal\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwset f.rw; rwset: no output: use --sip-file, --dip-file, --nhip-file or --any-file",
                "rwset --sip-file=- --dip-file=stdout f.rw; rwset: several outputs go to 'stdout'",
                "rwset --sip-file= f.rw; rwset: invalid --sip-file '': empty path",
                "rwset --sip-file=o.set --sip-file=p.set f.rw; rwset: --sip-file is given twice",
                "rwset --sip-file=. f.rw; rwset: .: is a directory"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
