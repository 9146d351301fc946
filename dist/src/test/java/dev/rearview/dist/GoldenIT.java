package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The recorded output of real SiLK is that of the commands of `bin/`. `testdata/golden/README.md`
/// says what the corpus is; `-Dgolden.only=rwcut,rwset-017` runs some tools or cases of it. Through
/// the resident engine all cases run; as processes of their own, which take most of the time to
/// start, every sixth one, unless `-Dgolden.all=true` wants all (`./rearview golden` does).
class GoldenIT {
    private static final Path CORPUS = Shell.ROOT.resolve("testdata/golden").normalize();

    /// The corpus with what stems from captures of others, where it stands beside the repository.
    private static final Path BESIDE = Shell.ROOT.resolve("../shared/golden").normalize();

    /// Tools and cases that are run; all where it is empty.
    private static final Set<String> ONLY =
            Pattern.compile("[^, ]+")
                    .matcher(System.getProperty("golden.only", ""))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toSet());

    /// Of so many cases of a command one is run without a resident engine.
    private static final int EACH = 12;

    private static final boolean ALL = Boolean.getBoolean("golden.all");

    private static final Map<String, String> WITHOUT = Map.of("REARVIEW_ENGINE", "off");

    @TempDir Path directory;

    @Test
    void whatIsAskedForIsThere() throws IOException {
        List<GoldenCase> all = new ArrayList<>(GoldenCase.of(CORPUS));
        if (Files.isDirectory(BESIDE)) {
            all.addAll(GoldenCase.of(BESIDE));
        }
        Set<String> names = ids(all);
        all.forEach(c -> names.add(c.tool()));
        Set<String> unknown = new TreeSet<>(ONLY);
        unknown.removeAll(names);
        assertThat(unknown).as("no such tools or cases").isEmpty();
        assertThat(all).hasSizeGreaterThan(2_800);
    }

    @Test
    void outputIsThatOfSilkButForTheListedCases() throws Exception {
        compare(CORPUS, sample(wanted(GoldenCase.of(CORPUS))), WITHOUT);
    }

    /// The same where all commands of the corpus are run by one process that stays.
    @Test
    void soItIsThroughAResidentEngine() throws Exception {
        assumeTrue(hasClient(), "no compiler for C has built the client");
        Map<String, String> there =
                Map.of("REARVIEW_ENGINE", "on", "XDG_RUNTIME_DIR", directory.toString());
        Shell shell = new Shell(Files.createDirectory(directory.resolve("shell")), there);
        assertThat(shell.run("rearview engine start").exit()).isZero();
        try {
            compare(CORPUS, wanted(GoldenCase.of(CORPUS)), there);
            System.out.println(shell.run("rearview engine status | grep requests").out().strip());
        } finally {
            shell.run("rearview engine stop");
        }
    }

    @Test
    void soIsThatOfTheCasesWhoseInputIsNotOurs() throws Exception {
        assumeTrue(Files.isDirectory(BESIDE), BESIDE + " is not there");
        Set<String> own = ids(GoldenCase.of(CORPUS));
        List<GoldenCase> others = new ArrayList<>(wanted(GoldenCase.of(BESIDE)));
        others.removeIf(c -> own.contains(c.id()));
        compare(BESIDE, others, WITHOUT);
    }

    /// Cases that differ are listed one by one: in `golden-open.txt` those that shall pass one day,
    /// in the page of differences those in which SiLK is wrong. A case that fails and is not listed
    /// is a regression; one that is listed and passes has to leave its list.
    private void compare(Path corpus, List<GoldenCase> cases, Map<String, String> engine)
            throws Exception {
        long start = System.nanoTime();
        List<GoldenRun.Difference> differences =
                new GoldenRun(corpus.resolve("data"), directory, engine).differences(cases);
        Set<String> run = ids(cases);
        Set<String> open = listed("dist/src/test/resources/golden-open.txt", run);
        Set<String> waived = listed("docs/reference/differences.md", run);
        Set<String> failed =
                differences.stream()
                        .map(d -> d.golden().id())
                        .collect(Collectors.toCollection(TreeSet::new));
        System.out.printf(
                "golden: %d cases of %s, of which %d are open and %d differ by intention, in %d"
                        + " s%n",
                cases.size(),
                corpus,
                open.size(),
                waived.size(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
        Set<String> expected = new TreeSet<>(open);
        expected.addAll(waived);
        String text =
                differences.stream()
                        .filter(d -> !expected.contains(d.golden().id()))
                        .map(GoldenRun.Difference::toString)
                        .collect(Collectors.joining());
        assertThat(failed).as("cases that differ\n%s", text.replace("%", "%%")).isEqualTo(expected);
    }

    /// Cases that are asked for by name, or those of all commands that there are, and pipelines.
    private static List<GoldenCase> wanted(List<GoldenCase> all) {
        Set<String> tools = new TreeSet<>(Tools.names());
        tools.add("pipelines");
        return all.stream()
                .filter(c ->
                        ONLY.isEmpty()
                                ? tools.contains(c.tool())
                                : ONLY.contains(c.tool()) || ONLY.contains(c.id()))
                .toList();
    }

    /// Every twelfth case of each command, its first one among them, and all pipelines: what
    /// differs between commands of one process and those of several are start, streams and end,
    /// which all cases of a command share. `-Dgolden.all=true` takes all.
    private static List<GoldenCase> sample(List<GoldenCase> cases) {
        if (ALL || !ONLY.isEmpty() || !hasClient()) {
            return cases;
        }
        List<GoldenCase> out = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (GoldenCase c : cases) {
            int before = seen.merge(c.tool(), 1, Integer::sum) - 1;
            if (before % EACH == 0 || c.tool().equals("pipelines")) {
                out.add(c);
            }
        }
        return out;
    }

    private static boolean hasClient() {
        return Files.isExecutable(Shell.ROOT.resolve("dist/target/rearview.client"));
    }

    private static Set<String> ids(List<GoldenCase> cases) {
        return cases.stream().map(GoldenCase::id).collect(Collectors.toCollection(TreeSet::new));
    }

    /// Those of some cases that a file of the repository names.
    private static Set<String> listed(String file, Set<String> cases) throws IOException {
        return Pattern.compile("\\b[a-z0-9_]+-\\d{3}\\b")
                .matcher(Files.readString(Shell.ROOT.resolve(file)))
                .results()
                .map(MatchResult::group)
                .filter(cases::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
