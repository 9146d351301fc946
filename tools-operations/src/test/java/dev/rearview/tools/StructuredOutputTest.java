package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Option;
import dev.rearview.kit.options.Options;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every command that takes `--output-format` prints, in each of its modes, what a parser of that
/// format reads: JSON, NDJSON and CSV with the same names and as many rows.
class StructuredOutputTest {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /// What is asked of each command. A command that takes `--output-format` and is not here fails
    /// the test: add what its modes are.
    private static final Map<String, List<String>> MODES = modes();

    @TempDir static Path directory;

    private static Map<String, List<String>> modes() {
        Map<String, List<String>> out = new TreeMap<>();
        out.put(
                "mapsid",
                List.of("", "0 S1", "--print-classes", "--print-classes --print-descriptions"));
        out.put(
                "rwaddrcount",
                List.of(
                        "--print-recs f.rw",
                        "--print-ips f.rw",
                        "--print-stat f.rw",
                        "--print-stat --min-bytes=50 --use-dest f.rw",
                        "--print-recs --no-titles f.rw"));
        out.put(
                "rwaggbagcat",
                List.of(
                        "a.aggbag",
                        "a.aggbag a.aggbag",
                        "--fields=dport,scc,records --missing-field=scc=x a.aggbag",
                        "flags.aggbag"));
        out.put(
                "rwbagcat",
                List.of(
                        "ip.bag",
                        "ip.bag port.bag cc.bag",
                        "--key-format=hexadecimal port.bag",
                        "--key-format=decimal ip.bag",
                        "--pmap-file=m.pmap pmap.bag",
                        "--print-statistics ip.bag",
                        "--print-statistics ip.bag port.bag empty.bag",
                        "--print-statistics --key-format=hexadecimal port.bag",
                        "--network-structure ip.bag",
                        "--network-structure=TAH/24 ip.bag ip.bag",
                        "--network-structure=v6:TH/48 six.bag",
                        "--network-structure=TS empty.bag",
                        "--bin-ips ip.bag",
                        "--bin-ips=binary ip.bag port.bag",
                        "--sort-counters ip.bag",
                        "--bin-ips=decimal --print-statistics=s.txt ip.bag",
                        "--minkey=10.0.0.0 --maxkey=10.0.0.9 --zero-counts ip.bag"));
        out.put("rwscan", List.of("--scan-model=2 f.rw", "--scan-model=2 --model-fields f.rw"));
        out.put(
                "rwcount",
                List.of("--bin-size=3600 f.rw", "--bin-size=60 --epoch-slots f.rw", "six.rw"));
        out.put(
                "rwcut",
                List.of(
                        "f.rw",
                        "--all-fields f.rw",
                        "--fields=sip,scc,dcc,type,sensor,flags,attributes,duration f.rw six.rw",
                        "--num-recs=1 f.rw",
                        "--tail-recs=1 --no-titles f.rw",
                        "--integer-ips --timestamp-format=epoch f.rw",
                        "--icmp-type-and-code f.rw",
                        "--pmap-file=m:m.pmap --fields=src-m,dst-m f.rw"));
        out.put("rwfglob", List.of("--start-date=2024/02/28 --type=all", "--data-rootdir=root"));
        out.put(
                "rwfileinfo",
                List.of(
                        "f.rw",
                        "f.rw ip.bag a.aggbag four.set m.pmap",
                        "--summary --no-titles f.rw six.rw",
                        "--fields=count-records,command-lines,annotations f.rw"));
        out.put(
                "rwfilter",
                List.of(
                        "--protocol=6 --print-statistics=stdout f.rw six.rw",
                        "--protocol=6 --print-volume-statistics=stdout f.rw",
                        "--type=all --start-date=2024/02/28 --all=out.rw"
                                + " --print-volume-statistics=stdout"));
        out.put(
                "rwip2cc",
                List.of(
                        "--address=10.0.0.1",
                        "--address=10.0.0.1 --print-ips=1",
                        "--input-file=ips.txt",
                        "--input-file=ips.txt --print-ips=0",
                        "--map-file=bench.pmap --address=10.0.0.1"));
        out.put(
                "rwpmapcat",
                List.of(
                        "m.pmap",
                        "--no-cidr-blocks m.pmap",
                        "--output-types=ranges m6.pmap",
                        "--output-types=type m.pmap",
                        "--output-types=type,mapname m.pmap",
                        "--output-types=mapname bench.pmap",
                        "--output-types=label m.pmap",
                        "--country-codes=bench.pmap",
                        "--left-justify-labels ports.pmap",
                        "bench.pmap"));
        out.put(
                "rwpmaplookup",
                List.of(
                        "--map-file=m.pmap --no-files 10.0.0.1 11.0.0.1",
                        "--map-file=m.pmap keys.txt",
                        "--map-file=ports.pmap --no-files 6/80",
                        "--country-codes=bench.pmap --ipset-files four.set",
                        "--map-file=m.pmap --no-files"
                                + " --fields=key,value,block,start-block,end-block,input 10.0.0.1"));
        out.put(
                "rwsetcat",
                List.of(
                        "four.set",
                        "six.set",
                        "four.set six.set",
                        "--print-filenames four.set",
                        "--print-filenames=0 four.set six.set",
                        "--cidr-blocks four.set",
                        "--cidr-blocks=0 six.set",
                        "--ip-ranges four.set six.set",
                        "--count-ips four.set",
                        "--count-ips four.set six.set",
                        "--print-statistics four.set",
                        "--print-statistics four.set six.set none.set",
                        "--network-structure four.set",
                        "--network-structure=TABCXHS four.set none.set",
                        "--network-structure=v6:TH/48,64 six.set",
                        "--ip-format=decimal four.set"));
        out.put("rwsetmember", List.of("10.0.0.1 four.set", "--count 10.0.0.0/8 four.set six.set"));
        out.put(
                "rwsiteinfo",
                List.of(
                        "--fields=class,type,flowtype,mark-defaults",
                        "--fields=sensor,describe-sensor,id-sensor",
                        "--fields=class,type:list,sensor:list",
                        "--fields=sensor,group:list",
                        "--fields=type,repo-file-count,repo-start-date,repo-end-date"));
        out.put(
                "rwstats",
                List.of(
                        "--fields=sip --count=2 f.rw",
                        "--fields=sip,dport --values=bytes,distinct:dip --threshold=1 f.rw",
                        "--fields=proto --percentage=1 --no-percents f.rw",
                        "--overall-stats f.rw",
                        "--detail-proto-stats=6,17 f.rw",
                        "--overall-stats --detail-proto-stats=6 six.rw"));
        out.put(
                "rwtotal",
                List.of(
                        "--proto f.rw",
                        "--sip-first-8 --skip-zeroes f.rw",
                        "--dport --summation f.rw"));
        out.put(
                "rwuniq",
                List.of(
                        "--fields=sip f.rw",
                        "--fields=dport,proto --values=records,bytes,stime,etime,distinct:sip f.rw",
                        "--fields=scc,dcc --all-counts f.rw",
                        "--fields=stime --bin-time=60 f.rw"));
        out.putAll(verbs());
        return out;
    }

