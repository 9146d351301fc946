package dev.rearview.tools.rwsiteinfo;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The cells of a row: what each field says of the place that the loops have come to.
final class SiteCells {
    private static final String UNMARKED = "  ";

    private final Site site;
    private final SiteView view;
    private final RepositoryFiles files;
    private final String listDelimiter;

    SiteCells(SiteView view, RepositoryFiles files, String listDelimiter) {
        this.site = view.site();
        this.view = view;
        this.files = files;
        this.listDelimiter = listDelimiter;
    }

    String cell(String field, Place at) {
        return switch (field) {
            case "class" -> text(at.flowClass(), FlowClass::name);
            case "type" -> text(at.type(), Flowtype::type);
            case "flowtype" -> text(at.type(), Flowtype::name);
            case "id-flowtype" -> text(at.type(), t -> Integer.toString(t.id()));
            case "sensor" -> text(at.sensor(), Sensor::name);
            case "id-sensor" -> text(at.sensor(), s -> Integer.toString(s.id()));
            case "describe-sensor" -> text(at.sensor(), Sensor::description);
            case "group" -> at.group().orElse("");
            case "default-class" -> text(at.flowClass().filter(this::isDefault), FlowClass::name);
            case "default-type" -> text(at.type().filter(this::isDefault), Flowtype::type);
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
        boolean c = at.flowClass().filter(this::isDefault).isPresent();
        boolean t = at.type().filter(this::isDefault).isPresent();
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
                            .filter(t -> at.type().map(t::equals).orElse(true))
                            .filter(t -> view.isShown(t, withoutGroup(at)))
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
                ? new Place(at.bound(), at.flowClass(), at.type(), at.sensor(), Optional.empty())
                : at;
    }

    private List<FlowClass> listedClasses(Place at) {
        Place in = withoutGroup(at);
        return view.isNowhere(in)
                ? List.of()
                : site.classes().stream().filter(c -> view.shows(c) && view.holds(c, in)).toList();
    }

    /// The class to the left, or all that are shown.
    private List<FlowClass> listedClass(Place at) {
        return at.flowClass().isPresent() ? at.flowClass().stream().toList() : listedClasses(at);
    }

    private List<Flowtype> listedTypes(Place at) {
        Place in = withoutGroup(at);
        if (at.type().isPresent()) {
            return at.type().stream().toList();
        }
        if (at.flowClass().isPresent()) {
            return at.flowClass().stream()
                    .flatMap(c -> c.types().stream())
                    .filter(t -> view.isShown(t, in))
                    .toList();
        }
        return view.isNowhere(in)
                ? List.of()
                : site.flowtypes().stream().filter(t -> view.isShown(t, in)).toList();
    }

    private List<Sensor> listedSensors(Place at) {
        Place in = withoutGroup(at);
        return view.ordered(in).stream().filter(s -> view.isShown(s, in)).toList();
    }

    private List<String> listedGroups(Place at) {
        if (at.group().isPresent()) {
            return at.group().stream().toList();
        }
        Place in = at.sensor().isPresent() ? Place.NOWHERE.atSensor(at.sensor()) : Place.NOWHERE;
        return view.groups(in);
    }

    /// Files are limited by the class, type and sensor that the row shows, never by the group.
    private String repository(String field, Place at) {
        if (!at.hasClass() && !at.has(Place.Kind.SENSOR)) {
            return files.tell(field);
        }
        Set<Flowtype> types =
                at.type().isPresent()
                        ? Set.of(at.type().get())
                        : at.flowClass().isPresent()
                                ? Set.copyOf(at.flowClass().get().types())
                                : Set.copyOf(site.flowtypes());
        return files.tell(
                field,
                key ->
                        types.contains(key.flowtype())
                                && at.sensor().map(s -> s.name().equals(key.sensor())).orElse(true)
                                && site.flowClass(key.flowtype().className()).stream()
                                        .flatMap(c -> c.sensors().stream())
                                        .anyMatch(s -> s.name().equals(key.sensor())));
    }
}
