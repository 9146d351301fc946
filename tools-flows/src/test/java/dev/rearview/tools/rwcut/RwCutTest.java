package dev.rearview.tools.rwcut;

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

/// Parts of the input, and what cannot be printed.
class RwCutTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwCut::new);
        SampleSite.writeWholeAndCut(bench);
    }

    private Workbench.Result cut(String switches) {
        return bench.run("rwcut --fields=proto --delimited " + switches);
    }

    @Test
    void whatIsWholeIsPrintedBeforeTheDamage() {
        Workbench.Result r = cut("cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEqualTo("protocol\n6\n");
        assertThat(r.err()).startsWith("rwcut: cut.rw: ").hasLineCount(1);
    }

    @Test
    void nothingIsPrintedOfAFileThatIsMissing() {
        assertThat(cut("none.rw"))
                .isEqualTo(
                        new Workbench.Result(
                                1, "", "rwcut: " + bench.path("none.rw") + ": no such file\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--num-recs=1; 6",
                "--start-rec-num=2; 17 6 17",
                "--start-rec-num=4 --num-recs=2; 17",
                "--start-rec-num=5; ''",
                "--end-rec-num=3 --num-recs=1; 6",
                "--tail-recs=1; 17",
                "--tail-recs=9; 6 17 6 17"
            })
    void partsOfTheInputAreOverAllFiles(String switches, String rows) {
        String expected = rows.isEmpty() ? "" : rows.replace(' ', '\n') + "\n";
        assertThat(cut(switches + " --no-titles f.rw f.rw").out()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwcut --fields= f.rw; rwcut: invalid --fields: no fields",
                "rwcut --fields=sip --all-fields f.rw; rwcut: --fields and --all-fields exclude each other",
                "rwcut --tail-recs=1 --start-rec-num=1 f.rw; rwcut: --tail-recs does not go with --start-rec-num or --end-rec-num",
                "rwcut --start-rec-num=3 --end-rec-num=2 f.rw; rwcut: --end-rec-num must not be below --start-rec-num",
                "rwcut --copy-input=- f.rw; rwcut: --copy-input to standard output needs --output-path for the text"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
