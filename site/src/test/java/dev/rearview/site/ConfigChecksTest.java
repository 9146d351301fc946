package dev.rearview.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Configurations by which flows would be lost.
class ConfigChecksTest {
    private static final String TYPES =
            """
                type 0 in in
                type 1 out out
                type 2 inweb iw
                type 3 outweb ow
                type 4 innull innull
                type 5 outnull outnull
                type 6 int2int int2int
                type 7 ext2ext ext2ext
                type 8 inicmp inicmp
                type 9 outicmp outicmp
                type 10 other other
            """;

    @TempDir Path directory;
    private String types = TYPES;
    private boolean lenient;

    private Site site() throws IOException {
        return site(
                "sensor 0 S0\nsensor 1 S1\nclass all\n    sensors S0 S1\n" + types + "end class\n");
    }

    private Site site(String text) throws IOException {
        return SilkConf.read(Files.writeString(directory.resolve("silk.conf"), text));
    }

    private static InetAddress[] lookUp(String host) throws UnknownHostException {
        return switch (host) {
            case "router", "192.0.2.1" -> new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
            case "192.0.2.2" -> new InetAddress[] {InetAddress.ofLiteral("192.0.2.2")};
            case "127.0.0.1" -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
            default -> throw new UnknownHostException(host);
        };
    }

    private SensorConf.Result read(String text) throws IOException {
        return SensorConf.read(
                Files.writeString(directory.resolve("sensor.conf"), text),
                site(),
                PackingLogic.TWOWAY,
                new SensorConf.Surroundings(
                        path -> {
                            throw new IOException(path + ": no sets here");
                        },
                        ConfigChecksTest::lookUp,
                        lenient));
    }

    private static String probe(String name, String type, String... more) {
        return "probe %s %s\n    listen-on-port 2055\n    protocol udp\n%send probe\n"
                .formatted(name, type, String.join("", List.of(more)));
    }

    private static String sensor(String name, String statement) {
        return "sensor %s\n    %s\n    internal-ipblocks 192.0.2.0/24\nend sensor\n"
                .formatted(name, statement);
    }

    /// Asserts lines of errors, each given without the directory.
    private void assertErrors(ThrowingCallable call, String... lines) {
        assertThatThrownBy(call)
                .isInstanceOf(ConfigException.class)
                .satisfies(e ->
                        assertThat(
                                        String.valueOf(e.getMessage())
                                                .replace(directory + "/", "")
                                                .lines())
                                .containsExactly(lines));
    }

    @Test
    void aTypeThatThePackingLogicNeeds() {
        types = "    type 0 in in\n    type 1 out out\n    type 4 web ow\n    type 9 other other\n";
        String text = probe("P0", "flow") + sensor("S0", "flow-probes P0");
        assertErrors(
                () -> read(text),
                "silk.conf:3: class 'all' lacks types that the packing logic twoway gives to flows"
                        + " (inweb, outweb, innull, outnull, int2int, ext2ext), which would be lost;"
                        + " add to its block:",
                "    type 2 inweb iw",
                "    type 3 outweb ow2",
                "    type 10 innull innull",
                "    type 5 outnull outnull",
                "    type 6 int2int int2int",
                "    type 7 ext2ext ext2ext",
                "    type 8 inicmp inicmp",
                "    type 11 outicmp outicmp");
    }

    @Test
    void typesThatNoFlowIsGivenMayBeMissing() throws IOException {
        types = TYPES.replaceAll("(?m)^.*icmp\n", "");
        assertThat(read(probe("P0", "flow") + sensor("S0", "flow-probes P0")).warnings()).isEmpty();
    }

    /// As an extract that shows no types has it.
    @Test
    void aClassWithoutTypesSaysItsLineAndWhatToAdd() {
        types = "";
        String[] lines = new String[12];
        lines[0] =
                "silk.conf:3: class 'all' has no types; for the packing logic twoway add to its"
                        + " block:";
        System.arraycopy(TYPES.lines().toArray(String[]::new), 0, lines, 1, 11);
        assertErrors(this::site, lines);
    }

    @Test
    void theOnlyClassIsTheDefault() throws IOException {
        assertThat(site().defaultClass().orElseThrow().name()).isEqualTo("all");
        String two = "class a\n type 0 in\nend class\nclass b\n type 1 in\nend class\n";
        assertThat(site(two).defaultClass()).isEmpty();
        assertThat(site(two).packingClass().orElseThrow().name()).isEqualTo("a");
    }

