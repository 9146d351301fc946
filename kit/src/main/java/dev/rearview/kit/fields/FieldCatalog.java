package dev.rearview.kit.fields;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.language.GroupValue;
import dev.rearview.engine.language.Names;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteNames;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.site.Site;
import dev.rearview.text.IntegerList;
import dev.rearview.text.IpText;
import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/// The fields that a command knows in one run: SiLK's, the sampling rate, and those that
/// `--pmap-file` and `--plugin` add.
public final class FieldCatalog {
    /// The name whose two columns are iType and iCode.
    public static final String ICMP_TYPE_CODE = "icmpTypeCode";

    /// What a list of fields may hold, for the help of switches.
    public static final String LIST =
            "names that --help-fields lists (sampling is the exporter's rate), numbers and ranges"
                    + " of numbers, and what is computed: (EXPR) or NAME=EXPR, such as"
                    + " mbit=(8*bytes/duration/1M)";

    /// The switch of the plug-in conficker-c.
    public static final String CONFICKER_SEED = "conficker-seed";

    /// What it does.
    public static final String CONFICKER_SEED_HELP =
            "Weeks since 1970-01-05 with which ports of Conficker.C are computed; default: as the"
                    + " start of the flow says";

    private static final int MAX_NUMBER = 10_000;

    /// The field whose two columns are iType and iCode.
    private static final FlowField BOTH_ICMP =
            FlowFields.ICMP_TYPE.renamed(FlowFields.ICMP_TYPE_CODE_NUMBER, ICMP_TYPE_CODE);

    private final Env env;
    private final SiteOption site;
    private final IntPredicate knows;
    private final OpenedFiles files;
    private final NamedMaps maps;
    private final BuiltInPlugins plugins = new BuiltInPlugins();
    private boolean hasOwn = true;
    private boolean helpFields;
    private int maxMapWidth;
    private int zeroDurationUs = Flows.ZERO_DURATION_US;
    private Optional<Long> confickerSeed = Optional.empty();
    private Optional<String> incoming = Optional.empty();
    private Optional<String> outgoing = Optional.empty();

    /// @param knowsMillisecondNames whether fields 22 to 24 exist
    public FieldCatalog(Env env, SiteOption site, boolean knowsMillisecondNames) {
        this(env, site, id -> knowsMillisecondNames || id < 22 || id > 24);
    }

    /// @param knows which of SiLK's field numbers exist
    private FieldCatalog(Env env, SiteOption site, IntPredicate knows) {
        this.env = env;
        this.files = new OpenedFiles(env);
        this.maps = new NamedMaps(files);
        this.site = site;
        this.knows = knows;
    }

    /// What an exporter or a sensor said of a flow: no times, next hop or maps.
    public static FieldCatalog withoutTimes(Env env, SiteOption site) {
        return new FieldCatalog(
                env, site, id -> id < 9 || (id > 11 && id < 15) || id == 20 || id == 21 || id > 25);
    }

    /// What a flow record stores, each value under one name.
    public static FieldCatalog stored(Env env, SiteOption site) {
        return new FieldCatalog(
                env,
                site,
                id ->
                        (id >= 1 && id <= 15 && id != FlowFields.ETIME.number())
                                || id == FlowFields.CLASS.number()
                                || id == FlowFields.TYPE.number()
                                || (id >= FlowFields.INITIAL_FLAGS.number()
                                        && id <= FlowFields.APPLICATION.number()));
    }

    /// What tells the flows of an exporter apart but for their time.
    public static FieldCatalog identifying(Env env, SiteOption site) {
        FieldCatalog catalog =
                new FieldCatalog(
                        env,
                        site,
                        id ->
                                (id >= 1 && id <= 5)
                                        || (id >= 12 && id <= 15)
                                        || id == FlowFields.CLASS.number()
                                        || id == FlowFields.TYPE.number()
                                        || id == FlowFields.APPLICATION.number());
        catalog.hasOwn = false;
        return catalog;
    }

    public void declare(Options options) {
        declareMaps(options);
        options.value("plugin", "NAME", BuiltInPlugins.HELP, value -> addPlugin(value, options))
                .words(() -> BuiltInPlugins.NAMES);
        BuiltInPlugins.declarePython(
                options, "python-file", "--fields=NAME=(EXPR), or a plug-in in Java");
    }

    public void declareMaps(Options options) {
        options.value(
                "pmap-file",
                "[NAME:]PATH",
                "Add the fields src-NAME and dst-NAME from a prefix map; repeatable",
                maps::add);
    }

    public void declareMapWidth(Options options) {
        options.value(
                "pmap-column-width",
                "NUM",
                "Most columns for the labels of prefix maps",
                value -> maxMapWidth = (int) SwitchValues.positive(value, Integer.MAX_VALUE));
    }

