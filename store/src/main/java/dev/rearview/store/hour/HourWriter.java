package dev.rearview.store.hour;

import dev.rearview.model.FlowBatch;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.parquet.Layout;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Merges the Parquet files of an hour into fewer.
public final class HourWriter {
    /// How long a reader may take from an hour's manifest to the last of its files.
    public static final Duration READERS_NEED = Duration.ofMinutes(5);

    private final SegmentWriter segments;

    public HourWriter(SegmentWriter segments) {
        this.segments = segments;
    }

    public SegmentWriter segments() {
        return segments;
    }

    /// Merges the first current files of an hour that fit into one of [SegmentWriter#MAX_FLOWS]; no
    /// more at once, since epochs wait meanwhile. Readers see either the old files or the new one.
    ///
    /// @param hour path of the classic hourly file
    /// @return whether anything was merged
    public boolean merge(Path hour, Map<String, String> metadata) throws IOException {
        return rewrite(hour, FileForm.HOT, metadata, name -> true);
    }

    /// What became of an hour that was to be sealed.
    public enum Sealed {
        /// Its files were merged; they stay for their readers for a while.
        NOW,
        /// It is sealed, but files that were merged still stay for their readers.
        WAITS,
        /// There is nothing left to do.
        DONE
    }

    /// Seals an hour: merges it into ZSTD-compressed files unless that is what it is, and deletes
    /// files that were merged some minutes ago.
    public Sealed seal(Path hour) throws IOException {
        HourFiles files = HourFiles.read(hour);
        if (!files.files().stream().allMatch(HourWriter::isSealed)) {
            rewrite(hour, FileForm.SEALED, metadata(hour, files), HourWriter::isSealed);
            return Sealed.NOW;
        }
        return retire(hour) ? Sealed.DONE : Sealed.WAITS;
    }

    /// Writes a sealed hour in the form for those that are old.
    ///
    /// @return whether anything was written: not if it is not sealed, or is cold
    public boolean age(Path hour) throws IOException {
        HourFiles files = HourFiles.read(hour);
        List<String> names = files.files();
        return !names.isEmpty()
                && names.stream().allMatch(HourWriter::isSealed)
                && !names.stream().allMatch(HourWriter::isCold)
                && rewrite(hour, FileForm.COLD, metadata(hour, files), HourWriter::isCold);
    }

    /// Writes a sealed hour again of which files have an older layout. One that is not sealed gets
    /// the one of today when it is.
    ///
    /// @return whether anything was written
    public boolean convert(Path hour) throws IOException {
        HourFiles files = HourFiles.read(hour);
        Set<String> old = new HashSet<>();
        for (String name : files.files()) {
            if (!isSealed(name)) {
                return false;
            }
            try (ParquetReader reader = ParquetReader.open(hour.resolveSibling(name), name)) {
                if (reader.layout() != Layout.SECOND) {
                    old.add(name);
                }
            }
        }
        return !old.isEmpty()
                && rewrite(
                        hour, FileForm.SEALED, metadata(hour, files), name -> !old.contains(name));
    }

    /// Deletes files of an hour that were merged some minutes ago.
    ///
    /// @return whether none are left
    public boolean retire(Path hour) throws IOException {
        HourFiles files = HourFiles.read(hour);
        List<String> young = keepYoung(hour, files.retired());
        if (files.files().isEmpty() && young.isEmpty()) {
            // The hour was expired by someone who did not come to the end.
            Files.deleteIfExists(HourFiles.manifest(hour));
        } else if (!young.equals(files.retired())) {
            new HourFiles(files.files(), young, files.epochs()).write(hour);
        }
        return young.isEmpty();
    }

    /// Whether [#seal] or [#age] made a file of this name.
    static boolean isSealed(String name) {
        return FileForm.of(name) != FileForm.HOT;
    }

    /// Whether [#age] made a file of this name.
    private static boolean isCold(String name) {
        return FileForm.of(name) == FileForm.COLD;
    }

    /// Whether a file of this name was made of others.
    static boolean isRewritten(String name) {
        return isSealed(name) || name.contains(FileForm.HOT.infix());
    }

    private static Map<String, String> metadata(Path hour, HourFiles files) throws IOException {
        Map<String, String> out = new LinkedHashMap<>();
        String first = files.files().getFirst();
        try (ParquetReader reader = ParquetReader.open(hour.resolveSibling(first), first)) {
            reader.metadata()
                    .forEach((key, value) -> {
                        if (!key.equals("ARROW:schema")) {
                            out.put(key, value);
                        }
                    });
        }
        return out;
    }

