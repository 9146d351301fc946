package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rearview.kit.help.Completion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The completion scripts as the shells run them.
class CompletionTest {
    /// What compadd and compset of zsh do, as far as the script goes.
    private static final String ZSH_WIDGETS =
            """
            compset() { if [[ $2 == 1 ]]; then PREFIX=${PREFIX#${~3}}; else PREFIX=${PREFIX##${~2}}; fi }
            compadd() {
                while [[ $1 != -- ]]; do shift; done; shift
                local word; for word; do [[ $word == $PREFIX* ]] && print -r -- $word; done; true
            }
            _files() { print -r -- FILES }
            """;

    @TempDir Path directory;

    @BeforeEach
    void prepare() throws IOException {
        Completion completion = new Completion(Tools.byName());
        Files.writeString(directory.resolve("rearview.bash"), completion.bash());
        Files.writeString(directory.resolve("_rearview"), completion.zsh());
        Files.writeString(directory.resolve("rearview.fish"), completion.fish());
        Files.writeString(directory.resolve("week.set"), "");
        Path site = directory.resolve("rwsiteinfo");
        Files.writeString(
                site,
                """
                #!/bin/sh
                echo "$@" >>asked
                case $1 in
                    --fields=type) printf 'in\\ninweb\\nout\\n' ;;
                    --fields=class,type) printf 'all/in\\nall/inweb\\n' ;;
                    --fields=sensor) printf 'S0\\nS1\\n' ;;
                    --fields=group) echo GROUP ;;
                esac
                """);
        assertThat(site.toFile().setExecutable(true)).isTrue();
    }

