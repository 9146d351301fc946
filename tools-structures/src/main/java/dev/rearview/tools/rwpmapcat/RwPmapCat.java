package dev.rearview.tools.rwpmapcat;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.Maps;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Ip;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Prints a prefix map as text.
public final class RwPmapCat implements Tool {
    private static final List<String> TYPES = List.of("type", "mapname", "label", "ranges");

    private final Env env;
    private final StyleOptions style;
    private final TableOptions table;
    private Optional<String> file = Optional.empty();
    private Optional<String> countries = Optional.empty();
    private Optional<String> addressTypes = Optional.empty();
    private Optional<Set<String>> types = Optional.empty();
    private final List<String> ignored = new ArrayList<>();
    private Optional<String> ignoredIp = Optional.empty();
    private boolean leftJustify;
    private boolean noCidr;

    public RwPmapCat(Env env) {
        this.env = env;
        this.style = new StyleOptions(env);
        this.table = TableOptions.plain(env);
    }

    @Override
    public String name() {
        return "rwpmapcat";
    }

    @Override
    public String summary() {
        return "Print the contents of a prefix map";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [MAP_FILE]";
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example("Print a map's ranges", "rwpmapcat nets.pmap"));
    }

    @Override
    public void declare(Options o) {
        o.value("map-file", "PATH", "Print the map in PATH", v -> file = Optional.of(v));
        o.optional(
                "address-types",
                "PATH",
                "Print the address-type map",
                v -> addressTypes = Optional.of(v));
        o.optional(
                "country-codes", "PATH", "Print the country map", v -> countries = Optional.of(v));
        o.value(
                        "output-types",
                        "LIST",
                        "What to print: type, mapname, label, ranges",
                        v -> types = Optional.of(types(v)))
                .once();
        o.value("ignore-label", "LABEL", "Do not print ranges with LABEL", v -> ignored.add(v));
        o.value(
                "ip-label-to-ignore",
                "ADDRESS",
                "Do not print ranges with the label of ADDRESS",
                v -> ignoredIp = Optional.of(v));
        o.flag("left-justify-labels", "Left-justify the labels", () -> leftJustify = true);
        o.flag(
                "no-cidr-blocks",
                "Print first and last address instead of CIDR blocks",
                () -> noCidr = true);
        style.declareIp(o);
        table.declareAll(o);
    }

    private static Set<String> types(String list) {
        Set<String> out = new LinkedHashSet<>();
        for (String item : list.split(",", -1)) {
            if (!item.isEmpty()) {
                String type = item.toLowerCase(Locale.ROOT);
                out.add(type.equals("labels") ? "label" : Names.unique(type, TYPES, "output type"));
            }
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("no output types");
        }
        return out;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (!ignored.isEmpty() && ignoredIp.isPresent()) {
            throw new ToolException("--ignore-label does not go with --ip-label-to-ignore");
        }
        Set<String> wanted = types.orElse(Set.of("ranges"));
        boolean isOneKind =
                wanted.size() == 1 || !wanted.contains("label") && !wanted.contains("ranges");
        if (table.isStructured() && !isOneKind) {
            throw new ToolException(
                    "this --output-format takes one of --output-types: ranges, label, or type and"
                            + " mapname");
        }
        PrefixMap map = load(operands);
        boolean country = countries.isPresent();
        Set<Integer> skip = skipped(map, country);
        try (OutputStream out = table.open()) {
            if (wanted.contains("ranges")) {
                if (!country) {
                    out.write(head(map, wanted).getBytes(StandardCharsets.UTF_8));
                }
                new RangeTable(map, country, table, style.ip())
                        .print(leftJustify, !noCidr, skip, out);
            } else if (table.isStructured()) {
                describe(map, wanted, out);
            } else if (!country) {
                out.write(head(map, wanted).getBytes(StandardCharsets.UTF_8));
            }
        }
        return 0;
    }

    /// What is said of an ordinary map before its ranges.
    private String head(PrefixMap map, Set<String> wanted) {
        StringBuilder head = new StringBuilder();
        boolean named = table.titles();
        if (wanted.contains("type")) {
            head.append(named ? "TYPE:  " : "").append(typeName(map)).append('\n');
        }
        if (wanted.contains("mapname")) {
            head.append(
                            map.name().isEmpty()
                                    ? "NO MAPNAME IS PRESENT"
                                    : (named ? "MAPNAME:  " : "") + map.name())
                    .append('\n');
        }
        if (wanted.contains("label")) {
            boolean none = map.labels().stream().allMatch(String::isEmpty);
            head.append(
                    none
                            ? "NO LABELS ARE PRESENT; VALUE IS APPLICATION DEPENDENT\n"
                            : named ? "LABELS:\n" : "");
            map.labels().forEach(l -> head.append(l).append('\n'));
            head.append(wanted.contains("ranges") ? "\n" : "");
        }
        return head.toString();
    }

    /// Labels, or type and name, as rows.
    private void describe(PrefixMap map, Set<String> wanted, OutputStream out) {
        if (wanted.contains("label")) {
            Table rows = table.structured(out, List.of("value#", "label"));
            for (int i = 0; i < map.labels().size(); i++) {
                rows.cell(i);
                rows.cell(map.labels().get(i));
                rows.endRow();
            }
            rows.finish();
            return;
        }
        Table rows = table.structured(out, List.copyOf(wanted));
        wanted.forEach(type -> rows.cell(type.equals("type") ? typeName(map) : map.name()));
        rows.endRow();
        rows.finish();
    }

    private PrefixMap load(List<String> operands) {
        int given =
                (file.isPresent() ? 1 : 0)
                        + (countries.isPresent() ? 1 : 0)
                        + (addressTypes.isPresent() ? 1 : 0);
        if (given > 1 || operands.size() > (given == 0 ? 1 : 0)) {
            throw new ToolException("one map may be named");
        }
        if (countries.isPresent()) {
            return countries.get().isEmpty()
                    ? Maps.countries(env)
                    : Maps.loadAddresses(env, countries.get());
        }
        if (addressTypes.isPresent()) {
            return addressTypes.get().isEmpty()
                    ? Maps.addressTypes(env)
                    : Maps.loadAddresses(env, addressTypes.get());
        }
        return Maps.load(env, file.orElse(operands.isEmpty() ? "-" : operands.getFirst()));
    }

    private static String typeName(PrefixMap map) {
        return switch (map.kind()) {
            case IPV4, COUNTRY_V4 -> "IPv4-address";
            case IPV6, COUNTRY_V6 -> "IPv6-address";
            case PROTO_PORT -> "proto-port";
        };
    }

    private Set<Integer> skipped(PrefixMap map, boolean country) {
        Set<Integer> out = new HashSet<>();
        for (String label : ignored) {
            if (country || map.kind().isCountry()) {
                try {
                    out.add(CountryCode.parse(label));
                } catch (IllegalArgumentException e) {
                    throw new ToolException("invalid --ignore-label: " + e.getMessage());
                }
            } else {
                out.add(
                        map.valueOfLabel(label)
                                .orElseThrow(() ->
                                        ToolException.failure(
                                                "the map has no label '" + label + "'")));
            }
        }
        ignoredIp.ifPresent(a -> {
            try {
                Ip ip = IpText.parse(a);
                out.add(map.find(ip.hi(), ip.lo()));
            } catch (IllegalArgumentException e) {
                throw new ToolException("invalid --ip-label-to-ignore: " + e.getMessage());
            }
        });
        return out;
    }
}
