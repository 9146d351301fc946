package dev.rearview.tools.store;

import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowFiles;
import dev.rearview.model.FlowBatch;
import dev.rearview.site.Site;
import dev.rearview.store.Inventory;
import dev.rearview.store.hour.HourFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Reads the files of hours through. Files that a collector merges meanwhile are left out for those
/// that replace them.
final class Verify {
    private final FlowFiles classic;
    private final Consumer<IOException> damage;
    private long files;
    private long flows;

    /// @param damage told of each file that is damaged or missing
    Verify(Site site, Consumer<IOException> damage) {
        this.classic = new FlowFiles(site, false);
        this.damage = damage;
    }

    long files() {
        return files;
    }

    long flows() {
        return flows;
    }

    void hour(Inventory.Hour hour) {
        Deque<Path> waiting = new ArrayDeque<>(hour.files());
        Set<Path> known = new HashSet<>(hour.files());
        for (Path file = waiting.poll(); file != null; file = waiting.poll()) {
            try {
                flows += isParquet(file) ? Inventory.verify(file) : through(file);
                files++;
            } catch (NoSuchFileException e) {
                if (isNamed(hour, file)) {
                    damage.accept(e);
                } else {
                    successors(hour).stream().filter(known::add).forEach(waiting::add);
                }
            } catch (IOException e) {
                files++;
                damage.accept(e);
            }
        }
    }

    private static boolean isParquet(Path file) {
        return file.toString().endsWith(".parquet");
    }

    /// Whether the hour's manifest names a file.
    private static boolean isNamed(Inventory.Hour hour, Path file) {
        return successors(hour).contains(file);
    }

    private static Set<Path> successors(Inventory.Hour hour) {
        try {
            return Set.copyOf(HourFiles.current(hour.path()));
        } catch (IOException e) {
            // A manifest that is damaged is told of by the inventory, as are the files it named.
            return Set.of();
        }
    }

    /// Reads a classic file.
    ///
    /// @return flows
    private long through(Path file) throws IOException {
        long sum = 0;
        try (FlowFile in = classic.open(file, file.toString())) {
            for (FlowBatch b = in.source().next(); b != null; b = in.source().next()) {
                sum += b.size();
            }
        }
        return sum;
    }
}
