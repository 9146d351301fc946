package dev.rearview.tools.rwcombine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfileinfo.RwFileInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Parts in any order and more than fit into memory, what they must have in common, what is told.
class RwCombineTest {
    private static final int SESSIONS = 15_000;
    private static final int FIRST = Attributes.TIMED_OUT;
    private static final int MIDDLE = Attributes.TIMED_OUT | Attributes.CONTINUED;
    private static final int LAST = Attributes.CONTINUED;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void bench() {
        bench = SampleSite.bench(directory, RwCombine::new, RwCut::new, RwFileInfo::new);
    }

    private static FlowRecord part(int session, int attributes, int startS, int durationS) {
        FlowRecord r = SampleSite.flow(SampleSite.DAY_MS + startS * 1000L, 6);
        r.sipLo = Ip.mapped(session);
        r.attributes |= attributes;
        r.duration = durationS * 1_000_000L;
        return r;
    }

    private void write(List<FlowRecord> flows) throws IOException {
        SampleSite.write(bench.path("f.rw"), flows.toArray(FlowRecord[]::new));
    }

    private List<String> cut(String fields) {
        return bench.good("rwcut --no-titles --delimited --fields=" + fields + " o.rw")
                .lines()
                .toList();
    }

    @Test
    void partsThatDoNotFitIntoMemoryAreSpilled() throws IOException {
        Files.createDirectory(directory.resolve("spilled"));
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            flows.add(part(i, FIRST, 0, 1800));
            flows.add(part(i, MIDDLE, 1800, 1800));
            flows.add(part(i, LAST, 3600, 60));
        }
        flows.add(part(7, 0, 9000, 5));
        Collections.shuffle(flows, new Random(5));
        write(flows);
        bench.good(
                "rwcombine --buffer-size=64k --temp-directory=spilled --output-path=o.rw"
                        + " --print-statistics=s f.rw");
        assertThat(bench.text("s"))
                .startsWith(
                        """
                        FLOW RECORD COUNTS:
                        Read:                                 45001
                        Initially Complete:           -           1 *
                        Sorted & Examined:            =       45000
                        Missing end:                  -           0 *
                        Missing start & end:          -           0 *
                        Missing start:                -           0 *
                        Prior to combining:           =       45000
                        Eliminated:                   -       30000
                        Made complete:                =       15000 *
                        Written:                              15001 (sum of *)
                        """);
        List<String> rows = cut("packets,bytes,duration,attributes");
        // What is no part goes first.
        assertThat(rows).hasSize(SESSIONS + 1).startsWith("1|40|5.000|");
        assertThat(rows.subList(1, rows.size())).containsOnly("3|120|3660.000|");
        assertThat(directory.resolve("spilled")).isEmptyDirectory();
    }

    @Test
    void uniformPacketsAreThoseOfAllParts() throws IOException {
        int uniform = Attributes.UNIFORM;
        write(
                List.of(
                        part(1, FIRST | uniform, 0, 10),
                        part(1, LAST | uniform, 10, 10),
                        part(2, FIRST | uniform, 0, 10),
                        part(2, LAST, 10, 10)));
        bench.good("rwcombine --output-path=o.rw f.rw");
        assertThat(cut("attributes")).containsExactly("S", "");
    }

    @Test
    void overlappingPartsAreNotApart() throws IOException {
        write(List.of(part(1, FIRST, 0, 100), part(1, LAST, 60, 100)));
        bench.good("rwcombine --max-idle-time=0 --output-path=o.rw f.rw");
        assertThat(cut("duration")).containsExactly("160.000");
    }

    @Test
    void partsOfADamagedFileAreCombinedAsFarAsItGoes() throws IOException {
        write(List.of(part(1, FIRST, 0, 10), part(1, LAST, 10, 10), part(2, 0, 0, 1)));
        byte[] whole = bench.octets("f.rw");
        Files.write(bench.path("cut.rw"), Arrays.copyOf(whole, whole.length - 1));
        Workbench.Result r = bench.run("rwcombine --output-path=o.rw cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwcombine: cut.rw: offset ").hasLineCount(1);
        assertThat(cut("packets,attributes")).containsExactly("2|");
    }

    @Test
    void statisticsGoToStandardErrorWhereNoFileIsNamed() throws IOException {
        write(List.of(part(1, FIRST, 0, 10), part(1, LAST, 10, 10)));
        Workbench.Result r = bench.run("rwcombine --print-statistics --output-path=o.rw f.rw");
        assertThat(r.status()).isZero();
        assertThat(r.err())
                .startsWith("FLOW RECORD COUNTS:\nRead:   ")
                .endsWith("Maximum:        0:00:00:00.000\n");
        assertThat(cut("attributes")).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwcombine --ignore-fields=bytes f.rw; rwcombine: invalid --ignore-fields: unknown field 'bytes'",
                "rwcombine --ignore-fields=sampling f.rw; rwcombine: invalid --ignore-fields: unknown field 'sampling'",
                "rwcombine --ignore-fields=sensor,12-15 f.rw; rwcombine: invalid --ignore-fields: field 'sensor' is named twice",
                "rwcombine --actions=none f.rw; rwcombine: invalid --actions 'none': unknown action 'none'",
                "rwcombine --max-idle-time=-1 f.rw; rwcombine: invalid --max-idle-time '-1'",
                "rwcombine --temp-directory=gone f.rw; rwcombine: temporary directory DIR/gone does not exist",
                "rwcombine --print-statistics=- f.rw; rwcombine: flows and statistics cannot both go to standard output",
                "rwcombine none.rw; rwcombine: DIR/none.rw: no such file"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message.replace("DIR", directory.toString()));
    }
}
