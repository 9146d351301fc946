package dev.rearview.tools.rwpmaplookup;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.Maps;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Prints what a prefix map says of addresses, or of protocols and ports.
public final class RwPmapLookup implements Tool {
    private static final List<String> FIELDS =
            List.of("key", "value", "block", "start-block", "end-block", "input");
    private static final int MAX_LINE = 2048;

    private final Env env;
    private final InputNames inputs;
    private final StyleOptions style;
    private final TableOptions table;
    private Optional<String> mapFile = Optional.empty();
    private Optional<String> addressTypes = Optional.empty();
    private Optional<String> countries = Optional.empty();
    private String fieldList = "key,value";
    private boolean sets;
    private boolean noFiles;
    private boolean noErrors;

    public RwPmapLookup(Env env) {
        this.env = env;
        this.inputs = new InputNames(env);
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
                        v -> fieldList = v)
                .words(() -> FIELDS);
        options.flag("no-files", "The arguments are keys, not files", () -> noFiles = true);
        options.flag("no-errors", "Do not report keys that cannot be read", () -> noErrors = true);
        options.flag("ipset-files", "The files are IP sets", () -> sets = true);
        style.declareIp(options);
        table.declareAll(options);
        inputs.declare(options);
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
        List<String> names = noFiles ? List.of() : inputs.of(operands);
        try (OutputStream out = table.open()) {
            List<Table.Heading> headings = Lookup.headings(map, fields, style.ip());
            Table text = new Table(out, table.layout(), headings);
            Lookup lookup = new Lookup(map, fields, style.ip(), text, this::complain);
            text.titles();
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
            text.finish();
            return good ? 0 : 1;
        }
    }

    private List<String> fields() {
        try {
            return Names.list(fieldList, FIELDS, "field");
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
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
                try (SilkFile file = InputFiles.silk(env, name)) {
                    lookup.set(IpSetFile.read(file));
                }
            } else {
                lines(name, lookup);
            }
            return true;
        } catch (IOException e) {
            env.tell(e);
            return false;
        }
    }

    private void lines(String name, Lookup lookup) throws IOException {
        try (BufferedReader reader = InputFiles.lines(env, name, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                String key = InputFiles.withoutComment(line);
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
            env.tell(message);
        }
    }
}
