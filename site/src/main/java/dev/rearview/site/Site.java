package dev.rearview.site;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What silk.conf says. A site without a configuration is [#NONE].
public final class Site {
    public static final Site NONE =
            new Site(
                    new Sensors(new TreeMap<>(), Map.of()),
                    List.of(),
                    null,
                    PathFormat.DEFAULT,
                    "",
                    Map.of());

    private final SortedMap<Integer, Sensor> sensors;
    private final List<FlowClass> classes;
    private final Map<String, List<Sensor>> groups;
    private final @Nullable String defaultClass;
    private final PathFormat pathFormat;
    private final String packingLogic;
    private final Map<String, Place> places;
    private final SortedMap<Integer, Flowtype> flowtypes = new TreeMap<>();

    /// The sensors of a site.
    ///
    /// @param groups by name
    record Sensors(SortedMap<Integer, Sensor> byId, Map<String, List<Sensor>> groups) {}

    /// @param places where classes begin, by name; the file's beginning by the empty name
    Site(
            Sensors sensors,
            List<FlowClass> classes,
            @Nullable String defaultClass,
            PathFormat pathFormat,
            String packingLogic,
            Map<String, Place> places) {
        this.sensors = sensors.byId();
        this.classes = List.copyOf(classes);
        this.groups = sensors.groups();
        this.defaultClass = defaultClass;
        this.pathFormat = pathFormat;
        this.packingLogic = packingLogic;
        this.places = places;
        for (FlowClass c : classes) {
            for (Flowtype t : c.types()) {
                flowtypes.put(t.id(), t);
            }
        }
    }

    /// Sensors ascending by id.
    public Collection<Sensor> sensors() {
        return sensors.values();
    }

    /// Classes in order of appearance.
    public List<FlowClass> classes() {
        return classes;
    }

    /// Sensor groups by name, in order of appearance.
    public Map<String, List<Sensor>> groups() {
        return groups;
    }

    /// Flowtypes ascending by id.
    public Collection<Flowtype> flowtypes() {
        return flowtypes.values();
    }

    /// The class that the site names as default, or the only one.
    public Optional<FlowClass> defaultClass() {
        if (defaultClass != null) {
            return flowClass(defaultClass);
        }
        return classes.size() == 1 ? Optional.of(classes.getFirst()) : Optional.empty();
    }

    /// The class that received flows belong to, empty where there is none at all.
    public Optional<FlowClass> packingClass() {
        Optional<FlowClass> known = defaultClass();
        return known.isPresent() || classes.isEmpty() ? known : Optional.of(classes.getFirst());
    }

    /// The beginning of the file.
    Place begin() {
        return Objects.requireNonNullElseGet(
                places.get(""), () -> new Place(Path.of("silk.conf"), 1));
    }

    /// Where a class begins.
    Optional<Place> placeOf(FlowClass c) {
        return Optional.ofNullable(places.get(c.name()));
    }

    public PathFormat pathFormat() {
        return pathFormat;
    }

    /// The packing logic that the file names, empty if none.
    public String packingLogic() {
        return packingLogic;
    }

    public Optional<Sensor> sensor(int id) {
        return Optional.ofNullable(sensors.get(id));
    }

    public Optional<Sensor> sensor(String name) {
        return sensors.values().stream().filter(s -> s.name().equals(name)).findFirst();
    }

    public Optional<FlowClass> flowClass(String name) {
        return classes.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    public Optional<Flowtype> flowtype(int id) {
        return Optional.ofNullable(flowtypes.get(id));
    }

    /// The flowtype of a class and type name.
    public Optional<Flowtype> flowtype(String className, String type) {
        return flowtypes.values().stream()
                .filter(t -> t.className().equals(className) && t.type().equals(type))
                .findFirst();
    }

    /// The flowtype of a flowtype name, as it stands in file names.
    public Optional<Flowtype> flowtypeNamed(String name) {
        // Asked for each file of a repository.
        for (Flowtype t : flowtypes.values()) {
            if (t.name().equals(name)) {
                return Optional.of(t);
            }
        }
        return Optional.empty();
    }

    /// Sensor name for printing: the number if unknown, `?` if unset.
    public String sensorName(int id) {
        Sensor s = sensors.get(id);
        return s != null ? s.name() : id == 0xFFFF ? "?" : Integer.toString(id);
    }

    /// Class name for printing: `?` if unknown.
    public String className(int flowtype) {
        Flowtype t = flowtypes.get(flowtype);
        return t != null ? t.className() : "?";
    }

    /// Type name for printing: the number if unknown.
    public String typeName(int flowtype) {
        Flowtype t = flowtypes.get(flowtype);
        return t != null ? t.type() : Integer.toString(flowtype);
    }

    public List<String> classNames() {
        return classes.stream().map(FlowClass::name).toList();
    }

    /// Class and type of every flowtype with a slash between, as switches take them.
    public List<String> flowtypePairs() {
        return flowtypes.values().stream().map(t -> t.className() + "/" + t.type()).toList();
    }

    /// What a sensor may be chosen by, other than its number.
    public List<String> sensorAndGroupNames() {
        return Stream.concat(sensors.values().stream().map(Sensor::name), groups.keySet().stream())
                .toList();
    }

    /// Characters of the longest name of a sensor.
    public int sensorWidth() {
        return longest(sensors.values().stream().map(Sensor::name));
    }

    /// Characters of the longest name of a class.
    public int classWidth() {
        return longest(classes.stream().map(FlowClass::name));
    }

    /// Characters of the longest name of a type.
    public int typeWidth() {
        return longest(flowtypes.values().stream().map(Flowtype::type));
    }

    /// A column has three characters where there is nothing to name.
    private static int longest(Stream<String> names) {
        return names.mapToInt(String::length).max().orElse(3);
    }

    /// The classes that a sensor belongs to.
    public List<FlowClass> classesOf(Sensor sensor) {
        return classes.stream().filter(c -> c.sensors().contains(sensor)).toList();
    }
}
