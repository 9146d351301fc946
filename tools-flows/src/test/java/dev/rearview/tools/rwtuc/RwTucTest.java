package dev.rearview.tools.rwtuc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RwTucTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-28T12:00:00.250Z"));

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void site() throws IOException {
        bench = SampleSite.bench(directory, RwCut::new, RwTuc::new);
    }

    private Workbench.Result convert(String switches, String text) {
        String[] words = ("rwtuc --output-path=o.rw " + switches).strip().split(" ");
        return bench.input(text).run(env -> new RwTuc(env, CLOCK), words);
    }

    /// The lines that rwcut prints of the flows written last.
    private List<String> cut(String fields) {
        return bench.run("rwcut --delimited --no-titles --fields=" + fields + " o.rw").lines();
    }

    private boolean isWritten() {
        return bench.exists("o.rw");
    }

    @Test
    void aFlowWithoutTimesStartsNow() {
        Workbench.Result r = convert("", "sip|duration\n10.0.0.1|2.5\n");
        assertThat(r.status()).isZero();
        assertThat(r.err()).isEmpty();
        assertThat(cut("stime,duration")).containsExactly("2026/11/28T12:00:00.250|2.500");
        convert("", "sip|etime|duration\n10.0.0.1|2024/02/28T00:00:05|2.5\n");
        assertThat(cut("stime")).containsExactly("2024/02/28T00:00:02.500");
    }

    @Test
    void sensorAndTypeThatAreNotGivenAreTheFirst() {
        convert("", "sip\n10.0.0.1\n");
        assertThat(cut("sensor,class,type")).containsExactly("NORTH|all|in");
        convert("", "sip|type\n10.0.0.1|out\n");
        assertThat(cut("class,type")).as("without its class").containsExactly("all|in");
        convert("", "sensor|class|type\n|all|in\nWEST||out\nSOUTH|lab|tap\n");
        assertThat(cut("sensor,class,type"))
                .as("given, but empty or unknown")
                .containsExactly("?|all|in", "?|?|255", "SOUTH|lab|tap");
        convert("--sensor=WEST --class=none --type=in", "sip\n10.0.0.1\n");
        assertThat(cut("sensor,class,type")).as("from switches").containsExactly("?|?|255");
    }

    @Test
    void anEndThatIsNotNeededIsNotRead() {
        Workbench.Result r =
                convert("", "sip|stime|duration|etime\n10.0.0.1|2024/02/28|1|nonsense\n");
        assertThat(r.err()).isEmpty();
        assertThat(cut("stime,duration")).containsExactly("2024/02/28T00:00:00.000|1.000");
        r = convert("--duration=3", "sip|stime|etime\n10.0.0.1|2024/02/28|\n");
        assertThat(r.err()).isEmpty();
        assertThat(cut("duration")).containsExactly("3.000");
        r = convert("", "sip|stime|etime\n10.0.0.1|2024/02/28|nonsense\n");
        assertThat(r.err()).contains("Could not parse 1 lines");
        assertThat(cut("sip")).isEmpty();
    }

    @Test
    void titlesAreReadLikeFields() {
        convert("", "1-2|SPO|proto|||\n10.0.0.1|10.0.0.2|7|6\n");
        assertThat(cut("1-5")).containsExactly("10.0.0.1|10.0.0.2|7|0|6");
        convert("", "stime|sTime+msec|dur|dur+msec\n2024/02/28|2024/02/29|1|2\n");
        assertThat(cut("stime,duration"))
                .as("of two names of one value the later counts")
                .containsExactly("2024/02/29T00:00:00.000|2.000");
        convert("--fields=9,22", "2024/02/28|2024/02/29\n");
        assertThat(cut("stime")).containsExactly("2024/02/29T00:00:00.000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sip|sip", "sip|bogus", "s|dip", "|", "25", "itype|sip", "5-1"})
    void withTitlesThatCannotBeReadNothingIsWritten(String title) {
        Workbench.Result r = convert("", title + "\n10.0.0.1|10.0.0.2\n");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("-:1: title: ");
        assertThat(isWritten()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "flags, F",
        "flags, C",
        "flags, SP",
        "flags, PA",
        "'class,type', all|in",
        "'class,type', all|out",
        "'ignore,flags', x|F"
    })
    void aFirstRecordThatLooksLikeTitlesIsNotLostWithoutAWord(String fields, String line) {
        Workbench.Result r = convert("--fields=" + fields, line + "\n" + line + "\n");
        assertThat(r.status()).isZero();
        assertThat(r.err()).contains("-:1: left out as a line of titles", "--no-titles");
        assertThat(cut("sip")).hasSize(1);
        r = convert("--no-titles --fields=" + fields, line + "\n" + line + "\n");
        assertThat(r.err()).isEmpty();
        assertThat(cut("sip")).hasSize(2);
    }

    @Test
    void titlesAreLeftOutIfAnyColumnIsAName() {
        Workbench.Result r = convert("--fields=sip,sport", "10.0.0.1|sPort\n10.0.0.2|5\n");
        assertThat(r.err()).isEmpty();
        assertThat(cut("sip")).containsExactly("10.0.0.2");
        r = convert("--fields=sensor,type", "sensor|type\nNORTH|x\n");
        assertThat(r.err()).as("all are names of their columns").isEmpty();
        assertThat(cut("sensor")).containsExactly("NORTH");
        convert("--fields=ignore,sport", "sip|4\n");
        assertThat(cut("sport")).as("ignored columns are not looked at").containsExactly("4");
        convert("--fields=flags,sport --flags-all=S", "F|4\n");
        assertThat(cut("sport")).as("nor those that a switch sets").containsExactly("4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--icmp-type=256 --icmp-code=0",
                "--icmp-type=8 --icmp-code=x",
                "--icmp-type=8",
                "--icmp-code=0",
                "--icmp-type=8 --fields=sip",
                "--flags-initial=S",
                "--stime=2024/02/30",
                "--etime=x",
                "--packets=0"
            })
    void valuesOfSwitchesAreCheckedAtTheStart(String switches) {
        for (String text : new String[] {"", "sip\n10.0.0.1\n"}) {
            Workbench.Result r = convert(switches, text);
            assertThat(r.status()).isEqualTo(1);
            assertThat(r.err()).startsWith("rwtuc: ");
            assertThat(isWritten()).isFalse();
        }
    }

    @Test
    void aSwitchAndAColumnMakeAPair() {
        Workbench.Result r = convert("--icmp-type=3", "sip|protocol|icode\n10.0.0.1|1|13\n");
        assertThat(r.status()).isZero();
        assertThat(cut("itype,icode")).containsExactly("3|13");
    }

    @Test
    void linesLeftOutAreToldAtTheEnd() throws IOException {
        String text = "sip|sport\n10.0.0.1|x\n10.0.0.2|2\n10.0.0.300|3\n";
        Workbench.Result r = convert("", text);
        assertThat(r.status()).isZero();
        assertThat(r.err())
                .isEqualTo(
                        "rwtuc: Could not parse 2 lines; try again with --stop-on-error or"
                                + " --verbose for details\n");
        r = convert("--bad-input-lines=bad.txt", text);
        assertThat(r.status()).isZero();
        assertThat(r.err())
                .isEqualTo("rwtuc: Could not parse 2 lines; invalid input written to 'bad.txt'\n");
        Files.writeString(directory.resolve("bad-title.txt"), "bogus\n");
        r = convert("- bad-title.txt", text);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("Could not parse 2 lines", "bad-title.txt:5: title: ");
        assertThat(cut("sip")).as("what came before is written").containsExactly("10.0.0.2");
        r = convert("--verbose", text);
        assertThat(r.err().lines()).hasSize(3).last().isEqualTo("rwtuc: Could not parse 2 lines");
        r = convert("--stop-on-error", text);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("-:2: ");
    }

    @Test
    void numbersMayHaveAPlus() {
        Workbench.Result r =
                convert("--sport=+7", "sip|dport|duration\n+167772161|+8|+1.5\n1.1.1.1|+ 6|1\n");
        assertThat(r.err()).contains("Could not parse 1 lines");
        assertThat(cut("sip,sport,dport,duration")).containsExactly("10.0.0.1|7|8|1.500");
    }

    @Test
    void textIsReadAsSilkReadsIt() {
        convert("", "sip|stime\n10.0.0.1|2024-02-28\n10.0.0.2|now\n10.0.0.3|2024/02/28\n");
        assertThat(cut("sip")).containsExactly("10.0.0.3");
    }
}