    @Test
    void aSiteWithoutClass() {
        assertErrors(
                () ->
                        SensorConf.read(
                                Files.writeString(
                                        directory.resolve("sensor.conf"),
                                        probe("P0", "flow") + sensor("S0", "flow-probes P0")),
                                site("sensor 0 S0\n"),
                                PackingLogic.GENERIC,
                                path -> IpSet.EMPTY),
                "sensor.conf:8: sensor 'S0': needs external-interfaces or external-ipblocks",
                "silk.conf:1: no class is defined; add 'class all' with the names of its sensors"
                        + " and",
                "    type 0 in in",
                "    type 1 out out",
                "    type 2 inweb iw",
                "    type 3 outweb ow",
                "    type 4 innull innull",
                "    type 5 outnull outnull");
    }

    @Test
    void aSensorOutsideTheClass() {
        types = TYPES + "    # S2 is not here\nend class\nsensor 2 S2\nclass all\n";
        assertErrors(
                () -> read(probe("P0", "flow") + sensor("S2", "flow-probes P0")),
                "sensor.conf:5: sensor 'S2' is not in class 'all' of the site configuration, so that"
                        + " no query would find its flows; add it to 'sensors' at silk.conf:3");
    }

    @Test
    void probesAndSensorsThatMissEachOther() throws IOException {
        String text =
                probe("P0", "sflow")
                        + probe("P1", "netflow-v5")
                        + sensor("S0", "sflow-probes xx, P0")
                        + sensor("S1", "ipfix-probes P1");
        String[] lines = {
            "sensor.conf:10: probe 'xx' is not defined; defined: P0, P1",
            "sensor.conf:14: probe 'P1' is of type netflow-v5: name it by 'netflow-v5-probes P1'"
        };
        assertErrors(() -> read(text), lines);
        String unnamed =
                probe("P0", "netflow-v9") + probe("P1", "sflow") + sensor("S0", "sflow-probes P1");
        String[] line = {
            "sensor.conf:1: no sensor names probe 'P0', all of whose flows would be lost; add"
                    + " 'netflow-v9-probes P0' to a sensor block"
        };
        assertErrors(() -> read(unnamed), line);
        lenient = true;
        assertThat(read(text).warnings()).containsExactly(in(lines));
        assertThat(read(unnamed).warnings()).containsExactly(in(line));
    }

    private String[] in(String... lines) {
        return List.of(lines).stream().map(l -> directory + "/" + l).toArray(String[]::new);
    }

    @Test
    void hostsWithoutAddress() throws IOException {
        String text =
                probe("P0", "flow", "    accept-from-host router, nobody\n")
                        + sensor("S0", "flow-probes P0");
        String line =
                "sensor.conf:1: probe 'P0': host 'nobody' of accept-from-host has no address, all"
                        + " that it sends would be lost; correct the name, or give its address";
        assertErrors(() -> read(text), line);
        lenient = true;
        assertThat(read(text).warnings()).containsExactly(in(line));
        // Nothing can listen there.
        assertErrors(
                () ->
                        read(
                                probe("P0", "flow", "    listen-as-host nobody\n")
                                        + sensor("S0", "flow-probes P0")),
                "sensor.conf:1: probe 'P0': host 'nobody' of listen-as-host has no address to listen"
                        + " on; correct the name, or give its address");
    }

