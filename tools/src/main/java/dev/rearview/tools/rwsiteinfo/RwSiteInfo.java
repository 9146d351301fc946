package dev.rearview.tools.rwsiteinfo;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.PathFormat;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.Names;
import dev.rearview.text.Nearest;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import dev.rearview.tools.fields.StyleOptions;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.ListFiles;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.SelectionOptions;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.TableOptions;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Prints what the site configuration and the repository hold.
public final class RwSiteInfo implements Tool {
    private static final List<String> NAMES =
            List.of(
                    "class",
                    "type",
                    "flowtype",
                    "id-flowtype",
                    "sensor",
                    "id-sensor",
                    "describe-sensor",
                    "group",
                    "default-class",
                    "default-type",
                    "mark-defaults",
                    "repo-start-date",
                    "repo-end-date",
                    "repo-file-count",
                    "class:list",
                    "type:list",
                    "flowtype:list",
                    "id-flowtype:list",
                    "sensor:list",
                    "id-sensor:list",
                    "group:list",
                    "default-class:list",
                    "default-type:list");

    private static final String UNMARKED = "  ";

    /// Rows by class that no field asks for: default types are listed for one class at a time.
    private static final String LISTING = "listing";

    private static final List<String> TITLES =
            List.of(
                    "Class",
                    "Type",
                    "Flowtype",
                    "Flowtype-ID",
                    "Sensor",
                    "Sensor-ID",
                    "Sensor-Description",
                    "Group",
                    "Default-Class",
                    "Default-Type",
                    "Defaults",
                    "Start-Date",
                    "End-Date",
                    "File-Count");

    private final Env env;
    private final SiteOption siteOption;
    private final StyleOptions style;
    private final TableOptions table;
    private Optional<String> fieldList = Optional.empty();
    private Optional<String> classes = Optional.empty();
    private Optional<String> types = Optional.empty();
    private Optional<String> flowtypes = Optional.empty();
    private Optional<String> sensors = Optional.empty();
    private Optional<String> groups = Optional.empty();
    private String listDelimiter = ",";
    private boolean helpFields;

    /// What a row is about; absent parts are null in fields that do not need them.
    private record Item(
            Optional<String> group,
            Optional<FlowClass> flowClass,
            Optional<Flowtype> type,
            Optional<Sensor> sensor) {}

