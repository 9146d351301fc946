package dev.rearview.kit.fields;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Field;
import dev.rearview.sets.PrefixMap;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Site;
import dev.rearview.text.IntegerList;
import dev.rearview.text.IpText;
import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/// The fields that a command knows in one run: SiLK's, the sampling rate, and those that
/// `--pmap-file` and `--plugin` add.
public final class FieldCatalog {
    /// The name whose two columns are iType and iCode.
    public static final String ICMP_TYPE_CODE = "icmpTypeCode";

    /// What a list of fields may hold, for the help of switches.
    public static final String LIST =
            "names that --help-fields lists (sampling is the exporter's rate), numbers and ranges"
                    + " of numbers";

    /// A field that SiLK does not have, and that therefore has no number.
    private static final Entry SAMPLING =
            new Entry(0, Field.SAMPLING.silkName(), List.of(), SilkFields.SamplingField::new);

    private static final int MAX_NUMBER = 10_000;
    private static final List<String> PLUGINS =
            List.of("flowrate.so", "flowkey.so", "cutmatch.so", "int-ext-fields.so");

    private record Entry(int id, String name, List<String> aliases, Supplier<PrintField> field) {}

    private final Env env;
    private final SiteOption site;
    private final IntPredicate knows;
    private final Map<String, PrefixMap> maps = new LinkedHashMap<>();
    private final List<String> plugins = new ArrayList<>();
    private boolean anyUnnamed;
    private int maxMapWidth;
    private int zeroDurationUs = FlowRate.DEFAULT_ZERO_DURATION_US;
    private Optional<String> incoming = Optional.empty();
    private Optional<String> outgoing = Optional.empty();

    /// @param knowsMillisecondNames whether fields 22 to 24 exist
    public FieldCatalog(Env env, SiteOption site, boolean knowsMillisecondNames) {
        this(env, site, id -> knowsMillisecondNames || id < 22 || id > 24);
    }

    /// @param knows which of SiLK's field numbers exist
    private FieldCatalog(Env env, SiteOption site, IntPredicate knows) {
        this.env = env;
        this.site = site;
        this.knows = knows;
    }

    /// What an exporter or a sensor said of a flow: no times, next hop or maps.
    public static FieldCatalog withoutTimes(Env env, SiteOption site) {
        return new FieldCatalog(
                env, site, id -> id < 9 || (id > 11 && id < 15) || id == 20 || id == 21 || id > 25);
    }

    public void declare(Options options) {
        declareMaps(options);
        options.value(
                        "plugin",
                        "NAME",
                        "Use a built-in plug-in: " + String.join(", ", PLUGINS),
                        value -> addPlugin(value, options))
                .words(() -> PLUGINS);
    }

    public void declareMaps(Options options) {
        options.value(
                "pmap-file",
                "[NAME:]PATH",
                "Add the fields src-NAME and dst-NAME from a prefix map; repeatable",
                this::addMap);
    }

    public void declareMapWidth(Options options) {
        options.value(
                "pmap-column-width",
                "NUM",
                "Most columns for the labels of prefix maps",
                value -> {
                    maxMapWidth =
                            (int) IpText.parseUnsigned(value.strip(), Integer.MAX_VALUE, "width");
                    if (maxMapWidth == 0) {
                        throw new IllegalArgumentException("must be above 0");
                    }
                });
    }

