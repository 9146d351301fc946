package dev.rearview.store;

import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Takes flows into the repository: journal first, then small segments, named by a manifest for
/// each hour. One process at a time owns a repository; one thread at a time calls.
///
/// The flows of one journal epoch go to segments that carry the epoch's number, and every hour's
/// manifest remembers it; so recovery after a crash writes what is missing and nothing twice.
public final class FlowStore implements Closeable {
    private static final long HOUR_US = 3_600_000_000L;
    static final String STATE = ".rearview";
    private static final int MERGE_AT = 64;
    private static final int RESERVED_EPOCHS = 1000;

    /// Flows that may wait for a commit: 30 MB.
    private static final int MAX_UNCOMMITTED = 1 << 18;

    private record HourKey(int flowtype, int sensor, long hourUs) {
        /// Whether a flow belongs to this hour.
        boolean holds(long[] words, int at) {
            long since = RecordWords.stime(words, at) - hourUs;
            return since >= 0
                    && since < HOUR_US
                    && RecordWords.flowtype(words, at) == flowtype
                    && RecordWords.sensor(words, at) == sensor;
        }
    }

    private final Path root;
    private volatile Site site;
    private final Path journals;
    private final RepositoryLock lock;
    private final SegmentWriter segments = new SegmentWriter();
    private final HourWriter merger = new HourWriter(segments);
    private final Sealer sealer;
    private Map<HourKey, RecordBlocks> pending = new HashMap<>();
    private long[] batch = new long[1024 * RecordWords.COUNT];
    private ByteBuffer journalBuffer = ByteBuffer.allocate(0);
    private int batchCount;
    private int pendingCount;
    private @Nullable Journal journal;
    private long nextEpoch;
    private long reserved;
    private long recovered;

    private FlowStore(Path root, Site site, RepositoryLock lock) {
        this.root = root;
        this.site = site;
        this.journals = root.resolve(STATE).resolve("journal");
        this.sealer = new Sealer(root, lock, merger);
        this.lock = lock;
    }

    /// Opens a repository for writing and recovers what an earlier process left in its journals.
    ///
    /// @throws IOException if another process owns it
    public static FlowStore open(Path root, Site site) throws IOException {
        Path state = root.resolve(STATE);
        Files.createDirectories(state.resolve("journal"));
        FlowStore store = new FlowStore(root, site, RepositoryLock.own(root));
        store.recover();
        return store;
    }

    /// Where what belongs to the repository and is no flow lies.
    public Path stateDirectory() {
        return root.resolve(STATE);
    }

    /// Names sensors and types by another site configuration from now on.
    public void use(Site next) {
        site = next;
    }

    private void recover() throws IOException {
        List<Path> left = Journal.list(journals);
        for (Path path : left) {
            long epoch = Journal.epochOf(path);
            nextEpoch = Math.max(nextEpoch, epoch + 1);
            Map<HourKey, RecordBlocks> hours = gather(path);
            recovered += hours.values().stream().mapToLong(RecordBlocks::count).sum();
            writeSegments(epoch, hours);
            Files.delete(path);
        }
        nextEpoch = Math.max(nextEpoch, System.currentTimeMillis());
        reserveEpochs();
    }

    /// Numbers of epochs only rise, whatever the clock does: the lock file holds a number that no
    /// epoch has reached. A number used twice would pass for one that is stored already.
    private void reserveEpochs() throws IOException {
        nextEpoch = Math.max(nextEpoch, lock.number());
        reserved = nextEpoch + RESERVED_EPOCHS;
        lock.setNumber(reserved);
    }

    private static Map<HourKey, RecordBlocks> gather(Path journal) throws IOException {
        Map<HourKey, RecordBlocks> hours = new HashMap<>();
        Journal.read(journal, (words, count) -> gather(words, count, hours));
        return hours;
    }

    /// Flows that were found in journals when the repository was opened.
    public long recovered() {
        return recovered;
    }

    /// Takes one flow; it is safe once [#commit] returns.
    ///
    /// @return false where so many wait for a commit, which must be failing, that it is not taken
    public boolean append(FlowRecord r) {
        if (batchCount >= MAX_UNCOMMITTED) {
            return false;
        }
        if ((batchCount + 1) * RecordWords.COUNT > batch.length) {
            batch = Arrays.copyOf(batch, batch.length * 2);
        }
        RecordWords.pack(r, batch, batchCount++ * RecordWords.COUNT);
        return true;
    }

    /// Flows taken since the last commit.
    public int uncommittedCount() {
        return batchCount;
    }

    /// Writes the flows taken since the last call to the journal. If that fails they are kept for
    /// the next call.
    public void commit() throws IOException {
        if (batchCount == 0) {
            return;
        }
        Journal j = journal;
        if (j == null) {
            if (nextEpoch == reserved) {
                reserveEpochs();
            }
            j = Journal.create(journals, nextEpoch++, journalBuffer);
            journal = j;
        }
        j.append(batch, batchCount);
        journalBuffer = j.buffer();
        gather(batch, batchCount, pending);
        pendingCount += batchCount;
        batchCount = 0;
    }

