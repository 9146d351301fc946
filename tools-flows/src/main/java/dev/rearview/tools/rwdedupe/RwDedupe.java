package dev.rearview.tools.rwdedupe;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.SpillOptions;
import dev.rearview.kit.flows.SpillingInputs;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.text.IpText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Leaves out flows that are there already.
public final class RwDedupe implements FlowTool {
    /// What is compared, in the order in which flows then come.
    private static final List<FlowField> FIELDS =
            List.of(
                    FlowFields.SIP,
                    FlowFields.DIP,
                    FlowFields.PROTOCOL,
                    FlowFields.SPORT,
                    FlowFields.DPORT,
                    FlowFields.STIME,
                    FlowFields.DURATION,
                    FlowFields.PACKETS,
                    FlowFields.BYTES,
                    FlowFields.SENSOR,
                    FlowFields.CLASS,
                    FlowFields.FLAGS,
                    FlowFields.INITIAL_FLAGS,
                    FlowFields.SESSION_FLAGS,
                    FlowFields.ATTRIBUTES,
                    FlowFields.APPLICATION,
                    FlowFields.INPUT,
                    FlowFields.OUTPUT,
                    FlowFields.NHIP,
                    FlowFields.SAMPLING);

    private final Env env;
    private final SpillingInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final SpillOptions spill;
    private final FieldCatalog catalog;
    private final Delta packets = new Delta(FlowFields.PACKETS);
    private final Delta bytes = new Delta(FlowFields.BYTES);
    private final Delta start = new Delta(FlowFields.STIME);
    private final Delta duration = new Delta(FlowFields.DURATION);
    private Optional<String> ignored = Optional.empty();

    /// By how much a field may differ.
    private static final class Delta {
        private final FlowField field;
        private long most;

        Delta(FlowField field) {
            this.field = field;
        }
    }

    public RwDedupe(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.spill = new SpillOptions(env);
        this.inputs = new SpillingInputs(env, site, History.OF_ALL, spill);
        this.output = new FlowOutput(env, History.OF_ALL);
        this.catalog = FieldCatalog.stored(env, site);
    }

    @Override
    public String name() {
        return "rwdedupe";
    }

    @Override
    public String summary() {
        return "Write each of several equal SiLK flow records once";
    }

    @Override
    public String usage() {
        return "[--ignore-fields=LIST] [--stime-delta=MS] [SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return "Flows are duplicates if all their fields are equal, but for those that are ignored and"
                + " those that may differ a little: these are compared with the flow of which they"
                + " would be a duplicate. Of ignored fields the first flow's values remain. Flows"
                + " come out sorted by addresses, protocol, ports and start time, whatever their"
                + " order was.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Join what several questions gave, each flow once",
                        "rwdedupe web.rw suspects.rw night.rw --output-path=all.rw"),
                new Example(
                        "The same traffic seen by two sensors",
                        "rwdedupe --ignore-fields=sensor,in,out,nhip --stime-delta=100"
                                + " --duration-delta=100 flows.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "ignore-fields",
                        "LIST",
                        "Do not compare these fields: " + FieldCatalog.LIST,
                        v -> ignored = Optional.of(v))
                .once()
                .words(catalog::names);
        catalog.declareHelp(options);
        declare(options, packets, "packets-delta", "packets");
        declare(options, bytes, "bytes-delta", "bytes");
        declare(options, start, "stime-delta", "milliseconds of the start");
        declare(options, duration, "duration-delta", "milliseconds of the duration");
        spill.declare(options, "buffer-size");
        inputs.declare(options);
        output.declare(options);
        site.declare(options);
    }

    private static void declare(Options options, Delta delta, String name, String what) {
        options.value(
                name,
                "NUM",
                "Duplicates may differ by so many " + what + "; default 0",
                v -> delta.most = IpText.parseUnsigned(v.strip(), Long.MAX_VALUE, "difference"));
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
        List<FlowField> compared = compared();
        List<FlowPlan.Near> near = new ArrayList<>();
        for (Delta d : List.of(start, duration, packets, bytes)) {
            if (d.most > 0 && compared.remove(d.field)) {
                near.add(new FlowPlan.Near(d.field.value(), d.most));
            }
        }
        List<Expr> same = new ArrayList<>(compared.stream().map(FlowFields::sorted).toList());
        if (compared.stream().anyMatch(f -> f.value().words() == 2)) {
            // An address of IPv4 is none of IPv6, whatever its bits.
            same.add(Expr.of(Field.ATTRIBUTES).bits(0, Attributes.IPV6));
        }
        FlowPlan source = inputs.plan(inputs.names(operands));
        spill.check();
        if (same.isEmpty() && near.isEmpty()) {
            return source;
        }
        List<Expr> keys = new ArrayList<>(same);
        near.forEach(n -> keys.add(n.of()));
        return new FlowPlan.Distinct(new FlowPlan.Sort(source, keys, false, false), same, near);
    }

    /// The fields that are not ignored; none where all of SiLK's are, of which SiLK makes nothing
    /// equal either.
    private List<FlowField> compared() {
        List<FlowField> out = new ArrayList<>(FIELDS);
        if (ignored.isEmpty()) {
            return out;
        }
        for (FlowField f : catalog.named("--ignore-fields", ignored.get())) {
            out.remove(f.isSame(FlowFields.TYPE) ? FlowFields.CLASS : f);
        }
        return out.equals(List.of(FlowFields.SAMPLING)) ? new ArrayList<>() : out;
    }

    @Override
    public int run(Query query) throws IOException {
        return output.write(inputs, query.flows());
    }

    @Override
    public boolean handsOver(Query query) {
        return output.isStdout();
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        return output.handover(inputs, query);
    }
}
