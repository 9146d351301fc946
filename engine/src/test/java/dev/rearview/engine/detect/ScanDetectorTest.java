package dev.rearview.engine.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.TcpFlags;
import dev.rearview.model.Volume;
import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Verdicts on literal flows; the probabilities are those that SiLK gives where the page on scan
/// models calls a weight observed.
class ScanDetectorTest {
    private static final int SCANNER = 0xCB00_7105;
    private static final int NET = 0x0A28_0200;
    private static final int ANSWER = TcpFlags.SYN | TcpFlags.ACK;

    private final List<Verdict> verdicts = new ArrayList<>();

    /// A flow of the scanner.
    private static FlowRecord flow(int protocol, int destination, int sport, int dport) {
        FlowRecord r = new FlowRecord();
        r.sipLo = Ip.mapped(SCANNER);
        r.dipLo = Ip.mapped(destination);
        r.protocol = protocol;
        r.sport = sport;
        r.dport = dport;
        r.packets = 1;
        r.bytes = 40;
        r.flags = TcpFlags.SYN;
        r.stime = 1_000_000;
        return r;
    }

    private static IpSet active(int... addresses) {
        IpSet.Builder set = new IpSet.Builder();
        for (int a : addresses) {
            set.add(Ip.v4(a));
        }
        return set.build();
    }

    private ScanDetector detector(ScanDetector.Model model, IpSet active) {
        return new ScanDetector(
                new ScanDetector.Settings(model, active, 0.8, 0.2, true), verdicts::add);
    }

    private ScanDetector regression() {
        return detector(ScanDetector.Model.REGRESSION, IpSet.EMPTY);
    }

    private Verdict judged(ScanDetector detector) throws IOException {
        detector.end();
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }

    private void isScan(Verdict v, double probability) {
        assertThat(v.outcome()).isEqualTo(Verdict.Outcome.SCAN);
        assertThat(v.probability()).isCloseTo(probability, within(5e-7));
    }

