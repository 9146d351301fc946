package dev.rearview.store.catalog;

import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.RowGroupReader;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.store.parquet.encoding.Bloom;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes the catalog of a directory.
public final class CatalogWriter {
    /// Addresses of a file's filter at most.
    private static final int MAX_FILTER = 1 << 20;

    /// A directory that changed more recently may change again within one tick of its clock.
    private static final long SETTLED_MS = 1_000;

    /// Names that are an hour's, or are that with something behind.
    private static final Pattern OF_HOUR =
            Pattern.compile("(.+_\\d{8}\\.\\d{2})(?:\\..*)?", Pattern.DOTALL);

    private CatalogWriter() {}

    /// Makes the catalog of a directory unless there is one that counts.
    ///
    /// @return false if the directory is changing, so that it has to be tried again
    public static boolean make(Path root, Path directory) throws IOException {
        FileTime changed = Files.getLastModifiedTime(directory);
        if (changed.toMillis() > System.currentTimeMillis() - SETTLED_MS) {
            return false;
        }
        if (DirectoryCatalog.find(root, directory).isPresent()) {
            return true;
        }
        List<Entry> entries = new ArrayList<>();
        AddressCollector addresses = new AddressCollector();
        Set<String> names = HourFiles.names(directory);
        for (Map.Entry<String, List<String>> hour : list(directory, names).entrySet()) {
            for (String name : hour.getValue()) {
                entries.add(entry(directory, hour.getKey(), name, addresses));
            }
        }
        boolean isComplete = isComplete(names, entries);
        byte[] octets = octets(entries, isComplete, addresses, changed.to(TimeUnit.NANOSECONDS));
        if (!Files.getLastModifiedTime(directory).equals(changed)) {
            return false;
        }
        Path path = DirectoryCatalog.path(root, directory);
        RegularFile.makeDirectory(path.getParent());
        Disk.replace(path, file -> file.write(octets));
        return true;
    }

