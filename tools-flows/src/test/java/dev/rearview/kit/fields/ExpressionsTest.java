package dev.rearview.kit.fields;

import static dev.rearview.testkit.SampleSite.DAY_MS;
import static dev.rearview.testkit.SampleSite.flow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.plan.Product;
import dev.rearview.kit.options.Options;
import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwsort.RwSort;
import dev.rearview.tools.rwstats.RwStats;
import dev.rearview.tools.rwuniq.RwUniq;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expressions in the switches of each command that takes some.
class ExpressionsTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void site() throws IOException {
        bench =
                SampleSite.bench(
                        directory,
                        RwCut::new,
                        RwFilter::new,
                        RwSort::new,
                        RwStats::new,
                        RwUniq::new);
        SampleSite.write(
                bench.path("f.rw"), of(1, 1000, 2), of(2, 50, 1), of(3, 90, 3), of(40, 2000, 2));
    }

    private static FlowRecord of(int host, long bytes, long packets) {
        FlowRecord r = flow(DAY_MS + host * 3_600_000L, 17);
        r.setSipV4(0x0A00_0000 + host);
        r.sport = 50_000 + host;
        r.dport = 53;
        r.bytes = bytes;
        r.packets = packets;
        r.duration = 2_000_000;
        return r;
    }

    private String out(String... words) {
        Workbench.Result r = bench.run(words);
        assertThat(r.status()).as(r.err()).isZero();
        return r.out();
    }

    @Test
    void rwcutPrintsThem() {
        assertThat(
                        out(
                                "rwcut",
                                "--fields=sport,bpp=(bytes/packets),(bytes - 100),hour=hour(stime)",
                                "f.rw"))
                .isEqualTo(
                        """
                        sPort|            bpp|    bytes - 100|           hour|
                        50001|        500.000|            900|              1|
                        50002|         50.000|            -50|              2|
                        50003|         30.000|            -10|              3|
                        50040|       1000.000|           1900|             16|
                        """);
        assertThat(
                        out(
                                "rwcut",
                                "--fields=(if(bytes > 100, sport, dport)),rate=8 * bytes / duration",
                                "--output-format=ndjson",
                                "--num-recs=1",
                                "f.rw"))
                .isEqualTo("{\"if(bytes > 100, sport, dport)\":50001,\"rate\":4000.000}\n");
    }

    @Test
    void rwsortOrdersNumbersBelowZeroToo() {
        out("rwsort", "--fields=(bytes - 100),sip", "--output-path=s.rw", "f.rw");
        assertThat(out("rwcut", "--fields=bytes", "--no-titles", "--delimited", "s.rw"))
                .isEqualTo("50\n90\n1000\n2000\n");
        out("rwsort", "--fields=(50.5 - bytes/packets)", "--output-path=t.rw", "f.rw");
        assertThat(out("rwcut", "--fields=bytes", "--no-titles", "--delimited", "t.rw"))
                .isEqualTo("2000\n1000\n50\n90\n");
    }

    @Test
    void rwuniqAndRwstatsGroupByThem() {
        assertThat(
                        out(
                                "rwuniq",
                                "--fields=net=(prefix(sip, 30)),big=(bytes > 100)",
                                "--values=records,distinct:(bytes % 7)",
                                "--sort-output",
                                "--delimited",
                                "f.rw"))
                .isEqualTo(
                        """
                        net|big|Records|bytes % 7-Distinct
                        10.0.0.0|0|2|2
                        10.0.0.0|1|1|1
                        10.0.0.40|1|1|1
                        """);
        assertThat(
                        out(
                                "rwstats",
                                "--fields=(bin(stime, 4h))",
                                "--values=bytes",
                                "--count=1",
                                "--delimited",
                                "--no-titles",
                                "f.rw"))
                .endsWith("T16:00:00|2000|63.694268|63.694268\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--dport=53 | dport = 53",
                "--dport=53,80-81 | dport in (80, 53, 81)",
                "--sport=1024- | sport >= 1024",
                "--bytes=100-2000 | bytes in 100-2000",
                "--packets=3- | packets > 2",
                "--bytes-per-packet=50- | bytes/packets >= 50",
                "--duration=1-5 | duration in 1s-5s",
                "--stime=2024/02/26-2024/02/27 | stime in 2024/02/26-2024/02/27",
                "--scidr=10.0.0.0/8,192.0.2.1 | sip in (10.0.0.0/8, 192.0.2.1)",
                "--saddress=10.x.1-3.5 | sip = 10.x.1-3.5",
                "--not-dipset=a.set | not dip in set('a.set')",
                "--flags-all=S/SA,F/F | flags in ('S/SA', 'F/F')",
                "--scc=us,de | country(sip) in (us, de)",
                "--stype=1 | number(addresstype(sip)) = 1"
            })
    void rwfilterMakesTheSamePlanOfThemAsOfSwitches(String option, String expression) {
        assertThat(test("--expr=" + expression)).isEqualTo(test(option));
    }

    private Product.Split test(String option) {
        List<Product.Split> out = new ArrayList<>();
        Workbench.Result r =
                bench.within(
                        option,
                        env -> {
                            RwFilter tool = new RwFilter(env);
                            Options options = new Options();
                            tool.declare(options);
                            List<String> words = List.of(option, "--pass=x.rw", "f.rw");
                            List<String> operands = options.parse(words);
                            Product.Split split =
                                    tool.query(operands).orElseThrow().product(Product.Split.class);
                            out.add(split);
                            return 0;
                        });
        assertThat(r.err()).isEmpty();
        return out.getFirst();
    }

    @Test
    void rwfilterTestsThem() {
        assertThat(
                        out(
                                "rwfilter",
                                "--expr=bytes/packets >= 50",
                                "--expr=type in (in, tap) or sport = 50040",
                                "--print-statistics=stdout",
                                "f.rw"))
                .contains("Read          4.");
        Workbench.Result r = bench.run("rwfilter", "--expr=dport = = 53", "--pass=-", "f.rw");
        assertThat(r.status()).isOne();
        assertThat(r.err())
                .startsWith("rwfilter: invalid --expr: column 9: expected a field")
                .contains("\n  dport = = 53\n          ^\n");
    }

    @Test
    void whatIsWrongIsShown() {
        for (String command : List.of("rwcut", "rwsort", "rwuniq")) {
            Workbench.Result r = bench.run(command, "--fields=sip,x=(bytes +)", "f.rw");
            assertThat(r.status()).isOne();
            assertThat(r.err()).contains("\n  (bytes +)\n");
        }
    }

    @Test
    void valuesOfGroupsAreComputedOfSums() {
        assertThat(
                        out(
                                "rwuniq",
                                "--fields=proto",
                                "--values=bpp=bytes/packets,(sum(bytes) - 4000),avg=(bytes//records),"
                                        + "top=(max(bytes/packets)),(bps),(distinct(sip) * 2)",
                                "--output-format=csv",
                                "f.rw"))
                .isEqualTo(
                        """
                        protocol,bpp,sum(bytes) - 4000,avg,top,bps,distinct(sip) * 2
                        17,392.500,-860,785,1000.000,3140.000,8
                        """);
    }

    @Test
    void groupsAreRankedByComputedValuesBelowZeroToo() {
        assertThat(
                        out(
                                "rwstats",
                                "--fields=sport",
                                "--values=d=(bytes - 100),q=(0.5 - bytes/1000)",
                                "--count=4",
                                "--no-titles",
                                "--delimited",
                                "f.rw"))
                .isEqualTo(
                        """
                        50040|1900|-1.500|?|?
                        50001|900|-0.500|?|?
                        50003|-10|0.410|?|?
                        50002|-50|0.450|?|?
                        """);
        assertThat(
                        out(
                                "rwuniq",
                                "--fields=sport",
                                "--values=d=(bytes - 100)",
                                "--threshold=d=1-1000",
                                "--no-titles",
                                "--delimited",
                                "f.rw"))
                .isEqualTo("50001|900\n");
    }

    @Test
    void peaksTellWhoCongestedTheLine() throws IOException {
        FlowRecord steady = of(1, 3_600_000, 3_600);
        steady.stime = DAY_MS * 1000;
        steady.duration = 3_599_999_000L;
        FlowRecord burst = of(2, 2_000_000, 2_000);
        burst.stime = (DAY_MS + 65_000) * 1000;
        burst.duration = 9_999_000;
        SampleSite.write(bench.path("p.rw"), steady, burst);
        assertThat(
                        out(
                                "rwstats",
                                "--fields=sport",
                                "--values=peak-bytes,bytes,peak-bps:10s,peak-packets:1h,peak-records",
                                "--count=2",
                                "--no-percents",
                                "--no-columns",
                                "--no-final-delimiter",
                                "p.rw"))
                .isEqualTo(
                        """
                        INPUT: 2 Records for 2 Bins
                        OUTPUT: Top 2 Bins by peak-bytes
                        sPort|peak-bytes|Bytes|peak-bps:10s|peak-packets:1h|peak-records
                        50002|2000000.00|2000000|800000.00|2000.00|1.00
                        50001|60000.00|3600000|8000.00|3600.00|0.02
                        """);
        assertThat(
                        out(
                                "rwstats",
                                "--fields=sport",
                                "--values=peak-bytes:1m",
                                "--threshold=100000",
                                "--no-titles",
                                "--no-percents",
                                "--delimited",
                                "p.rw"))
                .isEqualTo("50002|2000000.00\n");
        assertThat(
                        out(
                                "rwuniq",
                                "--fields=sport",
                                "--values=p=(peak(packets, 1m) / 60)",
                                "--sort-output",
                                "--no-titles",
                                "--delimited",
                                "p.rw"))
                .isEqualTo("50001|1.000\n50002|33.333\n");
        Workbench.Result r =
                bench.run("rwstats", "--fields=sport", "--values=peak-x", "--count=1", "p.rw");
        assertThat(r.err()).contains("peaks are peak-bytes, peak-packets");
        r = bench.run("rwuniq", "--fields=sport", "--values=peak-bytes:0s", "p.rw");
        assertThat(r.err()).contains("bins are between 1ms and 1w");
    }
}
