package dev.rearview.store.hour;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.state.Quarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Brings an hour's manifest and its files together again where one is damaged or missing: a whole
/// file that no manifest names is taken in if its flows are in no other, is retired if they are all
/// in others, and is put into quarantine otherwise. For the process that owns the repository.
public final class HourRepair {
    private final Quarantine quarantine;

    public HourRepair(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /// A file that no manifest names.
    private record Found(String name, FileOrigin origin) {
        /// When a merged or sealed file was made, empty for others; the same for those that were
        /// made together.
        String made() {
            int dash = name.lastIndexOf('-');
            return HourWriter.isRewritten(name) && dash > 0 ? name.substring(0, dash) : "";
        }
    }

    /// The manifest of an hour, made anew from the files where it is damaged or missing. To be
    /// called while no other process changes manifests.
    ///
    /// @param fresh a file that is about to be named and is no reason for anything, or ""
    /// @throws IOException if something cannot be read or written
    public HourFiles read(Path hour, String fresh) throws IOException {
        try {
            if (Files.exists(HourFiles.manifest(hour))) {
                return HourFiles.read(hour);
            }
        } catch (MalformedInputException e) {
            quarantine.take("manifest", HourFiles.manifest(hour), "void, " + e.getMessage());
        }
        Set<String> names = list(hour);
        names.remove(fresh);
        return rebuild(hour, HourFiles.NONE, names);
    }

    /// Takes care of files of an hour that its manifest may not name.
    ///
    /// @param names Parquet files of the hour that are in its directory
    public HourFiles repair(Path hour, Set<String> names) throws IOException {
        boolean single =
                names.size() == 1 && names.contains(hour.getFileName() + HourFiles.PARQUET);
        if (single && !Files.exists(HourFiles.manifest(hour))) {
            // It is the hour.
            return HourFiles.NONE;
        }
        HourFiles known = read(hour, "");
        Set<String> unnamed = new TreeSet<>(names);
        unnamed.removeAll(known.files());
        unnamed.removeAll(known.retired());
        unnamed.removeIf(name -> !Files.exists(hour.resolveSibling(name)));
        return rebuild(hour, known, unnamed);
    }

    private static Set<String> list(Path hour) throws IOException {
        Path directory = hour.getParent();
        Set<String> names = directory == null ? new TreeSet<>() : HourFiles.names(directory);
        names.removeIf(name -> !HourFiles.isOwn(hour, name));
        return names;
    }

    private HourFiles rebuild(Path hour, HourFiles known, Set<String> unnamed) throws IOException {
        if (unnamed.isEmpty()) {
            return known;
        }
        List<Found> whole = whole(hour, unnamed);
        List<String> files = new ArrayList<>(known.files());
        List<String> retired = new ArrayList<>(known.retired());
        List<FileOrigin> origins = new ArrayList<>();
        for (String name : known.files()) {
            origins.add(origin(hour, name));
        }
        String made = "";
        for (Found f : whole) {
            Path path = hour.resolveSibling(f.name);
            EpochSet held = EpochSet.union(origins.stream().map(FileOrigin::epochs).toList());
            boolean sibling = !made.isEmpty() && f.made().equals(made);
            if (isCovered(f, held)) {
                retired.add(f.name);
                Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
                quarantine.tell(path, "its flows are in other files, retired");
            } else if (sibling || isNew(f, held, origins)) {
                files.add(f.name);
                origins.add(f.origin);
                made = made.isEmpty() ? f.made() : made;
                quarantine.tell(path, "no manifest named it, adopted");
            } else {
                quarantine.take(
                        Quarantine.FLOWS, path, "its flows may be in other files of the hour");
            }
        }
        HourFiles out = new HourFiles(files, retired, known.epochs());
        if (!out.equals(known)) {
            Disk.syncParent(hour);
            out.write(hour);
            Disk.syncParent(hour);
        }
        return out;
    }

    /// Whole files, those that hold most first: what was merged comes before what it was made of.
    private List<Found> whole(Path hour, Set<String> names) throws IOException {
        List<Found> out = new ArrayList<>();
        for (String name : names) {
            Path path = hour.resolveSibling(name);
            try {
                FileCheck.whole(path);
                out.add(new Found(name, FileOrigin.of(hour, path)));
            } catch (MalformedInputException e) {
                quarantine.take(Quarantine.FLOWS, path, "no manifest names it, " + e.getMessage());
            }
        }
        out.sort(
                Comparator.comparingInt((Found f) -> -f.origin.epochs().size())
                        .thenComparing(Found::made, Comparator.reverseOrder())
                        .thenComparing(Found::name));
        return out;
    }

    private static boolean isCovered(Found f, EpochSet held) {
        return f.origin.isComplete()
                && f.origin.epochs().size() > 0
                && held.containsAll(f.origin.epochs());
    }

    /// Whether a file's flows are in no other file of the hour.
    private static boolean isNew(Found f, EpochSet held, List<FileOrigin> origins) {
        if (!f.origin.isComplete() || f.origin.epochs().size() == 0) {
            return origins.isEmpty();
        }
        // A file that does not tell what it holds was made before those that do.
        boolean sure = f.origin.isTold() || origins.stream().allMatch(FileOrigin::isComplete);
        return sure && !held.containsAny(f.origin.epochs());
    }

    private static FileOrigin origin(Path hour, String name) throws IOException {
        try {
            return FileOrigin.of(hour, hour.resolveSibling(name));
        } catch (MalformedInputException | NoSuchFileException e) {
            // What it held is not known; its name may tell.
            return FileOrigin.of(hour, name, Map.of());
        }
    }

    /// Whether an hour holds the flows of an epoch. A segment of that epoch which is gone or
    /// damaged is taken out of the manifest, so that it can be written again.
    public boolean holds(Path hour, long epoch) throws IOException {
        HourFiles files = read(hour, "");
        String segment = FileOrigin.segment(String.valueOf(hour.getFileName()), epoch);
        if (files.files().contains(segment)) {
            Optional<String> damage = damage(hour.resolveSibling(segment));
            if (damage.isEmpty()) {
                return true;
            }
            List<String> others = new ArrayList<>(files.files());
            others.remove(segment);
            if (Files.exists(hour.resolveSibling(segment))) {
                quarantine.take(Quarantine.FLOWS, hour.resolveSibling(segment), damage.get());
            } else {
                quarantine.tell(hour.resolveSibling(segment), damage.get());
            }
            files = new HourFiles(others, files.retired(), files.epochs());
            files.write(hour);
        }
        boolean complete = true;
        for (String name : files.files()) {
            FileOrigin origin = origin(hour, name);
            if (origin.epochs().contains(epoch)) {
                return true;
            }
            complete &= origin.isComplete();
        }
        return !complete && files.epochs().contains(epoch);
    }

    private static Optional<String> damage(Path segment) throws IOException {
        try {
            FileCheck.whole(segment);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of("named and missing, written again from its journal");
        } catch (MalformedInputException e) {
            return Optional.of(e.getMessage() + "; written again from its journal");
        }
    }
}
