package dev.rearview.kit.fields;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowField.Shape;
import dev.rearview.engine.expr.FunctionRef;
import dev.rearview.engine.expr.Look;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.language.Language;
import dev.rearview.engine.language.Names;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.PrefixMap;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fields and tests that are written out as expressions. It is loaded when one is, so that commands
/// start no later for it.
public final class Expressions {
    private static final Pattern NAMED =
            Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.+/-]*)\\s*=(?!=)(.*)", Pattern.DOTALL);

    private Expressions() {}

    /// An item of a list that is an expression: `(EXPR)`, or `NAME=EXPR`.
    ///
    /// No name of SiLK has a parenthesis or an equals sign, while `bytes/packet` and `src-NAME` are
    /// names; so names stay what they are, and only what cannot be one is an expression.
    ///
    /// @param name and title of the column
    public record Item(String name, String text) {}

    /// Whether a list may hold an expression.
    public static boolean mayBeIn(String list) {
        return list.indexOf('(') >= 0 || list.indexOf('=') >= 0;
    }

    /// The items of a list: commas in parentheses, brackets and quotes separate none.
    public static List<String> split(String list) {
        List<String> out = new ArrayList<>();
        int depth = 0;
        char quote = 0;
        int from = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(' || c == '[') {
                depth++;
            } else if (c == ')' || c == ']') {
                depth--;
            } else if (c == ',' && depth <= 0) {
                out.add(list.substring(from, i));
                from = i + 1;
            }
        }
        out.add(list.substring(from));
        return out;
    }

    /// The expression that an item of a list is, if it is one.
    public static Optional<Item> item(String item) {
        String text = item.strip();
        if (text.startsWith("(")) {
            boolean whole = text.endsWith(")") && closes(text);
            String inner = whole ? text.substring(1, text.length() - 1).strip() : text;
            return Optional.of(new Item(inner, whole ? inner : text));
        }
        Matcher m = NAMED.matcher(item);
        return m.matches() ? Optional.of(new Item(m.group(1), m.group(2))) : Optional.empty();
    }

    /// Whether the first parenthesis is closed by the last character.
    private static boolean closes(String text) {
        int depth = 0;
        for (int i = 0; i < text.length() - 1; i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return false;
            }
        }
        return true;
    }

    /// The field that an item is.
    static FlowField field(Item item, Names names) {
        FlowField f = Language.field(item.name(), item.text(), names);
        boolean number =
                f.look() == Look.NUMBER || f.look() == Look.SIGNED || f.look() == Look.DECIMAL;
        int width = Math.max(f.shape().width(), item.name().length());
        return number
                ? new FlowField(
                        0,
                        f.name(),
                        f.aliases(),
                        f.value(),
                        new Shape(f.look(), width, f.shape().octets(), f.shape().unit()))
                : f;
    }

    /// The test that a text says.
    ///
    /// @param jars of plug-ins
    public static Predicate test(
            String text, SiteOption site, OpenedFiles files, List<String> jars) {
        List<FlowField> fields = Names.OF_FIELDS.fields();
        addFields(fields, new OfSite(site, files, fields, jars));
        return Language.test(text, new OfSite(site, files, fields, jars));
    }

    /// Adds the fields of plug-ins.
    static void addFields(List<FlowField> fields, OfSite names) {
        for (String jar : names.jars()) {
            names.files()
                    .plugins(jar)
                    .fields()
                    .forEach((name, text) -> {
                        try {
                            fields.add(field(new Item(name, text), names));
                        } catch (IllegalArgumentException e) {
                            throw new ToolException(
                                    "plug-in " + jar + ", field " + name + ": " + e.getMessage());
                        }
                    });
        }
    }

    /// The names of a site, and labels of maps.
    ///
    /// @param fields that are known
    /// @param jars of plug-ins
    record OfSite(SiteOption site, OpenedFiles files, List<FlowField> fields, List<String> jars)
            implements Names {
        @Override
        public Optional<FunctionRef> function(String name) {
            for (String jar : jars) {
                Optional<FunctionRef> found = files.plugins(jar).function(name);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }

        @Override
        public BitSet numbers(Look look, String name) {
            Site s = site.site();
            BitSet out = new BitSet();
            List<String> known = new ArrayList<>();
            if (look == Look.SENSOR) {
                for (Sensor sensor : s.sensors()) {
                    known.add(sensor.name());
                    if (sensor.name().equals(name)) {
                        out.set(sensor.id());
                    }
                }
            }
            for (Flowtype type : look == Look.SENSOR ? List.<Flowtype>of() : s.flowtypes()) {
                String own = look == Look.CLASS ? type.className() : type.type();
                known.add(own);
                if (own.equals(name)
                        || look == Look.TYPE && name.equals(type.className() + "/" + type.type())) {
                    out.set(type.id());
                }
            }
            if (out.isEmpty()) {
                String what =
                        look == Look.SENSOR ? "sensor" : look == Look.CLASS ? "class" : "type";
                throw new IllegalArgumentException(Nearest.unknown(what, name, known));
            }
            return out;
        }

        @Override
        public void checkLabel(MapRef ref, String label) {
            PrefixMap map = files.map(ref);
            if (map.kind().isCountry()) {
                CountryCode.parse(label);
            } else if (map.valueOf(label).filter(v -> v != PrefixMap.NO_VALUE).isEmpty()) {
                throw new IllegalArgumentException("the map has no label '" + label + "'");
            }
        }
    }
}