    private List<String> run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(Map.of("HOME", directory.toString(), "TERM", "dumb"));
        Process shell = builder.start();
        String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(out).isZero();
        return out.lines().toList();
    }

    private static String quoted(List<String> words) {
        return "'" + String.join("' '", words) + "'";
    }

    /// What bash proposes after the words, the last of which is not complete.
    private List<String> bash(String... words) throws IOException, InterruptedException {
        return run(
                "bash",
                "-c",
                "source ./rearview.bash; compopt() { :; }; COMP_WORDS=("
                        + quoted(List.of(words))
                        + "); COMP_LINE='"
                        + String.join(" ", words).replace(" = ", "=").replace(" : ", ":")
                        + "' COMP_CWORD="
                        + (words.length - 1)
                        + "; _rearview; [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"");
    }

    private static void assumeInstalled(String shell) {
        String path = System.getenv().getOrDefault("PATH", "");
        assumeThat(
                        Stream.of(path.split(":", -1))
                                .map(d -> Path.of(d, shell))
                                .anyMatch(Files::isExecutable))
                .as("skipped: Debian's package " + shell + " is not installed")
                .isTrue();
    }

    private List<String> zsh(String... words) throws IOException, InterruptedException {
        String line =
                ZSH_WIDGETS
                        + "words=("
                        + quoted(List.of(words))
                        + "); CURRENT="
                        + words.length
                        + "; PREFIX="
                        + quoted(List.of(words[words.length - 1]))
                        + "; source ./_rearview";
        return run("zsh", "-f", "-c", line);
    }

    private List<String> fish(String line) throws IOException, InterruptedException {
        List<String> out = new ArrayList<>();
        String script = "source rearview.fish; complete -C '" + line + "'";
        for (String proposal : run("fish", "--no-config", "-c", script)) {
            out.add(proposal.split("\t", -1)[0]);
        }
        return out;
    }

    @Test
    void bashProposesSwitchesWordsAndFiles() throws Exception {
        assertThat(bash("rwbagtool", "--mini")).containsExactly("--minimize");
        assertThat(bash("rwsetcat", "--output-f")).containsExactly("--output-format=");
        assertThat(bash("rwsetcat", "--output-format", "=", "nd")).containsExactly("ndjson");
        assertThat(bash("rwsetcat", "--output-format", "=")).contains("columns", "csv", "json");
        assertThat(bash("rwsetcat", "--output-format", "nd")).containsExactly("ndjson");
        assertThat(bash("rwuniq", "--fields", "=", "sip,dPo")).containsExactly("sip,dPort");
        assertThat(bash("rwuniq", "--fields=sip,dPo")).containsExactly("--fields=sip,dPort");
        assertThat(bash("rwuniq", "--values", "=", "bytes,distinct", ":", "dPo"))
                .containsExactly("dPort");
        assertThat(bash("rwbagbuild", "--key-type", "=")).contains("sIPv4", "any-country");
        assertThat(bash("rwfilter", "--scc", "=", "cn,d"))
                .contains("cn,de")
                .doesNotContain("cn,fr");
        assertThat(bash("rwflowcapd", "--log-level", "=", "w")).containsExactly("warning");
        assertThat(bash("/opt/bin/rwfilter", "--sipset", "=", "we")).containsExactly("week.set");
        assertThat(bash("rwsetcat", "we")).containsExactly("week.set");
        assertThat(bash("rwcut", "--colour", "=", "x")).isEmpty();
    }

    @Test
    void bashProposesVerbsAndTheirSwitches() throws Exception {
        assertThat(bash("rearview", "rwfilt")).containsExactly("rwfilter");
        assertThat(bash("rearview", "--v")).containsExactly("--version");
        assertThat(bash("rearview", "store", "ver")).containsExactly("verify");
        assertThat(bash("rearview", "help", "rwcu")).containsExactly("rwcut");
        assertThat(bash("bin/rearview", "store", "verify", "--old")).containsExactly("--older=");
        assertThat(bash("rearview", "rwuniq", "--fields", "=", "dPo")).containsExactly("dPort");
    }

    @Test
    void bashAsksTheSiteThatTheLineNames() throws Exception {
        assertThat(bash("./rwfilter", "--data-rootdir", "=", "/d", "--types", "=", "in,o"))
                .containsExactly("in,out");
        assertThat(Files.readString(directory.resolve("asked")))
                .isEqualTo("--fields=type --no-titles --delimited=/ --data-rootdir=/d\n");
        assertThat(bash("./rwfilter", "--sensors", "=")).containsExactly("S0", "S1", "GROUP");
        assertThat(bash("./rwfilter", "--flowtypes", "=", "all/inw")).containsExactly("all/inweb");
    }

    @Test
    void bashKnowsEveryCommand() throws Exception {
        for (String name : Tools.names()) {
            assertThat(bash("rearview", name, "--he")).as(name).contains("--help");
        }
    }

    @Test
    void zshProposesTheSame() throws Exception {
        assumeInstalled("zsh");
        assertThat(zsh("rwbagtool", "--mini")).containsExactly("--minimize");
        assertThat(zsh("rwsetcat", "--output-format=nd")).containsExactly("ndjson");
        assertThat(zsh("rwsetcat", "--output-format", "nd")).containsExactly("ndjson");
        assertThat(zsh("rwuniq", "--fields=sip,dPo")).containsExactly("dPort");
        assertThat(zsh("rwuniq", "--values=bytes,distinct:dPo")).containsExactly("dPort");
        assertThat(zsh("rearview", "rwfilt")).containsExactly("rwfilter");
        assertThat(zsh("rearview", "store", "verify", "--old")).containsExactly("--older=");
        assertThat(zsh("rearview", "store", "ver")).containsExactly("verify");
        assertThat(zsh("rwsetcat", "we")).containsExactly("FILES");
        assertThat(zsh("rwfilter", "--sipset=we")).containsExactly("FILES");
        assertThat(zsh("./rwfilter", "--data-rootdir=/d", "--types=in,o")).containsExactly("out");
        assertThat(Files.readString(directory.resolve("asked"))).endsWith("--data-rootdir=/d\n");
        assertThat(zsh("./rwfilter", "--sensors=")).containsExactly("S0", "S1", "GROUP");
        assertThat(Files.readAllLines(directory.resolve("_rearview")).getFirst())
                .startsWith("#compdef rearview ")
                .contains(" rwfilter ", " rwflowcapd ", " mapsid ")
                .doesNotContain(" store");
    }

    @Test
    void fishProposesTheSame() throws Exception {
        assumeInstalled("fish");
        assertThat(fish("rwbagtool --mini")).containsExactly("--minimize");
        assertThat(fish("rwsetcat --output-format=nd")).containsExactly("--output-format=ndjson");
        assertThat(fish("rwuniq --fields=sip,dPo")).containsExactly("--fields=sip,dPort");
        assertThat(fish("rwuniq --fields sip,dPo")).containsExactly("sip,dPort");
        assertThat(fish("rearview rwfilt")).containsExactly("rwfilter");
        assertThat(fish("rearview store verify --old")).containsExactly("--older");
        assertThat(fish("rearview store ver")).containsExactly("verify");
        assertThat(fish("rwsetcat we")).containsExactly("week.set");
        assertThat(fish("./rwfilter --data-rootdir=/d --types=in,o"))
                .containsExactly("--types=in,out");
        assertThat(Files.readString(directory.resolve("asked"))).endsWith("--data-rootdir=/d\n");
        assertThat(fish("./rwfilter --sensors="))
                .containsExactlyInAnyOrder("--sensors=S0", "--sensors=S1", "--sensors=GROUP");
    }
}
