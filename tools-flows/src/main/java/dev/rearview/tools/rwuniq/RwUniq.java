package dev.rearview.tools.rwuniq;

import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.GroupText;
import dev.rearview.kit.fields.Grouping;
import dev.rearview.kit.fields.ValueField;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.EmptyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.KeyText;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.NumberRange;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Groups flows by key fields and prints values of each group.
public final class RwUniq implements FlowTool {
    private static final List<String> ALL_COUNTS =
            List.of("bytes", "packets", "records", "stime-earliest", "etime-latest");

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private final Grouping grouping;
    private final TableOptions table;
    private final EmptyOption empty = new EmptyOption();
    private final List<Limit> limits = new ArrayList<>();
    private boolean allCounts;

    /// Values that thresholds and old switches ask for, in order, with the limits given.
    private final Map<String, List<NumberRange.Integers>> asked = new LinkedHashMap<>();

    /// Values that an old switch asks for without a limit.
    private final Set<String> unlimited = new HashSet<>();

    public RwUniq(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.grouping = new Grouping(env, site, true);
        this.inputs = grouping.inputs();
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwuniq";
    }

    @Override
    public String summary() {
        return "Bin SiLK flow records by a key and print each bin's volume";
    }

    @Override
    public String usage() {
        return "--fields=LIST [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Destinations of each source",
                        "rwuniq --fields=sip --values=flows,distinct:dip --sort-output flows.rw"),
                new Example(
                        "Sources that met more than a hundred others",
                        "rwuniq --fields=sip --dip-distinct=101- flows.rw"));
    }

    @Override
    public void declare(Options options) {
        grouping.declare(options);
        options.value(
                "threshold",
                "VALUE=MIN[-MAX]",
                "Print only groups whose value is in this range; repeatable",
                v -> {
                    int equals = v.indexOf('=');
                    if (equals < 1) {
                        throw new IllegalArgumentException("expected VALUE=MIN or VALUE=MIN-MAX");
                    }
                    limit(v.substring(0, equals), v.substring(equals + 1));
                });
        // Groups come out in order whether or not that is asked for.
        options.flag("sort-output", "Print the groups in ascending order", () -> {});
        options.flag(
                "all-counts",
                "Print Bytes, Packets, Records, sTime-Earliest and eTime-Latest",
                () -> allCounts = true);
        old(options, "bytes", "bytes");
        old(options, "packets", "packets");
        old(options, "flows", "records");
        old(options, "sip-distinct", "sip-distinct");
        old(options, "dip-distinct", "dip-distinct");
        options.flag("stime", "Print sTime-Earliest", () -> ask("stime-earliest"));
        options.flag("etime", "Print eTime-Latest", () -> ask("etime-latest"));
        empty.declare(options, "group is printed");
        table.declareAll(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        site.declare(options);
    }

    private void old(Options options, String name, String value) {
        options.optional(
                        name,
                        "MIN[-MAX]",
                        "Print " + value + ", limited to a range if one is given",
                        v -> {
                            if (v.isEmpty()) {
                                ask(value);
                                unlimited.add(value);
                            } else if (unlimited.contains(value)) {
                                throw new IllegalArgumentException("was given without one");
                            } else {
                                limit(value, v);
                            }
                        })
                .notEmpty();
    }

    private void ask(String value) {
        asked.computeIfAbsent(value, k -> new ArrayList<>());
    }

    private void limit(String value, String range) {
        NumberRange.Integers r = NumberRange.integers(range, false);
        NumberRange.Integers limits =
                new NumberRange.Integers(r.low() == 0 ? 1 : r.low(), r.high());
        List<NumberRange.Integers> known =
                asked.computeIfAbsent(value.toLowerCase(Locale.ROOT), k -> new ArrayList<>());
        if (!known.isEmpty()) {
            throw new IllegalArgumentException("'" + value + "' has a threshold already");
        }
        known.add(limits);
    }

    private record Limit(int index, NumberRange.Integers range) {
        boolean allows(ValueField field, long value) {
            boolean open = range.high() == -1L;
            return Long.compareUnsigned(value, field.limit(range.low())) >= 0
                    && (open || Long.compareUnsigned(value, field.limit(range.high())) <= 0);
        }
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (grouping.wantsHelp()) {
            return Optional.empty();
        }
        grouping.resolve(values());
        List<String> names = inputs.names(operands);
        return Optional.of(
                new Query(inputs.plan(names, grouping.policy()), grouping.groups(names.size())));
    }

    @Override
    public Optional<KeyText> keyText() {
        return grouping.keyText(table);
    }

    @Override
    public int print() throws IOException {
        env.print(grouping.help());
        return 0;
    }

    @Override
    public int run(Query query) throws IOException {
        inputs.copy().start(table);
        try (QueryRun run = inputs.open(query)) {
            if (!run.read()) {
                return 1;
            }
            return empty.status(print(run.groups(0)));
        }
    }

    private List<ValueField> values() {
        List<ValueField> out = new ArrayList<>();
        try {
            grouping.valueList().ifPresent(v -> out.addAll(grouping.valueCatalog().parse(v)));
            if (allCounts) {
                addAllCounts(out);
            }
            for (Map.Entry<String, List<NumberRange.Integers>> e : asked.entrySet()) {
                int index = index(e.getKey(), out);
                if (!e.getValue().isEmpty()) {
                    if (allCounts || out.get(index).isPlugin()) {
                        throw new IllegalArgumentException(
                                "no threshold is allowed for '" + e.getKey() + "'");
                    }
                    if (limits.stream().anyMatch(l -> l.index == index)) {
                        throw new IllegalArgumentException(
                                "'" + e.getKey() + "' has a threshold already");
                    }
                    limits.add(new Limit(index, e.getValue().getFirst()));
                }
            }
            if (out.isEmpty()) {
                index("records", out);
            }
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid value: " + e.getMessage());
        }
        return out;
    }

    /// Adds what `--all-counts` stands for behind the values given, in SiLK's order: each of them
    /// changes places with the next, from the second on, and those places are then left out.
    private void addAllCounts(List<ValueField> given) {
        List<String> rest = new ArrayList<>();
        ALL_COUNTS.forEach(name -> rest.add(grouping.valueCatalog().value(name).name()));
        int place = 1;
        for (ValueField value : given) {
            int at = rest.indexOf(value.name());
            if (at >= 0 && place < rest.size()) {
                Collections.swap(rest, at, place);
                place++;
            }
        }
        rest.subList(1, place).clear();
        rest.forEach(name -> index(name, given));
    }

    private int index(String name, List<ValueField> out) {
        for (int i = 0; i < out.size(); i++) {
            if (out.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        ValueField value = grouping.valueCatalog().value(name);
        for (int i = 0; i < out.size(); i++) {
            if (out.get(i).name().equals(value.name())) {
                return i;
            }
        }
        out.add(value);
        return out.size() - 1;
    }

    /// @return groups printed
    private long print(GroupBy groups) throws IOException {
        GroupText groupText = grouping.text(grouping.style(table));
        long[] printed = new long[1];
        try (OutputStream out = table.open()) {
            Table text = new Table(out, table.layout(), groupText.headings());
            text.titles();
            groups.drain(
                    true,
                    words -> {
                        for (Limit limit : limits) {
                            ValueField v = grouping.values().get(limit.index);
                            if (!limit.allows(v, v.value(words, grouping.valueAt(limit.index)))) {
                                return;
                            }
                        }
                        groupText.print(words, text);
                        text.endRow();
                        printed[0]++;
                    });
            text.finish();
        }
        return printed[0];
    }
}
