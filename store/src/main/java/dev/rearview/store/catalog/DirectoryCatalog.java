package dev.rearview.store.catalog;

import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.disk.MappedFile;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.disk.Tree;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.Bloom;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.RowGroupReader;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.store.state.StateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the hourly files of one directory hold: of each its totals, its range of time and a Bloom
/// filter of its addresses, so that a search through months opens only files that can matter.
///
/// A catalog names the time at which its directory was last changed, and counts only while that is
/// so: whoever puts a file there or takes one away makes it void.
public final class DirectoryCatalog {
    private static final long MAGIC = 0x4C54_4143_5745_5632L;
    private static final long FIRST_MAGIC = 0x4C54_4143_5745_5652L;
    private static final String SUFFIX = ".catalog";
    private static final int HEADER = 32;
    private static final int MAX_FILTER = 1 << 20;

    /// A directory that changed more recently may change again within one tick of its clock.
    private static final long SETTLED_MS = 1_000;

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

    private static Path path(Path root, Path directory) {
        Path relative = root.relativize(directory);
        return root.resolve(StateDirectory.NAME)
                .resolve(StateDirectory.CATALOGS)
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
                        && e.summary.get() instanceof Summary s
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
            Summary s =
                    new Summary(
                            b.getInt(),
                            b.getLong(),
                            b.getLong(),
                            b.getLong(),
                            b.getLong(),
                            filter(file, b.getLong(), b.getInt()),
                            b.getInt());
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

    private static ByteBuffer filter(MappedFile file, long at, int length) {
        return length == 0 ? ByteBuffer.allocate(0) : file.slice(at, length);
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
        Path catalogs = root.resolve(StateDirectory.NAME).resolve(StateDirectory.CATALOGS);
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

    /// What is known of a whole file.
    private static final class Summary implements RowGroupStats {
        private final int rows;
        private final long packets;
        private final long bytes;
        private final long minStart;
        private final long maxStart;
        private final ByteBuffer filter;
        private final int filterCrc;

        /// Whether the filter's checksum is right, once that was asked.
        private @Nullable Boolean good;

        Summary(
                int rows,
                long packets,
                long bytes,
                long minStart,
                long maxStart,
                ByteBuffer filter,
                int filterCrc) {
            this.rows = rows;
            this.packets = packets;
            this.bytes = bytes;
            this.minStart = minStart;
            this.maxStart = maxStart;
            this.filter = filter;
            this.filterCrc = filterCrc;
        }

        boolean isFilterGood() {
            Boolean known = good;
            if (known == null) {
                known = Checksum.of(filter.duplicate()) == filterCrc;
                good = known;
            }
            return known;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public long packets() {
            return packets;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public long min(Field field) {
            return field == Field.STIME ? minStart : field.isSigned() ? Long.MIN_VALUE : 0;
        }

        @Override
        public long max(Field field) {
            return field == Field.STIME ? maxStart : field.isSigned() ? Long.MAX_VALUE : -1;
        }

        @Override
        public long minHi(Field field) {
            return 0;
        }

        @Override
        public long maxHi(Field field) {
            return -1L;
        }

        @Override
        public boolean mayHold(Field field, long lowHi, long lowLo, long highHi, long highLo) {
            return true;
        }

        @Override
        public boolean mayHold(Field field, long hi, long lo) {
            return field == Field.NHIP
                    || filter.capacity() == 0
                    || !isFilterGood()
                    || Bloom.mayContain(filter, hi, lo);
        }
    }

    /// Makes the catalog of a directory unless there is one that counts.
    ///
    /// @return false if the directory is changing, so that it has to be tried again
    public static boolean make(Path root, Path directory) throws IOException {
        FileTime changed = Files.getLastModifiedTime(directory);
        if (changed.toMillis() > System.currentTimeMillis() - SETTLED_MS) {
            return false;
        }
        if (find(root, directory).isPresent()) {
            return true;
        }
        ByteArrayOutputStream entryBytes = new ByteArrayOutputStream();
        DataOutputStream entries = new DataOutputStream(entryBytes);
        ByteArrayOutputStream filters = new ByteArrayOutputStream();
        int count = 0;
        List<Pending> pending = new ArrayList<>();
        for (Map.Entry<String, List<String>> hour : list(directory).entrySet()) {
            for (String name : hour.getValue()) {
                pending.add(Pending.of(directory, hour.getKey(), name));
                count++;
            }
        }
        int length = 0;
        for (Pending p : pending) {
            length += p.length();
        }
        // Filters start at a multiple of their blocks.
        long filtersAt = (HEADER + length + 31L) / 32 * 32;
        for (Pending p : pending) {
            p.write(entries, filtersAt + filters.size());
            filters.write(p.filter);
        }
        byte[] body = entryBytes.toByteArray();
        ByteBuffer out = ByteBuffer.allocate((int) filtersAt + filters.size());
        out.putLong(MAGIC).putLong(changed.to(TimeUnit.NANOSECONDS));
        out.putInt(count).putInt(body.length);
        out.putInt(Checksum.of(ByteBuffer.wrap(body)));
        out.putInt(Checksum.of(out.slice(0, out.position()))).put(body);
        out.position((int) filtersAt).put(filters.toByteArray());
        if (!Files.getLastModifiedTime(directory).equals(changed)) {
            return false;
        }
        Path path = path(root, directory);
        RegularFile.makeDirectory(path.getParent());
        Disk.replace(path, file -> file.write(out.array()));
        return true;
    }

    /// Names of the current files by hour.
    private static Map<String, List<String>> list(Path directory) throws IOException {
        Set<String> names = new HashSet<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(Files::isRegularFile).forEach(p -> names.add(p.getFileName().toString()));
        }
        Map<String, List<String>> hours = new TreeMap<>();
        for (String name : names) {
            if (name.endsWith(HourFiles.SUFFIX)) {
                String hour = name.substring(0, name.length() - HourFiles.SUFFIX.length());
                hours.computeIfAbsent(hour, k -> new ArrayList<>())
                        .addAll(HourFiles.read(directory.resolve(hour)).files());
            } else if (name.endsWith(".parquet")) {
                String hour = name.substring(0, name.length() - ".parquet".length());
                if (!names.contains(hour + HourFiles.SUFFIX) && HourFiles.isHour(hour)) {
                    hours.computeIfAbsent(hour, k -> new ArrayList<>()).add(name);
                }
            } else {
                String hour = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
                if (HourFiles.isHour(hour)) {
                    hours.computeIfAbsent(hour, k -> new ArrayList<>()).addFirst(name);
                }
            }
        }
        return hours;
    }

    /// An entry that is being made.
    private record Pending(
            byte[] hour,
            byte[] name,
            boolean classic,
            int rows,
            long packets,
            long bytes,
            long minStart,
            long maxStart,
            byte[] filter) {
        static Pending of(Path directory, String hour, String name) throws IOException {
            byte[] h = hour.getBytes(StandardCharsets.UTF_8);
            byte[] n = name.getBytes(StandardCharsets.UTF_8);
            if (!name.endsWith(".parquet")) {
                return new Pending(h, n, true, 0, 0, 0, 0, 0, new byte[0]);
            }
            try (ParquetReader file = ParquetReader.open(directory.resolve(name), name)) {
                long packets = 0;
                long bytes = 0;
                long min = Long.MAX_VALUE;
                long max = Long.MIN_VALUE;
                int distinct = 0;
                for (int g = 0; g < file.groups(); g++) {
                    RowGroupStats s = file.stats(g);
                    packets += s.packets();
                    bytes += s.bytes();
                    min = Math.min(min, s.min(Field.STIME));
                    max = Math.max(max, s.max(Field.STIME));
                    for (Field f : List.of(Field.SIP, Field.DIP)) {
                        distinct += file.distinct(g, f);
                    }
                }
                Bloom bloom = Bloom.sized(Math.min(distinct, MAX_FILTER));
                RowGroupReader reader = new RowGroupReader();
                for (int g = 0; g < file.groups(); g++) {
                    FlowBatch batch = reader.read(file, g);
                    for (Field f : List.of(Field.SIP, Field.DIP)) {
                        AddressDictionary d = batch.addresses(f).dictionary();
                        for (int i = 0; i < d.size(); i++) {
                            bloom.add(d.hi(i), d.lo(i));
                        }
                    }
                }
                int rows = (int) Math.min(Integer.MAX_VALUE, file.rows());
                return new Pending(h, n, false, rows, packets, bytes, min, max, bloom.bytes());
            }
        }

        int length() {
            return 4 + hour.length + name.length + 1 + 4 + 5 * 8 + 4 + 4;
        }

        void write(DataOutputStream out, long filterAt) throws IOException {
            out.writeShort(hour.length);
            out.write(hour);
            out.writeShort(name.length);
            out.write(name);
            out.writeByte(classic ? 0 : 1);
            out.writeInt(rows);
            out.writeLong(packets);
            out.writeLong(bytes);
            out.writeLong(minStart);
            out.writeLong(maxStart);
            out.writeLong(filterAt);
            out.writeInt(filter.length);
            out.writeInt(Checksum.of(ByteBuffer.wrap(filter)));
        }
    }
}
