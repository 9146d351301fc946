package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    /// Of a shell, as far as examples go.
    private static final Pattern WORD = Pattern.compile("(?:[^\\s']|'[^']*')+");

    /// A bar or the end of a line, not within quotes and not behind a backslash.
    private static final String BETWEEN = "(\\||(?<!\\\\)\n)(?=(?:[^']*'[^']*')*[^']*$)";

    @TempDir Path directory;

    @Test
    void everyCommandHasAPageWithItsSwitchesAndAnExample() throws IOException {
        ManPages.commands(directory);
        for (Tool tool : Tools.all()) {
            String name = tool.page();
            String page = Files.readString(directory.resolve(name + ".1"));
            assertThat(page)
                    .as(name)
                    .contains(".SH NAME\n" + name + " \\- ", ".B " + tool.call() + "\n")
                    .contains(".SH SYNOPSIS", ".SH OPTIONS", ".SH EXAMPLES", ".SH EXIT STATUS")
                    .contains(".B \\-\\-help\n", ".B \\-\\-version\n");
        }
        assertThat(Files.readString(directory.resolve("rwfilter.1")))
                .contains(".B \\-\\-saddress=WILDCARD\n", ".B \\-\\-pass\\-destination=PATH\n");
        assertThat(Files.readString(directory.resolve("rwflowcapd.1")))
                .isEqualTo(".so man1/rwflowpack.1\n");
    }

    /// What stands in the repository is what the option tables say now.
    @Test
    void theReferenceIsThatOfTheOptionTables() throws IOException {
        Path committed =
                Path.of(System.getProperty("rearview.root", ".."))
                        .resolve("docs/reference/commands");
        ManPages.reference(directory);
        assertThat(names(committed)).isEqualTo(names(directory));
        for (String name : names(directory)) {
            assertThat(committed.resolve(name))
                    .as("./rearview reference writes it")
                    .hasSameTextualContentAs(directory.resolve(name));
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theOverviewHasEveryCommandAndVerb() throws IOException {
        ManPages.commands(directory);
        String page = Files.readString(directory.resolve("rearview.1"));
        assertThat(page).contains(".BR silk.conf (5)", ".SH EXIT STATUS", ".SH ENVIRONMENT");
        for (Tool tool : Tools.all()) {
            if (tool.isVerb()) {
                assertThat(page).contains(".B " + tool.call() + " ");
                assertThat(page).contains(tool.page().replace("-", "\\-") + " (1)");
            } else {
                assertThat(page).contains(".BR " + tool.name() + " (1)\n");
            }
        }
    }

    @Test
    void pagesOfCommandsThatAreNoMoreGo() throws IOException {
        Files.writeString(directory.resolve("rwgone.1"), "");
        Files.writeString(directory.resolve("notes.txt"), "");
        ManPages.commands(directory);
        assertThat(directory.resolve("rwgone.1")).doesNotExist();
        assertThat(directory.resolve("notes.txt")).exists();
    }

    @Test
    void aPageOfTheReferenceBecomesSectionFive() throws IOException {
        Path reference = Files.createDirectories(directory.resolve("reference"));
        Files.writeString(reference.resolve("differences.md"), "# Differences\n");
        Files.writeString(
                reference.resolve("x.conf.md"),
                """
                # x.conf: where the exits are

                Names `exits`, **never** entries. See [the other](y.md).
                .profile is a file.

                ## What it holds

                - one exit
                  or two
                - C:\\none

                1. first

                An example:

                    exit -1 `raw`

                    .exit 2

                ```
                fenced
                ```

                | word | meaning | since |
                |---|---|---|
                | `left\\|right` | a **side** | 1.0 |
                | `top` | | |

                ### More
                The end.
                """);
        ManPages.formats(reference, directory.resolve("man5"));
        assertThat(Files.readString(directory.resolve("man5/x.conf.5")))
                .isEqualTo(
                        """
                        .TH X.CONF 5 "" Rearview
                        .SH NAME
                        x.conf \\- where the exits are
                        .SH DESCRIPTION
                        .PP
                        Names \\fBexits\\fR, \\fBnever\\fR entries. See the other.
                        \\&.profile is a file.
                        .SH WHAT IT HOLDS
                        .IP \\(bu 2
                        one exit
                        or two
                        .IP \\(bu 2
                        C:\\enone
                        .IP 1. 4
                        first
                        .PP
                        An example:
                        .PP
                        .RS 4
                        .nf
                        exit \\-1 `raw`

                        \\&.exit 2
                        .fi
                        .RE
                        .PP
                        .RS 4
                        .nf
                        fenced
                        .fi
                        .RE
                        .TP
                        .B left|right
                        a \\fBside\\fR; 1.0
                        .TP
                        .B top

                        .SS More
                        .PP
                        The end.
                        .SH SEE ALSO
                        .BR rearview (1)
                        """);
        assertThat(directory.resolve("man5")).isDirectoryNotContaining("glob:**diff*");
    }

    @Test
    void noLineIsTakenForMarkupByChance() throws IOException {
        ManPages.commands(directory);
        List<String> requests =
                List.of("TH", "SH", "TP", "B", "BR", "PP", "RS", "RE", "nf", "fi", "so");
        for (Tool tool : Tools.all()) {
            for (String line : Files.readAllLines(directory.resolve(tool.page() + ".1"))) {
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
                String command = e.command().replaceAll("^rearview \\w+ '(.*)'( --.*)?$", "$1");
                for (String stage : command.split(BETWEEN, -1)) {
                    List<String> words =
                            WORD.matcher(stage)
                                    .results()
                                    .map(m -> m.group().replace("'", ""))
                                    .toList();
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
