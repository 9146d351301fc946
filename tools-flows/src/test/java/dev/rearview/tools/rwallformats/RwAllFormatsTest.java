package dev.rearview.tools.rwallformats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfileinfo.RwFileInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All files, what their headers say, and which flows are in which.
class RwAllFormatsTest {
    /// 61 formats and versions, four compressions, two byte orders.
    private static final int FILES = 61 * 4 * 2;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwAllFormats::new, RwCut::new, RwFileInfo::new);
        FlowRecord four = SampleSite.flow(SampleSite.DAY_MS + 7_000_000, 17);
        four.sensor = 1;
        four.flowtype = 1;
        FlowRecord six = SampleSite.flow(SampleSite.DAY_MS + 7_000_000, 17);
        six.setIpv6(true);
        SampleSite.write(bench.path("f.rw"), four, six);
        Files.createDirectory(directory.resolve("out"));
    }

    private long written() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            return all.count();
        }
    }

    private String told(String fields, String file) {
        return bench.good("rwfileinfo --no-titles --fields=" + fields + " out/" + file);
    }

    @Test
    void aFileOfEachAndTheOddFlowsToldOf() throws IOException {
        Workbench.Result r = bench.run("rwallformats --basename=out/x f.rw");
        assertThat(r.status()).isZero();
        assertThat(written()).isEqualTo(FILES);
        assertThat(r.err().lines())
                .contains(
                        "rwallformats: out/x-FT_RWGENERIC-v5-c0-B.dat: 1 flows are left out, the first"
                                + " because of an IPv6 flow in a format for IPv4",
                        "rwallformats: out/x-FT_RWWWW-v5-c3-L.dat: 2 flows are left out, the first"
                                + " because of not TCP in a format for the web")
                .noneMatch(l -> l.contains("RWIPV6"));
        assertThat(
                        told(
                                "count-records,packed-file-info,probe-name,command-lines",
                                "x-FT_RWSPLIT-v3-c2-L.dat"))
                .isEqualTo(
                        "1\nrwallformats --basename=out/x f.rw\n2024/02/28T01:00:00Z out SOUTH\nDUMMY_PROBE\n");
        assertThat(told("count-records,compression,byte-order", "x-FT_RWIPV6-v2-c1-B.dat"))
                .isEqualTo("BigEndian\nzlib(1)\n2\n");
        assertThat(
                        bench.good(
                                "rwcut --fields=sensor,type,stime --no-titles --delimited"
                                        + " out/x-FT_RWSPLIT-v5-c3-B.dat"))
                .isEqualTo("SOUTH|out|2024/02/28T01:56:40.000\n");
    }

    @Test
    void theCommandLineIsLeftOutWhereThatIsAskedFor() {
        bench.run("rwallformats --no-invocation --basename=out/x f.rw");
        assertThat(told("command-lines", "x-FT_RWGENERIC-v5-c0-L.dat")).isEmpty();
    }

    @Test
    void nothingIsWrittenOfAMissingFile() throws IOException {
        Workbench.Result r = bench.run("rwallformats --basename=out/x none.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwallformats: ").hasLineCount(1);
        assertThat(written()).isZero();
    }
}
