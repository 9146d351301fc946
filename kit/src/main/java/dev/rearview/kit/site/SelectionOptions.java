package dev.rearview.kit.site;

import dev.rearview.engine.exec.Kept;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.Repository;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.ListFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Field;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.Nearest;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The switches that select files of the repository: class, types, sensors, dates, root.
public final class SelectionOptions {
    private static final int MISSING_CHARS = 1 << 15;

    private final Env env;
    private final SiteOption site;
    private Optional<String> className = Optional.empty();
    private Optional<String> types = Optional.empty();
    private Optional<String> flowtypes = Optional.empty();
    private Optional<String> sensors = Optional.empty();
    private Optional<TimeText.Moment> start = Optional.empty();
    private Optional<TimeText.Moment> end = Optional.empty();
    private boolean printMissing;
    private final boolean ofAllTypes;
    private final StringBuilder missing = new StringBuilder();

    /// @param firstHourMs start of the first hour
    /// @param lastHourMs start of the last hour
    public record Hours(long firstHourMs, long lastHourMs) {}

    public SelectionOptions(Env env, SiteOption site) {
        this(env, site, false);
    }

    /// @param ofAllTypes whether flows of all types are meant where no switch names any
    public SelectionOptions(Env env, SiteOption site, boolean ofAllTypes) {
        this.env = env;
        this.site = site;
        this.ofAllTypes = ofAllTypes;
    }

    public void declare(Options options) {
        declareTypes(options);
        options.value(
                        "start-date",
                        "DATE",
                        "First hour, YYYY/MM/DD[:HH], YYYY-MM-DD[THH], today, yesterday, -7d, -3h; a day"
                                + " alone means the whole day",
                        v -> start = Optional.of(TimeText.parse(v)))
                .once();
        options.value(
                        "end-date",
                        "DATE",
                        "Last hour, as --start-date; now is this hour",
                        v -> end = Optional.of(TimeText.parse(v)))
                .once();
        site.declareRoot(options);
        options.flag(
                "print-missing-files",
                "Print the names of hourly files that do not exist on standard error",
                () -> printMissing = true);
    }

    /// The switches that say which flows, but for when, and where the repository is.
    public void declareTypes(Options options) {
        options.value(
                        "class",
                        "CLASS",
                        "Class of the flows; default from the site configuration",
                        v -> {
                            if (v.indexOf(',') >= 0) {
                                throw new IllegalArgumentException(
                                        "one class only; use --flowtypes for several");
                            }
                            className = Optional.of(SwitchValues.notEmpty(v, "name"));
                        })
                .once();
        options.value(
                        "types",
                        "LIST",
                        "Types of the flows, or all; default "
                                + (ofAllTypes ? "all" : "from the site configuration"),
                        v -> types = Optional.of(v))
                .once();
        options.value(
                        "flowtypes",
                        "LIST",
                        "Class/type pairs of the flows; either part may be all",
                        v -> flowtypes = Optional.of(v))
                .once();
        options.value(
                        "sensors",
                        "LIST",
                        "Sensors: names, numbers, ranges of numbers, groups; default all",
                        v -> sensors = Optional.of(v))
                .once();
    }

    /// Finds the files that the switches select, and tells of those that are missing.
    ///
    /// @param bad told of hours that cannot be listed
    public void forEachFile(Consumer<Repository.HourFile> found, Consumer<IOException> bad) {
        Hours hours = hours();
        Repository.Cursor cursor =
                repository().cursor(hours.firstHourMs(), hours.lastHourMs(), printMissing);
        while (true) {
            try {
                Repository.HourFile file = cursor.next();
                if (file == null) {
                    flushMissing();
                    return;
                }
                if (file.exists()) {
                    found.accept(file);
                } else {
                    tellMissing(file.name());
                }
            } catch (IOException e) {
                flushMissing();
                bad.accept(e);
            }
        }
    }

    /// Says, if that is wanted, that an hourly file does not exist: with the next ones, since there
    /// may be millions of them.
    public synchronized void tellMissing(String name) {
        if (printMissing) {
            missing.append("Missing ").append(name).append('\n');
            if (missing.length() > MISSING_CHARS) {
                flushMissing();
            }
        }
    }

    /// To be called before anything else is told, and at the end.
    public synchronized void flushMissing() {
        if (!missing.isEmpty()) {
            env.err().print(missing);
            env.err().flush();
            missing.setLength(0);
        }
    }

    /// Whether a switch that can only select files was given.
    public boolean hasFileSwitch() {
        return start.isPresent() || end.isPresent() || site.hasRootSwitch() || printMissing;
    }

    /// Whether a switch was given that selects files, or tests flows where files are named.
    public boolean hasTypeSwitch() {
        return className.isPresent() || types.isPresent() || flowtypes.isPresent();
    }

    public boolean hasSensors() {
        return sensors.isPresent();
    }

    /// The hours that the dates name.
    public Hours hours() {
        if (start.isEmpty()) {
            if (end.isPresent()) {
                throw new ToolException("--end-date needs --start-date");
            }
            long now = System.currentTimeMillis();
            return new Hours(now - now % TimeText.DAY_MS, now - now % TimeText.HOUR_MS);
        }
        TimeText.Moment s = start.get();
        long first = s.ms() - s.ms() % TimeText.HOUR_MS;
        boolean startsWithDay = s.precision() == TimeText.Precision.DAY;
        if (end.isEmpty()) {
            boolean wholeDay = startsWithDay && !s.epoch();
            return new Hours(first, wholeDay ? first + 23 * TimeText.HOUR_MS : first);
        }
        TimeText.Moment e = end.get();
        long last = e.ms() - e.ms() % TimeText.HOUR_MS;
        if (e.epoch()) {
            return checked(first, last);
        }
        boolean endsWithDay = e.precision() == TimeText.Precision.DAY;
        if (startsWithDay) {
            last = e.ms() - e.ms() % TimeText.DAY_MS + 23 * TimeText.HOUR_MS;
        } else if (endsWithDay) {
            last = e.ms() + first % TimeText.DAY_MS;
        }
        return checked(first, last);
    }

