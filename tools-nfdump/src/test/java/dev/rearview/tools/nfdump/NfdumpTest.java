package dev.rearview.tools.nfdump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.testkit.Workbench.Result;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwtuc.RwTuc;
import dev.rearview.tools.rwuniq.RwUniq;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NfdumpTest {
    private static final int FIRST_RECORD = 52;
    private static final String FLOWS = Recorded.file("nfcapd.202311142210");

    @TempDir Path dir;
    private Workbench bench = new Workbench(Path.of("."));

    @BeforeEach
    void open() {
        bench =
                new Workbench(dir, Nfdump::new, RwCut::new, RwFilter::new, RwTuc::new, RwUniq::new)
                        .set("TZ", "UTC");
    }

    private Path file(String name, String from) throws IOException {
        Path path = dir.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.copy(Path.of(Recorded.file(from)), path);
    }

    /// Commands of SiLK take files of nfcapd, and whole trees.
    @Test
    void anyCommandReadsThem() throws IOException {
        file("probe/2023/11/14/nfcapd.202311142210", "flows.bz2");
        file("probe/2023/11/14/nfcapd.202311142215", "flows.lz4");
        String one = bench.good("rwcut", "--no-titles", FLOWS);
        assertThat(one.lines()).hasSize(180);
        assertThat(bench.good("rwcut", "--no-titles", "probe")).isEqualTo(one + one);
        assertThat(
                        bench.good(
                                "rwuniq",
                                "--fields=proto",
                                "--no-titles",
                                "--delimited=,",
                                "probe",
                                FLOWS))
                .isEqualTo("1,45\n6,360\n17,135\n");
        bench.good("rwfilter", "--protocol=6", "--pass=tcp.rw", FLOWS);
        assertThat(bench.good("nfdump", "-qr", "tcp.rw", "-o", "fmt:%pr").lines().distinct())
                .containsExactly("TCP  ");
        bench.input(Files.readAllBytes(Path.of(FLOWS)));
        assertThat(bench.good("rwcut", "--no-titles", "-")).isEqualTo(one);
    }

    @Test
    void damageIsToldAndWhatCameBeforeIsPrinted() throws IOException {
        byte[] octets = Files.readAllBytes(Path.of(FLOWS));
        Files.write(dir.resolve("cut"), Arrays.copyOf(octets, octets.length - 500));
        Result cut = bench.run("rwcut", "cut");
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.err()).startsWith("rwcut: cut: offset 40: block: ends after ");

        ByteBuffer file = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
        int at = FIRST_RECORD;
        for (int i = 0; i < 100; i++) {
            at += file.getShort(at + 2);
        }
        file.putShort(at + 2, (short) 0);
        Files.write(dir.resolve("damaged"), octets);
        Result listed = bench.run("nfdump", "-qr", "damaged");
        assertThat(listed.status()).isEqualTo(1);
        assertThat(listed.out().lines().count()).isBetween(95L, 100L);
        assertThat(listed.err()).startsWith("nfdump: damaged: offset " + at + ": record: has 0 ");
    }

    @Test
    void pathsOfEveryKind() throws IOException {
        for (String hour : new String[] {"10", "11", "12"}) {
            file("a/2023/" + hour + "/nfcapd.2023111422" + hour, "elements");
            file("b/2023/" + hour + "/nfcapd.2023111422" + hour, "elements");
        }
        Files.writeString(dir.resolve("a/.nfstat"), "");
        count(6, "-r", "a/2023/10/nfcapd.202311142210");
        count(18, "-R", "a");
        count(18, "-r", "a");
        count(12, "-R", "a/2023/10/nfcapd.202311142210:2023/11/nfcapd.202311142211");
        count(6, "-R", "a/2023/12/nfcapd.202311142212");
        count(36, "-M", "a:b", "-R", ".");
        count(12, "-M", dir + "/a:b", "-r", "2023/11/nfcapd.202311142211");
        assertThat(bench.run("nfdump", "-R", "nosuch").err()).contains("nosuch");
    }

    private void count(int flows, String... inputs) {
        String[] words = new String[inputs.length + 4];
        words[0] = "nfdump";
        System.arraycopy(inputs, 0, words, 1, inputs.length);
        words[inputs.length + 1] = "-q";
        words[inputs.length + 2] = "-o";
        words[inputs.length + 3] = "fmt:%pr";
        assertThat(bench.good(words).lines()).hasSize(flows);
    }

    /// Both directions of a connection are one line, as they began.
    @Test
    void connections() {
        bench.write(
                "flows.txt",
                """
                sip|dip|sport|dport|proto|packets|bytes|stime|dur|
                10.0.0.9|10.0.0.1|80|4000|6|5|500|2026/11/24T00:00:01|1|
                10.0.0.1|10.0.0.9|4000|80|6|3|300|2026/11/24T00:00:00|1|
                10.0.0.1|10.0.0.9|4000|80|6|1|100|2026/11/24T00:00:05|1|
                10.0.0.2|10.0.0.9|80|4001|6|2|200|2026/11/24T00:00:05|1|
                """);
        bench.good("rwtuc", "--output-path=f.rw", "flows.txt");
        String format = "fmt:%sap %dap %ipkt %ibyt %opkt %obyt %fl %td";
        assertThat(squeezed("nfdump", "-qbr", "f.rw", "-o", format))
                .isEqualTo(
                        """
                        10.0.0.1:4000 10.0.0.9:80 4 400 5 500 3 00:00:06.000
                        10.0.0.2:80 10.0.0.9:4001 2 200 0 0 1 00:00:01.000
                        """);
        assertThat(squeezed("nfdump", "-qBr", "f.rw", "-o", format))
                .endsWith("10.0.0.9:4001 10.0.0.2:80 0 0 2 200 1 00:00:01.000\n");
        assertThat(squeezed("nfdump", "-qr", "f.rw", "-s", "ip/bytes", "-n", "1"))
                .isEqualTo(
                        "2026-11-24 00:00:00.000 00:00:06.000 any 10.0.0.9 4(100.0) 11(100.0)"
                                + " 1100(100.0) 1 1466 100\n\n");
    }

    private String squeezed(String... words) {
        return bench.good(words).replaceAll(" +", " ").replaceAll("(?m)^ ", "");
    }

    @Test
    void more() {
        String all = bench.good("nfdump", "-qr", FLOWS, "-s", "srcport/flows", "-n", "0");
        assertThat(all.lines().count()).isGreaterThan(100);
        assertThat(bench.good("nfdump", "-Z", "proto tcp")).isEmpty();
        bench.write("filter", "@include other\n and port 53");
        bench.write("other", "(inet)");
        assertThat(bench.good("nfdump", "-qr", FLOWS, "-f", "filter"))
                .isEqualTo(bench.good("nfdump", "-qr", FLOWS, "inet and port 53"));
        assertThat(bench.good("nfdump", "-r", FLOWS, "-o", "json", "-c", "1"))
                .isEqualTo(
                        """
                        [
                        {
                        \t"type" : "FLOW",
                        \t"first" : "2023-11-14T22:15:33.926",
                        \t"last" : "2023-11-14T22:15:33.927",
                        \t"in_packets" : 2,
                        \t"in_bytes" : 2000,
                        \t"proto" : 6,
                        \t"tcp_flags" : "...A..S.",
                        \t"src_port" : 3389,
                        \t"dst_port" : 53137,
                        \t"src_tos" : 0,
                        \t"src4_addr" : "10.1.0.18",
                        \t"dst4_addr" : "192.168.0.0",
                        \t"input_snmp" : 0,
                        \t"output_snmp" : 1,
                        \t"ip4_next_hop" : "10.0.0.1"
                        }]
                        """);
        assertThat(bench.good("nfdump", "-r", FLOWS, "-o", "json", "port 9")).isEqualTo("[\n]\n");
        assertThat(bench.run("nfdump", "-qr", FLOWS, "-c1", "-o", "csv").out())
                .startsWith(
                        "2023-11-14 22:15:33,2023-11-14 22:15:33,0.001,10.1.0.18,192.168.0.0,3389,"
                                + "53137,TCP,...A..S.,0,0,2,2000,0,0,0,1,0,0,");
    }

    /// From the beginning and from the end of all flows.
    @Test
    void relativeWindows() {
        assertThat(bench.good("nfdump", "-r", FLOWS, "-o", "null", "-t", "+30"))
                .contains(
                        "total flows: 18,",
                        "Time window: 2023-11-14 22:13:24 - 2023-11-14 22:13:54");
        assertThat(bench.good("nfdump", "-r", FLOWS, "-o", "null", "-t", "-60"))
                .contains("Time window: 2023-11-14 22:17:51 - 2023-11-14 22:18:51");
    }

    private void refused(int status, String message, String... words) {
        Result r = bench.run(words);
        assertThat(r.status()).isEqualTo(status);
        assertThat(r.err()).startsWith("nfdump: " + message);
    }

    @Test
    void whatIsRefused() {
        refused(254, "filter, column 5: flow records", "nfdump", "-r", FLOWS, "src as 1");
        refused(1, "the filter has to be one word", "nfdump", "-r", FLOWS, "proto", "tcp");
        refused(
                1,
                "invalid -s 'srcas': flow records have nothing for 'srcas'",
                "nfdump",
                "-s",
                "srcas");
        refused(1, "invalid -s 'x': no statistic 'x'", "nfdump", "-s", "x");
        refused(1, "invalid -A 'srcas': flow records have nothing", "nfdump", "-A", "srcas");
        refused(1, "invalid -A 'dsttos': 'srctos' is known", "nfdump", "-A", "dsttos");
        refused(1, "invalid -s 'dsttos': 'srctos' is known", "nfdump", "-s", "dsttos");
        refused(254, "filter, column 5: expected a number up to 255", "nfdump", "tos 256");
        refused(1, "invalid -O 'x': no order 'x'", "nfdump", "-O", "x");
        refused(
                1,
                "invalid -o 'fmt:%sas': flow records have nothing for '%sas'",
                "nfdump",
                "-r",
                FLOWS,
                "-o",
                "fmt:%sas");
        refused(1, "invalid -o 'raw': no such format", "nfdump", "-r", FLOWS, "-o", "raw");
        refused(1, "invalid -t 'x': expected YYYY", "nfdump", "-r", FLOWS, "-t", "x");
        refused(1, "-n needs a value: NUM", "nfdump", "-n");
        refused(1, "-r does not go with -R", "nfdump", "-r", "a", "-R", "b");
        assertThat(bench.run("nfdump", "-r", FLOWS, "-o", "long", "-c", "1").err()).isEmpty();
        assertThat(bench.run("nfdump", "-r", FLOWS, "-o", "csv", "-c", "1").err())
                .startsWith("nfdump: flow records do not have fwd, sas, ");
    }
}
