package dev.rearview.tools.aggbags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.bags.RwBagCat;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import dev.rearview.tools.rwsetcat.RwSetCat;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Aggregate bags are made, computed with and printed as SiLK does.
class AggregateBagToolsTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() {
        bench =
                new Workbench(
                        directory,
                        RwAggBagBuild::new,
                        RwAggBagCat::new,
                        RwAggBagTool::new,
                        RwBagCat::new,
                        RwSetBuild::new,
                        RwSetCat::new);
        build(
                "a",
                """
                sipv4|dport|records|sum-bytes
                10.0.0.1|80|15|9
                10.0.0.1|443|15|7
                10.0.0.2|80|30|4
                """);
    }

    private void build(String name, String text) {
        bench.write(name + ".txt", text);
        bench.goodPipeline("rwaggbagbuild " + name + ".txt --output-path=" + name + ".ab");
    }

    private String printed(String aggbag) {
        return bench.goodPipeline("rwaggbagcat --no-titles --delimited=, " + aggbag);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    --scalar-multiply=3;                                 45,27
                    --scalar-multiply=1152921504606846976;               17293822569102704640,10376293541461622784
                    --scalar-multiply=2305843009213693952;               18446744073709551615,18446744073709551615
                    --scalar-multiply=4294967296 --scalar-multiply=4294967296; 18446744073709551615,18446744073709551615
                    --scalar-multiply=2 --scalar-multiply=5;             150,90
                    --scalar-multiply=records=2 --scalar-multiply=records=3 --scalar-multiply=10; 900,90
                    --scalar-multiply=records=0;                         0,9
                    --scalar-multiply=records=0 --scalar-multiply=18446744073709551615; 0,18446744073709551615
                    """)
    void productsEndAtTheLargestNumber(String switches, String counters) {
        assertThat(
                        bench.goodPipeline(
                                "rwaggbagtool "
                                        + switches
                                        + " --max-field=dport=80 --max-field=sipv4=10.0.0.1 a.ab"
                                        + " | rwaggbagcat --no-titles --delimited=,"))
                .isEqualTo("10.0.0.1,80," + counters + "\n");
    }

    @Test
    void aFactorOf0IsForOneFieldOnly() {
        Workbench.Result r = bench.pipeline("rwaggbagtool --scalar-multiply=0 a.ab");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("--scalar-multiply '0'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--to-bag=dport,records", "--to-ipset=sipv4"})
    void aFailedDivisionLeavesNothing(String output) {
        build("b", "sipv4|dport|records|sum-bytes\n10.0.0.1|80|2|0\n");
        Workbench.Result r =
                bench.pipeline("rwaggbagtool --divide " + output + " a.ab b.ab --output-path=o");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo(
                        "rwaggbagtool: division by zero; --zero-divisor-result says what it"
                                + " gives\n");
        assertThat(bench.exists("o")).isFalse();
        Workbench.Result toStdout =
                bench.pipeline("rwaggbagtool --divide " + output + " a.ab b.ab");
        assertThat(toStdout.status()).isEqualTo(1);
        assertThat(toStdout.out()).isEmpty();
    }

    @Test
    void aFailedDivisionInPlaceLeavesTheOldFile() {
        build("b", "sipv4|dport|records|sum-bytes\n10.0.0.1|80|2|0\n");
        byte[] before = bench.octets("a.ab");
        Workbench.Result r =
                bench.pipeline(
                        "rwaggbagtool --divide a.ab b.ab --modify-inplace --output-path=a.ab");
        assertThat(r.status()).isEqualTo(1);
        assertThat(bench.octets("a.ab")).isEqualTo(before);
    }

    @Test
    void customKeysHave64Bits() {
        build("k", "custom-key|records\n18446744073709551615|1\n4294967296|2\n4294967295|4\n7|8\n");
        assertThat(printed("k.ab"))
                .isEqualTo("7,8\n4294967295,4\n4294967296,2\n18446744073709551615,1\n");
        assertThat(
                        bench.goodPipeline(
                                "rwaggbagtool --min-field=custom-key=4294967296 k.ab"
                                        + " | rwaggbagcat --no-titles --delimited=,"))
                .isEqualTo("4294967296,2\n18446744073709551615,1\n");
        assertThat(
                        bench.goodPipeline(
                                "rwaggbagtool --insert-field=custom-key=18446744073709551614 a.ab"
                                        + " | rwaggbagcat --fields=custom-key,records --no-titles"
                                        + " --delimited=,"))
                .startsWith("18446744073709551614,15\n");
        assertThat(
                        bench.goodPipeline(
                                "rwaggbagbuild --fields=ignore,dport,records,ignore"
                                        + " --constant-field=custom-key=99999999999 a.txt"
                                        + " | rwaggbagcat --fields=custom-key --no-titles"
                                        + " --delimited=,"))
                .startsWith("99999999999\n");
        assertThat(
                        bench.goodPipeline(
                                "rwaggbagtool --to-bag=custom-key,records k.ab"
                                        + " | rwbagcat --key-format=decimal --delimited=,"))
                .isEqualTo("7,8\n4294967295,7\n");
        Workbench.Result set =
                bench.pipeline("rwaggbagtool --to-ipset=custom-key k.ab --output-path=k.set");
        assertThat(set.status()).isEqualTo(1);
        assertThat(set.err()).contains("custom-key 4294967296 is no IPv4 address");
        assertThat(bench.exists("k.set")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            textBlock =
                    """
                    flags,        80|5|,  80|        |5
                    attributes,   80|5|,  80|        |5
                    sensor,       80|5|,  80|?|5
                    class,        80|5|,  80|255|5
                    type,         80|5|,  80|255|5
                    scc,          80|5|,  80|??|5
                    ignore,       80|5|,  80|5
                    """)
    void aLastFieldMayBeMissing(String field, String line, String expected) {
        bench.write("l.txt", line + "\n");
        Workbench.Result made =
                bench.pipeline(
                        "rwaggbagbuild --no-titles --fields=dport,records,"
                                + field
                                + " --output-path=l.ab l.txt");
        assertThat(made).isEqualTo(new Workbench.Result(0, "", ""));
        assertThat(bench.goodPipeline("rwaggbagcat --no-titles --delimited l.ab").replace(" ", ""))
                .isEqualTo(expected.replace(" ", "") + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sport", "sipv4", "stime", "sum-bytes"})
    void aLastNumberThatIsMissingNeedsADelimiterMore(String field) {
        bench.write("l.txt", "80|5|\n81|6||\n");
        Workbench.Result made =
                bench.pipeline(
                        "rwaggbagbuild --no-titles --fields=dport,records,"
                                + field
                                + " --output-path=l.ab l.txt");
        assertThat(made.err()).startsWith("rwaggbagbuild: Could not parse 1 lines;");
        assertThat(
                        bench.goodPipeline(
                                "rwaggbagcat --no-titles --delimited --fields=dport,records l.ab"))
                .isEqualTo("81|6\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwaggbagbuild --fields=dport,ignore --constant-field=records=1"
                        + " --constant-field=rec=2 a.txt",
                "rwaggbagtool --insert-field=protocol=6 --insert-field=proto=17 a.ab",
                "rwaggbagcat --fields=sipv4,protocol --missing-field=protocol=a"
                        + " --missing-field=proto=b a.ab",
            })
    void aValueGivenTwiceIsAnError(String command) {
        Workbench.Result r = bench.pipeline(command);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("is given twice");
    }

    @Test
    void aSetSaysNothingOfAFieldThatIsNoAddress() {
        bench.write("s.txt", "10.0.0.1\n");
        bench.goodPipeline("rwsetbuild s.txt s.set");
        Workbench.Result r =
                bench.pipeline("rwaggbagtool --set-complement=dport=s.set a.ab --output-path=o.ab");
        assertThat(r.status()).isZero();
        assertThat(r.err())
                .isEqualTo("rwaggbagtool: --set-complement: dPort is no address; ignored\n");
        assertThat(printed("o.ab")).isEqualTo(printed("a.ab"));
        assertThat(bench.pipeline("rwaggbagtool --set-intersect=dport=none.set a.ab").status())
                .isEqualTo(1);
    }

    @Test
    void aSetIsMadeOfTheRowsThatAllLimitsLeave() {
        assertThat(set("--min-field=records=20")).isEqualTo("10.0.0.2\n");
        assertThat(set("--max-field=records=15")).isEqualTo("10.0.0.1\n");
        assertThat(set("--min-field=dport=443")).isEqualTo("10.0.0.1\n");
        assertThat(set("")).isEqualTo("10.0.0.1\n10.0.0.2\n");
        build("c", "sipv4|sum-packets\n10.0.0.9|1\n");
        assertThat(set("--min-field=sum-bytes=5 c.ab")).isEqualTo("10.0.0.1\n10.0.0.9\n");
    }

    private String set(String switches) {
        return bench.goodPipeline("rwaggbagtool --to-ipset=sipv4 a.ab " + switches + " | rwsetcat");
    }

    @Test
    void aBagIsMadeOfSumsThatTheLimitsLeave() {
        assertThat(
                        bench.goodPipeline(
                                "rwaggbagtool --to-bag=sipv4,records --min-field=records=30 a.ab"
                                        + " | rwbagcat --delimited=,"))
                .isEqualTo("10.0.0.1,30\n10.0.0.2,30\n");
    }
}
