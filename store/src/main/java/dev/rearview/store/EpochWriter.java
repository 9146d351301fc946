package dev.rearview.store;

import dev.rearview.site.Site;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.SegmentWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Writes the flows of one epoch: the segments of many hours, then their manifests, and so on; then
/// each directory is forced to the disk once. For one thread.
final class EpochWriter {
    /// Segments that are written before their manifests are.
    private static final int AT_ONCE = 64;

    private final Path root;
    private final SegmentWriter segments;
    private final HourNaming naming;

    EpochWriter(Path root, SegmentWriter segments, HourNaming naming) {
        this.root = root;
        this.segments = segments;
        this.naming = naming;
    }

    /// What was done.
    ///
    /// @param written flows by path of the hour
    record Result(Map<String, Integer> written, Failures failures) {}

    /// An hour whose segment was written.
    private record Written(String relative, HourParts.Part part, HourNaming.Segment segment) {}

    /// Writes rows; the hours that are put away are removed from `rows`.
    ///
    /// @param attempted whether some of them may be in segments already
    Result write(long epoch, HourRows rows, boolean attempted, Site site, BooleanSupplier goOn) {
        Failures failures = new Failures();
        List<Written> all = new ArrayList<>();
        List<HourNaming.Segment> named = new ArrayList<>();
        Iterator<Map.Entry<String, HourParts.Part>> parts =
                HourParts.of(rows, site).entrySet().iterator();
        boolean more = true;
        while (more) {
            List<HourNaming.Segment> some = new ArrayList<>();
            while (more && some.size() < AT_ONCE) {
                more = parts.hasNext() && goOn.getAsBoolean();
                if (more) {
                    Map.Entry<String, HourParts.Part> e = parts.next();
                    try {
                        HourNaming.Segment s =
                                segment(epoch, e.getKey(), e.getValue(), attempted, site);
                        some.add(s);
                        all.add(new Written(e.getKey(), e.getValue(), s));
                    } catch (IOException | RuntimeException failure) {
                        failures.add(failure);
                    }
                }
            }
            naming.name(some, named, failures);
        }
        Map<String, Integer> written = new LinkedHashMap<>();
        if (naming.sync(named, failures)) {
            Set<HourNaming.Segment> done = new HashSet<>(named);
            all.removeIf(w -> !done.contains(w.segment));
            putAway(all, rows, written);
            naming.settle(named, site);
        }
        return new Result(written, failures);
    }

    private static void putAway(List<Written> all, HourRows rows, Map<String, Integer> written) {
        for (Written w : all) {
            if (w.segment.fresh()) {
                written.put(w.relative, w.part.rows().count());
            }
            w.part.keys().forEach(key -> rows.byHour().remove(key));
            w.part.rows().release();
        }
    }

    private HourNaming.Segment segment(
            long epoch, String relative, HourParts.Part part, boolean attempted, Site site)
            throws IOException {
        Path hour = HourParts.hour(root, relative);
        String file = FileOrigin.segment(String.valueOf(hour.getFileName()), epoch);
        HourRows.Key key = part.keys().getFirst();
        if (attempted && naming.holds(hour, epoch)) {
            return new HourNaming.Segment(key, hour, file, epoch, false);
        }
        Map<String, String> metadata = FileOrigin.metadata(epoch, HourParts.metadata(key, site));
        Path path = hour.resolveSibling(file);
        RegularFile.within(hour.getParent(), () -> segments.write(path, part.rows(), metadata));
        return new HourNaming.Segment(key, hour, file, epoch, true);
    }
}
