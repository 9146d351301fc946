package dev.rearview.store.catalog;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.MappedFile;
import dev.rearview.store.disk.Tree;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What the hourly files of one directory hold: of each its totals, its range of time and a Bloom
/// filter of its addresses, so that a search through months opens only files that can matter.
///
/// A catalog names the time at which its directory was last changed, and counts only while that is
/// so: whoever puts a file there or takes one away makes it void.
public final class DirectoryCatalog {
    static final long MAGIC = 0x4C54_4143_5745_5632L;
    private static final long FIRST_MAGIC = 0x4C54_4143_5745_5652L;
    private static final String SUFFIX = ".catalog";
    static final int HEADER = 32;

    /// A file of an hour.
    ///
    /// @param name in the directory
    /// @param summary empty for a classic SiLK file
    public record Entry(String name, Optional<RowGroupStats> summary) {}

    private final long changedNs;
    private final Map<String, List<Entry>> hours;

    /// @param changedNs when the directory was changed
    private DirectoryCatalog(long changedNs, Map<String, List<Entry>> hours) {
        this.changedNs = changedNs;
        this.hours = hours;
    }

    /// The files of an hour, the classic one first.
    ///
    /// @param hourName name of the classic hourly file
    public List<Entry> files(String hourName) {
        return hours.getOrDefault(hourName, List.of());
    }

    /// Where the catalog of a directory stands.
    static Path path(Path root, Path directory) {
        Path relative = root.relativize(directory);
        return StateDirectory.catalogs(root)
                .resolve(relative.resolveSibling(relative.getFileName() + SUFFIX));
    }

    /// The catalog of a directory, empty if there is none that counts: one that is damaged does
    /// not.
    ///
    /// @param root the repository
    /// @throws IOException if the directory cannot be read, or is none
    public static Optional<DirectoryCatalog> find(Path root, Path directory) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(directory, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!attributes.isDirectory()) {
            throw new IOException(directory + ": cannot be read, it is no directory");
        }
        long changed = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        try {
            return open(root, directory).filter(c -> c.changedNs == changed);
        } catch (IOException e) {
            // Manifests answer as well.
            return Optional.empty();
        }
    }

    /// Whether the catalog of a directory, if there is one, is as it was written.
    ///
    /// @throws MalformedInputException if it is not
    public static void check(Path root, Path directory) throws IOException {
        Optional<DirectoryCatalog> catalog = open(root, directory);
        if (catalog.isEmpty()) {
            return;
        }
        for (List<Entry> entries : catalog.get().hours.values()) {
            for (Entry e : entries) {
                if (e.summary.isPresent()
                        && e.summary.get() instanceof FileSummary s
                        && !s.isFilterGood()) {
                    throw malformed(root, directory, "Bloom filter of " + e.name);
                }
            }
        }
    }

    private static MalformedInputException malformed(Path root, Path directory, String reason) {
        return new MalformedInputException(path(root, directory).toString(), -1, "catalog", reason);
    }

    /// Reads a catalog, empty if there is none.
    private static Optional<DirectoryCatalog> open(Path root, Path directory) throws IOException {
        MappedFile file;
        try {
            file = MappedFile.open(path(root, directory));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            ByteBuffer b = file.slice(0, HEADER).order(ByteOrder.BIG_ENDIAN);
            if (b.getLong(0) == FIRST_MAGIC) {
                return Optional.empty();
            }
            if (b.getLong(0) != MAGIC || Checksum.of(b.slice(0, 28)) != b.getInt(28)) {
                throw new IllegalStateException("header is damaged");
            }
            ByteBuffer entries = file.slice(HEADER, b.getInt(20)).order(ByteOrder.BIG_ENDIAN);
            if (Checksum.of(entries.duplicate()) != b.getInt(24)) {
                throw new IllegalStateException("checksum is wrong");
            }
            return Optional.of(
                    new DirectoryCatalog(b.getLong(8), read(file, entries, b.getInt(16))));
        } catch (RuntimeException e) {
            throw malformed(root, directory, String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, List<Entry>> read(MappedFile file, ByteBuffer b, int count) {
        Map<String, List<Entry>> hours = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String hour = text(b);
            String name = text(b);
            boolean classic = b.get() == 0;
            FileSummary s = new FileSummary(file, b);
            if (name.contains("/")) {
                throw new IllegalStateException("'" + name + "' is no name");
            }
            hours.computeIfAbsent(hour, k -> new ArrayList<>())
                    .add(new Entry(name, classic ? Optional.empty() : Optional.of(s)));
        }
        if (b.hasRemaining()) {
            throw new IllegalStateException(b.remaining() + " octets too many");
        }
        return hours;
    }

    private static String text(ByteBuffer b) {
        byte[] out = new byte[b.getShort() & 0xFFFF];
        b.get(out);
        return new String(out, StandardCharsets.UTF_8);
    }

    /// Removes the catalog of a directory.
    public static void remove(Path root, Path directory) throws IOException {
        Files.deleteIfExists(path(root, directory));
    }

    /// Removes catalogs of directories that are gone.
    public static void removeLeftovers(Path root, Failures failures) throws IOException {
        Path catalogs = StateDirectory.catalogs(root);
        Tree.walk(
                catalogs,
                p -> false,
                failures,
                (place, files) -> {
                    for (Path p : files) {
                        String name = p.getFileName().toString();
                        Path of = root.resolve(catalogs.relativize(place).toString());
                        boolean isCatalog = name.endsWith(SUFFIX);
                        if (Disk.isTemporary(name)
                                || isCatalog && !Files.isDirectory(of.resolve(strip(name)))) {
                            Files.deleteIfExists(p);
                        }
                    }
                });
    }

    private static String strip(String name) {
        return name.substring(0, name.length() - SUFFIX.length());
    }
}
