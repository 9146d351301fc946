package dev.rearview.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is wrong with a configuration: told all at once, in the order of its files and lines.
final class Problems {
    /// What is told at most: a file of another kind has a problem in each line.
    static final int MAX = 100;

    private record Problem(Place place, String message) {
        @Override
        public String toString() {
            return place + ": " + message;
        }
    }

    private final List<Path> files = new ArrayList<>();
    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private long more;

    /// Takes note of a file before any of its problems are told.
    void reading(Path file) {
        if (!files.contains(file)) {
            files.add(file);
        }
    }

    void error(Place place, String message) {
        if (errors.size() == MAX) {
            more++;
        } else {
            errors.add(new Problem(place, message));
        }
    }

    void warning(Place place, String message) {
        if (warnings.size() < MAX) {
            warnings.add(new Problem(place, message));
        }
    }

    boolean hasErrors() {
        return !errors.isEmpty();
    }

    List<String> warnings() {
        return lines(warnings);
    }

    /// @throws ConfigException if there are errors
    void end() throws ConfigException {
        if (errors.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>(lines(errors));
        if (more > 0) {
            lines.add("and " + more + " more");
        }
        throw new ConfigException(lines);
    }

    private List<String> lines(List<Problem> problems) {
        problems.sort(
                Comparator.comparingInt((Problem p) -> files.indexOf(p.place.file()))
                        .thenComparingInt(p -> p.place.line()));
        return problems.stream().map(Problem::toString).distinct().toList();
    }
}
