package dev.rearview.tools.rwsplit;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.text.IpText;
import dev.rearview.text.Numbers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Divides flows into files.
public final class RwSplit implements FlowTool {
    private static final long MOST = 0xFFFF_FFFFL;
    private static final int DIGITS = 8;

    private final Env env;
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private Optional<String> basename = Optional.empty();
    private Optional<Pieces.Measure> measure = Optional.empty();
    private Optional<Long> seed = Optional.empty();
    private long limit;
    private long flowsPerSample = 1;
    private long piecesPerFile = 1;
    private long mostFiles = Long.MAX_VALUE;

    public RwSplit(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.output = new FlowOutput(env, History.OWN);
    }

    @Override
    public String name() {
        return "rwsplit";
    }

    @Override
    public String summary() {
        return "Divide SiLK flow records into files of a size, or into samples";
    }

    @Override
    public String usage() {
        return "--basename=NAME {--ip-limit=N | --flow-limit=N | --packet-limit=N | --byte-limit=N}"
                + " [SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return "The files are NAME.00000000.rwf, NAME.00000001.rwf and so on. A file ends with the"
                + " flow by which it reaches the limit, so it may have more than that; each flow is"
                + " in one file only.\n\n"
                + "Of a sample, first the flows are picked, then the files, of which finally no more"
                + " than --max-outputs are written. Names count the files that were not picked, too.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Files of a million flows",
                        "rwsplit --basename=part --flow-limit=1000000 flows.rw"),
                new Example(
                        "A tenth of the flows, the same each time",
                        "rwsplit --basename=sample --flow-limit=1000000 --sample-ratio=10 --seed=1"
                                + " flows.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "basename",
                        "NAME",
                        "Start of the names of the files, which may name a directory",
                        v -> basename = Optional.of(SwitchValues.notEmpty(v, "name")))
                .once();
        declare(
                options,
                "ip-limit",
                "End a file when it has N source and destination addresses, each counted once",
                Pieces.Measure.ADDRESSES);
        declare(options, "flow-limit", "End a file when it has N flows", Pieces.Measure.FLOWS);
        declare(
                options,
                "packet-limit",
                "End a file when its flows have N packets",
                Pieces.Measure.PACKETS);
        declare(
                options,
                "byte-limit",
                "End a file when its flows have N bytes, which is not the size of the file",
                Pieces.Measure.OCTETS);
        options.value(
                "seed",
                "N",
                "Pick the same flows and files each time that N is given",
                v -> seed = Optional.of(IpText.parseUnsigned(v.strip(), MOST, "number")));
        options.value(
                "sample-ratio",
                "N",
                "Take one flow, picked at random, of every N",
                v -> flowsPerSample = SwitchValues.positive(v, MOST));
        options.value(
                "file-ratio",
                "N",
                "Write one file, picked at random, of every N",
                v -> piecesPerFile = SwitchValues.positive(v, MOST));
        options.value(
                "max-outputs",
                "N",
                "Write no more than N files",
                v -> mostFiles = SwitchValues.positive(v, MOST));
        inputs.declare(options);
        output.declareFormat(options);
        site.declare(options);
    }

    private void declare(Options options, String name, String help, Pieces.Measure of) {
        options.value(
                name,
                "N",
                help,
                v -> {
                    if (measure.isPresent()) {
                        throw new ToolException("only one limit may be given");
                    }
                    limit = SwitchValues.positive(v, -1L);
                    measure = Optional.of(of);
                });
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        String name = basename.orElseThrow(() -> new ToolException("--basename is required"));
        if (measure.isEmpty()) {
            throw new ToolException(
                    "one of --ip-limit, --flow-limit, --packet-limit and --byte-limit is required");
        }
        return Optional.of(
                new Query(inputs.plan(inputs.names(operands)), new Product.Flows(name + ".*.rwf")));
    }

    @Override
    public int run(Query query) throws IOException {
        output.notes().entries();
        var plan =
                new Pieces.Plan(
                        measure.orElseThrow(), limit, flowsPerSample, piecesPerFile, mostFiles);
        SplittableRandom random = seed.map(SplittableRandom::new).orElseGet(SplittableRandom::new);
        try (Pieces pieces = new Pieces(plan, random, env.room(1), n -> output.openAt(name(n)))) {
            return inputs.execution().open(query.flows()).inOrder(pieces) ? 0 : 1;
        }
    }

    private String name(long piece) {
        StringBuilder out = new StringBuilder(basename.orElseThrow()).append('.');
        Numbers.digits(piece, DIGITS, out);
        return out.append(".rwf").toString();
    }
}