    /// Adds a built-in plug-in.
    public void addPlugin(String value, Options options) {
        String name = value.substring(value.lastIndexOf('/') + 1);
        if (plugins.contains(name)) {
            throw new ToolException("plug-in " + name + " is given twice");
        }
        switch (name) {
            case "flowrate.so" ->
                    options.value(
                            "flowrate-zero-duration",
                            "MICROSECONDS",
                            "What a duration of 0 counts as in rates; default 400",
                            v -> {
                                zeroDurationUs =
                                        (int)
                                                IpText.parseUnsigned(
                                                        v, Integer.MAX_VALUE, "duration");
                                if (zeroDurationUs == 0) {
                                    throw new IllegalArgumentException("must be above 0");
                                }
                            });
            case "int-ext-fields.so" -> {
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
            case "flowkey.so", "cutmatch.so" -> {}
            default -> throw new ToolException(Nearest.unknown("plug-in", value, PLUGINS));
        }
        plugins.add(name);
    }

    public boolean hasPlugin(String name) {
        return plugins.contains(name);
    }

    public int zeroDurationUs() {
        return zeroDurationUs;
    }

    /// Loads a map given as `[NAME:]PATH`; returns its name, empty if it has none.
    public String addMap(String value) {
        int colon = value.indexOf(':');
        String given = colon < 0 ? "" : value.substring(0, colon);
        String path = colon < 0 ? value : value.substring(colon + 1);
        if (given.indexOf(',') >= 0) {
            throw new IllegalArgumentException("a map name must not hold a comma");
        }
        if (path.isEmpty()) {
            throw new IllegalArgumentException("no path");
        }
        PrefixMap map = Maps.load(env, path);
        String name = given.isEmpty() ? map.name() : given;
        if (maps.containsKey(name)
                || (anyUnnamed && !maps.isEmpty())
                || (name.isEmpty() && !maps.isEmpty())) {
            throw new IllegalArgumentException("several maps need different names; use NAME:PATH");
        }
        anyUnnamed |= name.isEmpty();
        maps.put(name, map);
        return name;
    }

    public Map<String, PrefixMap> maps() {
        return maps;
    }

    private List<Entry> entries() {
        List<Entry> out = new ArrayList<>();
        for (PrintField f : SilkFields.all()) {
            if (knows.test(f.id())) {
                out.add(new Entry(f.id(), f.name(), f.aliases(), () -> f));
            }
        }
        addMapEntry(out, 16, "sType", true);
        addMapEntry(out, 17, "dType", false);
        addMapEntry(out, 18, "scc", true);
        addMapEntry(out, 19, "dcc", false);
        maps.forEach((name, map) -> {
            for (boolean source : new boolean[] {true, false}) {
                String field =
                        name.isEmpty()
                                ? (source ? "sval" : "dval")
                                : (source ? "src-" : "dst-") + name;
                out.add(
                        new Entry(
                                0,
                                field,
                                List.of(),
                                () ->
                                        new MapField(
                                                0,
                                                field,
                                                map,
                                                source,
                                                MapField.Kind.LABEL,
                                                maxMapWidth)));
            }
        });
        out.add(SAMPLING);
        for (String plugin : plugins) {
            pluginFields(plugin)
                    .forEach(f -> out.add(new Entry(0, f.name(), f.aliases(), () -> f)));
        }
        return out;
    }

    /// The names that this run knows.
    public List<String> names() {
        return entries().stream().map(Entry::name).toList();
    }

    private void addMapEntry(List<Entry> out, int id, String name, boolean source) {
        if (!knows.test(id)) {
            return;
        }
        boolean country = id >= 18;
        out.add(
                new Entry(
                        id,
                        name,
                        List.of(),
                        () ->
                                new MapField(
                                        id,
                                        name,
                                        country ? Maps.countries(env) : Maps.addressTypes(env),
                                        source,
                                        country ? MapField.Kind.COUNTRY : MapField.Kind.TYPE,
                                        0)));
    }

    private List<PrintField> pluginFields(String plugin) {
        return switch (plugin) {
            case "flowrate.so" -> FlowRate.fields(zeroDurationUs);
            case "flowkey.so" -> List.of(new PluginFields.FlowKeyField());
            case "cutmatch.so" -> List.of(new PluginFields.MatchField());
            default -> sides();
        };
    }

    private List<PrintField> sides() {
        Optional<String> in = incoming.or(() -> env.variable("INCOMING_FLOWTYPES"));
        Optional<String> out = outgoing.or(() -> env.variable("OUTGOING_FLOWTYPES"));
        if (in.isEmpty() || out.isEmpty()) {
            return List.of();
        }
        BitSet incomingTypes = flowtypes(in.get());
        BitSet outgoingTypes = flowtypes(out.get());
        return List.of(
                new PluginFields.SideAddress("int-ip", outgoingTypes, incomingTypes),
                new PluginFields.SideAddress("ext-ip", incomingTypes, outgoingTypes),
                new PluginFields.SidePort("int-port", outgoingTypes, incomingTypes),
                new PluginFields.SidePort("ext-port", incomingTypes, outgoingTypes));
    }

    private BitSet flowtypes(String list) {
        BitSet out = new BitSet();
        Site s = site.site();
        for (String item : list.split(",", -1)) {
            int slash = item.indexOf('/');
            Optional<Flowtype> type =
                    slash < 0
                            ? Optional.empty()
                            : s.flowtype(item.substring(0, slash), item.substring(slash + 1));
            out.set(
                    type.orElseThrow(() ->
                                    new ToolException(
                                            Nearest.unknown("flowtype", item, s.flowtypePairs())))
                            .id());
        }
        return out;
    }

    /// All fields that SiLK would have, in order; those of maps that are not installed are left
    /// out.
    public List<PrintField> allFields() {
        List<PrintField> out = new ArrayList<>();
        for (Entry e : entries()) {
            boolean isType = e.id == 16 || e.id == 17;
            boolean isCountry = e.id == 18 || e.id == 19;
            boolean absent =
                    (isType && Maps.installedAddressTypes(env).isEmpty())
                            || (isCountry && Maps.installedCountries(env).isEmpty());
            if (!absent && !e.equals(SAMPLING)) {
                out.add(e.field.get());
            }
        }
        return out;
    }

    /// Parses a list of names, numbers and ranges of numbers.
    ///
    /// @param mayRepeat whether a field may be named twice
    public List<PrintField> parse(String list, boolean mayRepeat) {
        List<PrintField> out = new ArrayList<>();
        List<Entry> known = entries();
        if (knows.test(25)) {
            known.add(new Entry(25, ICMP_TYPE_CODE, List.of(), () -> known.getFirst().field.get()));
        }
        List<Entry> chosen = new ArrayList<>();
        for (String item : list.stripLeading().split(",", -1)) {
            if (!item.isEmpty()) {
                chosen.addAll(resolve(item, known));
            }
        }
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no fields");
        }
        for (Entry e : chosen) {
            if (e.name.equals(ICMP_TYPE_CODE)) {
                out.add(new SilkFields.IcmpField("iType", 8));
                out.add(new SilkFields.IcmpField("iCode", 0));
            } else {
                out.add(e.field.get());
            }
        }
        if (!mayRepeat) {
            Set<String> seen = new HashSet<>();
            for (PrintField f : out) {
                if (!seen.add(f.name())) {
                    throw new IllegalArgumentException("field '" + f.name() + "' is named twice");
                }
            }
        }
        return out;
    }

