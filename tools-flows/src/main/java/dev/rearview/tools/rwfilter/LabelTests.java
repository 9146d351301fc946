package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.kit.fields.NamedMaps;
import dev.rearview.kit.fields.OpenedFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpText;
import dev.rearview.text.Numbers;
import java.util.ArrayList;
import java.util.List;

/// The switches that test what maps say of addresses and ports: countries, address types, labels.
final class LabelTests {
    private static final int NOT_INTERNAL = 3;

    private final OpenedFiles files;
    private final TestSwitches tests;
    private final NamedMaps maps;
    private final List<LabelTest> labelTests = new ArrayList<>();

    /// A switch that names labels of a map.
    private record LabelTest(String option, String value, MapRef.File map, Side side) {}

    LabelTests(OpenedFiles files, TestSwitches tests) {
        this.files = files;
        this.maps = new NamedMaps(files);
        this.tests = tests;
    }

    void declare(Options o) {
        country(o, "scc", "source", Side.SOURCE);
        country(o, "dcc", "destination", Side.DESTINATION);
        country(o, "any-cc", "source or destination", Side.EITHER);
        addressType(o, "stype", true);
        addressType(o, "dtype", false);
        o.value(
                "pmap-file",
                "[NAME:]PATH",
                "Prefix map for --pmap-src-NAME, --pmap-dst-NAME, --pmap-any-NAME; repeatable",
                v -> mapFile(v, o));
    }

    private void country(Options o, String name, String what, Side side) {
        tests.once(
                o,
                name,
                "LIST",
                "Pass flows whose " + what + " country is one of these codes",
                v -> tests.add(side.ofLabel(new MapRef.Countries(), countries(v))));
    }

    private static List<String> countries(String list) {
        List<String> codes = new ArrayList<>();
        for (String item : list.split(",", -1)) {
            if (item.isEmpty()) {
                continue;
            }
            if (CountryCode.parse(item) == CountryCode.UNKNOWN) {
                throw new IllegalArgumentException("'??' is not a country code");
            }
            codes.add(item);
        }
        return codes;
    }

    private void addressType(Options o, String name, boolean ofSource) {
        tests.once(
                o,
                name,
                "0-3",
                "Pass flows whose address type is this; 3 is not internal",
                v -> {
                    long wanted = IpText.parseUnsigned(v.strip(), NOT_INTERNAL, "address type");
                    Expr type = new Expr.Label(new MapRef.AddressTypes(), ofSource);
                    tests.add(
                            wanted == NOT_INTERNAL
                                    ? Predicate.not(Predicate.range(type, 1, 1))
                                    : Predicate.range(type, wanted, wanted));
                });
    }

    private void mapFile(String value, Options o) {
        NamedMaps.Named added = maps.add(value);
        List<String> switches = switches(added.name(), added.map());
        for (Side side : List.of(Side.SOURCE, Side.DESTINATION, Side.EITHER)) {
            String option = switches.get(side.ordinal());
            tests.once(
                    o,
                    option,
                    "LABELS",
                    "Pass flows whose label is one of these",
                    v -> labelTests.add(new LabelTest(option, v, added.map(), side)));
        }
    }

    /// The switches of a map. One without a name has been opened to find that.
    private List<String> switches(String name, MapRef.File ref) {
        if (!name.isEmpty()) {
            return List.of("pmap-src-" + name, "pmap-dst-" + name, "pmap-any-" + name);
        }
        return files.map(ref).kind() == PrefixMap.Kind.PROTO_PORT
                ? List.of("pmap-sport-proto", "pmap-dport-proto", "pmap-any-port-proto")
                : List.of("pmap-saddress", "pmap-daddress", "pmap-any-address");
    }

    boolean isEmpty() {
        return labelTests.isEmpty();
    }

    /// Opens the maps and looks the labels up; to be called after all switches.
    void resolve() {
        if (!maps.isEmpty() && labelTests.isEmpty()) {
            throw new ToolException("--pmap-file is given but none of its switches is used");
        }
        for (LabelTest test : labelTests) {
            PrefixMap map = files.map(test.map);
            try {
                tests.add(test.side.ofLabel(test.map, labels(map, test.value)));
            } catch (IllegalArgumentException e) {
                throw new ToolException(
                        "invalid --" + test.option + " '" + test.value + "': " + e.getMessage());
            }
        }
    }

    private static List<String> labels(PrefixMap map, String list) {
        if (map.kind().isCountry()) {
            List<String> codes = countries(list);
            if (codes.isEmpty()) {
                throw new IllegalArgumentException("no labels");
            }
            return codes;
        }
        List<String> out = new ArrayList<>();
        for (String item : list.split(",", -1)) {
            out.add(label(map, item));
        }
        return out;
    }

    /// A label or its number, around which blanks may stand.
    private static String label(PrefixMap map, String item) {
        if (item.isEmpty()) {
            throw new IllegalArgumentException("'" + item + "' is no label");
        }
        String number = item.strip();
        String label = Numbers.isDigits(number) ? number : item;
        if (map.valueOf(label).filter(v -> v != PrefixMap.NO_VALUE).isEmpty()) {
            throw new IllegalArgumentException("the map has no label '" + item + "'");
        }
        return label;
    }
}
