package dev.rearview.tools.rwsort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sorting with little memory, and what stands in its way.
class RwSortTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwSort::new, RwCut::new);
        FlowRecord[] flows = new FlowRecord[COUNT];
        Random random = new Random(7);
        for (int i = 0; i < COUNT; i++) {
            flows[i] = SampleSite.flow(SampleSite.DAY_MS, 6);
            flows[i].bytes = random.nextInt(1_000_000);
            flows[i].sport = i & 0xFFFF;
        }
        SampleSite.write(bench.path("f.rw"), flows);
    }

    /// More than fit into the least buffer that there is, a hundred times over.
    private static final int COUNT = 60_000;

    private String sorted(String switches) {
        assertThat(bench.run("rwsort --fields=bytes --output-path=o.rw " + switches + "f.rw"))
                .isEqualTo(new Workbench.Result(0, "", ""));
        return bench.good("rwcut --fields=bytes,sport --no-titles --delimited o.rw");
    }

    @Test
    void whatDoesNotFitIsSpilledAndComesOutTheSame() throws IOException {
        Path spilled = Files.createDirectory(directory.resolve("spilled"));
        String inMemory = sorted("");
        assertThat(inMemory.lines()).hasSize(COUNT);
        assertThat(sorted("--sort-buffer-size=64k --temp-directory=spilled ")).isEqualTo(inMemory);
        assertThat(spilled).isEmptyDirectory();
        assertThat(sorted("--reverse --sort-buffer-size=64k ")).isEqualTo(sorted("--reverse "));
    }

    @Test
    void aSpillThatCannotBeWrittenLeavesNoOutput() {
        // Nobody, not even root, makes files there.
        Workbench.Result r =
                bench.run(
                        "rwsort --fields=bytes --sort-buffer-size=64k --temp-directory=/proc/self"
                                + " --output-path=o.rw f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwsort: /proc/self").hasLineCount(1);
        assertThat(bench.exists("o.rw")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwsort f.rw; rwsort: --fields is required",
                "rwsort --fields=none f.rw; rwsort: invalid --fields: unknown field 'none'",
                "rwsort --fields=sip --temp-directory=gone f.rw; rwsort: temporary directory DIR/gone does not exist",
                "rwsort --fields=sip --sort-buffer-size=63k f.rw; rwsort: invalid --sort-buffer-size '63k': must be at least 64k",
                "rwsort --fields=sip --input-pipe=stdin f.rw; rwsort: --input-pipe does not go with file names or --xargs",
                "rwsort --fields=sip none.rw; rwsort: DIR/none.rw: no such file"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message.replace("DIR", directory.toString()));
    }
}
