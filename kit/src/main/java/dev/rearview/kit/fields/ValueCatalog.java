package dev.rearview.kit.fields;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Resolves the names of `--values`.
public final class ValueCatalog {
    private static final String DISTINCT = "distinct:";

    /// What the busiest bin of time has: `peak-bytes`, or `peak-bytes:5m` for bins of that size.
    /// They are not abbreviated, so that no abbreviation becomes ambiguous.
    private static final String PEAK = "peak-";

    private static final List<String> PEAKS =
            List.of("peak-bytes", "peak-packets", "peak-records", "peak-bps", "peak-pps");

    /// What `distinct` may be shortened to; less could be another value.
    private static final String SHORTEST_DISTINCT = "dis";

    private final FieldCatalog fields;
    private final boolean knowsTimes;

    /// @param knowsTimes whether sTime-Earliest and eTime-Latest exist
    public ValueCatalog(FieldCatalog fields, boolean knowsTimes) {
        this.fields = fields;
        this.knowsTimes = knowsTimes;
    }

    private Map<String, Supplier<ValueField>> known() {
        Map<String, Supplier<ValueField>> out = new LinkedHashMap<>();
        out.put("records", ValueField::records);
        out.put("flows", ValueField::records);
        out.put("packets", ValueField::packets);
        out.put("bytes", ValueField::bytes);
        if (knowsTimes) {
            out.put("stime-earliest", ValueField::earliest);
            out.put("etime-latest", ValueField::latest);
        }
        out.put("sip-distinct", () -> distinct("sip"));
        out.put("dip-distinct", () -> distinct("dip"));
        if (fields.hasPlugin(BuiltInPlugins.FLOW_RATE)) {
            for (FlowRate.Rate rate : FlowRate.Rate.values()) {
                out.put(rate.title(), () -> new ValueField.Rate(rate, fields.zeroDurationUs()));
            }
        }
        return out;
    }

    /// The names that this run knows; after the last one a field is to follow.
    public List<String> names() {
        List<String> out = new ArrayList<>(known().keySet());
        out.add(DISTINCT);
        out.addAll(PEAKS);
        return out;
    }

    private ValueField distinct(String name) {
        List<FlowField> field = fields.parse(name, true);
        if (field.size() != 1) {
            throw new IllegalArgumentException("cannot count distinct values of '" + name + "'");
        }
        return new ValueField.Distinct(field.getFirst());
    }

    /// One value by its name, which may be abbreviated.
    public ValueField value(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int colon = wanted.indexOf(':');
        String before = colon < 0 ? "" : wanted.substring(0, colon);
        if (before.startsWith(SHORTEST_DISTINCT) && DISTINCT.startsWith(before)) {
            String field = name.substring(colon + 1);
            if (field.equalsIgnoreCase(FieldCatalog.ICMP_TYPE_CODE) || field.equals("25")) {
                throw new IllegalArgumentException(
                        "cannot count distinct values of '" + name + "'");
            }
            return distinct(field);
        }
        if (wanted.startsWith(PEAK)) {
            return Peaks.value(wanted);
        }
        if (Expressions.mayBeIn(name)) {
            Optional<Expressions.Item> item = Expressions.item(name);
            if (item.isPresent()) {
                return fields.computedValue(item.get());
            }
        }
        Map<String, Supplier<ValueField>> known = known();
        Supplier<ValueField> exact = known.get(wanted);
        if (exact != null) {
            return exact.get();
        }
        ValueField found = null;
        List<String> candidates = new ArrayList<>();
        for (Map.Entry<String, Supplier<ValueField>> e : known.entrySet()) {
            if (!wanted.isEmpty() && e.getKey().startsWith(wanted)) {
                ValueField value = e.getValue().get();
                if (!candidates.contains(value.name())) {
                    candidates.add(value.name());
                    found = value;
                }
            }
        }
        if (!wanted.isEmpty() && DISTINCT.startsWith(wanted)) {
            candidates.add(DISTINCT);
        }
        if (found == null) {
            throw new IllegalArgumentException(Nearest.unknown("value", name, names()));
        }
        if (candidates.size() > 1) {
            throw new IllegalArgumentException(
                    "value '" + name + "' is ambiguous: " + String.join(", ", candidates));
        }
        return found;
    }

    /// A comma list of values, each at most once.
    public List<ValueField> parse(String list) {
        List<ValueField> out = new ArrayList<>();
        for (String item : FieldCatalog.items(list)) {
            if (item.isEmpty()) {
                continue;
            }
            ValueField value = value(item);
            if (out.stream().anyMatch(v -> v.name().equals(value.name()))) {
                throw new IllegalArgumentException("value '" + value.name() + "' is named twice");
            }
            out.add(value);
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        return out;
    }
}
