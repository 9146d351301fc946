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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the hourly files of one directory hold: of each its totals, its range of time and a Bloom
/// filter of its addresses, of all together their addresses, so that a search through months opens
/// only files that can matter.
///
/// A catalog names the time at which its directory was last changed, and counts only while that is
/// so: whoever puts a file there or takes one away makes it void.
public final class DirectoryCatalog {
    /// More than a bit away from those of the versions before.
    static final long MAGIC = 0x4C54_4143_5745_5634L;

    /// Catalogs of the versions before, which tell less: they are made anew.
    private static final List<Long> OLD_MAGICS =
            List.of(0x4C54_4143_5745_5652L, 0x4C54_4143_5745_5632L);

    private static final String SUFFIX = ".catalog";
    static final int HEADER = 32;

    /// What an octet of an entry becomes when it is read: names, numbers and what holds them.
    private static final int OCTETS_READ = 6;

    /// A file of an hour.
    ///
    /// @param name in the directory
    /// @param summary empty for a classic SiLK file
    public record Entry(String name, Optional<RowGroupStats> summary) {}

    private final long changedNs;
    private final boolean isComplete;
    private final Map<String, List<Entry>> hours;
    private final @Nullable DirectoryAddresses addresses;
    private final long octets;

    /// @param changedNs when the directory was changed
    /// @param octets in memory, about
    private DirectoryCatalog(
            long changedNs,
            boolean isComplete,
            Map<String, List<Entry>> hours,
            @Nullable DirectoryAddresses addresses,
            long octets) {
        this.changedNs = changedNs;
        this.isComplete = isComplete;
        this.hours = hours;
        this.addresses = addresses;
        this.octets = octets;
    }

    /// Opens the file of a catalog, as [#read] does or with what was read before.
    @FunctionalInterface
    public interface Opener {
        DirectoryCatalog open(Path file) throws IOException;
    }

    /// A catalog of a version that is not read any longer.
    private static final class OutdatedException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /// Whether every name in the directory that may be one of an hour belongs to an hour that has
    /// files here, so that the directory need not be listed.
    public boolean isComplete() {
        return isComplete;
    }

    /// Names of the classic hourly files of all hours.
    public Set<String> hours() {
        return hours.keySet();
    }

    /// Octets that it takes in memory, about; what is mapped of its file is not counted.
    public long octets() {
        return octets;
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
        return find(root, directory, DirectoryCatalog::read);
    }

    /// The catalog of a directory, as above.
    ///
    /// @param opener opens its file
    public static Optional<DirectoryCatalog> find(Path root, Path directory, Opener opener)
            throws IOException {
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
            DirectoryCatalog catalog = opener.open(path(root, directory));
            return catalog.changedNs == changed ? Optional.of(catalog) : Optional.empty();
        } catch (IOException e) {
            // Manifests answer as well.
            return Optional.empty();
        }
    }

    /// Whether the catalog of a directory, if there is one, is as it was written.
    ///
    /// @throws MalformedInputException if it is not
    public static void check(Path root, Path directory) throws IOException {
        DirectoryCatalog catalog;
        try {
            catalog = read(path(root, directory));
        } catch (NoSuchFileException | OutdatedException e) {
            return;
        }
        for (List<Entry> entries : catalog.hours.values()) {
            for (Entry e : entries) {
                if (e.summary.isPresent()
                        && e.summary.get() instanceof FileSummary s
                        && !s.isFilterGood()) {
                    throw malformed(path(root, directory), "Bloom filter of " + e.name);
                }
            }
        }
        DirectoryAddresses all = catalog.addresses;
        if (all != null && !all.isGood()) {
            throw malformed(path(root, directory), "addresses");
        }
    }

    private static MalformedInputException malformed(Path file, String reason) {
        return new MalformedInputException(file.toString(), -1, "catalog", reason);
    }

    /// Reads a catalog, whether or not it counts.
    ///
    /// @throws MalformedInputException if it is damaged
    public static DirectoryCatalog read(Path path) throws IOException {
        MappedFile file = MappedFile.open(path);
        try {
            ByteBuffer b = file.slice(0, HEADER).order(ByteOrder.BIG_ENDIAN);
            if (OLD_MAGICS.contains(b.getLong(0))) {
                throw new OutdatedException();
            }
            if (b.getLong(0) != MAGIC || Checksum.of(b.slice(0, 28)) != b.getInt(28)) {
                throw new IllegalStateException("header is damaged");
            }
            // Copied, since numbers are read faster from an array than from what is mapped.
            ByteBuffer mapped = file.slice(HEADER, b.getInt(20));
            ByteBuffer entries = ByteBuffer.allocate(mapped.capacity()).put(mapped).flip();
            if (Checksum.of(entries.duplicate()) != b.getInt(24)) {
                throw new IllegalStateException("checksum is wrong");
            }
            return read(b.getLong(8), file, entries, b.getInt(16));
        } catch (RuntimeException e) {
            throw malformed(path, String.valueOf(e.getMessage()));
        }
    }

    private static DirectoryCatalog read(long changedNs, MappedFile file, ByteBuffer b, int count) {
        Map<String, List<Entry>> hours = new HashMap<>();
        List<FileSummary> summaries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String hour = text(b);
            String name = text(b);
            boolean classic = b.get() == 0;
            FileSummary s = new FileSummary(file, b);
            if (name.contains("/")) {
                throw new IllegalStateException("'" + name + "' is no name");
            }
            summaries.add(s);
            hours.computeIfAbsent(hour, k -> new ArrayList<>())
                    .add(new Entry(name, classic ? Optional.empty() : Optional.of(s)));
        }
        boolean isComplete = b.get() == 1;
        DirectoryAddresses addresses = DirectoryAddresses.read(file, b);
        if (b.hasRemaining()) {
            throw new IllegalStateException(b.remaining() + " octets too many");
        }
        for (FileSummary s : summaries) {
            s.addresses(addresses);
        }
        long octets = file.heapOctets() + (long) b.capacity() * OCTETS_READ;
        return new DirectoryCatalog(changedNs, isComplete, hours, addresses, octets);
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
