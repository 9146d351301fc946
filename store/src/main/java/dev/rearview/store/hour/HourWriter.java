package dev.rearview.store.hour;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.parquet.Layout;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetWriter;
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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Merges the Parquet files of an hour into fewer.
public final class HourWriter {
    /// How long a reader may take from an hour's manifest to the last of its files.
    public static final Duration READERS_NEED = Duration.ofMinutes(5);

    private static final String SEALED = ".sealed.";
    private static final String MERGED = ".merged.";

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
        return rewrite(hour, ParquetWriter.Codec.UNCOMPRESSED, metadata, name -> true);
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
            rewrite(hour, ParquetWriter.Codec.ZSTD, metadata(hour, files), HourWriter::isSealed);
            return Sealed.NOW;
        }
        return retire(hour) ? Sealed.DONE : Sealed.WAITS;
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
                        hour,
                        ParquetWriter.Codec.ZSTD,
                        metadata(hour, files),
                        name -> !old.contains(name));
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

    /// The name of a sealed file.
    ///
    /// @param hour name of the classic hourly file
    /// @param madeMs when it is made; the same for all that are made together
    /// @param number of it among these
    public static String sealed(String hour, long madeMs, int number) {
        String made = Long.toHexString(madeMs) + "-" + Integer.toHexString(number);
        return hour + SEALED + made + HourFiles.PARQUET;
    }

    /// Whether [#seal] made a file of this name.
    public static boolean isSealed(String name) {
        return name.contains(SEALED);
    }

    /// Whether a file of this name was made of others.
    static boolean isRewritten(String name) {
        return isSealed(name) || name.contains(MERGED);
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
            Path hour,
            ParquetWriter.Codec codec,
            Map<String, String> metadata,
            Predicate<String> isGood)
            throws IOException {
        HourFiles files = HourFiles.read(hour);
        boolean seal = codec == ParquetWriter.Codec.ZSTD;
        List<String> current = new ArrayList<>();
        List<String> retired = new ArrayList<>();
        for (List<String> group : groups(hour, files.files())) {
            boolean done = group.size() == 1 && isGood.test(group.getFirst());
            if (done || (!seal && !retired.isEmpty())) {
                current.addAll(group);
                continue;
            }
            String name =
                    String.format(
                            Locale.ROOT,
                            "%s%s%x-%x%s",
                            hour.getFileName(),
                            seal ? SEALED : MERGED,
                            System.currentTimeMillis(),
                            current.size(),
                            HourFiles.PARQUET);
            combine(
                    group.stream().map(hour::resolveSibling).toList(),
                    hour.resolveSibling(name),
                    codec,
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

    /// Makes one file of several, sorted by start. Its place in the directory is still to be forced
    /// to the disk.
    ///
    /// @param files of which several have [SegmentWriter#MAX_FLOWS] flows together at most
    public void combine(
            List<Path> files, Path target, ParquetWriter.Codec codec, Map<String, String> metadata)
            throws IOException {
        RecordBlocks flows = new RecordBlocks();
        FlowRecord r = new FlowRecord();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            try (ParquetReader reader = ParquetReader.open(file, name)) {
                if (reader.rows() > SegmentWriter.MAX_FLOWS) {
                    // Alone in its group, and sorted as it was made: copied as it is.
                    copy(reader, target, codec, metadata);
                    return;
                }
                for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                    for (int i = 0; i < b.size(); i++) {
                        b.get(i, r);
                        flows.add(r);
                    }
                }
            }
        }
        segments.write(target, flows, codec, metadata);
        flows.release();
    }

    private static void copy(
            ParquetReader reader,
            Path target,
            ParquetWriter.Codec codec,
            Map<String, String> metadata)
            throws IOException {
        Disk.replaceUnsynced(
                target,
                out -> {
                    try (ParquetWriter writer = new ParquetWriter(out, codec, metadata)) {
                        for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                            writer.write(b);
                        }
                        writer.finish();
                    }
                });
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
