package dev.rearview.tools.rwsiteinfo;

import dev.rearview.site.PathFormat;
import dev.rearview.site.Site;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The data files of the repository, an hour of the store counting as one.
///
/// @param keys what their names say
record RepositoryFiles(List<PathFormat.FileKey> keys, TimeFormat format) {
    /// Where no field asks for them.
    static RepositoryFiles none(TimeFormat format) {
        return new RepositoryFiles(List.of(), format);
    }

    static RepositoryFiles of(Path root, Site site, TimeFormat format) throws IOException {
        List<PathFormat.FileKey> out = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path p : (Iterable<Path>) files::iterator) {
                String name = p.getFileName().toString();
                if (name.startsWith(".") || !Files.isRegularFile(p)) {
                    continue;
                }
                Optional<PathFormat.FileKey> key = PathFormat.parseFileName(name, site);
                boolean store = name.endsWith(".parquet") || name.endsWith(".manifest");
                if (key.isPresent() && (!store || seen.add(key.get().toString()))) {
                    out.add(key.get());
                }
            }
        }
        return new RepositoryFiles(out, format);
    }

    /// A field about all files.
    String tell(String field) {
        return tell(field, k -> true);
    }

    /// A field about some of them.
    String tell(String field, Predicate<PathFormat.FileKey> which) {
        LongSummaryStatistics hours =
                keys.stream()
                        .filter(which)
                        .mapToLong(PathFormat.FileKey::hourMs)
                        .summaryStatistics();
        if (field.equals("repo-file-count")) {
            return Long.toString(hours.getCount());
        }
        return hours.getCount() == 0
                ? ""
                : format.format(field.equals("repo-start-date") ? hours.getMin() : hours.getMax());
    }
}
