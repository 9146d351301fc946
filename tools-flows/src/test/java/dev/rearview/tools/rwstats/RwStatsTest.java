package dev.rearview.tools.rwstats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Budget;
import dev.rearview.engine.exec.Cancelled;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Kept;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Workers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Limits of what is printed, little memory, ends before the end, and what stands in the way.
class RwStatsTest {
    /// More groups than a table in the cache holds.
    private static final int MANY = 300_000;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwStats::new);
        SampleSite.writeWholeAndCut(bench);
        FlowRecord[] flows = new FlowRecord[10];
        for (int i = 0; i < flows.length; i++) {
            // Ports 1, 2, 2, 3, 3, 3, 4 ...; octets 1 to 10.
            flows[i] = SampleSite.flow(SampleSite.DAY_MS, 6);
            flows[i].dport = (int) Math.round(Math.sqrt(2 * (i + 1)));
            flows[i].bytes = 1L + i;
        }
        SampleSite.write(bench.path("ten.rw"), flows);
    }

    private void many() throws IOException {
        FlowRecord[] flows = new FlowRecord[MANY];
        for (int i = 0; i < MANY; i++) {
            flows[i] = SampleSite.flow(SampleSite.DAY_MS, 6);
            flows[i].sipLo = Ip.mapped(i * 0x9E37_79B9);
            flows[i].bytes = 1 + (i * 7919L) % MANY;
        }
        SampleSite.write(bench.path("many.rw"), flows);
    }

    /// Has commands spill whatever does not fit into next to nothing.
    private Workbench small() {
        return bench.on(
                new Machine(
                        new Budget(1 << 17, 1 << 17, 1 << 16), new Workers(2), new Kept(1 << 20)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--count=2; 4|4 3|3",
                "--count=0; 4|4 3|3 2|2 1|1",
                "--count=2 --bottom; 1|1 2|2",
                "--threshold=3; 4|4 3|3",
                "--threshold=2 --bottom; 1|1 2|2",
                "--threshold=5; ''",
                "--percentage=30; 4|4 3|3",
                "--percentage=39.9; 4|4 3|3",
                "--percentage=0 --bottom; ''",
                "--percentage=100; ''",
                "--values=bytes --count=1; 4|34",
                "--bytes --threshold=15; 4|34 3|15",
                "--values=bytes,packets --count=1; 4|34|4"
            })
    void howFarItGoes(String switches, String expected) {
        assertThat(
                        bench.good(
                                        "rwstats --fields=dport --no-titles --no-percents"
                                                + " --delimited "
                                                + switches
                                                + " ten.rw")
                                .strip()
                                .replace('\n', ' '))
                .isEqualTo(expected);
    }

    @Test
    void sharesAreOfAllThatWasReadAndNotOnlyOfWhatIsPrinted() {
        assertThat(bench.run("rwstats --fields=dport --count=2 --delimited ten.rw").lines())
                .containsExactly(
                        "INPUT: 10 Records for 4 Bins and 10 Total Records",
                        "OUTPUT: Top 2 Bins by Records",
                        "dPort|Records|%Records|cumul_%",
                        "4|4|40.000000|40.000000",
                        "3|3|30.000000|70.000000");
    }

    @Test
    void whereNothingReachesTheLimitOnlyThatIsSaid() {
        assertThat(bench.run("rwstats --fields=dport --threshold=5 ten.rw").lines())
                .containsExactly(
                        "INPUT: 10 Records for 4 Bins and 10 Total Records",
                        "OUTPUT: No bins above threshold of 5 Records");
        assertThat(bench.run("rwstats --fields=dport --bottom --percentage=5 ten.rw").lines())
                .containsExactly(
                        "INPUT: 10 Records for 4 Bins and 10 Total Records",
                        "OUTPUT: No bins below threshold of 5.0000% (0 Records)");
    }

    @Test
    void whatDoesNotFitIsSpilledAndComesOutTheSame() throws IOException {
        many();
        Path spilled = Files.createDirectory(directory.resolve("spilled"));
        String line = "rwstats --fields=sip,proto --values=bytes,distinct:dport --count=50 many.rw";
        String inMemory = bench.good(line);
        assertThat(inMemory.lines())
                .hasSize(53)
                .contains("INPUT: 300000 Records for 300000 Bins and 45000150000 Total Bytes");
        assertThat(small().good(line + " --temp-directory=spilled")).isEqualTo(inMemory);
        assertThat(spilled).isEmptyDirectory();
    }

    @Test
    void aSpillThatCannotBeWrittenLeavesNoAnswer() throws IOException {
        many();
        // Nobody, not even root, makes files there.
        Workbench.Result r =
                small().run(
                                "rwstats --fields=sip --count=5 --temp-directory=/proc/self"
                                        + " --output-path=o.txt many.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwstats: /proc/self").hasLineCount(1);
        assertThat(bench.exists("o.txt")).isFalse();
    }

    /// The run is cancelled when half of its input has come, with much of it spilled.
    @Test
    void whatIsInterruptedLeavesNothing() throws IOException {
        many();
        Path spilled = Files.createDirectory(directory.resolve("spilled"));
        CompletableFuture<Context> context = new CompletableFuture<>();
        byte[] octets = bench.octets("many.rw");
        InputStream input =
                new FilterInputStream(new ByteArrayInputStream(octets)) {
                    private int taken;

                    @Override
                    public int read(byte[] into, int at, int count) throws IOException {
                        int n = super.read(into, at, count);
                        taken += Math.max(n, 0);
                        if (taken > octets.length / 2) {
                            context.join().cancel();
                        }
                        return n;
                    }
                };
        assertThat(
                        small().watched(context::complete)
                                .input(input)
                                .run(
                                        "rwstats --fields=sip --count=5 --output-path=o.txt"
                                                + " --temp-directory=spilled -"))
                .isEqualTo(new Workbench.Result(Cancelled.STATUS, "", ""));
        assertThat(bench.exists("o.txt")).isFalse();
        assertThat(spilled).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"--fields=proto --count=1", "--overall-stats", "--detail-proto-stats=6"})
    void anAnswerIsOfWholeFilesOnly(String switches) {
        Workbench.Result r = bench.run("rwstats " + switches + " f.rw cut.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwstats: cut.rw: ").hasLineCount(1);
    }

    @Test
    void statisticsOfNoFlowHaveNoTable() throws IOException {
        assertThat(bench.run("rwstats --detail-proto-stats=1,17 ten.rw").lines())
                .contains("FLOW STATISTICS--PROTOCOL 17:  0/10 records")
                .filteredOn(l -> l.startsWith("*BYTES "))
                .containsExactly("*BYTES min 1; max 10");
        SampleSite.write(bench.path("empty.rw"));
        assertThat(bench.good("rwstats --overall-stats --detail-proto-stats=6 empty.rw"))
                .isEqualTo("FLOW STATISTICS--ALL PROTOCOLS:  0 records\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--count=1; --fields is required",
                "--fields=sip; one of --count, --threshold and --percentage is required",
                "--fields=sip --count=1 --threshold=1; one of --count, --threshold and --percentage is required",
                "--fields=sip --count=1 --top --bottom; --top does not go with --bottom",
                "--fields=sip --count=-1; invalid --count '-1': '-1' is not a number",
                "--fields=sip --percentage=101; invalid --percentage '101': must be 0-100",
                "--fields=sip --percentage=5 --presorted-input; --percentage does not go with --presorted-input",
                "--fields=sip --count=1 --values=none; invalid --values: unknown value 'none'",
                "--plugin=flowrate.so --fields=sip --values=payload-rate --threshold=1; a value of a plug-in can only be limited by --count",
                "--fields=sip --count=1 --temp-directory=gone; temporary directory DIR/gone does not exist",
                "--detail-proto-stats=256; invalid --detail-proto-stats '256'",
                "--fields=sip --count=1 none.rw; DIR/none.rw: no such file"
            })
    void isRefused(String switches, String message) {
        Workbench.Result r = bench.run("rwstats " + switches + " ten.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwstats: " + message.replace("DIR", directory.toString()));
    }
}
