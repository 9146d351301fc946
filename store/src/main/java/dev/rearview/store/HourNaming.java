package dev.rearview.store;

import dev.rearview.site.Site;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.HourRepair;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;

/// Names segments in the manifests of their hours and forces these to the disk, each directory
/// once. For one thread.
final class HourNaming {
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

    /// @param isLive whether the journal of an epoch is there
    HourNaming(
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

    /// A segment that is in its place, and that no manifest names yet unless it is not fresh.
    ///
    /// @param key one of those whose flows it has
    record Segment(HourRows.Key key, Path hour, String file, long epoch, boolean fresh) {}

    /// Whether an hour has the flows of an epoch already.
    boolean holds(Path hour, long epoch) throws IOException {
        return lock.change(() -> repair.holds(hour, epoch));
    }

    /// Names segments in their manifests. Not asked whether to go on: what was written would have
    /// to be written again.
    ///
    /// @param named gets those that are
    void name(List<Segment> segments, List<Segment> named, Failures failures) {
        for (Segment s : segments) {
            try {
                if (s.fresh) {
                    lock.change(() -> add(s));
                }
                named.add(s);
            } catch (IOException | RuntimeException failure) {
                failures.add(failure);
            }
        }
    }

    /// Names a fresh file in its hour's manifest.
    private boolean add(Segment s) throws IOException {
        HourFiles files = repair.read(s.hour, s.file);
        List<String> current = new ArrayList<>(files.files());
        if (!current.contains(s.file)) {
            current.add(s.file);
        }
        List<Long> epochs = new ArrayList<>(files.epochs());
        epochs.removeIf(old -> old == s.epoch || old < s.epoch - REMEMBERED && !isLive.test(old));
        epochs.add(s.epoch);
        new HourFiles(current, files.retired(), epochs).write(s.hour);
        return true;
    }

    /// Forces the directories of segments and those above them to the disk, each once.
    boolean sync(List<Segment> named, Failures failures) {
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

    /// Sees to it that hours are merged where they have many files, and sealed some day.
    void settle(List<Segment> named, Site site) {
        named.forEach(s -> sealer.add(s.hour, s.key.hourUs() / 1000));
        named.forEach(s -> merge(s, site));
    }

    private void merge(Segment s, Site site) {
        try {
            if (!unmergeable.contains(s.hour)
                    && HourFiles.read(s.hour).files().size() >= MERGE_AT) {
                Map<String, String> metadata = HourParts.metadata(s.key, site);
                lock.change(() -> merger.merge(s.hour, metadata));
            }
        } catch (IOException | RuntimeException e) {
            // The flows are safe as they are.
            unmergeable.add(s.hour);
            quarantine.tell(s.hour, "files cannot be merged: " + e.getMessage());
        }
    }
}
