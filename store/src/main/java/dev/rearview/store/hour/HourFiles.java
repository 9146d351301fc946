package dev.rearview.store.hour;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Parquet files that make up one hour of one sensor and type.
///
/// Beside the place of the classic hourly file `NAME` stands `NAME.manifest`, a text file that is
/// replaced atomically: a version line, then `file X` for each current file in its directory,
/// `retired X` for files that were merged and wait to be deleted, `epoch N` for the newest journal
/// epochs whose flows the files hold, and `crc32 X`, the CRC-32 of all octets before that line. An
/// hour without a manifest may consist of the single file `NAME.parquet`, put there by hand or by
/// another engine.
///
/// @param files current files, oldest first
/// @param retired files that are no longer read
/// @param epochs journal epochs of the current files that may still have to be recovered
public record HourFiles(List<String> files, List<String> retired, List<Long> epochs) {
    public static final String SUFFIX = ".manifest";
    public static final String PARQUET = ".parquet";
    private static final String GZIP = ".gz";

    /// What a name has behind that of its hour where the hour is told by it, in the order in which
    /// it counts.
    private static final List<String> SUFFIXES = List.of(SUFFIX, "", PARQUET, GZIP);

    /// Octets of a manifest: some ten thousand files.
    private static final int MAX_OCTETS = 1 << 22;

    private static final Pattern HOUR = Pattern.compile(".+_\\d{8}\\.\\d{2}");
    private static final Pattern OF_HOUR =
            Pattern.compile("(.+_\\d{8}\\.\\d{2})(?:\\..+)?\\.parquet");
    private static final String VERSION = "rearview-manifest 2";
    private static final String FIRST_VERSION = "rearview-manifest 1";
    private static final Pattern CHECKSUM = Pattern.compile("(?s)(.*\n)crc32 ([0-9a-f]{8})\n");

    /// An hour without files.
    public static final HourFiles NONE = new HourFiles(List.of(), List.of(), List.of());

    /// The current Parquet files of an hour. One that is gone when it is opened was merged, or the
    /// hour was expired: ask again then.
    ///
    /// @param hourPath path of the classic hourly file, whether or not that exists
    /// @throws MalformedInputException if the manifest is damaged
    public static List<Path> current(Path hourPath) throws IOException {
        Path manifest = manifest(hourPath);
        if (!Files.exists(manifest)) {
            Path single = hourPath.resolveSibling(hourPath.getFileName() + PARQUET);
            return Files.exists(single) ? List.of(single) : List.of();
        }
        return read(hourPath).files.stream().map(hourPath::resolveSibling).toList();
    }

    /// Parquet files of hours in a directory whose manifests are gone: [#current] does not know of
    /// them, so that a query which reads only what that names would miss their flows unseen. The
    /// next start of whoever writes to the repository puts such hours together again.
    ///
    /// @param root the repository
    /// @param names of its files
    public static List<Path> withoutManifest(Path root, Path directory, Set<String> names)
            throws IOException {
        List<Path> out = new ArrayList<>();
        for (String name : names) {
            Optional<String> hour = hourOf(name);
            if (hour.isPresent()
                    && !name.equals(hour.get() + PARQUET)
                    && !names.contains(hour.get() + SUFFIX)
                    && isLost(root, directory.resolve(hour.get()), directory.resolve(name))) {
                out.add(directory.resolve(name));
            }
        }
        return out;
    }

    /// Names of all that is in a directory, none where there is no directory.
    ///
    /// @throws IOException if it is there and cannot be read
    public static Set<String> names(Path directory) throws IOException {
        Set<String> names = new TreeSet<>();
        Disk.list(directory).forEach(p -> names.add(String.valueOf(p.getFileName())));
        return names;
    }

    /// Refuses an hour for which no files were found though something has the name of one: what is
    /// no regular file, or a link that leads nowhere.
    ///
    /// @param names in its directory
    /// @throws MalformedInputException naming it
    public static void checkNames(Path hourPath, Set<String> names) throws IOException {
        for (String suffix : SUFFIXES) {
            String name = hourPath.getFileName() + suffix;
            Path file = hourPath.resolveSibling(name);
            boolean odd =
                    names.contains(name)
                            && !Files.isRegularFile(file)
                            && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            if (odd) {
                throw new MalformedInputException(
                        file.toString(), -1, "", "is no regular file, or a link to nothing");
            }
        }
    }

    /// Whether a file is still there, its hour has still no manifest, and it is no segment whose
    /// journal is there: that is about to be named.
    private static boolean isLost(Path root, Path hour, Path file) throws IOException {
        try {
            boolean isFresh = FileOrigin.of(hour, file).isFresh(root);
            return !isFresh && Files.exists(file) && !Files.exists(manifest(hour));
        } catch (NoSuchFileException e) {
            return false;
        } catch (MalformedInputException e) {
            return Files.exists(file) && !Files.exists(manifest(hour));
        }
    }