    /// The catalog as it stands in its file.
    private static byte[] octets(
            List<Entry> entries, boolean isComplete, AddressCollector addresses, long changedNs)
            throws IOException {
        addresses.finish();
        int length = 1 + addresses.length();
        for (Entry e : entries) {
            length += e.length();
        }
        // Filters start at a multiple of their blocks.
        long filtersAt = (DirectoryCatalog.HEADER + length + 31L) / 32 * 32;
        ByteArrayOutputStream bodyBytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bodyBytes);
        ByteArrayOutputStream filters = new ByteArrayOutputStream();
        for (Entry e : entries) {
            e.write(body, filtersAt + filters.size());
            filters.write(e.filter);
        }
        body.writeByte(isComplete ? 1 : 0);
        addresses.write(body, filtersAt + filters.size());
        filters.writeBytes(addresses.bodies());
        ByteBuffer out = ByteBuffer.allocate((int) filtersAt + filters.size());
        out.putLong(DirectoryCatalog.MAGIC).putLong(changedNs);
        out.putInt(entries.size()).putInt(bodyBytes.size());
        out.putInt(Checksum.of(ByteBuffer.wrap(bodyBytes.toByteArray())));
        out.putInt(Checksum.of(out.slice(0, out.position()))).put(bodyBytes.toByteArray());
        out.position((int) filtersAt).put(filters.toByteArray());
        return out.array();
    }

    /// Whether every name that may be one of an hour belongs to an hour with files.
    private static boolean isComplete(Set<String> names, List<Entry> entries) {
        Set<String> hours = new HashSet<>();
        entries.forEach(e -> hours.add(new String(e.hour, StandardCharsets.UTF_8)));
        for (String name : names) {
            Matcher m = OF_HOUR.matcher(name);
            if (m.matches() && !hours.contains(m.group(1))) {
                return false;
            }
        }
        return true;
    }

    /// Names of the current files by hour.
    ///
    /// @param all names in the directory
    private static Map<String, List<String>> list(Path directory, Set<String> all)
            throws IOException {
        Set<String> names = new HashSet<>();
        for (String name : all) {
            if (Files.isRegularFile(directory.resolve(name))) {
                names.add(name);
            }
        }
        Map<String, List<String>> hours = new TreeMap<>();
        for (String name : names) {
            String hour = HourFiles.base(name);
            if (name.endsWith(HourFiles.SUFFIX)) {
                hours.computeIfAbsent(hour, k -> new ArrayList<>())
                        .addAll(HourFiles.read(directory.resolve(hour)).files());
            } else if (name.endsWith(HourFiles.PARQUET)) {
                if (HourFiles.isHour(hour) && !names.contains(hour + HourFiles.SUFFIX)) {
                    hours.computeIfAbsent(hour, k -> new ArrayList<>()).add(name);
                }
            } else if (HourFiles.isHour(hour) && (name.equals(hour) || !names.contains(hour))) {
                // Of a classic file and one that is packed, the first is read.
                hours.computeIfAbsent(hour, k -> new ArrayList<>()).addFirst(name);
            }
        }
        return hours;
    }

    /// An entry of the catalog.
    ///
    /// @param totals rows, packets, octets, earliest and latest start, as [FileSummary] reads them
    private record Entry(byte[] hour, byte[] name, boolean classic, byte[] totals, byte[] filter) {
        int length() {
            return 4 + hour.length + name.length + 1 + totals.length + 8 + 4 + 4;
        }

        void write(DataOutputStream out, long filterAt) throws IOException {
            out.writeShort(hour.length);
            out.write(hour);
            out.writeShort(name.length);
            out.write(name);
            out.writeByte(classic ? 0 : 1);
            out.write(totals);
            out.writeLong(filterAt);
            out.writeInt(filter.length);
            out.writeInt(Checksum.of(ByteBuffer.wrap(filter)));
        }
    }

    private static Entry entry(Path directory, String hour, String name, AddressCollector addresses)
            throws IOException {
        byte[] h = hour.getBytes(StandardCharsets.UTF_8);
        byte[] n = name.getBytes(StandardCharsets.UTF_8);
        if (!name.endsWith(HourFiles.PARQUET)) {
            return new Entry(h, n, true, new byte[FileSummary.TOTALS], new byte[0]);
        }
        try (ParquetReader file = ParquetReader.open(directory.resolve(name), name)) {
            return new Entry(h, n, false, totals(file), filter(file, addresses));
        }
    }

    private static byte[] totals(ParquetReader file) {
        long packets = 0;
        long bytes = 0;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int g = 0; g < file.groups(); g++) {
            RowGroupStats s = file.stats(g);
            packets += s.packets();
            bytes += s.bytes();
            min = Math.min(min, s.min(Field.STIME));
            max = Math.max(max, s.max(Field.STIME));
        }
        int rows = (int) Math.min(Integer.MAX_VALUE, file.rows());
        ByteBuffer out = ByteBuffer.allocate(FileSummary.TOTALS);
        out.putInt(rows).putLong(packets).putLong(bytes).putLong(min).putLong(max);
        return out.array();
    }

    /// A Bloom filter of the addresses of a file.
    ///
    /// @param addresses gets them, too
    private static byte[] filter(ParquetReader file, AddressCollector addresses)
            throws IOException {
        int distinct = 0;
        for (int g = 0; g < file.groups(); g++) {
            distinct += file.distinct(g, Field.SIP) + file.distinct(g, Field.DIP);
        }
        addresses.expect(distinct);
        Bloom bloom = Bloom.sized(Math.min(distinct, MAX_FILTER));
        RowGroupReader reader = new RowGroupReader();
        for (int g = 0; g < file.groups(); g++) {
            FlowBatch batch = reader.read(file, g);
            for (Field f : List.of(Field.SIP, Field.DIP)) {
                AddressDictionary d = batch.addresses(f).dictionary();
                for (int i = 0; i < d.size(); i++) {
                    bloom.add(d.hi(i), d.lo(i));
                    addresses.add(d.hi(i), d.lo(i));
                }
            }
        }
        return bloom.bytes();
    }
}
