package dev.rearview.store;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.site.PathFormat;
import dev.rearview.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The hours of a repository, for those who look after it.
///
/// @param hours ascending by time, then by path
/// @param journals octets of the journals that wait for their segments
public record Inventory(Path root, List<Hour> hours, long journals) {
    /// The files of one sensor and type in one hour.
    ///
    /// @param path of the classic hourly file, whether or not that exists
    /// @param files that are current, classic or Parquet
    /// @param retired files that were merged and wait to be deleted
    /// @param bytes octets of the files, retired ones included
    public record Hour(
            Path path,
            PathFormat.FileKey key,
            List<Path> files,
            List<Path> retired,
            long bytes,
            boolean sealed) {}

    /// Reads what is there.
    public static Inventory of(Path root, Site site) throws IOException {
        List<Hour> hours = new ArrayList<>();
        Path state = root.resolve(FlowStore.STATE);
        try (Stream<Path> all = Files.walk(root)) {
            for (Path p : (Iterable<Path>) all::iterator) {
                if (p.startsWith(state) || !Files.isRegularFile(p)) {
                    continue;
                }
                hour(p, site).ifPresent(hours::add);
            }
        }
        hours.sort(
                Comparator.comparingLong((Hour h) -> h.key().hourMs()).thenComparing(Hour::path));
        long journals = JournalDirectory.octets(root);
        return new Inventory(root, List.copyOf(hours), journals);
    }

    /// The hour for which a file stands: a manifest, a single Parquet file, or a classic file
    /// without either.
    private static Optional<Hour> hour(Path file, Site site) throws IOException {
        String name = file.getFileName().toString();
        String base = strip(strip(strip(name, HourFiles.SUFFIX), ".parquet"), ".gz");
        Optional<PathFormat.FileKey> key = PathFormat.parseFileName(base, site);
        Path path = file.resolveSibling(base);
        boolean first =
                name.endsWith(HourFiles.SUFFIX)
                        || !Files.exists(HourFiles.manifest(path))
                                && (!name.equals(base + ".parquet") || !Files.exists(path));
        if (key.isEmpty() || !first || !HourFiles.isHour(base)) {
            return Optional.empty();
        }
        HourFiles listed = HourFiles.read(path);
        List<Path> files = new ArrayList<>(HourFiles.current(path));
        boolean sealed = !files.isEmpty();
        for (Path p : files) {
            sealed &= HourWriter.isSealed(p.getFileName().toString());
        }
        for (Path classic : List.of(path, path.resolveSibling(base + ".gz"))) {
            if (Files.isRegularFile(classic)) {
                files.add(classic);
            }
        }
        List<Path> retired = listed.retired().stream().map(path::resolveSibling).toList();
        long bytes = 0;
        for (Path p : Stream.concat(files.stream(), retired.stream()).toList()) {
            bytes += size(p);
        }
        return Optional.of(new Hour(path, key.get(), List.copyOf(files), retired, bytes, sealed));
    }

    private static long size(Path p) throws IOException {
        try {
            return Files.size(p);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static String strip(String name, String suffix) {
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }

    /// Flows of a Parquet file, by its index alone.
    public static long flows(Path parquet) throws IOException {
        try (ParquetReader reader = ParquetReader.open(parquet, parquet.toString())) {
            return reader.rows();
        }
    }

    /// Reads every page of a Parquet file.
    ///
    /// @return flows
    /// @throws IOException naming what is damaged
    public static long verify(Path parquet) throws IOException {
        long flows = 0;
        try (ParquetReader reader = ParquetReader.open(parquet, parquet.toString())) {
            for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                for (Field f : Schema.COLUMNS) {
                    // Decoding is the check.
                    if (f.isAddress()) {
                        b.addresses(f).hi();
                    } else {
                        b.values(f);
                    }
                }
                flows += b.size();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IndexOutOfBoundsException e) {
            throw new IOException(parquet + ": code beyond its dictionary", e);
        }
        return flows;
    }

    /// Deletes an hour as it was when it was listed; flows that came since stay.
    public void delete(Hour hour) throws IOException {
        try (RepositoryLock lock = RepositoryLock.open(root)) {
            lock.change(() -> {
                HourFiles now = HourFiles.read(hour.path());
                List<String> kept = new ArrayList<>(now.files());
                hour.files().forEach(p -> kept.remove(p.getFileName().toString()));
                Path manifest = HourFiles.manifest(hour.path());
                if (kept.isEmpty()) {
                    Files.deleteIfExists(manifest);
                } else {
                    new HourFiles(kept, List.of(), now.epochs()).write(hour.path());
                }
                for (Path p :
                        Stream.concat(hour.files().stream(), hour.retired().stream()).toList()) {
                    Files.deleteIfExists(p);
                }
                return kept.isEmpty();
            });
        }
    }
}
