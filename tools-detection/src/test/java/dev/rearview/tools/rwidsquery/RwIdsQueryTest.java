package dev.rearview.tools.rwidsquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwsetcat.RwSetCat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command that alerts and rules come to, and what is no alert or rule.
class RwIdsQueryTest {
    private static final String FAST =
            "Nov  5 00:00:58 hostname snort[5214]: [1:1416:11] SNMP broadcast {trap}"
                    + " [Priority: 2]: {TCP} 192.168.0.1:4161 -> 127.0.0.1:139\n";

    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void bench() {
        bench = new Workbench(directory, RwIdsQueryTest::tool);
    }

    private static Optional<Tool> tool(String name, Env env) {
        return switch (name) {
            case "rwidsquery" -> Optional.of(new RwIdsQuery(env, RwIdsQueryTest::tool));
            case "rwfilter" -> Optional.of(new RwFilter(env));
            case "rwsetcat" -> Optional.of(new RwSetCat(env));
            default -> Optional.empty();
        };
    }

    /// What stands behind the times of the command that is printed for a text.
    private String of(String switches, String text) {
        bench.write("in", text);
        Workbench.Result r = bench.run("rwidsquery --dry-run " + switches + " in");
        assertThat(r.status()).as(r.err()).isZero();
        return r.err().strip().replaceFirst("^rwfilter ", "");
    }

    private String rule(String head, String body) {
        return of("--intype=rule", "alert tcp " + head + " (" + body + ")\n")
                .replace(" --pass=stdout", "");
    }

    private String fails(String switches, String text) {
        bench.write("in", text);
        Workbench.Result r = bench.run("rwidsquery --dry-run " + switches + " in");
        assertThat(r.status()).isEqualTo(1);
        return r.err();
    }

    @Test
    void anAlertAcrossMidnight() {
        assertThat(of("--intype=fast --year=2007 --tolerance=300", FAST))
                .isEqualTo(
                        "--start-date=2007/11/04:23 --end-date=2007/11/05:00"
                                + " --stime=2007/11/04:23:55:58-2007/11/05:00:05:58"
                                + " --saddress=192.168.0.1 --sport=4161 --daddress=127.0.0.1"
                                + " --dport=139 --protocol=6 --pass=stdout");
    }

    @Test
    void otherProtocolsAndAddresses() {
        String mask = "--intype=fast --year=2024 --mask=start-date,end-date,stime";
        assertThat(of(mask, "02/29-10:15:30.123456 [**] x [**] {ICMP} 1.1.1.1 -> 2.2.2.2\n"))
                .startsWith("--saddress=1.1.1.1 --daddress=2.2.2.2 --protocol=1 ");
        assertThat(of(mask, "02/29-10:15:30.1 {PROTO:089} 1.1.1.1 -> 2.2.2.2\n"))
                .contains("--protocol=89");
        assertThat(of(mask, "02/29/24-10:15:30.1 {UDP} 2001:db8::1:53 -> ff02::1:5353\n"))
                .startsWith(
                        "--saddress=2001:db8::1 --sport=53 --daddress=ff02::1 --dport=5353"
                                + " --protocol=17");
        assertThat(of(mask, "02/29-10:15:30.1 {IPV6-ICMP} fe80::1 -> ff02::1:ff00:1\n"))
                .startsWith("--saddress=fe80::1 --daddress=ff02::1:ff00:1 --protocol=58");
    }

    @Test
    void aFullAlertWithAndWithoutTheLinkLayer() {
        String expected =
                "--saddress=5.188.62.140 --sport=44444 --daddress=10.40.0.55 --dport=22"
                        + " --protocol=6 --pass=stdout";
        String mask = "--intype=full --year=2024 --mask=start-date,end-date,stime";
        assertThat(
                        of(
                                mask,
                                """

                                [**] [1:2001219:20] ET SCAN [**]
                                [Classification: x] [Priority: 2]
                                02/29-10:15:30.123456 5.188.62.140:44444 -> 10.40.0.55:22
                                TCP TTL:50 TOS:0x0 ID:1 IpLen:20 DgmLen:44

                                [**] [1:2:3] the next [**]
                                """))
                .isEqualTo(expected);
        assertThat(
                        of(
                                mask,
                                """
                                [**] [1:2001219:20] ET SCAN [**]
                                02/29-10:15:30.123456 0:1:2:3:4:5 -> 0:1:2:3:4:6 type:0x800 len:0x3E
                                5.188.62.140:44444 -> 10.40.0.55:22 TCP TTL:50 TOS:0x0 ID:1
                                """))
                .isEqualTo(expected);
    }

