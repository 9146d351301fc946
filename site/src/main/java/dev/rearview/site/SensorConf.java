package dev.rearview.site;

import dev.rearview.sets.IpSet;
import dev.rearview.site.Lexer.Line;
import dev.rearview.site.Lexer.Mistake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads sensor.conf: probes, groups and sensors. A line that is wrong does not keep the others
/// from being looked at.
public final class SensorConf {
    private static final int MAX_INCLUDES = 8;

    /// Loads an IP set file.
    @FunctionalInterface
    public interface SetLoader {
        IpSet load(Path path) throws IOException;
    }

    /// Looks up the addresses of a host.
    @FunctionalInterface
    public interface HostLookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /// What reading needs of the world.
    ///
    /// @param isLenient whether flows may be lost by what a configuration leaves out: types, probes
    ///   and hosts that are missing are then warned of
    public record Surroundings(SetLoader sets, HostLookup hosts, boolean isLenient) {}

    /// What a configuration says.
    ///
    /// @param probes in order of appearance
    /// @param sensors in order of appearance
    /// @param warnings what may be wrong, each with file and line
    public record Result(List<Probe> probes, List<SensorBlock> sensors, List<String> warnings) {
        public Result(List<Probe> probes, List<SensorBlock> sensors) {
            this(probes, sensors, List.of());
        }

        /// The sensor blocks that a probe feeds, in order.
        public List<SensorBlock> sensorsOf(Probe probe) {
            return sensors.stream().filter(s -> s.isFedBy(probe)).toList();
        }
    }

    private final Site site;
    private final PackingLogic logic;
    private final Lists lists;
    private final SensorStatements statements;
    private final Problems problems = new Problems();
    private final ConfigChecks checks;
    private final List<Probe> probes = new ArrayList<>();
    private final List<SensorBlock> sensors = new ArrayList<>();
    // At most one of the three is set.
    private @Nullable ProbeBlock inProbe;
    private Lists.@Nullable Group inGroup;
    private @Nullable SensorBlock inSensor;
    private Place blockBegin;
    // Something in the block is wrong: as a whole it is not looked at.
    private boolean blockIsBroken;
    // After a line that begins nothing, what it was meant to begin is passed over.
    private boolean isSkipping;
    private Place last;

    private SensorConf(Path file, Site site, PackingLogic logic, Surroundings around) {
        this.site = site;
        this.logic = logic;
        this.lists = new Lists(around.sets);
        this.statements = new SensorStatements(lists);
        this.checks = new ConfigChecks(site, logic, around, problems);
        this.blockBegin = new Place(file, 1);
        this.last = blockBegin;
    }

    /// Reads a configuration by which nothing is lost for want of a type, probe or host.
    ///
    /// @throws ConfigException naming file, line and what was expected
    public static Result read(Path file, Site site, PackingLogic logic, SetLoader sets)
            throws IOException {
        return read(file, site, logic, new Surroundings(sets, InetAddress::getAllByName, false));
    }

    /// Reads a configuration and the files it includes. One without probes is none: it would take
    /// nothing in, and is most often a file that is just being written.
    ///
    /// @throws ConfigException naming file, line and what was expected, for each line that is wrong
    public static Result read(Path file, Site site, PackingLogic logic, Surroundings around)
            throws IOException {
        SensorConf conf = new SensorConf(file, site, logic, around);
        conf.file(file, 0);
        if (conf.probes.isEmpty() && !conf.problems.hasErrors()) {
            conf.problems.error(conf.last, "no probe is defined");
        }
        conf.checks.check(conf.probes);
        conf.problems.end();
        return new Result(
                List.copyOf(conf.probes), List.copyOf(conf.sensors), conf.problems.warnings());
    }

    private void file(Path path, int depth) throws IOException {
        Place begin = new Place(path, 1);
        for (Line l : Lexer.read(path, true, problems)) {
            last = l.place();
            if (l.words().isEmpty()) {
                unreadable();
                continue;
            }
            try {
                statement(l, depth);
            } catch (Mistake e) {
                problems.error(l.place(), e.message());
                blockIsBroken = true;
            }
        }
        if (isInBlock()) {
            problems.error(
                    last.file().equals(path) ? last : begin,
                    "expected 'end "
                            + blockKind()
                            + "' before the end of the file, for the block of line "
                            + blockBegin.line());
            leave();
        }
        isSkipping = false;
    }

    private void unreadable() {
        blockIsBroken = true;
        isSkipping = !isInBlock();
    }

