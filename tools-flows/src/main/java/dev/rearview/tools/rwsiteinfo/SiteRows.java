package dev.rearview.tools.rwsiteinfo;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The rows: loops over what the fields are about, one in the other in the order of the fields.
///
/// Classes and groups come as in the site's configuration; types, default types and sensors as in
/// the block that a field to the left names, otherwise by number. Rows that look the same are not
/// merged.
final class SiteRows {
    /// What a loop is over. [#LISTING] is over classes that no field asks for: default types are
    /// listed for one class at a time.
    private enum Kind {
        CLASS,
        TYPE,
        SENSOR,
        GROUP,
        LISTING
    }

    private static final String UNMARKED = "  ";

    private final Site site;
    private final Restrictions wanted;
    private final RepositoryFiles files;
    private final List<String> fields;
    private final String listDelimiter;
    private final List<Kind> kinds = new ArrayList<>();

    SiteRows(
            Site site,
            Restrictions wanted,
            RepositoryFiles files,
            List<String> fields,
            String listDelimiter) {
        this.site = site;
        this.wanted = wanted;
        this.files = files;
        this.fields = fields;
        this.listDelimiter = listDelimiter;
        for (String f : fields) {
            kind(f).filter(k -> !kinds.contains(k)).ifPresent(kinds::add);
        }
        if (fields.contains("default-type:list")
                && !kinds.contains(Kind.CLASS)
                && !kinds.contains(Kind.TYPE)) {
            kinds.add(Kind.LISTING);
        }
    }

    /// What the loops have come to. A loop that has been entered may have nothing to show: that is
    /// an empty part whose kind is bound.
    private record Place(
            List<Kind> bound,
            Optional<FlowClass> flowClass,
            Optional<Flowtype> type,
            Optional<Sensor> sensor,
            Optional<String> group) {
        private List<Kind> and(Kind k) {
            List<Kind> more = new ArrayList<>(bound);
            more.add(k);
            return more;
        }

        Place inClass(Kind as, Optional<FlowClass> c) {
            return new Place(and(as), c, type, sensor, group);
        }

        Place ofType(Optional<Flowtype> t, Optional<FlowClass> c) {
            return new Place(and(Kind.TYPE), c.or(() -> flowClass), t, sensor, group);
        }

        Place atSensor(Optional<Sensor> s) {
            return new Place(and(Kind.SENSOR), flowClass, type, s, group);
        }

        Place inGroup(String g) {
            return new Place(and(Kind.GROUP), flowClass, type, sensor, Optional.of(g));
        }

        boolean has(Kind k) {
            return bound.contains(k);
        }

        boolean hasClass() {
            return has(Kind.CLASS) || has(Kind.TYPE);
        }
    }

