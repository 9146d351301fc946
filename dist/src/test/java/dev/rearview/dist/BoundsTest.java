package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page of bounds names what exists.
class BoundsTest {
    private static final Path PAGE = Shell.ROOT.resolve("docs/internals/BOUNDS.md");

    /// Sources by the names of their classes.
    private static Map<String, String> classes() throws IOException {
        Map<String, String> out = new HashMap<>();
        try (Stream<Path> all = Files.walk(Shell.ROOT)) {
            List<Path> sources =
                    all.filter(p -> p.toString().contains("/src/main/java/"))
                            .filter(p -> p.toString().endsWith(".java"))
                            .toList();
            for (Path p : sources) {
                String name = p.getFileName().toString();
                out.merge(
                        name.substring(0, name.length() - ".java".length()),
                        Files.readString(p),
                        String::concat);
            }
        }
        return out;
    }

    /// In a cell, the names after the first one may leave their class out.
    @Test
    void constantsAreThere() throws IOException {
        Map<String, String> classes = classes();
        List<String> missing = new ArrayList<>();
        int named = 0;
        String owner = "";
        for (MatchResult m :
                Pattern.compile("`(?:([A-Z]\\w+)\\.)?([A-Z][A-Z_]+[A-Z]|(?<=\\.)\\w+)`|\\|")
                        .matcher(Files.readString(PAGE))
                        .results()
                        .toList()) {
            if (m.group(2) == null) {
                owner = "";
                continue;
            }
            owner = m.group(1) == null ? owner : m.group(1);
            if (owner.isEmpty()) {
                continue;
            }
            named++;
            String source = classes.getOrDefault(owner, "");
            if (!Pattern.compile("\\b" + m.group(2) + "\\b").matcher(source).find()) {
                missing.add(owner + "." + m.group(2));
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(50);
    }

    @Test
    void switchesAreThere() throws IOException {
        Map<String, String> classes = classes();
        // The daemon and the resident engine, which stay.
        String staying =
                classes.getOrDefault("RwFlowPack", "") + classes.getOrDefault("EngineTool", "");
        List<String> switches =
                Pattern.compile("`--([a-z-]+)`")
                        .matcher(Files.readString(PAGE))
                        .results()
                        .map(m -> m.group(1))
                        .toList();
        assertThat(switches).contains("state-memory", "time-window", "journal-limit");
        assertThat(switches).allSatisfy(s -> assertThat(staying).contains('"' + s + '"'));
    }
}
