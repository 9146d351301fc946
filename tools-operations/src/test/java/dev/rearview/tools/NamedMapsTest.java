package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Several prefix maps on one command line, with names and without.
class NamedMapsTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = new Workbench(directory, Tools::create);
        SampleSite.write(bench.path("f.rw"), SampleSite.flow(SampleSite.DAY_MS, 6));
        String map = "mode ip\nlabel 0 a\nlabel 1 ten\ndefault a\n10.0.0.0/8 ten\n";
        bench.write("bare.txt", map);
        bench.write("named.txt", "map-name own\n" + map);
        bench.good("rwpmapbuild --input-path=bare.txt --output-path=bare.pmap");
        bench.good("rwpmapbuild --input-path=named.txt --output-path=named.pmap");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--pmap-file=bare.pmap --fields=sval; ten",
                "--pmap-file=a:bare.pmap --pmap-file=b:bare.pmap --fields=src-a,dst-b; ten|ten",
                "--pmap-file=named.pmap --pmap-file=b:named.pmap --fields=src-own,src-b; ten|ten",
                "--pmap-file=:bare.pmap --fields=dval; ten"
            })
    void areFieldsByTheirNames(String switches, String expected) {
        assertThat(bench.good("rwcut --no-titles --delimited " + switches + " f.rw"))
                .isEqualTo(expected + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "bare.pmap, bare.pmap",
        "bare.pmap, b:bare.pmap",
        "b:bare.pmap, bare.pmap",
        "b:bare.pmap, b:named.pmap",
        "own:bare.pmap, named.pmap"
    })
    void needDifferentNames(String first, String second) {
        for (String command : new String[] {"rwcut", "rwfilter --all=-"}) {
            String tool = command.split(" ", 2)[0];
            Workbench.Result r =
                    bench.run(
                            command + " --pmap-file=" + first + " --pmap-file=" + second + " f.rw");
            assertThat(r.status()).isEqualTo(1);
            assertThat(r.out()).isEmpty();
            assertThat(r.err())
                    .startsWith(
                            tool
                                    + ": invalid --pmap-file '"
                                    + second
                                    + "': several maps need different names; use NAME:PATH");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "--pmap-file=bare.pmap; 'bare.pmap': the map has no name; use NAME:PATH",
                "--pmap-file=own:bare.pmap --pmap-file=named.pmap; 'named.pmap': two maps are named 'own'"
            })
    void ofRwbagHaveNames(String switches, String message) {
        Workbench.Result r = bench.run("rwbag " + switches + " f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwbag: invalid --pmap-file " + message);
    }
}
