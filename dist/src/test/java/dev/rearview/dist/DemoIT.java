package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `rearview demo`: a week of traffic through the collector, and an answer to every question.
class DemoIT {
    @TempDir Path directory;

    @Test
    void everyFlowIsStoredAndEveryQuestionAnswered() throws Exception {
        Shell shell = new Shell(directory, Map.of());
        Shell.Result r =
                shell.run(
                        Shell.ROOT.resolve("rearview")
                                + " demo --directory="
                                + directory.resolve("demo"));
        assertThat(r.exit()).as(r.err()).isZero();
        assertThat(r.out()).containsPattern("Stored: +77921 of 77921 flows");
        assertThat(r.out())
                .containsPattern(
                        "It takes [0-9]+\\.[0-9] MB, and the next demo replaces it; to remove it: rm -r "
                                + directory.resolve("demo"));
        List<List<String>> answers = answers(r.out());
        assertThat(answers).hasSize(9);
        for (List<String> answer : answers) {
            // A title and at least one row under it.
            assertThat(answer).as(answer.getFirst()).hasSizeGreaterThan(2);
        }
        assertThat(answer(answers, "spread further"))
                .anyMatch(l -> l.contains("10.20.0.17|  445|"))
                .hasSize(6);
        assertThat(answer(answers, "congested"))
                .anyMatch(l -> l.matches(" *10\\.20\\.3\\.44\\| .*\\| 99\\..*"));
        assertThat(answer(answers, "telephone")).hasSize(10);
        assertThat(answer(answers, "China")).hasSize(15);
    }

    /// The question, its command and what was printed, for each.
    private static List<List<String>> answers(String out) {
        List<List<String>> answers = new ArrayList<>();
        boolean in = false;
        for (String line : out.split("\n", -1)) {
            if (line.startsWith("# ")) {
                answers.add(new ArrayList<>());
                in = true;
            }
            in &= !line.isEmpty();
            if (in) {
                answers.getLast().add(line);
            }
        }
        return answers;
    }

    private static List<String> answer(List<List<String>> answers, String about) {
        return answers.stream().filter(a -> a.getFirst().contains(about)).findFirst().orElseThrow();
    }
}
