package dev.rearview.store;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Site;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.EpochSet;
import dev.rearview.store.hour.FileForm;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.FlowColumns;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.Replacement;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.store.state.RepositoryState;
import dev.rearview.store.state.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes hours once more of the datagrams that are kept, and puts them in the place of those that
/// are there. Whoever decodes gives the flows of each of the [#sources] in turn; then [#finish]
/// replaces the hours that they cover completely, all together. A collector may be running.
///
/// For one thread.
public final class Repack implements Closeable {
    private static final int AT_ONCE = 1024;

    /// Files of flows that wait: each has the flows of a hundred thousand datagrams, or an hour
    /// with few.
    static final int MAX_PARTS = 1 << 20;

    private final Path root;
    private final Site site;
    private final Hours hours;
    private final RepositoryLock lock;
    private final Path directory;
    private final Quarantine quarantine;
    private final RepackSources sources;
    private final SegmentWriter writer = new SegmentWriter();

    // Of the journal in hand.
    private @Nullable RepackSource source;
    private HourRows own = new HourRows();
    private final long[] batch = new long[AT_ONCE * RecordWords.COUNT];
    private int batchCount;
    private int ownCount;
    private boolean isSpoiled;

    private final Map<HourRows.Key, Gathered> gathered = new LinkedHashMap<>();
    private int gatheredCount;
    private final Map<String, New> made = new TreeMap<>();
    private int files;
    private final Set<Long> bad = new TreeSet<>();

    /// Which hours.
    ///
    /// @param fromMs start of the first one, milliseconds since 1970
    /// @param toMs end of the last one
    public record Hours(long fromMs, long toMs) {
        boolean holds(long us) {
            return us >= fromMs * 1000 && us < toMs * 1000;
        }
    }

    /// What became of an hour of a sensor and type, or would.
    ///
    /// @param path relative to the repository
    /// @param before flows that it had of kept datagrams
    /// @param after flows that it has of them
    /// @param missing why it stays as it is; empty if it does not
    public record Hour(String path, long startMs, long before, long after, List<String> missing) {}

    /// Flows in memory, and the journals that gave them.
    private record Gathered(FlowColumns rows, Set<Long> givers) {}

    /// A file of flows that waits.
    record Part(Path file, int flows) {}

    /// What an hour is going to have.
    ///
    /// @param givers numbers of journals
    record New(HourRows.Key key, List<Part> parts, Set<Long> givers) {
        long flows() {
            return parts.stream().mapToLong(Part::flows).sum();
        }
    }

    private Repack(Path root, Site site, Hours hours, RepositoryLock lock, Consumer<String> notices)
            throws IOException {
        this.root = root;
        this.site = site;
        this.hours = hours;
        this.lock = lock;
        this.directory = StateDirectory.repack(root);
        this.quarantine = new Quarantine(root, notices);
        this.sources = RepackSources.of(root, hours.fromMs * 1000, hours.toMs * 1000);
    }

