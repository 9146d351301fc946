package dev.rearview.tools.rwsort;

import dev.rearview.engine.expr.Expr;
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
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Sorts flows.
public final class RwSort implements FlowTool {
    private final Env env;
    private final SpillingInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final SpillOptions spill;
    private final FieldCatalog catalog;
    private Optional<String> fields = Optional.empty();
    private boolean reverse;
    private boolean presorted;

    public RwSort(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.spill = new SpillOptions(env);
        this.inputs = new SpillingInputs(env, site, History.OF_ALL, spill);
        this.output = new FlowOutput(env, History.OF_ALL);
        this.catalog = new FieldCatalog(env, site, true);
        inputs.references(catalog.files());
    }

    @Override
    public String name() {
        return "rwsort";
    }

    @Override
    public String summary() {
        return "Sort SiLK flow records by one or more fields";
    }

    @Override
    public String usage() {
        return "--fields=LIST [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Longest flows first",
                        "rwsort --fields=duration --reverse flows.rw | rwcut --num-recs=10"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "fields",
                        "LIST",
                        "Sort by these fields, the first being the most significant: "
                                + FieldCatalog.LIST,
                        v -> fields = Optional.of(v))
                .once()
                .words(catalog::names);
        catalog.declareHelp(options);
        options.flag("reverse", "Sort from high to low", () -> reverse = true);
        options.flag(
                "presorted-input",
                "The inputs are sorted already: merge them",
                () -> presorted = true);
        spill.declare(options, "sort-buffer-size");
        inputs.names().declarePipe(options);
        inputs.declare(options);
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
        env.print(catalog.help());
        return 0;
    }

    @Override
    public int run(Query query) throws IOException {
        return output.write(inputs, query.flows());
    }

    private FlowPlan.Sort plan(List<String> operands) throws IOException {
        String list = fields.orElseThrow(() -> new ToolException("--fields is required"));
        List<Expr> keys = catalog.named("--fields", list).stream().map(FlowFields::sorted).toList();
        FlowPlan source = inputs.plan(inputs.names(operands));
        spill.check();
        return new FlowPlan.Sort(source, keys, reverse, presorted);
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