    private static final Place NOWHERE =
            new Place(
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    private static Optional<Kind> kind(String field) {
        return Optional.ofNullable(
                switch (field) {
                    case "class", "default-class" -> Kind.CLASS;
                    case "type", "flowtype", "id-flowtype", "default-type" -> Kind.TYPE;
                    case "sensor", "id-sensor", "describe-sensor" -> Kind.SENSOR;
                    case "group" -> Kind.GROUP;
                    default -> null;
                });
    }

    /// Whether rows are about a class, so that it can be marked.
    static boolean areMarked(List<String> fields) {
        return fields.stream()
                .flatMap(f -> kind(f).stream())
                .anyMatch(k -> k == Kind.CLASS || k == Kind.TYPE);
    }

    List<List<String>> all() {
        List<List<String>> out = new ArrayList<>();
        if (!fields.equals(List.of("mark-defaults"))) {
            nest(NOWHERE, out);
        }
        return out;
    }

    private void nest(Place at, List<List<String>> out) {
        if (at.bound.size() == kinds.size()) {
            out.add(fields.stream().map(f -> cell(f, at)).toList());
            return;
        }
        Kind next = kinds.get(at.bound.size());
        switch (next) {
            case CLASS -> classes(at).forEach(c -> nest(at.inClass(next, c), out));
            case LISTING ->
                    site.classes().stream()
                            .filter(wanted::shows)
                            .filter(c -> at.sensor.map(c.sensors()::contains).orElse(true))
                            .forEach(c -> nest(at.inClass(next, Optional.of(c)), out));
            case TYPE ->
                    types(at)
                            .forEach(t ->
                                    nest(
                                            at.ofType(
                                                    t,
                                                    t.flatMap(x -> site.flowClass(x.className()))),
                                            out));
            case SENSOR -> sensors(at).forEach(s -> nest(at.atSensor(s), out));
            case GROUP -> groups(at).forEach(g -> nest(at.inGroup(g), out));
        }
    }

    // Loops ---------------------------------------------------------------------------------------

    /// Whether the first field of a kind is the one about defaults, which alone then make rows.
    private boolean isLedBy(String defaults, Kind kind) {
        return fields.stream()
                .filter(f -> kind(f).equals(Optional.of(kind)))
                .findFirst()
                .equals(Optional.of(defaults));
    }

    private List<Optional<FlowClass>> classes(Place at) {
        if (at.has(Kind.TYPE) || isNowhere(at)) {
            return List.of(at.flowClass);
        }
        if (isLedBy("default-class", Kind.CLASS)) {
            return site.defaultClass().stream()
                    .filter(c -> !fields.contains("class") || wanted.shows(c))
                    .filter(c -> holds(c, at))
                    .map(Optional::of)
                    .toList();
        }
        return options(
                site.classes().stream().filter(c -> wanted.shows(c) && holds(c, at)).toList());
    }

    /// Whether a field to the left shows something that no class has.
    private boolean isNowhere(Place at) {
        return at.sensor.map(s -> site.classesOf(s).isEmpty()).orElse(false)
                || at.group.map(g -> members(g).isEmpty()).orElse(false);
    }

    /// Whether a class has the sensor, or a sensor of the group, that stands to the left.
    private boolean holds(FlowClass c, Place at) {
        return at.sensor.map(c.sensors()::contains).orElse(true)
                && at.group
                        .map(g ->
                                members(g).stream()
                                        .anyMatch(s -> wanted.has(s) && c.sensors().contains(s)))
                        .orElse(true);
    }

    private List<Optional<Flowtype>> types(Place at) {
        if (isNowhere(at)) {
            return List.of(Optional.empty());
        }
        boolean defaults = isLedBy("default-type", Kind.TYPE);
        List<FlowClass> of =
                at.has(Kind.CLASS)
                        ? at.flowClass.stream().toList()
                        : site.classes().stream().filter(wanted::shows).toList();
        List<Optional<Flowtype>> out = new ArrayList<>();
        if (defaults || at.has(Kind.CLASS)) {
            for (FlowClass c : of) {
                List<Flowtype> types = defaults ? c.defaultTypes() : c.types();
                if (types.isEmpty()) {
                    out.add(Optional.empty());
                }
                types.stream().filter(t -> isShown(t, at)).map(Optional::of).forEach(out::add);
            }
            return out;
        }
        return options(site.flowtypes().stream().filter(t -> isShown(t, at)).toList());
    }

    private boolean isShown(Flowtype t, Place at) {
        return wanted.shows(t)
                && site.flowClass(t.className()).filter(c -> holds(c, at)).isPresent();
    }

    /// Sensors in the order of the class or group that stands next to the left, otherwise by
    /// number.
    private List<Optional<Sensor>> sensors(Place at) {
        if (at.group.map(g -> members(g).isEmpty()).orElse(false)) {
            return List.of(Optional.empty());
        }
        return options(ordered(at).stream().filter(s -> isShown(s, at)).toList());
    }

    private Collection<Sensor> ordered(Place at) {
        if (!at.bound.isEmpty() && at.bound.getLast() == Kind.GROUP
                || at.flowClass.isEmpty() && at.group.isPresent()) {
            return members(at.group.orElse(""));
        }
        return at.flowClass
                .map(FlowClass::sensors)
                .<Collection<Sensor>>map(l -> l)
                .orElse(site.sensors());
    }

    private boolean isShown(Sensor s, Place at) {
        return wanted.shows(s)
                && at.sensor.map(s::equals).orElse(true)
                && at.flowClass.map(c -> c.sensors().contains(s)).orElse(true)
                && at.group.map(g -> members(g).contains(s)).orElse(true);
    }

    private List<String> groups(Place at) {
        return site.groups().keySet().stream()
                .filter(wanted::hasGroup)
                .filter(g -> isShown(g, at))
                .toList();
    }

    private boolean isShown(String group, Place at) {
        boolean open = at.bound.isEmpty() && !wanted.isLimited();
        return open
                || members(group).isEmpty() && at.bound.isEmpty() && wanted.isGroupNamed(group)
                || members(group).stream()
                        .anyMatch(s ->
                                wanted.shows(s)
                                        && at.sensor.map(s::equals).orElse(true)
                                        && at.flowClass
                                                .map(c -> c.sensors().contains(s))
                                                .orElse(true));
    }

    private List<Sensor> members(String group) {
        return site.groups().getOrDefault(group, List.of());
    }

    private static <T> List<Optional<T>> options(List<T> list) {
        return list.stream().map(Optional::of).toList();
    }

    // Cells ---------------------------------------------------------------------------------------

    private String cell(String field, Place at) {
        return switch (field) {
            case "class" -> text(at.flowClass, FlowClass::name);
            case "type" -> text(at.type, Flowtype::type);
            case "flowtype" -> text(at.type, Flowtype::name);
            case "id-flowtype" -> text(at.type, t -> Integer.toString(t.id()));
            case "sensor" -> text(at.sensor, Sensor::name);
            case "id-sensor" -> text(at.sensor, s -> Integer.toString(s.id()));
            case "describe-sensor" -> text(at.sensor, Sensor::description);
            case "group" -> at.group.orElse("");
            case "default-class" -> text(at.flowClass.filter(this::isDefault), FlowClass::name);
            case "default-type" -> text(at.type.filter(this::isDefault), Flowtype::type);
            case "mark-defaults" -> at.hasClass() ? marks(at) : UNMARKED;
            case "repo-file-count", "repo-start-date", "repo-end-date" -> repository(field, at);
            default -> String.join(listDelimiter.isEmpty() ? " " : listDelimiter, list(field, at));
        };
    }

    private static <T> String text(Optional<T> of, Function<T, String> text) {
        return of.map(text).orElse("");
    }

    private boolean isDefault(FlowClass c) {
        return site.defaultClass().equals(Optional.of(c));
    }

    private boolean isDefault(Flowtype t) {
        return site.classes().stream().anyMatch(c -> c.defaultTypes().contains(t));
    }

    private String marks(Place at) {
        boolean c = at.flowClass.filter(this::isDefault).isPresent();
        boolean t = at.type.filter(this::isDefault).isPresent();
        return (c ? "+" : " ") + (t ? "*" : " ");
    }

    /// The items of a list. Classes are those of the sensor or group, whatever the class and type;
    /// groups those of the sensor, whatever the class; sensors of a class come whatever the group.
    private List<String> list(String field, Place at) {
        return switch (field) {
            case "class:list" -> listedClasses(at).stream().map(FlowClass::name).toList();
            case "default-class:list" -> site.defaultClass().stream().map(FlowClass::name).toList();
            case "type:list" -> listedTypes(at).stream().map(Flowtype::type).toList();
            case "flowtype:list" -> listedTypes(at).stream().map(Flowtype::name).toList();
            case "id-flowtype:list" ->
                    listedTypes(at).stream().map(t -> Integer.toString(t.id())).toList();
            case "default-type:list" ->
                    listedClass(at).stream()
                            .flatMap(c -> c.defaultTypes().stream())
                            .filter(t -> at.type.map(t::equals).orElse(true))
                            .filter(t -> isShown(t, withoutGroup(at)))
                            .map(Flowtype::type)
                            .toList();
            case "sensor:list" -> listedSensors(at).stream().map(Sensor::name).toList();
            case "id-sensor:list" ->
                    listedSensors(at).stream().map(s -> Integer.toString(s.id())).toList();
            default -> listedGroups(at);
        };
    }

    /// Where a class stands to the left it decides, not the group.
    private static Place withoutGroup(Place at) {
        return at.hasClass()
                ? new Place(at.bound, at.flowClass, at.type, at.sensor, Optional.empty())
                : at;
    }

    private List<FlowClass> listedClasses(Place at) {
        Place in = withoutGroup(at);
        return isNowhere(in)
                ? List.of()
                : site.classes().stream().filter(c -> wanted.shows(c) && holds(c, in)).toList();
    }

    /// The class to the left, or all that are shown.
    private List<FlowClass> listedClass(Place at) {
        return at.flowClass.isPresent() ? at.flowClass.stream().toList() : listedClasses(at);
    }

    private List<Flowtype> listedTypes(Place at) {
        Place in = withoutGroup(at);
        if (at.type.isPresent()) {
            return at.type.stream().toList();
        }
        if (at.flowClass.isPresent()) {
            return at.flowClass.stream()
                    .flatMap(c -> c.types().stream())
                    .filter(t -> isShown(t, in))
                    .toList();
        }
        return isNowhere(in)
                ? List.of()
                : site.flowtypes().stream().filter(t -> isShown(t, in)).toList();
    }

    private List<Sensor> listedSensors(Place at) {
        Place in = withoutGroup(at);
        return ordered(in).stream().filter(s -> isShown(s, in)).toList();
    }

    private List<String> listedGroups(Place at) {
        if (at.group.isPresent()) {
            return at.group.stream().toList();
        }
        Place in = at.sensor.isPresent() ? NOWHERE.atSensor(at.sensor) : NOWHERE;
        return groups(in);
    }

    // Repository ----------------------------------------------------------------------------------

    /// Files are limited by the class, type and sensor that the row shows, never by the group.
    private String repository(String field, Place at) {
        if (!at.hasClass() && !at.has(Kind.SENSOR)) {
            return files.tell(field);
        }
        Set<Flowtype> types =
                at.type.isPresent()
                        ? Set.of(at.type.get())
                        : at.flowClass.isPresent()
                                ? Set.copyOf(at.flowClass.get().types())
                                : Set.copyOf(site.flowtypes());
        return files.tell(
                field,
                key ->
                        types.contains(key.flowtype())
                                && at.sensor.map(s -> s.name().equals(key.sensor())).orElse(true)
                                && site.flowClass(key.flowtype().className()).stream()
                                        .flatMap(c -> c.sensors().stream())
                                        .anyMatch(s -> s.name().equals(key.sensor())));
    }
}
