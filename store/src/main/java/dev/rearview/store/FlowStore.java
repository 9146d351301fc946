package dev.rearview.store;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes flows into the repository: journal first, then small segments, named by a manifest for
/// each hour. One process at a time owns a repository; one thread at a time calls.
///
/// The flows of one journal epoch go to segments that carry the epoch's number, and every hour's
/// manifest remembers it; so recovery after a crash writes what is missing and nothing twice.
public final class FlowStore implements Closeable {
    private static final long HOUR_US = 3_600_000_000L;
    private static final String STATE = ".rearview";
    private static final int MERGE_AT = 64;

    private record HourKey(int flowtype, int sensor, long hourUs) {}

    private static final class Pending {
        long[] words = new long[64 * RecordWords.COUNT];
        int count;

        void add(long[] from, int at) {
            if ((count + 1) * RecordWords.COUNT > words.length) {
                words = Arrays.copyOf(words, words.length * 2);
            }
            System.arraycopy(from, at, words, count++ * RecordWords.COUNT, RecordWords.COUNT);
        }
    }

    private final Path root;
    private final Site site;
    private final Path journals;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private Map<HourKey, Pending> pending = new HashMap<>();
    private final FlowRecord scratch = new FlowRecord();
    private long[] batch = new long[1024 * RecordWords.COUNT];
    private int batchCount;
    private int pendingCount;
    private @Nullable Journal journal;
    private long nextEpoch;
    private long recovered;

