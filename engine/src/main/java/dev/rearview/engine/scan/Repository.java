package dev.rearview.engine.scan;

import dev.rearview.engine.exec.Kept;
import dev.rearview.model.MalformedInputException;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.store.state.Expiry;
import dev.rearview.store.state.Replacement;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the hourly files of a repository, in SiLK's order: by hour, then flowtype, then sensor.
///
/// @param root as the user spelt it
/// @param flowtypes in the order wanted
/// @param sensors those wanted, empty for all of each class
/// @param kept catalogs read before
public record Repository(
        Path directory,
        String root,
        Site site,
        List<Flowtype> flowtypes,
        List<Sensor> sensors,
        Kept kept) {
    /// A repository of which nothing is kept.
    public Repository(
            Path directory,
            String root,
            Site site,
            List<Flowtype> flowtypes,
            List<Sensor> sensors) {
        this(directory, root, site, flowtypes, sensors, new Kept(0));
    }

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
        boolean accept(HourFile file) throws IOException;
    }

    /// Whether any sensor wanted belongs to the class of a flowtype wanted.
    public boolean isEmpty() {
        return flowtypes.stream().allMatch(t -> sensorsOf(t).isEmpty());
    }

    /// The sensors wanted of a flowtype: in the order wanted, by number where none were named.
    public List<Sensor> sensorsOf(Flowtype type) {
        List<Sensor> own =
                site.flowClass(type.className()).map(FlowClass::sensors).orElse(List.of());
        return sensors.isEmpty()
                ? own.stream().sorted((a, b) -> Integer.compare(a.id(), b.id())).toList()
                : sensors.stream().filter(own::contains).toList();
    }

    /// Visits the files of a range of hours that exist.
    ///
    /// @param firstHourMs start of the first hour
    /// @param lastHourMs start of the last hour
    public void forEach(long firstHourMs, long lastHourMs, FileConsumer out) throws IOException {
        Cursor cursor = cursor(firstHourMs, lastHourMs, false);
        for (HourFile f = cursor.next(); f != null && out.accept(f); f = cursor.next()) {}
    }

    /// The files of a range of hours one by one.
    ///
    /// @param firstHourMs start of the first hour
    /// @param lastHourMs start of the last hour
    /// @param withMissing whether those are told of that do not exist, which takes a time that
    ///   grows with the number of hours, flowtypes and sensors
    public Cursor cursor(long firstHourMs, long lastHourMs, boolean withMissing) {
        return new Cursor(firstHourMs, lastHourMs, withMissing);
    }

    /// Walks through files.
    public final class Cursor {
        private final Map<Flowtype, List<Sensor>> sensorsOf = new LinkedHashMap<>();
        private final long firstHourMs;
        private final long lastHourMs;
        private final boolean withMissing;
        private final Expiry before;
        private final boolean isReplacing;
        private final ExistingHours existing;

        /// Where no missing ones are told of: what is left of an hour.
        private final ArrayDeque<ExistingHours.Found> hour = new ArrayDeque<>();

        private long nextMs;
        private final ArrayDeque<HourFile> found = new ArrayDeque<>();
        private ExistingHours.@Nullable Found last;

        private Cursor(long firstHourMs, long lastHourMs, boolean withMissing) {
            this.isReplacing = !Replacement.awaitEnd(directory.resolve(root));
            this.before = Expiry.of(directory.resolve(root));
            this.firstHourMs = firstHourMs;
            this.nextMs = firstHourMs;
            this.lastHourMs = lastHourMs;
            this.withMissing = withMissing;
            for (Flowtype t : flowtypes) {
                sensorsOf.put(t, sensorsOf(t));
            }
            existing = new ExistingHours(Repository.this, sensorsOf, firstHourMs, lastHourMs);
        }

        /// The next file, null after the last: to be named, not read, so that what stands in an
        /// hour's place and is no file of flows is passed over, as SiLK does.
        ///
        /// @throws IOException if an hour cannot be listed; the next call goes on behind it
        public @Nullable HourFile next() throws IOException {
            while (found.isEmpty()) {
                List<HourFile> files = nextHour(false);
                if (files == null) {
                    return null;
                }
                found.addAll(files);
            }
            return found.poll();
        }

        /// The files of the next hour of a sensor and type, null after the last.
        ///
        /// @throws IOException if it cannot be listed; the next call goes on behind it
        @Nullable List<HourFile> nextHour() throws IOException {
            return nextHour(true);
        }

        private @Nullable List<HourFile> nextHour(boolean toRead) throws IOException {
            while (hour.isEmpty()) {
                if (!refill()) {
                    return null;
                }
            }
            ExistingHours.Found place = hour.remove();
            last = place;
            List<HourFile> files = files(place);
            checkManifest(place, files, toRead);
            return files;
        }

        /// Finds what comes next.
        ///
        /// @return false after the last hour
        private boolean refill() throws IOException {
            if (!withMissing) {
                List<ExistingHours.Found> next = existing.next();
                hour.addAll(next == null ? List.of() : next);
                return next != null;
            }
            if (nextMs > lastHourMs || isEmpty()) {
                return false;
            }
            Map<ExistingHours.Place, ExistingHours.Found> there = new HashMap<>();
            existing.of(nextMs).forEach(f -> there.put(f.place(), f));
            sensorsOf.forEach((type, sensors) ->
                    sensors.forEach(s -> {
                        ExistingHours.Place p = new ExistingHours.Place(type, s, nextMs);
                        ExistingHours.Found f = there.get(p);
                        hour.add(f == null ? new ExistingHours.Found(p, null, pathOf(p)) : f);
                    }));
            nextMs += TimeText.HOUR_MS;
            return true;
        }

        /// To be called when all hours were listed.
        ///
        /// @throws IOException if some of them may have been deleted before they were, or some are
        ///   as before a repack and some as after it
        void checkChanges() throws IOException {
            Expiry now = Expiry.of(directory.resolve(root));
            if (now.mayHaveTaken(before, firstHourMs, lastHourMs)) {
                throw new IOException(
                        root
                                + ": hours were expired while this was read,"
                                + " what is missing is not known");
            }
            if (isReplacing || Replacement.isUnderWay(directory.resolve(root))) {
                throw new IOException(
                        root
                                + ": a repack was replacing hours while this was read: some may be"
                                + " as before, some as after; ask again. Where that stays so it was"
                                + " killed: start rwflowpack, or run rearview store seal, which"
                                + " finish it");
            }
        }

        /// The files of one hour: a classic SiLK file, and those of the Parquet store beside it.
        private List<HourFile> files(ExistingHours.Found f) throws IOException {
            String name = nameOf(f);
            HourDirectory in = f.directory();
            if (in == null) {
                return missing(name);
            }
            Optional<DirectoryCatalog> catalog = in.catalog();
            return catalog.isEmpty() ? listed(name) : cataloged(name, in.path(), catalog.get());
        }

        /// Refuses an hour without files whose files are there but for their manifest, or where
        /// something else has their names.
        private void checkManifest(ExistingHours.Found place, List<HourFile> files, boolean toRead)
                throws IOException {
            HourDirectory in = place.directory();
            if (in == null || files.getFirst().exists()) {
                return;
            }
            Path path = files.getFirst().path();
            if (toRead) {
                HourFiles.checkNames(path, in.names());
            }
            long lost = in.lost(String.valueOf(path.getFileName()));
            if (lost > 0) {
                throw new MalformedInputException(
                        nameOf(place), -1, "manifest", "is gone; " + lost + " files are not read");
            }
        }

        /// The files of the same hour as they are now, whatever a catalog tells.
        List<HourFile> listAgain() throws IOException {
            ExistingHours.Found place = last;
            if (place == null) {
                throw new IllegalStateException("no hour yet");
            }
            return listed(nameOf(place));
        }
    }

    private String pathOf(ExistingHours.Place p) {
        return site.pathFormat().expand(p.type(), p.sensor(), p.hourMs());
    }

    private String nameOf(ExistingHours.Found f) {
        return root + "/" + f.path();
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
    private List<HourFile> listed(String name) throws IOException {
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