    private static List<Entry> resolve(String item, List<Entry> known) {
        if (Character.isDigit(item.charAt(0))) {
            return IntegerList.range(item, MAX_NUMBER, "field number")
                    .mapToObj(id -> byId(id, known))
                    .toList();
        }
        return List.of(byName(item, known));
    }

    private static Entry byId(int id, List<Entry> known) {
        for (Entry e : known) {
            if (e.id == id && id != 0) {
                return e;
            }
        }
        throw new IllegalArgumentException("there is no field " + id);
    }

    private static Entry byName(String name, List<Entry> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        Entry found = null;
        List<String> candidates = new ArrayList<>();
        for (Entry e : known) {
            List<String> names = new ArrayList<>(e.aliases);
            names.add(e.name);
            boolean prefix = false;
            for (String n : names) {
                String lower = n.toLowerCase(Locale.ROOT);
                if (lower.equals(wanted)) {
                    return e;
                }
                prefix |= lower.startsWith(wanted);
            }
            if (prefix) {
                candidates.add(e.name);
                found = e;
            }
        }
        if (found == null) {
            throw new IllegalArgumentException(
                    Nearest.unknown("field", name, known.stream().map(Entry::name).toList()));
        }
        if (candidates.size() > 1) {
            throw new IllegalArgumentException(
                    "field '" + name + "' is ambiguous: " + String.join(", ", candidates));
        }
        return found;
    }

    /// rwcut's view of the ports of ICMP flows.
    public static PrintField portOrIcmp(PrintField field) {
        return switch (field.id()) {
            case 3 -> new SilkFields.PortOrIcmpField(true);
            case 4 -> new SilkFields.PortOrIcmpField(false);
            default -> field;
        };
    }

    /// Text for `--help-fields`.
    public String help() {
        return help("--fields");
    }

    /// Which names the argument of an option may hold.
    public String help(String option) {
        StringBuilder out =
                new StringBuilder("The following names may be used in " + option + ":\n");
        List<Entry> known = entries();
        for (Entry e : known) {
            out.append("  ").append(e.name);
            if (e.id > 0) {
                out.append(" (").append(e.id).append(')');
            }
            for (String alias : e.aliases) {
                out.append(", ").append(alias);
            }
            out.append('\n');
        }
        return out.toString();
    }
}