    private boolean isInBlock() {
        return inProbe != null || inGroup != null || inSensor != null;
    }

    private String blockKind() {
        return inProbe != null ? "probe" : inGroup != null ? "group" : "sensor";
    }

    private void leave() {
        inProbe = null;
        inGroup = null;
        inSensor = null;
    }

    private static boolean begins(Line l) {
        return switch (l.first()) {
            case "probe", "group", "sensor", "include" -> true;
            default -> false;
        };
    }

    private void statement(Line l, int depth) throws IOException, Mistake {
        if (isInBlock() && begins(l)) {
            problems.error(
                    l.place(),
                    "expected 'end "
                            + blockKind()
                            + "' before this line, for the block of line "
                            + blockBegin.line());
            leave();
        }
        ProbeBlock p = inProbe;
        Lists.Group g = inGroup;
        SensorBlock s = inSensor;
        if (p != null) {
            probe(p, l);
        } else if (g != null) {
            group(g, l);
        } else if (s != null) {
            sensor(s, l);
        } else {
            top(l, depth);
        }
    }

    private void top(Line l, int depth) throws IOException, Mistake {
        if (!begins(l)) {
            if (!isSkipping) {
                isSkipping = !l.first().equals("end");
                throw new Mistake(
                        "expected 'probe', 'group', 'sensor' or 'include', not '"
                                + l.first()
                                + "'");
            }
            isSkipping = !l.first().equals("end");
            return;
        }
        isSkipping = true;
        if (l.first().equals("include")) {
            isSkipping = false;
            file(l.included(depth, MAX_INCLUDES), depth + 1);
            return;
        }
        blockBegin = l.place();
        blockIsBroken = false;
        switch (l.first()) {
            case "probe" -> beginProbe(l);
            case "group" -> inGroup = lists.begin(name(l.one("group name"), "group"));
            default -> beginSensor(l);
        }
        isSkipping = false;
    }

    private void beginProbe(Line l) throws Mistake {
        if (l.count() != 3) {
            throw new Mistake("expected 'probe NAME TYPE'");
        }
        String name = name(l.words().get(1), "probe");
        Optional<Place> before = checks.define(name, l.place());
        if (before.isPresent()) {
            throw new Mistake("probe '" + name + "' is already defined at " + before.get());
        }
        inProbe = new ProbeBlock(name, SensorStatements.type(l.words().get(2)), l.place());
    }

    private void beginSensor(Line l) throws Mistake {
        String name = l.one("sensor name");
        Optional<Sensor> known = site.sensor(name);
        // What a block says of probes counts, whatever its name.
        inSensor = new SensorBlock(known.orElseGet(() -> new Sensor(0, name, "")));
        if (known.isEmpty()) {
            throw new Mistake(
                    "sensor '"
                            + name
                            + "' is not defined in the site configuration; add 'sensor NUMBER "
                            + name
                            + "' to silk.conf, and its name to 'sensors' in the class");
        }
        checks.sensor(known.get(), l.place());
    }

    private static String name(String name, String what) throws Mistake {
        if (!name.matches("[A-Za-z][^\\s/]*")) {
            throw new Mistake(
                    what + " name '" + name + "' must start with a letter and hold no '/'");
        }
        return name;
    }

    private void probe(ProbeBlock p, Line l) throws Mistake {
        if (!l.ends("probe")) {
            p.statement(l);
            return;
        }
        inProbe = null;
        if (!blockIsBroken) {
            Probe probe = p.finish();
            probes.add(probe);
            checks.probe(probe, p.place());
        }
    }

    private void group(Lists.Group g, Line l) throws Mistake {
        if (blockIsBroken) {
            g.breakDown();
        }
        if (l.ends("group")) {
            inGroup = null;
        } else {
            lists.statement(g, l);
        }
    }

    private void sensor(SensorBlock s, Line l) throws Mistake {
        if (!l.ends("sensor")) {
            if (SensorStatements.namesProbes(l)) {
                checks.named(l);
            }
            statements.statement(s, l);
            return;
        }
        inSensor = null;
        if (blockIsBroken) {
            return;
        }
        Optional<String> problem = logic.check(s);
        if (problem.isPresent()) {
            throw new Mistake("sensor '" + s.sensor().name() + "': " + problem.get());
        }
        if (s.probes().isEmpty()) {
            problems.warning(
                    blockBegin,
                    "sensor '"
                            + s.sensor().name()
                            + "' names no probe: it gets no flows by this block");
        }
        sensors.add(s);
    }
}