    /// The port is the same.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    netflow-v5 | netflow-v9  |                            |
                    netflow-v9 | ipfix       |                            |
                    netflow    | sflow       |                            |
                    netflow    | netflow     | accept-from-host router    | accept-from-host 192.0.2.2
                    netflow    | netflow-v9  | accept-from-host 192.0.2.1 | accept-from-host 192.0.2.2
                    """)
    void probesThatCanBeToldApart(String a, String b, String of, String and) throws IOException {
        assertThat(read(pair(a, b, of, and)).probes()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    netflow-v5 | netflow-v5 | both take NetFlow v5 |                            |
                    netflow-v5 | netflow    | both take NetFlow v5 |                            |
                    netflow-v5 | netflow    | both take NetFlow v5 | accept-from-host router    |
                    ipfix      | netflow    | both take IPFIX      | accept-from-host router    | accept-from-host 192.0.2.1
                    flow       | netflow    | both take NetFlow v5, NetFlow v9, IPFIX | |
                    sflow      | flow       | both take sFlow      |                            |
                    sflow      | ipfix      | at all addresses     | listen-as-host 127.0.0.1   |
                    sflow      | ipfix      | by two names         | listen-as-host router      | listen-as-host 192.0.2.1
                    """)
    void probesThatCannotBeToldApart(String a, String b, String what, String of, String and) {
        assertThatThrownBy(() -> read(pair(a, b, of, and)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(
                        directory.resolve("sensor.conf")
                                + ":11: probe 'B' and probe 'A' ("
                                + directory.resolve("sensor.conf")
                                + ":1) ")
                .hasMessageContaining(what)
                .hasMessageContaining("2055/udp");
    }

    private static String pair(String a, String b, String of, String and) {
        return probe("A", a, of == null ? "" : "    " + of + "\n").replace("end probe\n", "")
                + (of == null ? "\n" : "")
                + "end probe\n"
                + sensor("S0", a + "-probes A")
                + "\n"
                + probe("B", b, and == null ? "" : "    " + and + "\n")
                + sensor("S1", b + "-probes B");
    }

    @Test
    void netflowWasAnotherWordForVersionFive() throws IOException {
        SensorConf.Result r =
                read(
                        probe("P0", "netflow", "    listen-as-host 127.0.0.1\n")
                                + sensor("S0", "netflow-v5-probes P0"));
        assertThat(r.sensorsOf(r.probes().getFirst())).hasSize(1);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertErrors(
                () ->
                        read(
                                """
                                probe P0 netflow-v4
                                    listen-on-port 2055
                                end probe
                                probe P1 ipfix
                                    listen-on-port 99999
                                    protocol udp
                                probe P2 sflow
                                    listen-on-port 6343 'x'
                                    quirks outer-header
                                end probe
                                nonsense here
                                    more of it
                                end nonsense
                                sensor S9
                                    sflow-probes P2
                                end sensor
                                sensor S0
                                    ipfix-probes P1, P3
                                    internal-ipblocks @home
                                """),
                "sensor.conf:1: expected a probe type (netflow-v5, netflow-v9, ipfix, sflow,"
                        + " netflow, flow or silk), not 'netflow-v4'",
                "sensor.conf:5: expected a port of 1-65535, not '99999'",
                "sensor.conf:7: expected 'end probe' before this line, for the block of line 4",
                "sensor.conf:8: unexpected character '''",
                "sensor.conf:9: unknown name 'outer-header' after 'quirks'; known: firewall-event,"
                        + " firewall-update, inner-header, missing-ips, nf9-out-is-reverse,"
                        + " nf9-sysuptime-seconds, none, sflow-ip-length, zero-packets",
                "sensor.conf:11: expected 'probe', 'group', 'sensor' or 'include', not 'nonsense'",
                "sensor.conf:14: sensor 'S9' is not defined in the site configuration; add 'sensor"
                        + " NUMBER S9' to silk.conf, and its name to 'sensors' in the class",
                "sensor.conf:18: probe 'P3' is not defined; defined: P0, P1, P2",
                "sensor.conf:19: unknown group '@home'; define it above this line",
                "sensor.conf:19: expected 'end sensor' before the end of the file, for the block of"
                        + " line 17");
    }

    @Test
    void theSiteTellsAllItsErrors() {
        assertErrors(
                () ->
                        site(
                                """
                                version 3
                                sensor 0 S_0
                                sensor 70000 S1
                                class all
                                    sensors S_0 S1 S2
                                    typo 0 in
                                end class
                                """),
                "silk.conf:1: expected a version of 0-2, not '3'",
                "silk.conf:2: sensor name 'S_0' must start with a letter and hold no blank, '_', '/'"
                        + " or quote",
                "silk.conf:3: expected a sensor id of 0-65534, not '70000'",
                "silk.conf:4: class 'all' has no types; for the packing logic twoway add to its"
                        + " block:",
                "    type 0 in in",
                "    type 1 out out",
                "    type 2 inweb iw",
                "    type 3 outweb ow",
                "    type 4 innull innull",
                "    type 5 outnull outnull",
                "    type 6 int2int int2int",
                "    type 7 ext2ext ext2ext",
                "    type 8 inicmp inicmp",
                "    type 9 outicmp outicmp",
                "    type 10 other other",
                "silk.conf:5: unknown sensor 'S2'",
                "silk.conf:6: unknown command 'typo' in a class block");
    }

    /// Such as a file that is no configuration at all.
    @Test
    void problemsAreBounded() {
        assertThatThrownBy(() -> site("x\n".repeat(1000)))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(101))
                .hasMessageEndingWith("and 900 more");
    }
}