    @Test
    void aSweepOfOnePortByTcp() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i <= 200; i++) {
            detector.add(flow(6, NET + i, 40_000, 22));
        }
        Verdict v = judged(detector);
        isScan(v, 0.970015);
        assertThat(v.reason()).isEqualTo("tcp (1.000, 1.000, 0.005, 0.000, 1.000, 0.000)");
        assertThat(v.source().volume()).isEqualTo(new Volume(200, 200, 8000));
    }

    @Test
    void portsOfOneHostByTcp() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i <= 32; i++) {
            detector.add(flow(6, NET, 40_000 + i, i));
        }
        isScan(judged(detector), 0.583765);
    }

    @Test
    void largeFlowsByTcp() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i <= 32; i++) {
            FlowRecord r = flow(6, NET + i, 40_000 + i, 443);
            r.packets = 20;
            r.bytes = 20_000;
            detector.add(r);
        }
        isScan(judged(detector), 0.929968);
    }

    @Test
    void answersAreNoScan() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i <= 64; i++) {
            FlowRecord r = flow(6, NET + i, 80, 40_000);
            r.flags = i % 2 == 0 ? ANSWER : TcpFlags.RST;
            detector.add(r);
        }
        Verdict v = judged(detector);
        assertThat(v.outcome()).isEqualTo(Verdict.Outcome.UNKNOWN);
        assertThat(v.reason()).endsWith("1.000, 1.000)");
    }

    @Test
    void fewFlowsAreNotJudged() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i < ScanDetector.FEWEST; i++) {
            detector.add(flow(6, NET + i, 40_000, 22));
        }
        Verdict v = judged(detector);
        assertThat(v.isScan()).isFalse();
        assertThat(v.reason()).isEqualTo("missile: small");
    }

    @Test
    void echoRequests() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i <= 100; i++) {
            detector.add(flow(1, NET + i, 0, 2048));
        }
        Verdict v = judged(detector);
        isScan(v, 0.988754);
        assertThat(v.reason()).isEqualTo("icmp (1, 1, 100, 100, 1.000)");
    }

    @Test
    void networksAndRunsOfIcmp() throws IOException {
        ScanDetector detector = regression();
        for (int network = 0; network < 3; network++) {
            for (int i = 0; i < 16; i++) {
                // Two runs of four, and eight addresses alone.
                int host = i < 4 ? i : i < 8 ? 10 + i : 2 * i + 20;
                detector.add(flow(1, NET + 256 * network + host, 0, i < 8 ? 2048 : 769));
            }
        }
        assertThat(judged(detector).reason()).isEqualTo("icmp (3, 10, 16, 48, 0.500)");
    }

    @Test
    void answersOfIcmpAreNoScan() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i <= 40; i++) {
            detector.add(flow(1, NET + 2 * i, 0, 0));
        }
        assertThat(judged(detector).isScan()).isFalse();
    }

    @Test
    void aSweepByUdp() throws IOException {
        ScanDetector detector = regression();
        for (int i = 0; i < 256; i++) {
            detector.add(flow(17, NET + i, 40_000, 161));
        }
        Verdict v = judged(detector);
        assertThat(v.isScan()).isTrue();
        assertThat(v.reason()).isEqualTo("udp (1.000, 256, 1, 1, 0.004, 0.000, 0.004)");
    }

    @Test
    void lowPortsByUdp() throws IOException {
        ScanDetector detector = regression();
        for (int port = 1; port < 1024; port++) {
            detector.add(flow(17, NET, 40_000, port));
        }
        assertThat(judged(detector).isScan()).isTrue();
    }

    @Test
    void aFewLowPortsByUdpAreNoScan() throws IOException {
        ScanDetector detector = regression();
        for (int i = 1; i <= 200; i++) {
            detector.add(flow(17, NET, 40_000, i <= 100 ? i : i + 100));
        }
        Verdict v = judged(detector);
        assertThat(v.isScan()).isFalse();
        assertThat(v.probability()).isLessThan(0.0005);
        assertThat(v.reason()).isEqualTo("udp (1.000, 1, 200, 100, 0.005, 0.000, 0.005)");
    }

    @Test
    void lowPortsOfSeveralHostsDoNotAddUp() throws IOException {
        ScanDetector detector = regression();
        for (int host = 0; host < 2; host++) {
            for (int i = 0; i < 20; i++) {
                detector.add(flow(17, NET + 2 * host, 1000 + i, 100 + i));
            }
        }
        assertThat(judged(detector).reason())
                .isEqualTo("udp (1.000, 1, 20, 20, 0.500, 0.000, 0.500)");
    }

    @Test
    void theWalkEndsAfterFourMisses() throws IOException {
        ScanDetector detector = detector(ScanDetector.Model.WALK, active(NET));
        for (int i = 1; i <= 5; i++) {
            detector.add(flow(6, NET + i, 40_000, 22));
        }
        Verdict v = judged(detector);
        isScan(v, 256);
        assertThat(v.reason()).isEqualTo("trw (0, 4)");
        assertThat(v.source().volume().flows()).isEqualTo(5);
    }

    @Test
    void aDestinationCountsOnce() throws IOException {
        ScanDetector detector = detector(ScanDetector.Model.WALK, active(NET));
        for (int i = 0; i < 9; i++) {
            detector.add(flow(6, NET + 1, 40_000, 22 + i));
        }
        Verdict v = judged(detector);
        assertThat(v.outcome()).isEqualTo(Verdict.Outcome.UNKNOWN);
        assertThat(v.probability()).isCloseTo(4, within(1e-9));
    }

    @Test
    void hitsMakeBenign() throws IOException {
        ScanDetector detector =
                detector(ScanDetector.Model.WALK, active(NET, NET + 1, NET + 2, NET + 3));
        for (int i = 0; i < 8; i++) {
            detector.add(flow(6, NET + i, 40_000, 22));
        }
        Verdict v = judged(detector);
        assertThat(v.outcome()).isEqualTo(Verdict.Outcome.BENIGN);
        assertThat(v.reason()).isEqualTo("trw (4, 0)");
    }

    @Test
    void anEstablishedConnectionEndsTheWalk() throws IOException {
        ScanDetector detector = detector(ScanDetector.Model.WALK, active());
        for (int i = 0; i < 8; i++) {
            FlowRecord r = flow(6, NET + i, 40_000, 22);
            r.flags |= i == 2 ? TcpFlags.ACK : 0;
            detector.add(r);
        }
        assertThat(judged(detector).reason()).isEqualTo("trw (0, 2)");
    }

    @Test
    void theWalkKnowsTcpAlone() throws IOException {
        ScanDetector detector = detector(ScanDetector.Model.WALK, active());
        for (int i = 0; i < 8; i++) {
            detector.add(flow(17, NET + i, 40_000, 22));
        }
        detector.end();
        assertThat(verdicts).isEmpty();
    }

    @Test
    void bothInTurn() throws IOException {
        IpSet internal = active(NET + 1, NET + 2, NET + 3, NET + 4);
        ScanDetector detector = detector(ScanDetector.Model.HYBRID, internal);
        for (int i = 1; i <= 40; i++) {
            detector.add(flow(6, NET + i, 40_000, 22));
        }
        Verdict v = judged(detector);
        assertThat(v.model()).isEqualTo(ScanDetector.Model.REGRESSION);
        assertThat(v.isScan()).isTrue();
    }

    @Test
    void whatTouchesNothingInternalIsLeftToTheWalk() throws IOException {
        ScanDetector detector = detector(ScanDetector.Model.HYBRID, active(NET));
        for (int i = 1; i <= 40; i++) {
            detector.add(flow(6, NET + 1, 40_000 + i, i));
        }
        Verdict v = judged(detector);
        assertThat(v.model()).isEqualTo(ScanDetector.Model.WALK);
        assertThat(v.isScan()).isFalse();
    }

    @Test
    void sourcesAndProtocolsAreApart() throws IOException {
        ScanDetector detector = regression();
        detector.add(flow(1, NET, 0, 2048));
        detector.add(flow(6, NET, 1, 2));
        detector.add(flow(50, NET, 0, 0));
        FlowRecord other = flow(6, NET, 1, 2);
        other.sipLo = Ip.mapped(SCANNER + 1);
        detector.add(other);
        detector.end();
        assertThat(verdicts).extracting(v -> v.source().protocol()).containsExactly(1, 6, 6);
        assertThat(detector.isSorted()).isTrue();
        detector.add(flow(1, NET, 0, 2048));
        assertThat(detector.isSorted()).isFalse();
    }

    @Test
    void timesAreOfTheFirstAndOfTheLastToStart() throws IOException {
        ScanDetector detector = regression();
        long[][] times = {{5_000_000, 9_000_000}, {2_000_000, 0}, {6_000_900, 1_000_900}};
        for (long[] t : times) {
            FlowRecord r = flow(17, NET, 1, 2);
            r.stime = t[0];
            r.duration = t[1];
            detector.add(r);
        }
        Verdict.Source source = judged(detector).source();
        assertThat(source.startMs()).isEqualTo(2000);
        assertThat(source.endMs()).isEqualTo(7000);
    }
}
