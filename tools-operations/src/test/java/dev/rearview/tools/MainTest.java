package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What a user gets who does not know what to type yet.
class MainTest {
    private Workbench.Result result = new Workbench.Result(0, "", "");

    private int run(String... args) {
        Workbench bench = new Workbench(Path.of("").toAbsolutePath(), Tools::create);
        result = bench.within("", env -> Main.run(args, env));
        return result.status();
    }

    private String out() {
        return result.out();
    }

    private String err() {
        return result.err();
    }

    @Test
    void theVersionIsToldByTheProductAndByEveryCommand() {
        assertThat(run("--version")).isZero();
        assertThat(out()).startsWith("rearview 0.1.0 (compatible with SiLK 3.22.1)\n");
        for (String name : Tools.names()) {
            assertThat(run(name, "--version")).as(name).isZero();
            assertThat(out()).startsWith(name + ": part of Rearview 0.1.0 ");
            assertThat(err()).isEmpty();
        }
    }

    @Test
    void helpNamesEveryCommand() {
        for (String word : new String[] {"help", "--help", "-h"}) {
            assertThat(run(word)).isZero();
            assertThat(out()).contains("rearview run ", "rearview store ", "rwfilter ", "mapsid ");
            assertThat(err()).isEmpty();
        }
        String overview = out();
        assertThat(run()).isEqualTo(1);
        assertThat(err()).isEqualTo(overview);
        assertThat(out()).isEmpty();
    }

    @Test
    void helpOfACommandIsWhatTheCommandSays() {
        for (String name : Tools.names()) {
            assertThat(run(name, "--help")).as(name).isZero();
            String own = out();
            assertThat(run("help", name)).as(name).isZero();
            assertThat(out()).isEqualTo(own).contains("--help\n", "--version\n");
        }
        assertThat(run("help", "rwflowcapd")).isZero();
        assertThat(out()).contains("--sensor-configuration=PATH");
    }

    @Test
    void anUnknownCommandGetsTheNearest() {
        assertThat(run("rwfliter", "--proto=6")).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err())
                .startsWith(
                        "rearview: unknown command 'rwfliter'; did you mean 'rwfilter'? known: ")
                .endsWith("; see rearview help\n")
                .hasLineCount(1);
        assertThat(run("help", "rwctu")).isEqualTo(1);
        assertThat(err()).startsWith("help: unknown command 'rwctu'; did you mean 'rwcut'?");
        assertThat(run("run", "rwfliter x | rwcut")).isEqualTo(1);
        assertThat(err()).contains("unknown command 'rwfliter'; did you mean 'rwfilter'?");
        assertThat(run("build")).isEqualTo(1);
        assertThat(err())
                .isEqualTo("rearview: 'build' needs the sources: run ./rearview build there\n");
    }

    @Test
    void anUnknownNameOfAnyKindGetsTheNearest() {
        assertThat(run("rwcut", "--feilds=sip")).isEqualTo(1);
        assertThat(err()).contains("unknown switch '--feilds'; did you mean '--fields'? known: --");
        assertThat(run("rwcut", "--fields=sipp")).isEqualTo(1);
        assertThat(err()).contains("unknown field 'sipp'; did you mean 'sIP'? known: sIP, dIP, ");
        assertThat(run("rwuniq", "--fields=sip", "--values=byets")).isEqualTo(1);
        assertThat(err()).contains("unknown value 'byets'; did you mean 'bytes'? known: records, ");
        assertThat(run("rwcut", "--output-format=jsno")).isEqualTo(1);
        assertThat(err()).contains("unknown format 'jsno'; did you mean 'json'? known: columns, ");
        assertThat(run("rwcut", "--plugin=flowrat.so")).isEqualTo(1);
        assertThat(err()).contains("unknown plug-in 'flowrat.so'; did you mean 'flowrate.so'?");
        assertThat(run("rwbagbuild", "--key-type=sipv")).isEqualTo(1);
        assertThat(err()).contains("type 'sipv' is ambiguous");
        assertThat(run("rwbagbuild", "--key-type=sipv7", "--bag-input=-")).isEqualTo(1);
        assertThat(err()).contains("unknown type 'sipv7'; did you mean 'sipv4'?");
    }
}
