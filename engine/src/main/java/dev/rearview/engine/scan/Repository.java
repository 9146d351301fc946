package dev.rearview.engine.scan;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the hourly files of a repository, in SiLK's order: by hour, then flowtype, then sensor.
///
/// @param root as the user spelt it
/// @param flowtypes in the order wanted
/// @param sensors those wanted, empty for all of each class
public record Repository(
        Path directory, String root, Site site, List<Flowtype> flowtypes, List<Sensor> sensors) {
    private static final long HOUR_MS = 3_600_000;

    /// An hourly file that exists or is missing.
    ///
    /// @param name path as the user would spell it
    public record HourFile(String name, Path path, boolean exists) {}

    /// Takes the files one by one.
    @FunctionalInterface
    public interface FileConsumer {
        /// @return false to stop
        boolean accept(HourFile file) throws java.io.IOException;
    }

    /// Whether any sensor wanted belongs to the class of a flowtype wanted.
    public boolean isEmpty() {
        return flowtypes.stream().allMatch(t -> sensorsOf(t).isEmpty());
    }

    private List<Sensor> sensorsOf(Flowtype type) {
        List<Sensor> own =
                site.flowClass(type.className()).map(FlowClass::sensors).orElse(List.of());
        return sensors.isEmpty() ? own : own.stream().filter(sensors::contains).toList();
    }

    /// Visits the files of a range of hours.
    ///
    /// @param firstHourMs start of the first hour
    /// @param lastHourMs start of the last hour
    public void forEach(long firstHourMs, long lastHourMs, FileConsumer out)
            throws java.io.IOException {
        List<List<Sensor>> perType = new ArrayList<>();
        for (Flowtype type : flowtypes) {
            perType.add(sensorsOf(type));
        }
        for (long hour = firstHourMs; hour <= lastHourMs; hour += HOUR_MS) {
            for (int t = 0; t < flowtypes.size(); t++) {
                for (Sensor sensor : perType.get(t)) {
                    for (HourFile file : files(flowtypes.get(t), sensor, hour)) {
                        if (!out.accept(file)) {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// The files of one hour: a classic SiLK file, and those of the Parquet store beside it.
    private List<HourFile> files(Flowtype type, Sensor sensor, long hour)
            throws java.io.IOException {
        String relative = site.pathFormat().expand(type, sensor, hour);
        String name = root + "/" + relative;
        List<HourFile> found = new ArrayList<>();
        classic(name).ifPresent(found::add);
        for (Path path : dev.rearview.store.HourFiles.current(directory.resolve(name))) {
            Path parent = Path.of(name).getParent();
            found.add(new HourFile(parent + "/" + path.getFileName(), path, true));
        }
        if (found.isEmpty()) {
            found.add(new HourFile(name, directory.resolve(name), false));
        }
        return found;
    }

    private Optional<HourFile> classic(String name) {
        for (String candidate : List.of(name, name + ".gz")) {
            Path path = directory.resolve(candidate);
            if (Files.isRegularFile(path)) {
                return Optional.of(new HourFile(candidate, path, true));
            }
        }
        return Optional.empty();
    }
}