    /// Begins. What an earlier process did not come to the end of is finished, or begun again.
    ///
    /// @param notices told what is damaged, one line each
    /// @throws IOException if another process does the same, or journals wait that only a collector
    ///   can write
    public static Repack open(Path root, Site site, Hours hours, Consumer<String> notices)
            throws IOException {
        RepositoryState state = RepositoryState.of(root);
        if (state.owner().isEmpty() && state.journals().octets() > 0) {
            throw new IOException(
                    root
                            + ": "
                            + state.journals().count()
                            + " journals wait to be written and no collector runs; start it first");
        }
        RepositoryLock lock = RepositoryLock.repack(root);
        try {
            lock.change(() -> true);
            Repack out = new Repack(root, site, hours, lock, notices);
            out.clear();
            return out;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Removes the files that wait, which nothing names.
    private void clear() throws IOException {
        for (Path p : Disk.list(directory)) {
            String name = p.getFileName().toString();
            if (Replacement.isWaiting(name) || name.startsWith(".") && name.endsWith(".tmp")) {
                Files.deleteIfExists(p);
            }
        }
    }

    /// Where damaged states go.
    public Quarantine quarantine() {
        return quarantine;
    }

    /// Which hours are made.
    public Hours hours() {
        return hours;
    }

    /// The journals that are to be decoded, in this order.
    public List<RepackSource> sources() {
        return List.copyOf(sources.chosen());
    }

    // Decoding ------------------------------------------------------------------------------------

    /// Says which journal is decoded now.
    public void begin(RepackSource next) throws IOException {
        RegularFile.makeDirectory(directory);
        source = next;
        isSpoiled &= !next.begins();
    }

    /// Takes a flow of the journal in hand.
    ///
    /// @return false if it is of none of the hours
    public boolean append(FlowRecord r) throws IOException {
        if (!hours.holds(r.stime) || !HourRows.isDate(r.stime)) {
            return false;
        }
        RecordWords.pack(r, batch, batchCount++ * RecordWords.COUNT);
        ownCount++;
        if (batchCount == AT_ONCE) {
            own.add(batch, batchCount);
            batchCount = 0;
            if (ownCount >= FlowIntake.MAX_EPOCH_FLOWS || own.hours() > FlowIntake.MAX_OPEN_HOURS) {
                gather();
                write();
            }
        }
        return true;
    }

    /// Says that the journal in hand is decoded.
    ///
    /// @param trouble why its flows are not all there, or ""
    /// @param spoils whether those of journals after it may be wrong for the same reason
    public void end(String trouble, boolean spoils) throws IOException {
        RepackSource s = current();
        gather();
        source = null;
        isSpoiled |= spoils;
        if (!trouble.isEmpty() || isSpoiled) {
            bad.add(s.kept().number());
            String why = trouble.isEmpty() ? "a journal before is damaged" : trouble;
            sources.unusable(s.kept(), s.index(), s.kept().journal().getFileName() + ": " + why);
        }
        if (gatheredCount >= FlowIntake.MAX_EPOCH_FLOWS
                || gathered.size() > FlowIntake.MAX_OPEN_HOURS) {
            write();
        }
    }

    private RepackSource current() {
        RepackSource s = source;
        if (s == null) {
            throw new IllegalStateException("no journal is in hand");
        }
        return s;
    }

    private void gather() {
        own.add(batch, batchCount);
        batchCount = 0;
        long number = current().kept().number();
        own.byHour()
                .forEach((key, rows) -> {
                    Gathered g =
                            gathered.computeIfAbsent(
                                    key, k -> new Gathered(new FlowColumns(), new TreeSet<>()));
                    g.rows.addAll(rows);
                    g.givers.add(number);
                    gatheredCount += rows.count();
                });
        own.release();
        own = new HourRows();
        ownCount = 0;
    }

    /// Writes what was gathered to files that wait.
    private void write() throws IOException {
        for (Map.Entry<HourRows.Key, Gathered> e : gathered.entrySet()) {
            if (files == MAX_PARTS) {
                throw new IOException("more than " + MAX_PARTS + " files; take fewer hours");
            }
            Path file = newFile();
            FlowColumns rows = e.getValue().rows;
            int flows = rows.count();
            writer.write(file, rows, Map.of());
            rows.release();
            New n =
                    made.computeIfAbsent(
                            HourParts.relative(e.getKey(), site),
                            k -> new New(e.getKey(), new ArrayList<>(), new TreeSet<>()));
            n.parts.add(new Part(file, flows));
            n.givers.addAll(e.getValue().givers);
        }
        gathered.clear();
        gatheredCount = 0;
    }

    private Path newFile() {
        return directory.resolve(files++ + ".parquet");
    }

    // Replacing -----------------------------------------------------------------------------------

    /// Replaces the hours that are covered completely, or says which would be.
    ///
    /// @param dryRun whether nothing is to be changed
    /// @return by path
    public List<Hour> finish(boolean dryRun) throws IOException {
        write();
        EpochSet usable =
                EpochSet.union(
                        sources.chosen().stream()
                                .filter(s -> !bad.contains(s.kept().number()))
                                .map(s -> s.index().given().epochs())
                                .toList());
        RepackHours all = new RepackHours(root, usable, bad, sources, quarantine);
        Map<Long, RepackHours.Group> groups = all.groups(hours, made);
        if (dryRun) {
            return RepackHours.told(groups);
        }
        Map<String, List<Part>> whole = new TreeMap<>();
        for (RepackHours.Group g : groups.values()) {
            if (g.missing().isEmpty()) {
                for (RepackHours.Old old : g.hours().values()) {
                    New n = made.get(old.path());
                    if (n != null) {
                        whole.put(old.path(), combine(n, old));
                    }
                }
            }
        }
        // Nobody has to wait for what is written so far.
        lock.change(() -> {
            all.check(groups, made);
            replace(groups, whole);
            return true;
        });
        return RepackHours.told(groups);
    }

    /// Makes the files of an hour.
    private List<Part> combine(New n, RepackHours.Old old) throws IOException {
        List<EpochSet> epochs = new ArrayList<>(old.epochs());
        for (RepackSource s : sources.chosen()) {
            if (n.givers.contains(s.kept().number())) {
                epochs.add(s.index().given().epochs());
            }
        }
        Map<String, String> metadata =
                FileOrigin.metadata(EpochSet.union(epochs), HourParts.metadata(n.key, site));
        HourWriter merger = new HourWriter(writer);
        List<Part> out = new ArrayList<>();
        List<Path> some = new ArrayList<>();
        int flows = 0;
        for (Part p : n.parts) {
            if (!some.isEmpty() && flows + p.flows > SegmentWriter.MAX_FLOWS) {
                out.add(combined(merger, some, flows, metadata));
                some.clear();
                flows = 0;
            }
            some.add(p.file);
            flows += p.flows;
        }
        out.add(combined(merger, some, flows, metadata));
        return out;
    }

    private Part combined(
            HourWriter merger, List<Path> some, int flows, Map<String, String> metadata)
            throws IOException {
        Path target = newFile();
        merger.combine(some, target, FileForm.SEALED, metadata);
        for (Path p : some) {
            Files.delete(p);
        }
        return new Part(target, flows);
    }

    /// Says what takes the place of what, and does it. To be called while nobody else changes
    /// manifests.
    private void replace(Map<Long, RepackHours.Group> groups, Map<String, List<Part>> whole)
            throws IOException {
        List<Replacement.Move> moves = new ArrayList<>();
        long nowMs = System.currentTimeMillis();
        for (RepackHours.Group g : groups.values()) {
            if (!g.missing().isEmpty()) {
                continue;
            }
            for (RepackHours.Old old : g.hours().values()) {
                List<Part> parts = whole.getOrDefault(old.path(), List.of());
                Path manifest = directory.resolve(files++ + ".manifest");
                moves.addAll(RepackHours.moves(root, old, parts, manifest, nowMs));
            }
        }
        if (!moves.isEmpty()) {
            Disk.sync(directory);
            Replacement.commit(root, moves);
            Replacement.finish(root);
        }
    }

    /// Removes what waits and gives way to others.
    @Override
    public void close() throws IOException {
        try (lock) {
            clear();
        }
    }
}
