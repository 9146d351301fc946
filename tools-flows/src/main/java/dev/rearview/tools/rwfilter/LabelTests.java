package dev.rearview.tools.rwfilter;

import dev.rearview.engine.filter.Predicate;
import dev.rearview.engine.filter.Predicates;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.Maps;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Field;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpText;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/// The switches that test what maps say of addresses and ports: countries, address types, labels.
final class LabelTests {
    private final Env env;
    private final TestSwitches tests;
    private boolean hasMap;
    private boolean usesMap;
    private final Map<String, PrefixMap> maps = new LinkedHashMap<>();

    LabelTests(Env env, TestSwitches tests) {
        this.env = env;
        this.tests = tests;
    }

    /// To be called after all switches.
    void check() {
        if (hasMap && !usesMap) {
            throw new ToolException("--pmap-file is given but none of its switches is used");
        }
    }

    void declare(Options o) {
        country(o, "scc", "source");
        country(o, "dcc", "destination");
        country(o, "any-cc", "source or destination");
        addressType(o, "stype", Field.SIP);
        addressType(o, "dtype", Field.DIP);
        o.value(
                "pmap-file",
                "[NAME:]PATH",
                "Prefix map for --pmap-src-NAME, --pmap-dst-NAME, --pmap-any-NAME; repeatable",
                v -> mapFile(v, o));
    }

    private void country(Options o, String name, String what) {
        tests.once(
                o,
                name,
                "LIST",
                "Pass flows whose " + what + " country is one of these codes",
                v -> {
                    BitSet codes = countries(v);
                    PrefixMap map = Maps.countries(env);
                    tests.add(
                            label(
                                    name.equals("any-cc") ? 2 : name.equals("scc") ? 0 : 1,
                                    map,
                                    codes));
                });
    }

    private static BitSet countries(String list) {
        BitSet codes = new BitSet();
        for (String item : list.split(",", -1)) {
            int code = item.isEmpty() ? CountryCode.NONE : CountryCode.parse(item);
            if (code == CountryCode.UNKNOWN) {
                throw new IllegalArgumentException("'??' is not a country code");
            }
            if (!item.isEmpty()) {
                codes.set(code);
            }
        }
        return codes;
    }

    private void addressType(Options o, String name, Field field) {
        tests.once(
                o,
                name,
                "0-3",
                "Pass flows whose address type is this; 3 is not internal",
                v -> {
                    long wanted = IpText.parseUnsigned(v.strip(), 3, "address type");
                    PrefixMap map = Maps.addressTypes(env);
                    tests.add(
                            Predicates.address(
                                    field,
                                    (hi, lo) ->
                                            wanted == 3
                                                    ? map.find(hi, lo) != 1
                                                    : map.find(hi, lo) == wanted));
                });
    }

    private static Predicate label(int which, PrefixMap map, BitSet values) {
        if (map.kind() == PrefixMap.Kind.PROTO_PORT) {
            return Predicates.row((b, i) -> {
                int protocol = (int) b.values(Field.PROTOCOL)[i];
                return (which != 1
                                && contains(
                                        values,
                                        map.findPort(protocol, (int) b.values(Field.SPORT)[i])))
                        || (which != 0
                                && contains(
                                        values,
                                        map.findPort(protocol, (int) b.values(Field.DPORT)[i])));
            });
        }
        return Partition.side(
                which,
                false,
                field -> Predicates.address(field, (hi, lo) -> contains(values, map.find(hi, lo))));
    }

    /// Values are small but for "no value", which has the highest bit of the set to itself.
    private static boolean contains(BitSet values, int value) {
        return values.get(value == PrefixMap.NO_VALUE ? 1 << 24 : value);
    }

    private void mapFile(String value, Options o) {
        int colon = value.indexOf(':');
        String given = colon < 0 ? "" : value.substring(0, colon);
        if (given.indexOf(',') >= 0) {
            throw new IllegalArgumentException("a map name must not hold a comma");
        }
        PrefixMap map = Maps.load(env, colon < 0 ? value : value.substring(colon + 1));
        String name = given.isEmpty() ? map.name() : given;
        if (maps.containsKey(name)
                || (!maps.isEmpty() && (name.isEmpty() || maps.containsKey("")))) {
            throw new IllegalArgumentException("several maps need different names; use NAME:PATH");
        }
        maps.put(name, map);
        hasMap = true;
        boolean ports = map.kind() == PrefixMap.Kind.PROTO_PORT;
        String[] switches =
                !name.isEmpty()
                        ? new String[] {"pmap-src-" + name, "pmap-dst-" + name, "pmap-any-" + name}
                        : ports
                                ? new String[] {
                                    "pmap-sport-proto", "pmap-dport-proto", "pmap-any-port-proto"
                                }
                                : new String[] {
                                    "pmap-saddress", "pmap-daddress", "pmap-any-address"
                                };
        for (int i = 0; i < 3; i++) {
            int which = i;
            tests.once(
                    o,
                    switches[i],
                    "LABELS",
                    "Pass flows whose label is one of these",
                    v -> {
                        tests.add(label(which, map, values(map, v)));
                        usesMap = true;
                    });
        }
    }

    private static BitSet values(PrefixMap map, String list) {
        if (map.kind().isCountry()) {
            BitSet codes = countries(list);
            if (codes.isEmpty()) {
                throw new IllegalArgumentException("no labels");
            }
            return codes;
        }
        BitSet out = new BitSet();
        for (String item : list.split(",", -1)) {
            out.set(value(map, item));
        }
        return out;
    }

    /// The value of a label or of its number, around which blanks may stand.
    private static int value(PrefixMap map, String item) {
        if (item.isEmpty()) {
            throw new IllegalArgumentException("'" + item + "' is no label");
        }
        String number = item.strip();
        boolean isNumber = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
        return map.valueOf(isNumber ? number : item)
                .filter(v -> v != PrefixMap.NO_VALUE)
                .orElseThrow(
                        () -> new IllegalArgumentException("the map has no label '" + item + "'"));
    }
}
