package dev.rearview.tools.rwpmaplookup;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import dev.rearview.tools.fields.Maps;
import dev.rearview.tools.fields.StyleOptions;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.TableOptions;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Prints what a prefix map says of addresses, or of protocols and ports.
public final class RwPmapLookup implements Tool {
    private static final List<String> FIELDS =
            List.of("key", "value", "block", "start-block", "end-block", "input");
    private static final int MAX_LINE = 2048;

    private final Env env;
    private final FlowInputs inputs;
    private final StyleOptions style;
    private final TableOptions table;
    private Optional<String> mapFile = Optional.empty();
    private Optional<String> addressTypes = Optional.empty();
    private Optional<String> countries = Optional.empty();
    private Optional<String> fieldList = Optional.empty();
    private boolean sets;
    private boolean noFiles;
    private boolean noErrors;

    public RwPmapLookup(Env env) {
        this.env = env;
        this.inputs = new FlowInputs(env);
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwpmaplookup";
    }

    @Override
    public String summary() {
        return "Print what a prefix map says of addresses, or of protocols and ports";
    }

    @Override
    public String usage() {
        return "{--map-file=PATH | --address-types | --country-codes} [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Look up two addresses",
                        "rwpmaplookup --map-file=nets.pmap --no-files 10.1.2.3 192.0.2.9"),
                new Example(
                        "The countries of a set's addresses",
                        "rwpmaplookup --country-codes --ipset-files visitors.set"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "map-file",
                        "PATH",
                        "Look keys up in the prefix map in PATH",
                        v -> mapFile = Optional.of(v))
                .once();
        options.optional(
                "address-types",
                "PATH",
                "Look keys up in the map of address types, or the one in PATH",
                v -> addressTypes = Optional.of(v));
        options.optional(
                "country-codes",
                "PATH",
                "Look keys up in the country map, or the one in PATH",
                v -> countries = Optional.of(v));
        options.value(
                        "fields",
                        "LIST",
                        "Print these fields: " + String.join(", ", FIELDS) + "; default key,value",
                        v -> fieldList = Optional.of(v))
                .words(() -> FIELDS);
        options.flag("no-files", "The arguments are keys, not files", () -> noFiles = true);
        options.flag("no-errors", "Do not report keys that cannot be read", () -> noErrors = true);
        options.flag("ipset-files", "The files are IP sets", () -> sets = true);
        style.declareIp(options);
        table.declareAll(options);
        inputs.declareXargs(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        List<String> fields = fields();
        if (sets && noFiles) {
            throw new ToolException("--ipset-files does not go with --no-files");
        }
        if (noFiles && (operands.isEmpty() || inputs.hasXargs())) {
            throw new ToolException("--no-files needs keys as arguments");
        }
        PrefixMap map = map();
        boolean ports = map.kind() == PrefixMap.Kind.PROTO_PORT;
        if (sets && ports) {
            throw ToolException.failure("a protocol-port map knows no addresses");
        }
        List<String> names = noFiles ? List.of() : inputs.names(operands);
        try (OutputStream out = table.open()) {
            Lookup lookup = new Lookup(map, fields, out);
            lookup.text.titles();
            boolean good = true;
            if (noFiles) {
                operands.forEach(lookup::key);
            } else {
                for (String name : names) {
                    good = read(name, lookup);
                    if (!good) {
                        break;
                    }
                }
            }
            lookup.text.finish();
            return good ? 0 : 1;
        }
    }

