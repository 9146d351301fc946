package dev.rearview.site;

import dev.rearview.site.Lexer.Line;
import dev.rearview.site.PackingLogic.StandardType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Checks what can be said of sensor.conf, and of silk.conf beside it, only when all of it is
/// known: whether flows would be lost for want of a type, a sensor or a host, and whether probes
/// can be told apart.
final class ConfigChecks {
    /// Names in a message.
    private static final int MAX_NAMES = 10;

    private record Named(Place place, String keyword, String probe) {}

    private final Site site;
    private final PackingLogic logic;
    private final SensorConf.Surroundings around;
    private final Problems problems;
    // Probes whose blocks are wrong are in the first only.
    private final Map<String, Place> defined = new LinkedHashMap<>();
    private final Map<String, Place> whole = new HashMap<>();
    private final List<Named> named = new ArrayList<>();
    private final Map<Sensor, Place> sensorPlaces = new LinkedHashMap<>();
    private final Map<String, Set<InetAddress>> addresses = new HashMap<>();

    ConfigChecks(Site site, PackingLogic logic, SensorConf.Surroundings around, Problems problems) {
        this.site = site;
        this.logic = logic;
        this.around = around;
        this.problems = problems;
    }

    /// Takes note of the beginning of a probe block.
    ///
    /// @return where there was one of this name before
    Optional<Place> define(String probe, Place place) {
        return Optional.ofNullable(defined.putIfAbsent(probe, place));
    }

    /// Takes note of a probe block that is right in itself.
    void probe(Probe probe, Place place) {
        whole.put(probe.name(), place);
    }

    /// Takes note of a sensor block.
    void sensor(Sensor sensor, Place place) {
        sensorPlaces.putIfAbsent(sensor, place);
    }

    /// Takes note of a statement that names probes.
    void named(Line l) {
        String keyword = l.first().substring(0, l.first().lastIndexOf('-'));
        for (String probe : l.words().subList(1, l.count())) {
            named.add(new Named(l.place(), keyword, probe));
        }
    }

    void check(List<Probe> probes) {
        types();
        references(probes);
        sensorPlaces.forEach(this::membership);
        for (Probe p : probes) {
            hosts(p);
            if (p.readFromFile().isPresent()) {
                problems.warning(
                        placeOf(p),
                        "probe '%s': read-from-file receives nothing; use poll-directory"
                                .formatted(p.name()));
            }
        }
        for (int i = 0; i < probes.size(); i++) {
            for (Probe other : probes.subList(0, i)) {
                shared(probes.get(i), other);
            }
        }
    }

    /// What makes flows get lost: an error, unless the user wants it so.
    private void loss(Place place, String message) {
        if (around.isLenient()) {
            problems.warning(place, message);
        } else {
            problems.error(place, message);
        }
    }

    private Place placeOf(Probe p) {
        return Objects.requireNonNull(whole.get(p.name()));
    }

    // silk.conf -----------------------------------------------------------------------------------

    private void types() {
        Optional<FlowClass> packing = site.packingClass();
        if (packing.isEmpty()) {
            problems.reading(site.begin().file());
            problems.error(
                    site.begin(),
                    "no class is defined; add 'class all' with the names of its sensors and"
                            + logic.linesFor(List.of(), List.of()));
            return;
        }
        FlowClass c = packing.get();
        List<String> has = c.types().stream().map(Flowtype::type).toList();
        List<String> missing =
                logic.standardTypes().stream()
                        .filter(StandardType::isUsed)
                        .map(StandardType::type)
                        .filter(t -> !has.contains(t))
                        .toList();
        if (!missing.isEmpty()) {
            Place place = site.placeOf(c).orElse(site.begin());
            problems.reading(place.file());
            loss(
                    place,
                    "class '"
                            + c.name()
                            + "' lacks types that the packing logic "
                            + logic.label()
                            + " gives to flows ("
                            + String.join(", ", missing)
                            + "), which would be lost; add to its block:"
                            + logic.linesFor(has, site.flowtypes()));
        }
    }

    private void membership(Sensor sensor, Place place) {
        Optional<FlowClass> packing = site.packingClass();
        if (packing.isPresent() && !packing.get().sensors().contains(sensor)) {
            loss(
                    place,
                    "sensor '"
                            + sensor.name()
                            + "' is not in class '"
                            + packing.get().name()
                            + "' of the site configuration, so that no query would find its flows;"
                            + " add it to 'sensors' at "
                            + site.placeOf(packing.get()).orElse(site.begin()));
        }
    }

    // Probes and sensors --------------------------------------------------------------------------

