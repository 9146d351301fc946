package dev.rearview.store.hour;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.journal.Commit;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Segments between being written and being put to their hours: in a directory of their own, so
/// that nobody takes them for files of an hour before a commit names them. For one thread at a
/// time.
public final class SegmentFiles {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-(\\d{1,9})\\.parquet");

    private final Path directory;
    private final Quarantine quarantine;

    public SegmentFiles(Path root, Quarantine quarantine) {
        this.directory = StateDirectory.segments(root);
        this.quarantine = quarantine;
    }

    /// Where a segment is written.
    ///
    /// @param journal number of the journal that its flows come from
    /// @param file its number among those of the journal
    public Path path(long journal, int file) {
        return directory.resolve(String.format(Locale.ROOT, "%016x-%d.parquet", journal, file));
    }

    /// Makes the directory.
    public void prepare() throws IOException {
        RegularFile.makeDirectory(directory);
    }

    /// Forces the names of what was written to the disk.
    public void sync() throws IOException {
        Disk.sync(directory);
    }

    /// Looks at what an earlier process left: what a commit names stays, and what a journal gives
    /// once more goes. Others are what a copy of the repository has where its journals were copied
    /// a moment before: they get a commit.
    ///
    /// @return octets of those that stay
    public long start(JournalDirectory journals) throws IOException {
        long octets = 0;
        SortedMap<Long, List<Path>> unexplained = new TreeMap<>();
        for (Path p : Disk.list(directory)) {
            String name = p.getFileName().toString();
            Matcher m = NAME.matcher(name);
            if (Disk.isTemporary(name)) {
                Files.deleteIfExists(p);
            } else if (!m.matches()) {
                quarantine.tell(p, "not a segment, left alone");
            } else {
                long journal = Long.parseUnsignedLong(m.group(1), 16);
                if (Files.exists(journals.flows(journal))) {
                    octets += Disk.size(p);
                } else if (Files.exists(journals.raw(journal))) {
                    Files.deleteIfExists(p);
                } else {
                    unexplained.computeIfAbsent(journal, k -> new ArrayList<>()).add(p);
                }
            }
        }
        for (Map.Entry<Long, List<Path>> e : unexplained.entrySet()) {
            octets += commit(e.getKey(), e.getValue(), journals);
        }
        return octets;
    }

    /// Makes a commit of segments that have none.
    private long commit(long journal, List<Path> all, JournalDirectory journals)
            throws IOException {
        List<Commit.Segment> segments = new ArrayList<>();
        long octets = 0;
        for (Path p : all) {
            Optional<Commit.Segment> segment = segment(p);
            if (segment.isPresent()) {
                segments.add(segment.get());
                octets += Disk.size(p);
            }
        }
        if (!segments.isEmpty()) {
            try (Journal commit = journals.createCommit(journal)) {
                commit.append(new Commit(journal, 0, "", segments));
                commit.force();
            }
            journals.place(journal);
        }
        return octets;
    }

    /// What a segment tells of itself; one that does not is put into quarantine.
    private Optional<Commit.Segment> segment(Path p) throws IOException {
        String why = "no journal explains it";
        Matcher m = NAME.matcher(p.getFileName().toString());
        try {
            FileCheck.whole(p);
            try (ParquetReader in = ParquetReader.open(p, p.toString())) {
                EpochSet epochs = FileOrigin.of(p, p).epochs();
                Optional<Commit.Place> place = FileOrigin.place(in.metadata());
                if (m.matches() && place.isPresent() && epochs.size() == 1) {
                    int file = Integer.parseInt(m.group(2));
                    int flows = (int) in.rows();
                    quarantine.tell(p, "no journal explains it, adopted");
                    return Optional.of(
                            new Commit.Segment(epochs.first(), file, flows, place.get()));
                }
            }
        } catch (MalformedInputException e) {
            why = String.valueOf(e.getMessage());
        }
        quarantine.take(Quarantine.FLOWS, p, why);
        return Optional.empty();
    }

    /// What is wrong with a segment that an earlier process wrote; a damaged one is put into
    /// quarantine. Empty if it is whole or not there.
    public Optional<String> damage(Path segment) throws IOException {
        if (!Files.exists(segment)) {
            return Optional.empty();
        }
        try {
            FileCheck.whole(segment);
            return Optional.empty();
        } catch (MalformedInputException e) {
            String why = String.valueOf(e.getMessage());
            quarantine.take(Quarantine.FLOWS, segment, why);
            return Optional.of(why);
        }
    }
}
