package dev.rearview.tools.aggbags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.BadLines;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.silk.structure.AggregateBagFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes an aggregate bag of text.
public final class RwAggBagBuild implements Tool {
    private static final String IGNORE = "ignore";

    private final Env env;
    private final InputNames inputs;
    private final HeaderOptions header;
    private final SiteOption site;
    private final FieldText text;
    private final BadLines bad;
    private Optional<List<Optional<AggregateField>>> fields = Optional.empty();
    private final List<String> constants = new ArrayList<>();
    private final Map<AggregateField, long[]> constant = new LinkedHashMap<>();
    private String separator = "|";
    private Optional<String> path = Optional.empty();
    private boolean noTitles;
    private boolean helpFields;

    public RwAggBagBuild(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new InputNames(env);
        this.header = new HeaderOptions(env, History.OWN);
        this.text = new FieldText(site::site);
        this.bad = new BadLines(env, StandardCharsets.UTF_8);
    }

    @Override
    public String name() {
        return "rwaggbagbuild";
    }

    @Override
    public String summary() {
        return "Make an aggregate bag of delimited text";
    }

    @Override
    public String usage() {
        return "[--fields=LIST] [SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return """
        The first line of each file may name the fields of its columns; without --fields that of the first file
        must. Each other line is one entry; counters of equal keys add up. What follows a '#' is ignored. Lines
        that cannot be parsed are left out and counted on standard error; see --bad-input-lines.
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "From a list of addresses and ports",
                        "rwaggbagbuild --fields=sipv4,dport --constant-field=records=1 list.txt > list.aggbag"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "fields",
                        "LIST",
                        "The fields of the columns; 'ignore' skips one",
                        v -> fields = Optional.of(columns(Arrays.asList(v.split(",", -1)), true)))
                .once()
                .words(() -> AggregateField.names(AggregateField.nameable()));
        options.value(
                "constant-field",
                "FIELD=VALUE",
                "Give every entry this value of FIELD; repeatable",
                constants::add);
        options.value(
                "column-separator",
                "CHAR",
                "Character between columns; default '|'",
                v -> separator = SwitchValues.separator(v));
        bad.declare(options);
        options.flag("no-titles", "The first line holds values", () -> noTitles = true);
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        options.value(
                "output-path",
                "PATH",
                "Write the aggregate bag to PATH instead of standard output",
                v -> path = Optional.of(v));
        header.declare(options);
        inputs.declare(options);
        site.declare(options);
    }

    /// The fields of columns.
    ///
    /// @param skipEmpty whether an empty name is no column
    private static List<Optional<AggregateField>> columns(List<String> names, boolean skipEmpty) {
        List<Optional<AggregateField>> out = new ArrayList<>();
        for (String name : names) {
            if (name.isBlank() && skipEmpty) {
                continue;
            }
            Optional<AggregateField> f = column(name);
            if (f.isPresent() && out.contains(f)) {
                throw new IllegalArgumentException("'" + name + "' is given twice");
            }
            out.add(f);
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("no field");
        }
        return out;
    }

    private static Optional<AggregateField> column(String name) {
        String s = name.strip().toLowerCase(Locale.ROOT);
        boolean ignore = s.length() > 1 && IGNORE.startsWith(s);
        return ignore
                ? Optional.empty()
                : Optional.of(AggregateField.named(s, AggregateField.nameable()));
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.print(HelpFields.text(AggregateField.nameable()));
            return 0;
        }
        if (noTitles && fields.isEmpty()) {
            throw new ToolException("--no-titles needs --fields");
        }
        header.check();
        site.site();
        for (String value : constants) {
            addConstant(value);
        }
        List<String> names = inputs.of(operands);
        bad.open();
        try (bad) {
            build(names);
        }
        bad.tell();
        return 0;
    }

    private void addConstant(String value) throws IOException {
        FieldValue.split(
                "constant-field",
                value,
                (f, given) -> {
                    if (constant.put(f, text.given(f, given)) != null) {
                        throw new IllegalArgumentException(f.label() + " is given twice");
                    }
                });
    }

    /// What goes on while files are read: the bag's fields are known once the first line is.
    private final class Building implements AutoCloseable {
        private final AggregateLayout layout;
        private final RowCombiner rows;
        private final long[] row;

        Building(List<Optional<AggregateField>> columns) {
            List<AggregateField> all = new ArrayList<>(constant.keySet());
            columns.forEach(c -> c.ifPresent(all::add));
            if (all.isEmpty()) {
                throw new ToolException("no field");
            }
            try {
                layout = new AggregateLayout(all);
            } catch (IllegalArgumentException e) {
                throw new ToolException(String.valueOf(e.getMessage()));
            }
            rows = AggregateRows.combiner(layout, env, 1);
            row = new long[layout.words()];
        }

        void add(List<Optional<AggregateField>> columns, List<String> values) throws IOException {
            Arrays.fill(row, 0);
            Optional<String> className = Optional.empty();
            Optional<String> type = Optional.empty();
            for (int i = 0; i < values.size(); i++) {
                AggregateField f = columns.get(i).orElse(null);
                if (f == null || !layout.has(f) || constant.containsKey(f)) {
                    continue;
                }
                try {
                    text.parse(f, values.get(i), row, layout.at(f));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "column " + (i + 1) + ", " + f.label() + ": " + e.getMessage());
                }
                className = f == AggregateField.CLASS ? Optional.of(values.get(i)) : className;
                type = f == AggregateField.TYPE ? Optional.of(values.get(i)) : type;
            }
            if (className.isPresent() && type.isPresent()) {
                row[layout.at(AggregateField.TYPE)] = text.flowtype(className.get(), type.get());
            }
            constant.forEach(
                    (f, words) -> System.arraycopy(words, 0, row, layout.at(f), f.words()));
            rows.add(row);
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }

    private void build(List<String> names) throws IOException {
        Building building = fields.isPresent() ? new Building(fields.get()) : null;
        try {
            for (String name : names) {
                building = read(name, building);
            }
            if (building == null) {
                throw ToolException.failure("the input names no fields, and there is no --fields");
            }
            write(building);
        } finally {
            if (building != null) {
                building.close();
            }
        }
    }

    private void write(Building building) throws IOException {
        String target = path.orElse("-");
        RowSource sorted = building.rows.sorted();
        try (AggregateBagFile.Writer out =
                AggregateRows.writer(target, building.layout, header, List.of())) {
            while (sorted.next(building.row)) {
                out.add(building.row);
            }
        }
    }

    private @Nullable Building read(String name, @Nullable Building known) throws IOException {
        Building building = known;
        List<Optional<AggregateField>> columns = fields.orElse(null);
        boolean first = true;
        int number = 0;
        try (BufferedReader in = InputFiles.lines(env, name, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                String s = InputFiles.withoutComment(line).stripTrailing();
                if (s.isBlank()) {
                    continue;
                }
                List<String> values = split(s, columns);
                if (first && !noTitles) {
                    first = false;
                    Optional<List<Optional<AggregateField>>> titles = titles(values);
                    if (titles.isPresent()) {
                        columns = fields.orElse(titles.get());
                        building = building == null ? new Building(columns) : building;
                        continue;
                    }
                }
                if (columns == null || building == null) {
                    throw ToolException.failure(
                            name + ":" + number + ": the first line names no fields: " + s);
                }
                line(name, number, s, values, columns, building);
            }
        }
        return building;
    }

    /// The fields that a line names, if it does.
    private static Optional<List<Optional<AggregateField>>> titles(List<String> values) {
        try {
            return Optional.of(columns(values, false));
        } catch (IllegalArgumentException e) {
            // Values, as a first line may hold where the fields are known.
            return Optional.empty();
        }
    }

    private void line(
            String name,
            int number,
            String line,
            List<String> values,
            List<Optional<AggregateField>> columns,
            Building building)
            throws IOException {
        try {
            if (values.size() != columns.size()) {
                throw new IllegalArgumentException(
                        values.size() + " values instead of " + columns.size());
            }
            building.add(columns, values);
        } catch (IllegalArgumentException e) {
            bad.add(name + ":" + number, line, String.valueOf(e.getMessage()));
        }
    }

    /// Cuts a line at its separators. One that ends it makes no column, unless it is the last one
    /// and of a kind that text may leave out.
    private List<String> split(String line, @Nullable List<Optional<AggregateField>> columns) {
        if (Character.isWhitespace(separator.charAt(0))) {
            return Arrays.asList(line.strip().split("\\s+"));
        }
        List<String> out = new ArrayList<>();
        int from = 0;
        for (int at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, from)) {
            out.add(line.substring(from, at));
            from = at + 1;
        }
        boolean isLastMissing =
                columns != null
                        && from > 0
                        && out.size() == columns.size() - 1
                        && columns.getLast().map(FieldText::mayBeMissing).orElse(true);
        if (from < line.length() || isLastMissing) {
            out.add(line.substring(from));
        }
        return out;
    }
}
