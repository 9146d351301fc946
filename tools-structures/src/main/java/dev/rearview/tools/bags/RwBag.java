package dev.rearview.tools.bags;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.BagKeys;
import dev.rearview.kit.fields.NamedMaps;
import dev.rearview.kit.fields.OpenedFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.headers.BagOutput;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Ip;
import dev.rearview.sets.BagType;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.text.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Makes bags of flows.
public final class RwBag implements FlowTool {
    private static final List<String> OLD_KEYS =
            List.of("sip", "dip", "sport", "dport", "proto", "sensor", "input", "output", "nhip");

    private static final Map<String, BagType> COUNTERS =
            Map.of(
                    "records", BagType.RECORDS,
                    "flows", BagType.RECORDS,
                    "sum-packets", BagType.SUM_PACKETS,
                    "packets", BagType.SUM_PACKETS,
                    "sum-bytes", BagType.SUM_BYTES,
                    "bytes", BagType.SUM_BYTES);

    /// What keys may be, by its name in lower case.
    private static final Map<String, BagType> KEYS = keys();

    private static Map<String, BagType> keys() {
        Map<String, BagType> out = new LinkedHashMap<>();
        for (BagType t : BagType.values()) {
            boolean fromMap = t.isCountry() || t.isAddressMap() || t.isPortMap();
            boolean any = t.label().startsWith("any-");
            if (!any && (fromMap || BagKeys.isKey(t))) {
                out.put(t.label().toLowerCase(Locale.ROOT), t);
            }
        }
        out.put("scc", BagType.SIP_COUNTRY);
        out.put("dcc", BagType.DIP_COUNTRY);
        return out;
    }

    private static BagType named(String name, Map<String, BagType> of, String what) {
        String full = Names.unique(name.toLowerCase(Locale.ROOT), of.keySet(), what);
        return Objects.requireNonNull(of.get(full));
    }

    private final Env env;
    private final FlowInputs inputs;
    private final HeaderOptions header;
    private final BagOutput output;
    private final PolicyOption policy;
    private final SiteOption site;
    private final OpenedFiles files;
    private final NamedMaps maps;
    private final List<Target> targets = new ArrayList<>();
    private boolean toStdout;

    private boolean legacyHelp;

    private record Target(String path, BagType keyType, BagType counterType, Expr key) {
        Product.Groups groups() {
            Aggregate.Kind kind =
                    counterType == BagType.RECORDS ? Aggregate.Kind.COUNT : Aggregate.Kind.SUM;
            Aggregate counter = new Aggregate(kind, BagKeys.counter(counterType));
            return new Product.Groups(List.of(key), List.of(counter), false);
        }
    }