    private static Map<String, List<String>> verbs() {
        Map<String, List<String>> out = new TreeMap<>();
        out.put(
                "changed",
                List.of(
                        "'rwfilter --type=all --proto=0- --pass=stdout | rwuniq --fields=dport"
                                + " --values=bytes' --before=2024/02/28:08..2024/02/28:09"
                                + " --after=2024/02/28:10..2024/02/28:11 --noise=0"));
        out.put("contacts", List.of("10.0.0.1,10.0.0.2 --from=2024/02/28 f.rw"));
        // Without kept datagrams it ends with 1: RepackIT reads its rows.
        out.put("repack", List.of());
        // Without a collector its status is 2, which is a warning.
        out.put("status", List.of("", "--no-store", "--silence=10m --losses=5m"));
        out.put(
                "store",
                List.of(
                        "status",
                        "verify",
                        "expire --older=1d --dry-run",
                        "expire --older=1d",
                        "seal"));
        return out;
    }

    /// The values of `--output-format` by command, as its declaration tells them.
    private static Map<String, List<String>> formats() {
        Map<String, List<String>> out = new TreeMap<>();
        for (Tool tool : Tools.all()) {
            Options options = new Options();
            tool.declare(options);
            for (Option o : options.all()) {
                if (o.name().equals("output-format")) {
                    out.put(tool.name(), o.words().get());
                }
            }
        }
        return out;
    }

