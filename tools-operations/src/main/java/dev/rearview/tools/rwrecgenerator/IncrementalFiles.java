package dev.rearview.tools.rwrecgenerator;

import dev.rearview.kit.options.ToolException;
import dev.rearview.model.FlowRecord;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkWriter;
import dev.rearview.site.Flowtype;
import dev.rearview.site.PathFormat;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.TimeText;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/// Flows in small files as rwflowpack makes them, one for each sensor, type and hour, which are
/// written in one directory and moved to another when they are to be seen. A number of them is open
/// at a time.
final class IncrementalFiles implements Closeable {
    private static final PathFormat NAME = new PathFormat("%x");
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int SUFFIX = 6;

    /// @param processing where files are written
    /// @param output where they go
    /// @param mostOpen files that are open at a time
    record Settings(
            Path processing, Path output, int mostOpen, Compression compression, int silkVersion) {}

    private final Settings settings;
    private final Site site;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, SilkWriter> open = new LinkedHashMap<>(16, 0.75f, true);

    /// A file that has been begun.
    private record Part(Path path, SilkHeader header) {}

    /// Removes the files that are left in the directory of unfinished ones.
    IncrementalFiles(Settings settings, Site site) throws IOException {
        this.settings = settings;
        this.site = site;
        Files.createDirectories(settings.processing());
        try (Stream<Path> left = Files.list(settings.processing())) {
            for (Path p : left.filter(Files::isRegularFile).toList()) {
                Files.delete(p);
            }
        }
    }

    void write(FlowRecord r) throws IOException {
        long hourMs = Math.floorDiv(r.stimeMs(), TimeText.HOUR_MS) * TimeText.HOUR_MS;
        String key = r.flowtype + "/" + r.sensor + "/" + hourMs;
        SilkWriter writer = open.get(key);
        if (writer == null) {
            if (open.size() >= settings.mostOpen()) {
                Iterator<SilkWriter> eldest = open.values().iterator();
                SilkWriter closed = eldest.next();
                eldest.remove();
                closed.close();
            }
            writer = opened(key, r, hourMs);
            open.put(key, writer);
        }
        writer.write(r);
    }

    private SilkWriter opened(String key, FlowRecord r, long hourMs) throws IOException {
        SilkWriter.Misfits none =
                (record, why) -> {
                    throw new IOException("a flow does not fit: " + why.text());
                };
        Part part = parts.get(key);
        if (part != null) {
            return SilkWriter.behind(
                    Files.newOutputStream(part.path, StandardOpenOption.APPEND), part.header, none);
        }
        SilkHeader header = header(r, hourMs);
        Part begun = new Part(fresh(r, hourMs), header);
        parts.put(key, begun);
        return SilkWriter.of(Files.newOutputStream(begun.path), header, none);
    }

    private SilkHeader header(FlowRecord r, long hourMs) {
        SilkHeader.PackedFile packed = new SilkHeader.PackedFile(hourMs, r.flowtype, r.sensor);
        return SilkWriter.header(
                        SilkFormat.FT_RWAUGMENTED,
                        5,
                        ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN,
                        new FileSettings(settings.compression(), settings.silkVersion(), List.of())
                                .with(SilkHeader.packedFile(packed)))
                .orElseThrow();
    }

    /// A new file with a name that nothing has.
    private Path fresh(FlowRecord r, long hourMs) throws IOException {
        Flowtype type = site.flowtype(r.flowtype).orElseThrow();
        Sensor sensor =
                site.sensor(r.sensor)
                        .orElseThrow(() ->
                                ToolException.failure(
                                        "sensor "
                                                + r.sensor
                                                + " is not in the site's configuration"));
        String name = NAME.expand(type, sensor, hourMs);
        Path place = settings.processing().resolve(name + suffix());
        while (Files.exists(place)) {
            place = settings.processing().resolve(name + suffix());
        }
        return Files.createFile(place);
    }

    private static String suffix() {
        StringBuilder out = new StringBuilder(".");
        for (int i = 0; i < SUFFIX; i++) {
            out.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        return out.toString();
    }

    /// Moves all files to where they are to be seen.
    ///
    /// @return how many
    int flush() throws IOException {
        closeAll();
        for (Part part : parts.values()) {
            Path name = part.path.getFileName();
            Path target = settings.output().resolve(String.valueOf(name));
            try {
                Files.move(part.path, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                // Another file system: whoever looks there sees it grow.
                Files.move(part.path, target);
            }
        }
        int moved = parts.size();
        parts.clear();
        return moved;
    }

    private void closeAll() throws IOException {
        for (SilkWriter writer : open.values()) {
            writer.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        closeAll();
    }
}
