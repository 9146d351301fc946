package dev.rearview.site;

import dev.rearview.site.Lexer.Mistake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads silk.conf. A line that is wrong does not keep the others from being looked at.
public final class SilkConf {
    private static final int MAX_INCLUDES = 16;
    private static final int MAX_SENSOR_ID = 65534;
    private static final int MAX_FLOWTYPE_ID = 254;

    private static final class ClassBlock {
        final String name;
        final Place place;
        final LinkedHashMap<Integer, Sensor> sensors = new LinkedHashMap<>();
        final List<Flowtype> types = new ArrayList<>();
        final List<Flowtype> defaults = new ArrayList<>();

        ClassBlock(String name, Place place) {
            this.name = name;
            this.place = place;
        }
    }

    private final TreeMap<Integer, Sensor> sensors = new TreeMap<>();
    private final Map<String, Sensor> sensorsByName = new LinkedHashMap<>();
    private final Map<String, ClassBlock> classes = new LinkedHashMap<>();
    private final Map<String, List<Sensor>> groups = new LinkedHashMap<>();
    private final Map<Integer, Flowtype> flowtypes = new TreeMap<>();
    private @Nullable String defaultClass;
    private PathFormat pathFormat = PathFormat.DEFAULT;
    private String packingLogic = "";
    private int version;
    private @Nullable ClassBlock inClass;
    private @Nullable List<Sensor> inGroup;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Problems problems = new Problems();
    // Sensors whose lines are wrong: what names them is not wrong, too.
    private final List<String> brokenSensors = new ArrayList<>();

    private SilkConf() {}

    /// Reads a site configuration and the files it includes.
    ///
    /// @throws ConfigException naming file, line and what was expected, for each line that is wrong
    public static Site read(Path file) throws IOException {
        SilkConf conf = new SilkConf();
        conf.places.put("", new Place(file, 1));
        conf.file(file, 0);
        return conf.finish();
    }

    /// Whether a site configuration includes no other files, so that a copy of it says the same.
    public static boolean isWhole(Path file) throws IOException {
        for (Lexer.Line l : Lexer.read(file, false, new Problems())) {
            if (l.count() > 0 && l.first().equals("include")) {
                return false;
            }
        }
        return true;
    }

    private Site finish() throws ConfigException {
        List<FlowClass> out = new ArrayList<>();
        for (ClassBlock c : classes.values()) {
            if (c.types.isEmpty()) {
                withoutTypes(c);
            }
            places.put(c.name, c.place);
            out.add(
                    new FlowClass(
                            out.size(),
                            c.name,
                            List.copyOf(c.sensors.values()),
                            List.copyOf(c.types),
                            List.copyOf(c.defaults)));
        }
        problems.end();
        Site.Sensors all = new Site.Sensors(sensors, groups);
        return new Site(all, out, defaultClass, pathFormat, packingLogic, places);
    }

    private void withoutTypes(ClassBlock c) {
        PackingLogic logic = PackingLogic.TWOWAY;
        try {
            logic = PackingLogic.named(packingLogic);
        } catch (IllegalArgumentException e) {
            // Of another one nothing is known.
        }
        problems.error(
                c.place,
                "class '"
                        + c.name
                        + "' has no types; for the packing logic "
                        + logic.label()
                        + " add to its block:"
                        + logic.linesFor(List.of(), flowtypes.values()));
    }

    private void file(Path path, int depth) throws IOException {
        for (Lexer.Line l : Lexer.read(path, false, problems)) {
            if (l.words().isEmpty()) {
                continue;
            }
            try {
                command(l, depth);
            } catch (Mistake e) {
                problems.error(l.place(), e.message());
            }
        }
        // A block that is still open at the end of the file counts as ended, as in SiLK.
    }

    private void command(Lexer.Line l, int depth) throws IOException, Mistake {
        ClassBlock c = inClass;
        List<Sensor> g = inGroup;
        if (c != null) {
            if (l.ends("class")) {
                inClass = null;
            } else {
                classCommand(c, l);
            }
        } else if (g != null) {
            if (l.ends("group")) {
                inGroup = null;
            } else {
                groupCommand(g, l);
            }
        } else {
            topCommand(l, depth);
        }
    }

    private void groupCommand(List<Sensor> g, Lexer.Line l) throws Mistake {
        if (!l.first().equals("sensors")) {
            throw new Mistake("expected 'sensors' or 'end group', not " + l.first());
        }
        for (Sensor s : named(l)) {
            if (!g.contains(s)) {
                g.add(s);
            }
        }
    }

