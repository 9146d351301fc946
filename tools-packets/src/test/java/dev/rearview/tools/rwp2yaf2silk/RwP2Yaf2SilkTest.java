package dev.rearview.tools.rwp2yaf2silk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.captures.Frames;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RwP2Yaf2SilkTest {
    private static final Path ROOT =
            Path.of(System.getProperty("rearview.root", "..")).toAbsolutePath();

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void captures() throws IOException {
        bench = SampleSite.bench(directory, RwCut::new, RwP2Yaf2Silk::new);
        Frames.write(
                bench,
                "c.pcap",
                f ->
                        f.add(Frames.udp(5000, 53, 1, 64))
                                .add(Frames.udp(5000, 53, 1, 64))
                                .add(Frames.tcp(5001, 80, 2)));
    }

    private Workbench.Result convert(String... more) {
        List<String> words = new ArrayList<>(List.of("rwp2yaf2silk", "--in=c.pcap", "--out=o.rw"));
        words.addAll(List.of(more));
        return bench.set("SILK_CLOBBER", "1").run(words.toArray(String[]::new));
    }

    private List<String> cut(String fields) {
        return bench.run("rwcut --delimited --no-titles --fields=" + fields + " o.rw").lines();
    }

    @Test
    void flowsHaveWhatPacketsSay() {
        assertThat(convert().err()).isEmpty();
        assertThat(cut("sip,sport,dport,protocol,packets,bytes,initialflags,duration,in,out"))
                .containsExactly(
                        "192.0.2.10|5000|53|17|2|64||1.000|0|0",
                        "192.0.2.10|5001|80|6|1|40|S|0.000|0|0");
        assertThat(cut("attributes,application"))
                .as("payloads of one size that are not DNS; a port without payload")
                .containsExactly("S|0", "|80");
    }

    @ParameterizedTest
    @CsvSource({
        "--idle-timeout=0, 3",
        "--active-timeout=0, 3",
        "--ip6-only, 0",
        "--ip4-only, 2",
        "--max-flows=1, 2",
        "--silk --applabel --max-payload=1024 --mac, 2"
    })
    void switchesOfYafAreFollowed(String arguments, int flows) {
        Workbench.Result r = convert("--yaf-args=" + arguments);
        assertThat(r.status()).isZero();
        assertThat(cut("sip")).hasSize(flows);
    }

    @Test
    void interfacesAreGivenOrVlans() throws IOException {
        convert("--yaf-args=--ingress=3 --egress=4");
        assertThat(cut("in,out")).containsOnly("3|4");
        String tagged = Frames.udp(5000, 53, 1, 64).replace(" ", "");
        String vlan = tagged.substring(0, 24) + "81000009" + tagged.substring(24);
        Frames.write(bench, "c.pcap", f -> f.add(vlan));
        convert("--rwipfix2silk-args=--interface-values=vlan --note-add=x");
        assertThat(cut("in,out")).containsExactly("9|0");
    }

    @Test
    void severalCapturesGoOnWithEachOther() throws IOException {
        bench.write("list", "c.pcap\n\ncut.pcap\nc.pcap\n");
        Files.write(bench.path("cut.pcap"), Arrays.copyOf(bench.octets("c.pcap"), 100));
        String in = "--in=list";
        Workbench.Result r = bench.run("rwp2yaf2silk", in, "--out=o.rw", "--yaf-args=--caplist");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo("rwp2yaf2silk: cut.pcap: offset 100: packet header: ends too early\n");
        assertThat(cut("packets")).as("what came before").containsExactlyInAnyOrder("3", "1");
        r =
                bench.set("SILK_CLOBBER", "1")
                        .run("rwp2yaf2silk", in, "--out=o.rw", "--yaf-args=--caplist --noerror");
        assertThat(r.status()).isEqualTo(1);
        assertThat(cut("packets")).containsExactlyInAnyOrder("5", "2");
    }

    @Test
    void statisticsAndLossesAreTold() throws IOException {
        assertThat(convert("--rwipfix2silk-args=--print-statistics").err())
                .isEqualTo("rwp2yaf2silk: Wrote 2 records to o.rw\n");
        assertThat(convert("--yaf-args=--max-flows=1").err())
                .isEqualTo("rwp2yaf2silk: 1 flows ended early for want of memory\n");
    }

    @Test
    void aDryRunPrintsWhatThisTakesThePlaceOf() {
        Workbench.Result r =
                convert(
                        "--dry-run",
                        "--yaf-program=/opt/yaf",
                        "--yaf-args=--idle-timeout=10 --mac",
                        "--rwipfix2silk-args=--print-statistics");
        assertThat(r.out())
                .isEqualTo(
                        "/opt/yaf --silk --in c.pcap --out - --idle-timeout=10 --mac"
                                + " | rwipfix2silk --silk-output=o.rw --print-statistics\n");
        assertThat(bench.exists("o.rw")).isFalse();
        assertThat(convert("--man").out())
                .contains("--rwipfix2silk-args=ARGS")
                .contains("yaf's switches");
    }

    /// What `testdata/captures/README.md` says is in the file.
    @Test
    void aCaptureOfManyKinds() {
        String in = "--in=" + ROOT.resolve("testdata/captures/mixed.pcap");
        bench.good("rwp2yaf2silk " + in + " --out=o.rw");
        String fields =
                "sip,dip,sport,dport,protocol,packets,bytes,initialflags,sessionflags,duration,application";
        assertThat(cut(fields))
                .containsExactly(
                        "192.0.2.10|198.51.100.20|50000|8081|6|6|291|S|FPA|0.081|80",
                        "198.51.100.20|192.0.2.10|8081|50000|6|4|203|SA|FPA|0.061|80",
                        "192.0.2.10|198.51.100.20|40000|53|17|1|57|||0.012|53",
                        "198.51.100.20|192.0.2.10|53|40000|17|1|73|||0.000|53",
                        "192.0.2.10|198.51.100.20|7000|7001|17|3|1092|||0.002|0",
                        "192.0.2.10|198.51.100.20|0|2048|1|1|36|||0.000|0",
                        "198.51.100.20|192.0.2.10|0|0|1|1|36|||0.000|0",
                        "2001:db8::a|2001:db8::b|123|123|17|1|96|||0.010|123",
                        "2001:db8::b|2001:db8::a|123|123|17|1|96|||0.000|123",
                        "192.0.2.10|198.51.100.20|0|0|47|1|81|||0.000|0",
                        "192.0.2.10|198.51.100.20|49152|4789|17|1|100|||0.000|4789",
                        "192.0.2.10|198.51.100.20|9|9|17|1|35|||0.000|0");
        bench.set("SILK_CLOBBER", "1")
                .good("rwp2yaf2silk " + in + " --out=o.rw --yaf-args=--gre-decode");
        assertThat(cut(fields))
                .contains(
                        "10.1.0.1|10.1.0.2|50001|2222|6|1|57|PA||0.000|22",
                        "10.1.0.1|10.1.0.2|50002|4433|6|1|50|PA||0.000|443")
                .hasSize(12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwp2yaf2silk --in=c.pcap",
                "rwp2yaf2silk --out=o.rw",
                "rwp2yaf2silk --in=c.pcap --out=o.rw more",
                "rwp2yaf2silk --in=c.pcap --out=o.rw --yaf-args=--bogus",
                "rwp2yaf2silk --in=c.pcap --out=o.rw --yaf-args=--idle-timeout=x",
                "rwp2yaf2silk --in=c.pcap --out=o.rw --yaf-args=word",
                "rwp2yaf2silk --in=c.pcap --out=o.rw --rwipfix2silk-args=--interface-values=x",
                "rwp2yaf2silk --in=none.pcap --out=o.rw",
                "rwp2yaf2silk --in=silk.conf --out=o.rw"
            })
    void misuseLeavesNothing(String line) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwp2yaf2silk: ");
        assertThat(bench.exists("o.rw")).isFalse();
    }

    /// The flows that yaf itself made of captures, without its application labels. The rule: every
    /// flow of either has one of the other with the same addresses, ports, protocol, packets,
    /// octets, flags, start, duration and attributes. Initial flags are those of the first packet
    /// here; yaf has those of the next one, where that starts at the same octet of the stream and
    /// the first carries nothing. Such flows are counted: six.
    @Test
    void yafMakesTheSameFlows() {
        Path flows = ROOT.resolve("../shared/golden/data/flows").normalize();
        Path captures = ROOT.resolve("../shared/captures/pcaps/nDPI").normalize();
        assumeTrue(Files.isDirectory(flows) && Files.isDirectory(captures), "not beside");
        String all = "sip,dip,sport,dport,protocol,packets,bytes,flags,stime,duration,attributes";
        int differing = 0;
        int same = 0;
        for (String name :
                List.of(
                        "1kxun.pcap",
                        "dns_invert_query.pcapng",
                        "ftp.pcap",
                        "http_ipv6.pcap",
                        "synscan.pcap",
                        "teams.pcap")) {
            String stem = name.substring(0, name.indexOf('.'));
            bench.good("rwp2yaf2silk --in=" + captures.resolve(name) + " --out=" + stem + ".rw");
            String cut = "rwcut --delimited --no-titles --fields=%s %s";
            String theirs = flows.resolve("cap-" + stem + ".rw").toString();
            assertThat(bench.run(String.format(cut, all, stem + ".rw")).lines())
                    .as(name)
                    .containsExactlyInAnyOrderElementsOf(
                            bench.run(String.format(cut, all, theirs)).lines());
            String split = all + ",initialflags,sessionflags";
            List<String> ours =
                    new ArrayList<>(bench.run(String.format(cut, split, stem + ".rw")).lines());
            same += ours.size();
            for (String line : bench.run(String.format(cut, split, theirs)).lines()) {
                ours.remove(line);
            }
            differing += ours.size();
        }
        assertThat(differing).isEqualTo(6);
        assertThat(same).isEqualTo(2499);
    }
}