    public RwBag(Env env) {
        this.env = env;
        this.files = new OpenedFiles(env);
        this.maps = new NamedMaps(files);
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site, History.OF_ALL);
        inputs.references(files);
        this.header = new HeaderOptions(env, History.OF_ALL);
        this.output = new BagOutput(header);
        this.policy = new PolicyOption(env);
    }

    @Override
    public String name() {
        return "rwbag";
    }

    @Override
    public String summary() {
        return "Make bags, which count flows, packets or bytes by one field, of SiLK flow records";
    }

    @Override
    public String usage() {
        return "--bag-file=KEY,COUNTER,PATH [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Bytes of each source, the largest first",
                        "rwbag --bag-file=sipv4,sum-bytes,stdout flows.rw | rwbagcat --sort-counters"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "bag-file",
                "KEY,COUNTER,PATH",
                "Write a bag of COUNTER (records, sum-packets, sum-bytes) by KEY to PATH;"
                        + " repeatable",
                this::add);
        options.value(
                "pmap-file",
                "[NAME:]PATH",
                "Load a prefix map for the keys sip-pmap:NAME, dip-pmap:NAME, sport-pmap:NAME and"
                        + " dport-pmap:NAME; repeatable",
                maps::addNamed);
        for (String counter : List.of("flows", "packets", "bytes")) {
            for (String key : OLD_KEYS) {
                options.value(
                        key + "-" + counter,
                        "PATH",
                        "Same as --bag-file=" + oldKey(key) + "," + counter + ",PATH",
                        path -> target(path, oldKey(key), named(counter, COUNTERS, "counter")));
            }
        }
        header.declare(options);
        header.declareNoteStrip(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        policy.declare(options);
        site.declare(options);
        options.flag(
                "legacy-help",
                "Print the switches that --bag-file replaces and exit",
                () -> legacyHelp = true);
    }

    private static String oldKey(String key) {
        return switch (key) {
            case "sip", "dip", "nhip" -> key + "v4";
            case "proto" -> "protocol";
            default -> key;
        };
    }

    /// Takes `KEY,COUNTER,PATH`; the path may hold commas.
    private void add(String value) {
        String[] parts = value.split(",", 3);
        if (parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new IllegalArgumentException("expected KEY,COUNTER,PATH");
        }
        BagType counter = named(parts[1], COUNTERS, "counter");
        target(parts[2], parts[0], counter);
    }

    private void target(String given, String key, BagType counter) {
        String path = SwitchValues.path(given);
        int colon = key.indexOf(':');
        if (colon >= 0) {
            BagType type = named(key.substring(0, colon), KEYS, "key");
            String name = key.substring(colon + 1);
            MapRef.File map =
                    maps.get(name)
                            .filter(m -> type.isAddressMap() || type.isPortMap())
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "no map for '"
                                                    + key
                                                    + "'; --pmap-file comes before it"));
            boolean source = type == BagType.SIP_PMAP || type == BagType.SPORT_PMAP;
            Expr label = new Expr.Label(map, source);
            targets.add(new Target(path, type, counter, label));
            return;
        }
        BagType type = named(key, KEYS, "key");
        if (type.isAddressMap() || type.isPortMap()) {
            throw new IllegalArgumentException("'" + key + "' needs the name of a map");
        }
        Expr field =
                type.isCountry()
                        ? new Expr.Label(new MapRef.Countries(), type == BagType.SIP_COUNTRY)
                        : BagKeys.key(type);
        targets.add(new Target(path, type, counter, field));
    }

    /// Refuses a map of ports where one of addresses is meant, and the reverse.
    private void checkMap(Target t) {
        if (t.key instanceof Expr.Label label && label.map() instanceof MapRef.File file) {
            boolean ofPorts = files.map(file).kind() == PrefixMap.Kind.PROTO_PORT;
            if (ofPorts != t.keyType.isPortMap()) {
                throw new ToolException(
                        "the keys of '"
                                + t.path
                                + "' are "
                                + t.keyType.label()
                                + ", which "
                                + file.path()
                                + " does not tell");
            }
        }
    }

    @Override
    public int print() throws IOException {
        String text =
                "Each switch --KEY-COUNTER=PATH, such as --sip-flows=PATH, is one of\n  KEY      "
                        + String.join(", ", OLD_KEYS)
                        + "\n  COUNTER  flows, packets, bytes\n"
                        + "and the same as --bag-file=KEY,COUNTER,PATH.\n";
        env.print(text);
        return 0;
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (legacyHelp) {
            return Optional.empty();
        }
        if (targets.isEmpty()) {
            throw new ToolException("no output: use --bag-file");
        }
        targets.forEach(this::checkMap);
        toStdout = OutputFiles.checkAll(env, targets.stream().map(Target::path).toList());
        header.checkLeniently();
        List<String> names = inputs.names(operands);
        return Optional.of(
                new Query(
                        inputs.plan(names, policy.policy()),
                        targets.stream().<Product>map(Target::groups).toList()));
    }

    @Override
    public int run(Query query) throws IOException {
        inputs.copy().start(toStdout);
        try (QueryRun run = inputs.open(query)) {
            if (!run.read()) {
                return 1;
            }
            for (int i = 0; i < targets.size(); i++) {
                write(targets.get(i), run.groups(i));
            }
            return 0;
        }
    }

    private void write(Target target, GroupBy groups) throws IOException {
        boolean isIp = target.keyType.isIp();
        boolean wide = target.keyType.isIpv6() || isIp && groups.hasIpv6Keys();
        BagType key = isIp ? target.keyType.ofWidth(wide) : target.keyType;
        try (BagFile.Writer out =
                output.open(target.path, key, target.counterType, wide, inputs.history())) {
            boolean isMap = key.isAddressMap() || key.isPortMap();
            groups.drain(
                    true,
                    words -> {
                        if (isIp) {
                            out.add(words[0], words[1], words[2]);
                        } else {
                            int number = (int) words[0];
                            int own = isMap ? BagKeys.mapKey(number) : number;
                            out.add(0, Ip.mapped(own), words[1]);
                        }
                    });
        }
    }
}