    /// Adds a built-in plug-in.
    public void addPlugin(String value, Options options) {
        switch (plugins.add(value)) {
            case BuiltInPlugins.FLOW_RATE ->
                    options.value(
                            FlowRate.ZERO_DURATION,
                            "MICROSECONDS",
                            FlowRate.ZERO_DURATION_HELP,
                            v -> zeroDurationUs = FlowRate.zeroDurationUs(v));
            case BuiltInPlugins.CONFICKER ->
                    options.value(
                            CONFICKER_SEED,
                            "SEED",
                            CONFICKER_SEED_HELP,
                            v -> confickerSeed = Optional.of(confickerSeed(v)));
            case BuiltInPlugins.SIDES -> {
                options.value(
                        "incoming-flowtypes",
                        "LIST",
                        "Class/type pairs of incoming flows",
                        v -> incoming = Optional.of(v));
                options.value(
                        "outgoing-flowtypes",
                        "LIST",
                        "Class/type pairs of outgoing flows",
                        v -> outgoing = Optional.of(v));
            }
            default -> {}
        }
    }

    /// The week that `--conficker-seed` names.
    public static long confickerSeed(String value) {
        return IpText.parseUnsigned(value.strip(), 0xFFFF_FFFFL, "seed");
    }

    public boolean hasPlugin(String name) {
        return plugins.has(name);
    }

    public int zeroDurationUs() {
        return zeroDurationUs;
    }

    /// What the switches name, opened once for the whole run.
    public OpenedFiles files() {
        return files;
    }

    private List<FlowField> entries() {
        List<FlowField> out = new ArrayList<>();
        for (FlowField f : FlowFields.SILK) {
            if (knows.test(f.number())) {
                out.add(f);
            }
        }
        maps.all()
                .forEach((name, ref) -> {
                    for (boolean source : new boolean[] {true, false}) {
                        String field =
                                name.isEmpty()
                                        ? (source ? "sval" : "dval")
                                        : (source ? "src-" : "dst-") + name;
                        out.add(FlowFields.label(field, ref, source, maxMapWidth));
                    }
                });
        if (hasOwn) {
            out.addAll(FlowFields.OWN);
        }
        for (String plugin : plugins.used()) {
            out.addAll(pluginFields(plugin));
        }
        List<String> jars = plugins.jars(env);
        if (!jars.isEmpty()) {
            Expressions.addFields(out, new Expressions.OfSite(site, files, out, jars));
        }
        return out;
    }

    /// The names that this run knows.
    public List<String> names() {
        return entries().stream().map(FlowField::name).toList();
    }

    private List<FlowField> pluginFields(String plugin) {
        return switch (plugin) {
            case BuiltInPlugins.FLOW_RATE -> FlowFields.rates(zeroDurationUs);
            case BuiltInPlugins.FLOW_KEY -> List.of(FlowFields.FLOW_KEY);
            case BuiltInPlugins.CUT_MATCH -> List.of(FlowFields.MATCH);
            case BuiltInPlugins.CONFICKER -> FlowFields.conficker(confickerSeed);
            case BuiltInPlugins.SIDES -> sides();
            default -> List.of();
        };
    }

    private List<FlowField> sides() {
        Optional<String> in = incoming.or(() -> env.variable("INCOMING_FLOWTYPES"));
        Optional<String> out = outgoing.or(() -> env.variable("OUTGOING_FLOWTYPES"));
        if (in.isEmpty() || out.isEmpty()) {
            return List.of();
        }
        List<Integer> incomingTypes = flowtypes(in.get());
        List<Integer> outgoingTypes = flowtypes(out.get());
        return List.of(
                FlowFields.sideAddress("int-ip", outgoingTypes, incomingTypes),
                FlowFields.sideAddress("ext-ip", incomingTypes, outgoingTypes),
                FlowFields.sidePort("int-port", outgoingTypes, incomingTypes),
                FlowFields.sidePort("ext-port", incomingTypes, outgoingTypes));
    }

    private List<Integer> flowtypes(String list) {
        List<Integer> out = new ArrayList<>();
        Site s = site.site();
        for (String item : list.split(",", -1)) {
            out.add(SiteNames.flowtype(item, s).id());
        }
        return out;
    }

    /// All fields that SiLK would have, in order; those of maps that are not installed are left
    /// out.
    public List<FlowField> allFields() {
        List<FlowField> out = new ArrayList<>();
        List<String> own = FlowFields.OWN.stream().map(FlowField::name).toList();
        for (FlowField f : entries()) {
            boolean absent =
                    switch (f.look()) {
                        case ADDRESS_TYPE -> Maps.installedAddressTypes(env).isEmpty();
                        case COUNTRY -> Maps.installedCountries(env).isEmpty();
                        default -> own.contains(f.name());
                    };
            if (!absent) {
                out.add(f);
            }
        }
        return out;
    }

