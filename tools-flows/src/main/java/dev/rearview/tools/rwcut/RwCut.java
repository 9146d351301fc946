package dev.rearview.tools.rwcut;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.Outlets;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.fields.FieldStyle;
import dev.rearview.kit.fields.FieldText;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.text.IpText;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prints flows as text.
public final class RwCut implements FlowTool {
    private static final String DEFAULT_FIELDS = "1-12";

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private final FieldCatalog catalog;
    private final StyleOptions style;
    private final TableOptions table;
    private final PolicyOption policy;
    private List<FlowField> fields = List.of();
    private Optional<String> fieldList = Optional.empty();
    private boolean allFields;
    private boolean icmp;
    private boolean dryRun;
    private long start;
    private long end;
    private long tail;
    private long most;

    public RwCut(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.catalog = new FieldCatalog(env, site, true);
        this.style = new StyleOptions(env, true);
        this.table = new TableOptions(env);
        inputs.references(catalog.files());
        this.policy = new PolicyOption(env);
    }

    @Override
    public String name() {
        return "rwcut";
    }

    @Override
    public String summary() {
        return "Print selected fields of SiLK flow records as text";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Show the first ten flows as JSON",
                        "rwcut --num-recs=10 --output-format=ndjson flows.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "fields",
                        "LIST",
                        "Print these fields: " + FieldCatalog.LIST + "; default 1-12",
                        value -> fieldList = Optional.of(value))
                .once()
                .words(catalog::names);
        options.flag("all-fields", "Print all known fields", () -> allFields = true);
        options.value(
                "start-rec-num",
                "NUM",
                "Print from record NUM on; the first is 1",
                v -> start = SwitchValues.positive(v, Long.MAX_VALUE));
        options.value("end-rec-num", "NUM", "Print up to record NUM", v -> end = number(v));
        options.value(
                "tail-recs",
                "NUM",
                "Print from the NUM-th record before the end on",
                v -> tail = SwitchValues.positive(v, Long.MAX_VALUE));
        options.value(
                "num-recs", "NUM", "Print at most NUM records; 0 for all", v -> most = number(v));
        options.flag("dry-run", "Print the titles and exit", () -> dryRun = true);
        options.flag(
                "icmp-type-and-code",
                "Print type and code of ICMP flows in sPort and dPort (deprecated)",
                () -> icmp = true);
        catalog.declareHelp(options);
        style.declareAll(options);
        table.declareAll(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        policy.declare(options);
        site.declare(options);
        catalog.declare(options);
        catalog.declareMapWidth(options);
    }

    private static long number(String v) {
        return IpText.parseUnsigned(v.strip(), Long.MAX_VALUE, "number");
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (catalog.wantsHelp()) {
            return Optional.empty();
        }
        fields = fields();
        checkRange();
        if (dryRun) {
            return Optional.empty();
        }
        FlowPlan flows = inputs.plan(inputs.names(operands));
        // The policy comes after records have been skipped: they are counted as they are read.
        if (start > 1) {
            flows = new FlowPlan.Skip(flows, start - 1);
        }
        if (policy.policy() != Ipv6Policy.MIX) {
            flows = new FlowPlan.Policy(flows, policy.policy());
        }
        if (end > 0) {
            flows = new FlowPlan.First(flows, end - Math.max(start, 1) + 1);
        }
        List<Expr> columns = fields.stream().map(FlowField::value).toList();
        return Optional.of(new Query(flows, new Product.Rows(columns, tail)));
    }

    /// How the fields are printed.
    private List<FieldText> texts() {
        FieldStyle s = style.style(site.site(), policy.policy(), table.isPadded(), style.time());
        return fields.stream().map(f -> FieldText.of(f, s, catalog.files())).toList();
    }

    private static List<Table.Heading> headings(List<FieldText> texts) {
        return texts.stream()
                .map(t -> new Table.Heading(t.field().name(), t.width(), t.isNumeric()))
                .toList();
    }

    @Override
    public int print() throws IOException {
        if (catalog.wantsHelp()) {
            env.print(catalog.help());
            return 0;
        }
        try (OutputStream out = table.open()) {
            Table text = new Table(out, table.layout(), headings(texts()));
            text.titles();
            text.finish();
        }
        return 0;
    }

    @Override
    public int run(Query query) throws IOException {
        List<FieldText> texts = texts();
        inputs.copy().start(table);
        if (env.outIsTerminal()) {
            inputs.withoutProgress();
        }
        LazyTable text = new LazyTable(headings(texts));
        Printer printer = new Printer(texts, text);
        try (QueryRun run = inputs.open(query, printer)) {
            boolean good = run.read();
            if (good || text.isOpen()) {
                printer.finish();
                text.get().finish();
                text.close();
            }
            return good ? 0 : 1;
        }
    }