    private FlowStore(Path root, Site site, FileChannel lockChannel, FileLock lock) {
        this.root = root;
        this.site = site;
        this.journals = root.resolve(STATE).resolve("journal");
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /// Opens a repository for writing and recovers what an earlier process left in its journals.
    ///
    /// @throws IOException if another process owns it
    public static FlowStore open(Path root, Site site) throws IOException {
        Path state = root.resolve(STATE);
        Files.createDirectories(state.resolve("journal"));
        FileChannel channel =
                FileChannel.open(
                        state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (java.nio.channels.OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException(root + ": another process is writing to this repository");
        }
        FlowStore store = new FlowStore(root, site, channel, lock);
        store.recover();
        return store;
    }

    private void recover() throws IOException {
        List<Path> left = Journal.list(journals);
        for (Path path : left) {
            long epoch = Journal.epochOf(path);
            nextEpoch = Math.max(nextEpoch, epoch + 1);
            Journal.read(path, this::gather);
            recovered += pendingCount;
            writeSegments(epoch, pending);
            pending.clear();
            pendingCount = 0;
            Files.delete(path);
        }
        nextEpoch = Math.max(nextEpoch, System.currentTimeMillis());
    }

    /// Flows that were found in journals when the repository was opened.
    public long recovered() {
        return recovered;
    }

    /// Takes one flow; it is safe once [#commit] returns.
    public void append(FlowRecord r) {
        if ((batchCount + 1) * RecordWords.COUNT > batch.length) {
            batch = Arrays.copyOf(batch, batch.length * 2);
        }
        RecordWords.pack(r, batch, batchCount++ * RecordWords.COUNT);
    }

    /// Writes the flows taken since the last call to the journal.
    public void commit() throws IOException {
        if (batchCount == 0) {
            return;
        }
        Journal j = journal;
        if (j == null) {
            j = Journal.create(journals, nextEpoch++);
            journal = j;
        }
        j.append(batch, batchCount);
        for (int i = 0; i < batchCount; i++) {
            gather(batch, i * RecordWords.COUNT);
        }
        batchCount = 0;
    }

    /// Forces the journal to the disk, so that a power cut loses nothing committed before.
    public void sync() throws IOException {
        if (journal != null) {
            journal.sync();
        }
    }

    /// Flows that are in the journal but in no segment yet.
    public int pendingCount() {
        return pendingCount;
    }

    private void gather(long[] words, int at) {
        FlowRecord r = scratch;
        RecordWords.unpack(words, at, r);
        HourKey key = new HourKey(r.flowtype, r.sensor, r.stime - Math.floorMod(r.stime, HOUR_US));
        pending.computeIfAbsent(key, k -> new Pending()).add(words, at);
        pendingCount++;
    }

    /// What was taken in between two flushes, to be written by [#write].
    public static final class Epoch {
        private final Journal journal;
        private final Map<HourKey, Pending> hours;

        private Epoch(Journal journal, Map<HourKey, Pending> hours) {
            this.journal = journal;
            this.hours = hours;
        }
    }

    /// Ends the current epoch: what comes next goes to a new journal. Fast; the caller's thread may
    /// go on appending while another one writes the epoch.
    public Optional<Epoch> rotate() throws IOException {
        commit();
        Journal j = journal;
        if (j == null) {
            return Optional.empty();
        }
        journal = null;
        Epoch epoch = new Epoch(j, pending);
        pending = new HashMap<>();
        pendingCount = 0;
        return Optional.of(epoch);
    }

    /// Writes an epoch's flows to segments and trims the journal. Epochs are written one at a time,
    /// oldest first.
    ///
    /// @return flows written, by path of the hour relative to the root
    public Map<String, Integer> write(Epoch epoch) throws IOException {
        Map<String, Integer> written = writeSegments(epoch.journal.epoch(), epoch.hours);
        epoch.journal.discard();
        return written;
    }

    /// Writes what is pending to segments and trims the journal.
    ///
    /// @return flows written, by path of the hour relative to the root
    public Map<String, Integer> flush() throws IOException {
        Optional<Epoch> epoch = rotate();
        return epoch.isPresent() ? write(epoch.get()) : Map.of();
    }

    private Map<String, Integer> writeSegments(long epoch, Map<HourKey, Pending> hours)
            throws IOException {
        Map<String, Integer> written = new LinkedHashMap<>();
        for (Map.Entry<HourKey, Pending> e : hours.entrySet()) {
            HourKey key = e.getKey();
            String relative = relative(key);
            Path hour = root.resolve(relative);
            Files.createDirectories(hour.getParent());
            HourFiles files = HourFiles.read(hour);
            if (files.epochs().contains(epoch)) {
                continue;
            }
            String name = hour.getFileName() + "." + Long.toHexString(epoch) + ".parquet";
            writeFile(
                    hour.resolveSibling(name),
                    e.getValue().words,
                    e.getValue().count,
                    ParquetWriter.Codec.UNCOMPRESSED,
                    metadata(key));
            List<String> current = new ArrayList<>(files.files());
            current.add(name);
            List<Long> epochs = new ArrayList<>(files.epochs());
            epochs.removeIf(old -> old < epoch - MERGE_AT * 1000L);
            epochs.add(epoch);
            new HourFiles(current, files.retired(), epochs).write(hour);
            written.put(relative, e.getValue().count);
            if (current.size() >= MERGE_AT) {
                merge(key, ParquetWriter.Codec.UNCOMPRESSED);
            }
        }
        return written;
    }

    /// Where an hour lies. Flows whose sensor or type the site no longer has keep their numbers.
    private String relative(HourKey key) {
        Sensor sensor =
                site.sensor(key.sensor)
                        .orElseGet(() -> new Sensor(key.sensor, "S" + key.sensor, ""));
        Flowtype type =
                site.flowtype(key.flowtype)
                        .orElseGet(() ->
                                new Flowtype(
                                        key.flowtype,
                                        "type" + key.flowtype,
                                        "type" + key.flowtype,
                                        "unknown"));
        return site.pathFormat().expand(type, sensor, key.hourUs / 1000);
    }

    private Map<String, String> metadata(HourKey key) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("rearview.sensor", site.sensorName(key.sensor));
        out.put("rearview.class", site.className(key.flowtype));
        out.put("rearview.type", site.typeName(key.flowtype));
        out.put(
                "rearview.hour",
                java.time.Instant.ofEpochSecond(key.hourUs / 1_000_000).toString());
        return out;
    }

    /// Writes flows, sorted by start, under a temporary name and renames the whole file.
    private static void writeFile(
            Path path,
            long[] words,
            int count,
            ParquetWriter.Codec codec,
            Map<String, String> metadata)
            throws IOException {
        Path temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
        try (OutputStream out = Files.newOutputStream(temporary);
                ParquetWriter writer = new ParquetWriter(out, codec, metadata)) {
            int[] order = new int[count];
            Arrays.setAll(order, i -> i);
            long[] times = new long[count];
            for (int i = 0; i < count; i++) {
                times[i] = words[i * RecordWords.COUNT + 6];
            }
            Integer[] sorted = Arrays.stream(order).boxed().toArray(Integer[]::new);
            Arrays.sort(sorted, (a, b) -> Long.compare(times[a], times[b]));
            FlowBatch batch = FlowBatch.allocate(Math.min(count, FlowBatch.MAX_ROWS));
            FlowRecord r = new FlowRecord();
            for (Integer i : sorted) {
                RecordWords.unpack(words, i * RecordWords.COUNT, r);
                batch.add(r);
                if (batch.isFull()) {
                    writer.write(batch);
                    batch.reset();
                }
            }
            if (batch.size() > 0) {
                writer.write(batch);
            }
            writer.finish();
        }
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Merges the files of an hour into one.
    private void merge(HourKey key, ParquetWriter.Codec codec) throws IOException {
        merge(root.resolve(relative(key)), codec, metadata(key));
    }

    /// Merges the files of an hour into one, sorted by start; readers see either all the old files
    /// or the new one.
    ///
    /// @param hour path of the classic hourly file
    /// @return flows in the merged file, 0 if there was nothing to do
    static long merge(Path hour, ParquetWriter.Codec codec, Map<String, String> metadata)
            throws IOException {
        HourFiles files = HourFiles.read(hour);
        if (files.files().isEmpty()) {
            return 0;
        }
        long[] words = new long[0];
        int count = 0;
        FlowRecord r = new FlowRecord();
        for (String name : files.files()) {
            try (ParquetReader reader = ParquetReader.open(hour.resolveSibling(name), name)) {
                for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                    words = Arrays.copyOf(words, (count + b.size()) * RecordWords.COUNT);
                    for (int i = 0; i < b.size(); i++) {
                        b.get(i, r);
                        RecordWords.pack(r, words, count++ * RecordWords.COUNT);
                    }
                }
            }
        }
        String suffix = codec == ParquetWriter.Codec.ZSTD ? ".sealed." : ".merged.";
        String merged =
                String.format(
                        Locale.ROOT,
                        "%s%s%x.parquet",
                        hour.getFileName(),
                        suffix,
                        System.currentTimeMillis());
        writeFile(hour.resolveSibling(merged), words, count, codec, metadata);
        for (String old : files.retired()) {
            Files.deleteIfExists(hour.resolveSibling(old));
        }
        // The files just merged stay for readers that have their names already.
        new HourFiles(List.of(merged), files.files(), files.epochs()).write(hour);
        return count;
    }

    /// Seals an hour: merges it into one ZSTD-compressed file unless that is what it is.
    ///
    /// @param hour path of the classic hourly file
    /// @return whether anything was done
    public static boolean seal(Path hour) throws IOException {
        HourFiles files = HourFiles.read(hour);
        boolean sealed = files.files().size() == 1 && files.files().getFirst().contains(".sealed.");
        if (sealed || files.files().isEmpty()) {
            for (String old : files.retired()) {
                Files.deleteIfExists(hour.resolveSibling(old));
            }
            if (!files.retired().isEmpty()) {
                new HourFiles(files.files(), List.of(), files.epochs()).write(hour);
            }
            return false;
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        try (ParquetReader reader =
                ParquetReader.open(
                        hour.resolveSibling(files.files().getFirst()), files.files().getFirst())) {
            reader.metadata()
                    .forEach((key, value) -> {
                        if (!key.equals("ARROW:schema")) {
                            metadata.put(key, value);
                        }
                    });
        }
        merge(hour, ParquetWriter.Codec.ZSTD, metadata);
        return true;
    }

    /// Seals the hours that ended before `beforeUs`.
    ///
    /// @return hours sealed
    public int sealBefore(long beforeUs) throws IOException {
        int n = 0;
        List<Path> manifests;
        try (java.util.stream.Stream<Path> walk = Files.walk(root)) {
            manifests =
                    walk.filter(p -> p.getFileName().toString().endsWith(HourFiles.SUFFIX))
                            .toList();
        }
        for (Path manifest : manifests) {
            String name = manifest.getFileName().toString();
            Path hour =
                    manifest.resolveSibling(
                            name.substring(0, name.length() - HourFiles.SUFFIX.length()));
            String base = hour.getFileName().toString();
            long endMs =
                    dev.rearview.site.PathFormat.parseFileName(base, site)
                            .map(k -> k.hourMs() + HOUR_US / 1000)
                            .orElse(Long.MAX_VALUE);
            if (endMs * 1000 <= beforeUs && seal(hour)) {
                n++;
            }
        }
        return n;
    }

    /// Fields that the store keeps.
    public static List<Field> columns() {
        return Schema.COLUMNS;
    }

    @Override
    public void close() throws IOException {
        try {
            flush();
        } finally {
            lock.release();
            lockChannel.close();
        }
    }
}
