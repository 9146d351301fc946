package dev.rearview.tools.rwrecgenerator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The shares of traffic, the same flows in every kind of output, small files.
class RwRecGeneratorTest {
    private static final String CONF =
            """
            version 2
            sensor 3 S3
            sensor 1 S1
            class all
              sensors S3 S1
              type 0 in
              type 1 inweb
              type 2 out
              type 3 outweb
              default-types in
            end class
            default-class all
            """;

    private static final String FIELDS = "1-7,9-12,20,21,26-29,itype,icode";

    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void site() throws IOException {
        bench = new Workbench(directory, Tools::create);
        bench.write("silk.conf", CONF);
        bench.set("SILK_CONFIG_FILE", bench.path("silk.conf").toString());
        Files.createDirectory(directory.resolve("out"));
        Files.createDirectory(directory.resolve("work"));
    }

    private String make(String switches) {
        return bench.good(
                "rwrecgenerator --log-destination=none --start-time=2024/02/28:10"
                        + " --end-time=2024/02/28:10:59:59.999 --seed=5 "
                        + switches);
    }

    private List<String> rows(String... files) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "rwcut",
                                "--no-titles",
                                "--delimited",
                                "--ipv6-policy=asv4",
                                "--fields=" + FIELDS));
        words.addAll(Arrays.asList(files));
        return bench.good(words.toArray(String[]::new)).lines().toList();
    }

    private List<String> files(String where) throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve(where))) {
            return all.map(p -> directory.relativize(p).toString()).sorted().toList();
        }
    }

    @Test
    void theSharesAreThoseOfTheDescription() {
        make("--time-step=1000 --events-per-step=10 --silk-output-path=f.rw");
        long all = rows("f.rw").size();
        share("--protocol=6 --aport=80", 0.30, all);
        share("--protocol=6 --aport=443", 0.30, all);
        share("--protocol=17 --aport=53", 0.10, all);
        share("--protocol=6 --aport=21", 0.04, all);
        share("--protocol=1", 0.04, all);
        share("--protocol=6 --aport=23", 0.04, all);
        share("--protocol=47,50,58", 0.04, all);
        share("--protocol=6 --packets=1 --flags-all=S/SAFRPU", 0.02, all);
        // Sessions are cut as an exporter would.
        assertThat(count("--attributes=T/T")).isPositive();
        assertThat(count("--attributes=T/T")).isEqualTo(count("--attributes=C/C"));
        bench.good("rwcombine --output-path=whole.rw f.rw");
        assertThat(
                        bench.goodPipeline(
                                "rwfilter --attributes=TC/TC,T/T,C/C --pass=- whole.rw | rwcut"
                                        + " --no-titles"))
                .isEmpty();
    }

    private long count(String test) {
        return bench.goodPipeline("rwfilter " + test + " --pass=- f.rw | rwcut --no-titles")
                .lines()
                .count();
    }

    private void share(String test, double wanted, long all) {
        assertThat((double) count(test) / all)
                .as(test)
                .isBetween(wanted * 0.8 - 0.002, wanted * 1.2 + 0.002);
    }

    @Test
    void everyKindOfOutputHasTheSameFlows() throws IOException {
        String step = "--time-step=10000 --events-per-step=20 ";
        make(step + "--silk-output-path=f.rw");
        List<String> flows = rows("f.rw");
        assertThat(make(step + "--text-output-path=- --no-titles --delimited").lines())
                .isEqualTo(flows);
        bench.write("work/left.over", "x");
        make(
                step
                        + "--output-directory=out --processing-directory=work --file-cache-size=2"
                        + " --flush-timeout=600000 --compression-method=zlib");
        assertThat(files("work")).isEmpty();
        List<String> small = files("out");
        // Types by hour, six times.
        assertThat(small).hasSizeGreaterThan(4 * 6);
        assertThat(small.getFirst()).matches("out/allin-S1_20240228\\.10\\.[A-Za-z]{6}");
        assertThat(rows(small.toArray(String[]::new))).containsExactlyInAnyOrderElementsOf(flows);
        assertThat(
                        bench.good(
                                "rwfileinfo --no-titles --fields=format,compression "
                                        + small.getFirst()))
                .isEqualTo("FT_RWAUGMENTED(0x14)\nzlib(1)\n");
    }

    @Test
    void partsOfTheWindowAreMadeAtATime() throws IOException {
        String switches =
                "--time-step=10000 --events-per-step=5 --num-subprocesses=3 --output-directory=out"
                        + " --processing-directory=work";
        make(switches);
        List<String> first = rows(files("out").toArray(String[]::new));
        assertThat(files("work")).containsExactly("work/0", "work/1", "work/2");
        assertThat(files("work/0")).isEmpty();
        for (String name : files("out")) {
            Files.delete(directory.resolve(name));
        }
        make(switches);
        assertThat(rows(files("out").toArray(String[]::new)))
                .containsExactlyInAnyOrderElementsOf(first);
        assertThat(first.stream().map(r -> r.split("\\|", -1)[7].substring(11, 15)).distinct())
                .contains("10:0", "10:3", "10:5");
    }

    @Test
    void theLogTellsOfSmallFiles() {
        bench.good(
                "rwrecgenerator --log-destination="
                        + bench.path("log")
                        + " --log-level=debug --start-time=2024/02/28 --end-time=2024/02/28:01"
                        + " --time-step=60000 --output-directory=out --processing-directory=work");
        assertThat(bench.text("log").lines())
                .anyMatch(l -> l.contains("rwrecgenerator[") && l.contains("Started logging"))
                .anyMatch(l -> l.contains("Flushing files: "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--silk-output-path=o; rwrecgenerator: --log-destination is required",
                "--silk-output-path=o --log-destination=here; rwrecgenerator: invalid --log-destination 'here'",
                "--log-destination=none; rwrecgenerator: exactly one of",
                "--log-destination=none --output-directory=out; rwrecgenerator: --output-directory and --processing-directory need each other",
                "--log-destination=none --output-directory=out --processing-directory=out; rwrecgenerator: the two directories",
                "--log-destination=none --output-directory=out --processing-directory=none; rwrecgenerator: DIR/none: no such directory",
                "--log-destination=none --silk-output-path=o --start-time=2024/02/28 --end-time=2024/02/27; rwrecgenerator: --end-time must not be before --start-time",
                "--log-destination=none --silk-output-path=o --flowtype-out=all/none; rwrecgenerator: invalid --flowtype-out: unknown flowtype 'all/none'",
                "--log-destination=none --silk-output-path=o --log-sysfacility=4; rwrecgenerator: --log-sysfacility needs"
            })
    void isRefused(String switches, String message) {
        Workbench.Result r = bench.run("rwrecgenerator " + switches);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith(message.replace("DIR", directory.toString()));
        assertThat(bench.exists("o")).isFalse();
    }

    @Test
    void aSensorThatTheSiteDoesNotHaveHasNoSmallFiles() {
        bench.write("map", "mode ipv4\nlabel 77 a\n0.0.0.0/1 a\n");
        bench.good("rwpmapbuild --input-path=map --output-path=m.pmap");
        Workbench.Result r =
                bench.run(
                        "rwrecgenerator --log-destination=none --sensor-prefix-map=m.pmap"
                                + " --output-directory=out --processing-directory=work");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo("rwrecgenerator: sensor 77 is not in the site's configuration\n");
        make("--sensor-prefix-map=m.pmap --silk-output-path=f.rw");
        assertThat(
                        bench.good("rwcut --fields=sensor --no-titles --delimited f.rw")
                                .lines()
                                .collect(Collectors.toSet()))
                .containsExactly("77");
    }
}
