package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.tools.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The recorded output of real SiLK, where it stands beside the repository.
class GoldenIT {
    private static final Path CORPUS = Shell.ROOT.resolve("../shared/golden").normalize();

    /// All commands that the corpus has cases of, and pipelines of any.
    private static final List<String> TOOLS =
            Stream.concat(Tools.names().stream().filter(GoldenIT::hasCases), Stream.of("pipelines"))
                    .toList();

    private static boolean hasCases(String tool) {
        return Files.exists(CORPUS.resolve("cases/" + tool + ".jsonl"));
    }

    @TempDir Path directory;

    /// Cases that differ are listed one by one in `golden-open.txt`. A case that fails and is not
    /// listed is a regression; one that is listed and passes has to leave the list.
    @Test
    void outputIsThatOfSilkButForTheListedCases() throws Exception {
        assumeTrue(Files.isExecutable(CORPUS.resolve("run")), CORPUS + " is not there");
        Shell.Result result =
                new Shell(directory, Map.of())
                        .run(
                                CORPUS
                                        + "/run --timeout 180 --bin "
                                        + Shell.ROOT.resolve("bin")
                                        + " --waive "
                                        + Shell.ROOT.resolve("docs/reference/differences.md")
                                        + " --only "
                                        + String.join(",", TOOLS));
        assertThat(result.out()).as(result.err()).containsPattern("\\d+ passed");
        Set<String> failed = new TreeSet<>();
        Matcher m = Pattern.compile("(?m)^FAIL ([a-z0-9-]+):").matcher(result.out());
        while (m.find()) {
            failed.add(m.group(1));
        }
        Set<String> open =
                Files.readAllLines(Shell.ROOT.resolve("dist/src/test/resources/golden-open.txt"))
                        .stream()
                        .filter(l -> !l.isBlank() && !l.startsWith("#"))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(failed).isEqualTo(open);
    }
}
