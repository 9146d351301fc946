package dev.rearview.tools.rwdedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is a duplicate, and of which flow, in memory and beyond it.
class RwDedupeTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void bench() throws IOException {
        bench = SampleSite.bench(directory, RwDedupe::new, RwCut::new);
        bench.set("SILK_CLOBBER", "1");
    }

    private String deduped(String switches) {
        assertThat(bench.run("rwdedupe --output-path=o.rw " + (switches + " f.rw").strip()))
                .isEqualTo(new Workbench.Result(0, "", ""));
        return bench.good("rwcut --fields=bytes,sport --no-titles --delimited o.rw");
    }

    @Test
    void whatDoesNotFitIsSpilledAndComesOutTheSame() throws IOException {
        Random random = new Random(3);
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            FlowRecord r = SampleSite.flow(SampleSite.DAY_MS, 6);
            r.bytes = 100L + random.nextInt(30_000);
            r.sport = 7;
            flows.add(r);
        }
        SampleSite.write(bench.path("f.rw"), flows.toArray(FlowRecord[]::new));
        long different = flows.stream().mapToLong(r -> r.bytes).distinct().count();
        Path spilled = Files.createDirectory(directory.resolve("spilled"));
        String inMemory = deduped("");
        assertThat(inMemory.lines()).hasSize((int) different);
        assertThat(deduped("--buffer-size=64k --temp-directory=spilled")).isEqualTo(inMemory);
        assertThat(spilled).isEmptyDirectory();
    }

    /// Volumes of the flows that remain; ports are 0, 1, ... in the order of the input.
    @ParameterizedTest
    @CsvSource({
        "--ignore-fields=sport --bytes-delta=9, '10|0,20|1,35|2'",
        "--ignore-fields=sport --bytes-delta=10, '10|0,35|2'",
        "--ignore-fields=sport --bytes-delta=30, '10|0'",
        "'--ignore-fields=sport,bytes', '10|0'",
        "'--ignore-fields=sport,bytes --bytes-delta=5', '10|0'",
    })
    void nearDuplicatesAreThoseOfTheFirst(String switches, String expected) throws IOException {
        FlowRecord[] flows = new FlowRecord[4];
        int[] bytes = {10, 20, 35, 40};
        for (int i = 0; i < flows.length; i++) {
            flows[i] = SampleSite.flow(SampleSite.DAY_MS, 6);
            flows[i].bytes = bytes[i];
            flows[i].sport = i;
        }
        SampleSite.write(bench.path("f.rw"), flows);
        assertThat(deduped(switches).strip().replace('\n', ',')).isEqualTo(expected);
    }

    @Test
    void flowsOfDifferentFamiliesAreDifferent() throws IOException {
        FlowRecord v4 = SampleSite.flow(SampleSite.DAY_MS, 6);
        FlowRecord v6 = SampleSite.flow(SampleSite.DAY_MS, 6);
        v6.setIpv6(true);
        SampleSite.write(bench.path("f.rw"), v4, v6, v4);
        assertThat(deduped("").lines()).hasSize(2);
        assertThat(deduped("--ignore-fields=sip,dip,nhip").lines()).hasSize(1);
    }

    @Test
    void nothingIsEqualWhereAllIsIgnored() throws IOException {
        FlowRecord r = SampleSite.flow(SampleSite.DAY_MS, 6);
        SampleSite.write(bench.path("f.rw"), r, r, r);
        assertThat(deduped("--ignore-fields=1-10,12-15,20,21,26-29").lines()).hasSize(3);
        assertThat(deduped("--ignore-fields=2-10,12-15,20,21,26-29").lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--ignore-fields=etime f.rw; rwdedupe: invalid --ignore-fields: unknown field 'etime'",
                "--bytes-delta=-1 f.rw; rwdedupe: invalid --bytes-delta '-1'",
                "--temp-directory=gone f.rw; rwdedupe: temporary directory DIR/gone does not exist",
                "none.rw; rwdedupe: DIR/none.rw: no such file"
            })
    void isRefused(String switches, String message) {
        Workbench.Result r = bench.run("rwdedupe --output-path=o.rw " + switches);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err().replace(directory.toString(), "DIR")).startsWith(message);
        assertThat(bench.exists("o.rw")).isFalse();
    }
}
