package dev.rearview.tools.rwfileinfo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.aggbags.RwAggBag;
import dev.rearview.tools.bags.RwBag;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import dev.rearview.tools.rwtuc.RwTuc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The order of fields, and files that tell only a part.
class RwFileInfoTest {
    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench =
                new Workbench(
                        directory,
                        RwAggBag::new,
                        RwBag::new,
                        RwFileInfo::new,
                        RwPmapBuild::new,
                        RwTuc::new);
        bench.write("text", "sIP|sTime|\n10.0.0.1|2024/02/28T10:00:00|\n");
        bench.good("rwtuc --output-path=f.rw text");
    }

    private String[] names(String file) {
        return bench.good(
                        "rwfileinfo --fields=annotations,command-lines,bag,aggregate-bag,"
                                + "prefix-map,file-size,bag "
                                + file)
                .lines()
                .filter(l -> l.matches("  [a-z].*"))
                .map(l -> l.strip().split(" ", -1)[0])
                .toArray(String[]::new);
    }

    @Test
    void whatKindOfFileItIsStandsBeforeTheCommandLines() throws IOException {
        bench.good("rwbag --note-add=n --bag-file=sipv4,records,f.bag f.rw");
        bench.good(
                "rwaggbag --note-add=n --keys=sipv4 --counters=records --output-path=f.agg f.rw");
        bench.write("map", "map-name m\nlabel 1 x\n10.0.0.0/8 x\n");
        bench.good("rwpmapbuild --note-add=n --input-path=map --output-path=f.pmap");
        assertThat(names("f.bag"))
                .containsExactly("file-size", "bag", "command-lines", "annotations");
        assertThat(names("f.agg"))
                .containsExactly("file-size", "aggregate-bag", "command-lines", "annotations");
        assertThat(names("f.pmap"))
                .containsExactly("file-size", "prefix-map", "command-lines", "annotations");
    }

    @Test
    void aFieldNamedTwiceIsPrintedOnce() {
        assertThat(bench.good("rwfileinfo --no-titles --fields=count-records,7,version,2-2 f.rw"))
                .isEqualTo("16\n1\n");
    }

    @Test
    void filesAfterOneOfUnknownCompressionAreCounted() throws IOException {
        byte[] octets = bench.octets("f.rw");
        octets[7] = 77;
        Files.write(bench.path("odd"), octets);
        Workbench.Result result =
                bench.run("rwfileinfo --no-titles --fields=count-records f.rw odd f.rw");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).startsWith("rwfileinfo: odd: ");
        assertThat(result.out()).isEqualTo("1\n1\n");
    }

    /// Of a file of nfcapd: a record of both directions is two flows.
    @Test
    void filesOfNfcapd() throws IOException {
        Path samples =
                Path.of(System.getProperty("rearview.root", "..")).resolve("testdata/nfcapd");
        Files.copy(samples.resolve("elements"), bench.path("n"));
        Files.copy(samples.resolve("layout1"), bench.path("old"));
        assertThat(bench.good("rwfileinfo --summary n"))
                .isEqualTo(
                        """
                        n:
                          format(id)          nfcapd
                          version             2
                          byte-order          littleEndian
                          compression(id)     none(0)
                          header-length       40
                          count-records       6
                          file-size           979
                          packed-file-info    2023/11/14T22:13:20.000Z - 2023/11/14T22:13:25.567Z
                        **SUMMARY**:
                          number-files        1
                          total-records       6
                          all-file-sizes      979
                        """);
        assertThat(bench.good("rwfileinfo --no-titles --fields=version,count-records old"))
                .startsWith("1\n");
        byte[] octets = bench.octets("n");
        Files.write(bench.path("cut"), Arrays.copyOf(octets, 400));
        Workbench.Result cut = bench.run("rwfileinfo --fields=format,count-records cut f.rw");
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.err()).startsWith("rwfileinfo: cut: offset 40: block: ends after");
        assertThat(cut.out()).contains("nfcapd", "f.rw:");
        Files.write(bench.path("short"), Arrays.copyOf(octets, 3));
        assertThat(bench.run("rwfileinfo short").err()).contains("short: offset 0: file header");
    }
}
