package dev.rearview.store;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A repository of numbered flows.
abstract class RepositoryFixture {
    static final long HOUR = 3_600_000_000L;

    @TempDir Path temporary;
    Path root;
    Site site;
    final List<String> notices = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void site() throws IOException {
        root = temporary.resolve("root");
        Path conf = temporary.resolve("silk.conf");
        Files.writeString(
                conf,
                """
                version 2
                sensor 0 S0
                class all
                    sensors S0
                    type 0 in in
                    type 1 out out
                    default-types in
                end class
                """);
        site = SilkConf.read(conf);
    }

    /// What a process killed now would leave behind.
    Path crashed() throws IOException {
        Path copy = Files.createTempDirectory(temporary, "crash");
        try (Stream<Path> all = Files.walk(root)) {
            for (Path p : all.toList()) {
                Path to = copy.resolve(root.relativize(p).toString());
                if (Files.isDirectory(p)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(p, to);
                }
            }
        }
        return copy;
    }

    /// Packet counts of all stored flows, sorted: the tests number their flows by them.
    static List<Long> stored(Path root) throws IOException {
        List<Long> out = new ArrayList<>();
        List<Path> manifests;
        try (Stream<Path> all = Files.walk(root)) {
            manifests =
                    all.filter(p -> p.toString().endsWith(".manifest"))
                            .filter(p -> !p.toString().contains("quarantine"))
                            .toList();
        }
        FlowRecord r = new FlowRecord();
        for (Path m : manifests) {
            Path hour = Path.of(m.toString().replace(".manifest", ""));
            for (Path file : HourFiles.current(hour)) {
                try (ParquetReader in = ParquetReader.open(file, file.toString())) {
                    for (FlowBatch b = in.next(); b != null; b = in.next()) {
                        for (int i = 0; i < b.size(); i++) {
                            b.get(i, r);
                            out.add(r.packets);
                        }
                    }
                }
            }
        }
        out.sort(null);
        return out;
    }

    static List<Long> numbers(int n) {
        return Stream.iterate(1L, i -> i + 1).limit(n).toList();
    }

    FlowStore open() throws IOException {
        return FlowStore.open(root, site, notices::add);
    }

    /// Stores flows `from` to `to - 1` in one hour.
    static void store(FlowStore store, long us, int from, int to) throws IOException {
        for (int n = from; n < to; n++) {
            store.intake().append(Flows.at(us, n));
        }
        store.flush();
    }

    /// What lies in quarantine, by kind.
    List<String> quarantined(String kind) throws IOException {
        Path quarantine = root.resolve(".rearview/quarantine");
        if (!Files.exists(quarantine)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(quarantine)) {
            return all.map(p -> p.getFileName().toString())
                    .filter(n -> n.startsWith(kind + "-"))
                    .sorted()
                    .toList();
        }
    }

    /// Files of a directory whose names contain a text.
    static List<Path> files(Path directory, String part) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(p -> p.getFileName().toString().contains(part)).sorted().toList();
        }
    }

    static void flip(Path file, long at) throws IOException {
        flip(file, at < 0 ? Files.size(file) + at : at, 0x10);
    }

    static void flip(Path file, long at, int bits) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= (byte) bits;
        Files.write(file, bytes);
    }

    /// Seals, and lets the clock of the directory settle.
    static void sealAll(FlowStore store) throws Exception {
        store.writer().seal(Long.MAX_VALUE, () -> true);
        store.writer().seal(Long.MAX_VALUE, () -> true);
        Thread.sleep(1_100);
        store.writer().seal(Long.MAX_VALUE, () -> true);
    }
}
