package dev.rearview.tools.rwgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which flows are a group, which groups are written, and their sums.
class RwGroupTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void bench() throws IOException {
        bench = SampleSite.bench(directory, RwGroup::new, RwCut::new);
        bench.set("SILK_CLOBBER", "1");
    }

    /// Flows of one millisecond each whose starts are so many seconds after midnight.
    private static FlowRecord[] flows(double... seconds) {
        FlowRecord[] out = new FlowRecord[seconds.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = SampleSite.flow(SampleSite.DAY_MS + Math.round(seconds[i] * 1000), 6);
            out[i].duration = 1000;
            out[i].packets = 1;
            out[i].bytes = 100;
        }
        return out;
    }

    private String grouped(String switches) {
        assertThat(bench.run("rwgroup --output-path=o.rw " + switches + " f.rw"))
                .isEqualTo(new Workbench.Result(0, "", ""));
        return bench.good("rwcut --fields=nhip,bytes,duration --no-titles --delimited o.rw")
                .strip()
                .replace('\n', ',');
    }

    @ParameterizedTest
    @CsvSource({
        "--delta-field=stime --delta-value=4, 0 0 0 1 1",
        "--delta-field=stime --delta-value=4 --objective, 0 0 1 2 2",
        "--id-fields=proto, 0 0 0 0 0",
        "--id-fields=proto --rec-threshold=0, 0 0 0 0 0",
        "--delta-field=stime --delta-value=4 --rec-threshold=3, 0 0 0",
        "--delta-field=stime --delta-value=4 --rec-threshold=4, ''",
        "--delta-field=stime --delta-value=4 --group-offset=255.255.255.255, 255.255.255.255 255.255.255.255 255.255.255.255 0 0",
        "--id-fields=stime --group-offset=2001:db8::ffff, 2001:db8::ffff 2001:db8::1:0 2001:db8::1:1 2001:db8::1:2 2001:db8::1:3"
    })
    void numbers(String switches, String expected) throws IOException {
        SampleSite.write(bench.path("f.rw"), flows(0, 2, 6, 10.5, 11));
        String numbers = grouped(switches).replaceAll("\\|[^,]*", "");
        assertThat(numbers.replace("0.0.0.", "").replace(',', ' ')).isEqualTo(expected);
    }

    @Test
    void aSumIsOfAllTimesAndVolumes() throws IOException {
        FlowRecord[] flows = flows(5, 2, 9);
        flows[0].flags = 2;
        flows[1].flags = 16;
        SampleSite.write(bench.path("f.rw"), flows);
        assertThat(grouped("--id-fields=proto --summarize")).isEqualTo("0.0.0.0|300|7.001");
        assertThat(bench.good("rwcut --fields=flags,stime --no-titles --delimited o.rw"))
                .isEqualTo("SA|2024/02/28T00:00:02.000\n");
    }

    @Test
    void aSumThatFitsNoRecordGoesOnInAnother() throws IOException {
        FlowRecord[] flows = flows(0, 0, 0, 0);
        flows[0].bytes = 0xFFFF_FFFFL - 100;
        flows[2].bytes = 0xFFFF_FFFFL;
        flows[3].bytes = 1;
        SampleSite.write(bench.path("f.rw"), flows);
        String expected = "0.0.0.0|4294967295|0.001,0.0.0.0|4294967295|0.001,0.0.0.0|1|0.001";
        assertThat(grouped("--id-fields=proto --summarize")).isEqualTo(expected);
        // Also where they wait until the group is large enough.
        assertThat(grouped("--id-fields=proto --summarize --rec-threshold=4")).isEqualTo(expected);
        assertThat(grouped("--id-fields=proto --summarize --rec-threshold=5")).isEmpty();
    }

    @Test
    void allThatIsReadIsCopied() throws IOException {
        SampleSite.write(bench.path("f.rw"), flows(0, 1, 2));
        assertThat(grouped("--id-fields=stime --rec-threshold=2 --copy-input=c.rw")).isEmpty();
        assertThat(bench.good("rwcut --no-titles c.rw").lines()).hasSize(3);
        assertThat(bench.run("rwgroup --id-fields=5 --copy-input=stdout f.rw").status())
                .isEqualTo(1);
    }

    @Test
    void whatComesBeforeADamageIsWritten() throws IOException {
        SampleSite.writeWholeAndCut(bench);
        Workbench.Result r =
                bench.run("rwgroup --id-fields=5 --summarize --output-path=o.rw cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("cut.rw: offset ");
        assertThat(bench.good("rwcut --fields=nhip --no-titles --delimited o.rw"))
                .startsWith("0.0.0.0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "f.rw; rwgroup: --id-fields or --delta-field is required",
                "--delta-field=stime f.rw; rwgroup: --delta-field and --delta-value go together",
                "--delta-field=sip --delta-value=128 f.rw; rwgroup: invalid --delta-value: ",
                "--delta-field=stime --delta-value=0 f.rw; rwgroup: invalid --delta-value: must be above 0",
                "--delta-field=1,2 --delta-value=1 f.rw; rwgroup: invalid --delta-field: only one field may differ",
                "--delta-field=class --delta-value=1 f.rw; rwgroup: invalid --delta-field: 'class' is neither number nor address",
                "--id-fields=1 f.rw f.rw; rwgroup: only one input is read; sort several into one",
                "--id-fields=1 --rec-threshold=65536 f.rw; rwgroup: invalid --rec-threshold '65536'"
            })
    void isRefused(String switches, String message) {
        Workbench.Result r = bench.run("rwgroup " + switches);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith(message);
    }
}
