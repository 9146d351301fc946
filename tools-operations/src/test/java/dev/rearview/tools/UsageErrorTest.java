package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.kit.command.Tool;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A command line at fault: what is wrong, and the way to the help; nothing is printed or written.
class UsageErrorTest {
    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleFiles.in(directory);
    }

    private void assertUsage(Workbench.Result result, String tool) {
        assertThat(result.status()).isEqualTo(tool.equals("rwpcut") ? 2 : 1);
        assertThat(result.out()).isEmpty();
        List<String> lines = result.err().lines().toList();
        assertThat(lines.getFirst()).startsWith(tool + ": ");
        assertThat(lines.getLast()).isEqualTo("Use '" + tool + " --help' for usage");
        assertThat(lines).hasSize(2);
    }

    static Stream<String> tools() {
        return Tools.names().stream().filter(n -> n.startsWith("rw") || Tool.OTHERS.contains(n));
    }

    @ParameterizedTest
    @MethodSource("tools")
    void anUnknownSwitch(String tool) {
        assertUsage(bench.run(tool, "--no-such-switch-anywhere"), tool);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwaddrcount f.rw",
                "rwaggbag f.rw",
                "rwbag f.rw",
                "rwbagbuild",
                "rwbagtool --add --subtract x",
                "rwcat --byte-order=Little --output-path=out f.rw",
                "rwcat --compression-method=gzip --output-path=out f.rw",
                "rwcat --output-path=out --output-path=out2 f.rw",
                "rwcompare f.rw",
                "rwcut --fields=nonsense --output-path=out f.rw",
                "rwcut --ipv6-policy=MIX --output-path=out f.rw",
                "rwfilter --pass=out f.rw",
                "rwfilter --proto=6 f.rw",
                "rwappend",
                "rwappend --create stdout f.rw",
                "rwgroup --output-path=out f.rw",
                "rwgroup --delta-field=stime --output-path=out f.rw",
                "rwgroup --delta-field=flags --delta-value=1 --output-path=out f.rw",
                "rwgroup --id-fields=5 --output-path=out f.rw f.rw",
                "rwip2cc",
                "rwnetmask --output-path=out f.rw",
                "rwset f.rw",
                "rwsetbuild a b c",
                "rwsettool a",
                "rwsort --output-path=out f.rw",
                "rwstats --fields=1 f.rw",
                "rwtotal f.rw",
                "rwuniq --output-path=out f.rw"
            })
    void switchesThatDoNotDo(String line) {
        assertUsage(bench.run(line), line.split(" ", 2)[0]);
        assertThat(bench.path("out")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwaggbag --keys=protocol --keys=sport --counters=records f.rw",
                "rwaggbag --keys=protocol --counters=records --counters=records f.rw",
                "rwaggbagcat --fields=protocol --fields=records f.agg",
                "rwcut --fields=1 --fields=2 f.rw",
                "rwdedupe --ignore-fields=1 --ignore-fields=2 f.rw",
                "rwcombine --ignore-fields=1 --ignore-fields=2 f.rw",
                "rwgroup --id-fields=1 --id-fields=2 f.rw",
                "rwpmapcat --output-types=type --output-types=label f.pmap",
                "rwsiteinfo --site-config-file=silk.conf --fields=class --fields=type",
                "rwsort --fields=1 --fields=2 f.rw",
                "rwstats --fields=1 --fields=2 --count=1 f.rw",
                "rwstats --fields=1 --values=bytes --values=packets --count=1 f.rw",
                "rwtuc --fields=1 --fields=2 text",
                "rwuniq --fields=1 --fields=2 f.rw",
                "rwuniq --fields=1 --values=bytes --values=packets f.rw"
            })
    void aListOfFieldsThatIsGivenTwice(String line) {
        Workbench.Result result = bench.run(line);
        assertUsage(result, line.split(" ", 2)[0]);
        assertThat(result.err()).contains("given twice");
    }

    @Test
    void listsThatMayBeGivenTwice() {
        assertThat(
                        bench.good(
                                "rwfileinfo --no-titles --fields=version --fields=count-records f.rw"))
                .isEqualTo("1\n");
        assertThat(
                        bench.good(
                                "rwpmaplookup --map-file=f.pmap --no-files --no-titles --delimited"
                                        + " --fields=value --fields=key 10.0.0.1"))
                .isEqualTo("10.0.0.1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwcat --compression-method=ZLIB --output-path=out f.rw",
                "rwcut --ip-format=Zero-Padded --fields=1 f.rw",
                "rwcut --timestamp-format=EPOCH --fields=stime f.rw",
                "rwuniq --ip-format=DECIMAL --fields=1 f.rw",
                "rwcount --timestamp-format=Iso f.rw",
                "rwaddrcount --print-recs --ip-format=Hexadecimal f.rw",
                "rwtotal --proto f.rw"
            })
    void namesOfMethodsAndFormatsIgnoreCase(String line) {
        assertThat(bench.good(line)).isNotNull();
    }

    @Test
    void operandsOfRwmatch() {
        String relate = "rwmatch --relate=5,5";
        assertThat(bench.run("rwmatch f.rw").err())
                .startsWith("rwmatch: At least one --relate pair must be given\n");
        assertThat(bench.run(relate).err()).startsWith("rwmatch: Missing QUERY_FILE argument\n");
        assertThat(bench.run(relate + " f.rw").err())
                .startsWith("rwmatch: Missing RESPONSE_FILE argument\n");
        assertThat(bench.run(relate + " f.rw f.rw").err())
                .startsWith("rwmatch: Missing OUTPUT_FILE argument\n");
        assertThat(bench.run(relate + " f.rw f.rw out more").err())
                .startsWith("rwmatch: unexpected argument");
        assertUsage(bench.run(relate + " f.rw f.rw out more"), "rwmatch");
        assertThat(bench.path("out")).doesNotExist();
    }

    @Test
    void whatNoHelpIsAgainst() {
        Workbench.Result missing = bench.run("rwcut nosuch.rw");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).startsWith("rwcut: ").doesNotContain("for usage");
    }
}
