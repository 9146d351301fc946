package dev.rearview.tools.rwpmaplookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys that a map cannot hold.
class RwPmapLookupTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwPmapLookup::new, RwPmapBuild::new);
        bench.write("m.txt", "label 1 x\n10.0.0.0/8 x\n");
        bench.good("rwpmapbuild --input-path=m.txt --output-path=m.pmap");
    }

    private static final String LOOK = "rwpmaplookup --map-file=m.pmap --no-titles --delimited ";

    @Test
    void aKeyThatIsNoneIsToldAndTheRestLookedUp() {
        Workbench.Result r = bench.run(LOOK + "--no-files 10.0.0.1 x 11.0.0.1");
        assertThat(r.status()).isZero();
        assertThat(r.out()).isEqualTo("10.0.0.1|x\n11.0.0.1|UNKNOWN\n");
        assertThat(r.err()).startsWith("rwpmaplookup: 'x': ").hasLineCount(1);
        assertThat(bench.run(LOOK + "--no-errors --no-files x").err()).isEmpty();
        assertThat(
                        bench.run(
                                        LOOK
                                                + "--no-errors --fields=input,value --no-files x 2001:db8::1")
                                .out())
                .isEqualTo("x|\n2001:db8::1|\n");
    }

    @Test
    void aLineThatIsTooLongIsSkippedAndTold() {
        bench.write("keys", "10.0.0.1\n" + " ".repeat(2048) + "10.0.0.2\n# none\n\n10.0.0.3\n");
        Workbench.Result r = bench.run(LOOK + "keys");
        assertThat(r.status()).isZero();
        assertThat(r.out()).isEqualTo("10.0.0.1|x\n10.0.0.3|x\n");
        assertThat(r.err()).isEqualTo("rwpmaplookup: keys:2: line is too long; skipped\n");
    }

    @Test
    void aFileThatIsMissingEndsIt() {
        bench.write("keys", "10.0.0.1\n");
        Workbench.Result r = bench.run(LOOK + "keys none keys");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEqualTo("10.0.0.1|x\n");
        assertThat(r.err()).isEqualTo("rwpmaplookup: " + bench.path("none") + ": no such file\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwpmaplookup --no-files 10.0.0.1; rwpmaplookup: one of --map-file, --address-types and --country-codes is required",
                "rwpmaplookup --map-file=m.pmap --no-files; rwpmaplookup: --no-files needs keys as arguments",
                "rwpmaplookup --map-file=m.pmap --no-files --ipset-files x; rwpmaplookup: --ipset-files does not go with --no-files",
                "rwpmaplookup --map-file=m.pmap --fields=, --no-files 1; rwpmaplookup: invalid --fields: no fields"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
