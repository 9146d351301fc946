package dev.rearview.tools.rwset;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes IP sets of the addresses of flows.
public final class RwSet implements FlowTool {
    private final Env env;
    private final Inputs inputs;
    private final SetOutput output;
    private final PolicyOption policy;
    private final SiteOption site;
    private final List<Target> targets = new ArrayList<>();
    private boolean toStdout;

    private record Target(String path, Product.Addresses addresses) {}

    public RwSet(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new Inputs(env, site);
        this.output = new SetOutput(env, History.OF_ALL);
        this.policy = new PolicyOption(env);
    }

    @Override
    public String name() {
        return "rwset";
    }

    @Override
    public String summary() {
        return "Make IPsets of the unique addresses of SiLK flow records";
    }

    @Override
    public String usage() {
        return "{--sip-file=PATH | --dip-file=PATH | --nhip-file=PATH | --any-file=PATH} [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Collect the sources of scans",
                        "rwfilter --flags-all=S/SA --proto=6 --pass=stdout flows.rw | rwset --sip-file=scanners.set"));
    }

    @Override
    public void declare(Options options) {
        target(options, "sip-file", "source", Field.SIP);
        target(options, "dip-file", "destination", Field.DIP);
        target(options, "nhip-file", "next-hop", Field.NHIP);
        target(options, "any-file", "source and destination", Field.SIP, Field.DIP);
        output.declare(options);
        output.declareNoteStrip(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        policy.declare(options);
        site.declare(options);
    }

    private void target(Options options, String name, String what, Field... fields) {
        options.value(
                        name,
                        "PATH",
                        "Write the " + what + " addresses to PATH",
                        path ->
                                targets.add(
                                        new Target(
                                                SwitchValues.path(path),
                                                new Product.Addresses(List.of(fields)))))
                .once();
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (targets.isEmpty()) {
            throw new ToolException(
                    "no output: use --sip-file, --dip-file, --nhip-file or --any-file");
        }
        toStdout = OutputFiles.checkAll(env, targets.stream().map(Target::path).toList());
        output.check();
        List<String> names = inputs.names(operands);
        return Optional.of(
                new Query(
                        inputs.plan(names, policy.policy()),
                        targets.stream().<Product>map(Target::addresses).toList()));
    }

    @Override
    public int run(Query query) throws IOException {
        inputs.copy().start(toStdout);
        try (QueryRun run = inputs.open(query)) {
            if (!run.read()) {
                return 1;
            }
            for (int i = 0; i < targets.size(); i++) {
                output.write(targets.get(i).path, run.addresses(i), inputs.history());
            }
        }
        return inputs.damaged ? 1 : 0;
    }

    /// Damage in an input is reported, and what is good is kept; one that cannot be opened ends the
    /// command.
    private static final class Inputs extends FlowInputs {
        private volatile boolean damaged;
        private volatile boolean isOpening;

        Inputs(Env env, SiteOption site) {
            super(env, site, History.OF_ALL);
        }

        @Override
        public void named(String name) {
            isOpening = true;
            super.named(name);
        }

        @Override
        public void opened(FlowFile file) {
            isOpening = false;
            super.opened(file);
        }

        @Override
        public boolean goesOn(IOException e) {
            tell(e);
            damaged = true;
            return !isOpening;
        }
    }
}
