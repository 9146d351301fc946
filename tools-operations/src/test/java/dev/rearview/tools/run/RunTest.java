package dev.rearview.tools.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A pipeline in one process prints what its commands print one by one.
class RunTest {
    private static final Path CORPUS =
            Path.of(System.getProperty("rearview.root", ".."))
                    .toAbsolutePath()
                    .resolve("testdata/golden")
                    .normalize();

    /// Its first command ends with 1, which only a pipeline in one process tells.
    private static final String FAILS_WITHIN = "rwpdu2silk-015";

    @TempDir Path directory;

    private void writeFlows() throws IOException {
        Path rw = directory.resolve("f.rw");
        Path parquet = directory.resolve("f.parquet");
        try (Workload flows = new Workload(150_000, 1, 3);
                FlowSink silk =
                        new SilkWriter(
                                Files.newOutputStream(rw),
                                new SilkWriter.Options(true, false, Compression.NONE, 0),
                                List.of());
                FlowSink columns =
                        new ParquetSink(
                                Files.newOutputStream(parquet), ParquetWriter.Codec.UNCOMPRESSED)) {
            for (FlowBatch b = flows.next(); b != null; b = flows.next()) {
                silk.write(b, Selection.all(b.size()));
                columns.write(b, Selection.all(b.size()));
            }
        }
    }

