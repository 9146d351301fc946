package dev.rearview.store;

import dev.rearview.site.Site;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.SegmentFiles;
import dev.rearview.store.journal.Commit;
import dev.rearview.store.state.Quarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Puts the segments that a commit names to their hours, and names them there. Done again after a
/// crash it finds what is done. For one thread.
final class SegmentPlacer {
    private final Path root;
    private final SegmentFiles files;
    private final HourNaming naming;
    private final OpenEpochs epochs;
    private final Quarantine quarantine;

    SegmentPlacer(
            Path root,
            SegmentFiles files,
            HourNaming naming,
            OpenEpochs epochs,
            Quarantine quarantine) {
        this.root = root;
        this.files = files;
        this.naming = naming;
        this.epochs = epochs;
        this.quarantine = quarantine;
    }

    /// What was done.
    ///
    /// @param written flows by path of the hour
    /// @param lost flows of segments that are damaged or gone
    record Result(Map<String, Integer> written, long lost) {}

    /// Puts segments away; those that are in their place are removed from what the epoch has.
    ///
    /// @param goOn asked before each
    Result place(Epoch epoch, Site site, BooleanSupplier goOn, Failures failures) {
        Map<HourNaming.Segment, Commit.Segment> placed = new HashMap<>();
        List<HourNaming.Segment> named = new ArrayList<>();
        long lost = 0;
        for (Commit.Segment s : List.copyOf(epoch.segments())) {
            if (!goOn.getAsBoolean()) {
                break;
            }
            try {
                HourNaming.Segment done = place(epoch, s);
                if (done == null) {
                    epoch.segments().remove(s);
                    lost += s.flows();
                } else {
                    placed.put(done, s);
                    // At once: the hour may have several, and one that has no name is strange.
                    naming.name(List.of(done), named, failures);
                }
            } catch (IOException | RuntimeException failure) {
                failures.add(failure);
            }
        }
        Map<String, Integer> written = new LinkedHashMap<>();
        if (naming.sync(named, failures)) {
            for (HourNaming.Segment n : named) {
                Commit.Segment s = placed.get(n);
                if (s != null && n.fresh()) {
                    written.merge(s.place().relative(), s.flows(), Integer::sum);
                }
            }
            named.forEach(n -> epoch.segments().remove(placed.get(n)));
            naming.settle(named, site);
        }
        return new Result(written, lost);
    }

    /// Moves a segment.
    ///
    /// @return null if it is damaged, or nowhere
    private HourNaming.@Nullable Segment place(Epoch epoch, Commit.Segment s) throws IOException {
        Commit.Place place = s.place();
        HourRows.Key key = new HourRows.Key(place.flowtype(), place.sensor(), place.hourUs());
        Path hour = HourParts.hour(root, place.relative());
        String file = FileOrigin.segment(String.valueOf(hour.getFileName()), s.epoch());
        Path from = files.path(epoch.number(), s.file());
        Path to = hour.resolveSibling(file);
        long octets = Disk.size(from);
        boolean attempted = epoch.isAttempted();
        if (attempted && naming.holds(hour, s.epoch())) {
            Files.deleteIfExists(from);
            epochs.grow(-octets);
            return new HourNaming.Segment(key, hour, file, s.epoch(), false);
        }
        if (attempted && (files.damage(from).isPresent() || files.damage(to).isPresent())) {
            epochs.grow(-octets);
            return null;
        }
        if (Files.exists(from)) {
            RegularFile.within(to.getParent(), () -> Disk.place(from, to));
            epochs.grow(-octets);
        } else if (!Files.exists(to)) {
            quarantine.tell(from, "removed by someone, with " + s.flows() + " flows");
            return null;
        }
        return new HourNaming.Segment(key, hour, file, s.epoch(), true);
    }
}
