package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pipes between commands of a resident engine, and between those that share a process where there
/// is none: what comes out is the same whether they fuse or not, and from a process for each.
class FusedIT {
    private static final Path FLOWS = Shell.ROOT.resolve("testdata/golden/data/flows/day2.rw");

    @TempDir static Path directory;
    private static Shell fused;
    private static Shell unfused;
    private static Shell shared;
    private static Shell plain;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Files.isExecutable(Shell.ROOT.resolve("dist/target/rearview.client")),
                "no compiler for C has built the client");
        fused = shell("fused", "on", "on");
        unfused = shell("unfused", "on", "off");
        shared = shell("shared", "off", "on");
        plain = shell("plain", "off", "off");
        assertThat(fused.run("rearview engine start").exit()).isZero();
    }

    private static Shell shell(String name, String engine, String fuse) throws Exception {
        Path own = Files.createDirectory(directory.resolve(name));
        Files.copy(FLOWS, own.resolve("a.rw"));
        Map<String, String> variables =
                Map.of(
                        "XDG_RUNTIME_DIR",
                        directory.toString(),
                        "SILK_IPV6_POLICY",
                        "ignore",
                        "REARVIEW_ENGINE",
                        engine,
                        "REARVIEW_FUSE",
                        fuse);
        Shell out = new Shell(own, variables);
        assertThat(out.run("head -c 200001 a.rw > cut.rw").exit()).isZero();
        return out;
    }

    @AfterAll
    static void stop() throws Exception {
        if (fused != null) {
            assertThat(fused.run("rearview engine status").out()).contains("running   0 of");
            assertThat(fused.run("rearview engine stop").exit()).isZero();
        }
    }

    private static long count() throws Exception {
        Shell.Result status = fused.run("rearview engine status");
        Matcher m = Pattern.compile("pipes +(\\d+) fused").matcher(status.out());
        assertThat(m.find()).as(status.out()).isTrue();
        return Long.parseLong(m.group(1));
    }

    private static Shell.Result run(Shell shell, String line) throws Exception {
        return shell.run("timeout 60 bash -c '" + line + "; echo status ${PIPESTATUS[*]}'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwfilter --proto=6 --pass=stdout a.rw | rwcut --fields=1-12 | md5sum",
                "rwfilter --proto=6 --pass=stdout a.rw | rwuniq --fields=sip,dport --sort | md5sum",
                "rwfilter --proto=6 --pass=stdout a.rw | rwfilter --dport=80 --pass=stdout -"
                        + " | rwuniq --fields=sip --sort",
                "rwsort --fields=sip,stime a.rw | rwcut --num-recs=3",
                "rwsort --fields=bytes --reverse a.rw | rwfilter --proto=17 --pass=stdout -"
                        + " | rwcut --num-recs=5",
                "rwfilter --proto=6 --pass=stdout a.rw | rwsort --fields=sip,bytes"
                        + " | rwgroup --id-fields=sip | rwuniq --fields=nhip --sort | md5sum",
                "cat a.rw | rwfilter --proto=6 --pass=stdout - | rwsort --fields=bytes | rwcut"
                        + " | md5sum",
                "rwfilter --proto=6 --pass=stdout a.rw | rwfilter --dport=80 --pass=stdout -"
                        + " | tee t.rw | rwuniq --fields=sip --sort; wc -c t.rw",
                "rwfilter --proto=6 --pass=stdout a.rw | rwfilter --dport=80 --pass=stdout -"
                        + " | (sleep 0.4; rwuniq --fields=sip --sort)",
                "(sleep 0.4; rwfilter --proto=6 --pass=stdout a.rw)"
                        + " | rwfilter --dport=80 --pass=stdout - | rwuniq --fields=sip --sort",
                "rwfilter --proto=6 --pass=stdout a.rw | rwfilter --dport=80 --pass=stdout -"
                        + " --print-statistics | rwcut --num-recs=1",
                "rwfilter --proto=6 --pass=stdout none.rw | rwsort --fields=sip | rwcut",
                "rwfilter --proto=6 --pass=stdout cut.rw | rwsort --fields=sip | rwcut | md5sum",
                "rwfilter --proto=6 --pass=stdout a.rw | rwsort --fields=sip | rwcut > /dev/full",
                "{ rwfilter --proto=6 --pass=stdout a.rw; rwfilter --proto=17 --pass=stdout a.rw; }"
                        + " | rwsort --fields=sip | rwuniq --fields=proto --sort",
                "rwcat a.rw a.rw | rwuniq --fields=proto --sort",
                "rwcat a.rw none.rw | rwuniq --fields=proto --sort",
                "rwcat none.rw | rwcut",
                "rwcat cut.rw | rwcut | md5sum",
                "rwcat --print-filenames a.rw a.rw | rwuniq --fields=proto --sort",
                "rwcat --ipv4-output a.rw | rwcut | md5sum",
                "{ rwcat --byte-order=big a.rw; cat a.rw; } | rwcut | md5sum",
                "rwcat --xargs=none | rwcut",
                "rwcat --note-add=x a.rw | rwsort --fields=stime --output-path=o.rw;"
                        + " rwfileinfo --fields=4-16 o.rw; rm o.rw",
                "rwnetmask --4sip=16 --4dip=8 a.rw | rwuniq --fields=sip,dip --sort | md5sum",
                "rwnetmask --4sip=16 none.rw | rwuniq --fields=sip",
                "rwcat a.rw | rwnetmask --4sip=16 | rwsort --fields=sip | rwcut | md5sum",
                "rwsort --fields=1,2,stime a.rw > q.rw; rwsort --fields=2,1,stime a.rw > r.rw;"
                        + " rwmatch --relate=1,2 --relate=2,1 q.rw r.rw - | rwcut | md5sum;"
                        + " rwmatch --relate=1,2 q.rw none.rw stdout | rwcut; rm q.rw r.rw",
            })
    void severalPipesAndWritersAreTheSame(String line) throws Exception {
        assertSame(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwfilter --proto=6 --pass=stdout a.rw | tee t.rw | rwuniq --fields=proto; wc -c t.rw",
                "rwfilter --proto=6 --pass=stdout a.rw | cat | rwuniq --fields=proto",
                "rwfilter --proto=6 --pass=stdout a.rw | head -c 100 | wc -c",
                "rwfilter --proto=6 --pass=stdout a.rw | rwcut --num-recs=1",
                "rwfilter --proto=6 --pass=stdout a.rw | rwcut | head -n 1",
                "{ rwfilter --proto=6 --pass=stdout a.rw; rwfilter --proto=17 --pass=stdout a.rw; }"
                        + " | rwuniq --fields=proto --sort",
                "{ rwfilter --proto=6 --pass=stdout a.rw; cat a.rw; } | rwcut | md5sum",
                "{ cat a.rw; rwfilter --proto=6 --pass=stdout a.rw; } | rwcut | md5sum",
                "rwfilter --proto=6 --pass=stdout a.rw | (sleep 0.5; rwuniq --fields=proto)",
                "(sleep 0.5; rwfilter --proto=6 --pass=stdout a.rw) | rwuniq --fields=proto",
                "rwfilter --proto=6 --pass=stdout none.rw | rwuniq --fields=proto",
                "rwfilter --proto=6 --pass=stdout none.rw a.rw | rwuniq --fields=proto",
                "rwsort --fields=dip none.rw | rwcut",
                "rwfilter --proto=6 --pass=stdout cut.rw | rwuniq --fields=proto",
                "rwfilter --proto=250 --pass=stdout a.rw | rwcut",
                "rwfilter --proto=6 --pass=stdout a.rw | rwstats --nonsense",
                "rwfilter --nonsense --pass=stdout a.rw | rwstats --fields=sip --count=2",
                "rwfilter --proto=6 --print-statistics --pass=stdout a.rw | rwuniq --fields=proto",
                "rwfilter --proto=6 --note-file-add=/none --pass=stdout a.rw | rwuniq --fields=proto",
                "rwfilter --proto=6 --note-add=x --pass=stdout a.rw | rwsort --fields=stime"
                        + " --output-path=o.rw; rwfileinfo --fields=4-16 o.rw; rm o.rw",
                "rwfilter --proto=6 --pass=stdout --fail=f.rw a.rw | rwuniq --fields=proto;"
                        + " rwuniq --fields=proto --sort f.rw; rm f.rw",
                "mkfifo p; rwfilter --proto=6 --pass=stdout a.rw > p & rwuniq --fields=proto < p; rm p",
                "echo a.rw | rwfilter --xargs=- --proto=6 --pass=stdout | rwuniq --fields=proto",
                "rwset --sip=s a.rw; mkfifo p; cat s > p & rwfilter --sipset=p --proto=6 --pass=stdout"
                        + " a.rw | rwuniq --fields=proto; rm p s",
                "rwfilter --proto=6 --pass=stdout a.rw | rwuniq --fields=proto > /dev/full",
            })
    void isTheSame(String line) throws Exception {
        assertSame(line);
    }

    private static void assertSame(String line) throws Exception {
        Shell.Result expected = run(plain, line);
        for (Shell shell : new Shell[] {fused, unfused, shared}) {
            Shell.Result actual = run(shell, line);
            assertThat(actual.out()).isEqualTo(expected.out());
            assertThat(told(actual, shell)).isEqualTo(told(expected, plain));
            assertThat(actual.exit()).isEqualTo(expected.exit());
        }
    }

    /// Messages, but for the directory, and for offsets in a pipe, of which fewer octets were read.
    private static String told(Shell.Result of, Shell shell) {
        return of.err()
                .replace(shell.directory() + "/", "")
                .replaceAll("-: offset [0-9]+", "-: offset N");
    }

    @Test
    void pipesFuse() throws Exception {
        String line = "rwfilter --proto=6 --pass=stdout a.rw | rwuniq --fields=proto";
        long before = count();
        for (int i = 0; i < 20; i++) {
            assertThat(run(fused, line).out()).contains("status 0 0");
        }
        assertThat(count()).isGreaterThan(before);
        before = count();
        for (int i = 0; i < 40 && count() < before + 2; i++) {
            before = count();
            assertThat(run(fused, line.replace("|", "| rwsort --fields=sip |")).out())
                    .contains("status 0 0 0");
        }
        assertThat(count()).as("both pipes of a line").isEqualTo(before + 2);
        before = count();
        assertThat(run(unfused, line).out()).contains("status 0 0");
        assertThat(run(fused, "rwcat a.rw | cat | rwuniq --fields=proto").exit()).isZero();
        assertThat(count()).isEqualTo(before);
    }

    /// Where there is no engine the writer's client is all there is of it: its command runs in the
    /// process of the reader.
    @Test
    void commandsShareAProcess() throws Exception {
        String line =
                "many=$(for i in $(seq 300); do echo a.rw; done);"
                        + " rwfilter --proto=6,17 --pass=stdout $many | rwuniq --fields=1-5 > k &"
                        + " sleep 0.%d; for c in $(cat /proc/$$/task/$$/children); do"
                        + " cat /proc/$c/comm; done; wait; rm k";
        String seen = "";
        for (int i = 3; i < 9 && !seen.contains("rearview.client\n"); i++) {
            seen = run(shared, line.formatted(i)).out();
        }
        assertThat(seen).containsOnlyOnce("rearview.client\n").containsOnlyOnce("java\n");
        assertThat(run(plain, line.formatted(5)).out()).doesNotContain("rearview.client\n");
    }

    /// A signal to all, as by Ctrl-C, leaves nothing behind that is not whole.
    @Test
    void commandsThatShareAProcessAreInterrupted() throws Exception {
        for (int i = 2; i < 6; i++) {
            String line =
                    "many=$(for i in $(seq 1500); do echo a.rw; done); set -m;"
                            + " rwfilter --proto=6 --fail=f.rw --pass=stdout $many"
                            + " | rwuniq --fields=1-5 > k & sleep 0.%d; kill -INT %%%%; wait;"
                            + " ls f.rw 2> none; rm k none";
            assertThat(run(shared, line.formatted(i)).out()).isEqualTo("status 0\n");
        }
    }

    /// The other side ends as in a shell, whichever is killed, and the engine goes on.
    @ParameterizedTest
    @ValueSource(strings = {"writer", "reader"})
    void eitherSideMayBeKilled(String victim) throws Exception {
        eitherSideMayBeKilled(victim, fused);
        eitherSideMayBeKilled(victim, shared);
    }

    private static void eitherSideMayBeKilled(String victim, Shell shell) throws Exception {
        for (int i = 0; i < 10; i++) {
            String line =
                    "many=$(for i in $(seq 400); do echo a.rw; done); mkfifo p;"
                            + " rwfilter --proto=6,17 --pass=stdout $many > p & writer=$!;"
                            + " rwuniq --fields=1-5 < p > k & reader=$!;"
                            + " sleep 0.%02d; kill -KILL $%s; wait; rm k p"
                                    .formatted(3 + i * 7, victim);
            assertThat(run(shell, line).exit()).isZero();
        }
        Shell.Result after =
                run(shell, "rwfilter --proto=6 --pass=stdout a.rw | rwuniq --fields=proto");
        assertThat(after.out()).contains("status 0 0");
    }
}
