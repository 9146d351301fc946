package dev.rearview.store.hour;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
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

    /// Looks at what an earlier process left: what a commit names stays, what a journal gives once
    /// more goes, and what nobody knows of is put into quarantine.
    ///
    /// @return octets of those that stay
    public long start(JournalDirectory journals) throws IOException {
        long octets = 0;
        for (Path p : Disk.list(directory)) {
            Matcher m = NAME.matcher(p.getFileName().toString());
            if (!m.matches()) {
                if (Disk.isTemporary(p.getFileName().toString())) {
                    Files.deleteIfExists(p);
                } else {
                    quarantine.tell(p, "not a segment, left alone");
                }
                continue;
            }
            long journal = Long.parseUnsignedLong(m.group(1), 16);
            if (Files.exists(journals.flows(journal))) {
                octets += Disk.size(p);
            } else if (Files.exists(journals.raw(journal))) {
                Files.deleteIfExists(p);
            } else {
                quarantine.take(Quarantine.FLOWS, p, "no journal explains it");
            }
        }
        return octets;
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

    /// Puts a segment to its hour, where nobody names it yet.
    public static void place(Path segment, Path target) throws IOException {
        try {
            Files.move(segment, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            // The hour lies on another disk.
            Disk.replaceUnsynced(target, out -> Files.copy(segment, out));
            Files.delete(segment);
        }
    }
}
