package dev.rearview.store;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.Tree;
import dev.rearview.store.hour.EpochSet;
import dev.rearview.store.hour.FileForm;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.hour.HourRepair;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.Replacement;
import dev.rearview.store.state.StateDirectory;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What hours have now, and whether kept journals explain it. All hours of a start are replaced or
/// none: a flow that changes its sensor or type goes from one to another.
final class RepackHours {
    private static final Pattern NAMED = Pattern.compile(".+_(\\d{8}\\.\\d{2})");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd.HHmm", Locale.ROOT);

    private final Path root;
    private final EpochSet known;
    private final Set<Long> bad;
    private final List<RepackSources.Unusable> unusable;
    private final List<RepackSources.Gap> gaps;
    private final Quarantine quarantine;

    /// The hours of one start.
    ///
    /// @param missing why they stay as they are; empty if they do not
    record Group(
            long startMs, Map<String, Old> hours, Map<String, Long> after, Set<String> missing) {}

    /// What an hour has.
    ///
    /// @param files its manifest
    /// @param replaced those of its files that kept journals explain
    /// @param epochs of these
    /// @param flows in these
    record Old(
            String path,
            HourFiles files,
            List<String> replaced,
            List<EpochSet> epochs,
            long flows) {}

    /// @param known epochs of the journals that were decoded
    /// @param bad numbers of those that could not be, or not as they were
    RepackHours(
            Path root,
            EpochSet known,
            Set<Long> bad,
            RepackSources sources,
            Quarantine quarantine) {
        this.root = root;
        this.known = known;
        this.bad = bad;
        this.unusable = sources.unusable();
        this.gaps = sources.gaps();
        this.quarantine = quarantine;
    }

    static String time(long us) {
        return TimeFormat.DEFAULT.withMilliseconds(false).format(us / 1000);
    }

    /// Looks at the hours that matter, by start.
    ///
    /// @param made what they are going to have, by path
    Map<Long, Group> groups(Repack.Hours hours, Map<String, Repack.New> made) throws IOException {
        Map<Long, Set<String>> paths = new TreeMap<>();
        made.forEach((path, n) ->
                paths.computeIfAbsent(n.key().hourUs() / 1000, k -> new TreeSet<>()).add(path));
        Failures failures = new Failures();
        Tree tree = new Tree(root, StateDirectory.of(root)::equals);
        while (tree.next(failures, (directory, files) -> add(files, hours, paths))) {
            // One directory after the other.
        }
        failures.raise("directories cannot be read");
        if (!tree.links().isEmpty()) {
            // What lies behind it would stay, and come a second time.
            throw new IOException(
                    tree.links().getFirst()
                            + ": a link to a directory, behind which hours are not seen; none is"
                            + " replaced");
        }
        Map<Long, Group> out = new TreeMap<>();
        paths.forEach((ms, all) -> out.put(ms, group(ms, all, made, false)));
        return out;
    }

    /// Adds the hours that manifests among some files tell.
    private void add(List<Path> files, Repack.Hours hours, Map<Long, Set<String>> paths) {
        for (Path p : files) {
            String name = String.valueOf(p.getFileName());
            String hour = HourFiles.base(name);
            long ms = startMs(hour);
            if (name.endsWith(HourFiles.SUFFIX) && ms >= hours.fromMs() && ms < hours.toMs()) {
                String path = root.relativize(p.resolveSibling(hour)).toString();
                paths.computeIfAbsent(ms, k -> new TreeSet<>()).add(path);
            }
        }
    }

    private static long startMs(String hour) {
        Matcher m = NAMED.matcher(hour);
        try {
            return m.matches()
                    ? LocalDateTime.parse(m.group(1) + "00", TIME)
                            .toInstant(ZoneOffset.UTC)
                            .toEpochMilli()
                    : Long.MIN_VALUE;
        } catch (DateTimeException e) {
            return Long.MIN_VALUE;
        }
    }

    /// @param locked whether nobody else changes manifests, so that damaged ones may be mended
    private Group group(
            long startMs, Set<String> paths, Map<String, Repack.New> made, boolean locked) {
        Map<String, Old> hours = new TreeMap<>();
        Map<String, Long> after = new TreeMap<>();
        Set<String> missing = new LinkedHashSet<>();
        for (RepackSources.Gap g : gaps) {
            if (g.mayConcern(startMs * 1000)) {
                missing.add(g.why());
            }
        }
        for (String path : paths) {
            Repack.New n = made.get(path);
            try {
                Old old = old(path, missing, locked);
                // What came otherwise, and gets nothing, is left alone.
                if (n != null || !old.replaced.isEmpty() || !missing.isEmpty()) {
                    hours.put(path, old);
                    after.put(path, n == null ? 0 : n.flows());
                }
            } catch (IOException e) {
                missing.add(path + ": " + e.getMessage());
                hours.put(path, new Old(path, HourFiles.NONE, List.of(), List.of(), 0));
                after.put(path, n == null ? 0 : n.flows());
            }
            if (n != null && n.givers().stream().anyMatch(bad::contains)) {
                missing.add(path + ": has flows of a journal that is damaged");
            }
        }
        return new Group(startMs, hours, after, missing);
    }

