package dev.rearview.kit.fields;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.TemporaryDirectory;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.KeyText;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.IpText;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What rwuniq and rwstats share: key fields, values, time bins, and the grouping itself.
public final class Grouping {
    private final Env env;
    private final SiteOption site;
    private final FieldCatalog catalog;
    private final ValueCatalog values;
    private final StyleOptions style;
    private final PolicyOption policy;
    private final TemporaryDirectory temporary;
    private final boolean knowsTimes;
    private Optional<String> fieldList = Optional.empty();
    private final List<String> oldFields = new ArrayList<>();
    private final Map<Integer, Integer> prefixes = new HashMap<>();
    private Optional<String> valueList = Optional.empty();
    private long binMs = 1000;
    private boolean presorted;
    private List<FlowField> keys = List.of();
    private List<ValueField> valueFields = List.of();
    private boolean runs;

    /// @param knowsTimes whether the values sTime-Earliest and eTime-Latest exist
    public Grouping(Env env, SiteOption site, boolean knowsTimes) {
        this.env = env;
        this.site = site;
        this.catalog = new FieldCatalog(env, site, false);
        this.values = new ValueCatalog(catalog, knowsTimes);
        this.style = new StyleOptions(env);
        this.policy = new PolicyOption(env);
        this.temporary = new TemporaryDirectory(env);
        this.knowsTimes = knowsTimes;
    }

    public void declare(Options options) {
        options.value(
                        "fields",
                        "LIST",
                        "Group by these fields: " + FieldCatalog.LIST,
                        v -> fieldList = Optional.of(v))
                .once()
                .words(catalog::names);
        options.value(
                        "values",
                        "LIST",
                        "Compute these values: Records, Packets, Bytes, Distinct:FIELD"
                                + (knowsTimes ? ", sTime-Earliest, eTime-Latest" : "")
                                + "; peak-bytes, peak-packets, peak-records, peak-bps or peak-pps,"
                                + " what a group had in its busiest minute, or with :10s in another"
                                + " time: who congested the line; and what is computed of sums,"
                                + " (EXPR) or NAME=EXPR",
                        v -> valueList = Optional.of(v))
                .once()
                .words(values::names);
        catalog.declareHelp(options);
        options.flag(
                "presorted-input",
                "The inputs are sorted by the same fields already",
                () -> presorted = true);
        options.optional(
                "bin-time",
                "SECONDS",
                "Round times down to multiples of SECONDS; default 60",
                v -> binMs = v.isEmpty() ? 60_000 : milliseconds(v));
        temporary.declare(options);
        style.declareAll(options);
        policy.declare(options);
        catalog.declare(options);
        catalog.declareMapWidth(options);
    }

    /// The switches that name key fields one by one.
    public void declareOldKeys(Options options) {
        for (String name : List.of("sip", "dip")) {
            options.optional(
                    name,
                    "CIDR",
                    "Group by " + name + ", or by its first CIDR bits (deprecated)",
                    v -> {
                        oldFields.add(name);
                        if (!v.isEmpty()) {
                            prefixes.put(oldFields.size() - 1, SwitchValues.prefixLength(v, 32));
                        }
                    });
        }
        for (String name : List.of("sport", "dport", "protocol")) {
            options.flag(
                    name, "Same as --fields=" + name + " (deprecated)", () -> oldFields.add(name));
        }
        options.flag(
                "icmp",
                "Same as --fields=iType,iCode (deprecated)",
                () -> oldFields.addAll(List.of("itype", "icode")));
    }

    /// Parses seconds with a fraction of at least 0.001.
    public static long milliseconds(String text) {
        double seconds = NumberRange.decimal(text.strip());
        long ms = Math.round(seconds * 1000);
        if (ms < 1 || seconds > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("must be between 0.001 and 4294967295");
        }
        return ms;
    }

    public boolean wantsHelp() {
        return catalog.wantsHelp();
    }

