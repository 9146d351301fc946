package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pipelines of commands as processes, in the spellings that analysts use.
class ToolsIT {
    @TempDir Path directory;
    private Shell shell;

    @BeforeEach
    void flows() throws Exception {
        shell = new Shell(directory, Map.of("SILK_IPV6_POLICY", "ignore"));
        Files.writeString(
                directory.resolve("flows.txt"),
                """
                sIP|dIP|sPort|dPort|protocol|packets|bytes|initialFlags|sessionFlags|sTime|duration
                198.51.100.77|192.0.2.1|40000|21|6|1|40|S||2024/02/28T08:00:00|0
                198.51.100.77|192.0.2.2|40001|21|6|1|40|S||2024/02/28T08:00:01|0
                192.0.2.10|1.0.1.9|443|50000|6|20|90000|SA|FPA|2024/02/28T08:10:00|4
                192.0.2.10|1.0.1.9|80|50001|6|4|900|SA|FPA|2024/02/28T09:10:00|4
                203.0.113.9|192.0.2.10|53|50002|17|2|300|||2024/02/28T09:11:00|0
                """);
        assertThat(shell.run("rwtuc flows.txt > flows.rw").exit()).isZero();
    }

    private void assertPrints(String line, String expected) throws Exception {
        Shell.Result r = shell.run(line);
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).isEqualTo(expected);
        assertThat(r.exit()).isZero();
    }

    /// Flows written as Parquet are read by every command as those of a SiLK file are.
    @Test
    void parquetIsAFormatLikeAnyOther() throws Exception {
        assertThat(shell.run("rwcat --output-path=flows.parquet flows.rw").exit()).isZero();
        Shell.Result silk = shell.run("rwcut flows.rw");
        assertPrints("rwcut flows.parquet", silk.out());
        assertPrints(
                "rwfilter --proto=17 --pass=x.parquet flows.parquet; rwcut x.parquet | wc -l",
                "2\n");
        assertPrints(
                "rwsort --fields=bytes flows.parquet | rwcut --fields=bytes --no-titles --delimited",
                "40|\n40|\n300|\n900|\n90000|\n".replace("|", ""));
    }

    /// A pipeline in one process, by the command of the product.
    @Test
    void aPipelineRunsInOneProcess() throws Exception {
        String pipeline =
                "rwfilter --proto=6 --pass=stdout flows.rw | rwuniq --fields=sip --no-titles";
        Shell.Result separate = shell.run(pipeline);
        assertPrints("rearview-tool run '" + pipeline + "'", separate.out());
        assertThat(shell.run("rearview-tool explain '" + pipeline + "'").out())
                .contains("filter      protocol in 6", "3 handed on".replace("3", "4"));
    }

    @Test
    void whoProbedForFtp() throws Exception {
        assertPrints(
                "rwfilter --syn=1 --ack=0 --fin=0 --dport=21 --pass=stdout flows.rw"
                        + " | rwuniq --fields=sip --dip-distinct",
                """
                            sIP|        dIP-Distinct|
                  198.51.100.77|                   2|
                """);
    }

    @Test
    void whichServiceTakesTheMost() throws Exception {
        assertPrints(
                "rwfilter --proto=6,17 --pass=stdout flows.rw"
                        + " | rwstats --fields=sport --count=2 --bytes",
                """
                INPUT: 5 Records for 5 Bins and 91280 Total Bytes
                OUTPUT: Top 2 Bins by Bytes
                sPort|               Bytes|    %Bytes|   cumul_%|
                  443|               90000| 98.597721| 98.597721|
                   80|                 900|  0.985977| 99.583699|
                """);
    }

    @Test
    void serversThatAnswerWebServersAside() throws Exception {
        assertPrints(
                "rwfilter --ip-version=4 --scidr=192.0.2.0/24 --flags-all=SA/SA --pass=stdout"
                        + " flows.rw | rwfilter --sport=80 --fail=stdout stdin"
                        + " | rwuniq --fields dip,sip,sport --no-titles --delimited",
                "1.0.1.9|192.0.2.10|443|1\n");
    }

    @Test
    void countriesWorkWithoutAMapOfTheUsers() throws Exception {
        assertPrints(
                "rwfilter --dcc=cn --pass=stdout flows.rw | rwcut --fields=dip,dcc,bytes"
                        + " --output-format=csv",
                """
                dIP,dcc,bytes
                1.0.1.9,cn,90000
                1.0.1.9,cn,900
                """);
        assertPrints("rwip2cc --address=1.0.1.9", "cn\n");
    }

    @Test
    void setsOfAddresses() throws Exception {
        assertPrints(
                "rwset --sip-file=stdout flows.rw | rwsetcat --cidr-blocks",
                "192.0.2.10\n198.51.100.77\n203.0.113.9\n");
    }

    @Test
    void aBadSwitchIsOneClearLineAndTheWayToTheHelp() throws Exception {
        Shell.Result r = shell.run("rwfilter --dport=70000 --pass=stdout flows.rw");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err())
                .startsWith("rwfilter: ")
                .contains("--dport")
                .contains("70000")
                .endsWith("\nUse 'rwfilter --help' for usage\n")
                .hasLineCount(2);
        assertThat(r.out()).isEmpty();
    }

    @Test
    void aMissingFileIsNamedAndTheOthersAreRead() throws Exception {
        Shell.Result r =
                shell.run("rwfilter --proto=17 --pass=out.rw nowhere.rw flows.rw; rwcut out.rw");
        assertThat(r.err()).contains("nowhere.rw");
        assertThat(r.out()).contains("203.0.113.9");
    }

    @Test
    void aClosedPipeEndsQuietly() throws Exception {
        Shell.Result r =
                shell.run(
                        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do rwcat flows.rw flows.rw > t;"
                                + " mv t flows.rw; done; rwcut flows.rw | head -n 1");
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).hasLineCount(1);
    }

    @Test
    void setsAreCombined() throws Exception {
        assertPrints(
                "rwset --sip-file=s.set --dip-file=d.set flows.rw;"
                        + " rwsettool --intersect s.set d.set | rwsetcat;"
                        + " rwsettool --difference d.set s.set | rwsettool --mask=24 | rwsetcat;"
                        + " rwsetmember --count 192.0.2.0/24 s.set d.set",
                "192.0.2.10\n1.0.1.0\n192.0.2.0\ns.set:1\nd.set:3\n");
    }

    @Test
    void aMapLabelsAddresses() throws Exception {
        assertPrints(
                "printf '192.0.2.0/25 servers\\n198.51.100.0/24 guests\\n' | rwpmapbuild > n.pmap;"
                        + " rwpmaplookup --map-file=n.pmap --no-files --fields=value,block"
                        + " 192.0.2.10 198.51.100.77; rwnetmask --4sip=24 flows.rw"
                        + " | rwuniq --fields=sip,src-n --pmap-file=n:n.pmap --delimited"
                        + " --sort-output",
                """
                  value|             block|
                servers|      192.0.2.0/25|
                 guests|   198.51.100.0/24|
                sIP|src-n|Records
                192.0.2.0|servers|2
                198.51.100.0|guests|2
                203.0.113.0|UNKNOWN|1
                """);
    }

    @Test
    void textForProgramsComesFromEveryCommand() throws Exception {
        assertPrints(
                "rwset --sip-file=s.set flows.rw;"
                        + " rwfilter --proto=17 --print-statistics=stdout --output-format=csv flows.rw;"
                        + " rwfileinfo --fields=count-records --output-format=ndjson flows.rw;"
                        + " rwsetmember --output-format=ndjson --count 192.0.2.10 s.set;"
                        + " rwcount --bin-size=86400 --output-format=ndjson flows.rw",
                """
                flows,records,packets,bytes,files
                total,5,28,91280,1
                pass,1,2,300,
                fail,4,26,90980,
                {"file":"flows.rw","count-records":5}
                {"set":"s.set","matches":1}
                {"Date":"2024/02/28T00:00:00","Records":5.00,"Bytes":91280.00,"Packets":28.00}
                """);
    }

    @Test
    void anInterruptedCommandLeavesNoHalfWrittenFile() throws Exception {
        Shell.Result r =
                shell.run(
                        "mkfifo f; (cat flows.rw; sleep 4) > f & "
                                + "timeout -s INT 1 rwcat --output-path=half.rw f; ls half.rw");
        assertThat(r.out()).isEmpty();
        assertThat(directory.resolve("half.rw")).doesNotExist();
    }

    @Test
    void comparingFindsTheFirstDifference() throws Exception {
        Shell.Result r = shell.run("rwsort --fields=bytes flows.rw | rwcompare flows.rw -");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.out()).isEqualTo("flows.rw - differ: record 3\n");
        assertPrints("rwcat --byte-order=big flows.rw | rwcompare - flows.rw", "");
    }

    @Test
    void queriesFindTheirResponses() throws Exception {
        String tuc = " | rwtuc --fields=sip,dip,sport,dport,proto,stime,dur --output-path=";
        String time = "|17|2024/02/28T10:00:0";
        assertPrints(
                "echo '10.0.0.1|10.9.9.9|5000|53%s0|1'%sq.rw; echo '10.9.9.9|10.0.0.1|53|5000%s2|1'%sr.rw; "
                                .formatted(time, tuc, time, tuc)
                        + "rwmatch --relate=1,2 --relate=4,3 --relate=2,1 --relate=3,4 --time-delta=1.5"
                        + " q.rw r.rw - | rwcut --plugin=cutmatch.so --fields=sip,match,nhip --no-titles"
                        + " --delimited",
                "10.0.0.1|->       1|0.0.0.1\n10.9.9.9|<-       1|255.0.0.1\n");
    }

    @Test
    void aNetworkStructureIsAsWideAsItsDeepestRow() throws Exception {
        assertPrints(
                "printf '10.0.0.0/30\\n10.0.1.1\\n' | rwsetbuild - s.set; rwsetcat"
                        + " --network-structure=TSH24 s.set",
                """
                      10.0.0.0       |
                      10.0.0.1       |
                      10.0.0.2       |
                      10.0.0.3       |
                  10.0.0.0/24        | 4 hosts in 1 /27
                      10.0.1.1       |
                  10.0.1.0/24        | 1 host in 1 /27
                TOTAL                | 5 hosts in 1 /8, 1 /16, 2 /24s, and 2 /27s
                """);
    }

    /// Bags of flows, of text and of sets; what is made of one is an input of the next.
    @Test
    void bagsOfFlowsAndText() throws Exception {
        assertPrints(
                "rwbag --bag-file=sipv4,sum-bytes,b.bag --bag-file=sipv4,records,f.bag flows.rw;"
                        + " rwbagtool --divide b.bag f.bag | rwbagcat --sort-counters",
                """
                     192.0.2.10|               45450|
                    203.0.113.9|                 300|
                  198.51.100.77|                  40|
                """);
        assertPrints(
                "rwbagcat --network-structure=AS b.bag",
                """
                      192.0.0.0/8|               90900| 1 host in 1 /16, 1 /24, and 1 /27
                      198.0.0.0/8|                  80| 1 host in 1 /16, 1 /24, and 1 /27
                      203.0.0.0/8|                 300| 1 host in 1 /16, 1 /24, and 1 /27
                """);
        assertPrints(
                "rwbagtool --mincounter=300 --coverset b.bag | rwsetcat",
                "192.0.2.10\n203.0.113.9\n");
        assertPrints(
                "printf '443|10\\n53\\n443|5 # again\\n' | rwbagbuild --bag-input=- --key-type=dport"
                        + " | rwbagcat --output-format=ndjson",
                """
                {"key":53,"counter":1}
                {"key":443,"counter":15}
                """);
        Shell.Result bad =
                shell.run("printf '1|2\\nx|3\\n' | rwbagbuild --bag-input=- --output-path=x.bag");
        assertThat(bad.err()).contains("-:2: column 1").contains("'x'");
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(directory.resolve("x.bag")).doesNotExist();
    }

    /// Four million keys in 32 MiB.
    @Test
    void whatDoesNotFitInMemorySpills() throws Exception {
        Shell small =
                new Shell(directory, Map.of("JAVA_TOOL_OPTIONS", "-Xmx32m", "SILK_TMPDIR", "."));
        Shell.Result r =
                small.run(
                        "echo 10.0.0.0/10 | rwsetbuild - all.set;"
                                + " rwbagbuild --set-input=all.set --output-path=all.bag;"
                                + " rwbagtool --add all.bag all.bag --output-path=twice.bag;"
                                + " rwbagcat --print-statistics twice.bag | sed -n 3,6p;"
                                + " rwbagcat --delimited='|' all.bag"
                                + " | rwaggbagbuild --fields=sipv4,records --output-path=all.agg;"
                                + " rwaggbagtool --insert-field=sport=1 --remove-fields=sipv4"
                                + " all.agg | rwaggbagcat --delimited; ls | grep -c run");
        assertThat(r.out())
                .isEqualTo(
                        """
                            number of keys:  4194304
                           sum of counters:  8388608
                               minimum key:  10.0.0.0
                               maximum key:  10.63.255.255
                        sPort|records
                        1|4194304
                        0
                        """);
    }

    @Test
    void aggregateBagsOfFlowsAndText() throws Exception {
        assertPrints(
                "rwaggbag --keys=sipv4,dport --counters=records,sum-bytes flows.rw"
                        + " | rwaggbagtool --remove-fields=dport --min-field=records=2 | rwaggbagcat",
                """
                          sIPv4|   records|           sum-bytes|
                     192.0.2.10|         2|               90900|
                  198.51.100.77|         2|                  80|
                """);
        assertPrints(
                "printf 'dport|flags|records\\n80|SA|2\\n80|SA|3\\n' | rwaggbagbuild"
                        + " | rwaggbagcat --delimited",
                "dPort|flags|records\n80|SA|5\n");
        Shell.Result bad =
                shell.run(
                        "printf 'dport|records\\n80|1\\n99999|1\\n' | rwaggbagbuild"
                                + " --verbose | rwaggbagcat --no-titles --delimited");
        assertThat(bad.out()).isEqualTo("80|1\n");
        assertThat(bad.err())
                .contains("-:3: column 1, dPort")
                .contains("99999")
                .contains("Could not parse 1 lines");
    }

    @Test
    void countsByAddressAndByPart() throws Exception {
        assertPrints(
                "rwaddrcount --print-recs --min-records=2 --no-titles --delimited flows.rw",
                """
                192.0.2.10|90900|24|2|2024/02/28T08:10:00|2024/02/28T09:10:04
                198.51.100.77|80|2|2|2024/02/28T08:00:00|2024/02/28T08:00:01
                """);
        assertPrints(
                "rwtotal --sip-first-16 --skip-zeroes --summation flows.rw",
                """
                sIP_First16|        Records|               Bytes|          Packets|
                    192.  0|              2|               90900|               24|
                    198. 51|              2|                  80|                2|
                    203.  0|              1|                 300|                2|
                     TOTALS|              5|               91280|               28|
                """);
    }
}
