package dev.rearview.tools.rwpcut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.captures.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RwPCutTest {
    private static final String ALL = "time,sip,dip,sport,dport,proto,flags";

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void captures() throws IOException {
        bench = new Workbench(directory, RwPCut::new);
        Frames.write(
                bench,
                "c.pcap",
                f ->
                        f.add(Frames.udp(5000, 53, 1, 64), 1500)
                                .add(Frames.ARP)
                                .add(Frames.tcp(443, 50_000, 0x12))
                                .add(Frames.echo()));
    }

    @Test
    void columnsOfPackets() {
        assertThat(bench.run("rwpcut --fields=" + ALL + " c.pcap").lines())
                .containsExactly(
                        "time|sip|dip|sport|dport|proto|flags|",
                        "2024-02-29 10:00:00.001500|192.0.2.10|198.51.100.20|5000|53|17|        |",
                        "2024-02-29 10:00:02.000000|192.0.2.10|198.51.100.20|443|50000|6| S  A   |",
                        "2024-02-29 10:00:03.000000|192.0.2.10|198.51.100.20|0|0|1|        |");
    }

    @Test
    void columnsMayBePadded() {
        assertThat(bench.run("rwpcut --columnar --fields=" + ALL + " c.pcap").lines())
                .startsWith(
                        "                      time|            sip|            dip|sport|dport|proto"
                                + "|   flags|",
                        "2024-02-29 10:00:00.001500|     192.0.2.10|  198.51.100.20| 5000|   53|   17"
                                + "|        |");
        assertThat(
                        bench.run("rwpcut --columnar --epoch --integer --fields=time,sip c.pcap")
                                .lines())
                .startsWith("             time|       sip|", "1709200800.001500|3221225994|");
        assertThat(bench.run("rwpcut --zero-pad --delimiter=:: --fields=sip,dip c.pcap").lines())
                .contains("192.000.002.010::198.051.100.020::");
    }

    @Test
    void payloadIsWholeWhateverItsLength() throws IOException {
        Frames.write(
                bench,
                "odd.pcap",
                f -> f.add(Frames.fragment(0, "138800350009000071")).add(Frames.ARP));
        assertThat(bench.run("rwpcut --fields=payhex,payascii odd.pcap").lines())
                .containsExactly(
                        "payhex|payascii|",
                        "4500001d0009000040110000c000020ac6336414138800350009000071"
                                + "|E.......@........3d....5....q|");
    }

    @Test
    void capturesFollowEachOther() {
        assertThat(bench.run("rwpcut --fields=sport c.pcap c.pcap").lines())
                .containsExactly("sport|", "5000|", "443|", "0|", "5000|", "443|", "0|");
    }

    @Test
    void otherLinkTypesAreRead() throws IOException {
        Frames.write(bench, "raw.pcap", 101, f -> f.add(Frames.packet(Frames.udp(1, 2, 3, 4))));
        assertThat(bench.run("rwpcut --fields=sport,dport raw.pcap").lines())
                .containsExactly("sport|dport|", "1|2|");
        Frames.write(bench, "radio.pcap", 127, f -> f.add("00"));
        Workbench.Result r = bench.run("rwpcut --fields=sport radio.pcap");
        assertThat(r.lines()).containsExactly("sport|");
        assertThat(r.err()).contains("radio.pcap: left out 1 packets of link types");
    }

    @Test
    void damageIsToldAndWhatCameBeforeIsPrinted() throws IOException {
        byte[] whole = bench.octets("c.pcap");
        Files.write(bench.path("cut.pcap"), Arrays.copyOf(whole, whole.length - 1));
        Workbench.Result r = bench.run("rwpcut --fields=sport cut.pcap c.pcap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.lines()).containsExactly("sport|", "5000|", "443|", "5000|", "443|", "0|");
        assertThat(r.err()).isEqualTo("rwpcut: cut.pcap: offset 251: packet: ends too early\n");
    }

    @ParameterizedTest
    @CsvSource({
        "rwpcut, 1",
        "rwpcut --fields=timestamp c.pcap, 1",
        "rwpcut --fields=SIP c.pcap, 1",
        "rwpcut --fields= c.pcap, 1",
        "rwpcut none.pcap, 1",
        "rwpcut --bogus c.pcap, 2"
    })
    void misuseHasAStatus(String line, int status) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(status);
        assertThat(r.out()).isEmpty();
    }
}
