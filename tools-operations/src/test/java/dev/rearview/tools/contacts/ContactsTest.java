package dev.rearview.tools.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactsTest {
    private static final long MINUTE_MS = 60_000;

    @TempDir Path directory;
    private Workbench bench;

    /// A flow of TCP to port 445.
    private static FlowRecord flow(int from, int to, int minute) {
        FlowRecord r = SampleSite.flow(SampleSite.DAY_MS + minute * MINUTE_MS, 6);
        r.sipLo = Ip.mapped(0x0A00_0000 | from);
        r.dipLo = Ip.mapped(0x0A00_0000 | to);
        r.sport = 40_000 + minute;
        r.dport = 445;
        r.flags = 0x02;
        return r;
    }

    private static FlowRecord answer(FlowRecord to) {
        FlowRecord r = new FlowRecord();
        r.copyFrom(to);
        r.sipLo = to.dipLo;
        r.dipLo = to.sipLo;
        r.sport = to.dport;
        r.dport = to.sport;
        r.flags = 0x12;
        r.flowtype = 1;
        return r;
    }

    @BeforeEach
    void site() throws IOException {
        SampleSite.bench(directory);
        bench = new Workbench(directory, Tools::create);
        bench.set("SILK_CONFIG_FILE", "silk.conf").set("SILK_CLOBBER", "1");
        SampleSite.write(
                bench.path("worm.rw"),
                flow(3, 4, 5), // before 3 was reached
                flow(1, 2, 10),
                answer(flow(1, 2, 10)),
                flow(2, 9, 15), // nobody there
                flow(2, 3, 20),
                answer(flow(2, 3, 20)),
                flow(3, 5, 30));
    }

    private List<String> rows(String switches) {
        return bench.good(
                        ("contacts "
                                        + switches
                                        + " --no-titles --delimited=, --timestamp-format=epoch"
                                        + " worm.rw")
                                .split(" ", -1))
                .lines()
                .map(line -> line.replaceAll("\\.000", "").replace("170907", ""))
                .toList();
    }

    @Test
    void aWormIsFollowed() {
        assertThat(rows("10.0.0.1 --from=2024/02/28 --direction=client"))
                .containsExactly(
                        "1,10.0.0.1,10.0.0.2,9000,9000,1,1,40,client,tcp/445,10.0.0.1",
                        "2,10.0.0.2,10.0.0.9,9300,9300,1,1,40,client,tcp/445,10.0.0.1>10.0.0.2",
                        "2,10.0.0.2,10.0.0.3,9600,9600,1,1,40,client,tcp/445,10.0.0.1>10.0.0.2",
                        "3,10.0.0.3,10.0.0.5,1709080200,1709080200,1,1,40,client,tcp/445,"
                                + "10.0.0.1>10.0.0.2>10.0.0.3");
        assertThat(rows("10.0.0.1 --from=2024/02/28 --answered --direction=client"))
                .extracting(line -> line.split(",", -1)[2])
                .containsExactly("10.0.0.2", "10.0.0.3");
        assertThat(rows("10.0.0.1 --from=2024/02/28 --hops=1"))
                .extracting(line -> line.split(",", -1)[2])
                .containsExactly("10.0.0.2");
        assertThat(rows("10.0.0.1 --from=2024/02/28:00:11")).isEmpty();
        assertThat(rows("10.0.0.1 --from=2024/02/28 --to=2024/02/28:00:15 --direction=client"))
                .hasSize(2);
        assertThat(rows("10.0.0.1 --from=2024/02/28 --dport=22")).isEmpty();
        assertThat(rows("10.0.0.2/31 --from=2024/02/28 --hops=1 --direction=client"))
                .extracting(line -> line.split(",", -1)[2])
                .containsExactly("10.0.0.4", "10.0.0.9", "10.0.0.3", "10.0.0.5");
        assertThat(rows("10.0.0.1 --from=2024/02/28 --direction=client --popular=1")).hasSize(4);
    }

    @Test
    void popularHostsAreLeftOut() throws IOException {
        SampleSite.write(
                bench.path("worm.rw"),
                flow(1, 2, 10),
                flow(7, 2, 1),
                flow(8, 2, 99),
                flow(1, 3, 11));
        assertThat(rows("10.0.0.1 --from=2024/02/28 --popular=3")).hasSize(2);
        assertThat(rows("10.0.0.1 --from=2024/02/28 --popular=2"))
                .extracting(line -> line.split(",", -1)[2])
                .containsExactly("10.0.0.3");
        // Flows that do not count say nothing of it either.
        assertThat(rows("10.0.0.1 --from=2024/02/28 --popular=2 --to=2024/02/28:00:50")).hasSize(2);
    }

    @Test
    void theRepositoryIsReadInAllTypes() throws IOException {
        write("data/in/2024/02/28/in-NORTH_20240228.00", flow(1, 2, 10));
        write("data/out/2024/02/28/out-SOUTH_20240228.01", flow(2, 3, 70));
        write("data/in/2024/02/28/in-NORTH_20240228.02", flow(3, 4, 130));
        bench.set("SILK_DATA_ROOTDIR", "data");
        String line = "contacts 10.0.0.1 --from=2024/02/28 --to=2024/02/28 --delimited --no-titles";
        assertThat(bench.good(line.split(" ", -1)).lines()).hasSize(3);
        assertThat(bench.good((line + " --types=in").split(" ", -1)).lines()).hasSize(1);
        assertThat(bench.good((line + " --sensors=SOUTH").split(" ", -1))).isEmpty();
        String short1 = line.replace("--to=2024/02/28", "--to=2024/02/28:01");
        assertThat(bench.good(short1.split(" ", -1)).lines()).hasSize(2);
        Workbench.Result complete = bench.run((line + " --completeness").split(" "));
        assertThat(complete.status()).isZero();
        assertThat(complete.lines()).hasSize(3);
        assertThat(complete.err())
                .startsWith("contacts: 2024/02/28T00:00:00 to 2024/02/29T00:00:00: ");
        assertThat(bench.run((line + " --completeness worm.rw").split(" ")).err())
                .contains("--completeness tells of a repository, not of named inputs");
        Workbench.Result both = bench.run((line + " --data-rootdir=data worm.rw").split(" ", -1));
        assertThat(both.status()).isEqualTo(1);
        assertThat(both.err()).contains("--data-rootdir does not go with named inputs");
    }

    private void write(String name, FlowRecord... flows) throws IOException {
        Files.createDirectories(bench.path(name).getParent());
        SampleSite.write(bench.path(name), flows);
    }

    @Test
    void flowsThatComeOnceAreKept() {
        String line = "contacts 10.0.0.1 --from=2024/02/28";
        String files = bench.good((line + " worm.rw").split(" ", -1));
        bench.input(bench.octets("worm.rw"));
        assertThat(bench.good((line + " -").split(" ", -1))).isEqualTo(files);
        assertThat(bench.fused("rwfilter --all=- worm.rw | " + line + " -").out()).isEqualTo(files);
        assertThat(directory.toFile().list())
                .noneMatch(n -> n.endsWith(".parquet") || n.endsWith(".run"));
    }

    @Test
    void ipv6AndSets() throws IOException {
        FlowRecord six = flow(0, 0, 10);
        six.setIpv6(true);
        six.sipHi = 0x2001_0db8_0000_0000L;
        six.sipLo = 1;
        six.dipHi = 0x2001_0db8_0000_0000L;
        six.dipLo = 2;
        SampleSite.write(bench.path("six.parquet"), six, flow(1, 2, 3));
        bench.write("hosts.txt", "2001:db8::1\n10.0.0.1\n");
        bench.good("rwsetbuild", "hosts.txt", "hosts.set");
        assertThat(
                        bench.good(
                                        "contacts hosts.set --from=2024/02/28 --delimited"
                                                + " --no-titles six.parquet")
                                .lines()
                                .map(l -> l.split("\\|", -1)[2]))
                .containsExactly("10.0.0.2", "2001:db8::2");
        assertThat(
                        bench.good(
                                        "contacts 2001:db8::/32 --from=2024/02/28 --hops=2"
                                                + " six.parquet")
                                .lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("|                            2001:db8::2|");
    }

    @Test
    void whatIsDamagedIsToldOnce() throws IOException {
        byte[] whole = bench.octets("worm.rw");
        Files.write(bench.path("cut.rw"), Arrays.copyOf(whole, whole.length - 5));
        Workbench.Result result =
                bench.run("contacts 10.0.0.1 --from=2024/02/28 cut.rw worm.rw missing.rw");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.lines()).hasSizeGreaterThan(4);
        assertThat(result.err().lines().filter(l -> l.contains("cut.rw"))).hasSize(1);
        assertThat(result.err().lines().filter(l -> l.contains("missing.rw"))).hasSize(1);
    }

    @Test
    void boundsAreTold() {
        Workbench.Result result =
                bench.run(
                        "contacts 10.0.0.1,10.0.0.2,10.0.0.3 --from=2024/02/28 --max-rows=2 worm.rw");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.lines()).hasSize(3);
        assertThat(result.err()).contains("more than 2 contacts").contains("--max-rows");
        result = bench.run("contacts 10.0.0.2 --from=2024/02/28 --max-contacts=1 worm.rw");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("2 later contacts").contains("--max-contacts");
        result = bench.run("contacts 10.0.0.2 --from=2024/02/28 --max-hosts=1 worm.rw");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("2 hosts more were reached").contains("--max-hosts");
    }

    @Test
    void graphvizGetsAGraph() {
        assertThat(
                        bench.good(
                                "contacts 10.0.0.1 --from=2024/02/28 --direction=client --hops=2"
                                        + " --graphviz worm.rw"))
                .isEqualTo(
                        """
                        digraph contacts {
                            rankdir=LR;
                            node [shape=box];
                            "10.0.0.1" [style=filled];
                            "10.0.0.1" -> "10.0.0.2" [label="2024/02/28T00:10:00\\ntcp/445"];
                            "10.0.0.2" -> "10.0.0.9" [label="2024/02/28T00:15:00\\ntcp/445"];
                            "10.0.0.2" -> "10.0.0.3" [label="2024/02/28T00:20:00\\ntcp/445"];
                        }
                        """);
    }

    @Test
    void statusAndStructure() {
        assertThat(
                        bench.run("contacts 10.9.9.9 --from=2024/02/28 --fail-if-empty worm.rw")
                                .status())
                .isEqualTo(1);
        assertThat(
                        bench.good(
                                "contacts 10.0.0.3 --from=2024/02/28:00:30 --output-format=json"
                                        + " worm.rw"))
                .contains("\"hop\":1,\"from\":\"10.0.0.3\",\"to\":\"10.0.0.5\"");
        assertThat(bench.run("explain", "contacts 10.0.0.3 --from=2024/02/28 worm.rw").out())
                .contains("contacts    of 10.0.0.3, 3 hops, one pass for each");
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThat(bench.run("contacts --from=2024/02/28").err()).contains("name a host");
        assertThat(bench.run("contacts 10.0.0.1 worm.rw").err()).contains("--from is required");
        assertThat(bench.run("contacts nobody --from=2024/02/28 worm.rw").err())
                .contains("'nobody' is neither an address nor a CIDR block, nor an IP set file");
        assertThat(bench.run("contacts 10.0.0.1 --from=2024/02/28 --to=2024/02/27 worm.rw").err())
                .contains("--to is before --from");
        assertThat(bench.run("contacts 10.0.0.1 --from=2024/02/28 --hops=0 worm.rw").err())
                .contains("must be above 0");
        assertThat(bench.run("contacts silk.conf --from=2024/02/28 worm.rw").status()).isEqualTo(1);
    }
}
