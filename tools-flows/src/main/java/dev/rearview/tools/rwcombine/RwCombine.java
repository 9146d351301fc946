package dev.rearview.tools.rwcombine;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.match.CombineCounts;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.CombinedFlows;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.SpillOptions;
import dev.rearview.kit.flows.SpillingInputs;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Field;
import dev.rearview.text.Names;
import dev.rearview.text.NumberRange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Makes one flow again of those that a timeout cut.
public final class RwCombine implements FlowTool {
    private static final List<String> ACTIONS = List.of("all", "timeout");

    /// What parts of a flow have in common, in the order in which flows then come.
    private static final List<Field> SAME =
            List.of(
                    Field.SIP,
                    Field.DIP,
                    Field.SPORT,
                    Field.DPORT,
                    Field.PROTOCOL,
                    Field.SENSOR,
                    Field.INPUT,
                    Field.OUTPUT,
                    Field.NHIP,
                    Field.APPLICATION,
                    Field.FLOWTYPE);

    private final Env env;
    private final SpillingInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final SpillOptions spill;
    private final FieldCatalog catalog;
    private Optional<String> ignored = Optional.empty();
    private Optional<String> statistics = Optional.empty();
    private long maxIdleMs = Long.MAX_VALUE;

    public RwCombine(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.spill = new SpillOptions(env);
        this.inputs = new SpillingInputs(env, site, History.OF_FIRST, spill);
        this.output = new FlowOutput(env, History.OF_FIRST);
        this.catalog = FieldCatalog.identifying(env, site);
    }

    @Override
    public String name() {
        return "rwcombine";
    }

    @Override
    public String summary() {
        return "Make one SiLK flow record of those that a timeout cut";
    }

    @Override
    public String usage() {
        return "[--ignore-fields=LIST] [--max-idle-time=SECONDS] [SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return "An exporter ends the record of a long flow at its active timeout and marks it with the"
                + " attribute T; the record that goes on with the flow has the attribute C. A record"
                + " with T and the next one of the same addresses, ports, protocol, sensor,"
                + " interfaces, next hop, application and type become one if that has C: packets and"
                + " bytes are added up, the initial flags are those of the first one, the session"
                + " flags all others, and the end is that of the last one. So do not records whose"
                + " sum would be above 32 bits.\n\n"
                + "Records without T and C are written at once, the others behind them. The idle times"
                + " of --print-statistics have no sign: those of records that overlap are near 2^64"
                + " milliseconds, as is the minimum where nothing was combined.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Whole flows, of which nothing was seen for a minute at most",
                        "rwcombine --max-idle-time=60 --print-statistics --output-path=whole.rw"
                                + " flows.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "actions",
                        "LIST",
                        "What to do: timeout or all, which are the same by now",
                        RwCombine::checkActions)
                .words(() -> ACTIONS);
        options.value(
                        "ignore-fields",
                        "LIST",
                        "Combine records that differ in these fields, too: names that --help-fields"
                                + " lists, numbers and ranges of numbers",
                        v -> ignored = Optional.of(v))
                .once()
                .words(catalog::names);
        options.value(
                "max-idle-time",
                "SECONDS",
                "Combine no records with a longer pause between them; fractions allowed",
                v -> maxIdleMs = (long) (NumberRange.decimal(v.strip()) * 1000));
        options.optional(
                        "print-statistics",
                        "PATH",
                        "Print counts of flows and idle times to PATH or standard error",
                        v -> statistics = Optional.of(v.isEmpty() ? "stderr" : v))
                .once();
        catalog.declareHelp(options);
        spill.declare(options, "buffer-size");
        output.declare(options);
        inputs.declare(options);
        site.declare(options);
    }

    private static void checkActions(String list) {
        boolean any = false;
        for (String item : list.split(",", -1)) {
            if (!item.isEmpty()) {
                Names.unique(item.strip().toLowerCase(Locale.ROOT), ACTIONS, "action");
                any = true;
            }
        }
        if (!any) {
            throw new IllegalArgumentException("no actions");
        }
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        return catalog.wantsHelp() ? Optional.empty() : Optional.of(output.query(plan(operands)));
    }

    @Override
    public int print() throws IOException {
        env.print(catalog.help("--ignore-fields"));
        return 0;
    }

    private FlowPlan plan(List<String> operands) throws IOException {
        List<Field> same = new ArrayList<>(SAME);
        same.removeAll(ignored());
        FlowPlan source = inputs.plan(inputs.names(operands));
        spill.check();
        if (statistics.isPresent()) {
            if (OutputFiles.isStdout(statistics.get()) && output.isStdout()) {
                throw new ToolException("flows and statistics cannot both go to standard output");
            }
            OutputFiles.checkNew(env, statistics.get());
        }
        return new FlowPlan.Combine(source, same, maxIdleMs);
    }

    private Set<Field> ignored() {
        Set<Field> out = EnumSet.noneOf(Field.class);
        if (ignored.isEmpty()) {
            return out;
        }
        for (FlowField f : catalog.named("--ignore-fields", ignored.get())) {
            // Class and type are one number: who ignores one ignores both.
            out.add(((Expr.Stored) f.value()).field());
        }
        return out;
    }

    @Override
    public int run(Query query) throws IOException {
        CombinedFlows flows = inputs.execution().open((FlowPlan.Combine) query.flows());
        int status = output.write(inputs, flows);
        print(flows.counts());
        return status;
    }

    private void print(CombineCounts counts) throws IOException {
        if (statistics.isPresent()) {
            try (OutputStream out = OutputFiles.open(env, statistics.get())) {
                out.write(StatisticsText.of(counts).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Override
    public boolean handsOver(Query query) {
        return output.isStdout();
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        if (!handsOver(query)) {
            return Optional.empty();
        }
        output.notes().entries();
        CombinedFlows flows = inputs.execution().open((FlowPlan.Combine) query.flows());
        return Optional.of(
                new Handover(
                        query.flows(),
                        flows,
                        () -> output.header(inputs.history()),
                        () -> print(flows.counts()),
                        () -> 0));
    }
}