    private void references(List<Probe> probes) {
        Map<String, Probe> byName = new HashMap<>();
        probes.forEach(p -> byName.put(p.name(), p));
        Set<String> mentioned = new HashSet<>();
        for (Named n : named) {
            mentioned.add(n.probe);
            Probe p = byName.get(n.probe);
            if (p == null && !defined.containsKey(n.probe)) {
                loss(n.place, "probe '" + n.probe + "' is not defined; " + known());
            } else if (p != null && !isNamedBy(p, n.keyword)) {
                String type = p.type().keyword();
                loss(
                        n.place,
                        "probe '%s' is of type %s: name it by '%s-probes %s'"
                                .formatted(n.probe, type, type, n.probe));
            }
        }
        for (Probe p : probes) {
            if (!mentioned.contains(p.name())) {
                loss(
                        placeOf(p),
                        ("no sensor names probe '%s', all of whose flows would be lost; add"
                                        + " '%s-probes %s' to a sensor block")
                                .formatted(p.name(), p.type().keyword(), p.name()));
            }
        }
    }

    private static boolean isNamedBy(Probe p, String keyword) {
        return Arrays.stream(Probe.Type.values())
                .anyMatch(t -> t.keyword().equals(keyword) && p.type().isNamedBy(t));
    }

    private String known() {
        List<String> names = List.copyOf(defined.keySet());
        if (names.isEmpty()) {
            return "no probe is";
        }
        boolean all = names.size() <= MAX_NAMES;
        return "defined: "
                + String.join(", ", all ? names : names.subList(0, MAX_NAMES))
                + (all ? "" : " and " + (names.size() - MAX_NAMES) + " more");
    }

    // Hosts ---------------------------------------------------------------------------------------

    private void hosts(Probe p) {
        for (String host : new TreeSet<>(p.acceptFrom())) {
            if (addresses(host).isEmpty()) {
                loss(
                        placeOf(p),
                        ("probe '%s': host '%s' of accept-from-host has no address, all that it"
                                        + " sends would be lost; correct the name, or give its address")
                                .formatted(p.name(), host));
            }
        }
        if (p.listenAs().isPresent() && addresses(p.listenAs().get()).isEmpty()) {
            problems.error(
                    placeOf(p),
                    ("probe '%s': host '%s' of listen-as-host has no address to listen on;"
                                    + " correct the name, or give its address")
                            .formatted(p.name(), p.listenAs().get()));
        }
    }

    /// The addresses of a host, looked up once; none if it is unknown.
    private Set<InetAddress> addresses(String host) {
        return addresses.computeIfAbsent(
                host,
                h -> {
                    try {
                        return Set.copyOf(Arrays.asList(around.hosts().addresses(h)));
                    } catch (UnknownHostException e) {
                        return Set.of();
                    }
                });
    }

    private Set<InetAddress> addresses(List<String> hosts) {
        Set<InetAddress> out = new HashSet<>();
        hosts.forEach(h -> out.addAll(addresses(h)));
        return out;
    }

    // Probes that share something -----------------------------------------------------------------

    /// @param b that stands above a
    private void shared(Probe a, Probe b) {
        if (a.pollDirectory().isPresent() && a.pollDirectory().equals(b.pollDirectory())) {
            problems.error(placeOf(a), pair(a, b) + " poll the same directory: give each its own");
        }
        if (a.port() == 0 || a.port() != b.port() || a.tcp() != b.tcp()) {
            return;
        }
        String port = " on port " + a.port() + (a.tcp() ? "/tcp" : "/udp");
        if (!a.listenAs().equals(b.listenAs())) {
            if (a.listenAs().isEmpty() || b.listenAs().isEmpty()) {
                problems.error(
                        placeOf(a),
                        pair(a, b)
                                + " listen"
                                + port
                                + ", one of them at all addresses of this machine: give both"
                                + " listen-as-host, or neither");
            } else if (haveCommon(addresses(a.listenAs().get()), addresses(b.listenAs().get()))) {
                problems.error(
                        placeOf(a),
                        pair(a, b)
                                + " listen"
                                + port
                                + " at one address by two names: give both the same"
                                + " listen-as-host");
            }
            return;
        }
        List<String> formats =
                a.type().formats().stream()
                        .filter(b.type().formats()::contains)
                        .map(ExportFormat::label)
                        .toList();
        if (!formats.isEmpty() && !haveHostsOfTheirOwn(a, b)) {
            problems.error(
                    placeOf(a),
                    pair(a, b)
                            + " both take "
                            + String.join(", ", formats)
                            + port
                            + " and nothing tells them apart: give each an accept-from-host of its"
                            + " own, or another port");
        }
    }

    private String pair(Probe a, Probe b) {
        return "probe '%s' and probe '%s' (%s)".formatted(a.name(), b.name(), placeOf(b));
    }

    private boolean haveHostsOfTheirOwn(Probe a, Probe b) {
        return !a.acceptFrom().isEmpty()
                && !b.acceptFrom().isEmpty()
                && !haveCommon(Set.copyOf(a.acceptFrom()), Set.copyOf(b.acceptFrom()))
                && !haveCommon(addresses(a.acceptFrom()), addresses(b.acceptFrom()));
    }

    private static <T> boolean haveCommon(Set<T> a, Set<T> b) {
        return a.stream().anyMatch(b::contains);
    }
}