    private static final Item NOTHING =
            new Item(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /// A data file of the repository.
    private record Entry(int flowtype, String sensor, long hourMs) {}

    private Set<FlowClass> wantedClasses = Set.of();
    private Set<Flowtype> wantedTypes = Set.of();
    private Set<Sensor> wantedSensors = Set.of();
    private Set<String> wantedGroups = Set.of();
    private List<Entry> repository = List.of();

    public RwSiteInfo(Env env) {
        this.env = env;
        this.siteOption = new SiteOption(env);
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwsiteinfo";
    }

    @Override
    public String summary() {
        return "Print information from the site configuration and about the repository";
    }

    @Override
    public String usage() {
        return "--fields=LIST [SWITCHES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "What the repository holds, and since when",
                        "rwsiteinfo --fields=sensor,type,repo-start-date,repo-end-date,repo-file-count"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                        "fields",
                        "LIST",
                        "Print these fields: " + String.join(", ", NAMES),
                        v -> {
                            if (fieldList.isPresent()) {
                                throw new ToolException("--fields is given twice");
                            }
                            fieldList = Optional.of(v);
                        })
                .words(() -> NAMES);
        o.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        o.value(
                "classes",
                "LIST",
                "Restrict to these classes; @ is the default",
                v -> classes = Optional.of(v));
        o.value(
                "types",
                "LIST",
                "Restrict to these types; @ are the defaults",
                v -> types = Optional.of(v));
        o.value(
                "flowtypes",
                "LIST",
                "Restrict to these class/type pairs",
                v -> flowtypes = Optional.of(v));
        o.value("sensors", "LIST", "Restrict to these sensors", v -> sensors = Optional.of(v));
        o.value("groups", "LIST", "Restrict to these sensor groups", v -> groups = Optional.of(v));
        o.value(
                "list-delimiter",
                "CHAR",
                "Character between the items of a list; default ','",
                v -> {
                    listDelimiter = v.isEmpty() ? "" : v.substring(0, 1);
                });
        style.declareTimeFormat(o);
        table.declareAll(o);
        siteOption.declareRoot(o);
        siteOption.declare(o);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.out().write((String.join("\n", NAMES) + "\n").getBytes(StandardCharsets.UTF_8));
            return 0;
        }
        if (!operands.isEmpty()) {
            throw new ToolException("unexpected argument '" + operands.getFirst() + "'");
        }
        List<String> fields = fields();
        Site site = siteOption.requireSite();
        if (siteOption.hasRootSwitch() && !Files.isDirectory(env.path(siteOption.root()))) {
            throw ToolException.failure("repository " + siteOption.root() + " is not a directory");
        }
        restrict(site);
        if (fields.stream().anyMatch(f -> f.startsWith("repo-"))) {
            repository = scan(site);
        }
        List<List<String>> rows = rows(fields, site);
        print(fields, rows);
        return 0;
    }

    private List<String> fields() {
        List<String> out = new ArrayList<>();
        try {
            for (String item :
                    fieldList
                            .orElseThrow(() -> new ToolException("--fields is required"))
                            .stripLeading()
                            .split(",", -1)) {
                if (item.isEmpty()) {
                    continue;
                }
                String name = Names.unique(item.toLowerCase(Locale.ROOT), NAMES, "field");
                if (out.contains(name)) {
                    throw new IllegalArgumentException("field '" + name + "' is named twice");
                }
                out.add(name);
            }
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        if (out.isEmpty()) {
            throw new ToolException("invalid --fields: no fields");
        }
        return out;
    }

    // Restrictions --------------------------------------------------------------------------------

    private void restrict(Site site) {
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
            wantedTypes = pairSet(site, ListFiles.items(env, flowtypes.get(), "flowtypes"));
        }
        if (sensors.isPresent()) {
            Set<Sensor> chosen = new LinkedHashSet<>();
            for (String item : ListFiles.items(env, sensors.get(), "sensors")) {
                chosen.addAll(SelectionOptions.sensor(item, site));
            }
            wantedSensors = chosen;
        }
        if (groups.isPresent()) {
            wantedGroups = new LinkedHashSet<>();
            Set<Sensor> members = new HashSet<>();
            for (String item : ListFiles.items(env, groups.get(), "groups")) {
                List<Sensor> group = site.groups().get(item);
                if (group == null) {
                    throw new ToolException(Nearest.unknown("group", item, site.groups().keySet()));
                }
                wantedGroups.add(item);
                members.addAll(group);
            }
            wantedSensors.retainAll(members);
        }
    }

    private static Set<FlowClass> classSet(Site site, List<String> items) {
        Set<FlowClass> out = new LinkedHashSet<>();
        for (String item : items) {
            Optional<FlowClass> c = item.equals("@") ? site.defaultClass() : site.flowClass(item);
            out.add(
                    c.orElseThrow(() ->
                            new ToolException(Nearest.unknown("class", item, site.classNames()))));
        }
        return out;
    }

    private Set<Flowtype> typeSet(List<String> items) {
        Set<Flowtype> out = new LinkedHashSet<>();
        for (String item : items) {
            int before = out.size();
            boolean known = false;
            for (FlowClass c : wantedClasses) {
                for (Flowtype t : item.equals("@") ? c.defaultTypes() : c.types()) {
                    if (item.equals("@") || item.equals("all") || t.type().equals(item)) {
                        out.add(t);
                        known = true;
                    }
                }
            }
            if (!known && out.size() == before) {
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

    private static Set<Flowtype> pairSet(Site site, List<String> items) {
        Set<Flowtype> out = new LinkedHashSet<>();
        for (String item : items) {
            int slash = item.indexOf('/');
            String c = slash < 0 ? "" : item.substring(0, slash);
            String t = slash < 0 ? "" : item.substring(slash + 1);
            List<Flowtype> found =
                    site.flowtypes().stream()
                            .filter(x -> c.equals("all") || x.className().equals(c))
                            .filter(x -> t.equals("all") || x.type().equals(t))
                            .toList();
            if (found.isEmpty()) {
                throw new ToolException(Nearest.unknown("flowtype", item, site.flowtypePairs()));
            }
            out.addAll(found);
        }
        return out;
    }

    // Rows ----------------------------------------------------------------------------------------

    /// All combinations of class, type and sensor that belong together and are wanted.
    ///
    /// @param limited whether the restrictions of the command line count
    private List<Item> universe(Site site, boolean limited) {
        List<Item> out = new ArrayList<>();
        for (FlowClass c : site.classes()) {
            if (limited && !wantedClasses.contains(c)) {
                continue;
            }
            for (Flowtype t : c.types()) {
                if (c.sensors().isEmpty() && sensors.isEmpty() && groups.isEmpty()) {
                    out.add(
                            new Item(
                                    Optional.empty(),
                                    Optional.of(c),
                                    Optional.of(t),
                                    Optional.empty()));
                }
                for (Sensor s : c.sensors()) {
                    if (!limited || wantedTypes.contains(t) && wantedSensors.contains(s)) {
                        out.add(
                                new Item(
                                        Optional.empty(),
                                        Optional.of(c),
                                        Optional.of(t),
                                        Optional.of(s)));
                    }
                }
            }
        }
        return out;
    }

    private static String kind(String field) {
        return switch (field) {
            case "class", "default-class" -> "class";
            case "type", "flowtype", "id-flowtype", "default-type" -> "type";
            case "sensor", "id-sensor", "describe-sensor" -> "sensor";
            case "group" -> "group";
            default -> "";
        };
    }

    private List<List<String>> rows(List<String> fields, Site site) {
        List<String> kinds = new ArrayList<>();
        for (String f : fields) {
            String kind = kind(f);
            if (!kind.isEmpty() && !kinds.contains(kind)) {
                kinds.add(kind);
            }
        }
        if (fields.contains("default-type:list")
                && !kinds.contains("class")
                && !kinds.contains("type")) {
            kinds.add(LISTING);
        }
        List<Item> items = universe(site, true);
        // A sensor that belongs to no class still is a sensor.
        boolean onlySensors = kinds.stream().allMatch(k -> k.equals("sensor") || k.equals("group"));
        if (onlySensors && classes.isEmpty() && types.isEmpty() && flowtypes.isEmpty()) {
            for (Sensor s : site.sensors()) {
                if (wantedSensors.contains(s) && site.classesOf(s).isEmpty()) {
                    items.add(
                            new Item(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(s)));
                }
            }
        }
        Set<List<String>> out = new LinkedHashSet<>();
        View view = new View(items, universe(site, false), List.of());
        nest(fields, kinds, 0, view, Optional.empty(), site, out);
        return List.copyOf(out);
    }

    /// One narrowing of the nesting: what it is about, and what it keeps.
    private record Step(String kind, Predicate<Item> keeps) {}

    /// The steps taken down to some depth.
    private record View(List<Item> wanted, List<Item> all, List<Step> steps) {
        View with(String kind, Predicate<Item> keeps) {
            List<Step> more = new ArrayList<>(steps);
            more.add(new Step(kind, keeps));
            return new View(wanted, all, more);
        }

        private List<Item> narrow(List<Item> from, Set<String> ignored) {
            return from.stream()
                    .filter(i ->
                            steps.stream()
                                    .allMatch(s -> ignored.contains(s.kind) || s.keeps.test(i)))
                    .toList();
        }

        /// The combinations that make rows.
        List<Item> items() {
            return narrow(wanted, Set.of());
        }

        /// What a list shows: classes of all types, groups of all classes, and sensors of a class
        /// whatever the group.
        List<Item> listed(String field) {
            boolean classes =
                    steps.stream().anyMatch(s -> s.kind.equals("class") || s.kind.equals("type"));
            Set<String> ignored = new HashSet<>();
            if (classes) {
                ignored.add("group");
            }
            if (field.equals("class:list") || field.equals("group:list")) {
                ignored.add("type");
                ignored.add(LISTING);
            }
            if (field.equals("group:list")) {
                ignored.add("class");
            }
            return narrow(wanted, ignored);
        }

        /// The combinations whose files are counted: only fields narrow them, and groups never do.
        List<Item> stored() {
            return narrow(all, Set.of("group"));
        }

        boolean isWhole() {
            return steps.stream().allMatch(s -> s.kind.equals("group") || s.kind.equals(LISTING));
        }
    }

    private void nest(
            List<String> fields,
            List<String> kinds,
            int depth,
            View view,
            Optional<String> group,
            Site site,
            Set<List<String>> out) {
        // Lists alone are one row, however little they hold.
        if (view.items().isEmpty() && !kinds.isEmpty()) {
            return;
        }
        if (depth == kinds.size()) {
            row(fields, view, group, site).ifPresent(out::add);
            return;
        }
        int next = depth + 1;
        String kind = kinds.get(depth);
        switch (kind) {
            case "class", LISTING -> {
                for (FlowClass c : site.classes()) {
                    View in = view.with(kind, i -> i.flowClass.equals(Optional.of(c)));
                    nest(fields, kinds, next, in, group, site, out);
                }
            }
            case "type" -> {
                for (FlowClass c : site.classes()) {
                    for (Flowtype t : c.types()) {
                        View in = view.with(kind, i -> i.type.equals(Optional.of(t)));
                        nest(fields, kinds, next, in, group, site, out);
                    }
                }
            }
            case "sensor" -> {
                for (Sensor s : site.sensors()) {
                    View in = view.with(kind, i -> i.sensor.equals(Optional.of(s)));
                    nest(fields, kinds, next, in, group, site, out);
                }
            }
            default -> {
                for (String g : site.groups().keySet()) {
                    if (wantedGroups.contains(g)) {
                        List<Sensor> members = site.groups().getOrDefault(g, List.of());
                        View in =
                                view.with(kind, i -> i.sensor.map(members::contains).orElse(false));
                        nest(fields, kinds, next, in, Optional.of(g), site, out);
                    }
                }
            }
        }
    }

    private Optional<List<String>> row(
            List<String> fields, View view, Optional<String> group, Site site) {
        List<Item> items = view.items();
        Item first = items.isEmpty() ? NOTHING : items.getFirst();
        List<String> cells = new ArrayList<>();
        for (String f : fields) {
            Optional<String> cell = cell(f, first, view, fields, group, site);
            if (cell.isEmpty()) {
                return Optional.empty();
            }
            cells.add(cell.get());
        }
        return Optional.of(cells);
    }

    private Optional<String> cell(
            String field,
            Item item,
            View view,
            List<String> fields,
            Optional<String> group,
            Site site) {
        return switch (field) {
            case "class" -> item.flowClass.map(FlowClass::name);
            case "type" -> item.type.map(Flowtype::type);
            case "flowtype" -> item.type.map(Flowtype::name);
            case "id-flowtype" -> item.type.map(t -> Integer.toString(t.id()));
            case "sensor" -> item.sensor.map(Sensor::name);
            case "id-sensor" -> item.sensor.map(s -> Integer.toString(s.id()));
            case "describe-sensor" -> item.sensor.map(Sensor::description);
            case "group" -> group;
            case "default-class" ->
                    item.flowClass
                            .filter(c -> isDefault(c, site))
                            .map(FlowClass::name)
                            .or(() -> emptyIf(leads(fields, "default-class")));
            case "default-type" ->
                    item.type
                            .filter(t -> isDefault(t, site))
                            .map(Flowtype::type)
                            .or(() -> emptyIf(leads(fields, "default-type")));
            case "mark-defaults" -> Optional.of(marksRows(fields) ? marks(item, site) : UNMARKED);
            case "repo-file-count", "repo-start-date", "repo-end-date" ->
                    Optional.of(repo(field, view));
            default -> Optional.of(list(field, view.listed(field), site));
        };
    }

    /// Whether a row is about one class or one type, so that it can be marked.
    private static boolean marksRows(List<String> fields) {
        return fields.stream().map(RwSiteInfo::kind).anyMatch(k -> k.matches("class|type"));
    }

    /// Whether an earlier field makes the rows, so that one without a default shows an empty cell;
    /// where the field about defaults comes first, it has no row.
    private static boolean leads(List<String> fields, String field) {
        return fields.subList(0, fields.indexOf(field)).stream()
                .anyMatch(f -> kind(f).equals(kind(field)));
    }

    private static Optional<String> emptyIf(boolean kept) {
        return kept ? Optional.of("") : Optional.empty();
    }

    private static boolean isDefault(FlowClass c, Site site) {
        return site.defaultClass().equals(Optional.of(c));
    }

    private static boolean isDefault(Flowtype t, Site site) {
        return site.classes().stream().anyMatch(c -> c.defaultTypes().contains(t));
    }

    private static String marks(Item item, Site site) {
        boolean c = item.flowClass.map(x -> isDefault(x, site)).orElse(false);
        boolean t = item.type.map(x -> isDefault(x, site)).orElse(false);
        return (c ? "+" : " ") + (t ? "*" : " ");
    }

    private String list(String field, List<Item> items, Site site) {
        Set<String> out = new LinkedHashSet<>();
        switch (field) {
            case "class:list" ->
                    site.classes().stream()
                            .filter(c ->
                                    items.stream()
                                            .anyMatch(i -> i.flowClass.equals(Optional.of(c))))
                            .map(FlowClass::name)
                            .forEach(out::add);
            case "type:list", "flowtype:list", "id-flowtype:list", "default-type:list" -> {
                for (FlowClass c : site.classes()) {
                    for (Flowtype t : c.types()) {
                        boolean there = items.stream().anyMatch(i -> i.type.equals(Optional.of(t)));
                        if (there && (!field.startsWith("default") || isDefault(t, site))) {
                            out.add(
                                    switch (field) {
                                        case "flowtype:list" -> t.name();
                                        case "id-flowtype:list" -> Integer.toString(t.id());
                                        default -> t.type();
                                    });
                        }
                    }
                }
            }
            case "sensor:list", "id-sensor:list" ->
                    site.sensors().stream()
                            .filter(s ->
                                    items.stream().anyMatch(i -> i.sensor.equals(Optional.of(s))))
                            .map(s -> field.startsWith("id") ? Integer.toString(s.id()) : s.name())
                            .forEach(out::add);
            case "group:list" ->
                    site.groups()
                            .forEach((g, members) -> {
                                boolean there =
                                        items.stream()
                                                .anyMatch(i ->
                                                        i.sensor
                                                                .map(members::contains)
                                                                .orElse(false));
                                if (there && wantedGroups.contains(g)) {
                                    out.add(g);
                                }
                            });
            default ->
                    items.stream()
                            .flatMap(i -> i.flowClass.stream())
                            .filter(c -> isDefault(c, site))
                            .map(FlowClass::name)
                            .forEach(out::add);
        }
        return String.join(listDelimiter.isEmpty() ? " " : listDelimiter, out);
    }

    private String repo(String field, View view) {
        Set<String> keys = new HashSet<>();
        for (Item i : view.stored()) {
            if (i.type.isPresent() && i.sensor.isPresent()) {
                keys.add(i.type.get().id() + "/" + i.sensor.get().name());
            }
        }
        List<Entry> found =
                repository.stream()
                        .filter(e -> view.isWhole() || keys.contains(e.flowtype + "/" + e.sensor))
                        .toList();
        if (field.equals("repo-file-count")) {
            return Integer.toString(found.size());
        }
        if (found.isEmpty()) {
            return "";
        }
        var hours = found.stream().mapToLong(Entry::hourMs);
        long ms = field.equals("repo-start-date") ? hours.min().orElse(0) : hours.max().orElse(0);
        TimeFormat f = style.time().withMilliseconds(false);
        return f.format(ms);
    }

    private List<Entry> scan(Site site) throws IOException {
        Path root = env.path(siteOption.root());
        if (!Files.isDirectory(root)) {
            throw ToolException.failure("repository " + root + " is not a directory");
        }
        List<Entry> out = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path p : (Iterable<Path>) files::iterator) {
                String name = p.getFileName().toString();
                if (name.startsWith(".") || !Files.isRegularFile(p)) {
                    continue;
                }
                Optional<PathFormat.FileKey> key = PathFormat.parseFileName(name, site);
                boolean store = name.endsWith(".parquet") || name.endsWith(".manifest");
                if (key.isPresent() && (!store || seen.add(key.get().toString()))) {
                    out.add(
                            new Entry(
                                    key.get().flowtype().id(),
                                    key.get().sensor(),
                                    key.get().hourMs()));
                }
            }
        }
        return out;
    }

    private void print(List<String> fields, List<List<String>> rows) throws IOException {
        List<Table.Heading> headings = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            int column = i;
            String f = fields.get(i);
            boolean list = f.endsWith(":list");
            String base = list ? f.substring(0, f.length() - 5) : f;
            String title = TITLES.get(NAMES.indexOf(base)) + (list ? ":list" : "");
            int widest = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
            headings.add(
                    new Table.Heading(
                            title,
                            Math.max(table.titles() ? title.length() : 0, widest),
                            f.startsWith("id-") && !list || f.equals("repo-file-count")));
        }
        try (OutputStream out = table.open()) {
            boolean padded = table.layout().padded();
            Table text = new Table(out, table.layout(), headings);
            text.titles();
            for (List<String> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    boolean mark =
                            !padded && fields.get(i).equals("mark-defaults") && marksRows(fields);
                    text.cell(mark ? row.get(i).strip() : row.get(i));
                }
                text.endRow();
            }
            text.finish();
        }
    }
}
