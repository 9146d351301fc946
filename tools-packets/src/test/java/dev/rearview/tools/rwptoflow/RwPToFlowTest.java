package dev.rearview.tools.rwptoflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.captures.Frames;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RwPToFlowTest {
    private static final int MORE = 0x2000;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void captures() throws IOException {
        bench = SampleSite.bench(directory, RwCut::new, RwPToFlow::new);
        Frames.write(
                bench,
                "c.pcap",
                f ->
                        f.add(Frames.udp(5000, 53, 1, 64))
                                .add(Frames.tcp(50_000, 443, 0x12), 1_000_500)
                                .add(Frames.echo())
                                .add(Frames.ARP + "0200000000010102030400000000000005060708")
                                .add("0200")
                                .add(Frames.fragment(MORE, "17701771001000000102030405060708"))
                                .add(Frames.fragment(2, "1111222233334444"))
                                .add(Frames.cut(Frames.udp(5000, 53, 1, 64), 36)));
    }

    private Workbench.Result convert(String switches) {
        String line = "rwptoflow --flow-output=o.rw " + switches + " c.pcap";
        return bench.set("SILK_CLOBBER", "1").run(line.replaceAll(" +", " "));
    }

    private List<String> cut(String fields) {
        return bench.run("rwcut --delimited --no-titles --fields=" + fields + " o.rw").lines();
    }

    private static String statistics(Workbench.Result r) {
        return r.err().replaceAll("(?m)^ +", "").replace("\n\n", "\n");
    }

    @Test
    void eachPacketIsAFlow() {
        assertThat(convert("").err()).isEmpty();
        assertThat(cut("sip,dip,sport,dport,protocol,packets,bytes,flags"))
                .containsExactly(
                        "192.0.2.10|198.51.100.20|5000|53|17|1|32|",
                        "192.0.2.10|198.51.100.20|50000|443|6|1|40|SA",
                        "192.0.2.10|198.51.100.20|0|2048|1|1|28|",
                        "192.0.2.10|198.51.100.20|6000|6001|17|1|36|",
                        "192.0.2.10|198.51.100.20|0|0|17|1|28|",
                        "192.0.2.10|198.51.100.20|0|0|17|1|32|");
        assertThat(cut("stime,duration,sensor,class,type,in,out,nhip,initialflags"))
                .startsWith(
                        "2024/02/29T10:00:00.000|0.000|?|all|in|0|0|0.0.0.0|",
                        "2024/02/29T10:00:01.000|0.000|?|all|in|0|0|0.0.0.0|");
    }

    @Test
    void switchesSayWhatPacketsDoNot() {
        convert("--set-sensorid=1 --set-inputindex=7 --set-outputindex=65535 --set-nexthopip=9");
        assertThat(cut("in,out,nhip").getFirst()).isEqualTo("7|65535|0.0.0.9");
        assertThat(cut("sensor").getFirst()).isNotEqualTo("?");
    }

    @Test
    void whatBecameOfPacketsIsCounted() {
        assertThat(statistics(convert("--print-statistics")))
                .isEqualTo(
                        """
                        Packet count statistics for c.pcap
                        8 read
                        1 rejected: too short to get information
                        1 rejected: not IPv4
                        6 total written
                        2 total fragmented packets
                        1 zero-packet of a fragment
                        1 incomplete (no ports and/or flags)
                        """);
        assertThat(statistics(convert("--print-statistics --reject-all-fragments")))
                .contains("2 rejected: fragmented\n4 total written\n1 incomplete")
                .doesNotContain("zero-packet");
    }

    @ParameterizedTest
    @CsvSource({
        "--reject-all-fragments, 4",
        "--reject-nonzero-fragments, 5",
        "--reject-incomplete, 5",
        "--reject-nonzero-fragments --reject-incomplete, 4",
        "--active-time=2024/02/29:10:00:01, 5",
        "--active-time=2024/02/29:10:00:01-2024/02/29:10:00:02, 2",
        "--active-time=2024/02/29:10:00:00-2024/02/29:10:00:01, 1",
        "--active-time=2024/02/29:10:00-2024/02/29:10:00, 6",
        "--active-time=2024/03/01, 0"
    })
    void rulesAndTimesDecide(String switches, int flows) {
        assertThat(convert(switches).status()).isZero();
        assertThat(cut("sip")).hasSize(flows);
    }

    @Test
    void packetsGoWhereTheirFlowsGo() {
        convert(
                "--packet-pass-output=p.pcap --packet-reject-output=r.pcap"
                        + " --active-time=2024/02/29:10:00:00-2024/02/29:10:00:05");
        byte[] all = bench.octets("c.pcap");
        byte[] passed = bench.octets("p.pcap");
        assertThat(Arrays.copyOf(passed, 24 + 62))
                .as("header and first packet are as they were")
                .isEqualTo(Arrays.copyOf(all, 24 + 62));
        assertThat(bench.run("rwptoflow --flow-output=2.rw --print-statistics p.pcap").err())
                .contains(" 4 read")
                .contains(" 4 total written");
        assertThat(bench.run("rwptoflow --flow-output=3.rw --print-statistics r.pcap").err())
                .as("what is out of time goes nowhere")
                .contains(" 2 read")
                .contains(" 0 total written");
    }

    @Test
    void aCaptureCutOffGivesWhatCameBefore() throws IOException {
        byte[] whole = bench.octets("c.pcap");
        Files.write(bench.path("c.pcap"), Arrays.copyOf(whole, 24 + 62 + 70 + 10));
        Workbench.Result r = convert("--packet-pass-output=p.pcap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo("rwptoflow: c.pcap: offset 166: packet header: ends too early\n");
        assertThat(cut("dport")).containsExactly("53", "443");
        assertThat(bench.octets("p.pcap")).hasSize(24 + 62 + 70);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwptoflow",
                "rwptoflow c.pcap c.pcap",
                "rwptoflow --packet-pass-output=- c.pcap",
                "rwptoflow --plugin=x.so --flow-output=o.rw c.pcap",
                "rwptoflow --set-sensorid=65535 --flow-output=o.rw c.pcap",
                "rwptoflow --set-nexthopip=::1 --flow-output=o.rw c.pcap",
                "rwptoflow --active-time=2024/02 --flow-output=o.rw c.pcap",
                "rwptoflow --flow-output=o.rw --packet-pass=p.pcap silk.conf",
                "rwptoflow --flow-output=o.rw --packet-pass=p.pcap none.pcap"
            })
    void whatCannotBeDoneLeavesNothing(String line) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwptoflow: ");
        assertThat(bench.exists("o.rw")).isFalse();
        assertThat(bench.exists("p.pcap")).isFalse();
    }

    @Test
    void onlyEthernetIsTaken() throws IOException {
        Frames.write(bench, "raw.pcap", 101, f -> f.add("450000140000000040110000" + Frames.HOSTS));
        Workbench.Result r = bench.run("rwptoflow --flow-output=o.rw raw.pcap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo("rwptoflow: raw.pcap: no capture of Ethernet: link type 101\n");
        assertThat(bench.exists("o.rw")).isFalse();
    }
}