    /// The second column is what each command but the first reads: the flows of the one before it
    /// as columns, or its output as octets.
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '~',
            value = {
                "rwfilter --proto=6 --pass=stdout F | rwstats --fields=dport --bytes --count=10"
                        + "! columns",
                "rwfilter --proto=6 --fail=- F | rwuniq --fields=sip,proto --values=bytes,packets"
                        + "! columns",
                "rwfilter --all=stdout F | rwcut --num-recs=5 ! columns",
                "rwfilter --dport=53 --pass=stdout F | rwuniq --fields=sip --values=distinct:dip"
                        + "! columns",
                "rwfilter --dport=53 --print-stat=stderr --pass=stdout F | rwcount --bin-size=3600"
                        + "! columns",
                "rwfilter --proto=6,17 --pass=stdout F | rwfilter --dport=443 --fail=stdout -"
                        + " | rwset --sip-file=- | rwsetcat --count-ips ! columns columns octets",
                "rwsort --fields=bytes --reverse F | rwcut --num-recs=20 ! columns",
                "rwsort --fields=bytes F | rwcut --num-recs=20 --fields=sip,bytes,stime ! columns",
                "rwsort --fields=proto,bytes,sip --reverse F"
                        + " | rwcut --start-rec-num=7 --num-recs=20 ! columns",
                "rwsort --fields=sip,stime F | rwuniq --fields=sip --presorted-input ! columns",
                "rwsort --fields=sip F | rwcut --tail-recs=3 ! columns",
                "rwfilter --proto=1 --pass=stdout F | rwsort --fields=dip | rwcut"
                        + "! columns columns",
                "rwcat F | rwstats --overall-stats ! columns",
                "rwcat F missing.rw | rwuniq --fields=proto ! columns",
                "rwcat missing.rw | rwcut ! columns",
                "rwcat --byte-order=big F | rwsort --fields=sip | rwcut --num-recs=3"
                        + "! columns columns",
                "rwcat --ipv4-output F | rwstats --overall-stats ! octets",
                "rwnetmask --4sip=8 F missing.rw | rwuniq --fields=sip ! columns",
                "rwfilter --prto=1 --pass=stdout F | rwcut ! octets",
                "rwfilter --proto=1 --pass=stdout missing.rw | rwcut ! columns",
                "rwfilter --proto=17 --pass=stdout F | rwcat | rwcut --num-recs=1 ! columns columns",
                "rwsort --fields=sip,stime F | rwmatch --relate=sip,sip - sorted.rw -"
                        + " | rwcut --num-recs=50 ! columns columns",
                "rwsort --fields=sip,stime F | rwmatch --relate=sip,sip --unmatched=b sorted.rw - -"
                        + " | rwuniq --fields=nhip ! columns columns",
                "rwfilter --all=stdout F | rwcompare - F ! columns",
                "rwfilter --proto=6 --pass=stdout F | rwcompare - F ! columns",
                "rwfilter --proto=6 --pass=stdout F | rwcompare F - ! columns",
                "rwfilter --proto=6 --pass=stdout F | rwnetmask --4sip=8 | rwuniq --fields=sip"
                        + "! columns columns",
            })
    void printsWhatTheCommandsPrint(String pipeline, String reads) throws IOException {
        writeFlows();
        new Workbench(directory, Tools::create)
                .pipeline(
                        "rwfilter --proto=6 --pass=- f.rw"
                                + " | rwsort --fields=sip,stime --output-path=sorted.rw");
        for (String file : List.of("f.rw", "f.parquet")) {
            String text = pipeline.replace(" F", " " + file);
            Workbench bench = new Workbench(directory, Tools::create);
            assertThat(bench.fused(text)).as(text).isEqualTo(bench.pipeline(text));
            assertThat(reads(explained(text))).as(text).isEqualTo(reads);
        }
    }

    private List<String> explained(String pipeline) {
        return new Workbench(directory, Tools::create).run("explain", pipeline).lines();
    }

    /// How the commands of a pipeline read, in their order; the plan begins with the last one.
    private static String reads(List<String> plan) {
        return plan.stream()
                .filter(line -> line.startsWith("    reads "))
                .map(line -> line.endsWith("batches of columns") ? "columns" : "octets")
                .toList()
                .reversed()
                .stream()
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "rwsort --fields=bytes f.rw | rwcut --num-recs=20 ! keeps the first 20 in order",
                "rwsort --fields=sip f.parquet | rwcut --start-rec-num=7 --num-recs=20"
                        + "! keeps the first 26 in order",
                "rwsort --fields=sip f.parquet | rwcut --tail-recs=3 ! sorts all flows",
                "rwsort --fields=sip f.rw | rwuniq --fields=sip --presorted-input"
                        + "! sorts all flows",
            })
    void aSortKeepsNoMoreThanItsReaderTakes(String pipeline, String sort) throws IOException {
        writeFlows();
        assertThat(explained(pipeline)).contains("    " + sort);
    }

    /// A set on standard input is read once, however a command's flows are handed on.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwfilter --dipset=- --pass=stdout --fail=other.rw f.rw | rwcut",
                "rwfilter --dipset=- --pass=stdout f.rw | rwset --sip-file=- | rwsetcat",
                "rwfilter --dipset=- --pass=stdout f.rw | rwsort --fields=sip | rwcut",
            })
    void whatIsOnStandardInputIsReadOnce(String pipeline) throws IOException {
        writeFlows();
        Workbench bench = new Workbench(directory, Tools::create);
        bench.good("rwfilter", "--dport=53", "--pass=some.rw", "f.rw");
        bench.good("rwset", "--dip-file=some.set", "some.rw");
        byte[] set = bench.octets("some.set");
        Workbench.Result fused = bench.input(set).fused(pipeline);
        Files.deleteIfExists(directory.resolve("other.rw"));
        Workbench.Result named = bench.pipeline(pipeline.replaceFirst("set=-", "set=some.set"));
        assertThat(fused.out()).isEqualTo(named.out());
        assertThat(fused.status()).isEqualTo(named.status());
        assertThat(fused.err()).isEqualTo(named.err());
    }

    @Test
    void aPlanIsToldWithoutRunningIt() throws IOException {
        writeFlows();
        Workbench.Result r =
                new Workbench(directory, Tools::create)
                        .run(
                                "explain",
                                "--no-run",
                                "rwfilter --etime=2023/11/15T00-2023/11/15T01 --pass=- f.parquet"
                                        + " | rwsort --fields=sip | rwset --sip-file=new.set");
        assertThat(r.status()).isZero();
        assertThat(r.lines())
                .startsWith(
                        "plan",
                        "  rwset --sip-file=new.set",
                        "    is given batches of columns",
                        "    input       batches of the command before",
                        "    set         of sIP",
                        "  rwsort --fields=sip",
                        "    is given batches of columns",
                        "    input       batches of the command before",
                        "    sort        by sIP")
                .contains(
                        "    input       f.parquet",
                        "    files       1",
                        "    row groups  3, of which 2 were left out",
                        "    flows       65,536 to be looked at")
                .doesNotContain("done");
        assertThat(directory.resolve("new.set")).doesNotExist();
    }

    @Test
    void aPlanTellsWhatIsMadeOfFlows() throws IOException {
        writeFlows();
        Workbench bench = new Workbench(directory, Tools::create);
        Workbench.Result groups =
                bench.run("explain", "rwstats --fields=dport --bytes --count=3 f.parquet");
        assertThat(groups.lines().stream().filter(line -> !line.contains("octets")))
                .containsExactly(
                        "plan",
                        "  rwstats --fields=dport --bytes --count=3 f.parquet",
                        "    input       f.parquet",
                        "    group       by dPort: sum of bytes",
                        "    total       sum of bytes",
                        "    total       count",
                        "    files       1",
                        "    row groups  3, of which 0 were left out",
                        "    flows       150,000 to be looked at",
                        "done",
                        "  rwstats --fields=dport --bytes --count=3 f.parquet",
                        "    files       1",
                        "    row groups  3, of which 0 were left out",
                        "    flows       150,000 looked at");
        assertThat(
                        bench.run(
                                        "explain",
                                        "--no-run",
                                        "rwfilter --proto=6 --pass=a.rw --fail=- --max-fail=5"
                                                + " --print-stat f.rw | rwcut --start=2"
                                                + " --num=7 --fields=stime,dport --copy-input=b.rw")
                                .lines())
                .containsSequence(
                        "    is given a stream of bytes",
                        "    input       standard input",
                        "    copy        to b.rw",
                        "    leave out   the first 1",
                        "    first       7",
                        "    rows        sTime, dPort")
                .containsSequence(
                        "    input       f.rw",
                        "    filter      protocol in 6",
                        "    write       what passes to a.rw",
                        "    write       what fails to standard output, at most 5",
                        "    count       flows");
        assertThat(directory.resolve("a.rw")).doesNotExist();
    }

    @Test
    void whatReadsAStreamSaysSo() throws IOException {
        writeFlows();
        assertThat(explained("rwset --sip-file=- f.rw | rwsetcat --count-ips"))
                .contains("    reads a stream of bytes");
    }

    @Test
    void rowsWithoutAFieldComeLastWhereOnlyTheFirstAreKept() throws IOException {
        FlowRecord[] flows = new FlowRecord[4];
        long[] rates = {512, 1, 0, 512};
        for (int i = 0; i < flows.length; i++) {
            flows[i] = SampleSite.flow(SampleSite.DAY_MS, 17);
            flows[i].sampling = rates[i];
            flows[i].sport = i + 1;
        }
        SampleSite.write(directory.resolve("f.parquet"), flows);
        String pipeline =
                "rwsort --fields=sampling,sport --reverse f.parquet"
                        + " | rwcut --fields=sport,sampling --num-recs=2 --delimited --no-titles";
        assertThat(new Workbench(directory, Tools::create).fused(pipeline).out())
                .isEqualTo("4|512\n1|512\n");
    }

    @Test
    void explainTellsWhatWasReadAndLeftOut() throws IOException {
        writeFlows();
        Workbench.Result r =
                new Workbench(directory, Tools::create)
                        .run(
                                "explain",
                                "rwfilter --stime=2023/11/15T00-2023/11/15T01 --pass=- f.parquet"
                                        + " | rwcut");
        assertThat(r.status()).isZero();
        assertThat(r.out())
                .contains("reads batches of columns")
                .contains("files       1")
                .contains("row groups  3, of which 2 were left out")
                .contains("flows       65,536 looked at");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '~',
            value = {
                "a b|c ! [[a, b], [c]]",
                "a 'b | c' \"d e\"  ! [[a, b | c, d e]]",
                "a --x='1,2' b\\ c ! [[a, --x=1,2, b c]]",
                "a '' | b ! [[a, ], [b]]",
            })
    void wordsAreThoseOfAShell(String text, String words) {
        assertThat(Words.parse(text).toString()).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a > b", "a; b", "a $(b)", "a | | b", "a |", "a 'b", ""})
    void whatIsMoreThanAPipelineIsRefused(String text) {
        assertThatThrownBy(() -> Words.parse(text)).isInstanceOf(ToolException.class);
    }

    /// Recorded cases that are plain pipelines of commands that exist.
    @Test
    void agreesWithTheRecordedOutputOfSilk() throws IOException {
        String data = CORPUS.resolve("data").toString();
        String open =
                Files.readString(
                                Path.of("")
                                        .toAbsolutePath()
                                        .resolve("../dist/src/test/resources/golden-open.txt"))
                        + Files.readString(
                                Path.of("")
                                        .toAbsolutePath()
                                        .resolve("../docs/reference/differences.md"));
        Workbench bench =
                new Workbench(directory, Tools::create)
                        .set("SILK_CONFIG_FILE", data + "/site/silk.conf")
                        .set("SILK_DATA_ROOTDIR", data + "/repo");
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        List<Path> files;
        try (Stream<Path> list = Files.list(CORPUS.resolve("cases"))) {
            files = list.filter(p -> p.toString().endsWith(".jsonl")).sorted().toList();
        }
        for (Path file : files) {
            for (String line : Files.readAllLines(file)) {
                JsonNode c = new ObjectMapper().readTree(line);
                String command = c.path("cmd").asText().replace("$DATA", data);
                boolean plain =
                        command.contains("|")
                                && c.has("stdout")
                                && !c.has("env")
                                && !FAILS_WITHIN.equals(c.path("id").asText())
                                && !open.contains(c.path("id").asText());
                if (!plain || !isRunnable(command)) {
                    continue;
                }
                compared++;
                Workbench.Result got = bench.fused(command);
                boolean same =
                        got.status() == c.path("exit").asInt()
                                && got.out()
                                        .replace(data, "$DATA")
                                        .equals(c.path("stdout").asText());
                if (!same) {
                    wrong.add(c.path("id").asText() + ": " + command);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThan(100);
    }

    /// Whether all of its commands are Rearview's, whatever they say to their switches.
    private boolean isRunnable(String command) {
        try {
            new Pipeline(Env.ofProcess(), command, Tools::create, Tools.names());
            return true;
        } catch (ToolException e) {
            return false;
        }
    }

    /// The switch reaches the command that reads the repository; notes in files do not tell of it.
    @Test
    void completenessIsAskedOfTheRepositorysReader() throws IOException {
        SampleSite.bench(directory);
        Workbench bench =
                new Workbench(directory, Tools::create).set("SILK_CONFIG_FILE", "silk.conf");
        Files.createDirectories(directory.resolve("data"));
        String select = "rwfilter --data-rootdir=data --start-date=2024/02/28 --proto=0- --pass=";
        Workbench.Result r =
                bench.run("run", "--completeness", select + "stdout | rwuniq --fields=sip");
        assertThat(r.status()).isZero();
        assertThat(r.err())
                .isEqualTo(
                        "rwfilter: 2024/02/28T00:00:00 to 2024/02/29T00:00:00: the ledger tells"
                                + " nothing of it\n");
        bench.run("run", "--completeness=json", select + "out.rw");
        assertThat(bench.run("rwfileinfo --fields=command-lines out.rw").out())
                .contains("--pass=out.rw")
                .doesNotContain("completeness");
        r = bench.run("run", "--completeness", "rwcut f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("no command of the pipeline has the switch --completeness");
    }
}
