package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What may break a rule of [TidyTest], by the rule's name and what breaks it, and how far.
///
/// A file of them has lines `RULE SUBJECT LIMIT`, with `# why` above or behind.
///
/// @param limits by rule and subject
record Allowances(Map<String, Map<String, Integer>> limits) {
    /// Reads files of them.
    static Allowances of(Path... files) throws IOException {
        Map<String, Map<String, Integer>> out = new TreeMap<>();
        for (Path file : files) {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.replaceAll("#.*", "").strip().split(" +", -1);
                if (words.length == 3) {
                    out.computeIfAbsent(words[0], rule -> new TreeMap<>())
                            .put(words[1], Integer.parseInt(words[2]));
                } else {
                    assertThat(words).as("%s: %s", file, line).containsExactly("");
                }
            }
        }
        return new Allowances(out);
    }

    /// Fails where something breaks a rule that is not allowed to, or is allowed to without need.
    ///
    /// @param found what breaks it, and how far
    void check(String rule, Map<String, Integer> found) {
        Map<String, Integer> allowed = limits.getOrDefault(rule, Map.of());
        Map<String, Integer> broken = new TreeMap<>(found);
        broken.entrySet().removeIf(e -> e.getValue() <= allowed.getOrDefault(e.getKey(), 0));
        assertThat(broken).as("breaks the rule '%s'", rule).isEmpty();
        Set<String> spare = new TreeSet<>(allowed.keySet());
        spare.removeAll(found.keySet());
        assertThat(spare)
                .as("allowed to break the rule '%s', but does not: drop it", rule)
                .isEmpty();
    }
}
