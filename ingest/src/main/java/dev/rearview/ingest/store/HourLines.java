package dev.rearview.ingest.store;

import dev.rearview.ingest.Notices;
import dev.rearview.site.PathFormat;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.store.hour.HourFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Tells the log of hourly files as SiLK does: when the first flows of an hour are stored, and how
/// many came since the last time. For one thread.
final class HourLines {
    /// Hours that wait to be told; more are told at once.
    static final int MAX_WAITING = 16_384;

    private final Path root;
    private final Supplier<Site> site;
    private final Notices notices;
    private final Map<Path, Integer> waiting = new HashMap<>();

    /// @param site that hours are named by now
    HourLines(Path root, Supplier<Site> site, Notices notices) {
        this.root = root.toAbsolutePath().normalize();
        this.site = site;
        this.notices = notices;
    }

    /// Takes flows that were just written.
    ///
    /// @param written flows by path of the hour relative to the root
    void add(Map<String, Integer> written) {
        written.forEach((relative, flows) -> {
            Path hour = root.resolve(relative);
            if (isNew(hour)) {
                notices.info("Opening new repository file '" + hour + "'");
            }
            waiting.merge(hour, flows, Integer::sum);
        });
        if (waiting.size() > MAX_WAITING) {
            tell();
        }
    }

    /// Whether an hour has one file, which was just written, and nothing else.
    private static boolean isNew(Path hour) {
        try {
            return HourFiles.current(hour).size() == 1 && !Files.exists(hour);
        } catch (IOException e) {
            return false;
        }
    }

    private record Line(Path hour, int flows, int sensor, int flowtype, long hourMs) {}

    /// A line for each hour that got flows since the last time, by sensor, flowtype and hour.
    void tell() {
        Site now = site.get();
        List<Line> lines =
                waiting.entrySet().stream()
                        .map(e -> line(e.getKey(), e.getValue(), now))
                        .sorted(
                                Comparator.comparingInt(Line::sensor)
                                        .thenComparingInt(Line::flowtype)
                                        .thenComparingLong(Line::hourMs)
                                        .thenComparing(Line::hour))
                        .toList();
        waiting.clear();
        lines.forEach(l -> notices.info(l.hour + ": " + l.flows + " recs"));
    }

    private static Line line(Path hour, int flows, Site site) {
        Optional<PathFormat.FileKey> key =
                PathFormat.parseFileName(String.valueOf(hour.getFileName()), site);
        if (key.isEmpty()) {
            return new Line(hour, flows, Integer.MAX_VALUE, 0, 0);
        }
        int sensor = site.sensor(key.get().sensor()).map(Sensor::id).orElse(Integer.MAX_VALUE);
        return new Line(hour, flows, sensor, key.get().flowtype().id(), key.get().hourMs());
    }
}
