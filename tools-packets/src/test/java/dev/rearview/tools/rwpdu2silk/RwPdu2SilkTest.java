package dev.rearview.tools.rwpdu2silk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwguess.RwGuess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of NetFlow v5 datagrams as flows, and the interfaces in them.
class RwPdu2SilkTest {
    private static final int PDU = 1464;
    private static final int BOOT_S = 1_709_078_400;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwPdu2Silk::new, RwGuess::new, RwCut::new);
        ByteBuffer b = ByteBuffer.allocate(4 * PDU);
        pdu(b, 0, 5, 1, 0, 60);
        record(b, 0, 0, 7, 8, 2, 80);
        pdu(b, 1, 5, 2, 11, 120);
        record(b, 1, 0, 7, 9, 0, 80);
        record(b, 1, 1, 9, 8, 2, 1);
        pdu(b, 2, 5, 1, 1, 120);
        record(b, 2, 0, 65_535, 8, 1, 40);
        pdu(b, 3, 5, 1, 100, 10);
        b.putInt(3 * PDU + 8, BOOT_S + 1000);
        record(b, 3, 0, 7, 8, 1, 40);
        Files.write(bench.path("a.v5"), b.array());
    }

    private static void pdu(
            ByteBuffer b, int n, int version, int count, int sequence, int uptimeS) {
        int at = n * PDU;
        b.putShort(at, (short) version).putShort(at + 2, (short) count);
        b.putInt(at + 4, uptimeS * 1000).putInt(at + 8, BOOT_S + uptimeS);
        b.putInt(at + 16, sequence).putShort(at + 20, (short) 0x0102);
    }

    private static void record(
            ByteBuffer b, int n, int i, int in, int out, int packets, int octets) {
        int at = n * PDU + 24 + 48 * i;
        b.putInt(at, 0x0A000001).putInt(at + 4, 0x0A000002);
        b.putShort(at + 12, (short) in).putShort(at + 14, (short) out);
        b.putInt(at + 16, packets).putInt(at + 20, octets);
        b.putInt(at + 24, 1000).putInt(at + 28, 2500).put(at + 38, (byte) 17);
    }

    private String flows() {
        return bench.good(
                "rwcut --no-titles --delimited=, --fields=sip,in,out,packets,stime,dur,sensor,type o.rw");
    }

    @Test
    void recordsBecomeFlows() {
        Workbench.Result r = bench.run("rwpdu2silk --print-statistics --silk-output=o.rw a.v5");
        assertThat(r.status()).isZero();
        assertThat(r.err()).isEqualTo("rwpdu2silk: Wrote 3 records to 'o.rw'\n");
        assertThat(flows())
                .isEqualTo(
                        """
                        10.0.0.1,7,8,2,2024/02/28T00:00:01.000,1.500,?,255
                        10.0.0.1,65535,8,1,2024/02/28T00:00:01.000,1.500,?,255
                        10.0.0.1,7,8,1,2024/02/28T00:16:31.000,1.500,?,255
                        """);
    }

    @Test
    void theLogTellsWhatIsMissingAndBad() {
        Workbench.Result r =
                bench.run(
                        "rwpdu2silk --log-destination=stdout --log-flags=bad,missing --silk-output=o.rw"
                                + " a.v5");
        assertThat(r.lines())
                .containsExactly(
                        "rwpdu2silk: 'input0001': Out-of-sequence packet: expecting 1, received 11,"
                                + " difference 10, elapsed 60.000000 sec, engine 1.2; adding to"
                                + " missing records 10/11 ==   90.91%",
                        "rwpdu2silk: 'input0001': Netflow record has zero packets or bytes",
                        "rwpdu2silk: 'input0001': Netflow record has more packets them bytes",
                        "rwpdu2silk: 'input0001': Out-of-sequence packet: expecting 13, received 1,"
                                + " difference -12, elapsed 0.000000 sec, engine 1.2; treating 1"
                                + " flows as arriving late",
                        "rwpdu2silk: 'input0001': Router reboot for engine 1.2. Last time"
                                + " 1709078400000, Current time 1709079390000",
                        "rwpdu2silk: 'input0001': Pkts 4/4, Recs 3, MissRecs 9, BadRecs 2");
    }

    @Test
    void theLogTellsHowTimesWereFound() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(PDU);
        pdu(b, 0, 5, 1, 0, 60);
        record(b, 0, 0, 7, 8, 2, 80);
        b.putInt(24 + 24, -1000).putInt(24 + 28, 500);
        Files.write(bench.path("b.v5"), b.array());
        assertThat(
                        bench.run(
                                        "rwpdu2silk --log-destination=stdout --log-flags=all"
                                                + " --silk-output=o.rw b.v5")
                                .lines())
                .containsExactly(
                        "rwpdu2silk: 'input0001': Router boot (ms)=1709078400000, Uptime=60000,"
                                + " First=4294966296, Last=500, assume Uptime rollover, assume Last"
                                + " rollover",
                        "rwpdu2silk: 'input0001': Pkts 1/1, Recs 1, MissRecs 0, BadRecs 0");
        assertThat(flows()).contains("2024/02/27T23:59:59.000,1.500");
    }

    @Test
    void whatIsNoDatagramIsPassedOver() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(5 * PDU + 100);
        pdu(b, 0, 5, 0, 0, 60);
        pdu(b, 1, 5, 31, 0, 60);
        pdu(b, 2, 9, 1, 0, 60);
        pdu(b, 3, 5, 1, 0, 60);
        record(b, 3, 0, 7, 8, 2, 80);
        pdu(b, 4, 5, 1, 1, 60);
        record(b, 4, 0, 7, 8, 2, 80);
        Files.write(bench.path("b.v5"), b.array());
        Workbench.Result r =
                bench.run("rwpdu2silk --log-destination=stdout --silk-output=o.rw b.v5 a.v5");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo("rwpdu2silk: b.v5: offset 0: no NetFlow v5 datagram (4 such places)\n");
        assertThat(r.lines())
                .startsWith(
                        "rwpdu2silk: 'input0001': Rejected PDU record reporting zero records",
                        "rwpdu2silk: 'input0001': Rejected PDU record reporting more than 30 records",
                        "rwpdu2silk: 'input0001': Rejected PDU record not marked as version 5",
                        "rwpdu2silk: 'input0001': Pkts 2/5, Recs 2, MissRecs 0, BadRecs 0");
        assertThat(flows()).hasLineCount(5);
    }

    @Test
    void aFileThatIsCutOffGivesWhatCameBefore() throws IOException {
        byte[] whole = bench.octets("a.v5");
        Files.write(bench.path("cut.v5"), Arrays.copyOf(whole, PDU + 100));
        Workbench.Result r = bench.run("rwpdu2silk --silk-output=o.rw cut.v5");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo("rwpdu2silk: cut.v5: offset 1464: a NetFlow v5 datagram is cut off\n");
        assertThat(flows()).hasLineCount(1);
    }

    @Test
    void aFileThatIsPackedAndCutOffGivesWhatCameBefore() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bench.octets("a.v5"));
        }
        Files.write(bench.path("a.v5.gz"), packed.toByteArray());
        assertThat(bench.good("rwpdu2silk --silk-output=o.rw a.v5.gz")).isEmpty();
        assertThat(flows()).hasLineCount(3);
        Files.write(bench.path("a.v5.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() - 9));
        Workbench.Result r = bench.run("rwpdu2silk --silk-output=o.rw a.v5.gz");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwpdu2silk: a.v5.gz: cannot be unpacked: ");
        assertThat(bench.run("rwguess a.v5.gz").err()).startsWith("rwguess: a.v5.gz: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.v5 a.v5", "- a.v5", "--xargs=none.txt"})
    void whatCannotBeReadEndsTheFile(String inputs) {
        Workbench.Result r = bench.run("rwpdu2silk --silk-output=o.rw " + inputs);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).hasLineCount(1);
        assertThat(flows()).isEmpty();
    }

    @Test
    void thereHasToBeAnInput() {
        assertThat(bench.run("rwpdu2silk --silk-output=o.rw").err()).contains("no input files");
        assertThat(bench.exists("o.rw")).isFalse();
        assertThat(bench.run("rwguess").err()).contains("no input files");
    }

    @Test
    void interfacesAreCounted() throws IOException {
        assertThat(bench.good("rwguess --print-all a.v5 a.v5"))
                .isEqualTo(
                        """
                        Index|  Input_Recs| Output_Recs|
                            7|           4|           0|
                            8|           0|           6|
                        65535|           2|           0|
                        """);
        assertThat(bench.good("rwguess --top=1 a.v5"))
                .isEqualTo(
                        """
                        Top 1 (of 2) SNMP Input Interfaces
                        Index|  Input_Recs|
                            7|           2|

                        Top 1 (of 1) SNMP Output Interfaces
                        Index| Output_Recs|
                            8|           3|

                        """);
        byte[] whole = bench.octets("a.v5");
        Files.write(bench.path("cut.v5"), Arrays.copyOf(whole, PDU + 100));
        Workbench.Result cut = bench.run("rwguess --print-all cut.v5");
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.err()).startsWith("rwguess: cut.v5: offset 1464: ");
        assertThat(cut.lines()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--top=0 a.v5", "--top=-1 a.v5", "--top=x a.v5", "none.v5", "-"})
    void guessesNeedANumberAndAFile(String arguments) {
        Workbench.Result r = bench.run("rwguess " + arguments);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.octets()).isEmpty();
    }
}
