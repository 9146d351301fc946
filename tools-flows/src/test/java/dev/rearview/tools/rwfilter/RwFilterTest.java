package dev.rearview.tools.rwfilter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import dev.rearview.tools.rwtuc.RwTuc;
import dev.rearview.tools.rwuniq.RwUniq;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Switches of rwfilter over four flows.
class RwFilterTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void flows() {
        bench = new Workbench(directory, RwFilter::new, RwPmapBuild::new, RwTuc::new, RwUniq::new);
        bench.write(
                "f.txt",
                """
                sip|protocol|flags|stime
                10.0.0.1|6|S|2026/11/28T10:00:00
                10.0.0.2|6|R|2026/11/28T11:00:00
                10.0.0.3|6||2026/11/28T12:00:00
                10.0.0.4|17||2026/11/28T13:00:00
                """);
        bench.good("rwtuc --output-path=f.rw f.txt");
    }

    private String passing(String... tests) {
        List<String> words = new ArrayList<>(List.of("rwfilter"));
        words.addAll(List.of(tests));
        words.addAll(List.of("--print-statistics=stdout", "f.rw"));
        Workbench.Result r = bench.run(words.toArray(String[]::new));
        return r.status() == 0
                ? r.out().replaceFirst("(?s).*Pass +(\\d+).*", "$1")
                : "refused" + (r.out().isEmpty() ? "" : " but printed");
    }

    @ParameterizedTest
    @CsvSource({
        "--tcp-flags=S, 1",
        "--tcp-flags=-, 2",
        "--tcp-flags=S-, 2",
        "--tcp-flags=, 0",
        "--tcp-flags=X-, refused",
        "--attributes=, refused",
        "'--attributes=  ', refused",
        "--flags-all=, 0",
        "'--flags-all= ', refused",
        "'--flags-initial=  ', refused",
        "'--scc= ', refused",
        "'--scc=us, de', refused",
        "'--any-cc=us,', 0",
        "--scc=??, refused",
        "'--dcc=us,,--', 4",
        "--stime=2026-11-28T11:00-2026-11-28T12:00, 2",
        "--stime=2026/11/28:11-2026/11/28:12, 2",
        "--stime=2026-11-28T13:00, 1",
        "--active-time=2026-11-28-2026-11-28, 4",
        "--etime=-7d-yesterday-1d, refused"
    })
    void switchesAndWhatPasses(String option, String expected) {
        assertThat(passing(option)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "inside, 2",
        "INSIDE, 2",
        "' inside', refused",
        "'1', 2",
        "' 1 ', 2",
        "'1,', refused",
        "'1, 2', 4",
        "',1', refused",
        "UNKNOWN, refused",
        "'', refused"
    })
    void labelsOfAMap(String list, String expected) {
        bench.write(
                "map.txt",
                """
                mode ipv4
                map-name m
                label 1 inside
                label 2 outside
                default outside
                10.0.0.1 10.0.0.2 inside
                """);
        bench.good("rwpmapbuild --input-path=map.txt --output-path=m.pmap");
        assertThat(passing("--pmap-file=m.pmap", "--pmap-src-m=" + list)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "f.rw", ".", "/dev/null", "/dev/stdin"})
    void onlyPipesAreReadAsPipes(String path) {
        Workbench.Result r =
                bench.run("rwfilter", "--input-pipe=" + path, "--proto=6", "--pass=o.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("--input-pipe", path);
        assertThat(directory.resolve("o.rw")).doesNotExist();
    }

    @Test
    @Timeout(60)
    void aNamedPipeIsRead() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Process writer =
                new ProcessBuilder("cp", "f.rw", "pipe").directory(directory.toFile()).start();
        Workbench.Result r =
                bench.run(
                        "rwfilter", "--input-pipe=pipe", "--proto=6", "--print-statistics=stdout");
        assertThat(writer.waitFor()).isZero();
        assertThat(r.out()).contains("Read          4.  Pass          3.");
        assertThat(r.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--pass=stdout", "--fail=-", "--all=stdout"})
    void flowsDoNotGoToATerminal(String output) {
        Workbench.Result r =
                bench.terminal(false, true).run("rwfilter", "--proto=6", output, "f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("terminal");
    }

    @Test
    void neitherDoCopies() {
        Workbench.Result r =
                bench.terminal(false, true)
                        .run("rwuniq", "--fields=sip", "--copy-input=-", "--output-path=o", "f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("terminal");
    }

    // The program that is told ------------------------------------------------------------------

    /// A program that writes its arguments into a pipe.
    private Path program() throws Exception {
        Path pipe = directory.resolve("told");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Path program = directory.resolve("tell me");
        Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\" > '" + pipe + "'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    private List<String> told() throws IOException {
        return Files.readString(directory.resolve("told")).lines().toList();
    }

    @Test
    @Timeout(60)
    void whatWasReadAndWrittenIsTold() throws Exception {
        Workbench telling = bench.set("SILK_LOGSTATS", program().toString());
        long before = System.currentTimeMillis() / 1000;
        // Neither a wrong switch nor an output that exists is told of.
        assertThat(telling.run("rwfilter", "--nonsense").status()).isEqualTo(1);
        assertThat(telling.run("rwfilter", "--proto=6", "--pass=f.rw", "f.rw").status())
                .isEqualTo(1);
        Workbench.Result r =
                telling.run(
                        "rwfilter",
                        "--proto=6",
                        "--pass=a b.rw",
                        "--fail=c.rw",
                        "--all=d.rw",
                        "f.rw");
        assertThat(r.status()).isZero();
        List<String> told = told();
        assertThat(told.subList(0, 2)).containsExactly("rwfilter", "v0001");
        assertThat(Long.parseLong(told.get(2))).isBetween(before, Long.parseLong(told.get(3)));
        assertThat(Long.parseLong(told.get(3)))
                .isLessThanOrEqualTo(System.currentTimeMillis() / 1000);
        assertThat(told.subList(4, told.size()))
                .containsExactly(
                        "1",
                        "4",
                        "8",
                        "rwfilter",
                        "--proto=6",
                        "--pass=a b.rw",
                        "--fail=c.rw",
                        "--all=d.rw",
                        "f.rw");
    }

    @Test
    @Timeout(60)
    void everyRunIsTold() throws Exception {
        Workbench telling = bench.set("SILK_LOGSTATS_RWFILTER", program().toString());
        telling.run("rwfilter", "--proto=6", "--print-statistics=stdout", "f.rw");
        assertThat(told().subList(4, 7)).containsExactly("1", "4", "0");
        telling.run("rwfilter", "--proto=6", "--pass=x.rw", "--dry-run", "f.rw");
        assertThat(told().subList(4, 7)).containsExactly("0", "0", "0");
        Workbench.Result r = telling.run("rwfilter", "--proto=6", "--pass=y.rw", "missing.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(told().subList(5, 7)).containsExactly("0", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "./f.rw", "./missing/program", "/"})
    void whatIsNoProgramIsIgnored(String value) {
        Workbench.Result r =
                bench.set("SILK_LOGSTATS", value)
                        .run("rwfilter", "--proto=6", "--print-statistics=stdout", "f.rw");
        assertThat(r.status()).isZero();
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).contains("Pass          3.");
    }
}