    @Test
    void whatIsNoAlert() {
        assertThat(fails("--intype=fast", "nothing of the kind\n")).contains("in: no alert");
        assertThat(fails("--intype=fast", "")).contains("in: no alert");
        assertThat(fails("--intype=full", "[**] x [**]\n02/29-10:15:30.1 1.1.1.1 -> 2.2.2.2\n"))
                .contains("no alert");
        assertThat(
                        fails(
                                "--intype=fast --year=2023",
                                "Feb 29 10:00:00 x {TCP} 1.1.1.1:1 -> 2.2.2.2:2\n"))
                .contains("no time of 2023");
        assertThat(fails("--intype=fast", "Feb 28 10:00:00 x {TCP} 1.1.1.1:99999 -> 2.2.2.2:2\n"))
                .contains("above the maximum");
        assertThat(fails("--intype=fast", "Feb 28 10:00:00 x {TCP} host:1 -> 2.2.2.2:2\n"))
                .contains("host");
    }

    @Test
    void portsOfRules() {
        assertThat(rule("any [80,443,8000:8002] -> any ![22,25]", ""))
                .isEqualTo("--sport=80,443,8000-8002 --dport=0-21,23-24,26-65535");
        assertThat(rule("any [1:100,!50] -> any !:1023", ""))
                .isEqualTo("--sport=1-49,51-100 --dport=1024-65535");
        assertThat(rule("any any <> any 21", "")).isEqualTo("--aport=21");
        assertThat(rule("10.0.0.1 any <- any 21", "")).isEqualTo("--sport=21 --daddress=10.0.0.1");
        assertThat(rule("10.0.0.1 any <> 10.0.0.2 21", ""))
                .isEqualTo("--saddress=10.0.0.1 --daddress=10.0.0.2 --dport=21");
        assertThat(rule("10.0.0.0/8 any <> any any", "")).isEqualTo("--any-address=10.0.0.0/8");
    }

    @Test
    void optionsOfRules() {
        assertThat(rule("any any -> any any", "msg:\"a;flags:S\\;\"; flags:SA,12; ip_proto:!tcp;"))
                .isEqualTo("--tcp-flags=SA --protocol=0-5,7-255");
        assertThat(rule("any any -> any any", "itype:3<>6; icode:<2"))
                .isEqualTo("--icmp-type=4-5 --icmp-code=0-1");
        assertThat(rule("any any -> any any", "flags:0;")).isEqualTo("--flags-all=/FSRPAU");
        assertThat(rule("any any -> any any", "flags:!S; content:\"x\"; nocase;"))
                .isEqualTo("--pass=stdout");
    }

    @Test
    void variablesAndSets() throws IOException {
        bench.write(
                "snort.conf",
                """
                # var HOME_NET 1.1.1.1
                ipvar HOME_NET [10.40.0.0/16,\\
                  192.168.20.0/24]
                var EXTERNAL_NET !$HOME_NET
                portvar HTTP_PORTS [80,8080] # both
                """);
        String command =
                of(
                        "--intype=rule --config-file=snort.conf",
                        "# a comment\n\nalert tcp $EXTERNAL_NET $(HTTP_PORTS) -> $HOME_NET $(X:-22)"
                                + " (sid:1;)\n");
        assertThat(command)
                .matches(
                        "--sipset=\\S+\\.set --sport=80,8080 --dipset=\\S+\\.set --dport=22"
                                + " --pass=stdout");
        String home = command.replaceFirst(".*--dipset=(\\S+) .*", "$1");
        assertThat(bench.good("rwsetcat --cidr-blocks " + home))
                .isEqualTo("10.40.0.0/16\n192.168.20.0/24\n");
        String external = command.replaceFirst("--sipset=(\\S+) .*", "$1");
        assertThat(bench.good("rwsetcat --cidr-blocks=1 " + external))
                .contains("10.41.0.0/16\n")
                .doesNotContain("10.40.");
    }

