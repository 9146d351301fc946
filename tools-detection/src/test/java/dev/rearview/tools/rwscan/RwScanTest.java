package dev.rearview.tools.rwscan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import dev.rearview.tools.rwtuc.RwTuc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is printed of scans, and of inputs at fault.
class RwScanTest {
    private static final String ROW =
            "    203.0.113.5|     6|     2024-02-29 10:00:00|     2024-02-29 10:00:02|"
                    + "        40|        40|      1600|\n";

    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void flows() throws IOException {
        bench = new Workbench(directory, RwScan::new, RwSetBuild::new, RwTuc::new);
        bench.write("in.txt", text("203.0.113.5") + text("203.0.113.6").replace("|6|", "|17|"));
        tuc("in.txt", "in.rw");
        bench.write("act.txt", "10.40.3.1\n");
        bench.good("rwsetbuild act.txt act.set");
    }

    /// A sweep of 40 hosts.
    private static String text(String source) {
        StringBuilder out = new StringBuilder();
        for (int i = 1; i <= 40; i++) {
            out.append(source)
                    .append("|10.40.3.")
                    .append(i)
                    .append("|40000|22|6|1|40|2024/02/29T10:00:00.500|2|S|\n");
        }
        return out.toString();
    }

    private void tuc(String from, String to) {
        bench.good(
                "rwtuc --fields=sip,dip,sport,dport,proto,packets,bytes,stime,dur,flags"
                        + " --output-path="
                        + to
                        + " "
                        + from);
    }

    @Test
    void rowsAndTitles() {
        assertThat(bench.good("rwscan --scan-model=2 in.rw"))
                .isEqualTo(
                        "             sip| proto|                   stime|                   etime|"
                                + "     flows|   packets|     bytes|\n"
                                + " "
                                + ROW);
    }

    @Test
    void forADatabase() {
        assertThat(bench.good("rwscan --trw-internal-set=act.set --scandb in.rw"))
                .isEqualTo(
                        "3405803781|6|2024-02-29 10:00:00|2024-02-29 10:00:02|40|40|1600|1|"
                                + "256.000000\n");
        assertThat(
                        bench.good(
                                "rwscan --scan-model=1 --trw-sip-set=act.set --output-format=csv"
                                        + " --model-fields in.rw"))
                .isEqualTo(
                        """
                        sip,proto,stime,etime,flows,packets,bytes,scan_model,scan_prob
                        203.0.113.5,6,2024-02-29 10:00:00,2024-02-29 10:00:02,40,40,1600,1,256.000000
                        """);
    }

    @Test
    void theWalkNeedsASet() {
        Workbench.Result r = bench.run("rwscan in.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("--trw-internal-set is required");
        assertThat(bench.run("rwscan --trw-internal-set=none.set in.rw").status()).isEqualTo(1);
        assertThat(bench.run("rwscan --scan-model=2 --trw-internal-set=none.set in.rw").status())
                .isZero();
    }

    @Test
    void whatIsWrongWithSwitches() {
        for (String bad :
                new String[] {
                    "--scan-model=3",
                    "--trw-theta0=1.1",
                    "--trw-theta1=-0.1",
                    "--trw-theta0=x",
                    "--threads=-1",
                    "--queue-depth=x",
                    "--verbose-progress=x",
                    "--verbose-results=x"
                }) {
            assertThat(bench.run("rwscan --scan-model=2 " + bad + " in.rw").status())
                    .as(bad)
                    .isEqualTo(1);
        }
    }

    @Test
    void isVerboseOnStandardError() {
        Workbench.Result r =
                bench.run(
                        "rwscan --scan-model=2 --verbose-results --verbose-flows"
                                + " --verbose-progress=8 in.rw");
        assertThat(r.err().lines())
                .contains(
                        "progress: 203.0.0.0/8",
                        "203.0.113.5:40000 -> 10.40.3.40:22 [6] S packets=1 bytes=40",
                        "1. 203.0.113.5 [6] (40) \ttcp (1.000, 1.000, 0.025, 0.000, 1.000, 0.000)"
                                + "\tscan (0.970)");
        assertThat(r.err().lines().filter(l -> l.contains("->"))).hasSize(80);
        assertThat(bench.run("rwscan --scan-model=2 --verbose-results=41 in.rw").err()).isEmpty();
    }

    @Test
    void unsortedInputIsTold() throws IOException {
        bench.write("un.txt", text("203.0.113.6") + text("203.0.113.5"));
        tuc("un.txt", "un.rw");
        Workbench.Result r = bench.run("rwscan --scan-model=2 --no-titles un.rw");
        assertThat(r.status()).isZero();
        assertThat(r.out().lines()).hasSize(2);
        assertThat(r.err()).containsOnlyOnce("not sorted by sip,proto,dip");
    }

    @Test
    void damageIsToldAndWhatWasReadCounts() throws IOException {
        bench.good(
                "rwtuc --compression-method=none --fields=sip,dip,sport,dport,proto,packets,bytes,"
                        + "stime,dur,flags --output-path=whole.rw in.txt");
        byte[] whole = bench.octets("whole.rw");
        Files.write(bench.path("cut.rw"), Arrays.copyOf(whole, whole.length - 7));
        Workbench.Result r = bench.run("rwscan --scan-model=2 --no-titles cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEqualTo(" " + ROW);
        assertThat(r.err()).contains("cut.rw");
        r = bench.run("rwscan --scan-model=2 none.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
    }

    @Test
    void anOutputThatExistsIsKept() throws IOException {
        bench.write("out.txt", "old");
        assertThat(bench.run("rwscan --scan-model=2 --output-path=out.txt in.rw").status())
                .isEqualTo(1);
        assertThat(bench.text("out.txt")).isEqualTo("old");
    }
}