    /// Parses a list of names, numbers and ranges of numbers; all maps that were named are opened.
    ///
    /// @param mayRepeat whether a field may be named twice
    public List<FlowField> parse(String list, boolean mayRepeat) {
        maps.all().values().forEach(files::map);
        List<FlowField> known = entries();
        if (knows.test(FlowFields.ICMP_TYPE_CODE_NUMBER)) {
            known.add(BOTH_ICMP);
        }
        List<FlowField> out = new ArrayList<>();
        for (String item : items(list.stripLeading())) {
            for (FlowField f : item.isEmpty() ? List.<FlowField>of() : resolve(item, known)) {
                if (f.isSame(BOTH_ICMP)) {
                    out.add(FlowFields.ICMP_TYPE);
                    out.add(FlowFields.ICMP_CODE);
                } else {
                    out.add(f);
                }
            }
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("no fields");
        }
        if (!mayRepeat) {
            Set<String> seen = new HashSet<>();
            for (FlowField f : out) {
                if (!seen.add(f.name())) {
                    throw new IllegalArgumentException("field '" + f.name() + "' is named twice");
                }
            }
        }
        return out;
    }

    /// The items of a list that commas separate.
    static List<String> items(String list) {
        return Expressions.mayBeIn(list) ? Expressions.split(list) : List.of(list.split(",", -1));
    }

    /// The field that an expression says, if an item of a list is one.
    private Optional<FlowField> computed(String item, List<FlowField> known) {
        if (!Expressions.mayBeIn(item) || known.stream().anyMatch(f -> f.name().equals(item))) {
            return Optional.empty();
        }
        return Expressions.item(item).map(e -> Expressions.field(e, names(known)));
    }

    /// The value of groups that an expression says.
    ValueField computedValue(Expressions.Item item) {
        maps.all().values().forEach(files::map);
        return new ValueField.Computed(item.name(), GroupValue.read(item.text(), names(entries())));
    }

    private Names names(List<FlowField> known) {
        return new Expressions.OfSite(site, files, known, plugins.jars(env));
    }

    private List<FlowField> resolve(String item, List<FlowField> known) {
        Optional<FlowField> computed = computed(item, known);
        if (computed.isPresent()) {
            return List.of(computed.get());
        }
        if (Character.isDigit(item.charAt(0))) {
            return IntegerList.range(item, MAX_NUMBER, "field number")
                    .mapToObj(id -> byId(id, known))
                    .toList();
        }
        return List.of(byName(item, known));
    }

    private static FlowField byId(int id, List<FlowField> known) {
        for (FlowField e : known) {
            if (e.number() == id && id != 0) {
                return e;
            }
        }
        throw new IllegalArgumentException("there is no field " + id);
    }

    private static FlowField byName(String name, List<FlowField> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        FlowField found = null;
        List<String> candidates = new ArrayList<>();
        for (FlowField e : known) {
            List<String> names = new ArrayList<>(e.aliases());
            names.add(e.name());
            boolean prefix = false;
            for (String n : names) {
                String lower = n.toLowerCase(Locale.ROOT);
                if (lower.equals(wanted)) {
                    return e;
                }
                prefix |= lower.startsWith(wanted);
            }
            if (prefix) {
                candidates.add(e.name());
                found = e;
            }
        }
        if (found == null) {
            throw new IllegalArgumentException(
                    Nearest.unknown("field", name, known.stream().map(FlowField::name).toList()));
        }
        if (candidates.size() > 1) {
            throw new IllegalArgumentException(
                    "field '" + name + "' is ambiguous: " + String.join(", ", candidates));
        }
        return found;
    }

    /// The fields that a switch names, each once.
    ///
    /// @param option the switch, for the message
    public List<FlowField> named(String option, String list) {
        try {
            return parse(list, false);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid " + option + ": " + e.getMessage());
        }
    }

    /// `--help-fields`.
    public void declareHelp(Options options) {
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
    }

    /// Whether the switches ask for nothing but the names of the fields.
    public boolean wantsHelp() {
        return helpFields;
    }

    /// Text for `--help-fields`.
    public String help() {
        return help("--fields");
    }

    /// Which names the argument of an option may hold.
    public String help(String option) {
        StringBuilder out =
                new StringBuilder("The following names may be used in " + option + ":\n");
        List<FlowField> known = entries();
        for (FlowField e : known) {
            out.append("  ").append(e.name());
            if (e.number() > 0) {
                out.append(" (").append(e.number()).append(')');
            }
            for (String alias : e.aliases()) {
                out.append(", ").append(alias);
            }
            out.append('\n');
        }
        return out.toString();
    }
}