    private List<FlowField> fields() {
        if (allFields && fieldList.isPresent()) {
            throw new ToolException("--fields and --all-fields exclude each other");
        }
        List<FlowField> chosen;
        try {
            chosen =
                    allFields
                            ? catalog.allFields()
                            : catalog.parse(fieldList.orElse(DEFAULT_FIELDS), true);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        return icmp ? withIcmpInPorts(chosen) : chosen;
    }

    /// The port that is not asked for is added, since one without the other says little.
    private List<FlowField> withIcmpInPorts(List<FlowField> chosen) {
        List<FlowField> out = new ArrayList<>(chosen);
        for (int id : new int[] {3, 4}) {
            if (out.stream().noneMatch(f -> f.number() == id)) {
                out.addAll(catalog.parse(Integer.toString(id), false));
            }
        }
        out.replaceAll(FlowFields::portOrIcmp);
        return out;
    }

    private void checkRange() {
        if (tail > 0 && (start > 0 || end > 0)) {
            throw new ToolException(
                    "--tail-recs does not go with --start-rec-num or --end-rec-num");
        }
        if (end > 0 && start > end) {
            throw new ToolException("--end-rec-num must not be below --start-rec-num");
        }
        if (end > 0 && start == 0 && most > 0) {
            // The last NUM records up to the end that was given.
            start = end > most ? end - most + 1 : 1;
        } else if (end == 0 && most > 0 && tail == 0) {
            start = Math.max(start, 1);
            end = start + most - 1;
        }
    }

    /// Opens the output when the first input has proved readable, so that nothing is printed before
    /// a failure.
    private final class LazyTable {
        private final List<Table.Heading> headings;
        private Optional<OutputStream> out = Optional.empty();
        private Optional<Table> open = Optional.empty();

        LazyTable(List<Table.Heading> headings) {
            this.headings = headings;
        }

        boolean isOpen() {
            return open.isPresent();
        }

        Table get() throws IOException {
            if (open.isEmpty()) {
                OutputStream stream = table.open();
                out = Optional.of(stream);
                open = Optional.of(new Table(stream, table.layout(), headings));
                open.get().titles();
            }
            return open.get();
        }

        void close() throws IOException {
            if (out.isPresent()) {
                out.get().close();
            }
        }
    }

    /// Prints rows, or the last of them when all have come.
    private final class Printer implements Outlets {
        private final List<FieldText> columns;
        private final LazyTable text;
        private final StringBuilder cell = new StringBuilder();
        private final int words;
        private final List<long[]> ring = new ArrayList<>();
        private long record;

        Printer(List<FieldText> columns, LazyTable text) {
            this.columns = columns;
            this.text = text;
            this.words = columns.stream().mapToInt(FieldText::words).sum();
        }

        @Override
        public RowOutlet rows(Product.Rows product) throws IOException {
            Table out = text.get();
            return (batch, values, rows) -> {
                long[] attributes = batch.values(Field.ATTRIBUTES);
                for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                    boolean v6 = (attributes[i] & Attributes.IPV6) != 0;
                    if (product.last() > 0) {
                        keep(row(values, i, v6));
                    } else {
                        print(row(values, i, v6), out);
                    }
                }
            };
        }

        private long[] row(long[][] values, int i, boolean v6) {
            long[] row = new long[words + 1];
            for (int w = 0; w < words; w++) {
                row[w] = values[w][i];
            }
            row[words] = v6 ? 1 : 0;
            return row;
        }

        private void keep(long[] row) {
            if (ring.size() < tail) {
                ring.add(row);
            } else {
                ring.set((int) (record % tail), row);
            }
            record++;
        }

        private void print(long[] row, Table out) {
            boolean v6 = row[words] != 0;
            int at = 0;
            for (FieldText f : columns) {
                cell.setLength(0);
                f.print(row[at], f.words() > 1 ? row[at + 1] : 0, v6, cell);
                out.cell(cell);
                at += f.words();
            }
            out.endRow();
        }

        void finish() throws IOException {
            Table out = text.get();
            int size = ring.size();
            int first = size < tail ? 0 : (int) (record % Math.max(tail, 1));
            long count = most > 0 ? Math.min(most, size) : size;
            for (int i = 0; i < count; i++) {
                print(ring.get((first + i) % size), out);
            }
        }
    }
}
