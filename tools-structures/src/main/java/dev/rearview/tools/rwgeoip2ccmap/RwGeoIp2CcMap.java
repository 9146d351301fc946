package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.MapOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Ip;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.PrefixMap;
import dev.rearview.sets.PrefixMapBuilder;
import dev.rearview.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Makes a country-code prefix map of a country database.
public final class RwGeoIp2CcMap implements Tool {
    private static final List<String> MODES =
            List.of("auto", "ipv4", "ipv6", "csv", "binary", "geoip2", "legacy");

    private final Env env;
    private final HeaderOptions header;
    private String input = "-";
    private String output = "-";
    private Set<String> modes = Set.of("auto");
    private List<GeoIp2.Choice> order =
            List.of(
                    GeoIp2.Choice.LOCATION,
                    GeoIp2.Choice.REGISTERED,
                    GeoIp2.Choice.REPRESENTED,
                    GeoIp2.Choice.CONTINENT,
                    GeoIp2.Choice.FLAGS);
    private boolean dryRun;

    public RwGeoIp2CcMap(Env env) {
        this.env = env;
        this.header = new HeaderOptions(env, History.OWN);
    }

    @Override
    public String name() {
        return "rwgeoip2ccmap";
    }

    @Override
    public String summary() {
        return "Make a country-code prefix map of GeoIP2, GeoLite2, GeoIP Legacy or compatible data";
    }

    @Override
    public String usage() {
        return "[--input-path=PATH] [--output-path=PATH] [SWITCHES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Make a country map of MaxMind's database",
                        "rwgeoip2ccmap --input-file=GeoLite2-Country.mmdb --output-file=country_codes.pmap"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                "input-path",
                "PATH",
                "Database: .mmdb, .dat or .csv file, or directory of GeoIP2 CSV files",
                v -> input = v);
        o.value("output-path", "PATH", "Write the map to PATH", v -> output = v);
        o.value("input-file", "PATH", "Same as --input-path (deprecated)", v -> input = v);
        o.value("output-file", "PATH", "Same as --output-path (deprecated)", v -> output = v);
        o.value(
                "mode",
                "LIST",
                "Kind of input and of map: auto, or ipv4/ipv6, csv/binary, geoip2/legacy",
                v -> modes = modes(v));
        o.value(
                "fields",
                "LIST",
                "GeoIP2 values to use in order: location, registered, represented, continent, flags",
                v -> order = choices(v));
        o.flag(
                "csv-input",
                "Same as --mode=ipv4,csv,legacy (deprecated)",
                () -> modes = Set.of("ipv4", "csv", "legacy"));
        o.flag(
                "v6-csv-input",
                "Same as --mode=ipv6,csv,legacy (deprecated)",
                () -> modes = Set.of("ipv6", "csv", "legacy"));
        o.flag(
                "encoded-input",
                "Same as --mode=binary,legacy (deprecated)",
                () -> modes = Set.of("binary", "legacy"));
        o.flag("dry-run", "Check the input only", () -> dryRun = true);
        header.declareUncompressed(o);
    }

    private static Set<String> modes(String list) {
        List<String> out = Names.list(list, MODES, "mode");
        for (int i = 1; i < MODES.size(); i += 2) {
            if (out.contains(MODES.get(i)) && out.contains(MODES.get(i + 1))) {
                throw new IllegalArgumentException(
                        MODES.get(i) + " and " + MODES.get(i + 1) + " exclude each other");
            }
        }
        if (out.contains("auto") && out.size() > 1) {
            throw new IllegalArgumentException("expected auto or other modes");
        }
        return Set.copyOf(out);
    }

    private static List<GeoIp2.Choice> choices(String list) {
        List<GeoIp2.Choice> out = new ArrayList<>();
        for (String name : Names.list(list, Names.words(GeoIp2.Choice.values()), "field")) {
            out.add(Names.constant(name, GeoIp2.Choice.values(), "field"));
        }
        return out;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        header.check();
        if (!dryRun) {
            OutputFiles.checkNew(env, output);
        }
        PrefixMap map = map();
        if (dryRun) {
            return 0;
        }
        new MapOutput(env, header).write(output, map);
        return 0;
    }

    private PrefixMap map() throws IOException {
        Path path = env.path(input);
        boolean stdin = InputFiles.isStdin(input);
        if (!stdin && Files.isDirectory(path)) {
            require("csv", "geoip2");
            return build(GeoIp2.csv(path, order), !modes.contains("ipv4"));
        }
        byte[] data;
        try (InputStream in = InputFiles.text(env, input)) {
            data = in.readAllBytes();
        }
        if (!stdin && MaxMindDb.is(data)) {
            require("binary", "geoip2");
            boolean six =
                    modes.contains("ipv6")
                            || (!modes.contains("ipv4")
                                    && new MaxMindDb(data, input, order, true).isV6());
            return build(new MaxMindDb(data, input, order, !six), six);
        }
        if (isText(data)) {
            require("csv", "legacy");
            LegacyCsv csv = new LegacyCsv(data, input, line -> env.tell(line));
            boolean six = modes.contains("ipv6") || (!modes.contains("ipv4") && csv.isV6());
            return build(csv, six);
        }
        require("binary", "legacy");
        LegacyBinary binary = new LegacyBinary(data, input);
        return build(binary, binary.isV6());
    }

    private void require(String form, String kind) {
        String otherForm = form.equals("csv") ? "binary" : "csv";
        String otherKind = kind.equals("geoip2") ? "legacy" : "geoip2";
        if (modes.contains(otherForm) || modes.contains(otherKind)) {
            throw ToolException.failure(input + ": is " + kind + " " + form + ", unlike --mode");
        }
    }

    private static boolean isText(byte[] data) {
        for (int i = 0; i < Math.min(data.length, 512); i++) {
            if (data[i] >= 0
                    && data[i] < ' '
                    && data[i] != '\n'
                    && data[i] != '\r'
                    && data[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static PrefixMap build(CountrySource source, boolean six) throws IOException {
        PrefixMapBuilder builder =
                new PrefixMapBuilder(six ? PrefixMap.Kind.COUNTRY_V6 : PrefixMap.Kind.COUNTRY_V4);
        builder.setDefault(CountryCode.NONE);
        source.forEach((loHi, loLo, hiHi, hiLo, country) -> {
            if (six) {
                builder.put(loHi, loLo, hiHi, hiLo, country);
            } else if (Ip.isMapped(loHi, loLo) && Ip.isMapped(hiHi, hiLo)) {
                builder.put(loLo & 0xFFFF_FFFFL, hiLo & 0xFFFF_FFFFL, country);
            }
        });
        return builder.build("");
    }
}