    @Test
    void whatIsNoRule() {
        assertThat(fails("--intype=rule", "alert tcp $HOME_NET any -> any any (sid:1;)"))
                .contains("no variable $HOME_NET");
        assertThat(fails("--intype=rule", "alert tcp any any any any (sid:1;)"))
                .contains("6 words");
        assertThat(fails("--intype=rule", "alert tcp any any -- any any (sid:1;)"))
                .contains("no direction");
        assertThat(fails("--intype=rule", "alert tcp any any -> any any (sid:1;")).contains("')'");
        assertThat(fails("--intype=rule", "alert tcp [1.1.1.1 any -> any any (sid:1;)"))
                .contains("words");
        assertThat(fails("--intype=rule", "alert tcp any 99999 -> any any (sid:1;)"))
                .contains("above the maximum");
        assertThat(fails("--intype=rule", "alert tcp any any -> any any (itype:>255;)"))
                .contains("true of nothing");
        assertThat(fails("--intype=rule", "alert tcp !any any -> any any (sid:1;)"))
                .contains("holds no address");
        assertThat(
                        fails(
                                "--intype=rule",
                                "alert tcp any "
                                        + "[".repeat(99)
                                        + "1"
                                        + "]".repeat(99)
                                        + " -> any any ()"))
                .contains("levels");
        assertThat(fails("--intype=rule", "")).contains("no rule");
    }

    @Test
    void aVariableOfItselfIsRefused() {
        bench.write("snort.conf", "var A $B\nvar B $A\n");
        assertThat(
                        fails(
                                "--intype=rule --config-file=snort.conf",
                                "alert tcp $A any -> any any (sid:1;)"))
                .contains("more than 16 variables");
    }

    @Test
    void switches() {
        assertThat(bench.run("rwidsquery in").err()).contains("--intype is required");
        assertThat(bench.run("rwidsquery --intype=slow in").status()).isEqualTo(1);
        assertThat(bench.run("rwidsquery --intype=rule --end-date=2024/02/29 in").err())
                .contains("--end-date needs");
        assertThat(bench.run("rwidsquery --intype=fast none.log").status()).isEqualTo(1);
        assertThat(of("--intype=rule --start-date=2024/02/29 --output-file=o.rw", "alert http ()"))
                .isEqualTo("--start-date=2024/02/29 --stime=2024/02/29-2024/02/29 --pass=o.rw");
        bench.write("in", FAST);
        assertThat(
                        bench.run(
                                        "rwidsquery --intype=fast --dry-run --mask=stime in --"
                                                + " --type=all")
                                .err())
                .contains("--protocol=6 --type=all --pass=stdout");
    }

    @Test
    void theStatusIsThatOfRwfilter() {
        bench.write("in", FAST);
        Workbench.Result r = bench.run("rwidsquery --intype=fast in -- --no-such-switch");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("rwfilter: ").contains("no-such-switch");
    }

    @Test
    void anotherRwfilterIsGivenItsArgumentsAsTheyAre() throws IOException {
        Path program = bench.path("my filter");
        Files.writeString(program, "#!/bin/sh\nfor a in \"$@\"; do echo \"<$a>\"; done\nexit 3\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        bench.set("RWFILTER", program.toString());
        bench.write("in", FAST);
        Workbench.Result r =
                bench.run(
                        "rwidsquery",
                        "--intype=fast",
                        "--mask=start-date,end-date,stime,saddress,sport,daddress,dport",
                        "--output-file=$(touch x) y",
                        "in");
        assertThat(r.out()).isEqualTo("<--protocol=6>\n<--pass=$(touch x) y>\n");
        assertThat(r.status()).isEqualTo(3);
        assertThat(bench.exists("x")).isFalse();
    }
}
