package dev.rearview.store.state;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Files of many hours that take their places together: before or after, never between. They wait
/// in `.rearview/repack`; then the file `commit` there, put in place atomically, names them all and
/// where they belong. Whoever may change manifests next finishes what is there.
///
/// ```
/// rearview-repack 1
/// move 17.parquet in/2026/03/01/in-S0_20260301.08.sealed.19c-0.parquet
/// move 17.manifest in/2026/03/01/in-S0_20260301.08.manifest
/// crc32 5f3c8a01
/// ```
///
/// When it is done the hours stand in the file `settle`, of the same form with `hour` before each
/// path, until whoever seals has taken note of them: so do hours whose files are replaced one by
/// one ([#tell]).
public final class Replacement {
    private static final String COMMIT = "commit";
    private static final String SETTLE = "settle";
    private static final String VERSION = "rearview-repack 1\n";
    private static final Pattern TEXT =
            Pattern.compile("(?s)(" + VERSION + ".*)crc32 ([0-9a-f]{8})\n");
    private static final Pattern WAITING = Pattern.compile("\\d{1,9}\\.(parquet|manifest)");
    private static final String MANIFEST = ".manifest";

    /// Octets of the file: some hundred thousand hours.
    private static final int MAX_OCTETS = 1 << 27;

    private static final int PAUSES = 200;
    private static final int PAUSE_MS = 5;

    /// A file and where it belongs.
    ///
    /// @param name of a file in the directory of those that wait
    /// @param place relative to the repository
    public record Move(String name, String place) {}

    private Replacement() {}

    /// Whether a name is that of a file that waits.
    public static boolean isWaiting(String name) {
        return WAITING.matcher(name).matches();
    }

    /// Says what is to be done, forced to the disk: from here on it is. To be called by whoever may
    /// change manifests.
    ///
    /// @param moves of an hour, files first, then the manifest
    public static void commit(Path root, List<Move> moves) throws IOException {
        StringBuilder text = new StringBuilder(VERSION);
        for (Move m : moves) {
            text.append("move ").append(m.name).append(' ').append(m.place).append('\n');
        }
        write(StateDirectory.repack(root).resolve(COMMIT), text);
    }

    private static void write(Path file, StringBuilder text) throws IOException {
        String sum = Checksum.ofText(text.toString());
        text.append("crc32 ").append(sum).append('\n');
        byte[] octets = text.toString().getBytes(StandardCharsets.UTF_8);
        Disk.replace(file, out -> out.write(octets));
    }

    /// Does what is to be done, if there is anything. To be called by whoever may change manifests,
    /// before anything is changed.
    ///
    /// @return whether there was
    public static boolean finish(Path root) throws IOException {
        Path commit = StateDirectory.repack(root).resolve(COMMIT);
        if (!Files.exists(commit)) {
            return false;
        }
        List<Move> moves = moves(root, commit);
        Set<Path> directories = new LinkedHashSet<>();
        List<String> hours = new ArrayList<>();
        for (Move m : moves) {
            Path from = commit.resolveSibling(m.name);
            Path to = root.resolve(m.place);
            if (m.place.endsWith(MANIFEST)) {
                hours.add(m.place.substring(0, m.place.length() - MANIFEST.length()));
            }
            addAll(root.normalize(), to.normalize().getParent(), directories);
            if (Files.exists(from)) {
                RegularFile.within(to.getParent(), () -> Disk.place(from, to));
            }
        }
        for (Path d : directories) {
            Disk.sync(d);
        }
        settle(root, hours);
        Files.delete(commit);
        Disk.syncParent(commit);
        return true;
    }

    private static void addAll(Path top, @Nullable Path directory, Set<Path> directories) {
        Path d = directory;
        while (d != null && d.startsWith(top) && directories.add(d)) {
            d = d.getParent();
        }
    }

