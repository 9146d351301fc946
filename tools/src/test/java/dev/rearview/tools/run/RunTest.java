package dev.rearview.tools.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.store.ParquetSink;
import dev.rearview.store.ParquetWriter;
import dev.rearview.tools.Tools;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.ToolException;
import dev.rearview.traffic.Workload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A pipeline in one process prints what its commands print one by one.
class RunTest {
    private static final Path CORPUS =
            Path.of("").toAbsolutePath().resolve("../../shared/golden").normalize();

    @TempDir Path directory;
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private record Result(int status, String out) {}

    private Env env(byte[] in, OutputStream out, Map<String, String> variables, String line) {
        return new Env(
                new ByteArrayInputStream(in),
                out,
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                directory,
                variables,
                line,
                false,
                false,
                Optional.empty(),
                Optional.empty());
    }

    private Result run(String pipeline, Map<String, String> variables) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Env env = env(new byte[0], out, variables, "");
        int status = new Pipeline(env, pipeline, Tools::create, Tools.names()).run();
        return new Result(status, out.toString(StandardCharsets.UTF_8));
    }

    /// One command after the other, each reading all that the one before it wrote. The status is
    /// that of the last one that failed.
    private Result oneByOne(String pipeline) {
        byte[] data = new byte[0];
        int status = 0;
        for (List<String> command : Words.parse(pipeline)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Env env = env(data, out, Map.of(), String.join(" ", command));
            int own =
                    Runner.run(
                            Tools.create(command.getFirst(), env).orElseThrow(),
                            env,
                            command.subList(1, command.size()));
            status = own == 0 ? status : own;
            data = out.toByteArray();
        }
        return new Result(status, new String(data, StandardCharsets.UTF_8));
    }

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwfilter --proto=6 --pass=stdout F | rwstats --fields=dport --bytes --count=10",
                "rwfilter --proto=6 --fail=- F | rwuniq --fields=sip,proto --values=bytes,packets",
                "rwfilter --all=stdout F | rwcut --num-recs=5",
                "rwfilter --dport=53 --pass=stdout F | rwuniq --fields=sip --values=distinct:dip",
                "rwfilter --dport=53 --print-stat=stderr --pass=stdout F | rwcount --bin-size=3600",
                "rwfilter --proto=6,17 --pass=stdout F | rwfilter --dport=443 --fail=stdout -"
                        + " | rwset --sip-file=- | rwsetcat --count-ips",
                "rwsort --fields=bytes --reverse F | rwcut --num-recs=20",
                "rwsort --fields=bytes F | rwcut --num-recs=20 --fields=sip,bytes,stime",
                "rwsort --fields=proto,bytes,sip --reverse F"
                        + " | rwcut --start-rec-num=7 --num-recs=20",
                "rwsort --fields=sip,stime F | rwuniq --fields=sip --presorted-input",
                "rwsort --fields=sip F | rwcut --tail-recs=3",
                "rwfilter --proto=1 --pass=stdout F | rwsort --fields=dip | rwcut",
                "rwcat F | rwstats --overall-stats",
                "rwfilter --prto=1 --pass=stdout F | rwcut",
                "rwfilter --proto=1 --pass=stdout missing.rw | rwcut",
                "rwfilter --proto=17 --pass=stdout F | rwcat | rwcut --num-recs=1",
            })
    void printsWhatTheCommandsPrint(String pipeline) throws IOException {
        writeFlows();
        for (String file : List.of("f.rw", "f.parquet")) {
            String text = pipeline.replace(" F", " " + file);
            errors.reset();
            Result separate = oneByOne(text);
            String separateErrors = errors.toString(StandardCharsets.UTF_8);
            errors.reset();
            assertThat(run(text, Map.of())).as(text).isEqualTo(separate);
            assertThat(errors.toString(StandardCharsets.UTF_8)).as(text).isEqualTo(separateErrors);
        }
    }

    @Test
    void explainTellsWhatWasReadAndLeftOut() throws IOException {
        writeFlows();
        Env env = env(new byte[0], OutputStream.nullOutputStream(), Map.of(), "");
        Pipeline pipeline =
                new Pipeline(
                        env,
                        "rwfilter --stime=2023/11/15T00-2023/11/15T01 --pass=- f.parquet | rwcut",
                        Tools::create,
                        Tools.names());
        assertThat(pipeline.run(OutputStream.nullOutputStream())).isZero();
        assertThat(String.join("\n", pipeline.explain()))
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
        assumeTrue(Files.isDirectory(CORPUS), CORPUS + " is not there");
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
                                && !open.contains(c.path("id").asText());
                if (!plain || !isRunnable(command)) {
                    continue;
                }
                compared++;
                Result got =
                        run(
                                command,
                                Map.of(
                                        "SILK_CONFIG_FILE",
                                        data + "/site/silk.conf",
                                        "SILK_DATA_ROOTDIR",
                                        data + "/repo",
                                        "TMPDIR",
                                        directory.toString()));
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

    private boolean isRunnable(String command) {
        try {
            Env env = env(new byte[0], OutputStream.nullOutputStream(), Map.of(), "");
            return new Pipeline(env, command, Tools::create, Tools.names()).explain() != null;
        } catch (ToolException e) {
            return false;
        }
    }
}