    private static Hours checked(long first, long last) {
        if (last < first) {
            throw new ToolException("--end-date is before --start-date");
        }
        return new Hours(first, last);
    }

    /// The flowtypes that the switches name, in the order given.
    public List<Flowtype> flowtypes() {
        Site s = site.requireSite();
        if (flowtypes.isPresent()) {
            if (className.isPresent() || types.isPresent()) {
                throw new ToolException("--flowtypes excludes --class and --types");
            }
            return List.copyOf(
                    SiteNames.flowtypes(ListFiles.items(env, flowtypes.get(), "flowtypes"), s));
        }
        FlowClass c =
                className
                        .map(name -> SiteNames.flowClass(name, s))
                        .or(s::defaultClass)
                        .orElseThrow(() ->
                                new ToolException("the site has no default class: use --class"));
        if (types.isEmpty()) {
            return ofAllTypes ? c.types() : c.defaultTypes();
        }
        Set<Flowtype> out = new LinkedHashSet<>();
        for (String name : ListFiles.items(env, types.get(), "types")) {
            if (name.equals("all")) {
                out.addAll(c.types());
                continue;
            }
            out.add(
                    s.flowtype(c.name(), name)
                            .orElseThrow(() ->
                                    new ToolException(
                                            Nearest.unknown(
                                                    "type of class " + c.name(),
                                                    name,
                                                    c.types().stream()
                                                            .map(Flowtype::type)
                                                            .toList()))));
        }
        return List.copyOf(out);
    }

    /// The sensors that the switch names, in that order; empty if it was not given.
    public List<Sensor> sensors() {
        if (sensors.isEmpty()) {
            return List.of();
        }
        return List.copyOf(
                SiteNames.sensors(
                        ListFiles.items(env, sensors.get(), "sensors"), site.requireSite()));
    }

    /// The tests of flows that the switches mean where files are named.
    public List<Predicate> tests() {
        List<Predicate> out = new ArrayList<>();
        if (hasTypeSwitch()) {
            BitSet ids = new BitSet();
            flowtypes().forEach(t -> ids.set(t.id()));
            out.add(Predicate.in(Field.FLOWTYPE, ids));
        }
        if (hasSensors()) {
            BitSet ids = new BitSet();
            sensors().forEach(s -> ids.set(s.id()));
            out.add(Predicate.in(Field.SENSOR, ids));
        }
        return out;
    }

    /// The hours that the switches select, as a plan.
    public FlowPlan.Hours plan() {
        return plan(hours());
    }

    /// Hours of the flows that the switches select, as a plan.
    public FlowPlan.Hours plan(Hours hours) {
        Repository repository = repository();
        return new FlowPlan.Hours(
                repository.root(),
                repository.flowtypes().stream().map(t -> t.className() + "/" + t.type()).toList(),
                repository.sensors().stream().map(Sensor::name).toList(),
                hours.firstHourMs(),
                hours.lastHourMs(),
                printMissing);
    }

    /// The repository of a plan.
    ///
    /// @throws ToolException if the site does not know a type or sensor
    public static Repository repository(FlowPlan.Hours plan, Env env, Site site) {
        List<Flowtype> types = new ArrayList<>();
        for (String pair : plan.flowtypes()) {
            types.add(SiteNames.flowtype(pair, site));
        }
        List<Sensor> sensors = new ArrayList<>();
        for (String name : plan.sensors()) {
            sensors.add(
                    site.sensor(name)
                            .orElseThrow(() ->
                                    new ToolException(
                                            Nearest.unknown(
                                                    "sensor", name, site.sensorAndGroupNames()))));
        }
        return new Repository(env.directory(), plan.root(), site, types, sensors, kept(env));
    }

    private static Kept kept(Env env) {
        return env.context().machine().kept();
    }

    /// The repository that the switches describe.
    public Repository repository() {
        site.requireRoot();
        Repository repository =
                new Repository(
                        env.directory(),
                        site.root(),
                        site.requireSite(),
                        flowtypes(),
                        sensors(),
                        kept(env));
        if (repository.isEmpty()) {
            throw new ToolException("no sensor given belongs to a class given");
        }
        checkSensors(repository);
        return repository;
    }

    /// Refuses a class and type for which no named sensor is left, and warns of sensors that no
    /// selected class has.
    private void checkSensors(Repository repository) {
        if (sensors.isEmpty()) {
            return;
        }
        Set<Sensor> left = new LinkedHashSet<>(repository.sensors());
        for (Flowtype type : repository.flowtypes()) {
            List<Sensor> own = repository.sensorsOf(type);
            if (own.isEmpty()) {
                throw new ToolException(
                        "no sensor given belongs to class '"
                                + type.className()
                                + "', so that "
                                + type.className()
                                + "/"
                                + type.type()
                                + " selects nothing");
            }
            left.removeAll(own);
        }
        for (Sensor sensor : left) {
            env.tell("sensor '" + sensor.name() + "' is ignored: no class selected has it");
        }
    }
}
