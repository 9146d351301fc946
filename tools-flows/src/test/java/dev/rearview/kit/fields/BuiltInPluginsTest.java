package dev.rearview.kit.fields;

import static dev.rearview.testkit.SampleSite.DAY_MS;
import static dev.rearview.testkit.SampleSite.flow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwsort.RwSort;
import dev.rearview.tools.rwstats.RwStats;
import dev.rearview.tools.rwuniq.RwUniq;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The plug-ins of SiLK that are built in, in each command that takes `--plugin`.
class BuiltInPluginsTest {
    private static final List<String> COMMANDS =
            List.of(
                    "rwfilter --proto=0- --pass=stdout",
                    "rwcut --fields=1",
                    "rwsort --fields=1",
                    "rwuniq --fields=1",
                    "rwstats --fields=1 --count=3");

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void site() throws IOException {
        bench =
                SampleSite.bench(
                        directory,
                        RwCut::new,
                        RwFilter::new,
                        RwSort::new,
                        RwStats::new,
                        RwUniq::new);
        FlowRecord scanned = flow(DAY_MS, 17);
        scanned.setSipV4(0x0A0A_0A0A);
        scanned.sport = 23332;
        scanned.setDipV4(0xC0A8_C0A8);
        scanned.dport = 16514;
        FlowRecord other = flow(DAY_MS, 17);
        other.setSipV4(0x0A0A_0A0A);
        other.sport = 53;
        other.setDipV4(0xC0A8_C0A8);
        other.dport = 16514;
        FlowRecord icmp = flow(DAY_MS, 1);
        icmp.setSipV4(0x0A0A_0A0A);
        icmp.sport = 23332;
        SampleSite.write(bench.path("f.rw"), scanned, other, icmp);
    }

    private String out(String line) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).as(r.err()).isZero();
        return r.out();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "addrtype",
                "ccfilter",
                "cutmatch",
                "flowkey",
                "flowrate",
                "int-ext-fields",
                "pmapfilter",
                "ipafilter",
                "conficker-c"
            })
    void everyCommandTakesEachName(String name) {
        for (String command : COMMANDS) {
            out(command + " --plugin=" + name + ".so f.rw");
            out(command + " --plugin=/usr/lib/silk/" + name + ".so f.rw");
        }
    }

    @Test
    void anyOtherNameSaysWhatReplacesIt() {
        for (String command : COMMANDS) {
            Workbench.Result r = bench.run(command + " --plugin=./mine.so f.rw");
            assertThat(r.status()).isOne();
            assertThat(r.err()).contains("'./mine.so'", "--expr", "--fields=NAME=(EXPR)");
            assertThat(bench.run(command + " --plugin=flowrate f.rw").status()).isOne();
        }
    }

    @Test
    void pythonIsRefusedWithWhatReplacesIt() {
        for (String command : COMMANDS) {
            Workbench.Result r = bench.run(command + " --python-file=x.py f.rw");
            assertThat(r.status()).isOne();
            assertThat(r.err()).contains("--python-file: no Python runs here");
        }
        Workbench.Result r = bench.run("rwfilter --python-expr=rec.sport<1024 --pass=- f.rw");
        assertThat(r.status()).isOne();
        assertThat(r.err()).contains("--python-expr: no Python runs here; use --expr");
    }

    @Test
    void confickerIsAFieldOfEachCommand() {
        String seed = " --plugin=conficker-c.so --conficker-seed=8888 ";
        assertThat(out("rwcut" + seed + "--fields=sport,sconficker,dconficker f.rw"))
                .isEqualTo(
                        """
                        sPort|scon|dcon|
                        23332|   1|   1|
                           53|   0|   1|
                            0|   0|   0|
                        """);
        assertThat(out("rwuniq" + seed + "--fields=dconficker --sort-output --no-titles f.rw"))
                .isEqualTo("   0|         1|\n   1|         2|\n");
        assertThat(
                        out(
                                "rwstats"
                                        + seed
                                        + "--fields=sconficker --count=1 --no-titles --no-percents"
                                        + " --delimited=, f.rw"))
                .contains("0,2");
    }

    @Test
    void confickerIsATestOfRwfilter() {
        String[][] sides = {
            {" --s-conficker", "1"},
            {" --d-conficker", "2"},
            {" --a-conficker", "2"},
            {" --s-conficker --d-conficker", "1"},
            // A seed alone turns the test on, as in SiLK.
            {"", "0"}
        };
        for (String[] side : sides) {
            String line = "rwfilter --plugin=conficker-c.so --conficker-seed=8888" + side[0];
            assertThat(out(line + " --print-statistics=stdout f.rw"))
                    .contains("Pass          " + side[1] + ".");
        }
        assertThat(
                        bench.run(
                                        "rwfilter --plugin=conficker-c.so --conficker-seed=x"
                                                + " --a-conficker --pass=stdout f.rw")
                                .status())
                .isOne();
    }
}
