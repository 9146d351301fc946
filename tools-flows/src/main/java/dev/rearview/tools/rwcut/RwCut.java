package dev.rearview.tools.rwcut;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.fields.FieldStyle;
import dev.rearview.kit.fields.FieldText;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.text.IpText;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prints flows as text.
public final class RwCut implements Tool {
    private static final String DEFAULT_FIELDS = "1-12";

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private final FieldCatalog catalog;
    private final StyleOptions style;
    private final TableOptions table;
    private final PolicyOption policy;
    private Optional<String> fieldList = Optional.empty();
    private boolean allFields;
    private boolean icmp;
    private boolean dryRun;
    private boolean helpFields;
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
                v -> start = positive(v));
        options.value("end-rec-num", "NUM", "Print up to record NUM", v -> end = number(v));
        options.value(
                "tail-recs",
                "NUM",
                "Print from the NUM-th record before the end on",
                v -> tail = positive(v));
        options.value(
                "num-recs", "NUM", "Print at most NUM records; 0 for all", v -> most = number(v));
        options.flag("dry-run", "Print the titles and exit", () -> dryRun = true);
        options.flag(
                "icmp-type-and-code",
                "Print type and code of ICMP flows in sPort and dPort (deprecated)",
                () -> icmp = true);
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
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

    private static long positive(String v) {
        long n = number(v);
        if (n == 0) {
            throw new IllegalArgumentException("must be above 0");
        }
        return n;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.out().write(catalog.help().getBytes(StandardCharsets.UTF_8));
            return 0;
        }
        List<FlowField> fields = fields();
        checkRange();
        Ipv6Policy p = policy.policy();
        FieldStyle s = style.style(site.site(), p, table.isPadded(), style.time());
        List<FieldText> texts =
                fields.stream().map(f -> FieldText.of(f, s, catalog.files())).toList();
        List<Table.Heading> headings =
                texts.stream()
                        .map(t -> new Table.Heading(t.field().name(), t.width(), t.isNumeric()))
                        .toList();
        if (dryRun) {
            try (OutputStream out = table.open()) {
                Table text = new Table(out, table.layout(), headings);
                text.titles();
                text.finish();
            }
            return 0;
        }
        List<String> names = inputs.names(operands);
        inputs.copy().start(table);
        if (env.outIsTerminal()) {
            inputs.withoutProgress();
        }
        LazyTable text = new LazyTable(headings);
        Printer printer = new Printer(texts, text);
        // The policy comes after records have been skipped: they are counted as they are read.
        boolean isLimited = p == Ipv6Policy.MIX && end > 0 && !inputs.copy().isWanted();
        FlowPlan all = inputs.plan(names);
        FlowPlan plan = isLimited ? new FlowPlan.First(all, end) : all;
        RowConsumer printing = p.wrap(printer::accept);
        boolean good =
                inputs.forEach(
                        plan,
                        (batch, rows) -> {
                            int skipped = printer.withoutFirst(rows);
                            boolean more = printing.accept(batch, rows);
                            printer.skipped(skipped);
                            return more;
                        });
        if (good || text.isOpen()) {
            printer.finish();
            text.get().finish();
            text.close();
        }
        return good ? 0 : 1;
    }

    private List<FlowField> fields() {
        if (allFields && fieldList.isPresent()) {
            throw new ToolException("--fields and --all-fields exclude each other");
        }
        List<FlowField> fields;
        try {
            fields =
                    allFields
                            ? catalog.allFields()
                            : catalog.parse(fieldList.orElse(DEFAULT_FIELDS), true);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        return icmp ? withIcmpInPorts(fields) : fields;
    }

    /// The port that is not asked for is added, since one without the other says little.
    private List<FlowField> withIcmpInPorts(List<FlowField> fields) {
        List<FlowField> out = new ArrayList<>(fields);
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

    private final class Printer {
        private final List<FieldText> fields;
        private final List<Evaluator> evaluators;
        private final LazyTable text;
        private final StringBuilder cell = new StringBuilder();
        private final int words;
        private final List<long[]> ring = new ArrayList<>();
        private long[][] columns = new long[0][0];
        private long skip = tail > 0 ? 0 : Math.max(start - 1, 0);
        private long record;

        Printer(List<FieldText> fields, LazyTable text) throws IOException {
            this.fields = fields;
            this.evaluators =
                    new Compiler(catalog.files())
                            .evaluators(fields.stream().map(f -> f.field().value()).toList());
            this.text = text;
            this.words = fields.stream().mapToInt(FieldText::words).sum();
        }

        /// Leaves the first records out, as they are read.
        ///
        /// @return how many
        int withoutFirst(Selection rows) {
            int n = 0;
            for (int i = rows.next(0); n < skip && i >= 0; i = rows.next(i + 1)) {
                rows.remove(i);
                n++;
            }
            return n;
        }

        /// Says that records that were left out could be read.
        void skipped(int records) {
            skip -= records;
        }

        boolean accept(FlowBatch batch, Selection rows) throws IOException {
            Table out = text.get();
            if (rows.isEmpty()) {
                return true;
            }
            long limit = end > 0 ? end - Math.max(start, 1) + 1 : Long.MAX_VALUE;
            if (columns.length == 0 || columns[0].length < batch.size()) {
                columns = new long[Math.max(words, 1)][batch.size()];
            }
            int at = 0;
            for (Evaluator e : evaluators) {
                e.evaluate(batch, columns, at);
                at += e.words();
            }
            long[] attributes = batch.values(Field.ATTRIBUTES);
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                record++;
                boolean v6 = (attributes[i] & Attributes.IPV6) != 0;
                if (tail > 0) {
                    keep(i, v6);
                } else if (record > limit) {
                    return false;
                } else {
                    print(row(i, v6), out);
                }
            }
            return tail > 0 || record < limit;
        }

        private long[] row(int i, boolean v6) {
            long[] row = new long[words + 1];
            for (int w = 0; w < words; w++) {
                row[w] = columns[w][i];
            }
            row[words] = v6 ? 1 : 0;
            return row;
        }

        private void keep(int i, boolean v6) {
            long[] row = row(i, v6);
            if (ring.size() < tail) {
                ring.add(row);
            } else {
                ring.set((int) ((record - 1) % tail), row);
            }
        }

        private void print(long[] row, Table out) {
            boolean v6 = row[words] != 0;
            int at = 0;
            for (FieldText f : fields) {
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
