package dev.rearview.tools.rwpmatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.captures.Frames;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwptoflow.RwPToFlow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RwPMatchTest {
    private static final int HEADER = 24;
    private static final int UDP = 16 + 46;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void flows() throws IOException {
        bench = SampleSite.bench(directory, RwFilter::new, RwPToFlow::new, RwPMatch::new);
        Frames.write(
                bench,
                "c.pcap",
                f ->
                        f.add(Frames.udp(1000, 53, 1, 64), 0)
                                .add(Frames.udp(1001, 53, 2, 64), 500_000)
                                .add(Frames.udp(1002, 53, 3, 64), 500_900)
                                .add(Frames.tcp(2000, 80, 2), 1_000_000));
        bench.good("rwptoflow --flow-output=f.rw c.pcap");
    }

    private byte[] from(int offset, int length) {
        byte[] all = bench.octets("c.pcap");
        return Arrays.copyOfRange(all, offset, offset + length);
    }

    @Test
    void allFlowsGiveTheCaptureBack() {
        Workbench.Result r = bench.run("rwpmatch --flow-file=f.rw c.pcap");
        assertThat(r.status()).isZero();
        assertThat(r.octets()).isEqualTo(bench.octets("c.pcap"));
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "--ports-compare, 2", "--msec-compare, 1", "--ports --msec, 2"})
    void theFirstPacketThatFitsIsTaken(String switches, int which) {
        bench.good("rwfilter --sport=1002 --pass=one.rw f.rw");
        Workbench.Result r =
                bench.run(
                        ("rwpmatch " + switches + " --flow-file=one.rw c.pcap").replace("  ", " "));
        assertThat(r.status()).isZero();
        assertThat(Arrays.copyOfRange(r.octets(), HEADER, r.octets().length))
                .isEqualTo(from(HEADER + which * UDP, UDP));
    }

    @Test
    void flowsThatAreLeftAreToldAndThePacketsOfOthersStay() throws IOException {
        Files.write(bench.path("short.pcap"), Arrays.copyOf(bench.octets("c.pcap"), HEADER + UDP));
        Workbench.Result r = bench.run("rwpmatch --flow-file=f.rw short.pcap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).isEqualTo("rwpmatch: 3 flows have no packet in the capture\n");
        assertThat(r.octets()).isEqualTo(bench.octets("short.pcap"));
    }

    @Test
    void damageOfEitherInputIsTold() throws IOException {
        byte[] capture = bench.octets("c.pcap");
        Files.write(bench.path("cut.pcap"), Arrays.copyOf(capture, capture.length - 1));
        Workbench.Result r = bench.run("rwpmatch --flow-file=f.rw cut.pcap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwpmatch: cut.pcap: offset 279: packet: ends too early\n");
        assertThat(r.octets()).hasSize(HEADER + 3 * UDP);
        byte[] flows = bench.octets("f.rw");
        Files.write(bench.path("cut.rw"), Arrays.copyOf(flows, flows.length - 1));
        r = bench.run("rwpmatch --flow-file=cut.rw c.pcap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("cut.rw: offset ");
        assertThat(r.octets()).hasSize(HEADER + 3 * UDP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwpmatch c.pcap",
                "rwpmatch --flow-file=f.rw",
                "rwpmatch --flow-file=f.rw c.pcap c.pcap",
                "rwpmatch --flow-file=stdin stdin",
                "rwpmatch --flow-file=none.rw c.pcap",
                "rwpmatch --flow-file=c.pcap c.pcap",
                "rwpmatch --flow-file=f.rw f.rw",
                "rwpmatch --flow-file=f.rw none.pcap"
            })
    void misuse(String line) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.octets()).isEmpty();
        assertThat(r.err()).startsWith("rwpmatch: ");
    }
}
