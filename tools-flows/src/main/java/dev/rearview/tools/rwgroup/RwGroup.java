package dev.rearview.tools.rwgroup;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.Unit;
import dev.rearview.engine.match.FlowTagger;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Ip;
import dev.rearview.text.IpText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Numbers groups of flows in their next hop.
public final class RwGroup implements FlowTool {
    private static final long MAX_DELTA = 0xFFFF_FFFFL;
    private static final int MAX_BITS = 127;
    private static final int MAX_THRESHOLD = 0xFFFF;
    private static final long MS_PER_SECOND = 1000;

    private final Env env;
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final FieldCatalog catalog;
    private Optional<String> ids = Optional.empty();
    private Optional<String> deltaField = Optional.empty();
    private Optional<String> deltaValue = Optional.empty();
    private Ip first = Ip.v4(0);
    private int threshold = 1;
    private boolean objective;
    private boolean summarize;

    public RwGroup(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site, History.OF_FIRST);
        this.output = new FlowOutput(env, History.OF_FIRST);
        this.catalog = new FieldCatalog(env, site, true);
        inputs.references(catalog.files());
    }

    @Override
    public String name() {
        return "rwgroup";
    }

    @Override
    public String summary() {
        return "Number groups of similar SiLK flow records in their next hop";
    }

    @Override
    public String usage() {
        return "{--id-fields=LIST | --delta-field=FIELD --delta-value=NUM} [SWITCHES] [FILE]";
    }

    @Override
    public String description() {
        return "Flows that follow each other are a group as long as their id fields are equal and"
                + " their delta field differs little enough from that of the flow before. The number"
                + " of the group is written as next hop of all its flows; the first one is 0.0.0.0,"
                + " or what --group-offset says.\n\n"
                + "The input must be sorted by the id fields, then by the delta field.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Visits of a web server, ten seconds apart",
                        "rwsort --fields=dip,stime web.rw | rwgroup --id-fields=dip"
                                + " --delta-field=stime --delta-value=10 --output-path=visits.rw"),
                new Example(
                        "One flow for each pair of hosts that met ten times or more",
                        "rwsort --fields=sip,dip flows.rw | rwgroup --id-fields=sip,dip"
                                + " --rec-threshold=10 --summarize | rwcut --fields=1-3,bytes"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "id-fields",
                        "LIST",
                        "Flows of a group are equal in these fields: " + FieldCatalog.LIST,
                        v -> ids = Optional.of(v))
                .once()
                .words(catalog::names);
        options.value(
                        "delta-field",
                        "FIELD",
                        "Flows of a group differ a little in this field",
                        v -> deltaField = Optional.of(v))
                .once()
                .words(catalog::names);
        options.value(
                        "delta-value",
                        "NUM",
                        "By how much: seconds of a time, the last bits of an address",
                        v -> deltaValue = Optional.of(v))
                .once();
        options.flag(
                "objective",
                "Compare with the first flow of the group, not with the one before",
                () -> objective = true);
        options.value(
                "rec-threshold",
                "NUM",
                "Write groups of at least NUM flows, at most " + MAX_THRESHOLD,
                v -> threshold = (int) IpText.parseUnsigned(v.strip(), MAX_THRESHOLD, "threshold"));
        options.flag(
                "summarize",
                "Write one flow for each group: volumes added up, from first start to last end",
                () -> summarize = true);
        options.value(
                "group-offset",
                "IP",
                "Number of the first group, as a number or an address",
                v -> first = IpText.parse(v.strip()));
        catalog.declareHelp(options);
        inputs.declareCopy(options);
        output.declare(options);
        site.declare(options);
        catalog.declare(options);
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
        env.print(catalog.help("--id-fields"));
        return 0;
    }

    private FlowPlan plan(List<String> operands) throws IOException {
        if (ids.isEmpty() && deltaField.isEmpty()) {
            throw new ToolException("--id-fields or --delta-field is required");
        }
        if (deltaField.isPresent() != deltaValue.isPresent()) {
            throw new ToolException("--delta-field and --delta-value go together");
        }
        List<Expr> same =
                ids.isEmpty()
                        ? List.of()
                        : catalog.named("--id-fields", ids.get()).stream()
                                .map(FlowFields::sorted)
                                .toList();
        Optional<FlowPlan.Near> near =
                deltaField.isEmpty() ? Optional.empty() : Optional.of(near(deltaField.get()));
        if (operands.size() > 1) {
            throw new ToolException("only one input is read; sort several into one");
        }
        var options =
                new FlowTagger.Options(objective, threshold, summarize, first.hi(), first.lo());
        return new FlowPlan.Tag(inputs.plan(inputs.names(operands)), same, near, options);
    }

    private FlowPlan.Near near(String name) {
        List<FlowField> fields = catalog.named("--delta-field", name);
        if (fields.size() != 1) {
            throw new ToolException("invalid --delta-field: only one field may differ");
        }
        FlowField field = fields.getFirst();
        if (!isNumeric(field)) {
            throw new ToolException(
                    "invalid --delta-field: '" + field.name() + "' is neither number nor address");
        }
        return new FlowPlan.Near(FlowFields.sorted(field), most(field));
    }

    private static boolean isNumeric(FlowField field) {
        return (FlowFields.SILK.contains(field) || FlowFields.OWN.contains(field))
                && switch (field.look()) {
                    case NUMBER,
                            NUMBER_IF_KNOWN,
                            NUMBER_IF_PRESENT,
                            ADDRESS,
                            TIME,
                            TIME_WITH_MILLISECONDS,
                            DURATION,
                            DURATION_WITH_MILLISECONDS,
                            SENSOR ->
                            true;
                    default -> false;
                };
    }

    private long most(FlowField field) {
        long largest = field.value().words() == 2 ? MAX_BITS : MAX_DELTA;
        long most;
        try {
            most = SwitchValues.positive(deltaValue.orElseThrow(), largest);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --delta-value: " + e.getMessage());
        }
        return field.shape().unit() == Unit.MILLISECONDS ? most * MS_PER_SECOND : most;
    }

    @Override
    public int run(Query query) throws IOException {
        inputs.copy().start(output.isStdout());
        return output.write(inputs, query.flows());
    }

    @Override
    public boolean handsOver(Query query) {
        boolean copies =
                query.flows() instanceof FlowPlan.Tag tag && tag.of() instanceof FlowPlan.Copy;
        return output.isStdout() && !copies;
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        return handsOver(query) ? output.handover(inputs, query) : Optional.empty();
    }
}
