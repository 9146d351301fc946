package dev.rearview.store;

import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.HourRepair;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.hour.RecordBlocks;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/// Writes the flows of one epoch: the segments of many hours, then their manifests, and so on; then
/// each directory is forced to the disk once. For one thread.
final class EpochWriter {
    /// Segments that are written before their manifests are.
    private static final int AT_ONCE = 64;

    /// Files of an hour that are merged.
    private static final int MERGE_AT = 64;

    /// An epoch older than this many, whose journal is gone, need not be remembered.
    private static final long REMEMBERED = 64_000;

    private final Path root;
    private final RepositoryLock lock;
    private final HourWriter merger;
    private final Sealer sealer;
    private final Quarantine quarantine;
    private final HourRepair repair;
    private final LongPredicate isLive;

    /// Hours that could not be merged; tried again by another process.
    private final Set<Path> unmergeable = new LinkedHashSet<>();

    EpochWriter(
            Path root,
            RepositoryLock lock,
            HourWriter merger,
            Sealer sealer,
            Quarantine quarantine,
            LongPredicate isLive) {
        this.root = root;
        this.lock = lock;
        this.merger = merger;
        this.sealer = sealer;
        this.quarantine = quarantine;
        this.repair = new HourRepair(quarantine);
        this.isLive = isLive;
    }

    /// What was done.
    ///
    /// @param written flows by path of the hour
    record Result(Map<String, Integer> written, Failures failures) {}

    /// An hour's part of the epoch.
    private record Part(List<HourRows.Key> keys, RecordBlocks rows) {}

    /// A segment that no manifest names yet.
    private record Segment(String relative, Part part, Path hour, String file, boolean fresh) {}

    /// Writes rows; the hours that are put away are removed from `rows`.
    ///
    /// @param attempted whether some of them may be in segments already
    Result write(long epoch, HourRows rows, boolean attempted, Site site, BooleanSupplier goOn) {
        Failures failures = new Failures();
        List<Segment> named = new ArrayList<>();
        Iterator<Map.Entry<String, Part>> parts = parts(rows, site).entrySet().iterator();
        boolean more = true;
        while (more) {
            List<Segment> segments = new ArrayList<>();
            while (more && segments.size() < AT_ONCE) {
                more = parts.hasNext() && goOn.getAsBoolean();
                if (more) {
                    Map.Entry<String, Part> e = parts.next();
                    try {
                        segments.add(segment(epoch, e.getKey(), e.getValue(), attempted, site));
                    } catch (IOException | RuntimeException failure) {
                        failures.add(failure);
                    }
                }
            }
            name(segments, epoch, named, failures);
        }
        Map<String, Integer> written = new LinkedHashMap<>();
        if (sync(named, failures)) {
            putAway(named, rows, written);
            named.forEach(s -> merge(s, site));
        }
        return new Result(written, failures);
    }

    /// Names segments in their manifests. Not asked whether to go on: what was written would have
    /// to be written again.
    private void name(List<Segment> segments, long epoch, List<Segment> named, Failures failures) {
        for (Segment s : segments) {
            try {
                if (s.fresh) {
                    lock.change(() -> add(s, epoch));
                }
                named.add(s);
            } catch (IOException | RuntimeException failure) {
                failures.add(failure);
            }
        }
    }

    private void putAway(List<Segment> named, HourRows rows, Map<String, Integer> written) {
        for (Segment s : named) {
            if (s.fresh) {
                written.put(s.relative, s.part.rows.count());
            }
            sealer.add(s.hour, s.part.keys.getFirst().hourUs() / 1000);
            s.part.keys.forEach(key -> rows.byHour().remove(key));
            s.part.rows.release();
        }
    }

    /// Rows by path: two numbers of sensors may have one name.
    private Map<String, Part> parts(HourRows rows, Site site) {
        Map<String, Part> out = new LinkedHashMap<>();
        rows.byHour()
                .forEach((key, blocks) -> {
                    String relative = relative(key, site);
                    Part known = out.get(relative);
                    if (known == null) {
                        List<HourRows.Key> keys = new ArrayList<>();
                        keys.add(key);
                        out.put(relative, new Part(keys, blocks));
                    } else {
                        RecordBlocks both = new RecordBlocks();
                        both.addAll(known.rows);
                        both.addAll(blocks);
                        known.keys.add(key);
                        out.put(relative, new Part(known.keys, both));
                    }
                });
        return out;
    }

