package dev.rearview.tools.rwsiteinfo;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.ListFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteNames;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.Nearest;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The switches that leave out classes, types, sensors and groups. They never change an order.
final class Restrictions {
    private final Env env;
    private Optional<String> classes = Optional.empty();
    private Optional<String> types = Optional.empty();
    private Optional<String> flowtypes = Optional.empty();
    private Optional<String> sensors = Optional.empty();
    private Optional<String> groups = Optional.empty();
    private Set<FlowClass> wantedClasses = Set.of();
    private Set<Flowtype> wantedTypes = Set.of();
    private Set<Sensor> wantedSensors = Set.of();
    private Set<String> wantedGroups = Set.of();
    private Set<Sensor> sensorsOfClasses = Set.of();

    Restrictions(Env env) {
        this.env = env;
    }

    void declare(Options o) {
        o.value(
                        "classes",
                        "LIST",
                        "Restrict to these classes; @ is the default",
                        v -> classes = Optional.of(v))
                .once();
        o.value(
                        "types",
                        "LIST",
                        "Restrict to these types; @ are the defaults",
                        v -> types = Optional.of(v))
                .once();
        o.value(
                        "flowtypes",
                        "LIST",
                        "Restrict to these class/type pairs",
                        v -> flowtypes = Optional.of(v))
                .once();
        o.value("sensors", "LIST", "Restrict to these sensors", v -> sensors = Optional.of(v))
                .once();
        o.value("groups", "LIST", "Restrict to these sensor groups", v -> groups = Optional.of(v))
                .once();
    }

    /// Looks up what the switches name; called once after parsing.
    void resolve(Site site) {
        if (flowtypes.isPresent() && (classes.isPresent() || types.isPresent())) {
            throw new ToolException("--flowtypes excludes --classes and --types");
        }
        wantedClasses = new LinkedHashSet<>(site.classes());
        wantedTypes = new LinkedHashSet<>(site.flowtypes());
        wantedSensors = new LinkedHashSet<>(site.sensors());
        wantedGroups = new LinkedHashSet<>(site.groups().keySet());
        if (classes.isPresent()) {
            wantedClasses = classSet(site, ListFiles.items(env, classes.get(), "classes"));
        }
        if (types.isPresent()) {
            wantedTypes = typeSet(ListFiles.items(env, types.get(), "types"));
        }
        if (flowtypes.isPresent()) {
            wantedTypes =
                    SiteNames.flowtypes(ListFiles.items(env, flowtypes.get(), "flowtypes"), site);
        }
        if (sensors.isPresent()) {
            wantedSensors = SiteNames.sensors(ListFiles.items(env, sensors.get(), "sensors"), site);
        }
        if (groups.isPresent()) {
            group(site, ListFiles.items(env, groups.get(), "groups"));
        }
        sensorsOfClasses = new HashSet<>();
        site.classes().stream()
                .filter(this::shows)
                .forEach(c -> sensorsOfClasses.addAll(c.sensors()));
    }

    private void group(Site site, List<String> items) {
        wantedGroups = new LinkedHashSet<>();
        Set<Sensor> members = new HashSet<>();
        for (String item : items) {
            List<Sensor> group = site.groups().get(item);
            if (group == null) {
                throw new ToolException(Nearest.unknown("group", item, site.groups().keySet()));
            }
            wantedGroups.add(item);
            members.addAll(group);
        }
        wantedSensors.retainAll(members);
    }

    private static Set<FlowClass> classSet(Site site, List<String> items) {
        Set<FlowClass> out = new LinkedHashSet<>();
        for (String item : items) {
            Optional<FlowClass> byDefault =
                    item.equals("@") ? site.defaultClass() : Optional.empty();
            out.add(byDefault.orElseGet(() -> SiteNames.flowClass(item, site)));
        }
        return out;
    }

    private Set<Flowtype> typeSet(List<String> items) {
        Set<Flowtype> out = new LinkedHashSet<>();
        for (String item : items) {
            boolean known = false;
            for (FlowClass c : wantedClasses) {
                for (Flowtype t : item.equals("@") ? c.defaultTypes() : c.types()) {
                    if (item.equals("@") || item.equals("all") || t.type().equals(item)) {
                        out.add(t);
                        known = true;
                    }
                }
            }
            if (!known) {
                throw new ToolException(
                        Nearest.unknown(
                                "type",
                                item,
                                wantedClasses.stream()
                                        .flatMap(c -> c.types().stream())
                                        .map(Flowtype::type)
                                        .toList()));
            }
        }
        return out;
    }

    /// Whether anything is left out.
    boolean isLimited() {
        return limitsClasses() || limitsSensors();
    }

    private boolean limitsClasses() {
        return classes.isPresent() || types.isPresent() || flowtypes.isPresent();
    }

    private boolean limitsSensors() {
        return sensors.isPresent() || groups.isPresent();
    }

    /// Whether a class is wanted, and has a type and a sensor that are.
    boolean shows(FlowClass c) {
        return wantedClasses.contains(c)
                && (!limitsClasses() || c.types().stream().anyMatch(wantedTypes::contains))
                && (!limitsSensors() || c.sensors().stream().anyMatch(wantedSensors::contains));
    }

    /// Whether a type is wanted, and its class too.
    boolean shows(Flowtype t) {
        return wantedTypes.contains(t)
                && wantedClasses.stream().anyMatch(c -> c.types().contains(t) && shows(c));
    }

    boolean has(Sensor s) {
        return wantedSensors.contains(s);
    }

    /// Whether a sensor is wanted, and belongs to a class that is where classes are limited.
    boolean shows(Sensor s) {
        return has(s) && (!limitsClasses() || sensorsOfClasses.contains(s));
    }

    boolean hasGroup(String name) {
        return wantedGroups.contains(name);
    }

    /// Whether groups are limited, and this is one that is wanted.
    boolean isGroupNamed(String name) {
        return groups.isPresent() && hasGroup(name);
    }
}
