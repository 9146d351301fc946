package dev.rearview.engine.scan;

import dev.rearview.engine.exec.Kept;
import dev.rearview.site.Flowtype;
import dev.rearview.site.PathFormat;
import dev.rearview.site.PathLevels;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The hours of a repository of which there is anything, found by listing its directories: those
/// that the path format names, in the order of the hours that can lie below them, and each when its
/// time comes. What it costs depends on what there is, not on how many hours are asked for.
final class ExistingHours {
    private final Path root;
    private final Site site;
    private final Kept kept;
    private final PathLevels levels;
    private final long firstHourMs;
    private final long lastHourMs;

    /// The place of a flowtype in the order wanted.
    private final Map<Flowtype, Integer> types = new HashMap<>();

    /// The sensors wanted of a flowtype, and the place of each in their order.
    private final Map<Flowtype, Map<Sensor, Integer>> sensors = new HashMap<>();

    private final Map<String, Sensor> byName = new HashMap<>();

    // Comparators put together by Comparator's own methods are not in the cache that commands start
    // from: they cost a query ten milliseconds.
    private final PriorityQueue<Node> waiting = new PriorityQueue<>(Node::order);
    private final TreeMap<Long, List<Found>> found = new TreeMap<>();

    /// The hour of a sensor and flowtype.
    record Place(Flowtype type, Sensor sensor, long hourMs) {
        // Written out: what the compiler puts here makes classes at its first use, for 10 ms.
        @Override
        public boolean equals(Object o) {
            return o instanceof Place p
                    && p.hourMs == hourMs
                    && p.type.equals(type)
                    && p.sensor.equals(sensor);
        }

        @Override
        public int hashCode() {
            return (Long.hashCode(hourMs) * 31 + type.id()) * 31 + sensor.id();
        }
    }

    /// @param directory in which it has files, or something with the name of one; null if it has
    ///   none
    /// @param path of its classic file, relative to the root
    record Found(Place place, @Nullable HourDirectory directory, String path) {}

    /// A directory to be listed.
    ///
    /// @param level how many names lead to it
    /// @param place relative to the root, as the path format spells it
    private record Node(int level, String place, PathLevels.Dates dates, long firstMs) {
        /// By time, what is further down first.
        static int order(Node a, Node b) {
            int order = Long.compare(a.firstMs, b.firstMs);
            order = order == 0 ? Integer.compare(b.level, a.level) : order;
            return order == 0 ? a.place.compareTo(b.place) : order;
        }
    }

    /// @param of which repository
    /// @param sensors of each flowtype wanted, all in the order wanted
    ExistingHours(
            Repository of, Map<Flowtype, List<Sensor>> sensors, long firstHourMs, long lastHourMs) {
        this.root = of.directory().resolve(of.root());
        this.site = of.site();
        this.kept = of.kept();
        this.firstHourMs = firstHourMs;
        this.lastHourMs = lastHourMs;
        Set<Sensor> all = new HashSet<>();
        sensors.forEach((type, own) -> {
            types.put(type, types.size());
            Map<Sensor, Integer> order = new HashMap<>();
            own.forEach(s -> order.put(s, order.size()));
            this.sensors.put(type, order);
            own.forEach(s -> byName.put(s.name(), s));
            all.addAll(own);
        });
        this.levels = new PathLevels(site.pathFormat(), sensors.keySet(), all);
        if (!all.isEmpty()) {
            waiting.add(new Node(0, "", PathLevels.Dates.UNKNOWN, firstHourMs));
        }
    }

    /// The next hour of which there is anything, in the order wanted; null after the last.
    ///
    /// @throws IOException if a directory cannot be listed; the next call goes on behind it
    @Nullable List<Found> next() throws IOException {
        while (true) {
            Node node = waiting.peek();
            Long hour = found.isEmpty() ? null : found.firstKey();
            if (node == null || hour != null && hour < node.firstMs) {
                return hour == null ? null : take(hour);
            }
            enter(waiting.remove());
        }
    }

    /// What there is of an hour, nothing earlier having been asked for.
    ///
    /// @throws IOException if a directory cannot be listed; the next call goes on behind it
    List<Found> of(long hourMs) throws IOException {
        for (Node n = waiting.peek(); n != null && n.firstMs <= hourMs; n = waiting.peek()) {
            enter(waiting.remove());
        }
        return take(hourMs);
    }

    private List<Found> take(long hourMs) {
        List<Found> hour = found.remove(hourMs);
        if (hour == null) {
            return List.of();
        }
        hour.sort((a, b) -> {
            int order = Integer.compare(typeOf(a), typeOf(b));
            return order == 0 ? Integer.compare(sensorOf(a), sensorOf(b)) : order;
        });
        return hour;
    }

    private int typeOf(Found f) {
        return types.getOrDefault(f.place.type, 0);
    }

    private int sensorOf(Found f) {
        return sensors.getOrDefault(f.place.type, Map.of()).getOrDefault(f.place.sensor, 0);
    }

    private void enter(Node node) throws IOException {
        Path path = root.resolve(node.place);
        if (node.level == levels.count()) {
            files(node, HourDirectory.of(root, path, kept));
            return;
        }
        Optional<String> only = levels.fixedName(node.level);
        Set<String> names = only.isPresent() ? Set.of(only.get()) : HourDirectory.list(path);
        for (String name : names) {
            levels.enter(node.level, name, node.dates)
                    .filter(d -> d.firstMs() <= lastHourMs && d.lastMs() >= firstHourMs)
                    .ifPresent(d -> waiting.add(below(node, name, d)));
        }
    }

    private static Node below(Node node, String name, PathLevels.Dates dates) {
        String place = node.level == 0 ? name : node.place + "/" + name;
        return new Node(node.level + 1, place, dates, Math.max(node.firstMs, dates.firstMs()));
    }

    /// Notes the hours whose files would stand in a directory.
    private void files(Node node, HourDirectory directory) throws IOException {
        Set<Place> seen = new HashSet<>();
        for (String name : directory.hourNames()) {
            for (PathFormat.FileKey key : PathFormat.keys(name, site)) {
                Place place = wanted(key);
                if (place == null || !seen.add(place)) {
                    continue;
                }
                String hour = site.pathFormat().expand(place.type, place.sensor, place.hourMs);
                if (leadsTo(node, hour)) {
                    found.computeIfAbsent(key.hourMs(), k -> new ArrayList<>())
                            .add(new Found(place, directory, hour));
                }
            }
        }
    }

    private @Nullable Place wanted(PathFormat.FileKey key) {
        if (key.hourMs() < firstHourMs || key.hourMs() > lastHourMs) {
            return null;
        }
        Sensor sensor = byName.get(key.sensor());
        Map<Sensor, Integer> own = sensors.get(key.flowtype());
        if (sensor == null || own == null || !own.containsKey(sensor)) {
            return null;
        }
        return new Place(key.flowtype(), sensor, key.hourMs());
    }

    /// Whether the path format leads to this directory for an hour.
    private static boolean leadsTo(Node node, String hour) {
        int slash = hour.lastIndexOf('/');
        return node.place.equals(slash < 0 ? "" : hour.substring(0, slash));
    }
}