    @BeforeAll
    static void files() throws IOException {
        Workbench bench = new Workbench(directory, Tools::create);
        bench.write(
                "silk.conf",
                """
                version 2
                sensor 0 S0 "the first, \\"so called\\""
                sensor 1 S1
                group all-of-them
                    sensors S0 S1
                end group
                class all
                    sensors S0 S1
                    type 0 in in
                    type 1 out out
                    default-types in
                end class
                default-class all
                packing-logic "packlogic-twoway.so"
                """);
        bench.write(
                "f.txt",
                """
                sIP|dIP|sPort|dPort|protocol|packets|bytes|flags|sTime|duration|sensor|class|type|
                10.0.0.1|192.0.2.1|1025|80|6|3|144|FSA|2024/02/28T10:00:00.500|1.5|S0|all|in|
                10.0.0.2|192.0.2.1|1026|53|17|1|60||2024/02/28T10:00:07|0|S0|all|in|
                192.0.2.1|10.0.0.1|0|2048|1|1|84||2024/02/28T11:00:07|0|S1|all|out|
                """);
        bench.write(
                "six.txt",
                "sIP|dIP|protocol|sTime|\n2001:db8::1|2001:db8::2|6|2024/02/28T10:00:00|\n");
        bench.goodPipeline("rwtuc --site-config-file=silk.conf f.txt --output-path=f.rw");
        bench.goodPipeline("rwtuc six.txt --output-path=six.rw");
        Path hour = directory.resolve("root/in/2024/02/28/in-S0_20240228.10");
        Files.createDirectories(hour.getParent());
        Files.copy(directory.resolve("f.rw"), hour);
        bench.write("four.txt", "10.0.0.1\n10.0.0.2\n192.0.2.0/24\n");
        bench.write("sixes.txt", "2001:db8::1\n2001:db8:1::/126\n");
        bench.write("none.txt", "");
        bench.write("keys.txt", "10.0.0.1\n11.0.0.1\n");
        bench.write("ips.txt", "10.0.0.1\n11.0.0.0/31\n");
        bench.goodPipeline("rwsetbuild four.txt four.set");
        bench.goodPipeline("rwsetbuild sixes.txt six.set");
        bench.goodPipeline("rwsetbuild none.txt none.set");
        bench.goodPipeline("rwbag --bag-file=sipv4,bytes,ip.bag f.rw");
        bench.goodPipeline("rwbag --bag-file=dport,flows,port.bag f.rw");
        bench.goodPipeline("rwbag --bag-file=scc,flows,cc.bag f.rw");
        bench.goodPipeline("rwbag --bag-file=sipv6,flows,six.bag six.rw");
        bench.goodPipeline(
                "rwbagbuild --bag-input=none.txt --key-type=sipv4 --output-path=empty.bag");
        bench.goodPipeline(
                "rwaggbag --keys=sipv4,dport --counters=records,sum-bytes --output-path=a.aggbag f.rw");
        bench.goodPipeline(
                "rwaggbag --keys=flags,stime,sensor,type --counters=records --output-path=flags.aggbag f.rw");
        bench.write("m.txt", "map-name m\n10.0.0.0/8 ours, \"mine\"\n");
        bench.goodPipeline("rwpmapbuild --input-path=m.txt --output-path=m.pmap");
        bench.write("m6.txt", "mode ipv6\n2001:db8::/32 ours\n");
        bench.goodPipeline("rwpmapbuild --input-path=m6.txt --output-path=m6.pmap");
        bench.write("ports.txt", "mode proto-port\n6/80 6/80 web\n");
        bench.goodPipeline("rwpmapbuild --input-path=ports.txt --output-path=ports.pmap");
        bench.goodPipeline("rwbag --pmap-file=m:m.pmap --bag-file=sip-pmap:m,flows,pmap.bag f.rw");
        bench.write(
                "bench.csv", "\"10.0.0.0\",\"10.255.255.255\",\"0\",\"0\",\"DE\",\"Germany\"\n");
        bench.goodPipeline("rwgeoip2ccmap --input-path=bench.csv --output-path=bench.pmap");
    }

