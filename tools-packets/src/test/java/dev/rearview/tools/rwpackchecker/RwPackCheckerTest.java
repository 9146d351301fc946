package dev.rearview.tools.rwpackchecker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Flows that nobody would expect.
class RwPackCheckerTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwPackChecker::new, RwSetBuild::new);
        SampleSite.write(
                bench.path("f.rw"),
                flow(6, 10, 5000, 1000, r -> r.flags = 0x12),
                flow(17, 3, 299, 0, r -> {}),
                flow(1, 1, 84, 4_294_967_295L, r -> r.nhipLo = Ip.mapped(9)),
                flow(
                        58,
                        1,
                        64,
                        999,
                        r -> {
                            r.input = 7;
                            r.output = 8;
                            r.sport = 53;
                        }));
    }

    private static FlowRecord flow(
            int protocol, long packets, long octets, long ms, Consumer<FlowRecord> more) {
        FlowRecord r = SampleSite.flow(SampleSite.DAY_MS, protocol);
        r.packets = packets;
        r.bytes = octets;
        r.duration = ms * 1000;
        r.dport = 443;
        more.accept(r);
        return r;
    }

    /// How many flows one test finds.
    private int found(String test) {
        Workbench.Result r =
                bench.run(
                        "rwpackchecker --print-all --allowable-count=max-bytes=0 --value="
                                + test
                                + " f.rw");
        assertThat(r.err()).isEmpty();
        String line = r.lines().get(1);
        int all = Integer.parseInt(line.substring(0, line.indexOf('/')).strip());
        // The flow of 50 days is always found.
        assertThat(r.status()).isEqualTo(1);
        return all - 1;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "max-bpp-ratio=500; 0",
                "max-bpp-ratio=499; 1",
                "min-bpp-ratio=99; 1",
                "min-bpp-ratio=100; 2",
                "max-packets=3; 1",
                "min-packets=3; 1",
                "max-bytes=298; 2",
                "min-bytes=300; 2",
                "max-bps-ratio=298999; 1",
                "max-bps-ratio=4999; 1",
                "max-bps-ratio=3999; 2",
                "min-bps-ratio=1; 1",
                "min-tcp-bpp-ratio=501; 1",
                "max-udp-bpp-ratio=98; 1",
                "max-icmp-bpp-ratio=1; 0",
                "match-protocol=6,17; 2",
                "nomatch-protocol=0-17; 1",
                "match-flags=S,SA; 1",
                "nomatch-flags=SA; 2",
                "match-sport=50-60; 1",
                "nomatch-sport=0; 1",
                "match-dport=443; 3",
                "nomatch-dport=1-; 0",
                "match-input=7; 1",
                "nomatch-output=0; 1",
                "match-pro=6; 1"
            })
    void eachTestFindsItsFlows(String test, int flows) {
        assertThat(found(test)).isEqualTo(flows);
    }

    @Test
    void addressesAreLookedUpInSets() {
        bench.write("a.txt", "10.0.0.1\n");
        bench.good("rwsetbuild a.txt a.set");
        assertThat(found("match-sip=a.set")).isEqualTo(3);
        assertThat(found("nomatch-sip=a.set")).isZero();
        assertThat(found("match-dip=a.set")).isZero();
        assertThat(found("nomatch-dip=a.set")).isEqualTo(3);
        bench.write("n.txt", "0.0.0.0\n");
        bench.good("rwsetbuild n.txt n.set");
        assertThat(found("match-nhip=n.set")).isEqualTo(3);
        assertThat(found("nomatch-nhip=n.set")).isZero();
    }

    @Test
    void everythingIsPrintedOnDemand() {
        Workbench.Result r = bench.run("rwpackchecker --print-all f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out())
                .isEqualTo(
                        """
                        f.rw:
                                           1/4 flows are bad or unusual
                                           0 flows where BPP Calculation is incorrect
                                           1 flows where Elapsed Time > 4096
                                           0 flows where Byte/Packet Ratio < 1
                                           0 flows where Byte/Packet Ratio > 16384
                                           0 flows where Byte/Second Ratio < 0
                                           0 flows where Byte/Second Ratio > 4294967295
                                           0 flows where Packet Count < 1
                                           0 flows where Packet Count > 67108864
                                           0 flows where Byte Count < 1
                                           0 flows where Byte Count > 4294967295
                                           0 flows where TCP Byte/Packet Ratio < 1
                                           0 flows where TCP Byte/Packet Ratio > 16384
                                           0 flows where UDP Byte/Packet Ratio < 1
                                           0 flows where UDP Byte/Packet Ratio > 16384
                                           0 flows where ICMP Byte/Packet Ratio < 1
                                           0 flows where ICMP Byte/Packet Ratio > 16384
                        """);
    }

    /// What a test has found goes on over the files; whether a file is told of is its own.
    @Test
    void countsGoOnOverTheFiles() throws IOException {
        SampleSite.write(bench.path("a.rw"), flow(6, 10, 400, 0, r -> {}));
        SampleSite.write(bench.path("b.rw"), flow(6, 5, 200, 0, r -> {}));
        Workbench.Result r = bench.run("rwpackchecker --value=max-packets=5 a.rw b.rw a.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out())
                .isEqualTo(
                        """
                        a.rw:
                                           1/1 flows are bad or unusual
                                           1 flows where Packet Count > 5
                        a.rw:
                                           1/1 flows are bad or unusual
                                           2 flows where Packet Count > 5
                        """);
        assertThat(bench.good("rwpackchecker --value=max-pack=5 --allow=max-pack=1 a.rw"))
                .isEmpty();
        assertThat(bench.good("rwpackchecker b.rw")).isEmpty();
    }

    @Test
    void whatIsReadOfADamagedFileIsTold() throws IOException {
        SampleSite.writeWholeAndCut(bench);
        Workbench.Result r = bench.run("rwpackchecker --value=match-protocol=6 cut.rw f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwpackchecker: cut.rw: ").hasLineCount(1);
        assertThat(r.out()).startsWith("cut.rw:\n").contains(" 1/1 flows").doesNotContain("\nf.rw");
        Workbench.Result none = bench.run("rwpackchecker none.rw f.rw");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains("none.rw: no such file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-packets",
                "max-packets=",
                "max-packets=x",
                "max-packets=-1",
                "max=1",
                "bogus=1",
                "match-protocol=256",
                "match-flags=S,,A",
                "match-flags=X",
                "match-sip=",
                "match-sip=none.set"
            })
    void valuesThatAreNoneAreRefused(String value) {
        Workbench.Result r = bench.run("rwpackchecker --value=" + value + " f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).isNotEmpty();
        assertThat(r.out()).isEmpty();
    }
}
