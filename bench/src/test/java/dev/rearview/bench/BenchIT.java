package dev.rearview.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tiny run of the benchmark: that it runs and that all answers agree, not what it measures.
class BenchIT {
    @TempDir Path directory;

    @Test
    void everyQuestionIsAnsweredAlike() throws Exception {
        Path home = Path.of(System.getProperty("rearview.root"));
        Bench bench = new Bench(home, directory, 30_000, 1);
        String report = bench.run();
        for (Question q : Question.all()) {
            assertThat(report.lines().map(l -> l.replaceAll(" +", " ")))
                    .filteredOn(l -> l.startsWith("| " + q.number() + " | " + q.text() + " |"))
                    .as("one row in each of the three tables: processes, scripts, warm")
                    .hasSize(3);
        }
        assertThat(bench.disagreements()).isEmpty();
    }
}