    private List<String> fields() {
        List<String> out = new ArrayList<>();
        try {
            for (String item : fieldList.orElse("key,value").split(",", -1)) {
                if (!item.isEmpty()) {
                    String field = Names.unique(item.toLowerCase(Locale.ROOT), FIELDS, "field");
                    if (out.contains(field)) {
                        throw new IllegalArgumentException("'" + field + "' is named twice");
                    }
                    out.add(field);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        if (out.isEmpty()) {
            throw new ToolException("invalid --fields: no fields");
        }
        return out;
    }

    private PrefixMap map() {
        int given =
                (mapFile.isPresent() ? 1 : 0)
                        + (addressTypes.isPresent() ? 1 : 0)
                        + (countries.isPresent() ? 1 : 0);
        if (given != 1) {
            throw new ToolException(
                    "one of --map-file, --address-types and --country-codes is required");
        }
        if (mapFile.isPresent()) {
            return Maps.load(env, mapFile.get()).ofNumbers();
        }
        String path = addressTypes.or(() -> countries).orElse("");
        if (path.isEmpty()) {
            return countries.isPresent() ? Maps.countries(env) : Maps.addressTypes(env);
        }
        return countries.isPresent() ? Maps.countries(env, path) : Maps.loadAddresses(env, path);
    }

    private boolean read(String name, Lookup lookup) throws IOException {
        try {
            if (sets) {
                try (SilkFile file = FlowInputs.silk(env, name)) {
                    lookup.set(IpSetFile.read(file));
                }
            } else {
                lines(name, lookup);
            }
            return true;
        } catch (IOException e) {
            env.err().println("rwpmaplookup: " + Runner.describe(e));
            return false;
        }
    }

    private void lines(String name, Lookup lookup) throws IOException {
        try (BufferedReader reader = FlowInputs.lines(env, name, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                int hash = line.indexOf('#');
                String key = hash < 0 ? line : line.substring(0, hash);
                if (line.length() > MAX_LINE) {
                    complain(name + ":" + number + ": line is too long; skipped");
                } else if (!key.isBlank()) {
                    lookup.key(key);
                }
            }
        }
    }

    private void complain(String message) {
        if (!noErrors) {
            env.err().println("rwpmaplookup: " + message);
        }
    }

    /// Finds keys and prints them.
    private final class Lookup {
        private final PrefixMap map;
        private final List<String> fields;
        private final boolean ports;
        private final boolean v6;
        private final IpFormat ip = style.ip();
        private final Table text;

        Lookup(PrefixMap map, List<String> fields, OutputStream out) {
            this.map = map;
            this.fields = fields;
            this.ports = map.kind() == PrefixMap.Kind.PROTO_PORT;
            this.v6 = map.kind().isV6();
            this.text =
                    new Table(
                            out,
                            table.layout(),
                            fields.stream()
                                    .map(f -> new Table.Heading(f, width(f), false))
                                    .toList());
        }

        private int width(String field) {
            int key = ports ? 9 : ip.width(v6);
            return switch (field) {
                case "value" ->
                        map.labels().isEmpty() && !map.kind().isCountry()
                                ? 22
                                : Math.max(5, map.widestLabel());
                case "block" ->
                        ports
                                ? 2 * key + 1
                                : key + (ip.isShownAsIpv6(0, Ip.MAPPED, v6) || v6 ? 4 : 3);
                case "input" -> v6 ? 39 : 22;
                default -> key;
            };
        }

        /// Looks one key up that is written out.
        void key(String input) {
            try {
                if (ports) {
                    port(input);
                } else {
                    Ip key = IpText.parse(input.strip());
                    address(key.hi(), key.lo(), input);
                }
            } catch (IllegalArgumentException e) {
                complain("'" + input + "': " + e.getMessage());
                unknown(input);
            }
        }

        void set(IpSet set) {
            set.forEachRange((loHi, loLo, hiHi, hiLo) -> {
                long hi = loHi;
                long lo = loLo;
                while (true) {
                    address(hi, lo, IpFormat.CANONICAL.format(hi, lo, set.isV6()));
                    if (hi == hiHi && lo == hiLo) {
                        break;
                    }
                    lo++;
                    hi += lo == 0 ? 1 : 0;
                }
            });
        }

        /// A key that the map cannot hold shows only where the input itself is asked for.
        private void unknown(String input) {
            if (fields.contains("input")) {
                fields.forEach(f -> text.cell(f.equals("input") ? input : ""));
                text.endRow();
            }
        }

        private void address(long hi, long lo, String input) {
            if (!v6 && !Ip.isMapped(hi, lo)) {
                unknown(input);
                return;
            }
            int own = map.blockLength(hi, lo);
            int length = v6 ? own : own + 96;
            long maskHi = length >= 64 ? -1L : length == 0 ? 0 : -1L << 64 - length;
            long maskLo = length <= 64 ? 0 : -1L << 128 - length;
            for (String f : fields) {
                text.cell(
                        switch (f) {
                            case "key" -> ip.format(hi, lo, v6);
                            case "value" -> map.label(map.find(hi, lo));
                            case "block" -> block(hi & maskHi, lo & maskLo, own);
                            case "start-block" -> ip.format(hi & maskHi, lo & maskLo, v6);
                            case "end-block" -> ip.format(hi | ~maskHi, lo | ~maskLo, v6);
                            default -> input;
                        });
            }
            text.endRow();
        }

        private String block(long hi, long lo, int length) {
            StringBuilder out = new StringBuilder();
            ip.formatPrefix(hi, lo, v6, length, out);
            return out.toString();
        }

        private void port(String input) {
            String s = input.strip();
            int slash = s.indexOf('/');
            if (slash < 0) {
                throw new IllegalArgumentException("expected PROTOCOL/PORT");
            }
            int protocol = (int) IpText.parseUnsigned(s.substring(0, slash), 255, "protocol");
            int port = (int) IpText.parseUnsigned(s.substring(slash + 1), 65_535, "port");
            int key = protocol << 16 | port;
            int size = 1 << 24 - map.portBlockLength(protocol, port);
            int start = key & -size;
            int end = start + size - 1;
            for (String f : fields) {
                text.cell(
                        switch (f) {
                            case "key" -> pair(key);
                            case "value" -> map.label(map.findPort(protocol, port));
                            case "block" -> pair(start) + " " + pair(end);
                            case "start-block" -> pair(start);
                            case "end-block" -> pair(end);
                            default -> input;
                        });
            }
            text.endRow();
        }

        private String pair(int key) {
            return (key >> 16) + "/" + (key & 0xFFFF);
        }
    }
}