    /// What an hour has.
    ///
    /// @param missing gets why it cannot be replaced
    private Old old(String path, Set<String> missing, boolean locked) throws IOException {
        Path hour = HourParts.hour(root, path);
        HourFiles files = locked ? new HourRepair(quarantine).read(hour, "") : HourFiles.read(hour);
        List<String> replaced = new ArrayList<>();
        List<EpochSet> epochs = new ArrayList<>();
        long flows = 0;
        for (String name : files.files()) {
            FileOrigin origin;
            long own;
            try {
                origin = FileOrigin.of(hour, hour.resolveSibling(name));
                own = Inventory.flows(hour.resolveSibling(name));
            } catch (MalformedInputException | NoSuchFileException e) {
                missing.add(name + ": cannot be read: " + e.getMessage());
                continue;
            }
            boolean isAll = origin.isComplete() && origin.epochs().size() > 0;
            if (isAll && known.containsAll(origin.epochs())) {
                replaced.add(name);
                epochs.add(origin.epochs());
                flows += own;
            } else if (!isAll) {
                missing.add(name + ": does not tell where its flows come from");
            } else if (origin.epochs().containsAny(known)) {
                missing.add(
                        name
                                + ": has flows of "
                                + origin.epochs().countWithout(known)
                                + " epochs, too, that no kept journal gave");
            } else {
                unusable.stream()
                        .filter(u -> origin.epochs().containsAny(u.epochs()))
                        .forEach(u -> missing.add(name + ": " + u.why()));
                gaps.stream()
                        .filter(g -> origin.epochs().hasBetween(g.after(), g.before()))
                        .forEach(g -> missing.add(name + ": " + g.why()));
            }
        }
        return new Old(path, files, replaced, epochs, flows);
    }

    /// Looks again, while nobody else changes manifests. Hours that are not as they were are not
    /// replaced.
    void check(Map<Long, Group> groups, Map<String, Repack.New> made) {
        groups.replaceAll((ms, before) -> {
            if (!before.missing.isEmpty()) {
                return before;
            }
            Group now = group(ms, before.hours.keySet(), made, true);
            for (Old was : before.hours.values()) {
                Old old = now.hours.get(was.path);
                if (old == null || old.flows != was.flows) {
                    now.missing.add(was.path + ": was changed meanwhile; run it again");
                }
            }
            return now;
        });
    }

    /// What has to be told.
    static List<Repack.Hour> told(Map<Long, Group> groups) {
        List<Repack.Hour> out = new ArrayList<>();
        for (Group g : groups.values()) {
            g.hours.forEach((path, old) ->
                    out.add(
                            new Repack.Hour(
                                    path,
                                    g.startMs,
                                    old.flows,
                                    g.after.getOrDefault(path, 0L),
                                    List.copyOf(g.missing))));
        }
        return out;
    }

    /// What is to be done to an hour.
    ///
    /// @param parts files that take the place of those that kept journals explain
    /// @param manifest file for the new manifest, which waits
    static List<Replacement.Move> moves(
            Path root, Old old, List<Repack.Part> parts, Path manifest, long nowMs)
            throws IOException {
        Path hour = HourParts.hour(root, old.path);
        List<Replacement.Move> out = new ArrayList<>();
        List<String> current = new ArrayList<>(old.files.files());
        current.removeAll(old.replaced);
        List<String> retired = new ArrayList<>(old.files.retired());
        FileTime now = FileTime.fromMillis(nowMs);
        for (String name : old.replaced) {
            // They stay for readers that have their names already.
            Files.setLastModifiedTime(hour.resolveSibling(name), now);
            retired.add(name);
        }
        long madeMs = nowMs;
        String hourName = String.valueOf(hour.getFileName());
        while (Files.exists(hour.resolveSibling(FileForm.SEALED.fileName(hourName, madeMs, 0)))) {
            madeMs++;
        }
        for (Repack.Part p : parts) {
            String name = FileForm.SEALED.fileName(hourName, madeMs, out.size());
            String waiting = String.valueOf(p.file().getFileName());
            String place = root.relativize(hour.resolveSibling(name)).toString();
            out.add(new Replacement.Move(waiting, place));
            current.add(name);
        }
        byte[] bytes = new HourFiles(current, retired, old.files.epochs()).bytes();
        Disk.replaceUnsynced(manifest, file -> file.write(bytes));
        out.add(
                new Replacement.Move(
                        String.valueOf(manifest.getFileName()), old.path + HourFiles.SUFFIX));
        return out;
    }
}
