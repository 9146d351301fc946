package dev.rearview.tools.rwmatch;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.match.FlowMatcher;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.Outlets;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.fields.BagKeys;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowSink;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Relates queries to their responses.
public final class RwMatch implements FlowTool {
    private static final int MAX_PAIRS = 128;
    private static final long MAX_DELTA_S = 0xFFFF_FFFFL;

    private final Env env;
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final PolicyOption policy;
    private final SiteOption site;
    private final FieldCatalog catalog;
    private final List<List<FlowField>> pairs = new ArrayList<>();
    private long deltaMs;
    private boolean symmetric;
    private Optional<FlowMatcher.Window> window = Optional.empty();
    private String unmatched = "";
    private boolean helpRelate;

    public RwMatch(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.output = new FlowOutput(env, History.OWN);
        this.policy = new PolicyOption(env);
        this.catalog = FieldCatalog.withoutTimes(env, site);
        inputs.references(catalog.files());
    }

    @Override
    public String name() {
        return "rwmatch";
    }

    @Override
    public String summary() {
        return "Match SiLK flow records of two sorted files: queries and their responses";
    }

    @Override
    public String usage() {
        return "--relate=FIELD,FIELD [SWITCHES] QUERY_FILE RESPONSE_FILE OUTPUT_FILE";
    }

    @Override
    public String description() {
        return "Flows whose related fields agree and whose times overlap are an event. Each flow of an"
                + " event gets its number as next hop: 0.0.0.N where it comes from QUERY_FILE,"
                + " 255.0.0.N where it comes from RESPONSE_FILE, with 24 bits for N, which starts"
                + " at 1 again after 16777215. The field match of rwcut's cutmatch.so shows it.\n\n"
                + "Both files must be sorted by the related fields in the order in which they are"
                + " given, then by start time.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Sort the queries",
                        "rwsort --fields=1,4,2,3,5,stime --output-path=q.rw outgoing.rw"),
                new Example(
                        "Sort the responses",
                        "rwsort --fields=2,3,1,4,5,stime --output-path=r.rw incoming.rw"),
                new Example(
                        "Join them",
                        "rwmatch --relate=1,2 --relate=4,3 --relate=2,1 --relate=3,4 --relate=5,5"
                                + " q.rw r.rw matched.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "relate",
                "FIELD,FIELD",
                "This field of a query equals this field of its response; repeatable",
                this::relate);
        options.flag(
                "help-relate",
                "Print the fields that --relate knows and exit",
                () -> helpRelate = true);
        options.value(
                "time-delta",
                "SECONDS",
                "A response may start this long after its query's end; fractions allowed",
                v -> deltaMs = delta(v));
        options.flag(
                "symmetric-delta", "A response may come before its query", () -> symmetric = true);
        options.flag(
                "absolute-delta",
                "Add flows that start before the end of the first flow; the default",
                () -> setWindow(FlowMatcher.Window.ABSOLUTE));
        options.flag(
                "relative-delta",
                "Add flows that start before the last end seen",
                () -> setWindow(FlowMatcher.Window.RELATIVE));
        options.flag(
                "infinite-delta",
                "Add flows whatever their time",
                () -> setWindow(FlowMatcher.Window.INFINITE));
        options.value(
                "unmatched",
                "{q|r|b}",
                "Also write unmatched queries, responses or both",
                v -> {
                    unmatched = v.toLowerCase(Locale.ROOT);
                    if (!unmatched.matches("[qrb]")) {
                        throw new IllegalArgumentException("must be q, r or b");
                    }
                });
        output.declareFormat(options);
        policy.declare(options);
        site.declare(options);
    }

    private void setWindow(FlowMatcher.Window given) {
        if (window.isPresent() && window.get() != given) {
            throw new ToolException(
                    "only one of --absolute-delta, --relative-delta and --infinite-delta may be given");
        }
        window = Optional.of(given);
    }

    private void relate(String pair) {
        List<FlowField> fields = catalog.parse(pair, true);
        if (fields.size() != 2) {
            throw new IllegalArgumentException("two fields are required");
        }
        if (pairs.size() == MAX_PAIRS) {
            throw new IllegalArgumentException("more than " + MAX_PAIRS + " pairs");
        }
        pairs.add(fields);
    }

    /// What is compared of one side's flows.
    ///
    /// @param side 0 for the queries, 1 for the responses
    private List<Expr> keys(int side) {
        return pairs.stream().map(pair -> key(pair.get(side))).toList();
    }

    /// The class is compared without the type, which shares a number with it.
    private Expr key(FlowField field) {
        return field.isSame(FlowFields.CLASS)
                ? BagKeys.flowClass(site.site())
                : FlowFields.sorted(field);
    }

    private static long delta(String seconds) {
        BigDecimal value;
        try {
            value = new BigDecimal(seconds);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + seconds + "' is not a number of seconds");
        }
        if (value.compareTo(new BigDecimal("0.001")) < 0
                || value.compareTo(BigDecimal.valueOf(MAX_DELTA_S)) > 0) {
            throw new IllegalArgumentException("must be between 0.001 and " + MAX_DELTA_S);
        }
        return value.movePointRight(3).longValue();
    }

    private void checkOperands(List<String> operands) {
        if (pairs.isEmpty()) {
            throw new ToolException("At least one --relate pair must be given");
        }
        List<String> names = List.of("QUERY_FILE", "RESPONSE_FILE", "OUTPUT_FILE");
        if (operands.size() < names.size()) {
            throw new ToolException("Missing " + names.get(operands.size()) + " argument");
        }
        ToolException.refuse(operands, names.size());
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (helpRelate) {
            return Optional.empty();
        }
        checkOperands(operands);
        String queries = operands.get(0);
        String responses = operands.get(1);
        if (InputFiles.isStdin(queries) && InputFiles.isStdin(responses)) {
            throw new ToolException("standard input can be one of the two files only");
        }
        var options =
                new FlowMatcher.Options(
                        deltaMs,
                        symmetric,
                        window.orElse(FlowMatcher.Window.ABSOLUTE),
                        unmatched.matches("[qb]"),
                        unmatched.matches("[rb]"));
        FlowPlan matched =
                new FlowPlan.Match(
                        inputs.plan(List.of(queries), policy.policy()),
                        inputs.plan(List.of(responses), policy.policy()),
                        keys(0),
                        keys(1),
                        options);
        return Optional.of(new Query(matched, new Product.Flows(operands.get(2))));
    }

    @Override
    public int print() throws IOException {
        env.print(catalog.help("--relate"));
        return 0;
    }

    @Override
    public int run(Query query) throws IOException {
        try (Written written = new Written();
                QueryRun run = inputs.open(query, written)) {
            return run.read() ? 0 : 1;
        }
    }

    @Override
    public boolean handsOver(Query query) {
        return OutputFiles.isStdout(query.product(Product.Flows.class).path());
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        return handsOver(query) ? output.handover(inputs, query) : Optional.empty();
    }

    /// The output, which is opened when both inputs have proved readable.
    private final class Written implements Outlets, Closeable {
        private Optional<FlowSink> sink = Optional.empty();

        @Override
        public FlowSink flows(Product.Flows product) throws IOException {
            FlowSink opened = output.openAt(product.path());
            sink = Optional.of(opened);
            return opened;
        }

        @Override
        public void close() throws IOException {
            if (sink.isPresent()) {
                sink.get().close();
            }
        }
    }
}