    static Stream<String> commands() {
        return formats().keySet().stream()
                .flatMap(name ->
                        MODES.getOrDefault(name, List.of()).stream()
                                .map(mode -> name + " " + mode));
    }

    @Test
    void noCommandIsForgotten() {
        assertThat(MODES.keySet()).containsAll(formats().keySet());
        assertThat(formats().values())
                .allSatisfy(f -> assertThat(f).containsExactly("columns", "csv", "json", "ndjson"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isWhatAParserReads(String command) throws IOException {
        List<JsonNode> json = json(out(command, "json"));
        List<JsonNode> ndjson = new ArrayList<>();
        for (String line : out(command, "ndjson").lines().toList()) {
            ndjson.add(JSON.readTree(line));
        }
        List<List<String>> csv = Csv.parse(out(command, "csv"));
        assertThat(out(command, "columns")).isNotNull();
        assertThat(ndjson).isEqualTo(json);
        TreeSet<Integer> widths = new TreeSet<>();
        csv.forEach(row -> widths.add(row.size()));
        assertThat(widths).as("columns of CSV rows").hasSizeLessThanOrEqualTo(1);
        for (JsonNode row : json) {
            assertThat(row.isObject()).isTrue();
            List<String> names = new ArrayList<>();
            row.fieldNames().forEachRemaining(names::add);
            assertThat(names).doesNotContain("");
            row.elements()
                    .forEachRemaining(v -> assertThat(v.isContainerNode()).as("flat").isFalse());
            boolean isTitled = !command.contains("--no-titles") || command.startsWith("rwfileinfo");
            if (isTitled) {
                assertThat(csv.getFirst()).isEqualTo(names);
            }
            assertThat(csv).hasSize(json.size() + (isTitled ? 1 : 0));
        }
    }

    private static List<JsonNode> json(String text) throws JsonProcessingException {
        JsonNode tree = JSON.readTree(text);
        assertThat(tree.isArray()).as(text).isTrue();
        List<JsonNode> out = new ArrayList<>();
        tree.elements().forEachRemaining(out::add);
        return out;
    }

    private static String out(String command, String format) {
        String[] words = command.split(" ", 2);
        Workbench.Result r =
                fresh().fused(words[0] + " --output-format=" + format + " " + words[1]);
        assertThat(r.err()).as(command).isEmpty();
        assertThat(r.status()).as(command).isEqualTo(words[0].equals("status") ? 2 : 0);
        return r.out();
    }

    /// What commands delete or write is there again.
    private static Workbench fresh() {
        try {
            Files.deleteIfExists(directory.resolve("s.txt"));
            Files.deleteIfExists(directory.resolve("out.rw"));
            Path hour = directory.resolve("root/in/2024/02/28/in-S0_20240228.10");
            Files.createDirectories(hour.getParent());
            Files.copy(directory.resolve("f.rw"), hour, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Workbench(directory, Tools::create)
                .set("SILK_CONFIG_FILE", "silk.conf")
                .set("SILK_DATA_ROOTDIR", "root");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwsetcat --count-ips --print-statistics four.set",
                "rwsetcat --count-ips --cidr-blocks four.set",
                "rwsetcat --print-statistics --print-ips four.set",
                "rwbagcat --print-statistics --sort-counters ip.bag",
                "rwpmapcat --output-types=label,ranges m.pmap",
            })
    void twoThingsAreNotMixed(String command) {
        String[] words = command.split(" ", 2);
        for (String format : List.of("csv", "json", "ndjson")) {
            Workbench.Result r =
                    fresh().fused(words[0] + " --output-format=" + format + " " + words[1]);
            assertThat(r.status()).isEqualTo(1);
            assertThat(r.out()).isEmpty();
            assertThat(r.err()).startsWith(words[0] + ": this --output-format ");
        }
        assertThat(fresh().fused(command).status()).isZero();
    }

    @Test
    void valuesAreThoseOfTheText() throws IOException {
        assertThat(json(out("rwsetcat --count-ips four.set six.set", "json")).toString())
                .isEqualTo(
                        "[{\"set\":\"four.set\",\"count\":258}, {\"set\":\"six.set\",\"count\":5}]");
        assertThat(json(out("rwsetcat --cidr-blocks six.set", "json")).toString())
                .isEqualTo("[{\"block\":\"2001:db8::1\"}, {\"block\":\"2001:db8:1::/126\"}]");
        assertThat(json(out("rwsetcat --network-structure=TA/24 four.set", "json")).toString())
                .isEqualTo(
                        "[{\"block\":\"10.0.0.0/8\",\"hosts\":2,\"occupied-8\":null,"
                                + "\"occupied-24\":1},"
                                + " {\"block\":\"192.0.0.0/8\",\"hosts\":256,\"occupied-8\":null,"
                                + "\"occupied-24\":1},"
                                + " {\"block\":\"TOTAL\",\"hosts\":258,\"occupied-8\":2,"
                                + "\"occupied-24\":2}]");
        assertThat(json(out("rwbagcat --network-structure=T/8 ip.bag", "json")).toString())
                .isEqualTo("[{\"block\":\"TOTAL\",\"counter\":288,\"hosts\":3,\"occupied-8\":2}]");
        assertThat(out("rwsetcat --print-statistics four.set", "csv"))
                .isEqualTo(
                        """
                        statistic,value
                        minimum-ip,10.0.0.1
                        maximum-ip,192.0.2.255
                        hosts,258
                        occupied-8,2
                        occupied-16,2
                        occupied-24,2
                        occupied-27,9
                        """);
        assertThat(json(out("rwbagcat --print-statistics ip.bag", "json")).subList(0, 4).toString())
                .isEqualTo(
                        "[{\"statistic\":\"number of keys\",\"value\":3},"
                                + " {\"statistic\":\"sum of counters\",\"value\":288},"
                                + " {\"statistic\":\"minimum key\",\"value\":\"10.0.0.1\"},"
                                + " {\"statistic\":\"maximum key\",\"value\":\"192.0.2.1\"}]");
        assertThat(json(out("rwip2cc --map-file=bench.pmap --address=10.0.0.1", "json")).toString())
                .isEqualTo("[{\"cc\":\"de\"}]");
        assertThat(json(out("rwaddrcount --print-stat f.rw", "json")).toString())
                .isEqualTo(
                        "[{\"Scope\":\"Total\",\"sIP_Uniq\":3,\"Bytes\":288,\"Packets\":5,"
                                + "\"Records\":3}]");
        List<JsonNode> overall = json(out("rwstats --overall-stats f.rw", "json"));
        assertThat(overall).hasSize(30);
        assertThat(overall.getFirst().get("protocol").asText()).isEqualTo("all");
        assertThat(overall.getFirst().get("records").asLong()).isEqualTo(3);
        assertThat(overall.getFirst().get("max").asLong()).isEqualTo(144);
        assertThat(json(out("store expire --older=1d --dry-run", "json")).toString())
                .matches(
                        "\\[\\{\"hour\":\"in/2024/02/28/in-S0_20240228.10\",\"octets\":[0-9]+,"
                                + "\"deleted\":\"no\"}]");
        assertThat(json(out("store verify", "json")).toString())
                .isEqualTo("[{\"files\":1,\"flows\":3,\"damaged-files\":0}]");
    }

    /// Comma-separated text as RFC 4180 has it.
    private static final class Csv {
        private Csv() {}

        static List<List<String>> parse(String text) {
            List<List<String>> rows = new ArrayList<>();
            List<String> row = new ArrayList<>();
            StringBuilder cell = new StringBuilder();
            Optional<Boolean> quoted = Optional.empty();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quoted.orElse(false)) {
                    if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                        cell.append(text.charAt(++i));
                    } else if (c == '"') {
                        quoted = Optional.of(false);
                    } else {
                        cell.append(c);
                    }
                } else if (c == ',' || c == '\n') {
                    row.add(cell.toString());
                    cell.setLength(0);
                    quoted = Optional.empty();
                    if (c == '\n') {
                        rows.add(row);
                        row = new ArrayList<>();
                    }
                } else if (c == '"' && cell.isEmpty() && quoted.isEmpty()) {
                    quoted = Optional.of(true);
                } else {
                    assertThat(c).as("character within " + text).isNotEqualTo('"');
                    assertThat(quoted).as("text after a quote in " + text).isEmpty();
                    cell.append(c);
                }
            }
            assertThat(row).as("a last line that does not end: " + text).isEmpty();
            assertThat(cell.toString()).isEmpty();
            return rows;
        }
    }
}
