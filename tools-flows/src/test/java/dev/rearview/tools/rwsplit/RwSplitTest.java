package dev.rearview.tools.rwsplit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Budget;
import dev.rearview.engine.exec.Kept;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Workers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfileinfo.RwFileInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Samples, many addresses, what is kept when something goes wrong.
class RwSplitTest {
    /// More addresses than the first table of them has slots.
    private static final int COUNT = 5000;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwSplit::new, RwCut::new, RwFileInfo::new);
        FlowRecord[] flows = new FlowRecord[COUNT];
        for (int i = 0; i < COUNT; i++) {
            flows[i] = SampleSite.flow(SampleSite.DAY_MS, 6);
            flows[i].sport = i;
            flows[i].sipLo = Ip.mapped(i * 256);
        }
        SampleSite.write(bench.path("f.rw"), flows);
    }

    /// The source ports of a piece.
    private List<Integer> piece(int number) {
        return bench.good(
                        "rwcut --fields=sport --no-titles --delimited o.0000000" + number + ".rwf")
                .lines()
                .map(Integer::valueOf)
                .toList();
    }

    @Test
    void addressesCountOnceInAPiece() {
        bench.good("rwsplit --basename=o --ip-limit=4001 f.rw");
        // One destination, and as many sources as there are flows.
        assertThat(piece(0)).hasSize(4000);
        assertThat(piece(1)).hasSize(1000);
        assertThat(bench.exists("o.00000002.rwf")).isFalse();
    }

    @Test
    void moreAddressesThanMemoryHoldsAreAnErrorThatKeepsThePiece() {
        Machine little = new Machine(new Budget(60_000, 30_000, 1), new Workers(2), new Kept(0));
        Workbench.Result r = bench.on(little).run("rwsplit --basename=o --ip-limit=4001 f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .startsWith("rwsplit: a piece has more addresses than memory holds: ")
                .hasLineCount(1);
    }

    @Test
    void aSampleIsOneOfEveryGroup() {
        bench.good("rwsplit --basename=o --flow-limit=10000 --sample-ratio=7 --seed=3 f.rw");
        List<Integer> first = piece(0);
        // The last group is not whole.
        assertThat(first.size()).isBetween(COUNT / 7, COUNT / 7 + 1);
        assertThat(IntStream.range(0, COUNT / 7).allMatch(i -> first.get(i) / 7 == i)).isTrue();
        assertThat(first.stream().map(i -> i % 7).distinct()).hasSize(7);
        bench.good("rwsplit --basename=o --flow-limit=10000 --sample-ratio=7 --seed=3 f.rw");
        assertThat(piece(0)).isEqualTo(first);
        bench.good("rwsplit --basename=o --flow-limit=10000 --sample-ratio=7 --seed=4 f.rw");
        assertThat(piece(0)).isNotEqualTo(first);
    }

    @Test
    void filesAreNumberedAsIfAllWereWritten() {
        bench.good("rwsplit --basename=o --flow-limit=1000 --file-ratio=2 --seed=9 f.rw");
        List<Integer> there = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            if (bench.exists("o.0000000" + i + ".rwf")) {
                there.add(i);
                assertThat(piece(i)).hasSize(1000).startsWith(i * 1000);
            }
        }
        assertThat(there.stream().map(i -> i / 2)).startsWith(0, 1).doesNotHaveDuplicates();
    }

    @Test
    void whatAFileWouldOverwriteStays() {
        bench.unset("SILK_CLOBBER");
        bench.write("o.00000001.rwf", "mine");
        Workbench.Result r = bench.run("rwsplit --basename=o --flow-limit=2000 f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwsplit: o.00000001.rwf: file exists");
        assertThat(bench.text("o.00000001.rwf")).isEqualTo("mine");
        assertThat(piece(0)).hasSize(2000);
        assertThat(bench.exists("o.00000002.rwf")).isFalse();
    }

    @Test
    void whatWasReadBeforeTheDamageIsInTheLastPiece() throws IOException {
        SampleSite.writeWholeAndCut(bench);
        Workbench.Result r = bench.run("rwsplit --basename=o --flow-limit=10 cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwsplit: cut.rw: offset ").hasLineCount(1);
        assertThat(piece(0)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwsplit --flow-limit=1 f.rw; rwsplit: --basename is required",
                "rwsplit --basename= --flow-limit=1 f.rw; rwsplit: invalid --basename '': empty name",
                "rwsplit --basename=o f.rw; rwsplit: one of --ip-limit, --flow-limit, --packet-limit and --byte-limit is required",
                "rwsplit --basename=o --flow-limit=1 --ip-limit=1 f.rw; rwsplit: only one limit may be given",
                "rwsplit --basename=o --flow-limit=0 f.rw; rwsplit: invalid --flow-limit '0': must be above 0",
                "rwsplit --basename=o --flow-limit=1 --note-file-add=none f.rw; rwsplit: cannot read note: "
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
        assertThat(bench.exists("o.00000000.rwf")).isFalse();
    }
}
