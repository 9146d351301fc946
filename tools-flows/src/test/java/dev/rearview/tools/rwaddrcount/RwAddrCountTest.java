package dev.rearview.tools.rwaddrcount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is not counted, and what cannot be asked for.
class RwAddrCountTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwAddrCount::new);
        SampleSite.writeWholeAndCut(bench);
    }

    @Test
    void flowsOfIpv6AreLeftOut() {
        assertThat(bench.good("rwaddrcount --print-ips --no-titles f.rw").strip())
                .isEqualTo("10.0.0.1");
    }

    @Test
    void aSumIsOfWholeFilesOnly() {
        Workbench.Result r = bench.run("rwaddrcount --print-stat f.rw cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwaddrcount: cut.rw: ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwaddrcount f.rw; rwaddrcount: one of --print-recs, --print-ips, --print-stat and --set-file is required",
                "rwaddrcount --print-recs --min-bytes=5 --max-bytes=4 f.rw; rwaddrcount: --min-bytes is above --max-bytes",
                "rwaddrcount --print-recs --rec-min=-1 f.rw; rwaddrcount: invalid --rec-min '-1': '-1' is not a number",
                "rwaddrcount --set-file= f.rw; rwaddrcount: invalid --set-file '': empty path"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
