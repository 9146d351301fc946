package dev.rearview.engine.scan;

import dev.rearview.model.MalformedInputException;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.store.DirectoryCatalog;
import dev.rearview.store.Expiry;
import dev.rearview.store.HourFiles;
import dev.rearview.store.RowGroupStats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the hourly files of a repository, in SiLK's order: by hour, then flowtype, then sensor.
///
/// @param root as the user spelt it
/// @param flowtypes in the order wanted
/// @param sensors those wanted, empty for all of each class
public record Repository(
        Path directory, String root, Site site, List<Flowtype> flowtypes, List<Sensor> sensors) {
    private static final long HOUR_MS = 3_600_000;

    /// An hourly file that exists or is missing.
    ///
    /// @param name path as the user would spell it
    /// @param summary what a catalog tells of it
    public record HourFile(
            String name, Path path, boolean exists, Optional<RowGroupStats> summary) {
        HourFile(String name, Path path, boolean exists) {
            this(name, path, exists, Optional.empty());
        }
    }

    /// Takes the files one by one.
    @FunctionalInterface
    public interface FileConsumer {
        /// @return false to stop
        boolean accept(HourFile file) throws java.io.IOException;
    }

    /// Whether any sensor wanted belongs to the class of a flowtype wanted.
    public boolean isEmpty() {
        return flowtypes.stream().allMatch(t -> sensorsOf(t).isEmpty());
    }

    private List<Sensor> sensorsOf(Flowtype type) {
        List<Sensor> own =
                site.flowClass(type.className()).map(FlowClass::sensors).orElse(List.of());
        return sensors.isEmpty() ? own : own.stream().filter(sensors::contains).toList();
    }

    /// Visits the files of a range of hours.
    ///
    /// @param firstHourMs start of the first hour
    /// @param lastHourMs start of the last hour
    public void forEach(long firstHourMs, long lastHourMs, FileConsumer out)
            throws java.io.IOException {
        Cursor cursor = cursor(firstHourMs, lastHourMs);
        for (HourFile f = cursor.next(); f != null && out.accept(f); f = cursor.next()) {}
    }

    /// The files of a range of hours one by one.
    ///
    /// @param firstHourMs start of the first hour
    /// @param lastHourMs start of the last hour
    public Cursor cursor(long firstHourMs, long lastHourMs) {
        return new Cursor(firstHourMs, lastHourMs);
    }

    /// Walks through files.
    public final class Cursor {
        private final List<List<Sensor>> sensorsOf = new ArrayList<>();
        private final long firstHourMs;
        private final long lastHourMs;
        private final Expiry before;
        private long hourMs;
        private int type;
        private int sensor;
        private final Map<Path, Optional<DirectoryCatalog>> catalogs = new HashMap<>();

        /// What directories hold in which an hour has no files.
        private final Map<Path, Listing> listings = new HashMap<>();

        private final ArrayDeque<HourFile> found = new ArrayDeque<>();
        private @Nullable Place last;

        private Cursor(long firstHourMs, long lastHourMs) {
            this.before = Expiry.of(directory.resolve(root));
            this.firstHourMs = firstHourMs;
            this.hourMs = firstHourMs;
            this.lastHourMs = lastHourMs;
            for (Flowtype t : flowtypes) {
                sensorsOf.add(sensorsOf(t));
            }
        }

        /// The next file, null after the last: to be named, not read, so that what stands in an
        /// hour's place and is no file of flows is passed over, as SiLK does.
        ///
        /// @throws java.io.IOException if an hour cannot be listed; the next call goes on behind it
        public @Nullable HourFile next() throws java.io.IOException {
            while (found.isEmpty()) {
                List<HourFile> hour = nextHour(false);
                if (hour == null) {
                    return null;
                }
                found.addAll(hour);
            }
            return found.poll();
        }

        /// The files of the next hour of a sensor and type, null after the last.
        ///
        /// @throws java.io.IOException if it cannot be listed; the next call goes on behind it
        @Nullable List<HourFile> nextHour() throws java.io.IOException {
            return nextHour(true);
        }

        private @Nullable List<HourFile> nextHour(boolean toRead) throws java.io.IOException {
            while (true) {
                while (type < flowtypes.size() && sensor == sensorsOf.get(type).size()) {
                    type++;
                    sensor = 0;
                }
                if (type == flowtypes.size()) {
                    type = 0;
                    hourMs += HOUR_MS;
                    if (flowtypes.isEmpty() || isEmpty()) {
                        return null;
                    }
                }
                if (hourMs > lastHourMs) {
                    return null;
                }
                if (sensor < sensorsOf.get(type).size()) {
                    Sensor s = sensorsOf.get(type).get(sensor++);
                    Place place = new Place(flowtypes.get(type), s, hourMs);
                    last = place;
                    List<HourFile> found = files(place);
                    checkManifest(place, found, toRead);
                    return found;
                }
            }
        }

        /// To be called when all hours were listed.
        ///
        /// @throws java.io.IOException if some of them may have been deleted before they were
        void checkExpiry() throws java.io.IOException {
            Expiry now = Expiry.of(directory.resolve(root));
            if (now.mayHaveTaken(before, firstHourMs, lastHourMs)) {
                throw new java.io.IOException(
                        root
                                + ": hours were expired while this was read,"
                                + " what is missing is not known");
            }
        }

        /// The files of one hour: a classic SiLK file, and those of the Parquet store beside it.
        private List<HourFile> files(Place hour) throws java.io.IOException {
            String name = nameOf(hour);
            int slash = name.lastIndexOf('/');
            Path place = directory.resolve(name.substring(0, slash));
            Optional<DirectoryCatalog> catalog = catalogs.get(place);
            if (catalog == null) {
                // Where the directory cannot be read that is told once, not for each of its hours.
                catalogs.put(place, Optional.empty());
                listings.put(place, Listing.NONE);
                catalog = DirectoryCatalog.find(directory.resolve(root), place);
                catalogs.put(place, catalog);
                listings.remove(place);
            }
            return catalog.isEmpty() ? listed(name) : cataloged(name, place, catalog.get());
        }

        /// Refuses an hour without files whose files are there but for their manifest, or where
        /// something else has their names.
        private void checkManifest(Place place, List<HourFile> hour, boolean toRead)
                throws java.io.IOException {
            if (hour.getFirst().exists()) {
                return;
            }
            Path path = hour.getFirst().path();
            Path parent = path.getParent();
            if (parent == null) {
                return;
            }
            Listing listing = listings.get(parent);
            if (listing == null) {
                listings.put(parent, Listing.NONE);
                listing = Listing.of(directory.resolve(root), parent);
                listings.put(parent, listing);
            }
            if (toRead) {
                HourFiles.checkNames(path, listing.names);
            }
            String prefix = path.getFileName() + ".";
            long files =
                    listing.lost.stream()
                            .filter(p -> String.valueOf(p.getFileName()).startsWith(prefix))
                            .count();
            if (files > 0) {
                throw new MalformedInputException(
                        nameOf(place), -1, "manifest", "is gone; " + files + " files are not read");
            }
        }

        /// The files of the same hour as they are now, whatever a catalog tells.
        List<HourFile> listAgain() throws java.io.IOException {
            Place place = last;
            if (place == null) {
                throw new IllegalStateException("no hour yet");
            }
            return listed(nameOf(place));
        }
    }

    /// @param names of all that is in a directory
    /// @param lost files that no manifest names any longer
    private record Listing(Set<String> names, List<Path> lost) {
        static final Listing NONE = new Listing(Set.of(), List.of());

        static Listing of(Path root, Path directory) throws java.io.IOException {
            Set<String> names = HourFiles.names(directory);
            return new Listing(names, HourFiles.withoutManifest(root, directory, names));
        }
    }

    private record Place(Flowtype type, Sensor sensor, long hourMs) {}

    private String nameOf(Place p) {
        return root + "/" + site.pathFormat().expand(p.type, p.sensor, p.hourMs);
    }

    /// What a catalog tells of an hour.
    private List<HourFile> cataloged(String name, Path place, DirectoryCatalog catalog) {
        int slash = name.lastIndexOf('/');
        List<HourFile> found = new ArrayList<>();
        for (DirectoryCatalog.Entry e : catalog.files(name.substring(slash + 1))) {
            String spelt = name.substring(0, slash + 1) + e.name();
            found.add(new HourFile(spelt, place.resolve(e.name()), true, e.summary()));
        }
        return found.isEmpty() ? missing(name) : found;
    }

    private List<HourFile> missing(String name) {
        return List.of(new HourFile(name, directory.resolve(name), false));
    }

    /// What the directory itself tells.
    private List<HourFile> listed(String name) throws java.io.IOException {
        String parent = name.substring(0, name.lastIndexOf('/'));
        List<HourFile> found = new ArrayList<>();
        classic(name).ifPresent(found::add);
        for (Path path : HourFiles.current(directory.resolve(name))) {
            found.add(new HourFile(parent + "/" + path.getFileName(), path, true));
        }
        return found.isEmpty() ? missing(name) : found;
    }

    private Optional<HourFile> classic(String name) {
        for (String candidate : List.of(name, name + ".gz")) {
            Path path = directory.resolve(candidate);
            if (Files.isRegularFile(path)) {
                return Optional.of(new HourFile(candidate, path, true));
            }
        }
        return Optional.empty();
    }
}
