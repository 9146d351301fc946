package dev.rearview.tools.rwsetbuild;

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

/// Lists of addresses with something wrong in them.
class RwSetBuildTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwSetBuild::new, RwSetCat::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "10.0.0.1 10.0.0.300; ``; a part above 255",
                "10.0.0.1 x; ``; 'x'",
                "10.0.0.9-10.0.0.1; --ip-ranges; range '10.0.0.9-10.0.0.1' runs down",
                "10.0.0.1-2001:db8::1; --ip-ranges; '10.0.0.1-2001:db8::1' mixes IPv4 and IPv6",
                "1 2001:db8::1; ``; integers and IPv6 addresses do not mix"
            })
    void theLineAtFaultIsNamedAndNothingWritten(String lines, String switches, String why) {
        bench.write("list", "# a list\n" + lines.replace(' ', '\n') + "\n");
        int at = 1 + lines.split(" ").length;
        Workbench.Result r = bench.run(("rwsetbuild " + switches).strip() + " list o.set");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .startsWith("rwsetbuild: list:" + at + ": ")
                .contains(why)
                .hasLineCount(1);
        assertThat(bench.exists("o.set")).isFalse();
    }

    @Test
    void aLineThatIsTooLongIsSkippedAndTold() {
        bench.write("list", "10.0.0.1\n" + "9".repeat(5000) + "\n10.0.0.2\n");
        Workbench.Result r = bench.run("rwsetbuild list o.set");
        assertThat(r.status()).isZero();
        assertThat(r.err()).isEqualTo("rwsetbuild: list:2: line is too long; skipped\n");
        assertThat(bench.good("rwsetcat o.set")).isEqualTo("10.0.0.1\n10.0.0.2\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwsetbuild a b c; rwsetbuild: unexpected argument 'c'",
                "rwsetbuild --ip-ranges=# a b; rwsetbuild: invalid --ip-ranges: '#'"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
