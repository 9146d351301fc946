package dev.rearview.tools.aggbags;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.OpenedFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.silk.structure.AggregateBagFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes an aggregate bag of flows.
public final class RwAggBag implements FlowTool {
    private final Env env;
    private final FlowInputs inputs;
    private final HeaderOptions header;
    private final PolicyOption policy;
    private final SiteOption site;
    private List<AggregateField> keys = List.of();
    private List<AggregateField> counters = List.of();
    private Optional<String> path = Optional.empty();
    private boolean helpFields;

    public RwAggBag(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site, History.OF_ALL);
        inputs.references(new OpenedFiles(env));
        this.header = new HeaderOptions(env, History.OF_ALL);
        this.policy = new PolicyOption(env);
    }

    @Override
    public String name() {
        return "rwaggbag";
    }

    @Override
    public String summary() {
        return "Make an aggregate bag, counters by several fields, of SiLK flow records";
    }

    @Override
    public String usage() {
        return "--keys=LIST --counters=LIST [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Flows and bytes of each source and port",
                        "rwaggbag --keys=sipv4,dport --counters=records,sum-bytes flows.rw | rwaggbagcat"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "keys",
                        "LIST",
                        "Fields of the flows that make the key",
                        v -> keys = AggregateField.list(v, AggregateKeys.keys()))
                .once()
                .words(() -> AggregateField.names(AggregateKeys.keys()));
        options.value(
                        "counters",
                        "LIST",
                        "What is counted: records, sum-packets, sum-bytes, sum-duration",
                        v -> counters = AggregateField.list(v, AggregateKeys.counters()))
                .once()
                .words(() -> AggregateField.names(AggregateKeys.counters()));
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        options.value(
                "output-path",
                "PATH",
                "Write the aggregate bag to PATH instead of standard output",
                v -> path = Optional.of(v));
        header.declare(options);
        header.declareNoteStrip(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        policy.declare(options);
        site.declare(options);
    }

    @Override
    public int print() throws IOException {
        List<AggregateField> known = new ArrayList<>(AggregateKeys.keys());
        known.addAll(AggregateKeys.counters());
        env.print(HelpFields.text(known));
        return 0;
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (helpFields) {
            return Optional.empty();
        }
        if (keys.isEmpty() || counters.isEmpty()) {
            throw new ToolException("--keys and --counters are required");
        }
        header.check();
        List<String> names = inputs.names(operands);
        AggregateLayout layout = layout();
        Product.Groups groups =
                new Product.Groups(
                        layout.keys().stream().map(f -> AggregateKeys.key(f, site.site())).toList(),
                        layout.counters().stream().map(AggregateKeys::counter).toList(),
                        false);
        return Optional.of(new Query(inputs.plan(names, policy.policy()), groups));
    }

    private AggregateLayout layout() {
        List<AggregateField> all = new ArrayList<>(keys);
        all.addAll(counters);
        return new AggregateLayout(all);
    }

    @Override
    public int run(Query query) throws IOException {
        String target = path.orElse("-");
        OutputFiles.checkNew(env, target);
        inputs.copy().start(OutputFiles.isStdout(target));
        try (QueryRun run = inputs.open(query)) {
            if (!run.read()) {
                return 1;
            }
            try (AggregateBagFile.Writer out =
                    AggregateRows.writer(
                            target, layout(), header, header.inherited(inputs.history()))) {
                run.groups(0).drain(true, out::add);
            }
        }
        return 0;
    }
}