    private Segment segment(long epoch, String relative, Part part, boolean attempted, Site site)
            throws IOException {
        Path hour = root.resolve(relative).normalize();
        if (!hour.startsWith(root.normalize())) {
            throw new IOException(relative + ": lies outside the repository");
        }
        String file = FileOrigin.segment(String.valueOf(hour.getFileName()), epoch);
        if (attempted && lock.change(() -> repair.holds(hour, epoch))) {
            return new Segment(relative, part, hour, file, false);
        }
        Map<String, String> metadata =
                FileOrigin.metadata(epoch, metadata(part.keys.getFirst(), site));
        RegularFile.makeDirectory(hour.getParent());
        try {
            merger.segments().write(hour.resolveSibling(file), part.rows, metadata);
        } catch (NoSuchFileException e) {
            // Empty directories are removed by whoever expires hours.
            RegularFile.makeDirectory(hour.getParent());
            merger.segments().write(hour.resolveSibling(file), part.rows, metadata);
        }
        return new Segment(relative, part, hour, file, true);
    }

    /// Names a fresh file in its hour's manifest.
    private boolean add(Segment s, long epoch) throws IOException {
        HourFiles files = repair.read(s.hour, s.file);
        List<String> current = new ArrayList<>(files.files());
        if (!current.contains(s.file)) {
            current.add(s.file);
        }
        List<Long> epochs = new ArrayList<>(files.epochs());
        epochs.removeIf(old -> old == epoch || old < epoch - REMEMBERED && !isLive.test(old));
        epochs.add(epoch);
        new HourFiles(current, files.retired(), epochs).write(s.hour);
        return true;
    }

    /// Forces the directories of segments and those above them to the disk, each once.
    private boolean sync(List<Segment> named, Failures failures) {
        Set<Path> directories = new LinkedHashSet<>();
        Path top = root.normalize();
        for (Segment s : named) {
            Path d = s.hour.getParent();
            while (d != null && d.startsWith(top) && directories.add(d)) {
                d = d.getParent();
            }
        }
        try {
            for (Path d : directories) {
                Disk.sync(d);
            }
            return true;
        } catch (IOException e) {
            failures.add(e);
            return false;
        }
    }

    private void merge(Segment s, Site site) {
        try {
            if (!unmergeable.contains(s.hour)
                    && HourFiles.read(s.hour).files().size() >= MERGE_AT) {
                Map<String, String> metadata = metadata(s.part.keys.getFirst(), site);
                lock.change(() -> merger.merge(s.hour, metadata));
            }
        } catch (IOException | RuntimeException e) {
            // The flows are safe as they are.
            unmergeable.add(s.hour);
            quarantine.tell(s.hour, "files cannot be merged: " + e.getMessage());
        }
    }

    /// Where an hour lies. Flows whose sensor or type the site no longer has keep their numbers.
    private static String relative(HourRows.Key key, Site site) {
        Sensor sensor =
                site.sensor(key.sensor())
                        .orElseGet(() -> new Sensor(key.sensor(), "S" + key.sensor(), ""));
        String unknown = "type" + key.flowtype();
        Flowtype type =
                site.flowtype(key.flowtype())
                        .orElseGet(() -> new Flowtype(key.flowtype(), unknown, unknown, "unknown"));
        return site.pathFormat().expand(type, sensor, key.hourUs() / 1000);
    }

    private static Map<String, String> metadata(HourRows.Key key, Site site) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("rearview.sensor", site.sensorName(key.sensor()));
        out.put("rearview.class", site.className(key.flowtype()));
        out.put("rearview.type", site.typeName(key.flowtype()));
        out.put("rearview.hour", Instant.ofEpochSecond(key.hourUs() / 1_000_000).toString());
        return out;
    }
}
