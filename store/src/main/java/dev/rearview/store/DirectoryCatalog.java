package dev.rearview.store;

import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
import java.util.zip.CRC32;

/// What the hourly files of one directory hold: of each its totals, its range of time and a Bloom
/// filter of its addresses, so that a search through months opens only files that can matter.
///
/// A catalog names the time at which its directory was last changed, and counts only while that is
/// so: whoever puts a file there or takes one away makes it void.
public final class DirectoryCatalog {
    private static final long MAGIC = 0x4C54_4143_5745_5652L;
    private static final int HEADER = 32;
    private static final int MAX_FILTER = 1 << 20;

    /// A directory that changed more recently may change again within one tick of its clock.
    private static final long SETTLED_MS = 1_000;

    /// A file of an hour.
    ///
    /// @param name in the directory
    /// @param summary empty for a classic SiLK file
    public record Entry(String name, Optional<RowGroupStats> summary) {}

    private final Map<String, List<Entry>> hours;

    private DirectoryCatalog(Map<String, List<Entry>> hours) {
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
        return root.resolve(FlowStore.STATE)
                .resolve("catalog")
                .resolve(relative.resolveSibling(relative.getFileName() + ".catalog"));
    }

    /// The catalog of a directory, empty if there is none that counts.
    ///
    /// @param root the repository
    public static Optional<DirectoryCatalog> find(Path root, Path directory) throws IOException {
        Path path = path(root, directory);
        MappedFile file;
        FileTime changed;
        try {
            file = MappedFile.open(path);
            changed = Files.getLastModifiedTime(directory);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            ByteBuffer b = file.slice(0, HEADER).order(ByteOrder.BIG_ENDIAN);
            if (b.getLong(0) != MAGIC || b.getLong(8) != changed.to(TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
            int length = b.getInt(20);
            ByteBuffer entries = file.slice(HEADER, length).order(ByteOrder.BIG_ENDIAN);
            CRC32 crc = new CRC32();
            crc.update(entries.duplicate());
            if ((int) crc.getValue() != b.getInt(24)) {
                throw new IllegalStateException("checksum is wrong");
            }
            return Optional.of(read(file, entries, b.getInt(16)));
        } catch (RuntimeException e) {
            throw new MalformedInputException(
                    path.toString(), 0, "catalog", String.valueOf(e.getMessage()));
        }
    }

    private static DirectoryCatalog read(MappedFile file, ByteBuffer b, int count) {
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
                            file,
                            b.getLong(),
                            b.getInt());
            hours.computeIfAbsent(hour, k -> new ArrayList<>())
                    .add(new Entry(name, classic ? Optional.empty() : Optional.of(s)));
        }
        return new DirectoryCatalog(hours);
    }

    private static String text(ByteBuffer b) {
        byte[] out = new byte[b.getShort() & 0xFFFF];
        b.get(out);
        return new String(out, StandardCharsets.UTF_8);
    }

    /// What is known of a whole file.
    private record Summary(
            int rows,
            long packets,
            long bytes,
            long minStart,
            long maxStart,
            MappedFile file,
            long filterAt,
            int filterLength)
            implements RowGroupStats {
        @Override
        public long min(Field field) {
            return field == Field.STIME ? minStart : field.isSigned() ? Long.MIN_VALUE : 0;
        }

        @Override
        public long max(Field field) {
            return field == Field.STIME ? maxStart : field.isSigned() ? Long.MAX_VALUE : -1;
        }

        @Override
        public boolean mayHold(Field field, long lowHi, long lowLo, long highHi, long highLo) {
            return true;
        }

        @Override
        public boolean mayHold(Field field, long hi, long lo) {
            return field == Field.NHIP
                    || filterLength == 0
                    || Bloom.mayContain(file.slice(filterAt, filterLength), hi, lo);
        }
    }

    /// Makes the catalog of a directory unless there is one that counts.
    ///
    /// @return false if the directory is changing, so that it has to be tried again
    static boolean make(Path root, Path directory) throws IOException {
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
        CRC32 crc = new CRC32();
        crc.update(body);
        ByteBuffer out = ByteBuffer.allocate((int) filtersAt + filters.size());
        out.putLong(MAGIC).putLong(changed.to(TimeUnit.NANOSECONDS));
        out.putInt(count).putInt(body.length);
        out.putInt((int) crc.getValue()).putInt(0).put(body);
        out.position((int) filtersAt).put(filters.toByteArray());
        if (!Files.getLastModifiedTime(directory).equals(changed)) {
            return false;
        }
        Path path = path(root, directory);
        Files.createDirectories(path.getParent());
        Disk.replace(path, temporary -> Files.write(temporary, out.array()));
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
                        distinct += file.index().distinct(g, Schema.column(f));
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
            return 4 + hour.length + name.length + 1 + 4 + 5 * 8 + 4;
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
        }
    }
}
