package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    @TempDir Path directory;

    @Test
    void everyCommandHasAPageWithItsSwitchesAndAnExample() throws IOException {
        ManPages.write(directory);
        for (String name : Tools.names()) {
            String page = Files.readString(directory.resolve(name + ".1"));
            assertThat(page)
                    .as(name)
                    .contains(".SH NAME\n" + name + " \\- ")
                    .contains(".SH SYNOPSIS", ".SH OPTIONS", ".SH EXAMPLES", ".SH EXIT STATUS")
                    .contains(".B \\-\\-help\n", ".B \\-\\-version\n");
        }
        assertThat(Files.readString(directory.resolve("rwfilter.1")))
                .contains(".B \\-\\-saddress=WILDCARD\n", ".B \\-\\-pass\\-destination=PATH\n");
        assertThat(Files.readString(directory.resolve("rearview.1"))).contains(".BR rwuniq (1)\n");
    }

    @Test
    void noLineIsTakenForMarkupByChance() throws IOException {
        ManPages.write(directory);
        List<String> requests =
                List.of("TH", "SH", "TP", "B", "BR", "PP", "RS", "RE", "nf", "fi", "so");
        for (String name : Tools.names()) {
            for (String line : Files.readAllLines(directory.resolve(name + ".1"))) {
                if (line.startsWith(".")) {
                    assertThat(requests).as(line).contains(line.substring(1).split(" ", -1)[0]);
                }
                assertThat(line).doesNotStartWith("'");
            }
        }
    }

    @Test
    void examplesHaveSwitchesThatExist() {
        int stages = 0;
        for (String name : Tools.names()) {
            for (Tool.Example e : Tools.create(name, Env.ofProcess()).orElseThrow().examples()) {
                // A pipeline in one process is one word of the shell.
                String command = e.command().replaceAll("^rearview \\w+ '(.*)'$", "$1");
                for (String stage : command.split("\\|", -1)) {
                    List<String> words = List.of(stage.strip().split(" +", -1));
                    Optional<Tool> tool = Tools.create(words.getFirst(), Env.ofProcess());
                    if (tool.isPresent()) {
                        Options options = new Options();
                        tool.get().declare(options);
                        options.parse(words.subList(1, words.size()));
                        stages++;
                    }
                }
            }
        }
        assertThat(stages).isGreaterThan(30);
    }
}