    /// What forces the journal to the disk, so that a power cut loses nothing committed before.
    @FunctionalInterface
    public interface Sync {
        void run() throws IOException;
    }

    /// What is to be done to force the journal to the disk, if anything was committed since the
    /// last call. Any thread may do it: it takes as long as the disk wants.
    public Optional<Sync> sync() {
        Journal j = journal;
        return j != null && j.isDirty() ? Optional.of(j::force) : Optional.empty();
    }

    /// Flows that are in the journal but in no segment yet.
    public int pendingCount() {
        return pendingCount;
    }

    private static HourKey hourOf(long[] words, int at) {
        long stime = RecordWords.stime(words, at);
        return new HourKey(
                RecordWords.flowtype(words, at),
                RecordWords.sensor(words, at),
                stime - Math.floorMod(stime, HOUR_US));
    }

    /// Puts flows to those of their hours; neighbours are mostly of one hour.
    private static void gather(long[] words, int count, Map<HourKey, RecordBlocks> hours) {
        HourKey key = null;
        RecordBlocks of = null;
        for (int i = 0; i < count; i++) {
            int at = i * RecordWords.COUNT;
            if (key == null || of == null || !key.holds(words, at)) {
                key = hourOf(words, at);
                of = hours.computeIfAbsent(key, k -> new RecordBlocks());
            }
            of.add(words, at);
        }
    }

    /// What was taken in between two flushes, to be written by [#write].
    public static final class Epoch {
        private final Journal journal;
        private @Nullable Map<HourKey, RecordBlocks> hours;

        private Epoch(Journal journal, Map<HourKey, RecordBlocks> hours) {
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
    /// oldest first. One that fails may be tried again: it is read back from its journal.
    ///
    /// @return flows written, by path of the hour relative to the root
    public Map<String, Integer> write(Epoch epoch) throws IOException {
        Map<HourKey, RecordBlocks> taken = epoch.hours;
        epoch.hours = null;
        Map<HourKey, RecordBlocks> hours = taken == null ? gather(epoch.journal.path()) : taken;
        Map<String, Integer> written = writeSegments(epoch.journal.epoch(), hours);
        hours.values().forEach(RecordBlocks::release);
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

    private Map<String, Integer> writeSegments(long epoch, Map<HourKey, RecordBlocks> hours)
            throws IOException {
        Map<String, Integer> written = new LinkedHashMap<>();
        for (Map.Entry<HourKey, RecordBlocks> e : hours.entrySet()) {
            HourKey key = e.getKey();
            String relative = relative(key);
            Path hour = root.resolve(relative);
            Files.createDirectories(hour.getParent());
            if (HourFiles.read(hour).epochs().contains(epoch)) {
                continue;
            }
            String name = hour.getFileName() + "." + Long.toHexString(epoch);
            List<String> fresh = write(hour, name, e.getValue(), metadata(key));
            int files = lock.change(() -> add(hour, fresh, epoch));
            sealer.add(hour, key.hourUs / 1000);
            written.put(relative, e.getValue().count());
            if (files >= MERGE_AT) {
                lock.change(() -> merger.merge(hour, metadata(key)));
            }
        }
        return written;
    }

    /// Names fresh files in an hour's manifest.
    ///
    /// @return files of the hour
    private static int add(Path hour, List<String> fresh, long epoch) throws IOException {
        HourFiles files = HourFiles.read(hour);
        List<String> current = new ArrayList<>(files.files());
        current.addAll(fresh);
        List<Long> epochs = new ArrayList<>(files.epochs());
        epochs.removeIf(old -> old < epoch - MERGE_AT * 1000L);
        epochs.add(epoch);
        new HourFiles(current, files.retired(), epochs).write(hour);
        return current.size();
    }

    /// Writes one epoch's flows of an hour, in pieces where a journal left more than fit into one.
    private List<String> write(
            Path hour, String name, RecordBlocks flows, Map<String, String> metadata)
            throws IOException {
        List<String> out = new ArrayList<>();
        for (int from = 0; from < flows.count(); from += SegmentWriter.MAX_FLOWS) {
            String file = name + (from == 0 ? "" : "-" + out.size()) + ".parquet";
            segments.write(
                    hour.resolveSibling(file),
                    flows,
                    from,
                    Math.min(SegmentWriter.MAX_FLOWS, flows.count() - from),
                    ParquetWriter.Codec.UNCOMPRESSED,
                    metadata);
            out.add(file);
        }
        return out;
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

    /// Seals hours: merges their files into compressed ones. To be called by the thread that writes
    /// epochs.
    ///
    /// @param beforeMs hours that ended, and got their last flows, by then
    /// @param goOn asked before each hour
    /// @return hours sealed
    public int seal(long beforeMs, BooleanSupplier goOn) throws IOException {
        return sealer.seal(site, beforeMs, goOn);
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
            lock.close();
        }
    }
}