    /// @param isGood whether a file of a name is as it should be, if it need not be merged
    private boolean rewrite(
            Path hour, FileForm form, Map<String, String> metadata, Predicate<String> isGood)
            throws IOException {
        HourFiles files = HourFiles.read(hour);
        boolean seal = form != FileForm.HOT;
        List<String> current = new ArrayList<>();
        List<String> retired = new ArrayList<>();
        for (List<String> group : groups(hour, files.files())) {
            boolean done = group.size() == 1 && isGood.test(group.getFirst());
            if (done || (!seal && !retired.isEmpty())) {
                current.addAll(group);
                continue;
            }
            String name =
                    form.fileName(
                            String.valueOf(hour.getFileName()),
                            System.currentTimeMillis(),
                            current.size());
            combine(
                    group.stream().map(hour::resolveSibling).toList(),
                    hour.resolveSibling(name),
                    form,
                    FileOrigin.metadata(origins(hour, group), metadata));
            current.add(name);
            retired.addAll(group);
        }
        if (retired.isEmpty()) {
            return false;
        }
        // The files just merged stay for readers that have their names already.
        FileTime now = FileTime.from(Instant.now());
        for (String name : retired) {
            Files.setLastModifiedTime(hour.resolveSibling(name), now);
        }
        retired.addAll(keepYoung(hour, files.retired()));
        // The new files have to be safe before the manifest names no others.
        Disk.syncParent(hour);
        new HourFiles(current, retired, files.epochs()).write(hour);
        Disk.syncParent(hour);
        return true;
    }

    private static Map<String, FileOrigin> origins(Path hour, List<String> names)
            throws IOException {
        Map<String, FileOrigin> out = new LinkedHashMap<>();
        for (String name : names) {
            out.put(name, FileOrigin.of(hour, hour.resolveSibling(name)));
        }
        return out;
    }

    /// Neighbours that fit into one file together.
    private static List<List<String>> groups(Path hour, List<String> names) throws IOException {
        List<List<String>> out = new ArrayList<>();
        long flows = Long.MAX_VALUE;
        for (String name : names) {
            long own;
            try (ParquetReader reader = ParquetReader.open(hour.resolveSibling(name), name)) {
                own = reader.rows();
            }
            if (out.isEmpty() || flows + own > SegmentWriter.MAX_FLOWS) {
                out.add(new ArrayList<>());
                flows = 0;
            }
            out.getLast().add(name);
            flows += own;
        }
        return out;
    }

    /// Makes one file of several that are sorted by start, or are cold. Its place in the directory
    /// is still to be forced to the disk.
    ///
    /// @param files of which several have [SegmentWriter#MAX_FLOWS] flows together at most
    public void combine(List<Path> files, Path target, FileForm form, Map<String, String> metadata)
            throws IOException {
        if (form == FileForm.HOT) {
            segments.join(target, files, metadata);
            return;
        }
        FlowColumns flows = new FlowColumns();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            try (ParquetReader reader = ParquetReader.open(file, name)) {
                if (reader.rows() > SegmentWriter.MAX_FLOWS) {
                    // Alone in its group, and sorted by start as it was made.
                    segments.copy(target, reader, form, metadata);
                    return;
                }
                for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                    flows.addAll(b);
                }
            }
        }
        segments.write(target, flows, form, metadata);
        if (!form.isByStart() && Files.size(target) >= octets(files)) {
            // Where the order of time takes less room, as of scans through addresses, it stays.
            segments.write(target, flows, FileForm.SEALED, metadata);
        }
        flows.release();
    }

    private static long octets(List<Path> files) throws IOException {
        long octets = 0;
        for (Path file : files) {
            octets += Files.size(file);
        }
        return octets;
    }

    /// Deletes files that were retired some time ago.
    ///
    /// @return the others
    private static List<String> keepYoung(Path hour, List<String> retired) throws IOException {
        Instant old = Instant.now().minus(READERS_NEED);
        List<String> young = new ArrayList<>();
        for (String name : retired) {
            Path path = hour.resolveSibling(name);
            if (!Files.exists(path) || Files.getLastModifiedTime(path).toInstant().isBefore(old)) {
                Files.deleteIfExists(path);
            } else {
                young.add(name);
            }
        }
        return young;
    }
}
