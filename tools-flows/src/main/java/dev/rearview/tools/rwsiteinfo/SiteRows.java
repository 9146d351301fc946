package dev.rearview.tools.rwsiteinfo;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows: loops over what the fields are about, one in the other in the order of the fields.
///
/// Classes and groups come as in the site's configuration; types, default types and sensors as in
/// the block that a field to the left names, otherwise by number. Rows that look the same are not
/// merged.
final class SiteRows {
    private final Site site;
    private final Restrictions wanted;
    private final SiteView view;
    private final SiteCells cells;
    private final List<String> fields;
    private final List<Place.Kind> kinds = new ArrayList<>();

    SiteRows(
            Site site,
            Restrictions wanted,
            RepositoryFiles files,
            List<String> fields,
            String listDelimiter) {
        this.site = site;
        this.wanted = wanted;
        this.view = new SiteView(site, wanted);
        this.cells = new SiteCells(view, files, listDelimiter);
        this.fields = fields;
        for (String f : fields) {
            kind(f).filter(k -> !kinds.contains(k)).ifPresent(kinds::add);
        }
        if (fields.contains("default-type:list")
                && !kinds.contains(Place.Kind.CLASS)
                && !kinds.contains(Place.Kind.TYPE)) {
            kinds.add(Place.Kind.LISTING);
        }
    }

    private static Optional<Place.Kind> kind(String field) {
        return Optional.ofNullable(
                switch (field) {
                    case "class", "default-class" -> Place.Kind.CLASS;
                    case "type", "flowtype", "id-flowtype", "default-type" -> Place.Kind.TYPE;
                    case "sensor", "id-sensor", "describe-sensor" -> Place.Kind.SENSOR;
                    case "group" -> Place.Kind.GROUP;
                    default -> null;
                });
    }

    /// Whether rows are about a class, so that it can be marked.
    static boolean areMarked(List<String> fields) {
        return fields.stream()
                .flatMap(f -> kind(f).stream())
                .anyMatch(k -> k == Place.Kind.CLASS || k == Place.Kind.TYPE);
    }

    List<List<String>> all() {
        List<List<String>> out = new ArrayList<>();
        if (!fields.equals(List.of("mark-defaults"))) {
            nest(Place.NOWHERE, out);
        }
        return out;
    }

    private void nest(Place at, List<List<String>> out) {
        if (at.bound().size() == kinds.size()) {
            out.add(fields.stream().map(f -> cells.cell(f, at)).toList());
            return;
        }
        Place.Kind next = kinds.get(at.bound().size());
        switch (next) {
            case CLASS -> classes(at).forEach(c -> nest(at.inClass(next, c), out));
            case LISTING ->
                    site.classes().stream()
                            .filter(wanted::shows)
                            .filter(c -> at.sensor().map(c.sensors()::contains).orElse(true))
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
            case GROUP -> view.groups(at).forEach(g -> nest(at.inGroup(g), out));
        }
    }

    /// Whether the first field of a kind is the one about defaults, which alone then make rows.
    private boolean isLedBy(String defaults, Place.Kind kind) {
        return fields.stream()
                .filter(f -> kind(f).equals(Optional.of(kind)))
                .findFirst()
                .equals(Optional.of(defaults));
    }

    private List<Optional<FlowClass>> classes(Place at) {
        if (at.has(Place.Kind.TYPE) || view.isNowhere(at)) {
            return List.of(at.flowClass());
        }
        if (isLedBy("default-class", Place.Kind.CLASS)) {
            return site.defaultClass().stream()
                    .filter(c -> !fields.contains("class") || wanted.shows(c))
                    .filter(c -> view.holds(c, at))
                    .map(Optional::of)
                    .toList();
        }
        return options(
                site.classes().stream().filter(c -> wanted.shows(c) && view.holds(c, at)).toList());
    }

    private List<Optional<Flowtype>> types(Place at) {
        if (view.isNowhere(at)) {
            return List.of(Optional.empty());
        }
        boolean defaults = isLedBy("default-type", Place.Kind.TYPE);
        List<FlowClass> of =
                at.has(Place.Kind.CLASS)
                        ? at.flowClass().stream().toList()
                        : site.classes().stream().filter(wanted::shows).toList();
        List<Optional<Flowtype>> out = new ArrayList<>();
        if (defaults || at.has(Place.Kind.CLASS)) {
            for (FlowClass c : of) {
                List<Flowtype> types = defaults ? c.defaultTypes() : c.types();
                if (types.isEmpty()) {
                    out.add(Optional.empty());
                }
                types.stream().filter(t -> view.isShown(t, at)).map(Optional::of).forEach(out::add);
            }
            return out;
        }
        return options(site.flowtypes().stream().filter(t -> view.isShown(t, at)).toList());
    }

    /// Sensors in the order of the class or group that stands next to the left, otherwise by
    /// number.
    private List<Optional<Sensor>> sensors(Place at) {
        if (at.group().map(g -> view.members(g).isEmpty()).orElse(false)) {
            return List.of(Optional.empty());
        }
        return options(view.ordered(at).stream().filter(s -> view.isShown(s, at)).toList());
    }

    private static <T> List<Optional<T>> options(List<T> list) {
        return list.stream().map(Optional::of).toList();
    }
}
