package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a tool writes, a file that is there already stays unless the user says otherwise.
class ExistingOutputTest {
    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleFiles.in(directory);
        bench.write("out", "old");
    }

    static Stream<String> lines() {
        return Stream.of(
                "rwaddrcount --print-recs --output-path=out f.rw",
                "rwaddrcount --set-file=out f.rw",
                "rwaddrcount --print-recs --copy-input=out f.rw",
                "rwaggbag --keys=protocol --counters=records --output-path=out f.rw",
                "rwaggbag --keys=protocol --counters=records --copy-input=out --output-path=n f.rw",
                "rwaggbagbuild --output-path=out rows",
                "rwaggbagbuild --bad-input-lines=out --output-path=n badrows",
                "rwaggbagcat --output-path=out f.agg",
                "rwaggbagtool --output-path=out f.agg",
                "rwaggbagtool --to-bag=protocol,records --output-path=out f.agg",
                "rwbag --bag-file=protocol,records,out f.rw",
                "rwbag --copy-input=out --bag-file=protocol,records,n f.rw",
                "rwbagbuild --bag-input=counts --output-path=out",
                "rwbagcat --output-path=out f.bag",
                "rwbagcat --print-statistics=out f.bag",
                "rwbagtool --add --output-path=out f.bag",
                "rwcat --output-path=out f.rw",
                "rwcount --output-path=out f.rw",
                "rwcount --copy-input=out f.rw",
                "rwcut --output-path=out f.rw",
                "rwcut --copy-input=out f.rw",
                "rwdedupe --output-path=out f.rw",
                "rwcombine --output-path=out f.rw",
                "rwcombine --print-statistics=out --output-path=n f.rw",
                "rwswapbytes --swap-endian f.rw out",
                "rwrandomizeip f.rw out",
                "rwrandomizeip --save-table=out f.rw n",
                "rwfilter --proto=6 --pass=out f.rw",
                "rwfilter --proto=6 --fail=out f.rw",
                "rwfilter --all=out f.rw",
                "rwfilter --proto=6 --print-statistics=out f.rw",
                "rwgeoip2ccmap --input-path=cc.csv --output-path=out",
                "rwgroup --id-fields=5 --output-path=out f.rw",
                "rwgroup --id-fields=5 --copy-input=out --output-path=n f.rw",
                "rwip2cc --address=10.0.0.1 --output-path=out",
                "rwmatch --relate=5,5 f.rw f.rw out",
                "rwnetmask --4sip=8 --output-path=out f.rw",
                "rwpmapbuild --input-path=map --output-path=out",
                "rwpmapcat --output-path=out f.pmap",
                "rwpmaplookup --map-file=f.pmap --no-files --output-path=out 10.0.0.1",
                "rwset --sip-file=out f.rw",
                "rwset --sip-file=n --any-file=out f.rw",
                "rwset --sip-file=n --copy-input=out f.rw",
                "rwsetbuild list out",
                "rwsetcat --output-path=out f.set",
                "rwsettool --union --output-path=out f.set",
                "rwsiteinfo --fields=sensor --site-config-file=silk.conf --output-path=out",
                "rwsort --fields=1 --output-path=out f.rw",
                "rwstats --fields=1 --count=1 --output-path=out f.rw",
                "rwtotal --proto --output-path=out f.rw",
                "rwtuc --output-path=out text",
                "rwtuc --bad-input-lines=out --output-path=n bad",
                "rwuniq --fields=1 --output-path=out f.rw",
                "rwuniq --fields=1 --copy-input=out f.rw");
    }

    @ParameterizedTest
    @MethodSource("lines")
    void anExistingFileStays(String line) throws IOException {
        Workbench.Result refused = bench.run(line);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(bench.text("out")).isEqualTo("old");
        assertThat(refused.err())
                .contains(": out: file exists; set SILK_CLOBBER to overwrite")
                .doesNotContain("for usage");
        assertThat(refused.out()).isEmpty();

        bench.set("SILK_CLOBBER", "1");
        assertThat(bench.run(line).status()).isZero();
        assertThat(bench.text("out")).isNotEqualTo("old");
    }

    @Test
    void whereTheTextIsRefusedNoCopyIsLeft() {
        for (String tool :
                new String[] {
                    "rwcut --fields=1",
                    "rwuniq --fields=1",
                    "rwstats --fields=1 --count=1",
                    "rwcount",
                    "rwtotal --proto"
                }) {
            Workbench.Result refused =
                    bench.run(tool + " --copy-input=copy --output-path=out f.rw");
            assertThat(refused.status()).as(tool).isEqualTo(1);
            assertThat(bench.path("copy")).as(tool).doesNotExist();
        }
    }

    @Test
    void aLinkToAFileIsThatFile() throws IOException {
        Files.createSymbolicLink(bench.path("link"), bench.path("out"));
        assertThat(bench.run("rwset --sip-file=link f.rw").status()).isEqualTo(1);
        assertThat(bench.text("out")).isEqualTo("old");
        assertThat(bench.run("rwset --sip-file=/dev/null f.rw").status()).isZero();
    }

    @Test
    void aFileIsReplacedInPlaceWhereThatIsAskedFor() throws IOException {
        bench.good("rwsetbuild list in.set");
        bench.good("rwsettool --mask=8 --modify-inplace --output-path=in.set in.set");
        assertThat(bench.good("rwsetcat in.set")).isEqualTo("10.0.0.0\n");
        bench.good("rwbagtool --scalar-multiply=2 --modify-inplace --output-path=f.bag f.bag");
        assertThat(bench.good("rwbagcat --delimited f.bag")).isEqualTo("6|2\n");
        bench.good(
                "rwaggbagtool --scalar-multiply=3 --modify-inplace --backup-path=was"
                        + " --output-path=f.agg f.agg");
        assertThat(bench.good("rwaggbagcat --no-titles --delimited f.agg")).isEqualTo("6|3\n");
        assertThat(bench.good("rwaggbagcat --no-titles --delimited was")).isEqualTo("6|1\n");
    }
}
