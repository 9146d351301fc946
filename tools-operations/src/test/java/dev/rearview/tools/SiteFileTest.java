package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A site configuration that is missing or wrong.
class SiteFileTest {
    @TempDir Path directory;

    /// The commands that have the switch.
    static Stream<String> commands() {
        return Tools.names().stream()
                .filter(name -> {
                    Options options = new Options();
                    Tools.create(name, Env.ofProcess()).orElseThrow().declare(options);
                    return options.all().stream()
                            .anyMatch(o -> o.name().equals("site-config-file"));
                });
    }

    @Test
    void manyCommandsHaveTheSwitch() {
        assertThat(commands().toList())
                .contains("rwcat", "rwnetmask", "rwfileinfo", "rwaggbagtool", "rwfilter", "mapsid");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aMissingFileIsAUsageError(String command) throws IOException {
        Workbench.Result r =
                new Workbench(directory, Tools::create)
                        .run(command, "--site-config-file=missing.conf", "f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err())
                .startsWith(command + ": ")
                .contains("--site-config-file", "missing.conf", "cannot read")
                .doesNotContain("f.rw");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    private Workbench flows() {
        Workbench bench = new Workbench(directory, Tools::create);
        bench.write("f.txt", "sIP\n10.0.0.1\n10.0.0.2\n");
        bench.good("rwtuc --output-path=f.rw f.txt");
        return bench;
    }

    @Test
    void aMissingFileThatTheEnvironmentNamesMattersOnlyWhereNamesAreTold() {
        Workbench bench = flows().set("SILK_CONFIG_FILE", "missing.conf");
        Workbench.Result cut = bench.run("rwcut", "--fields=sip,sensor", "--no-titles", "f.rw");
        assertThat(cut.status()).isZero();
        assertThat(cut.lines()).hasSize(2);
        for (String command : List.of("mapsid", "rwsiteinfo --fields=class")) {
            Workbench.Result r = bench.run(command);
            assertThat(r.status()).as(command).isEqualTo(1);
            assertThat(r.out()).isEmpty();
            assertThat(r.err()).contains("missing.conf");
        }
    }

    @Test
    void aFileThatCannotBeUnderstoodIsToldWithItsLine() {
        Workbench bench = flows();
        bench.write("bad.conf", "version 2\nsensor x y\n");
        for (String command :
                List.of("rwcut --fields=sensor f.rw", "mapsid", "rwsiteinfo --fields=class")) {
            Workbench.Result r = bench.run(command + " --site-config-file=bad.conf");
            assertThat(r.status()).as(command).isEqualTo(1);
            assertThat(r.out()).isEmpty();
            assertThat(r.err()).contains("bad.conf:2:");
        }
    }
}