    private void topCommand(Lexer.Line l, int depth) throws IOException, Mistake {
        switch (l.first()) {
            case "class" -> beginClass(l);
            case "group" -> {
                String group = name(l, "group");
                inGroup = groups.computeIfAbsent(group, k -> new ArrayList<>());
            }
            case "default-class" -> {
                String name = l.one("class name");
                if (!classes.containsKey(name)) {
                    throw new Mistake("default-class '" + name + "' is not defined");
                }
                defaultClass = name;
            }
            case "include" -> file(l.included(depth, MAX_INCLUDES), depth + 1);
            case "packing-logic" -> packingLogic = l.one("path");
            case "path-format" -> {
                try {
                    pathFormat = new PathFormat(l.one("format"));
                } catch (IllegalArgumentException e) {
                    throw new Mistake(String.valueOf(e.getMessage()));
                }
            }
            case "sensor" -> sensor(l);
            case "version" -> {
                int v = Lexer.number(l.one("version"), 0, 2, "version");
                if (v == 0 || (version != 0 && version != v)) {
                    throw new Mistake("version must be 1 or 2, and given once");
                }
                version = v;
            }
            default -> throw new Mistake("unknown command '" + l.first() + "'");
        }
    }

    private void beginClass(Lexer.Line l) throws Mistake {
        // Where its name is wrong, what stands in it need not be.
        inClass = new ClassBlock("", l.place());
        String name = name(l, "class");
        inClass = classes.computeIfAbsent(name, n -> new ClassBlock(n, l.place()));
    }

    private void sensor(Lexer.Line l) throws Mistake {
        if (l.count() > 2) {
            brokenSensors.add(l.words().get(2));
        }
        int id = Lexer.number(l.word(1, 3, "sensor id"), 0, MAX_SENSOR_ID, "sensor id");
        String name = l.word(2, 3, "sensor name");
        if (name.length() > 64 || !name.matches("[A-Za-z][^\\s_/\\\\'\"\\p{Cntrl}]*")) {
            throw new Mistake(
                    "sensor name '"
                            + name
                            + "' must start with a letter and hold no blank, '_', '/' or quote");
        }
        String description = l.count() > 3 ? l.words().get(3) : "";
        if (l.count() > 3 && version == 1) {
            throw new Mistake("a sensor description needs 'version 2'");
        }
        if (sensors.containsKey(id) || sensorsByName.containsKey(name)) {
            throw new Mistake("sensor " + id + " or name '" + name + "' is already defined");
        }
        Sensor s = new Sensor(id, name, description);
        sensors.put(id, s);
        sensorsByName.put(name, s);
        brokenSensors.removeLast();
    }

    private void classCommand(ClassBlock c, Lexer.Line l) throws Mistake {
        switch (l.first()) {
            case "sensors" -> named(l).forEach(s -> c.sensors.putIfAbsent(s.id(), s));
            case "type" -> {
                int id = Lexer.number(l.word(1, 3, "type id"), 0, MAX_FLOWTYPE_ID, "type id");
                String type = checkName(l.word(2, 3, "type name"), "type");
                String flowtype =
                        checkName(l.count() > 3 ? l.words().get(3) : c.name + type, "flowtype");
                boolean taken =
                        flowtypes.containsKey(id)
                                || flowtypes.values().stream()
                                        .anyMatch(t -> t.name().equals(flowtype))
                                || c.types.stream().anyMatch(t -> t.type().equals(type));
                if (taken) {
                    throw new Mistake("type " + id + " '" + type + "' is already defined");
                }
                Flowtype t = new Flowtype(id, flowtype, type, c.name);
                flowtypes.put(id, t);
                c.types.add(t);
            }
            case "default-types" -> {
                for (String type : l.words().subList(1, l.count())) {
                    Flowtype found =
                            c.types.stream()
                                    .filter(t -> t.type().equals(type))
                                    .findFirst()
                                    .orElseThrow(() ->
                                            new Mistake(
                                                    "class '"
                                                            + c.name
                                                            + "' has no type '"
                                                            + type
                                                            + "'"));
                    if (!c.defaults.contains(found)) {
                        c.defaults.add(found);
                    }
                }
            }
            default -> throw new Mistake("unknown command '" + l.first() + "' in a class block");
        }
    }

    private List<Sensor> named(Lexer.Line l) throws Mistake {
        List<Sensor> out = new ArrayList<>();
        for (String name : l.words().subList(1, l.count())) {
            if (name.startsWith("@")) {
                List<Sensor> group = groups.get(name.substring(1));
                if (group == null) {
                    throw new Mistake("unknown group '" + name + "'");
                }
                out.addAll(group);
                continue;
            }
            Sensor s = sensorsByName.get(name);
            if (s == null && brokenSensors.contains(name)) {
                continue;
            }
            if (s == null) {
                throw new Mistake("unknown sensor '" + name + "'");
            }
            out.add(s);
        }
        return out;
    }

    private String name(Lexer.Line l, String what) throws Mistake {
        return checkName(l.one(what + " name"), what);
    }

    private String checkName(String name, String what) throws Mistake {
        if (name.length() > 32 || !name.matches("[A-Za-z][^\\s/\\\\'\"\\p{Cntrl}]*")) {
            throw new Mistake(
                    what
                            + " name '"
                            + name
                            + "' must start with a letter, have at most 32 characters"
                            + " and hold no blank, '/' or quote");
        }
        return name;
    }
}
