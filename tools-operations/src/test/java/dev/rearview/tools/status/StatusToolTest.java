package dev.rearview.tools.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a repository's files tell where no collector runs.
class StatusToolTest {
    @TempDir Path root;
    private Path state = Path.of("");

    @BeforeEach
    void repository() throws IOException {
        state = root.resolve(".rearview");
        Files.createDirectories(state.resolve("quarantine"));
        Files.createDirectory(state.resolve("journal"));
        Files.writeString(
                root.resolve("silk.conf"),
                """
                version 2
                sensor 0 S0
                class all
                    sensors S0
                    type 0 in in
                    default-types in
                end class
                """);
    }

    private void ledger(long nowS) throws IOException {
        String text =
                """
                #probe	exporter	what	count
                cr	192.0.2.1	datagrams	10
                cr	192.0.2.1	flows	300
                cr	192.0.2.1	lost:sequence-gap	7
                cr	192.0.2.1	awaited:1/256	3
                cr	192.0.2.1	unknown:0/61	9
                cr	192.0.2.1	unknown:9999/7	1
                cr	192.0.2.1	active	%1$d
                cr	192.0.2.1	lost-active	%2$d
                cr	2001:db8::1	flows	5
                cr	2001:db8::1	active	%3$d
                cr	10.1.0.0/24	lost:malformed	4
                cr	10.1.0.0/24	active	%3$d
                -	10.9.9.9	lost:disallowed-host	2
                -	10.9.9.9	active	%3$d
                udp:2055	-	lost:kernel-drop	1
                """;
        Files.writeString(
                state.resolve("ledger.tsv"), text.formatted(nowS - 5, nowS - 1800, nowS - 7200));
    }

    private Workbench.Result status(String arguments) {
        return new Workbench(root, Tools::create)
                .set("SILK_DATA_ROOTDIR", root.toString())
                .run(("status " + arguments).strip());
    }

    private String plain(String more) {
        return status(more + " --delimited").out();
    }

    @Test
    void exportersAreToldWithTheirLossesAndSilence() throws IOException {
        ledger(System.currentTimeMillis() / 1000);
        assertThat(plain("--silence=1h").lines())
                .contains(
                        "part|name|item|value|state",
                        "exporter|cr 192.0.2.1|datagrams|10|ok",
                        "exporter|cr 192.0.2.1|lost:sequence-gap|7|warning",
                        "exporter|cr 192.0.2.1|awaited:1/256|3|ok",
                        "exporter|cr 192.0.2.1|unknown:flowDirection|9|ok",
                        "exporter|cr 192.0.2.1|unknown:9999/7|1|ok",
                        "exporter|cr 2001:db8::1|flows|5|ok",
                        "other|cr 10.1.0.0/24|lost:malformed|4|ok",
                        "other|- 10.9.9.9|lost:disallowed-host|2|ok",
                        "other|udp:2055|lost:kernel-drop|1|ok",
                        "other|udp:2055|last-heard|unknown|ok")
                .anyMatch(l -> l.matches("exporter\\|cr 192.0.2.1\\|silent-seconds\\|\\d+\\|ok"))
                .anyMatch(l ->
                        l.matches("exporter\\|cr 2001:db8::1\\|silent-seconds\\|\\d+\\|warning"))
                .anyMatch(
                        l -> l.matches("exporter\\|cr 2001:db8::1\\|last-heard\\|20.*\\|warning"));
        assertThat(plain("--losses=10m")).contains("lost:sequence-gap|7|ok");
    }

    @Test
    void quarantineAndAMissingCollectorAreWarnings() throws IOException {
        Files.writeString(state.resolve("quarantine/ledger-x"), "12345");
        Workbench.Result r = status("--output-format=ndjson");
        assertThat(r.err()).isEmpty();
        assertThat(r.status()).isEqualTo(2);
        assertThat(r.out().lines())
                .contains(
                        "{\"part\":\"collector\",\"name\":\""
                                + root
                                + "\",\"item\":\"process\",\"value\":\"none\",\"state\":\"warning\"}",
                        "{\"part\":\"store\",\"name\":\""
                                + root
                                + "\",\"item\":\"quarantine-octets\",\"value\":5,\"state\":\"warning\"}");
    }

    @Test
    void whatCannotBeToldIsAnError() throws IOException {
        Files.writeString(state.resolve("ledger.tsv"), "#rearview ledger 2\nnonsense\n");
        Workbench.Result damaged = status("");
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.err()).startsWith("status: the ledger cannot be read: ");
        assertThat(damaged.out()).contains("hours");
        Workbench.Result nowhere = status("--data-rootdir=/nonexistent");
        assertThat(nowhere.status()).isEqualTo(1);
        assertThat(nowhere.err()).contains("/nonexistent is not a directory");
        assertThat(status("--silence=soon").status()).isEqualTo(1);
    }

    @Test
    void onlyTheHoursNeedASite() throws IOException {
        Files.delete(root.resolve("silk.conf"));
        assertThat(status("").err()).contains("no site configuration");
        assertThat(status("").status()).isEqualTo(1);
        assertThat(status("--no-store")).matches(r -> r.status() == 2 && r.err().isEmpty());
    }
}
