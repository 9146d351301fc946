package dev.rearview.store.hour;

import dev.rearview.store.journal.Commit;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the flows of a Parquet file of an hour come from: the journal epochs that it holds and the
/// files that it took the place of. Written into the file's key-value metadata, so that it is known
/// without a manifest.
public final class FileOrigin {
    public static final String EPOCHS = "rearview.epochs";
    static final String REPLACES = "rearview.replaces";

    /// Of a segment whose epoch has no journal of its own: the number of the one that names it.
    static final String JOURNAL = "rearview.journal";

    /// Of a segment that is not in its place.
    private static final String PLACE = "rearview.place";

    private static final Pattern PLACED =
            Pattern.compile("(\\d{1,3}) (\\d{1,5}) (\\d{1,18}) (\\P{Cntrl}{1,4096})");

    /// Stands before epochs that are not all of the file's.
    private static final String INCOMPLETE = "?";

    /// Names kept of files that were replaced, newest first. Segments are told by their epochs and
    /// take no part; readers need the names for some minutes.
    private static final int MAX_REPLACED = 256;

    private final String hour;
    private final EpochSet epochs;
    private final boolean complete;
    private final boolean told;
    private final List<String> replaced;
    private final long journal;

    private FileOrigin(
            String hour,
            EpochSet epochs,
            boolean complete,
            boolean told,
            Map<String, String> metadata) {
        this.hour = hour;
        this.epochs = epochs;
        this.complete = complete;
        this.told = told;
        String list = metadata.getOrDefault(REPLACES, "");
        this.replaced = list.isEmpty() ? List.of() : List.of(list.split(",", -1));
        String number = metadata.getOrDefault(JOURNAL, "");
        this.journal = number.matches("[0-9a-f]{1,15}") ? Long.parseLong(number, 16) : -1;
    }

    /// Reads what a file tells.
    ///
    /// @param hour path of the classic hourly file
    /// @param file a Parquet file of that hour
    /// @throws IOException if the file is not whole
    public static FileOrigin of(Path hour, Path file) throws IOException {
        try (ParquetReader reader = ParquetReader.open(file, file.toString())) {
            return of(hour, file.getFileName().toString(), reader.metadata());
        }
    }

    public static FileOrigin of(Path hour, String name, Map<String, String> metadata) {
        String hourName = String.valueOf(hour.getFileName());
        String text = metadata.get(EPOCHS);
        try {
            if (text != null) {
                boolean complete = !text.startsWith(INCOMPLETE);
                EpochSet epochs = EpochSet.parse(complete ? text : text.substring(1));
                return new FileOrigin(hourName, epochs, complete, true, metadata);
            }
            // Files of the version before: a segment's name is its epoch.
            long epoch = Long.parseUnsignedLong(inner(hourName, name), 16);
            return new FileOrigin(hourName, EpochSet.of(epoch), true, false, metadata);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new FileOrigin(hourName, EpochSet.EMPTY, false, false, metadata);
        }
    }

    /// What a file's name adds to that of its hour: an epoch, or how it was made.
    private static String inner(String hour, String name) {
        return name.startsWith(hour + ".")
                        && name.length() > hour.length() + 1 + HourFiles.PARQUET.length()
                ? name.substring(hour.length() + 1, name.length() - HourFiles.PARQUET.length())
                : "";
    }

    /// The name of a segment.
    public static String segment(String hour, long epoch) {
        return hour + "." + Long.toHexString(epoch) + HourFiles.PARQUET;
    }

    /// Metadata of a segment.
    public static Map<String, String> metadata(long epoch, Map<String, String> other) {
        return metadata(EpochSet.of(epoch), other);
    }

    /// Metadata of a file that holds flows of several epochs, and all of them.
    public static Map<String, String> metadata(EpochSet epochs, Map<String, String> other) {
        Map<String, String> out = new LinkedHashMap<>(other);
        out.put(EPOCHS, epochs.toString());
        return out;
    }

    /// Metadata of a segment that a commit names.
    ///
    /// @param journal number of the commit
    public static Map<String, String> metadata(
            long epoch, long journal, Map<String, String> other) {
        Map<String, String> out = metadata(epoch, other);
        if (journal != epoch) {
            out.put(JOURNAL, Long.toHexString(journal));
        }
        return out;
    }

    /// Adds where a segment belongs, for the time before it is there.
    public static void place(Commit.Place place, Map<String, String> metadata) {
        metadata.put(
                PLACE,
                place.flowtype()
                        + " "
                        + place.sensor()
                        + " "
                        + place.hourUs()
                        + " "
                        + place.relative());
    }

    /// Where a segment belongs, empty if it does not say so.
    static Optional<Commit.Place> place(Map<String, String> metadata) {
        Matcher m = PLACED.matcher(metadata.getOrDefault(PLACE, ""));
        return m.matches()
                ? Optional.of(
                        new Commit.Place(
                                Integer.parseInt(m.group(1)),
                                Integer.parseInt(m.group(2)),
                                Long.parseLong(m.group(3)),
                                m.group(4)))
                : Optional.empty();
    }

    /// Metadata of a file that takes the place of others.
    ///
    /// @param origins by name
    static Map<String, String> metadata(
            Map<String, FileOrigin> origins, Map<String, String> other) {
        Map<String, String> out = new LinkedHashMap<>(other);
        boolean complete = true;
        List<EpochSet> epochs = new ArrayList<>();
        Set<String> replaced = new LinkedHashSet<>();
        for (Map.Entry<String, FileOrigin> e : origins.entrySet()) {
            FileOrigin o = e.getValue();
            complete &= o.complete;
            epochs.add(o.epochs);
            String inner = inner(o.hour, e.getKey());
            boolean isSegment = inner.matches("[0-9a-f]+") && o.complete;
            if (!isSegment && !inner.contains(",")) {
                replaced.add(inner);
            }
        }
        origins.values().forEach(o -> replaced.addAll(o.replaced));
        out.put(EPOCHS, (complete ? "" : INCOMPLETE) + EpochSet.union(epochs));
        out.remove(REPLACES);
        out.remove(JOURNAL);
        out.remove(PLACE);
        if (!replaced.isEmpty()) {
            List<String> newest = replaced.stream().limit(MAX_REPLACED).toList();
            out.put(REPLACES, String.join(",", newest));
        }
        return out;
    }

    /// Whether the file holds all flows of another one of its hour, which it replaced.
    ///
    /// @param name of the other file, which may be gone
    public boolean replaces(String name) {
        String inner = inner(hour, name);
        if (replaced.contains(inner)) {
            return true;
        }
        return inner.matches("[0-9a-f]{1,15}") && epochs.contains(Long.parseLong(inner, 16));
    }

    /// Epochs whose flows the file holds, as far as they are known.
    public EpochSet epochs() {
        return epochs;
    }

    /// Whether all of its epochs are known.
    public boolean isComplete() {
        return complete;
    }

    /// Whether it is a segment whose journal is still there, so that it is about to be named.
    public boolean isFresh(Path root) {
        return epochs.size() == 1
                && (hasJournal(root, epochs.first()) || journal >= 0 && hasJournal(root, journal));
    }

    private static boolean hasJournal(Path root, long epoch) {
        return Files.exists(StateDirectory.journals(root).resolve(Journal.name(epoch)));
    }

    /// Whether the file itself tells, and not its name alone.
    boolean isTold() {
        return told;
    }
}
