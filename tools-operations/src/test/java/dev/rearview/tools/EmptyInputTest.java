package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Inputs without any octet, and standard input that is named twice.
class EmptyInputTest {
    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleFiles.in(directory);
        bench.write("empty", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwaddrcount --print-recs FILE",
                "rwaggbag --keys=protocol --counters=records --output-path=out FILE",
                "rwaggbagcat FILE",
                "rwaggbagtool --output-path=out FILE",
                "rwbag --bag-file=protocol,records,out FILE",
                "rwbagcat FILE",
                "rwbagtool --add --output-path=out FILE",
                "rwcat --output-path=flows FILE",
                "rwcount FILE",
                "rwcut FILE",
                "rwdedupe --output-path=out FILE",
                "rwcombine --output-path=out FILE",
                "rwsplit --basename=out --flow-limit=1 FILE",
                "rwswapbytes --swap-endian FILE out",
                "rwrandomizeip FILE out",
                "rwfileinfo FILE",
                "rwfilter --proto=6 --pass=flows FILE",
                "rwgroup --id-fields=5 --output-path=out FILE",
                "rwmatch --relate=5,5 FILE f.rw out",
                "rwmatch --relate=5,5 f.rw FILE out",
                "rwnetmask --4sip=8 --output-path=flows FILE",
                "rwpcut FILE",
                "rwpmapcat FILE",
                "rwptoflow --flow-output=out FILE",
                "rwset --sip-file=out FILE",
                "rwsetcat FILE",
                "rwsetmember 10.0.0.1 FILE",
                "rwsettool --union --output-path=out FILE",
                "rwsort --fields=1 --output-path=out FILE",
                "rwstats --fields=1 --count=1 FILE",
                "rwtotal --proto FILE",
                "rwuniq --fields=1 FILE"
            })
    void anEmptyBinaryInputIsAnError(String line) {
        for (String name : new String[] {"empty", "-", "/dev/null"}) {
            bench.set("SILK_CLOBBER", "1");
            Workbench.Result result = bench.run(line.replace("FILE", name));
            assertThat(result.status()).as(name).isEqualTo(1);
            assertThat(result.out()).as(name).isEmpty();
            assertThat(result.err())
                    .as(name)
                    .startsWith(line.substring(0, line.indexOf(' ')) + ": ")
                    .contains(name.equals("-") ? "" : name);
            assertThat(bench.path("out")).doesNotExist();
        }
    }

    @Test
    void rwcompareHasAStatusOfItsOwn() {
        assertThat(bench.run("rwcompare empty f.rw").status()).isEqualTo(2);
        assertThat(bench.run("rwcompare f.rw empty").status()).isEqualTo(2);
        assertThat(bench.run("rwcompare f.rw -").status()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwaggbagbuild --fields=protocol,records --output-path=out empty",
                "rwbagbuild --bag-input=empty --output-path=out",
                "rwgeoip2ccmap --input-path=empty --output-path=out",
                "rwpmapbuild --input-path=empty --output-path=out",
                "rwsetbuild empty out",
                "rwtuc --output-path=out empty"
            })
    void emptyTextGivesAnEmptyResult(String line) {
        bench.good(line);
        assertThat(bench.good("rwfileinfo --no-titles --fields=version out")).isEqualTo("16\n");
    }

    @Test
    void emptyTextOfOtherTools() {
        assertThat(bench.good("rwip2cc --input-file=empty")).isEmpty();
        Workbench.Result untitled = bench.run("rwaggbagbuild --output-path=out empty");
        assertThat(untitled.status()).isEqualTo(1);
        assertThat(bench.path("out")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwcat --output-path=out - -",
                "rwnetmask --4sip=8 --output-path=out stdin -",
                "rwfilter --proto=6 --pass=out - stdin"
            })
    void whatTheFirstReadingGaveIsWritten(String line) throws IOException {
        bench.input(bench.octets("f.rw"));
        Workbench.Result result = bench.run(line);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("empty").contains(line.substring(0, line.indexOf(' ')));
        assertThat(bench.good("rwfileinfo --no-titles --fields=count-records out"))
                .isEqualTo("1\n");
    }

    @Test
    void whatTheFirstReadingGaveIsPrinted() throws IOException {
        bench.input(bench.octets("f.rw"));
        Workbench.Result cut = bench.run("rwcut --fields=protocol --no-titles --delimited - -");
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.out()).isEqualTo("6\n");
        bench.input(bench.octets("f.set"));
        Workbench.Result set = bench.run("rwsetcat - -");
        assertThat(set.status()).isEqualTo(1);
        assertThat(set.out()).isEqualTo("10.0.0.1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwsort --fields=1 --output-path=out - -",
                "rwset --sip-file=out - -",
                "rwbag --bag-file=protocol,records,out - -",
                "rwaggbag --keys=protocol --counters=records --output-path=out - -",
                "rwuniq --fields=1 --output-path=out - -",
                "rwmatch --relate=5,5 - - out"
            })
    void aSecondReadingOfStandardInputIsAnError(String line) throws IOException {
        bench.input(bench.octets("f.rw"));
        Workbench.Result result = bench.run(line);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).startsWith(line.substring(0, line.indexOf(' ')) + ": ");
        assertThat(bench.path("out")).doesNotExist();
    }

    @Test
    void aSecondReadingOfStandardInputIsAnErrorInToolsForBags() throws IOException {
        bench.input(bench.octets("f.bag"));
        assertThat(bench.run("rwbagtool --add --output-path=out - -").status()).isEqualTo(1);
        bench.input(bench.octets("f.agg"));
        assertThat(bench.run("rwaggbagtool --add --output-path=out - -").status()).isEqualTo(1);
        bench.input(bench.octets("f.set"));
        assertThat(bench.run("rwsettool --union --output-path=out - -").status()).isEqualTo(1);
        assertThat(bench.path("out")).doesNotExist();
    }
}
