package dev.rearview.tools.rwipfix2silk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfileinfo.RwFileInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of IPFIX messages as flows.
class RwIpfix2SilkTest {
    /// Addresses, ports, protocol, packets, octets, VLANs, start and end.
    private static final String TEMPLATE =
            """
            0002 0034 0100 000b
            0008 0004 000c 0004 0007 0002 000b 0002 0004 0001 0002 0004 0001 0004
            003a 0002 003b 0002 0098 0008 0099 0008
            """;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwIpfix2Silk::new, RwCut::new, RwFileInfo::new);
        write("a.ipfix", message(0, TEMPLATE + record(1, 5)) + message(1, record(2, 6)));
    }

    private static String message(int sequence, String sets) {
        int length = 16 + sets.replaceAll("\\s", "").length() / 2;
        return "000a%04x 65de7a80 %08x 00000000 ".formatted(length, sequence) + sets;
    }

    private static String record(int sport, int packets) {
        return record(256, sport, packets);
    }

    private static String record(int template, int sport, int packets) {
        return "%04x 002d c0000201 c6336407 %04x 01bb 06 %08x 00000064 0064 00c8 "
                        .formatted(template, sport, packets)
                + "0000018deced2b80 0000018deced2f68 ";
    }

    private void write(String name, String hex) throws IOException {
        Files.write(bench.path(name), HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    private String flows(String file) {
        return bench.good(
                "rwcut --no-titles --delimited=, --fields=sip,sport,packets,in,out " + file);
    }

    private Workbench.Result log(String flags, String files) {
        return bench.run(
                "rwipfix2silk --silk-output=o.rw --log-destination=stdout --log-flags="
                        + flags
                        + " "
                        + files);
    }

    @Test
    void recordsBecomeFlows() {
        bench.good("rwipfix2silk --silk-output=o.rw a.ipfix");
        assertThat(flows("o.rw")).isEqualTo("192.0.2.1,1,5,0,0\n192.0.2.1,2,6,0,0\n");
        bench.good("rwipfix2silk --interface-values=vlan --silk-output=o.rw a.ipfix");
        assertThat(flows("o.rw")).isEqualTo("192.0.2.1,1,5,100,200\n192.0.2.1,2,6,100,200\n");
    }

    @Test
    void standardInputIsReadAmongFiles() throws IOException {
        bench.input(Files.readAllBytes(bench.path("a.ipfix")));
        Workbench.Result r =
                bench.run("rwipfix2silk --print-statistics --silk-output=o.rw a.ipfix -");
        assertThat(r.err()).isEqualTo("rwipfix2silk: Wrote 4 records to 'o.rw'\n");
        bench.input(new byte[0]);
        assertThat(bench.run("rwipfix2silk --silk-output=o.rw").status()).isZero();
        assertThat(flows("o.rw")).isEmpty();
    }

    @Test
    void notesStandInTheHeader() {
        bench.good("rwipfix2silk --note-add=mine --silk-output=o.rw a.ipfix");
        assertThat(bench.good("rwfileinfo --fields=annotations,command-lines o.rw"))
                .contains("mine", "rwipfix2silk --note-add=mine");
    }

    @Test
    void theLogTellsOfEachInput() {
        assertThat(log("none", "a.ipfix a.ipfix").lines())
                .containsExactly(
                        "rwipfix2silk: 'input0001': forward 2, reverse 0, ignored 0",
                        "rwipfix2silk: 'input0002': forward 2, reverse 0, ignored 0");
        assertThat(log("show-templates", "a.ipfix").lines())
                .contains(
                        "rwipfix2silk: 'input0001': Contents of template 0x0100 (256), domain 0, 11"
                                + " elements: sourceIPv4Address(8)[4], destinationIPv4Address(12)[4],"
                                + " sourceTransportPort(7)[2], destinationTransportPort(11)[2],"
                                + " protocolIdentifier(4)[1], packetDeltaCount(2)[4],"
                                + " octetDeltaCount(1)[4], vlanId(58)[2], postVlanId(59)[2],"
                                + " flowStartMilliseconds(152)[8], flowEndMilliseconds(153)[8]");
        assertThat(log("record-timestamps", "a.ipfix").lines())
                .contains(
                        "rwipfix2silk: 'input0001': Set sTime=2024/02/27T23:36:22.656Z, dur=1.000s"
                                + " from incoming record flowStartMilliseconds=1709076982656,"
                                + " flowEndMilliseconds=1709076983656");
        bench.set("SILK_IPFIX_PRINT_TEMPLATES", "1");
        assertThat(log("none", "a.ipfix").out()).contains("Contents of template");
    }

    @Test
    void gapsAndIgnoredRecordsAreLogged() throws IOException {
        write("b.ipfix", message(0, TEMPLATE + record(1, 0)) + message(9, record(2, 6)));
        String gap =
                "rwipfix2silk: IPFIX Message out of sequence (in domain 0000000000, expected"
                        + " 0x00000001, got 0x00000009)";
        assertThat(log("none", "b.ipfix").lines())
                .containsExactly(
                        "rwipfix2silk: IGNORED|192.0.2.1|198.51.100.7|1|443|6|0|100|byte or packet"
                                + " count is zero|",
                        gap,
                        "rwipfix2silk: 'input0001': forward 1, reverse 0, ignored 1");
        bench.set("SILK_LIBFIXBUF_SUPPRESS_WARNINGS", "1");
        assertThat(log("none", "b.ipfix").out()).doesNotContain("out of sequence");
    }

    @Test
    void samplingIsLogged() throws IOException {
        write(
                "s.ipfix",
                message(
                        0,
                        "0003 0016 0258 0003 0001 008f 0004 0023 0001 0022 0004"
                                + " 0258 000d 00000001 02 000003e8"));
        assertThat(log("sampling", "s.ipfix").out())
                .contains(
                        "'input0001': Sampling in domain 0: samplingAlgorithm=2,"
                                + " samplingInterval=1000");
        assertThat(log("default", "s.ipfix").out()).contains("Sampling");
        assertThat(log("none", "s.ipfix").out()).doesNotContain("Sampling");
    }

    @Test
    void theLogIsAddedToAFile() {
        for (int i = 0; i < 2; i++) {
            bench.good("rwipfix2silk --silk-output=o.rw --log-destination=l.txt a.ipfix");
        }
        assertThat(bench.text("l.txt")).hasLineCount(2);
        Workbench.Result r =
                bench.run("rwipfix2silk --silk-output=o.rw --log-destination=none/l.txt a.ipfix");
        assertThat(r.status()).isZero();
        assertThat(r.err()).contains("cannot write the log", "forward 2");
        assertThat(bench.run("rwipfix2silk --log-destination=stdout a.ipfix").status())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"bogus; unknown flag", "all,none; does not go with", ",; no flags"})
    void flagsThatAreNoneLeaveAFileWithoutFlows(String flags, String message) {
        Workbench.Result r = log(flags, "a.ipfix");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("invalid --log-flags", message);
        assertThat(flows("o.rw")).isEmpty();
        assertThat(log("none,bad", "a.ipfix").status()).isZero();
    }

    @Test
    void whatCameBeforeTheDamageIsWritten() throws IOException {
        byte[] whole = bench.octets("a.ipfix");
        Files.write(bench.path("cut.ipfix"), Arrays.copyOf(whole, whole.length - 1));
        Workbench.Result r = bench.run("rwipfix2silk --silk-output=o.rw cut.ipfix a.ipfix");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo(
                        "rwipfix2silk: cut.ipfix: offset 113: no IPFIX message: it is cut off\n");
        assertThat(flows("o.rw")).hasLineCount(3);
    }

    @Test
    void aMessageThatIsBrokenWithinIsToldOnce() throws IOException {
        String broken = message(0, "0100 ffff 00000000");
        write(
                "b.ipfix",
                message(0, TEMPLATE + record(1, 5)) + broken + broken + message(1, record(2, 6)));
        Workbench.Result r = bench.run("rwipfix2silk --silk-output=o.rw b.ipfix");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo(
                        "rwipfix2silk: b.ipfix: offset 113: a malformed IPFIX message (2 such"
                                + " places)\n");
        assertThat(flows("o.rw")).hasLineCount(2);
    }

    @Test
    void dataWithoutATemplateIsTold() throws IOException {
        write("b.ipfix", message(0, TEMPLATE + record(1, 5)) + message(1, record(300, 2, 6)));
        Workbench.Result r = bench.run("rwipfix2silk --silk-output=o.rw b.ipfix");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo(
                        "rwipfix2silk: b.ipfix: 1 sets of data without a template: template 300 of"
                                + " domain 0\n");
        assertThat(flows("o.rw")).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.ipfix a.ipfix", "--xargs=none.txt"})
    void aMissingInputEndsTheFile(String inputs) {
        Workbench.Result r = bench.run("rwipfix2silk --silk-output=o.rw " + inputs);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains(": no such file");
        assertThat(flows("o.rw")).isEmpty();
    }

    @Test
    void whatSilkDoesNotLookAtIsTold() throws IOException {
        write(
                "b.ipfix",
                message(
                        0,
                        "0002 0028 0101 0006 0008 0004 000c 0004 0002 0001 0001 0001 8002 0001"
                                + " 00007279 8001 0001 00007279 0101 0010 c0000201 c0000202 01 28 02"
                                + " 50"));
        Workbench.Result r = bench.run("rwipfix2silk --silk-output=o.rw b.ipfix");
        assertThat(r.status()).isZero();
        assertThat(r.err()).contains("1 records count a reverse direction").hasLineCount(1);
        assertThat(flows("o.rw")).hasLineCount(1);
        Workbench.Result all = bench.run("rwipfix2silk --as-rwflowpack --silk-output=o.rw b.ipfix");
        assertThat(all.err()).isEmpty();
        assertThat(flows("o.rw")).hasLineCount(2);
    }
}