    private static List<Move> moves(Path root, Path commit) throws IOException {
        try {
            List<Move> out = new ArrayList<>();
            for (String line : lines(commit)) {
                String[] words = line.split(" ", 3);
                if (words.length != 3 || !words[0].equals("move")) {
                    throw malformed(commit, "unknown line '" + line + "'");
                }
                boolean isOwn = WAITING.matcher(words[1]).matches();
                Path place = root.resolve(words[2]).normalize();
                boolean isInside =
                        place.startsWith(root.normalize())
                                && !place.startsWith(StateDirectory.of(root).normalize())
                                && words[2].endsWith(words[1].substring(words[1].indexOf('.')));
                if (!isOwn || !isInside) {
                    throw malformed(commit, "no file of an hour '" + line + "'");
                }
                out.add(new Move(words[1], words[2]));
            }
            return out;
        } catch (MalformedInputException e) {
            // What it was to do, nobody knows; to do it anew is safe.
            Path kept = new Quarantine(root, notice -> {}).put("repack", commit);
            throw new IOException(
                    e.getMessage()
                            + "; moved to "
                            + kept
                            + ": a repack ended in the middle, run it again",
                    e);
        }
    }

    private static List<String> lines(Path file) throws IOException {
        if (RegularFile.checkOwn(file).size() > MAX_OCTETS) {
            throw malformed(file, "is too large");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        Matcher m = TEXT.matcher(text);
        if (!m.matches() || !m.group(2).equals(Checksum.ofText(m.group(1)))) {
            throw malformed(file, "not whole, or its checksum is wrong");
        }
        return m.group(1).lines().skip(1).toList();
    }

    private static MalformedInputException malformed(Path file, String why) {
        return new MalformedInputException(file.toString(), -1, "", why);
    }

    /// Adds hours to those that whoever seals has to take note of.
    private static void settle(Path root, Collection<String> hours) throws IOException {
        Set<String> all = new LinkedHashSet<>(settling(root));
        all.addAll(hours);
        StringBuilder text = new StringBuilder(VERSION);
        all.forEach(hour -> text.append("hour ").append(hour).append('\n'));
        write(StateDirectory.repack(root).resolve(SETTLE), text);
    }

    private static List<String> settling(Path root) throws IOException {
        try {
            return lines(StateDirectory.repack(root).resolve(SETTLE)).stream()
                    .filter(line -> line.startsWith("hour "))
                    .map(line -> line.substring("hour ".length()))
                    .toList();
        } catch (NoSuchFileException | MalformedInputException e) {
            // The next start of whoever seals finds them without it.
            return List.of();
        }
    }

    /// Has whoever seals take note of hours that have files to delete when no reader needs them. To
    /// be called by whoever may change manifests.
    ///
    /// @param hours paths relative to the repository
    public static void tell(Path root, Collection<String> hours) throws IOException {
        RegularFile.makeDirectory(StateDirectory.repack(root));
        settle(root, hours);
    }

    /// Whether hours are being replaced: some may be as before and some as after. That is so for
    /// milliseconds, or, where whoever does it was killed, until somebody else may change
    /// manifests. For those who read.
    public static boolean isUnderWay(Path root) {
        return Files.exists(StateDirectory.repack(root).resolve(COMMIT));
    }

    /// Waits for the end of what is under way, a second at most.
    ///
    /// @return whether nothing is under way
    public static boolean awaitEnd(Path root) {
        try {
            for (int i = 0; i < PAUSES && isUnderWay(root); i++) {
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !isUnderWay(root);
    }

    /// Whether hours were replaced, or are to be, that whoever seals has not taken note of. Needs
    /// no lock.
    public static boolean isSettling(Path root) {
        Path directory = StateDirectory.repack(root);
        return Files.exists(directory.resolve(SETTLE)) || isUnderWay(root);
    }

    /// Takes the hours that were replaced since the last call, as paths relative to the repository.
    /// To be called by whoever may change manifests.
    public static List<String> takeSettling(Path root) throws IOException {
        List<String> out = settling(root);
        Files.deleteIfExists(StateDirectory.repack(root).resolve(SETTLE));
        return out;
    }
}
