package dev.rearview.tools.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitTest {
    @TempDir Path directory;
    private List<String> interfaces = List.of("192.168.1.0/24");
    private String typed = "";
    private boolean terminal;

    private Workbench.Result init(String... arguments) {
        List<String> words = new ArrayList<>(List.of("init"));
        words.addAll(List.of(arguments));
        return new Workbench(directory, Tools::create)
                .input(typed)
                .terminal(terminal, terminal)
                .run(env -> new Init(env, () -> interfaces), words.toArray(String[]::new));
    }

    private String sensors() throws IOException {
        return Files.readString(directory.resolve("d/sensor.conf"));
    }

    @Test
    void networksAreGivenFoundOrAskedFor() throws IOException {
        assertThat(init("d", "--networks=10.0.0.0/8,2001:db8::/32").status()).isZero();
        assertThat(sensors())
                .contains("    ipblocks 10.0.0.0/8\n    ipblocks 2001:db8::/32\nend group\n")
                .contains("probe P2055 flow", "probe P4739 flow", "probe P6343 flow")
                .contains("    flow-probes P2055, P4739, P6343\n");
        clear();
        assertThat(init("d").status()).isZero();
        assertThat(sensors()).contains("    ipblocks 192.168.1.0/24\nend group\n");
        clear();
        terminal = true;
        typed = "nonsense\n172.16.0.0/12 10.1.2.0/24\n";
        Workbench.Result asked = init("d");
        assertThat(asked.status()).as(asked.err()).isZero();
        assertThat(asked.out()).startsWith("Your networks [192.168.1.0/24]: ");
        assertThat(sensors()).contains("    ipblocks 172.16.0.0/12\n    ipblocks 10.1.2.0/24\n");
        clear();
        typed = "\n";
        assertThat(init("d").status()).isZero();
        assertThat(sensors()).contains("    ipblocks 192.168.1.0/24\n");
    }

    private void clear() throws IOException {
        for (String name : List.of("d/data/silk.conf", "d/silk.conf", "d/sensor.conf")) {
            Files.delete(directory.resolve(name));
        }
    }

    @Test
    void aMachineWithoutNetworkIsToldToNameThem() {
        interfaces = List.of();
        assertThat(init("d"))
                .isEqualTo(
                        new Workbench.Result(
                                1,
                                "",
                                "init: this machine has no network but loopback: give yours with"
                                        + " --networks=LIST\n"));
        assertThat(directory.resolve("d")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"silk.conf", "sensor.conf", "data/silk.conf"})
    void nothingIsOverwritten(String name) throws IOException {
        Path file = directory.resolve("d").resolve(name);
        Files.createDirectories(directory.resolve("d/data"));
        Files.writeString(file, "precious");
        Workbench.Result r = init("d");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo(
                        "init: "
                                + file
                                + " exists, and nothing is overwritten; give another directory\n");
        assertThat(file).hasContent("precious");
        try (var all = Files.walk(directory)) {
            assertThat(all.filter(Files::isRegularFile)).containsExactly(file);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--networks=10.0.0.0/40, networks",
        "--port=70000, port",
        "--port=0, port",
        "--sensor=a_b, silk.conf:6: sensor name 'a_b' must start with a letter"
    })
    void whatIsWrongIsToldAndLeavesNothing(String argument, String what) throws IOException {
        Workbench.Result r = init("d", argument);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains(what);
        try (var all = Files.walk(directory)) {
            assertThat(all.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void theRootMayBeElsewhereAndHasALinkToTheSite() throws IOException {
        Workbench.Result r =
                init("a b", "--root-directory=store/data", "--port=9995", "--sensor=EDGE");
        assertThat(r.status()).as(r.err()).isZero();
        Path link = directory.resolve("store/data/silk.conf");
        assertThat(Files.isSameFile(link, directory.resolve("a b/silk.conf"))).isTrue();
        assertThat(r.out())
                .contains("--root-directory=" + directory.resolve("store/data"))
                .contains("--site-config-file='" + directory.resolve("a b/silk.conf") + "'");
        assertThat(directory.resolve("a b/sensor.conf"))
                .content()
                .contains("sensor EDGE", "probe P9995 flow", "flow-probes P9995\n");
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.1.77, 24, 192.168.1.0/24",
        "10.255.3.4, 9, 10.128.0.0/9",
        "192.0.2.1, 32, 192.0.2.1/32",
        "2001:db8::abcd, 64, 2001:db8:0:0:0:0:0:0/64"
    })
    void theBlockOfAnAddress(String address, int prefix, String block) {
        assertThat(Interfaces.block(InetAddress.ofLiteral(address), prefix)).isEqualTo(block);
    }
}
