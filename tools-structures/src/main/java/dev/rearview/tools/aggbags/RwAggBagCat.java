package dev.rearview.tools.aggbags;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.AggregateBagFile;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Prints aggregate bags as text.
public final class RwAggBagCat implements Tool {
    private final Env env;
    private final SiteOption site;
    private final StyleOptions style;
    private final TableOptions table;
    private final FieldText text;
    private List<AggregateField> fields = List.of();
    private final List<String> missing = new ArrayList<>();
    private final Map<AggregateField, String> absent = new EnumMap<>(AggregateField.class);
    private boolean integerSensors;
    private boolean integerFlags;
    private boolean helpFields;
    private boolean titled;
    private Optional<Table> open = Optional.empty();
    private List<AggregateField> shown = List.of();

    public RwAggBagCat(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
        this.text = new FieldText(site::site);
    }

    @Override
    public String name() {
        return "rwaggbagcat";
    }

    @Override
    public String summary() {
        return "Print the keys and counters of aggregate bags";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [AGGREGATE_BAGS]";
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example("As CSV", "rwaggbagcat --output-format=csv flows.aggbag"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "fields",
                        "LIST",
                        "Print these fields in this order",
                        v -> fields = AggregateField.list(v, AggregateField.nameable()))
                .once();
        options.value(
                "missing-field",
                "FIELD=STRING",
                "Print STRING where a bag has no FIELD; repeatable",
                missing::add);
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        style.declareTimeFormat(options);
        style.declareIp(options);
        options.flag(
                "integer-sensors",
                "Make the column of sensors as wide as their numbers",
                () -> integerSensors = true);
        options.flag(
                "integer-tcp-flags",
                "Make the columns of TCP flags as wide as their numbers",
                () -> integerFlags = true);
        table.declareAll(options);
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.print(HelpFields.text(AggregateField.nameable()));
            return 0;
        }
        missing.forEach(this::addMissing);
        site.site();
        List<String> names = InputNames.orStdin(env, operands);
        FieldText.Style how =
                new FieldText.Style(
                        style.ip(),
                        style.time().withMilliseconds(false),
                        integerSensors,
                        integerFlags);
        try (OutputStream out = table.open()) {
            for (String name : names) {
                try (SilkFile file = InputFiles.silk(env, name)) {
                    print(name, new AggregateBagFile.Reader(file), how, out);
                }
            }
            if (table.isStructured()) {
                open.ifPresent(Table::finish);
            }
        }
        return 0;
    }

    private void addMissing(String value) {
        int equals = value.indexOf('=');
        try {
            if (equals < 0) {
                throw new IllegalArgumentException("expected FIELD=STRING");
            }
            AggregateField f = AggregateField.named(value.substring(0, equals), fields);
            if (absent.put(f, value.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(f.label() + " is given twice");
            }
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --missing-field '" + value + "': " + e.getMessage());
        }
    }

    private void print(
            String name, AggregateBagFile.Reader in, FieldText.Style how, OutputStream out)
            throws IOException {
        AggregateLayout layout = in.layout();
        List<AggregateField> columns = fields.isEmpty() ? layout.fields() : fields;
        long[] row = new long[layout.words()];
        // A damaged record at the start leaves no title.
        boolean any = in.next(row);
        Table rows = table(name, columns, how, out);
        StringBuilder cell = new StringBuilder();
        while (any) {
            for (AggregateField f : columns) {
                cell.setLength(0);
                if (layout.has(f)) {
                    text.print(f, row, layout.at(f), how, cell);
                } else {
                    cell.append(absent.getOrDefault(f, ""));
                }
                rows.cell(cell);
            }
            rows.endRow();
            any = in.next(row);
        }
        if (!table.isStructured()) {
            rows.finish();
        }
    }

    /// The table that the rows of a file go to: as text one of its own, for programs one for all.
    private Table table(
            String name, List<AggregateField> columns, FieldText.Style how, OutputStream out) {
        if (table.isStructured() && open.isPresent()) {
            if (!columns.equals(shown)) {
                throw ToolException.failure(
                        name + ": has other fields than the file before it; use --fields");
            }
            return open.get();
        }
        List<Table.Heading> headings = new ArrayList<>();
        for (AggregateField f : columns) {
            int width = Math.max(text.width(f, how), absent.getOrDefault(f, "").length());
            headings.add(new Table.Heading(f.label(), width, text.isNumeric(f, how)));
        }
        Table.Layout wanted = table.layout();
        Table rows =
                new Table(
                        out,
                        wanted.withTitles(wanted.titles() && !(titled && !fields.isEmpty())),
                        headings);
        rows.titles();
        titled = true;
        shown = columns;
        open = Optional.of(rows);
        return rows;
    }
}