    /// Whether an hour is told by a file: of several that stand for it one does.
    public static boolean isToldBy(Path hourPath, Path file) {
        for (String suffix : SUFFIXES) {
            Path standing = hourPath.resolveSibling(hourPath.getFileName() + suffix);
            if (Files.isRegularFile(standing)) {
                return standing.equals(file);
            }
        }
        return false;
    }

    /// The name that an hour has if it is told by a file of this name.
    public static String base(String name) {
        for (String suffix : List.of(SUFFIX, PARQUET, GZIP)) {
            if (name.endsWith(suffix)) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name;
    }

    /// Whether a file name is that of a classic hourly file, such as `in-S0_20260101.08`.
    public static boolean isHour(String name) {
        return HOUR.matcher(name).matches();
    }

    /// Name of the hour to which a Parquet file belongs.
    public static Optional<String> hourOf(String name) {
        Matcher m = OF_HOUR.matcher(name);
        return m.matches() ? Optional.of(m.group(1)) : Optional.empty();
    }

    /// Reads the manifest of an hour, empty if there is none.
    ///
    /// @throws MalformedInputException if it is damaged
    public static HourFiles read(Path hourPath) throws IOException {
        Path manifest = manifest(hourPath);
        try {
            long size = RegularFile.check(manifest).size();
            if (size > MAX_OCTETS) {
                throw malformed(hourPath, size + " octets are too many");
            }
            return parse(hourPath, Files.readAllBytes(manifest));
        } catch (NoSuchFileException e) {
            return NONE;
        }
    }

    /// Understands the octets of a manifest.
    ///
    /// @param hourPath path of the classic hourly file
    public static HourFiles parse(Path hourPath, byte[] bytes) throws MalformedInputException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw malformed(hourPath, "not text");
        }
        String body = text;
        if (!text.startsWith(FIRST_VERSION + "\n")) {
            Matcher m = CHECKSUM.matcher(text);
            if (!text.startsWith(VERSION + "\n") || !m.matches()) {
                throw malformed(hourPath, "not a whole manifest of version 2");
            }
            body = m.group(1);
            if (!m.group(2).equals(Checksum.ofText(body))) {
                throw malformed(hourPath, "checksum is wrong");
            }
        }
        return lines(hourPath, body.lines().skip(1).toList());
    }

    private static HourFiles lines(Path hourPath, List<String> lines)
            throws MalformedInputException {
        List<String> files = new ArrayList<>();
        List<String> retired = new ArrayList<>();
        List<Long> epochs = new ArrayList<>();
        for (String line : lines) {
            int blank = line.indexOf(' ');
            String value = line.substring(blank + 1);
            switch (blank < 0 ? line : line.substring(0, blank)) {
                case "file" -> files.add(own(hourPath, value));
                case "retired" -> retired.add(own(hourPath, value));
                case "epoch" -> epochs.add(number(hourPath, value));
                default -> throw malformed(hourPath, "unknown line '" + line + "'");
            }
        }
        return new HourFiles(files, retired, epochs);
    }

    /// A name that is one of this hour's files, so that no manifest leads elsewhere.
    private static String own(Path hourPath, String name) throws MalformedInputException {
        if (!isOwn(hourPath, name) || name.contains("/")) {
            throw malformed(hourPath, "'" + name + "' is no file of the hour");
        }
        return name;
    }

    /// Whether a name is that of a Parquet file of an hour.
    static boolean isOwn(Path hourPath, String name) {
        return name.startsWith(hourPath.getFileName() + ".") && name.endsWith(PARQUET);
    }

    private static long number(Path hourPath, String value) throws MalformedInputException {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw malformed(hourPath, "'" + value + "' is no number of an epoch");
        }
    }

    private static MalformedInputException malformed(Path hourPath, String reason) {
        return new MalformedInputException(manifest(hourPath).toString(), -1, "manifest", reason);
    }

    /// The octets of the manifest.
    public byte[] bytes() {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        files.forEach(f -> text.append("file ").append(f).append('\n'));
        retired.forEach(f -> text.append("retired ").append(f).append('\n'));
        epochs.forEach(e -> text.append("epoch ").append(e).append('\n'));
        String sum = Checksum.ofText(text.toString());
        text.append("crc32 ").append(sum).append('\n');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Replaces the manifest of an hour; its place in the directory is still to be forced to the
    /// disk.
    public void write(Path hourPath) throws IOException {
        Disk.replaceUnsynced(manifest(hourPath), out -> out.write(bytes()));
    }

    public static Path manifest(Path hourPath) {
        return hourPath.resolveSibling(hourPath.getFileName() + SUFFIX);
    }
}