    public String help() {
        return catalog.help();
    }

    public boolean isPresorted() {
        return presorted;
    }

    public ValueCatalog valueCatalog() {
        return values;
    }

    public Optional<String> valueList() {
        return valueList;
    }

    private List<FlowField> named() {
        if (fieldList.isPresent() && !oldFields.isEmpty()) {
            throw new ToolException("--" + oldFields.getFirst() + " does not go with --fields");
        }
        if (oldFields.isEmpty()) {
            return catalog.parse(
                    fieldList.orElseThrow(() -> new ToolException("--fields is required")), false);
        }
        List<FlowField> out = new ArrayList<>(catalog.parse(String.join(",", oldFields), false));
        prefixes.forEach((at, bits) -> {
            FlowField address = out.get(at);
            out.set(at, address.with(new Expr.Prefix(address.value(), bits)));
        });
        return out;
    }

    /// Resolves the key fields; call once all switches are parsed.
    public void resolve(List<ValueField> chosen) {
        try {
            keys = GroupKeys.of(named(), binMs);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        valueFields = chosen;
        for (ValueField v : chosen) {
            if (v instanceof ValueField.Distinct d
                    && keys.stream().anyMatch(k -> k.name().equals(d.field().name()))) {
                throw new ToolException(
                        "field '" + d.field().name() + "' is both a key and counted distinctly");
            }
        }
    }

    public List<ValueField> values() {
        return valueFields;
    }

    public Ipv6Policy policy() {
        return policy.policy();
    }

    public FieldStyle style(TableOptions table) {
        return style.style(
                site.site(),
                policy.policy(),
                table.isPadded(),
                style.time().withMilliseconds(binMs % 1000 != 0));
    }

    /// How the groups are printed.
    public GroupText text(FieldStyle s) {
        return new GroupText(this, s);
    }

    /// How the keys alone are printed; empty where there are none.
    public Optional<KeyText> keyText(TableOptions table) {
        return keys.isEmpty() ? Optional.empty() : Optional.of(text(style(table)).keys());
    }

    List<FlowField> keys() {
        return keys;
    }

    OpenedFiles files() {
        return catalog.files();
    }

    /// Words of a group before its key.
    int keyAt() {
        return runs ? 1 : 0;
    }

    /// The groups that the switches ask for.
    ///
    /// @param inputs how many inputs there are: only a single one keeps its order when presorted
    public Product.Groups groups(int inputs) {
        runs = presorted && inputs == 1;
        List<Expr> by = keys.stream().map(FlowField::value).toList();
        List<Aggregate> aggregates = new ArrayList<>();
        valueFields.forEach(v -> aggregates.addAll(v.aggregates()));
        return new Product.Groups(by, aggregates, runs);
    }

    /// One value of all flows together.
    public static Product.Groups overall(ValueField value) {
        return new Product.Groups(List.of(), value.aggregates(), false);
    }

    /// The inputs, which get the memory and the directory that the switches name.
    public FlowInputs inputs() {
        FlowInputs inputs =
                new FlowInputs(env, site) {
                    @Override
                    public Room room(int shares) {
                        return env.context().room(memory(shares), temporary.path());
                    }
                };
        inputs.references(catalog.files());
        return inputs;
    }

    private long memory(int shares) {
        long fallback = env.memory(shares);
        return env.variable("SILK_HASH_MAXMEM")
                .map(v -> IpText.parseUnsigned(v, Long.MAX_VALUE, "SILK_HASH_MAXMEM"))
                .map(v -> Math.min(v, fallback))
                .orElse(fallback);
    }

    /// Where the value at `index` starts in a group's words.
    public int valueAt(int index) {
        int at = keyAt();
        for (FlowField k : keys) {
            at += k.value().words();
        }
        for (int i = 0; i < index; i++) {
            at += valueFields.get(i).aggregates().size();
        }
        return at;
    }
}
