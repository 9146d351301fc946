package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.tools.kit.Completion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The completion script as bash runs it.
class CompletionTest {
    @TempDir Path directory;

    /// What bash proposes after the words, the last of which is not complete.
    private List<String> propose(String... words) throws IOException, InterruptedException {
        Path script = directory.resolve("rearview.bash");
        Files.writeString(script, Completion.bash(Tools.all()));
        Files.writeString(directory.resolve("week.set"), "");
        String quoted = "'" + String.join("' '", words) + "'";
        Process bash =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "source ./rearview.bash; compopt() { :; }; COMP_WORDS=("
                                        + quoted
                                        + "); COMP_CWORD="
                                        + (words.length - 1)
                                        + "; _rearview; printf '%s\\n' \"${COMPREPLY[@]}\"")
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(out).isZero();
        return out.lines().toList();
    }

    @Test
    void switchesWordsAndFilesAreProposed() throws Exception {
        assertThat(propose("rwbagtool", "--mini")).containsExactly("--minimize");
        assertThat(propose("rwsetcat", "--output-f")).containsExactly("--output-format=");
        assertThat(propose("rwsetcat", "--output-format", "=", "nd")).containsExactly("ndjson");
        assertThat(propose("rwuniq", "--fields", "=", "sip,dPo")).containsExactly("sip,dPort");
        assertThat(propose("rwuniq", "--fields=sip,dPo")).containsExactly("--fields=sip,dPort");
        assertThat(propose("rwbagbuild", "--key-type", "=")).contains("sIPv4", "any-country");
        assertThat(propose("/opt/bin/rwfilter", "--sipset", "=", "we")).containsExactly("week.set");
        assertThat(propose("rwsetcat", "we")).containsExactly("week.set");
    }

    @Test
    void everyCommandIsCompleted() throws Exception {
        for (String name : Tools.names()) {
            assertThat(propose(name, "--he")).as(name).contains("--help");
        }
    }
}
